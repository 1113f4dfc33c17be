"""Remedies carried out: the forms in which `help` says what to do, and what each makes of the files of a case.

A form that is not understood is an error here, so that no remedy goes untried unseen: it is given a way to be carried out, or stands below with the reason why it says nothing to write.
"""

import json
import posixpath
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote

import yaml

from orbitcfg.compile import InterpolationMode
from orbitcfg.document.keypath import extend_key_path, parse_key_path
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import KeyPath, Mapping, Sequence, at, key_span, plain, value_at
from orbitcfg.files.store import Memory
from orbitcfg.lint.runner import LintResult, run_rules
from orbitcfg.masking.names import is_secret_name
from orbitcfg.project.compiler import CompileOptions, EnvironmentChoice
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Diagnostic
from orbitcfg.rules import RULES
from tests.compiled import compiled


@dataclass(frozen=True)
class Case:
    """The files of a case, in memory, and how they are read. `touched` are the lines that a remedy wrote, by file."""

    files: Memory
    variables: MappingType[str, str] = field(default_factory=dict)
    where: str = "/repo"
    mode: InterpolationMode = InterpolationMode.UNKNOWN
    strict_env: bool = False
    touched: frozenset[tuple[str, int]] = frozenset()
    known: LintResult | None = None
    """What is found in them, where that is known."""

    @cached_property
    def config(self) -> Config:
        """The configuration that they are."""
        options = CompileOptions(self.mode, EnvironmentChoice(self.variables), strict_env=self.strict_env)
        return compiled(self.files, self.where, options)

    @cached_property
    def result(self) -> LintResult:
        """What is found in them."""
        return self.known or run_rules(self.config, RULES)

    def text(self, path: str) -> str:
        """The text of a file."""
        return self.files.contents[path].decode("utf-8", "replace").removeprefix("\ufeff")

    def written(self, path: str, start: int, end: int, text: str) -> "Case":
        """The case with other text in a stretch of a file."""
        old = self.text(path)
        new = old[:start] + text + old[end:]
        first = new.count("\n", 0, start) + 1
        lines = range(first, first + text.count("\n") + 1)
        moved = frozenset((file, line) for file, line in self.touched if file != path) | {(path, line) for line in lines}
        return replace(self.with_contents({**self.files.contents, path: new.encode()}), touched=moved)

    def with_variable(self, name: str, value: str) -> "Case":
        """The case with a variable set where ORBIT is started, and in no env file."""
        contents = {
            path: re.sub(rf"(?m)^(?:export )?{name}=.*\n?", "", content.decode("utf-8", "replace")).encode() if path.endswith(".env") else content
            for path, content in self.files.contents.items()
        }
        return replace(self.with_contents(contents), variables={**self.variables, name: value})

    def with_contents(self, contents: MappingType[str, bytes]) -> "Case":
        """The case with these files."""
        return replace(self, files=Memory(contents, self.files.forbidden), known=None)


class NoPlace(Exception):
    """A remedy cannot be carried out here, as its place is in no file that can be edited."""


