"""Values as they may be shown: one rule for every output."""

import re

from orbitcfg.masking.names import HARMLESS, MASK, argument_name, is_secret_name
from orbitcfg.masking.url import without_credentials

_ANY_DEFAULT = re.compile(r":-[^}]*(?=\})")
_PLACEHOLDERS = re.compile(r"(?:(?:Bearer|Basic)\s+)?(?:\$\{[^}]*\})+")
_DEFAULT = re.compile(r":-[^}]+(?=\})")


def is_only_placeholders(text: str) -> bool:
    """Whether nothing of a text is written out: it is placeholders, or `Bearer` and a placeholder."""
    return _PLACEHOLDERS.fullmatch(text) is not None


def mask_defaults(text: str) -> str:
    """A text with `${NAME:-***}` for each placeholder that has a default; one that is empty is no secret."""
    return _DEFAULT.sub(f":-{MASK}", text)


def without_defaults(text: str) -> str:
    """A text with `${NAME}` for each placeholder."""
    return _ANY_DEFAULT.sub("", text)


def masked_value(name: object, value: object) -> object:
    """A literal value under a key, as it may be shown.

    Only text is ever a secret: numbers and lists under such names (`max_tokens`, `stop_tokens`) are not.
    """
    match value:
        case str():
            return _masked_text(name, value)
        case list():
            # in `args: [--token, abc]` an option is the key of the item behind it
            return [masked_value(argument_name(before), each) for before, each in zip([None, *value], value, strict=False)]
        case dict():
            return {key: masked_value(key, each) for key, each in value.items()}
    return value


def _masked_text(name: object, value: str) -> str:
    if value and is_secret_name(name) and not HARMLESS.fullmatch(value):
        return mask_defaults(value) if is_only_placeholders(value) else MASK
    return without_credentials(value)
