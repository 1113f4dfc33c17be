"""Traps of the `.env` file. Its text is never shown: it holds secrets."""

from collections.abc import Iterator

from orbitcfg.compile.environment import PROCESS
from orbitcfg.document.events import EnvFileMarked, EnvFileUnread, EnvLineIgnored, EnvOverridden
from orbitcfg.document.source import Span
from orbitcfg.project.config import Config
from orbitcfg.project.variables import variable_uses
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule


@rule("ORB210", consequence=Consequence.HYGIENE, severity=Severity.WARNING, counted="env files that ORBIT does not read")
def env_file_unread(config: Config) -> Iterator[Finding]:
    """There is an env file that ORBIT never reads.

    ORBIT reads the first `.env` of the project root, its parent and its grandparent, and no other file: no `.env.local`, no `.env.production`, and none in the
    configuration's folder. A file of another name is info, unless it sets a variable that the configuration uses and nothing else sets.

    ```yaml bad
    # file: .env
    A=1
    # file: ../.env
    B=2
    ```

    ```yaml bad
    # file: config/.env
    A=1
    ```

    ```yaml bad
    # file: .env.local
    WELCOME_TEXT=hello
    # file: config/example.yaml
    messages: {collection_not_found: "${WELCOME_TEXT}"}
    ```

    ```yaml good
    # file: .env
    A=1
    ```
    """
    for event in config.events_of(EnvFileUnread):
        missed = tuple(dict.fromkeys(use.name for use in variable_uses(config) if use.name in event.names and config.environment[use.name] is None))
        is_other = not event.file.name.endswith("/.env") and event.file.name != ".env"
        what = f"`{missed[0]}`" if len(missed) == 1 else f"{len(missed)} variables that are not set here"
        sets = f", which sets {what}" if missed else ""
        if is_other:
            why, help_text = "it reads `.env` alone", "name it `.env`, or set its variables where ORBIT is started"
        elif event.read:
            why, help_text = f"`{event.read}` is found first", "move its lines there, or remove it"
        else:
            why = "it looks in the project's root and above, not in the configuration's folder"
            help_text = (
                "move it to the project's root"
                if set(config.environment.sources) <= {PROCESS}
                else "move its lines to the `.env` that is read, or remove it"
            )
        yield Finding(
            f"ORBIT does not read this file{sets}: {why}",
            event.file,
            help_text,
            severity=Severity.INFO if is_other and not missed else None,
        )


@rule("ORB211", consequence=Consequence.HYGIENE, severity=Severity.WARNING)
def env_line_ignored(config: Config) -> Iterator[Finding]:
    """A line of the `.env` sets nothing.

    A name without `=`, or a line that is no assignment, such as YAML's `NAME: value`, is skipped.

    ```yaml bad
    # file: .env
    NAME: value
    ```

    ```yaml good
    # file: .env
    NAME=value
    ```
    """
    for event in config.events_of(EnvLineIgnored):
        message = "the name has no `=`, so the line sets nothing" if event.has_no_equals else "the line is no assignment, so it is skipped"
        yield Finding(message, event.span, "write `NAME=value`, in one line or in quotes")


def _overridden(config: Config) -> Iterator[Finding]:
    for event in config.events_of(EnvOverridden):
        variable = config.environment[event.name]
        is_lost = variable is not None and not variable.value
        yield Finding(
            f"`{event.name}` is also set in the environment, and the empty value here replaces it"
            if is_lost
            else f"`{event.name}` is also set in the environment, to another value: ORBIT takes the one here",
            event.span,
            "remove the line" if is_lost else "remove the line where the environment is meant",
            severity=Severity.WARNING if is_lost else None,
        )


@rule("ORB212", consequence=Consequence.HYGIENE, severity=Severity.INFO, counted="variables that the `.env` overrides", graver=_overridden)
def env_file_overrides(config: Config) -> Iterator[Finding]:
    """A variable of the process is replaced by the `.env`.

    ORBIT loads the `.env` over the real environment, so what the shell, the service manager or the container sets is lost, even to an empty value (warning).

    ```yaml bad
    # environment: NAME=1
    # file: .env
    NAME=2
    ```

    ```yaml bad
    # environment: NAME=1
    # file: .env
    NAME=
    ```

    ```yaml good
    # environment: NAME=2
    # file: .env
    NAME=2
    ```
    """
    yield from _overridden(config)


@rule("ORB214", consequence=Consequence.HYGIENE, severity=Severity.WARNING)
def env_file_marked(config: Config) -> Iterator[Finding]:
    """The `.env` begins with a byte order mark, and a name stands behind it.

    Editors on Windows write one. python-dotenv before 1.2.3, which ORBIT allows, takes it for the first letter of the first name, so that this variable is not set; since then it is left out.

    ```yaml bad
    # file: .env
    \ufeffNAME=value
    ```

    ```yaml good
    # file: .env
    NAME=value
    ```
    """
    for event in config.events_of(EnvFileMarked):
        first = (name for name, variable in config.environment.variables.items() if variable.place and variable.place[:2] == (event.file, 0))
        for name in first:
            yield Finding(
                f"the file begins with a byte order mark, which python-dotenv before 1.2.3 takes for a part of the name: `{name}` is then not set",
                Span(event.file, 0, len(name)),
                "save the file as UTF-8 without a byte order mark, or begin it with an empty line",
            )


RULES = (env_file_unread, env_line_ignored, env_file_overrides, env_file_marked)
