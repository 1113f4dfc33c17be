"""What a command takes, as its signature declares it: `Annotated` with one of these.

Two read it: `accept` a line that is written as it should be, and typer, through `program`, every other line and the help.
"""

from collections.abc import Callable, Iterator
from types import FunctionType, UnionType
from typing import Any, TypeAlias, get_args, get_origin

from orbitcfg.dataclass import dataclass

Offer: TypeAlias = Callable[[str | None, str], list[str]]
"""What a shell offers for a value: of the path that the line has so far, and of what is typed of the value."""


@dataclass(frozen=True, slots=True)
class Argument:
    """A value that is known by its place."""

    metavar: str
    help: str
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """A value, or a flag, that is known by its name."""

    names: tuple[str, ...]
    help: str
    metavar: str | None = None
    """What stands for the value; None for a flag."""
    offer: Offer | None = None
    least: float | None = None
    """The smallest number that it takes."""


def option(*names: str, help: str, metavar: str | None = None, offer: Offer | None = None, least: float | None = None) -> Option:  # noqa: A002
    """An option with these names."""
    return Option(names, help, metavar, offer, least)


@dataclass(frozen=True, slots=True)
class CommandParameter:
    """A parameter of a command."""

    name: str
    written: Any
    """Its type, as it is written."""
    declared: Argument | Option
    type: type[bool | str | int | float]
    """The type of one value; `bool` for a flag."""
    is_list: bool
    is_required: bool


def parameters_of(command: FunctionType) -> Iterator[CommandParameter]:
    """What a command takes, in the order of its signature."""
    declared = {name: get_args(each) for name, each in command.__annotations__.items() if name != "return"}
    required = len(declared) - len(command.__defaults__ or ())
    for position, (name, (written, declaration)) in enumerate(declared.items()):
        given = next(each for each in get_args(written) if each is not type(None)) if isinstance(written, UnionType) else written
        is_list = get_origin(given) is list
        yield CommandParameter(name, written, declaration, get_args(given)[0] if is_list else given, is_list, position < required)
