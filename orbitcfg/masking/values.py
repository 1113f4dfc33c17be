"""What may be shown of a value: one rule for every output."""

import re

from orbitcfg.masking.names import HARMLESS, MASK, argument_name, is_secret_name
from orbitcfg.masking.url import without_credentials

_PLACEHOLDERS = re.compile(r"(?:(?:Bearer|Basic)\s+)?(?:\$\{[^}]*\})+")
_DEFAULT = re.compile(r":-[^}]+\}")


def is_only_placeholders(text: str) -> bool:
    """Whether nothing of a text is written out: it is placeholders, or `Bearer` and a placeholder."""
    return _PLACEHOLDERS.fullmatch(text) is not None


def masked_value(name: object, value: object) -> object:
    """A literal value under a key, as it may be shown.

    Only text is ever a secret: numbers and lists under such names (`max_tokens`, `stop_tokens`) are not.
    """
    match value:
        case str():
            return _shown_text(name, value)
        case list():
            return [masked_value(argument_name(before), each) for before, each in zip([None, *value], value, strict=False)]
        case dict():
            return {key: masked_value(key, each) for key, each in value.items()}
    return value


def _shown_text(name: object, value: str) -> str:
    if value and is_secret_name(name) and not HARMLESS.fullmatch(value):
        return _DEFAULT.sub(f":-{MASK}}}", value) if is_only_placeholders(value) else MASK
    return without_credentials(value)
