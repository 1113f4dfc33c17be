"""Traps of the `.env` file. Its text is never shown: it holds secrets."""

from collections.abc import Iterator

from orbitcfg.document.events import EnvFileUnread, EnvLineIgnored, EnvOverridden
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule


@rule("ORB210", consequence=Consequence.HYGIENE, severity=Severity.WARNING)
def env_file_unread(config: Config) -> Iterator[Finding]:
    """There is a second `.env` that ORBIT never reads.

    ORBIT reads the first `.env` of the project root, its parent and its grandparent, and no other.

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

    ```yaml good
    # file: .env
    A=1
    ```
    """
    for event in config.events_of(EnvFileUnread):
        why = f"`{event.read}` is found first" if event.read else "it looks in the project's root and above, not in the configuration's folder"
        yield Finding(f"ORBIT does not read this file: {why}", event.file, "move its lines there, or remove it")


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


@rule("ORB212", consequence=Consequence.HYGIENE, severity=Severity.INFO, counted="variables that the `.env` overrides")
def env_file_overrides(config: Config) -> Iterator[Finding]:
    """A variable of the process is replaced by the `.env`.

    ORBIT loads the `.env` over the real environment, so what the shell, the service manager or the container sets is lost, even to an empty value.

    ```yaml bad
    # environment: NAME=1
    # file: .env
    NAME=2
    ```

    ```yaml good
    # environment: NAME=2
    # file: .env
    NAME=2
    ```
    """
    for event in config.events_of(EnvOverridden):
        yield Finding(
            f"`{event.name}` is also set in the environment, to another value: ORBIT takes the one here",
            event.span,
            "remove the line where the environment is meant",
        )


RULES = (env_file_unread, env_line_ignored, env_file_overrides)
