"""How results become text: the protocol of renderers, and the style that they are given."""

from typing import Literal, Protocol, TypeAlias, TypeVar

from orbitcfg.dataclass import dataclass
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.terminal import encodable, strip_control_characters

Tint: TypeAlias = Literal["bold", "red", "yellow", "cyan", "blue", "green", "dim"]
"""How a text may stand out."""

_CODES: dict[Tint, str] = {"bold": "1", "red": "1;31", "yellow": "1;33", "cyan": "1;36", "blue": "1;34", "green": "1;32", "dim": "2"}
SEVERITY_COLORS: dict[Severity, Tint] = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


@dataclass(frozen=True, slots=True)
class Style:
    """How a result is to look; a format heeds what it can show.

    `width` is that of the terminal, None where the result goes elsewhere; `encoding` that of where it goes, None for one with every character. `verbose` shows findings of severity info one by one. `annotate` says behind each value
    where it was written; `show_secrets` prints secrets as they are.
    """

    color: bool = False
    verbose: bool = False
    annotate: bool = False
    show_secrets: bool = False
    width: int | None = None
    encoding: str | None = None

    def line(self, text: str) -> str:
        """A text of one line as it will be seen: nothing steers a terminal, and what the encoding lacks is what is written in its place."""
        return encodable(strip_control_characters(text), self.encoding)

    def paint(self, text: str, color: Tint) -> str:
        """The text in a colour, or as it is where none is wanted."""
        return f"\x1b[{_CODES[color]}m{text}\x1b[0m" if self.color and text else text


Result_contra = TypeVar("Result_contra", contravariant=True)


class Renderer(Protocol[Result_contra]):
    """A result as text in one format: the function `render` of a module that is named like the format."""

    def __call__(self, result: Result_contra, style: Style, /) -> str:
        """The text, with a line break at its end unless it is empty."""
