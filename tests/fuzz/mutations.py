"""Changes of a tree at three levels: bytes, lines, and what is parsed; and of what lies beside and around its files."""

import random
from collections.abc import Callable
from typing import TypeAlias

from tests.fuzz import nodes
from tests.fuzz.entries import Entries, Entry, Link, Special
from tests.fuzz.oddities import BYTES, ENV_LINES, LINES, NAMES, SETTINGS

Mutation: TypeAlias = Callable[[Entries, random.Random], Entries]

MAX_BYTES = 200_000
"""No mutation makes a larger file of a smaller one."""


def mutated(entries: Entries, rng: random.Random) -> Entries:
    """The tree after a few mutations, most of which leave it readable."""
    for _ in range(rng.choice((1, 1, 1, 1, 2, 2, 4))):
        (mutation,) = rng.choices(tuple(_MUTATIONS), tuple(_MUTATIONS.values()))
        entries = mutation(entries, rng)
    return entries


def _texts(entries: Entries, ending: str = "") -> list[str]:
    return [name for name, entry in entries.items() if isinstance(entry, bytes) and name.endswith(ending)]


def _change(entries: Entries, name: str, change: Callable[[bytes], bytes]) -> Entries:
    old = entries[name]
    assert isinstance(old, bytes)
    new = change(old)
    return {**entries, name: new if len(new) <= max(len(old), MAX_BYTES) else old}


def change_node(entries: Entries, rng: random.Random) -> Entries:
    """Another value, key or shape for something that is parsed."""
    names = _texts(entries, ".yaml")
    if not names:
        return entries
    name, donor = rng.choice(names), rng.choice(names)
    other = entries[donor]
    assert isinstance(other, bytes)
    return _change(entries, name, lambda content: nodes.changed(content, other, rng))


def change_line(entries: Entries, rng: random.Random) -> Entries:
    """A line gone, twice, elsewhere, shifted, joined, or a foreign one."""
    names = _texts(entries)
    if not names:
        return entries
    name = rng.choice(names)
    own = {".env": ENV_LINES, "env.example": ENV_LINES, "orbitcfg.toml": SETTINGS}.get(name, LINES)
    return _change(entries, name, lambda content: b"".join(_lines(content.splitlines(keepends=True), own, rng)))


def _lines(lines: list[bytes], own: tuple[str, ...], rng: random.Random) -> list[bytes]:
    place = rng.randrange(len(lines) + 1)
    before, line, after = lines[:place], b"".join(lines[place : place + 1]), lines[place + 1 :]
    match rng.randrange(9):
        case 0:
            return before + after
        case 1:
            return [*before, line, line, *after]
        case 2:
            rng.shuffle(after)
            return [*before, line, *after]
        case 3:
            return [*before, b" " * rng.randint(1, 4) + line, *after]
        case 4:
            return [*before, line.lstrip(b" "), *after]
        case 5:
            return [*before, line.rstrip(b"\r\n") + rng.choice((b"", b" ")), *after]
        case 6:
            return [each.rstrip(b"\r\n") + rng.choice((b"\r", b"\r\n")) for each in lines]
    indent = line[: len(line) - len(line.lstrip(b" "))]
    return [*before, indent + rng.choice(own).encode("utf-8", "surrogatepass") + b"\n", line, *after]


def change_bytes(entries: Entries, rng: random.Random) -> Entries:
    """Bytes gone, doubled, put in, or another encoding."""
    names = _texts(entries)
    if not names:
        return entries
    return _change(entries, rng.choice(names), lambda content: _bytes(content, rng))


def _bytes(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content) + 1)
    end = min(len(content), start + rng.choice((0, 1, 1, 2, 8, 60)))
    match rng.randrange(8):
        case 0:
            return content[:start] + content[end:]
        case 1:
            return content[:end] + content[start:end] * rng.choice((1, 2, 50)) + content[end:]
        case 2:
            return content[:start]
        case 3:
            return content.decode("utf-8", "replace").encode(rng.choice(("utf-16", "utf-16-be", "latin-1", "utf-8-sig", "utf-7")), "replace")
        case 4:
            return content[:start] + bytes([rng.randrange(256)]) + content[end:]
    return content[:start] + rng.choice(BYTES) + content[end if rng.random() < 0.3 else start :]


def change_place(entries: Entries, rng: random.Random) -> Entries:
    """Something else where a file was, or a file under a name that is hard to show."""
    name = rng.choice(tuple(entries))
    others = [each for each in entries if each != name]
    match rng.randrange(8):
        case 0:
            return {each: entries[each] for each in others}
        case 1:
            return _odd_name(entries, rng)
        case 2:
            return {**entries, name: Link(name.rpartition("/")[2])}
        case 3 if others:
            return {**entries, name: Link("../" * name.count("/") + rng.choice(others))}
        case 4:
            return {**entries, name: Link("../" * name.count("/") + rng.choice(_ELSEWHERE))}
    return {**entries, name: rng.choice(tuple(Special))}


_ELSEWHERE = ("../outside/private.yaml", ".git/hooks/pre-commit", "/dev/null", "/dev/zero", "/proc/self/environ", "config", "nowhere", "../outside")


def _odd_name(entries: Entries, rng: random.Random) -> Entries:
    """A file under an odd name, which the root imports."""
    name = rng.choice(NAMES)
    root = entries.get("config/config.yaml")
    if not isinstance(root, bytes) or b"import:" in root:
        return entries
    written = name.removeprefix("config/").replace("\x1b", r"\e").replace("\n", r"\n").replace("\u202e", r"\u202e")
    lines: Entry = f'import: ["{written}"]\n'.encode() + root
    return {**entries, "config/config.yaml": lines, name: rng.choice((b"{}\n", b"a: [\n", b"general: {verbos: true}\n", b"\xff"))}


def change_beside(entries: Entries, rng: random.Random) -> Entries:
    """A line more for a file beside the configuration."""
    name, lines = rng.choice(((".env", ENV_LINES), ("env.example", ENV_LINES), ("orbitcfg.toml", SETTINGS)))
    old = entries.get(name, b"")
    return {**entries, name: old + rng.choice(lines).encode() + b"\n"} if isinstance(old, bytes) else entries


_MUTATIONS: dict[Mutation, float] = {change_node: 12, change_line: 2.5, change_bytes: 1.5, change_place: 0.7, change_beside: 1}
"""With their weights: half of all trees shall still load."""
