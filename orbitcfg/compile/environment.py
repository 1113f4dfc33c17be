"""The variables that ORBIT would see: the process environment, overridden by the first `.env`."""

import codecs
import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping

from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.decode import decode_source, reason
from orbitcfg.document.events import EnvFileMarked, EnvFileUnread, EnvLineIgnored, EnvOverridden, Event, FileFault, FileProblem
from orbitcfg.document.source import Source, Span
from orbitcfg.files.store import Files
from orbitcfg.limits import MAX_FILE_BYTES

PROCESS = "environment"
EXAMPLE_NAMES = ("env.example", ".env.example")
# names that are commented out count: an example shows optional variables that way
_DECLARATION = r"(?m)^[ \t]*(?:#[ \t]*)?(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)="
_ASSIGNMENT = r"(?m)^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(?=[^\s#])"
MAX_ENTRIES = 50_000
"""Lines of an env file that say something."""

MAX_BLANKS = 200
"""Blanks in a row in an env file. The time of python-dotenv grows with the square of their number, in ORBIT too."""

_BLANKS = r"[^\S\r\n]+"
_NAME_END = ":-|[}:]"
_OTHER_NAMES = (
    ".envrc",
    *(f".env.{kind}" for kind in ("local", "dev", "development", "prod", "production", "staging", "test", "docker")),
    *(f".env.{kind}.local" for kind in ("development", "production", "test")),
)
"""What other programs read variables from, and ORBIT does not."""

LEVELS = 3
"""How many folders ORBIT looks for `.env` in: the project root, its parent, its grandparent."""


@dataclass(frozen=True, slots=True)
class EnvVariable:
    """A variable that is set. `source` is `environment` or the name of the env file, where `place` is its line."""

    value: str
    source: str
    place: Span | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """Variables by name, and the sources that were used, the winning one last."""

    variables: Mapping[str, EnvVariable] = field(default_factory=dict)
    sources: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> EnvVariable | None:
        return self.variables.get(name)


def read_environment(
    files: Files,
    project_root: str | None,
    process: Mapping[str, str],
    env_files: Iterable[str] | None = None,
) -> tuple[Environment, list[Event]]:
    """The environment of an ORBIT that runs in `project_root`, and what is odd about its files.

    `env_files`, where given, are read in their order instead of the search for a `.env`. `project_root` None reads no file.
    """
    variables = {name: EnvVariable(value, PROCESS) for name, value in process.items()}
    sources = [PROCESS] if process else []
    events: list[Event] = []
    paths = list(env_files) if env_files is not None else _found(files, project_root, events)
    # each file replaces what was set before, even by an empty value (loader §2.2)
    for path in paths:
        source = _source(files, path, events)
        if source is not None:
            _override(variables, source, events)
            sources.append(source.name)
    return Environment(variables, tuple(sources)), events


def _found(files: Files, project_root: str | None, events: list[Event]) -> list[str]:
    """The one `.env` that ORBIT reads, and an event for each that it does not."""
    if project_root is None:
        return []
    existing = [path for path in _candidates(files, project_root) if files.is_file(path)]
    # the first that exists is the only one that ORBIT reads (loader §2.1)
    events.extend(EnvFileUnread(Source(files.name(path), "", private=True), files.name(existing[0])) for path in existing[1:])
    return existing[:1]


def unread_env_files(files: Files, root: str, project_root: str) -> list[Event]:
    """The env files at hand that ORBIT does not look for: of another name, or in the configuration's own folder where that is not the project's root."""
    project, folder = files.realpath(project_root), files.realpath(os.path.dirname(root) or ".")
    paths = [os.path.join(project, name) for name in _OTHER_NAMES]
    if folder != project:
        paths += (os.path.join(folder, name) for name in (".env", *_OTHER_NAMES))
    return [EnvFileUnread(Source(files.name(path), "", private=True), None, _names_in(files, path)) for path in paths if files.is_file(path)]


def _names_in(files: Files, path: str) -> frozenset[str]:
    """The variables that a file gives a value; none where it cannot be read."""
    try:
        source, _ = decode_source(path, files.read(path, MAX_FILE_BYTES + 1))
    except OSError:
        return frozenset()
    return frozenset(re.findall(_ASSIGNMENT, source.text))


def _candidates(files: Files, project_root: str) -> Iterator[str]:
    folder = files.realpath(project_root)
    for _ in range(LEVELS):
        yield os.path.join(folder, ".env")
        folder = os.path.dirname(folder)


