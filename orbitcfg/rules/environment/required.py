"""What ORBIT's loader insists on."""

from collections.abc import Iterator

from orbitcfg.document.events import LoaderCrash, RequiredMissing
from orbitcfg.document.tree import Interpolated, at
from orbitcfg.masking.names import is_secret_name
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation
from orbitcfg.report.finding import Finding
from orbitcfg.report.verdict import NOT_STARTING
from orbitcfg.rules._placeholders import variable_of
from orbitcfg.rules._rule import rule


@rule("ORB207", consequence=Consequence.NO_START)
def required_value_missing(config: Config) -> Iterator[Finding]:
    """A value without which ORBIT does not start is missing or empty.

    Always `auth.default_admin_password`; and for MongoDB, PostgreSQL, Elasticsearch and Redis, where they are chosen or switched on, how to reach
    them. A switch that holds the text "false" is on. A Redis that wants no password has the text "null" for one. A variable that is not set here does not count as missing, unless `resolve` asks for what ORBIT would really do.

    ```yaml bad
    auth:
      default_admin_password: ""
    ```

    ```yaml good
    auth:
      default_admin_password: ${ORBIT_DEFAULT_ADMIN_PASSWORD}
    ```
    """
    # what a fragment lacks may stand in its root
    if config.fragment:
        return
    for event in config.events_of(RequiredMissing):
        because: tuple[Annotation, ...] = ()
        if event.because:
            because = (Annotation(config.locate(event.because), f"`{config.format_path(event.because)}` asks for it"),)
        yield Finding(
            f"`{config.format_path(event.path)}` is {'empty' if at(config.tree, event.path) else 'missing'}{NOT_STARTING}",
            event.path,
            _remedy(config, event),
            related=because,
            fatal=True,
            explains=(event.path,),
        )


@rule("ORB208", consequence=Consequence.NO_START)
def loader_crash(config: Config) -> Iterator[Finding]:
    """A section that ORBIT's loader looks into is no mapping.

    Null, text or a list there ends the start with an AttributeError or a TypeError that names no key.

    ```yaml bad
    security:
      cors:
    ```

    ```yaml good
    security:
      cors: {}
    ```
    """
    for event in config.events_of(LoaderCrash):
        yield Finding(
            f"`{config.format_path(event.path)}` must be {event.needs}{NOT_STARTING}",
            event.path,
            f"write its {'keys' if event.needs == 'a mapping' else 'items'} below it, or remove the line",
            fatal=True,
        )


def _variables(config: Config, event: RequiredMissing) -> str:
    """The variables that would fill the value, where it is made of any."""
    node = at(config.tree, event.path)
    steps = node.steps if node else ()
    names = [
        substitution.name
        for step in steps
        if isinstance(step, Interpolated)
        for substitution in step.substitutions
        if not substitution.is_set and substitution.name.isidentifier()
    ]
    return ", ".join(f"`{name}`" for name in names)


def _remedy(config: Config, event: RequiredMissing) -> str:
    """What to set, or what to write there: the usual value, or the variable that ORBIT's own configurations fill it from."""
    key, row = event.path[-1], config.catalog.at(config.tree, event.path)
    usual = None if row is None or is_secret_name(key) else row.schema.get("default")
    if names := _variables(config, event):
        remedy = f"set {names}"
    elif usual:
        remedy = f"write `{key}: {usual}`"
    else:
        remedy = f"write `{key}: ${{{variable_of(config, event.path)}}}`, and set that variable"
    # of a value that may be none, and must say so
    return remedy if row is None or row.spec.none is None else f'{remedy}, or write `{key}: "{row.spec.none}"` where none is wanted'


RULES = (required_value_missing, loader_crash)