@dataclass(frozen=True)
class Scene:
    """A finding in its case."""

    case: Case
    found: Diagnostic

    @property
    def tree(self) -> Mapping:
        return self.case.config.tree

    @property
    def span(self) -> Span:
        """The finding's place."""
        if not isinstance(self.found.place, Span):
            raise NoPlace
        return self.found.place

    @cached_property
    def path(self) -> KeyPath:
        """The finding's key path."""
        return self.resolved(self.found.key or "")

    def resolved(self, text: str) -> KeyPath:
        """A key path that is written out whole."""
        return extend_key_path(self.tree, parse_key_path(text) or ())

    def named(self, text: str) -> KeyPath:
        """The path that a name means in a remedy of this finding: a whole one, the finding's own, one beside it or one below it."""
        parts = parse_key_path(text) or ()
        if len(parts) > 1 and (parts[0] in self.tree.entries or parts[0] in self.case.config.catalog.root.properties):
            return extend_key_path(self.tree, parts)
        for path in (self.path, self.path[:-1]):
            if path[-len(parts) :] == parts:
                return path
        holders = [path for path in (self.path, self.path[:-1]) if isinstance(at(self.tree, path), Mapping)]
        return next((path + parts for path in holders if at(self.tree, path + parts) is not None), (*(holders or [self.path[:-1]])[0], *parts))

    def holder(self, text: str) -> KeyPath:
        """The path of a mapping that a remedy names: a section, or one that an adapter has."""
        if text in self.case.config.catalog.root.properties or "." in text:
            return self.resolved(text)
        if self.path[:1] == ("adapters",):
            return self.named(text)
        on = next((adapter for adapter in self.case.config.adapters if adapter.is_on), None)
        if on is None:
            raise NoPlace
        return (*on.path, text)

    # --- what can be done ---

    def file_of(self, source: Source) -> str:
        """The path of a source that can be edited."""
        path = f"/{source.name}"
        if path not in self.case.files.contents or path in self.case.files.forbidden:
            raise NoPlace
        return path

    def put(self, span: Span, text: str) -> Case:
        """Other text in a place."""
        return self.case.written(self.file_of(span.source), span.start, span.end, text)

    def set(self, path: KeyPath, value: object) -> Case:
        """A value given to a key, whether it is there or not."""
        node = at(self.tree, path)
        if node is not None:
            span = node.origin.span
            span = span._replace(end=span.start + len(span.text.rstrip()))
            return self.put(span, json.dumps(value) if span.text else f" {json.dumps(value)}")
        depth = max(depth for depth in range(len(path)) if at(self.tree, path[:depth]) is not None)
        holder = at(self.tree, path[:depth])
        for key in reversed(path[depth + 1 :]):
            value = {str(key): value}
        text = f"{path[depth]}: {json.dumps(value)}"
        if not isinstance(holder, Mapping):
            assert holder is not None
            return self.put(holder.origin.span, f" {{{text}}}")
        span = holder.origin.span
        content = self.case.text(self.file_of(span.source))
        anchor = re.compile(r"&\S+\s+").match(content, span.start)
        start = anchor.end() if anchor else span.start
        if content[start : start + 1] == "{":
            return self.put(Span(span.source, start + 1, start + 1), f"{text}, ")
        column = span.start - content.rfind("\n", 0, span.start) - 1
        return self.put(Span(span.source, span.start, span.start), f"{text}\n{' ' * column}")

    def without(self, path: KeyPath) -> Case:
        """A key, or an item of a list, taken out."""
        node = at(self.tree, path)
        if node is None:
            raise NoPlace
        key = key_span(self.tree, path)
        return self.cut(key or node.origin.span, yaml.MappingNode if key else yaml.SequenceNode)

    def cut(self, span: Span, kind: type[yaml.Node] = yaml.Node) -> Case:
        """What begins at a place taken out: a key with its value, an item, a comment, a line of an env file."""
        path = self.file_of(span.source)
        text = self.case.text(path)
        if not path.endswith((".yaml", ".yml")):
            end = text.find("\n", span.end)
            return self.case.written(path, text.rfind("\n", 0, span.start) + 1, len(text) if end < 0 else end + 1, "")
        line = text.rfind("\n", 0, span.start) + 1
        comment = re.search(r"#.*", text[line:])
        if comment is not None and line + comment.start() <= span.start < line + comment.end():
            return self.case.written(path, line + comment.start(), line + comment.end(), "")
        start, end, left = stretch_of(text, span.start, kind)
        return self.case.written(path, start, end, left)

    def given(self, path: KeyPath) -> object:
        """A value for a key that a remedy asks for without saying which: one that a variable gives, where text will do."""
        key = str(path[-1])
        if key in _EXAMPLES:
            return _EXAMPLES[key]
        if is_secret_name(key):
            return "${A_VALUE}"
        if key in ("inference_provider", "provider") and path[0] in ("general", "adapters"):
            on = [provider.path[-1] for provider in self.case.config.providers if provider.path[0] == "inference" and provider.is_on]
            return value_at(self.tree, ("general", "inference_provider")) or next(iter(on), "shimmy")
        row = self.case.config.catalog.at(self.tree, path)
        schema = row.schema if row is not None else {}
        kinds = row.types if row is not None else frozenset()
        return (
            schema.get("default")
            or next(iter(schema.get("enum", ())), None)
            or next((_OF_TYPE[each] for each in sorted(kinds) if each in _OF_TYPE), "${A_VALUE}")
        )

    def give(self, path: KeyPath) -> Case:
        """The case with some value for a key."""
        written = self.set(path, self.given(path))
        return (
            written
            if self.case.mode is InterpolationMode.UNKNOWN and not self.case.strict_env
            else written.with_variable("A_VALUE", "http://a-value.example.org")
        )


