"""The support bundle: what a bug report needs, and nothing that is anybody's secret."""

import io
import os
import platform
import re
import zipfile
from collections.abc import Mapping
from importlib import metadata

from orbitcfg.catalog.store import orbit_version
from orbitcfg.commands.compiled import compile_config, whole_target
from orbitcfg.commands.doctor.checkup import Checkup
from orbitcfg.commands.doctor.json import render as report_text
from orbitcfg.commands.resolve.yaml import origin_label
from orbitcfg.compile import InterpolationMode
from orbitcfg.compile.environment import PROCESS
from orbitcfg.dataclass import dataclass
from orbitcfg.document.events import PlaceholderUsed
from orbitcfg.document.masked import masked_node
from orbitcfg.document.yaml_writer import annotated_yaml, to_yaml
from orbitcfg.files.store import Disk, Files
from orbitcfg.masking.names import is_secret_name
from orbitcfg.masking.values import mask_defaults
from orbitcfg.project.compiler import Path
from orbitcfg.project.config import Config
from orbitcfg.report.home import tilde
from orbitcfg.report.json_text import json_text
from orbitcfg.report.style import Style
from orbitcfg.settings.model import ENVIRONMENT, Settings
from orbitcfg.version import __version__

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive, the first that a zip can state: equal content, equal bytes."""

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_ALWAYS = (*ENVIRONMENT, "NO_COLOR", *_PROXIES, *(name.lower() for name in _PROXIES), "SSL_CERT_FILE", "SSL_CERT_DIR")
"""Variables that change what orbitcfg does, whatever the configuration says."""

_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)[^;]*(?:; extra == '(?P<extra>\w+)')?")

README = "README.txt"
_ABOUT = {
    "configuration.yaml": "the configuration as ORBIT resolves it, every ${VARIABLE} as it is written, with the line behind each value",
    "report.json": "the verdict, and what doctor planned, saw and found",
    "environment.json": "the variables that matter here: set or not, and by what; no value",
    "versions.json": "of orbitcfg, Python, the platform and what orbitcfg imports",
}


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of a bundle: text by name."""

    files: Mapping[str, str]

    @property
    def listing(self) -> str:
        """A line for each file: its name, its size, and what it holds."""
        rows = [f"  {name:<20} {len(_bytes(text)):>8,} bytes  {_ABOUT.get(name, 'this list')}" for name, text in self.files.items()]
        return "\n".join(rows)

    @property
    def archive(self) -> bytes:
        """The bundle as a zip; the same bytes for the same files."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, text in self.files.items():
                entry = zipfile.ZipInfo(name, _LONG_AGO)
                entry.compress_type = zipfile.ZIP_DEFLATED
                # Unix, on whatever system this runs: equal content, equal bytes
                entry.create_system = 3
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, _bytes(text), compresslevel=9)
        return buffer.getvalue()


def bundled(
    checkup: Checkup,
    path: Path | None = None,
    settings: Settings = Settings(),
    *,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
) -> Bundle:
    """The bundle for a checkup of the configuration at `path`; where only an address was looked at, it has no configuration."""
    files = files or Disk()
    process = os.environ if process is None else process
    config = _symbolic(files, path, settings, process) if checkup.root else None
    held = {
        **({"configuration.yaml": _configuration(config)} if config else {}),
        "report.json": report_text(checkup, Style()),
        "environment.json": _json(_variables(config, checkup, process)),
        "versions.json": _json(versions()),
    }
    about = "".join(f"{name}: {_ABOUT[name]}\n" for name in held)
    verdict = f"{checkup.verdict.headline}\n\n" if checkup.verdict else ""
    orbit = f"For ORBIT {summary.orbit}.\n\n" if (summary := checkup.report.summary).orbit else ""
    head = f"What orbitcfg doctor gathered for a bug report. Secrets are masked; look through it before you send it.\n\n{verdict}{orbit}"
    return Bundle({name: tilde(text) for name, text in {README: head + about, **held}.items()})


def versions() -> dict[str, object]:
    """The versions that a bug may depend on; None for what is not installed."""
    return {
        "orbitcfg": __version__,
        "orbit": orbit_version(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": platform.platform(),
        "machine": platform.machine(),
        "dependencies": {name: _version(name) for name in _dependencies()},
    }


def _dependencies() -> list[str]:
    """The names of what orbitcfg imports, the embedded engine included; none where orbitcfg runs without being installed."""
    try:
        written = metadata.requires("orbitcfg") or []
    except metadata.PackageNotFoundError:
        return []
    found = [match for each in written if (match := _REQUIREMENT.fullmatch(each))]
    return sorted({match["name"] for match in found if match["extra"] in (None, "smoke")})


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _symbolic(files: Files, path: Path | None, settings: Settings, process: Mapping[str, str]) -> Config:
    return compile_config(files, whole_target(files, path, settings.roots), settings, InterpolationMode.SYMBOLIC, process)


def _configuration(config: Config) -> str:
    value = _without_defaults(masked_node(config.written))
    return annotated_yaml(to_yaml(value), lambda positions: origin_label(config.written, positions))


def _without_defaults(value: object, key: object = None) -> object:
    """The value with `${NAME:-***}` for the default of a secret: though it is written in the repository."""
    match value:
        case dict():
            return {name: _without_defaults(each, name) for name, each in value.items()}
        case list():
            return [_without_defaults(each, key) for each in value]
        case str() if is_secret_name(key):
            return mask_defaults(value)
    return value


def _variables(config: Config | None, checkup: Checkup, process: Mapping[str, str]) -> dict[str, str | None]:
    """For each variable that matters, what sets it; None where nothing does."""
    used = {event.substitution.label for event in config.events_of(PlaceholderUsed)} if config else set()
    named = {value.variable for probe in checkup.resources for value in probe.target.values.values() if value.variable}
    keys = {name for target in checkup.targets for name in target.key_variables} | {name for key in checkup.host.keys for name in key.variables}
    known = config.environment.variables if config else {}
    found: dict[str, str | None] = {}
    for name in sorted({*used, *keys, *named, *_ALWAYS}):
        variable = known.get(name)
        found[name] = variable.source if variable else PROCESS if process.get(name) and (config is None or name in _ALWAYS) else None
    return found


def _bytes(text: str) -> bytes:
    """Text as UTF-8; names that were no text on the disk hold characters that it cannot hold."""
    return text.encode("utf-8", "replace")


def _json(value: object) -> str:
    return json_text(value)
