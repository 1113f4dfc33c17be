"""Values in which secrets may stand: one by one, however they are written. Pure."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from orbitcfg.masking.names import argument_name, is_secret_name

_VARIABLE = re.compile(r"\$(?:(\w+)|\{([^}]*)\})", re.ASCII)


def expanded(text: str, variables: Mapping[str, str]) -> str:
    """A text as ORBIT has it that replaces `$NAME` once more when it uses it; a name that is not set stays."""
    return _VARIABLE.sub(lambda found: variables.get(found[1] or found[2], found[0]), text)


def all_texts(content: object, variables: Mapping[str, str]) -> Iterator[str]:
    """Every text in a value that is not empty: of a header also what stands behind its first word, as a token behind `Bearer`."""
    match content:
        case None | "":
            return
        case Mapping():
            for each in content.values():
                yield from all_texts(each, variables)
        case list():
            for each in content:
                yield from all_texts(each, variables)
        case _:
            for text in {str(content), expanded(str(content), variables)}:
                yield text
                yield from filter(None, (text.partition(" ")[2].strip(),))


def arguments(content: object) -> Iterator[str]:
    """The arguments of a command whose option says that they are secret: `--token X`, `--token=X`."""
    if not isinstance(content, list):
        return
    for option, item in pairwise(("", *content)):
        if argument_name(option, item) is not None:
            yield str(item)
        name, mark, value = str(item).partition("=")
        if mark and is_secret_name(name.lstrip("-")):
            yield value