def stretch_of(text: str, start: int, kind: type[yaml.Node]) -> tuple[int, int, str]:
    """Where the entry or the item lies that begins at an offset, with what parts it from its neighbours; and what is left in its place."""
    for holder, nodes in reversed(list(_holders(yaml.compose(text)))):
        for number, (first, last) in enumerate(nodes):
            if isinstance(holder, kind) and start in (first.start_mark.index, last.start_mark.index):
                return _cut(text, holder, nodes, number)
    raise NoPlace


def _holders(node: Any) -> Iterator[tuple[Any, list[tuple[Any, Any]]]]:
    """Each mapping and sequence with the first and the last node of each of its parts, the innermost last."""
    pending = [node]
    while pending:
        here = pending.pop(0)
        if isinstance(here, yaml.MappingNode):
            yield here, list(here.value)
            pending += [value for _, value in here.value]
        elif isinstance(here, yaml.SequenceNode):
            yield here, [(item, item) for item in here.value]
            pending += here.value


def _cut(text: str, holder: Any, nodes: list[tuple[Any, Any]], number: int) -> tuple[int, int, str]:
    first, last = nodes[number]
    start, end = first.start_mark.index, last.end_mark.index
    end = start + len(text[start:end].rstrip())
    if len(nodes) == 1:
        return (
            holder.start_mark.index,
            max(end, holder.end_mark.index) if holder.flow_style else end,
            "{}" if isinstance(holder, yaml.MappingNode) else "[]",
        )
    if number + 1 < len(nodes):
        following = nodes[number + 1][0].start_mark.index
        return start, following, ""
    previous = nodes[number - 1][1]
    before = previous.start_mark.index + len(text[previous.start_mark.index : previous.end_mark.index].rstrip())
    return before, end, ""


_OF_TYPE: dict[str, object] = {"array": ["a"], "boolean": True, "integer": 1, "number": 1, "object": {}}
_EXAMPLES: dict[str, object] = {
    "implementation": "implementations.passthrough.conversational.ConversationalImplementation",
    "template": "{message}",
    "allowed_origins": ["https://chat.example.org"],
    "format_hints": {"pdf": "short"},
    "section_schema": {"base": "text"},
    "rules": {"default": "text"},
    "base_url": "http://localhost:8000/v1",
    "model": "m",
}
"""Values for keys of which not any will do."""

# --- what remedies say ---

Said = re.Match[str]
Act = Callable[[Scene, Said], Case]


def _write(scene: Scene, said: Said) -> Case:
    """A setting, a key, or a value, at the finding's place or where the remedy says."""
    text = re.sub(r"<[^<>]*>|…", "x", said["text"])
    setting = _SETTING.fullmatch(text)
    if setting is not None:
        return scene.set(scene.named(setting["path"]), yaml.safe_load(setting["value"]))
    span = scene.span
    content = scene.case.text(scene.file_of(span.source))
    text = text.removesuffix(":") if text.endswith(":") else text
    is_key = content[span.end :].lstrip(" ").startswith(":") and not content[: span.start].rstrip(" ").endswith(":")
    is_quoted = not is_key and (span.text[:1] in ("'", '"') or ("${" in text and content[: span.start].rstrip()[-1:] in ":,[{-"))
    return scene.put(span, json.dumps(text) if is_quoted else text)


def _write_bare(scene: Scene, said: Said) -> Case:
    return scene.put(scene.span, said["text"])


def _at_least(scene: Scene, said: Said) -> Case:
    given, least = scene.given(scene.path), yaml.safe_load(said["text"])
    return scene.set(scene.path, given if isinstance(given, int | float) and given > least else least)


def _write_list(scene: Scene, said: Said) -> Case:
    value = value_at(scene.tree, scene.path)
    return scene.set(scene.path, [] if value is None else [value])


def _move(scene: Scene, target: KeyPath) -> Case:
    node = at(scene.tree, scene.path)
    assert node is not None
    gone = scene.without(scene.path)
    return Scene(gone, scene.found).set(target, plain(node))


