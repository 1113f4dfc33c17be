"""The settings file: `orbitcfg.toml`, or `[tool.orbitcfg]` in `pyproject.toml`, of the project that a configuration belongs to."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from orbitcfg.dataclass import dataclass
from orbitcfg.document.decode import decode_source, reason
from orbitcfg.errors import UsageError
from orbitcfg.files.sandbox import is_inside, is_root, refuse_leaving, upward
from orbitcfg.files.store import Files
from orbitcfg.limits import MAX_FILE_BYTES
from orbitcfg.release import OrbitChoice, Release

OWN_NAME = "orbitcfg.toml"
SHARED_NAME = "pyproject.toml"
_MARK = b"orbitcfg"
_MANY_DOTS = r"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){50}"""
"""A key of fifty parts; tomllib's time for one grows with the square of its parts."""

_LONGEST_PATTERN = 1_000
_FILES = ("roots", "env-file", "schemas")
"""Settings that name files to be read; they may not leave the repository, which may be anybody's."""


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A settings file: its name for the user, its folder, the folder that its paths may not leave, and its table as written."""

    name: str
    folder: str
    fence: str
    table: dict[str, Any]


RuleCode: TypeAlias = Callable[[str], str]
"""The code, or the beginning of codes, that a name in a settings file means. Raises UsageError where it means none."""


def values(files: Files, path: str | None, code_of: RuleCode) -> dict[str, Any]:
    """What the settings file for a path sets, by the names of `Settings`; nothing where there is none.

    `path` is what the user named, a folder or a file, None for the working directory. Raises UsageError for a file that is wrong.
    """
    found = read(files, path)
    return _values(files, found, code_of) if found else {}


def read(files: Files, path: str | None) -> SettingsFile | None:
    """The nearest settings file from a path upward to the root of its repository. Raises UsageError for one that cannot be read."""
    refuse_leaving(files, path or ".")
    start = path if path is not None and files.is_dir(path) else os.path.dirname(path or "")
    folders = list(upward(files, start or "."))
    for folder in folders:
        for name in (OWN_NAME, SHARED_NAME):
            candidate = os.path.join(folder, name)
            if files.is_file(candidate):
                table = _table(files, candidate)
                if table is not None:
                    fence = folders[-1] if is_root(files, folders[-1]) else folder
                    return SettingsFile(files.name(candidate), folder, fence, table)
    return None


def _table(files: Files, path: str) -> dict[str, Any] | None:
    """The table of a file; None for a `pyproject.toml` that has none, which is not even parsed where the word is not in it."""
    name = files.name(path)
    try:
        content = files.read(path, MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read `{name}`: {reason(error)}") from None
    own = os.path.basename(path) == OWN_NAME
    if not own and _MARK not in content:
        return None
    document = _parsed(name, content)
    table = document if own else _section(document)
    if table is not None:
        _check(name, content, table)
    return table


def _parsed(name: str, content: bytes) -> dict[str, Any]:
    import tomllib

    source, fault = decode_source(name, content)
    if fault or len(content) > MAX_FILE_BYTES:
        raise UsageError(f"`{name}` is not UTF-8, or larger than {MAX_FILE_BYTES // 1024 // 1024} MiB")
    if re.search(_MANY_DOTS, source.text):
        raise UsageError(f"`{name}` is nested too deep")
    try:
        return tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"`{name}` is not valid TOML: {str(error)[:1].lower()}{str(error)[1:]}") from None
    except RecursionError:
        raise UsageError(f"`{name}` is nested too deep") from None
    except ValueError:  # which tomllib lets pass where Python refuses to make a number of so many digits
        raise UsageError(f"`{name}` holds a number of too many digits") from None


def _section(document: dict[str, Any]) -> dict[str, Any] | None:
    match document:
        case {"tool": {"orbitcfg": dict(table)}}:
            return table
    return None


def _check(name: str, content: bytes, table: dict[str, Any]) -> None:
    from orbitcfg.settings.schema import problems

    found = problems(table)
    if found:
        raise UsageError("\norbitcfg: ".join(f"{name}{_line(content, setting)}: {problem}" for setting, problem in found))


def _line(content: bytes, setting: str) -> str:
    """`:LINE` of a setting's first assignment or table, as far as a look can tell."""
    written = re.escape(setting).encode()
    match = re.search(rb"^[ \t]*(?:\[[^\]\n]*)?[\"']?" + written + rb"[\"']?[ \t]*[=.\]]", content, re.MULTILINE)
    if match is None:
        return ""
    number = content.count(b"\n", 0, match.start()) + 1
    return f":{number}"


def _values(files: Files, found: SettingsFile, code_of: RuleCode) -> dict[str, Any]:
    table = found.table
    try:
        chosen: dict[str, Any] = {name: tuple(_codes(table[name], code_of)) for name in ("select", "ignore") if name in table}
        severity = {code_of(name): level for name, level in table.get("severity", {}).items()}
    except UsageError as error:
        raise UsageError(f"{found.name}: {error}") from None
    paths = {name.replace("env-file", "env_files"): tuple(_paths(files, found, name)) for name in _FILES if name in table}
    globs = {"unreachable": tuple(_globs(files, found))} if "unreachable" in table else {}
    rest = {"severity": severity} if severity else {}
    fail_on = {"fail_on": table["fail-on"]} if "fail-on" in table else {}
    orbit = {"orbit": _orbit(files, found)} if "orbit" in table else {}
    return {**chosen, **paths, **globs, **rest, **fail_on, **orbit}


def _codes(names: Iterable[str], code_of: RuleCode) -> Iterator[str]:
    """The codes that names mean; blanks mean none."""
    return (code_of(name.strip()) for name in names if name.strip())


def _paths(files: Files, found: SettingsFile, setting: str) -> Iterator[str]:
    """The files that a setting names, as seen from where the user works."""
    yield from _inside(files, found, setting, found.table[setting])


def _inside(files: Files, found: SettingsFile, setting: str, names: Iterable[str]) -> Iterator[str]:
    for each in names:
        path = os.path.join(found.folder, each)
        if "\0" in each or not is_inside(files.realpath(path), found.fence):
            raise UsageError(f"{found.name}: `{setting}` names `{each}`, which lies outside the repository")
        yield files.name(path)


def _orbit(files: Files, found: SettingsFile) -> OrbitChoice:
    """The ORBIT that a setting names: a release as it is, a folder as seen from where the user works."""
    text = found.table["orbit"]
    if Release.parse(text) is None:
        (text,) = _inside(files, found, "orbit", [text])
    return OrbitChoice(text, "setting")


def _globs(files: Files, found: SettingsFile) -> Iterator[str]:
    from orbitcfg.files.patterns import pattern_below

    folder = files.name(found.folder)
    if any(len(each) > _LONGEST_PATTERN for each in found.table["unreachable"]):
        raise UsageError(f"{found.name}: `unreachable` has a pattern of over {_LONGEST_PATTERN:,} characters")
    yield from (pattern_below(folder, each) for each in found.table["unreachable"])
