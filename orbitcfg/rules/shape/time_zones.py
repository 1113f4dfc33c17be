"""Time zones that do not exist."""

from collections.abc import Iterator

from orbitcfg.document.tree import Scalar, Unknown
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._fixes import replacement_fix
from orbitcfg.rules._rule import rule
from orbitcfg.rules._variables import env_line, whole_variable
from orbitcfg.rules.shape._dead import below_dead
from orbitcfg.suggest import nearest


@rule("ORB310", consequence=Consequence.DIFFERENT)
def unknown_time_zone(config: Config) -> Iterator[Finding]:
    """A time zone is named that does not exist.

    ORBIT logs a warning and uses `clock_service.default_timezone`, or UTC where that is the wrong one. Zones have the names of the IANA database, in which capital letters count.

    ```yaml bad
    clock_service: {enabled: true, default_timezone: Europe/Zurch}
    ```

    ```yaml good
    clock_service: {enabled: true, default_timezone: Europe/Zurich}
    ```
    """
    for path, node, *_ in config.rows_with("time-zone"):
        name = node.value if isinstance(node, Scalar) else None
        if not isinstance(name, str) or not name or isinstance(name, Unknown) or below_dead(config, path):
            continue
        # imported here: few configurations tell the time
        from orbitcfg.catalog.time_zones import TIME_ZONES

        if name not in TIME_ZONES:
            meant = next((each for each in TIME_ZONES if each.lower() == name.lower()), None) or nearest(name, TIME_ZONES)
            instead = "UTC" if path[0] == "clock_service" else "the time of `clock_service.default_timezone`"
            variable = whole_variable(config, path)
            place = env_line(config, variable)
            written = f"{variable}={meant}" if place is not None else meant
            yield Finding(
                f"{f'`{variable}` names no time zone that exists' if variable else f'there is no time zone `{name}`'}: ORBIT uses {instead}",
                place or path,
                f"write `{written}`" if meant else "write a name such as `Europe/Zurich`",
                value=True,
                key=path,
                fix=replacement_fix(config, path, name, meant, safe=False) if meant and not node.steps else None,
            )


RULES = (unknown_time_zone,)