def replace_path(scene: Scene, text: str) -> Scene:
    """The scene of what stands elsewhere."""
    return Scene(scene.case, replace(scene.found, key=text))


def _value(value: object) -> Act:
    return lambda scene, _: scene.set(scene.path, value)


def _add(scene: Scene, said: Said) -> Case:
    setting = _SETTING.fullmatch(said["text"])
    if setting is not None:
        return scene.set(scene.named(setting["path"]), yaml.safe_load(setting["value"]))
    return scene.give(scene.named(said["text"].removesuffix(":")))


def _add_under(scene: Scene, said: Said) -> Case:
    setting = _SETTING.fullmatch(said["text"])
    holder = scene.holder(said["holder"])
    if setting is None:
        name = said["text"].removesuffix(":")
        return scene.set((*holder, name), _EXAMPLES.get(name, {}))
    return scene.set((*holder, setting["path"]), yaml.safe_load(setting["value"]))


def _into_variable(scene: Scene, name: str) -> Case:
    """What is written becomes a variable that holds just that."""
    value = value_at(scene.tree, scene.path)
    return scene.set(scene.path, f"${{{name}}}").with_variable(name, str(value))


def _into_that_variable(scene: Scene, said: Said) -> Case:
    """A value that is written becomes one; a setting that holds one is written."""
    if _SETTING.fullmatch(said["text"]) is None:
        return _into_variable(scene, said["text"][2:-1])
    row = scene.case.config.catalog.at(scene.tree, scene.path)
    value = "http://a-host:9200" if row is not None and row.schema.get("format") == "uri" else "a-value"
    return _write(scene, said).with_variable(said["text"].partition("${")[2].removesuffix("}"), value)


def _write_after(scene: Scene, said: Said) -> Case:
    return scene.set(scene.path, json.loads(said["text"]))


def _double_braces(scene: Scene, _: Said) -> Case:
    """Those that are no field, or no known one."""
    text = str(value_at(scene.tree, scene.path))
    wrong = re.search(r"uses `(\{[^`]*\})`", scene.found.message)
    new = text.replace(wrong[1], "{" + wrong[1] + "}") if wrong else re.sub(r"[{}]", r"\g<0>\g<0>", text)
    return scene.set(scene.path, new)


def _name_one(scene: Scene, said: Said) -> Case:
    section = at(scene.tree, scene.resolved(said["text"]))
    if not isinstance(section, Mapping) or not section.entries:
        raise NoPlace
    return scene.put(scene.span, str(next(iter(section.entries))))


def _append(scene: Scene, said: Said) -> Case:
    node = at(scene.tree, scene.path)
    if not isinstance(node, Sequence):
        raise NoPlace
    return scene.set(scene.path, [*(plain(each) for each in node.items), said["text"]])


def _remove(scene: Scene, _: Said) -> Case:
    if isinstance(scene.found.place, Source):
        kept = {path: content for path, content in scene.case.files.contents.items() if path != scene.file_of(scene.found.place)}
        return scene.case.with_contents(kept)
    return scene.without(scene.path) if scene.found.key else scene.cut(scene.span)


def _add_line(scene: Scene, said: Said) -> Case:
    path = next(path for path in scene.case.files.contents if path.endswith(f"/{said['file']}"))
    end = len(scene.case.text(path))
    return scene.case.written(path, end, end, f"{said['text']}\n")


def _create(scene: Scene, _: Said) -> Case:
    name = yaml.safe_load(scene.span.text)
    path = posixpath.normpath(posixpath.join("/", posixpath.dirname(scene.span.source.name), name))
    return scene.case.with_contents({**scene.case.files.contents, path: b"messages: {}\n"})


def _rename(scene: Scene, new: str) -> Case:
    old = f"/{scene.found.file}"
    contents = {(new if path == old else path): content for path, content in scene.case.files.contents.items()}
    return scene.case.with_contents(contents)


def _whole(scene: Scene, change: Callable[[str], str]) -> Case:
    path = f"/{scene.found.file}"
    content = scene.case.files.contents[path]
    try:
        text = content.decode().removeprefix("\ufeff")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return scene.case.with_contents({**scene.case.files.contents, path: change(text).encode()})


