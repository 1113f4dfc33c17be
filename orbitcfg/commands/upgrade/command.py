"""The command `diff --upgrade`: one configuration with two releases of ORBIT."""

import os
from collections.abc import Mapping

from orbitcfg.catalog.store import known_orbit
from orbitcfg.commands.compiled import compile_options, reading_of, whole_target
from orbitcfg.commands.readings import SharedReadings
from orbitcfg.commands.reporting import lint_result
from orbitcfg.commands.upgrade.result import Edition, Upgrade
from orbitcfg.compile.discovery import ConfigTarget
from orbitcfg.compile.imports import ReadContent
from orbitcfg.dataclass import replace
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk, Files
from orbitcfg.lint.releases import is_judged
from orbitcfg.lint.verdict import verdict_of
from orbitcfg.project.compiler import Path, configuration
from orbitcfg.project.config import Config
from orbitcfg.project.orbit import refuse_line, release_named
from orbitcfg.release import OLDEST_JUDGED, OrbitChoice
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
    # the files are the same on both sides, and take the most time
    read = SharedReadings().read
    was = _edition(files, target, replace(settings, orbit=earlier or settings.orbit), process, read)
    now = replace(settings, orbit=later or OrbitChoice(str(known_orbit().release)))
    return Upgrade(was, _edition(files, target, now, process, read))


def _edition(files: Files, target: ConfigTarget, settings: Settings, process: Mapping[str, str], read: ReadContent) -> Edition:
    config = configuration(files, target, compile_options(settings, reading_of(settings), process), read=read)
    _refuse_unknown(config)
    result = lint_result(config, settings.policy)
    return Edition(config, result, verdict_of(config, result.found))


def _refuse_unknown(config: Config) -> None:
    """Of a release that nothing is known of, all would seem to stay as it is. Raises UsageError for one."""
    orbit = config.orbit
    is_beyond = orbit.is_newest and not orbit.is_catalogued and orbit.folder is None
    if is_beyond or not is_judged(config):
        raise UsageError(f"--upgrade compares releases from {OLDEST_JUDGED} to {orbit.catalogue}: too little is known of ORBIT {orbit.release}")


def _parsed(text: str) -> tuple[OrbitChoice | None, OrbitChoice | None]:
    earlier, between, later = text.partition(_BETWEEN)
    for each in (earlier, later):
        if not between or (each and release_named(each, "`--upgrade`") is None):
            if between:
                refuse_line(each, "`--upgrade`")
            raise UsageError("--upgrade takes two releases, such as `2.11.0..2.15.9`")
    return (OrbitChoice(earlier) if earlier else None), (OrbitChoice(later) if later else None)
