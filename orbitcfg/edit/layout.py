"""Where a key or an item goes into a text, or goes out of it. The only module that knows ruamel.yaml.

ruamel.yaml says where nodes stand and how they are written (in lines or in brackets); what is written is worked out here, since
a document that it writes back is another one. It reads values otherwise than ORBIT, so none is taken from it.
"""

import re
from collections.abc import Iterator
from typing import Any

from orbitcfg.dataclass import dataclass
from orbitcfg.document.source import Source, Span
from orbitcfg.document.yaml_writer import to_yaml
from orbitcfg.report.diagnostics import Edit, InsertedValue, Insertion, Removal

_LINE_END = re.compile(r"\r\n|\n|\r|\Z")
_BLANK = re.compile(r"[ \t]*(?=\r|\n|#|\Z)")
_COMMA = re.compile(r"\s*,\s*")
_STEP = 2
"""Columns that a mapping is indented by, where nothing in the text says so."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a source is laid out; `root` is ruamel.yaml's node of it, None where it finds none."""

    source: Source
    root: Any

    @staticmethod
    def of(change: Insertion | Removal, known: "dict[Source, Layout]") -> "Layout":
        """The layout of the source that is to be changed, worked out once."""
        source = (change.mapping if isinstance(change, Insertion) else change.span).source
        if source not in known:
            known[source] = Layout(source, _compose(source.text))
        return known[source]

    def edit(self, change: Insertion | Removal) -> Edit | None:
        """The edit that carries a change out; None where the text is written in a way that leaves no safe place for it."""
        if self.root is None:
            return None
        match change:
            case Insertion(mapping=mapping):
                holder = next((each for each in self._nodes(self.root, None) if _is_mapping(each[0]) and _start(each[0]) == mapping.start), None)
                return None if holder is None else self._insert(change, *holder)
            case Removal(span=span):
                found = next((each for each in self._nodes(self.root, None) if _is_scalar(each[0]) and _start(each[0]) == span.start), None)
                return None if found is None else self._remove(*found)

    def _nodes(self, node: Any, holder: Any) -> Iterator[tuple[Any, Any]]:
        """Every value with the pair of a key and a mapping, or the sequence, that holds it."""
        yield node, holder
        if _is_mapping(node):
            for key, value in node.value:
                yield from self._nodes(value, key)
        elif _is_sequence(node):
            for item in node.value:
                yield from self._nodes(item, node)

    def _insert(self, change: Insertion, mapping: Any, holder: Any) -> Edit | None:
        # of a key that is written twice the last counts (loader §4.3)
        value = next((value for key, value in reversed(mapping.value) if _is_scalar(key) and key.value == change.key), None)
        if value is not None:
            return self._append_item(change, mapping, value) if change.joins else None
        text = f"{change.key}: " + (f"[{value_text(change.value)}]" if change.joins else value_text(change.value))
        if mapping.flow_style:
            first = mapping.value[0][0] if mapping.value else None
            return self._insertion(_start(mapping) + 1 if first is None else _start(first), text if first is None else f"{text}, ")
        if holder is None:
            lines = (
                f"{change.key}:\n  - {value_text(change.value)}\n\n"
                if change.joins
                else "".join(f"{line}\n" for line in _lines(change.key, change.value))
            )
            return self._insertion(_start(mapping.value[0][0]), lines.replace("\n", self._line_break(0))) if mapping.start_mark.column == 0 else None
        return self._below(mapping, holder, [text] if change.joins else _lines(change.key, change.value, self._step(mapping, holder)))

    def _step(self, mapping: Any, holder: Any) -> int:
        """How far a mapping is indented below the key that holds it."""
        return max(mapping.start_mark.column - holder.start_mark.column, 1) if _is_scalar(holder) else _STEP

    def _below(self, mapping: Any, holder: Any, lines: list[str]) -> Edit | None:
        """Lines of their own: below the key that holds the mapping, or in an item of a list, below its first key."""
        indent = " " * mapping.start_mark.column
        if _is_sequence(holder):
            key, value = mapping.value[0]
            above = value.end_mark.index if _is_scalar(value) and value.style not in ("|", ">") and value.value else key.end_mark.index
            if _start(value) > above and not _is_scalar(value):
                return None
        else:
            above = holder.end_mark.index
        end = self._line_end(above)
        return (
            self._insertion(end, "".join(f"{self._line_break(end)}{indent}{line}" for line in lines))
            if holder.start_mark.line != mapping.start_mark.line or _is_sequence(holder)
            else None
        )

    def _append_item(self, change: Insertion, mapping: Any, value: Any) -> Edit | None:
        """One more item for a list; a single text becomes a list."""
        text = value_text(change.value)
        if _is_scalar(value):
            # what has an anchor is used elsewhere as well, and would become a list there
            written = self.source.text[_start(value) : value.end_mark.index]
            return Edit(Span(self.source, _start(value), value.end_mark.index), f"[{written}, {text}]") if value.value and not value.anchor else None
        if not _is_sequence(value):
            return None
        if value.flow_style:
            return self._insertion(value.value[-1].end_mark.index, f", {text}") if value.value else self._insertion(_start(value) + 1, text)
        if mapping.flow_style or not all(_is_scalar(item) and item.value for item in value.value):
            return None
        quote = value.value[-1].style
        text = f"{quote}{text}{quote}" if quote in ("'", '"') and text == change.value and "\\" not in text else text
        end = self._line_end(value.value[-1].end_mark.index)
        return self._insertion(end, f"{self._line_break(end)}{' ' * value.start_mark.column}- {text}")

    def _remove(self, node: Any, holder: Any) -> Edit | None:
        if not _is_sequence(holder):
            # not nothing: a key without a value is null, which hides imported lists (loader §6.3)
            return Edit(Span(self.source, _start(node), node.end_mark.index), "[]")
        if holder.flow_style:
            return self._out_of_brackets(node, holder.value)
        dash = self.source.text.rfind("-", 0, _start(node))
        line = self._line_start(dash)
        if self.source.text[line : _start(node)].strip(" -") or self.source.text[dash : _start(node)].strip(" -"):
            return None
        if len(holder.value) == 1:
            return Edit(Span(self.source, dash, node.end_mark.index), "[]")
        return self._remove_line(node, line, dash)

    def _remove_line(self, node: Any, line: int, dash: int) -> Edit | None:
        """Takes an item's line away, but for a comment behind the item."""
        text = self.source.text
        match = _BLANK.match(text, node.end_mark.index)
        if match is None:
            return None
        if text[match.end() : match.end() + 1] == "#":
            return Edit(Span(self.source, dash, match.end()), "")
        after = _LINE_END.search(text, match.end())
        return Edit(Span(self.source, line, after.end() if after else len(text)), "")

    def _out_of_brackets(self, node: Any, items: list[Any]) -> Edit | None:
        index = next(index for index, item in enumerate(items) if item is node)
        start, end = _start(node), node.end_mark.index
        if index:
            start, between = items[index - 1].end_mark.index, (items[index - 1].end_mark.index, start)
        elif len(items) > 1:
            end, between = _start(items[1]), (end, _start(items[1]))
        else:
            return Edit(Span(self.source, start, end), "")
        return Edit(Span(self.source, start, end), "") if _COMMA.fullmatch(self.source.text, *between) else None

    def _insertion(self, offset: int, text: str) -> Edit:
        return Edit(Span(self.source, offset, offset), text)

    def _line_end(self, offset: int) -> int:
        match = _LINE_END.search(self.source.text, offset)
        return match.start() if match else len(self.source.text)

    def _line_start(self, offset: int) -> int:
        return max(self.source.text.rfind(line_break, 0, offset) for line_break in "\r\n") + 1

    def _line_break(self, offset: int) -> str:
        """The line break at an offset, or else the first of the text."""
        text = self.source.text
        match = _LINE_END.match(text, offset)
        return match[0] if match and match[0] else (first[0] if (first := _LINE_END.search(text)) and first[0] else "\n")


