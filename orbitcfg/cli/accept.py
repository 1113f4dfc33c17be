"""Reads a line that is written as it should be: what typer makes of it, without typer, whose import takes longer than most of what a short command does."""

from collections.abc import Iterable, Iterator
from types import FunctionType
from typing import Any

from orbitcfg.cli.parameters import Argument, CommandParameter, Option, parameters_of


def accept(command: FunctionType, words: Iterable[str]) -> dict[str, Any] | None:
    """The values that a line gives for a command's parameters, by their names.

    None where typer is to read it: help is asked for, something is wrong or missing, or written in a way that takes more than a look at each word, such as flags
    drawn together.
    """
    parameters = tuple(parameters_of(command))
    found: dict[str, Any] = {}
    try:
        placed = list(_without_options(iter(words), parameters, found))
        _place(placed, parameters, found)
    except _LeftToTyper:
        return None
    return found


class _LeftToTyper(Exception):
    pass


def _without_options(words: Iterator[str], parameters: Iterable[CommandParameter], found: dict[str, Any]) -> Iterator[str]:
    """The words that are no options; what those give goes into `found`."""
    options = {name: each for each in parameters if isinstance(each.declared, Option) for name in each.declared.names}
    for word in words:
        if not _is_option(word):
            yield word
            continue
        name, is_joined, joined = word.partition("=")
        option = options.get(name)
        if option is None or (is_joined and (option.type is bool or not name.startswith("--"))):
            raise _LeftToTyper
        if option.type is bool:
            found[option.name] = True
            continue
        value = _value(option, joined if is_joined else _next(words))
        if option.is_list:
            found.setdefault(option.name, []).append(value)
        else:
            found[option.name] = value


def _is_option(word: str) -> bool:
    return word.startswith("-") and word != "-"


def _next(words: Iterator[str]) -> str:
    """The word behind an option that takes a value."""
    word = next(words, None)
    if word is None or _is_option(word):
        raise _LeftToTyper
    return word


def _value(option: CommandParameter, word: str) -> object:
    try:
        value: Any = option.type(word)
    except ValueError:
        raise _LeftToTyper from None
    least = option.declared.least if isinstance(option.declared, Option) else None
    if least is not None and value < least:
        raise _LeftToTyper
    return value


def _place(words: list[str], parameters: Iterable[CommandParameter], found: dict[str, Any]) -> None:
    """Puts words into `found` as the arguments in whose places they stand; one that is a list takes all that are left."""
    for argument in parameters:
        if isinstance(argument.declared, Argument):
            taken = len(words) if argument.is_list else 1
            here, words = words[:taken], words[taken:]
            if here:
                found[argument.name] = here if argument.is_list else here[0]
            elif argument.is_required:
                raise _LeftToTyper
    if words:
        raise _LeftToTyper
