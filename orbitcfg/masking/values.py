"""Values as they may be shown: one rule for every output."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from orbitcfg.masking.names import MASK, argument_name, header_name, holds_secrets, is_about, is_secret, is_secret_name
from orbitcfg.masking.pairs import default_stretches
from orbitcfg.masking.stretches import Stretch, mask_stretches, merged_stretches
from orbitcfg.masking.url import credential_stretches

_ANY_DEFAULT = r":-[^}]*(?=\})"
_PLACEHOLDERS = r"(?:(?:Bearer|Basic)\s+)?(?:\$\{[^}]*\})+"

MAX_JSON = 100_000
"""Characters of a text that is looked at as JSON."""

NAMING = ("name", "key", "header", "variable", "var", "env", "field", "option")
_NAMING_SPELT = tuple(each for name in NAMING for each in (name, name.capitalize(), name.upper()))
VALUED = ("value", "val", "default", "content")
"""A mapping of one of the first and one of the second is a pair: `{name: Authorization, value: …}`."""


def is_only_placeholders(text: str) -> bool:
    """Whether nothing of a text is written out: it is placeholders, or `Bearer` and a placeholder."""
    return re.fullmatch(_PLACEHOLDERS, text) is not None


def mask_defaults(text: str) -> str:
    """A text with `${NAME:-***}` for each placeholder that has a default; one that is empty is no secret."""
    return mask_stretches(text, list(default_stretches(text)))


def without_defaults(text: str) -> str:
    """A text with `${NAME}` for each placeholder."""
    # up to the last brace, so that each default ends at one
    end = text.rfind("}") + 1
    return re.sub(_ANY_DEFAULT, "", text[:end]) + text[end:]


def key_of_entry(beside: Callable[[str], object], key: object, outer: object) -> object:
    """What an entry of a mapping is the value of: a secret around it, the name beside it, else its own key.

    `outer` is what the mapping itself is the value of, `beside` gives the value of another entry.
    """
    if holds_secrets(outer) and not is_about(key):
        return outer
    if not isinstance(key, str):
        return key
    if key.lower() in VALUED:
        named = map(beside, _NAMING_SPELT)
        return next((each for each in named if is_secret_name(each)), outer if is_secret_name(outer) else key)
    # `{key: environment, value: x}` and a reference to a secret by its name and key hold none themselves
    return None if key.lower() == "key" and (is_about(outer) or any(beside(each) is not None for each in ("value", "Value"))) else key


def key_of_item(before: object, item: object, outer: object) -> object:
    """What an item of a list is the value of: the option before it, else what the list is. In `args: [--token, abc]` that is `token` for `abc`."""
    return argument_name(before, item) or outer


def masked_value(name: object, value: object) -> object:
    """A literal value under a key, as it may be shown.

    Only text is ever a secret: numbers under such names (`max_tokens`) are not.
    """
    match value:
        case str():
            return masked_text(name, value)
        case list():
            header = header_name(value)
            if header is not None:
                return [value[0], masked_value(header, value[1])]
            return [masked_value(key_of_item(before, each, name), each) for before, each in zip([None, *value], value, strict=False)]
        case dict():
            return {key: masked_value(key_of_entry(value.get, key, name), each) for key, each in value.items()}
        case set() | frozenset():
            return type(value)(masked_value(name, each) for each in value)
        case (key, each):
            # one of `!!pairs`
            return (key, masked_value(key, each))
        case bytes() if is_secret_name(name):
            return MASK
    return value


def masked_text(name: object, text: str) -> str:
    """A text under a key, as it may be shown."""
    found = secret_parts(name, text)
    return mask_stretches(text, found) if found else text


def secret_parts(name: object, text: str) -> list[Stretch]:
    """The stretches of a text under a key that may not be shown, left to right."""
    if is_secret(name, text):
        return list(default_stretches(text)) if is_only_placeholders(text) else [(0, len(text))]
    return list(_stretches(text))


@lru_cache(maxsize=2048)
def _stretches(text: str) -> tuple[Stretch, ...]:
    """What may not be shown of a text, whatever its key is; kept, since an alias repeats it."""
    return tuple(merged_stretches(sorted([*credential_stretches(text), *_in_json(text)])))


def _in_json(text: str) -> list[Stretch]:
    """The secrets of a text that is JSON itself, by its decoded keys and values."""
    if text[:1] not in ("{", "[") or len(text) > MAX_JSON or text[-1] not in "}] \n":
        return []
    import json

    try:
        value = json.loads(text)
        found = set(_changed(value, masked_value(None, value)))
    except (ValueError, RecursionError):
        return []
    written = {each for secret in found for each in (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]) if len(each) > 2}
    return [match.span() for each in sorted(written) for match in re.finditer(re.escape(each), text)]


def _changed(value: object, shown: object) -> Iterator[str]:
    """The texts of a value that are shown otherwise."""
    match value, shown:
        case dict(), dict():
            for one, other in zip(value.values(), shown.values(), strict=True):
                yield from _changed(one, other)
        case list(), list():
            for one, other in zip(value, shown, strict=True):
                yield from _changed(one, other)
        case str(), _ if value != shown:
            yield value
