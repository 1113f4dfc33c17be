"""The file that declares a configuration's variables for whoever sets it up: what it lacks is added, nothing of it is changed."""

import posixpath
import re
from collections.abc import Iterable

from orbitcfg.commands.env.result import Place, Variable, VariableInventory
from orbitcfg.compile.environment import EXAMPLE_NAMES, declared_names
from orbitcfg.dataclass import dataclass
from orbitcfg.files.store import Memory
from orbitcfg.masking.names import MASK
from orbitcfg.report.terminal import strip_control_characters

SHOWN_USES = 3
_SHOWN_NAMES = 8
BELOW = "# below: used only by what is switched off or has a default"
"""The line between what is needed and the rest."""
_NEEDS_NO_QUOTES = re.compile(r"[\w./:@%+,-]*")


@dataclass(frozen=True, slots=True)
class Example:
    """The content of an example, the names that were added to it, and those in it that the configuration does not use."""

    content: bytes
    added: tuple[str, ...]
    unused: tuple[str, ...]

    def describe(self, path: str) -> tuple[str, ...]:
        """What became of it, for the person who watches; `path` is what the user calls it."""
        added = f"`{path}`: {_listed(self.added)} added" if self.added else f"`{path}` lacks nothing"
        unused = f"`{path}` declares what this configuration does not use: {_listed(self.unused)}"
        return (added, unused) if self.unused else (added,)


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
    return ", ".join(f"`{name}`" for name in names[:_SHOWN_NAMES]) + more


def complete_example(content: bytes, found: VariableInventory, folder: str) -> Example:
    """An example with what it lacks at its end, what is needed first; every byte that was there stays. `folder` is where it lies, as files are named.

    A name is there as well where it is commented out.
    """
    there = names_in(content)
    lacking = [variable for variable in found.needed_first if variable.name not in there]
    unused = () if found.unread else tuple(sorted(there - found.names))
    if not lacking:
        return Example(content, (), unused)
    line_break = "\r\n" if b"\r\n" in content else "\n"
    head = content if not content or content.endswith(b"\n") else content + line_break.encode()
    needed = [_block(variable, folder) for variable in lacking if variable.needs]
    rest = [_block(variable, folder) for variable in lacking if not variable.needs]
    blocks = [*needed, *([f"{BELOW}\n"] if needed and rest else []), *rest]
    gap = "\n" if head else ""
    text = gap + "\n".join(blocks)
    return Example(head + text.replace("\n", line_break).encode("utf-8", "replace"), tuple(each.name for each in lacking), unused)


def names_in(content: bytes) -> frozenset[str]:
    """The names that an example declares, in comments too."""
    return declared_names(Memory({f"/{EXAMPLE_NAMES[0]}": content}), "/") or frozenset()


def _block(variable: Variable, folder: str) -> str:
    """A variable with a comment on who uses it; one that has a default everywhere is commented out, so that a copy leaves it alone."""
    comments = [f"# {line}\n" for line in _uses(variable.places, folder)]
    everywhere = all(place.default is not None for place in variable.places)
    assignment = f"# {variable.name}={_value(variable.defaults)}\n" if everywhere else f"{variable.name}=\n"
    return "".join(comments) + assignment


def _uses(places: Iterable[Place], folder: str) -> list[str]:
    """Where a variable is used, without lines, which change."""
    lines = list(dict.fromkeys(_use(place, folder) for place in places))
    more = [f"and by {len(lines) - SHOWN_USES} more"] if len(lines) > SHOWN_USES else []
    return lines[:SHOWN_USES] + more


def _use(place: Place, folder: str) -> str:
    file = posixpath.relpath(place.span.source.name, folder or ".")
    how = "looked up for" if place.by_orbit else "used by"
    off = f", {place.state}" if place.state else ""
    return strip_control_characters(f"{how} {place.key} in {file}{off}")


def _value(defaults: tuple[str, ...]) -> str:
    """The one default, where there is one that may be shown and stands in one line."""
    default = defaults[0] if len(defaults) == 1 else ""
    if MASK in default or not default.isprintable():
        return ""
    if _NEEDS_NO_QUOTES.fullmatch(default):
        return default
    quoted = default.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{quoted}'"
