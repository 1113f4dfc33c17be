"""The command `diff --upgrade`: one configuration with two releases of ORBIT."""

import os
from collections.abc import Mapping

from orbitcfg.commands.compiled import compile_config, reading_of, whole_target
from orbitcfg.commands.reporting import lint_result
from orbitcfg.commands.upgrade.result import Edition, Upgrade
from orbitcfg.dataclass import replace
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk, Files
from orbitcfg.lint.releases import is_judged
from orbitcfg.lint.verdict import verdict_of
from orbitcfg.project.compiler import Path
from orbitcfg.project.config import Config
from orbitcfg.release import OLDEST_JUDGED, OrbitChoice, Release
from orbitcfg.settings.model import Settings

_BETWEEN = ".."


def upgrade(
    releases: str,
    path: Path | None = None,
    settings: Settings = Settings(),
    *,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
) -> Upgrade:
    """What a configuration loses, gains or must change from one release of ORBIT to another, written `2.11.0..2.15.9`.

    Without the earlier one it is the ORBIT that the configuration belongs to, without the later one the newest known. Raises UsageError for what names no
    releases or those that too little is known of, and where there is no configuration.
    """
    earlier, later = _parsed(releases)
    files = files or Disk()
    process = os.environ if process is None else process
    target = whole_target(files, None if path is None else os.fspath(path), settings.roots)
    sides: list[Edition] = []
    for release in (earlier or settings.orbit, later):
        chosen = replace(settings, orbit=release)
        config = compile_config(files, target, chosen, reading_of(chosen), process)
        if later is None and sides:
            known = OrbitChoice(str(config.orbit.catalogue))
            config = compile_config(files, target, replace(chosen, orbit=known), reading_of(chosen), process)
        _refuse_unknown(config)
        result = lint_result(config, settings.policy)
        sides.append(Edition(config, result, verdict_of(config, result.found)))
    return Upgrade(*sides)


def _refuse_unknown(config: Config) -> None:
    """Of a release that nothing is known of, all would seem to stay as it is. Raises UsageError for one."""
    orbit = config.orbit
    is_beyond = orbit.is_newest and not orbit.is_catalogued and orbit.folder is None
    if is_beyond or not is_judged(config):
        raise UsageError(f"--upgrade compares releases from {OLDEST_JUDGED} to {orbit.catalogue}: too little is known of ORBIT {orbit.release}")


def _parsed(text: str) -> tuple[OrbitChoice | None, OrbitChoice | None]:
    earlier, between, later = text.partition(_BETWEEN)
    for each in (earlier, later):
        if not between or (each and Release.parse(each) is None):
            raise UsageError("--upgrade takes two releases, such as `2.11.0..2.15.9`")
    return (OrbitChoice(earlier) if earlier else None), (OrbitChoice(later) if later else None)
