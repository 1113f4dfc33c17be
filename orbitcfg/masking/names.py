"""Which names mean a secret, and which values under them are none."""

import re
from functools import lru_cache

MASK = "***"
"""What stands for a secret."""

_SECRET_WORDS = frozenset(
    {
        "key",
        "apikey",
        "token",
        "secret",
        "password",
        "passphrase",
        "passwd",
        "pass",
        "pwd",
        "credential",
        "credentials",
        "dsn",
        "authorization",
        "cookie",
    }
)
_SECRET_ENDINGS = ("connection_string", "access_key_id")
_NUMBER_BEHIND = re.compile(r"[_.\-]?\d+$")
# camel case too: the last word of `apiKey` is `Key`
_LAST_WORD = re.compile(r"([A-Z]?[a-z]+|[A-Z]+)$")

_ARGUMENT_ALONE = re.compile(r"--(?P<name>[A-Za-z][\w\-]*)")

# what opens a bracket or a block is harmless by itself: its parts are looked at on their own
HARMLESS = re.compile(
    r"""["']?(?:(?:(?:Bearer|Basic)\s+)?\$\{[^}:]*(?::-|:\?[^}]*)?\}|true|false|null|~|[\d.]+|\[.*|\{.*|[|>][-+\d]*|)["']?""", re.IGNORECASE
)


def is_secret_name(name: object) -> bool:
    """Whether a key or a variable is named as one that holds a secret; a number behind the name changes nothing."""
    return isinstance(name, str) and _is_secret_word(name)


@lru_cache(maxsize=4096)
def _is_secret_word(name: str) -> bool:
    name = _NUMBER_BEHIND.sub("", name)
    # the last word decides: `key_file` and `token_limit` name no secret
    last = _LAST_WORD.search(name)
    return last is not None and (last[0].lower() in _SECRET_WORDS or name.lower().endswith(_SECRET_ENDINGS))


def argument_name(item: object) -> str | None:
    """The name of an option, where an item of a list is one whose value is the item behind it: `token` for `--token`."""
    match = _ARGUMENT_ALONE.fullmatch(item) if isinstance(item, str) else None
    return match["name"] if match and is_secret_name(match["name"]) else None