def _in_single_quotes(scene: Scene, _: Said) -> Case:
    """The value behind the sign that parts it from its name, to the end of its line."""
    span = scene.span
    path, line = scene.file_of(span.source), span.begins.line
    text = span.source.line(line)
    start = sum(len(each) for each in span.source.text.splitlines(keepends=True)[: line - 1])
    sign = re.search(r"=|: +", text)
    assert sign is not None
    return scene.case.written(path, start + sign.end(), start + len(text), "'" + text[sign.end() :].strip().strip('"') + "'")


def _in_variable(scene: Scene, change: Callable[[str], str]) -> Case:
    """Another value for the variable that a finding names, in its env file or where ORBIT is started, or for the setting itself."""
    name = next((each for each in re.findall(r"`([A-Z][A-Z0-9_]*)`", scene.found.message)), None)
    if name is None:
        return scene.set(scene.path, change(str(value_at(scene.tree, scene.path))))
    if name in scene.case.variables:
        return scene.case.with_variable(name, change(scene.case.variables[name]))
    for path in scene.case.files.contents:
        found = re.search(rf"(?m)^(?:export )?{name}=(?P<value>.*)$", scene.case.text(path)) if path.endswith(".env") else None
        if found is not None:
            quote = found["value"][:1] if found["value"][:1] in "\"'" and found["value"][:1] == found["value"][-1:] else ""
            value = found["value"].strip(quote) if quote else found["value"]
            return scene.case.written(path, found.start("value"), found.end("value"), f"{quote}{change(value)}{quote}")
    raise NoPlace


def _import(scene: Scene, name: str) -> Case:
    """One more import in the root file."""
    root = scene.case.config.graph.root
    path = scene.file_of(root.source)
    content = scene.case.text(path)
    new = posixpath.relpath(name, posixpath.dirname(root.source.name))
    written: Any = yaml.compose(content)
    node = next((value for key, value in written.value if key.value == "import"), None)
    if node is None:
        return scene.case.written(path, 0, 0, f"import: {json.dumps([new])}\n")
    names = [node.value] if isinstance(node, yaml.ScalarNode) else [each.value for each in node.value]
    end = len(content[: node.end_mark.index].rstrip())
    return scene.case.written(path, node.start_mark.index, end, json.dumps([*names, new]))


def _close(scene: Scene, said: Said) -> Case:
    """A sign at the end of a line, before its comment."""
    span = scene.span
    path = next(path for path in scene.case.files.contents if path.endswith(f"/{said['file'] or span.source.name}"))
    lines = scene.case.text(path).splitlines(keepends=True)
    number = int(said["line"]) - 1
    start = sum(map(len, lines[:number])) + len(lines[number].partition(" #")[0].rstrip())
    return scene.case.written(path, start, start, said["text"])


_SETTING = re.compile(r"(?P<path>[\w-]+(?:\.[\w-]+|\[[^\]]*\])*): (?P<value>\S.*)")


def _shape(remedy: str) -> str:
    return re.sub(r"\d[\d.]*", "0", re.sub(r"`[^`]*`", "`…`", remedy))


T, N = r"`(?P<text>[^`]+)`", r"`(?P<name>[A-Z][A-Z0-9_]*)`"

