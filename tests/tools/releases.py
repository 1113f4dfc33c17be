"""Makes `schemas/releases.json`: what ORBIT's earlier releases knew, of the recorded names and of what was read by hand (`releases.toml`)."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orbitcfg.catalog.rows import Catalog
from orbitcfg.catalog.store import ANNOTATION, shipped_store
from orbitcfg.release import OLDEST_JUDGED, Release
from orbitcfg.rules.shape._dead import DEAD
from tests.shared import PROJECT, read_facts

TARGET = PROJECT / "schemas" / "releases.json"
BY_HAND = Path(__file__).with_name("releases.toml")
_DATA = frozenset({"const", "default", "examples", ANNOTATION})

Ranges = list[list[str]]


def parsed(text: str) -> Release:
    """The release of this name."""
    found = Release.parse(text)
    assert found is not None, text
    return found


def releases() -> dict[str, Any]:
    """All of it."""
    facts = read_facts("orbit-versions")
    by_hand = tomllib.loads(BY_HAND.read_text("utf-8"))
    newest = facts["versions"][-1]
    came = {name: ranges[-1][0] for name, ranges in facts["code"].items() if ranges[-1][1] == newest and parsed(ranges[-1][0]) > OLDEST_JUDGED}
    rows = {pointer: came[name] for pointer, name in keys() if name in came}
    rows |= {pointer: each["since"] for each in by_hand["rows"] for pointer in each["rows"]}
    words = sorted(set(values()) & came.keys())
    return {
        "versions": facts["versions"],
        "raised_late": [[each["first"], each["last"]] for each in by_hand.get("raised_late", ())],
        "rows": dict(sorted(rows.items())),
        "values": {word: came[word] for word in words} | {each["value"]: each["since"] for each in by_hand.get("values", ())},
        "classes": {path: ranges for path, ranges in facts["classes"].items() if _is_of_some(ranges, newest)},
        "gone": {name: ranges for name, ranges in facts["code"].items() if ranges[-1][1] != newest and parsed(ranges[-1][1]) >= OLDEST_JUDGED},
        "places": {each["key"]: {word: each[word] for word in ("since", "until") if word in each} for each in by_hand.get("places", ())},
        "renames": [{word: each[word] for word in ("under", "was", "now", "at")} for each in by_hand["renames"]],
        "before": [change for each in by_hand.get("before", ()) for change in _changes(each)],
    }


def _changes(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What an entry says of each row that it is about."""
    if "row" in entry:
        yield {word: entry[word] for word in ("row", "release", "drop", "set") if word in entry}
        return
    for document, schema in shipped_store().documents.items():
        for pointer, each in _rows_having(schema, f"{document}#", entry["having"]):
            yield {"row": pointer, "release": entry["release"], "set": entry["set"]}
            present = each.get("properties", {})
            for key, said in entry.get("keys", {}).items():
                if key in present:
                    yield {"row": f"{pointer}/properties/{escaped(key)}", "release": entry["release"], "set": said}


def _rows_having(schema: Any, pointer: str, having: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        annotation = schema.get(ANNOTATION)
        if isinstance(annotation, dict) and all(annotation.get(word) == value for word, value in having.items()):
            yield pointer, schema
        for word, value in schema.items():
            if word not in _DATA:
                yield from _rows_having(value, f"{pointer}/{escaped(word)}", having)
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from _rows_having(value, f"{pointer}/{index}", having)


def _is_of_some(ranges: Ranges, newest: str) -> bool:
    """Whether some of the releases that are judged know it, and others do not."""
    first, last = parsed(ranges[-1][0]), ranges[-1][1]
    return parsed(last) >= OLDEST_JUDGED and (last != newest or first > OLDEST_JUDGED)


def text() -> str:
    """The file: a line for each entry, so that a change shows as one."""
    parts = []
    for name, part in releases().items():
        if isinstance(part, dict):
            inner = ",\n".join(f"    {json.dumps(key)}: {json.dumps(value)}" for key, value in part.items())
            parts.append(f'  "{name}": {{\n{inner}\n  }}' if inner else f'  "{name}": {{}}')
        elif name in ("versions", "raised_late"):
            parts.append(f'  "{name}": {json.dumps(part)}')
        else:
            inner = ",\n".join(f"    {json.dumps(each)}" for each in part)
            parts.append(f'  "{name}": [\n{inner}\n  ]' if inner else f'  "{name}": []')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def keys() -> Iterator[tuple[str, str]]:
    """Every row of a key in the catalogue: where it stands, and the key's name."""
    for document, schema in shipped_store().documents.items():
        yield from _keys(schema, f"{document}#")


def _keys(schema: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(schema, dict):
        for word, value in schema.items():
            below = f"{pointer}/{escaped(word)}"
            if word == "properties" and isinstance(value, dict):
                yield from ((f"{below}/{escaped(name)}", name) for name, each in value.items() if not _is_dead(each))
            # a condition asks for what is there, whoever reads it
            if word not in _DATA | {"if", "not"}:
                yield from _keys(value, below)
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from _keys(value, f"{pointer}/{index}")


def _is_dead(schema: Any) -> bool:
    """Whether nothing of it works: then no release began to read it."""
    return Catalog(shipped_store()).row(schema).effect in DEAD


def escaped(part: str) -> str:
    """A part of a JSON pointer."""
    return part.replace("~", "~0").replace("/", "~1")


def values() -> Iterator[str]:
    """Every word that the catalogue lists as a value or a name that ORBIT has a class for."""
    pending: list[Any] = list(shipped_store().documents.values())
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            yield from (word for word in each.get("enum", ()) if isinstance(word, str))
            reference = each.get(ANNOTATION, {}) if isinstance(each.get(ANNOTATION, {}), dict) else {}
            yield from reference.get("refers_to", {}).get("values", ())
            pending += each.values()
        elif isinstance(each, list):
            pending += each


def names_anywhere() -> Iterator[str]:
    """Every name that a schema has for a key, dead ones and those of conditions too, and every word that it lists."""
    yield from values()
    pending: list[Any] = list(shipped_store().documents.values())
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            yield from each.get("properties", ()) if isinstance(each.get("properties"), dict) else ()
            pending += each.values()
        elif isinstance(each, list):
            pending += each