def _compose(text: str) -> Any:
    """ruamel.yaml's node for the text; None where it cannot read it."""
    # imported here: only fixes need it
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML().compose(text)  # YAML 1.2: places and styles may be taken from it, values may not
    except (YAMLError, RecursionError):
        return None


def _lines(key: str, value: InsertedValue, step: int = _STEP) -> list[str]:
    """A key with its value in lines, a mapping in lines of its own."""
    if not isinstance(value, tuple):
        return [f"{key}: {value_text(value)}"]
    return [f"{key}:", *(" " * step + line for each in value for line in _lines(*each, step))]


def value_text(value: InsertedValue) -> str:
    """A value as YAML, in one line."""
    if isinstance(value, tuple):
        return f"{{{', '.join(f'{key}: {value_text(each)}' for key, each in value)}}}"
    text = to_yaml(value).removesuffix("\n").removesuffix("\n...")
    return f'"{value}"' if isinstance(value, str) and text == value and re.search(r"[,\[\]{}]", value) else text


def _start(node: Any) -> int:
    return int(node.start_mark.index)


def _is_scalar(node: Any) -> bool:
    return bool(node.id == "scalar")


def _is_mapping(node: Any) -> bool:
    return bool(node.id == "mapping")


def _is_sequence(node: Any) -> bool:
    return bool(node.id == "sequence")
