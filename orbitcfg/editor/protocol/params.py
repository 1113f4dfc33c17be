"""What a client sends, each part checked where it is read: it is JSON of others."""

from orbitcfg.dataclass import dataclass
from orbitcfg.editor.protocol.types import Position, Range


class InvalidParamsError(Exception):
    """A part of a message is missing, or of another type than the protocol has it."""


@dataclass(frozen=True, slots=True)
class Params:
    """The parameters of a message. A path is of keys, from the outermost."""

    value: object

    def at(self, *path: str) -> object:
        """What stands at a path; None where nothing does."""
        value = self.value
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def text(self, *path: str) -> str:
        """The text at a path. Raises InvalidParamsError where there is none, as the others do."""
        value = self.at(*path)
        if not isinstance(value, str):
            raise _invalid(path, "a text")
        return value

    def number(self, *path: str) -> int:
        """The number at a path."""
        value = self.at(*path)
        if not isinstance(value, int) or isinstance(value, bool):
            raise _invalid(path, "a number")
        return value

    def items(self, *path: str) -> "list[Params]":
        """The items of the list at a path; none where nothing stands there."""
        value = self.at(*path)
        if value is None:
            return []
        if not isinstance(value, list):
            raise _invalid(path, "a list")
        return [Params(each) for each in value]

    def texts(self, *path: str) -> list[str]:
        """The texts in the list at a path."""
        return [each.text() for each in self.items(*path)]

    def position(self, *path: str) -> Position:
        """The place at a path."""
        return Position(self.number(*path, "line"), self.number(*path, "character"))

    def range(self, *path: str) -> Range:
        """The stretch at a path."""
        return Range(self.position(*path, "start"), self.position(*path, "end"))

    @property
    def uri(self) -> str:
        """The URI of the text that most messages are about."""
        return self.text("textDocument", "uri")


def _invalid(path: tuple[str, ...], wanted: str) -> InvalidParamsError:
    return InvalidParamsError(f"`{'.'.join(path)}` is not {wanted}")