FORMS: dict[str, Act] = {
    # values, keys and settings
    rf"write (?:a plain default: |a default: |a whole address, such as )?{T}(?: instead)?(?:: the text .*)?": _write,
    rf"write (?:it as )?{T}, and set that variable": _into_that_variable,
    rf"write {T} without quotes": _write_bare,
    rf"write {T} at its beginning": lambda scene, said: scene.set(scene.path, str(value_at(scene.tree, scene.path)).replace("http://", said["text"])),
    rf"write {T} after it": _write_after,
    r"write (?P<text>-?\d[\d.]*)": _write_bare,
    r"write (?P<text>-?\d[\d.]*) or less": _write_bare,
    r"write a number of at most (?P<text>-?\d[\d.]*)": _write_bare,
    r"write (?:a number of )?at least (?P<text>-?\d[\d.]*)": _at_least,
    r"write a number of more than 0": _value(1),
    rf"write (?:one of|a text such as) {T}(?:, `[^`]+`)*(?: …)?": _write,
    r"write true or false(?: in place of the variable, .*)?": _value(True),
    r"write a(?: whole)? number(?: in place of the variable, .*)?": lambda scene, _: scene.give(scene.path),
    r"write null": _value(None),
    r"write text": _value("${A_VALUE}"),
    r"write a list": _write_list,
    r"write a mapping|write its keys below it": _value({}),
    r"write an overlap well below the chunk's size": _value(1),
    r"write a relative path": _value("a/relative.path"),
    r"write each brace that is meant as text twice: `\{\{` and `\}\}`|double the braces": _double_braces,
    r"give it a value": lambda scene, _: scene.give(scene.path),
    r"give (?:it|one of them) another name": lambda scene, _: scene.put(scene.span, "another-name"),
    rf"name one that {T} defines": _name_one,
    r"write `%40` for `@`(?:, `[^`]+` for `[^`]+`)+ and `%25` for `%`": lambda scene, _: _in_variable(scene, lambda value: quote(value, safe="")),
    rf"write {T}, and `port: (?P<port>\d+)`": lambda scene, said: Scene(scene.set(scene.path, said["text"]), scene.found).set(
        (*scene.path[:-1], "port"), int(said["port"])
    ),
    # what is added
    rf"add {T}": _add,
    rf"add {T} to the list": _append,
    rf"(?:add|write) {T} under (?:an adapter's )?`(?P<holder>[^`]+)`": _add_under,
    rf"import {T}, which has it": lambda scene, said: _import(scene, said["text"]),
    r"add `[^`]+` to (?:an `import`|`import` in `[^`]+`)": lambda scene, _: _import(scene, scene.found.file or ""),
    rf"add a line {T} to `(?P<file>[^`]+)`": _add_line,
    r"create the file": _create,
    # variables
    rf"set {N}": lambda scene, said: scene.case.with_variable(said["name"], "a-value"),
    rf"set {N} to base64 of 32 bytes": lambda scene, said: scene.case.with_variable(said["name"], b64encode(bytes(range(32))).decode()),
    r"put it into a variable": lambda scene, _: _into_variable(scene, "A_VARIABLE"),
    # moves
    rf"set it under {T}": lambda scene, said: _move(scene, (*scene.resolved(said["text"]), scene.path[-1])),
    rf"move it to {T}": lambda scene, said: _move(scene, scene.named(said["text"])),
    r"move it to the top(?: level| of the configuration)": lambda scene, _: _move(scene, scene.path[-1:]),
    r"move it to the project's root": lambda scene, _: _rename(scene, f"{scene.case.where}/.env"),
    r"name it `\.env`": lambda scene, _: _rename(scene, f"{posixpath.dirname('/' + (scene.found.file or ''))}/.env"),
    # what goes
    r"remove (?:it|the line|this line|the key|the value that is not meant|this one)|keep one of the two": _remove,
    r"remove (?:it from the list|one of the two(?: imports)?|the one that is not meant|the import|one import of the circle)": lambda scene, _: (
        scene.cut(scene.span)
    ),
    r"remove the entry": lambda scene, _: scene.without(scene.path[:-1]),
    rf"remove the import: {T} is imported already|remove it: `[^`]+`(?: at the top of the configuration)? (?:is set, and )?counts|remove it: the vectors are as long as the model gives them": _remove,
    rf"remove {T} and `(?P<other>[^`]+)`": lambda scene, said: Scene(scene.without(scene.named(said["text"])), scene.found).without(
        scene.named(said["other"])
    ),
    rf"move `(?P<old>[^`]+)` to {T}": lambda scene, said: _move(replace_path(scene, said["old"]), scene.resolved(said["text"])),
    rf"remove {T}": lambda scene, said: scene.without(scene.named(said["text"])),
    # the text of a file
    rf"close it with {T} on line (?P<line>\d+)(?: of `(?P<file>[^`]+)`)?": _close,
    r"indent with blanks": lambda scene, _: _whole(scene, lambda text: text.replace("\t", "  ")),
    r"save the file as UTF-8": lambda scene, _: _whole(scene, lambda text: text),
    r"save the file as UTF-8 without a byte order mark": lambda scene, _: _whole(scene, lambda text: text),
    r"begin it with an empty line": lambda scene, _: _whole(scene, lambda text: f"\ufeff\n{text}"),
    r"put the (?:whole )?value in single quotes(?:, where .*)?": _in_single_quotes,
    r"take the word off": lambda scene, _: _in_variable(scene, lambda value: value.partition(" ")[2]),
    r"take the quotes off": lambda scene, _: _in_variable(scene, lambda value: value.strip("\"'")),
}
"""What says what to write, and what is done then."""