def _source(files: Files, path: str, events: list[Event]) -> Source | None:
    name = files.name(path)
    try:
        content = files.read(path, MAX_FILE_BYTES + 1)
    except OSError as error:
        events.append(FileFault(FileProblem.UNREADABLE, Source(name, "", private=True), reason(error)))
        return None
    source, fault = decode_source(name, content)
    private = Source(source.name, source.text, private=True)
    if fault:
        place = Span(private, fault.place.start, fault.place.end) if isinstance(fault.place, Span) else private
        events.append(FileFault(fault.problem, place, fault.detail))
        return None
    if content.startswith(codecs.BOM_UTF8):
        events.append(EnvFileMarked(private))
    return private


def _override(variables: dict[str, EnvVariable], source: Source, events: list[Event]) -> None:
    """Adds the file's variables as python-dotenv does with `override`: the file's own names go before the process's, also in `${…}`."""
    # imported here: most runs meet no env file
    from dotenv.parser import parse_stream

    run = next((each for each in re.finditer(_BLANKS, source.text) if len(each[0]) > MAX_BLANKS), None)
    if run is not None:
        events.append(FileFault(FileProblem.TOO_MANY_BLANKS, Span(source, run.start(), run.end())))
        return
    offset, left = 0, MAX_FILE_BYTES
    for number, binding in enumerate(parse_stream(io.StringIO(source.text, newline=""))):  # line breaks as they are, since the spans count characters
        span = _span(source, offset, binding.original.string)
        offset += len(binding.original.string)
        if number >= MAX_ENTRIES:
            events.append(FileFault(FileProblem.TOO_MANY_ENTRIES, span))
            return
        # a name without `=` changes nothing (loader §2.2)
        if binding.error or (binding.key is not None and binding.value is None):
            events.append(EnvLineIgnored(span, has_no_equals=not binding.error))
        if binding.key is None or binding.value is None:
            continue
        # names further up in the file go before the process's (loader §2.4); `variables` holds both by then
        parts = list(_parts(binding.value, variables, left))
        left -= sum(map(len, parts))
        if left < 0:
            events.append(FileFault(FileProblem.TOO_MANY_CHARACTERS, span))
            return
        value = "".join(parts)
        before = variables.get(binding.key)
        if before and before.source == PROCESS and before.value != value:
            events.append(EnvOverridden(binding.key, span))
        variables[binding.key] = EnvVariable(value, source.name, span)


def _parts(text: str, variables: Mapping[str, EnvVariable], limit: int) -> Iterator[str]:
    """The parts of a value with its `${NAME}` and `${NAME:-default}` filled, as python-dotenv fills them, up to one that is over the limit in all."""
    position, last = 0, text.rfind("}")
    while limit >= 0 and 0 <= (start := text.find("${", position)) < last and (mark := re.compile(_NAME_END).search(text, start + 2)):
        end = mark.start() if mark[0] == "}" else text.find("}", mark.end()) if mark[0] == ":-" else -1
        if end < 0:  # no name may hold this mark, so nothing that opens before it is a placeholder
            yield text[position : mark.end()]
            position = mark.end()
            continue
        name, default = text[start + 2 : mark.start()], text[mark.end() : end] if mark[0] == ":-" else ""
        known = variables.get(name)
        part = default if known is None else known.value
        yield from (text[position:start], part)
        limit -= len(part)
        position = end + 1
    yield text[position:]


def _span(source: Source, offset: int, text: str) -> Span:
    """The first line of a binding, without the blanks and comments that python-dotenv counts to it."""
    start = offset + len(text) - len(text.lstrip())
    body = text.strip()
    return Span(source, start, start + len(body.partition("\n")[0].rstrip()))


def declared_names(files: Files, project_root: str) -> frozenset[str] | None:
    """The variables named in the project's `env.example`, in comments too; None where there is no such file."""
    places = declarations(files, project_root)
    return None if places is None else frozenset(places)


def declarations(files: Files, project_root: str) -> Mapping[str, Span] | None:
    """Where the project's `env.example` names each variable first, in comments too; None where there is no such file."""
    for name in EXAMPLE_NAMES:
        path = os.path.join(project_root, name)
        if files.is_file(path):
            try:
                source, _ = decode_source(files.name(path), files.read(path, MAX_FILE_BYTES + 1))
            except OSError:
                return None
            found = {match[1]: Span(source, match.start(1), match.end(1)) for match in reversed(list(re.finditer(_DECLARATION, source.text)))}
            return dict(reversed(found.items()))
    return None