_CHOICE = "a person has to choose or to know it"
_OUTSIDE = "it is done outside of the files that are looked at"
_REWRITE = "what is there has to be written otherwise, in more than one place"

NO_TEXT: dict[str, str] = {
    r"name (?!it `|one that).*|use .*|the profile of your region|a placeholder alone in .*|give (?:both|each|its adapters|the default|the real) .*|(?:fix|merge|list|resolve|define|flatten|allow|widen|shorter|count) .*": _CHOICE,
    r"write (?:a larger number|a plain number|a number of less than .*|a text|the value (?:itself|out)|the key out|the same value in both|those keys .*|the file's name .*|the server's name or IP address|a name .*|one of .*)": _CHOICE,
    r"write `(?:allow_opportunistic: true` for a server|ignore\[CODE\]`, with the code of the finding|key: value` lines)": _CHOICE,
    r"write `[^`]*`, and set that variable to the secret|close it with `.`|write a `\*` into it|a text(?: such as .*)?|a variable that is set": _CHOICE,
    r"set (?:up .*|it in the provider's block|what differs .*|the variable|its variables .*|the window .*)|start .*|run .*|see .*|type .*|copy .*|read .*|render .*|take it off|leave it.*|and ignore .*|install .*|add the file|restart ORBIT .*|keep it as .*": _OUTSIDE,
    r"set `(?:OLLAMA_CONTEXT_LENGTH=\d+` for the server|PARAMETER num_ctx \d+` in a Modelfile)|add it to the price list|save .* again|update ORBIT to .*|check .*": _OUTSIDE,
    r"(?:move|remove) (?:its lines|them|the file|what|one|the `---`|what is meant).*|import it from .*|put (?!it into a variable|the (?:whole )?value in single).*": _REWRITE,
    r"write (?:numbers|ordinary blanks) .*": _REWRITE,
    # what stands in files that adapters name is prose and queries of a person
    r"write (?:`[^`]*`, without quotes|a list of .*|a list|a mapping|a template for each case|`templates` for .*|one `\?` .*|a single query .*|a query|what it is to send.*|`[^`]*` (?:and the query .*|where .*|in its place)|`find`.*|it as `skill_name`, .*|the (?:name|value|list) .*|it without .*|each field .*)": _CHOICE,
    r"add a parameter .*|make it .*|give (?:it an `id`.*|the parameter .*)|both one type|take (?:it|one of the two|the key|the parameters|`[^`]*`) out.*|let the (?:query|database) .*|switch `[^`]*` on|write a closing bracket .*|or the query .*|write `\\` before .*|fill .*": _CHOICE,
}
"""What says nothing that could be written, and why."""

_CONDITIONS = re.compile(
    r" if (?:text|a number) is meant$|, to say so$| as well$|, in one line or in quotes$| where the environment is meant$| where none is wanted$"
)


def alternatives(help_text: str) -> Iterator[str]:
    """The remedies that are told as one, each whole: the verb is said once."""
    verb = help_text.partition(" ")[0]
    for part in re.split(r", or (?=(?:[^`]*`[^`]*`)*[^`]*$)", help_text):
        whole = f"{verb} {part}" if part.startswith("`") else part
        if re.fullmatch(r"write `[^`]*`(?: or `[^`]*`)+", whole):
            yield from (f"write {each}" for each in re.findall(r"`[^`]*`", whole))
        else:
            yield _CONDITIONS.sub("", whole)


def action(remedy: str) -> Callable[[Scene], Case] | None:
    """What carries a remedy out; None where nothing is written. Raises LookupError for a form that is not understood."""
    for form, act in FORMS.items():
        said = re.fullmatch(form, remedy)
        if said is not None:
            return lambda scene: act(scene, said)
    if not any(re.fullmatch(form, remedy) for form in NO_TEXT):
        raise LookupError(remedy)
    return None
