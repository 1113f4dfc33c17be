"""Which names mean a secret, by any of their words, and which only sound so."""

import re
import unicodedata
from functools import lru_cache

MASK = "***"
"""What stands for a secret."""

_SECRET_WORDS = frozenset(
    [
        "key",
        "keys",
        "apikey",
        "apikeys",
        "token",
        "tokens",
        "secret",
        "secrets",
        "password",
        "passwords",
        "passwd",
        "passphrase",
        "passcode",
        "passwort",
        "kennwort",
        "contrasena",
        "psw",
        "pwd",
        "pw",
        "credential",
        "credentials",
        "cred",
        "creds",
        "authorization",
        "cookie",
        "cookies",
        "jwt",
        "salt",
        "bearer",
        "privatekey",
        "secretkey",
        "accesskey",
        "authkey",
        "accesstoken",
        "authtoken",
        "connectionstring",
        "connstr",
        "clientsecret",
        "signature",
        "dsn",
        "hmac",
        "htpasswd",
        "otp",
        "totp",
        "mnemonic",
        "sas",
    ]
)
"""Each of them anywhere in a name makes it one of a secret: `api_key_openai`, `secret_key_base`."""

_SECRET_LAST_WORDS = frozenset({"pass", "pat", "pin", "auth", "sig"})
"""These only at the end: `pass_through` and `auth_type` name no secret, `db_pass` and `basic_auth` do."""

_SECRET_PHRASES = (("connection", "string"), ("conn", "str"), ("access", "key", "id"), ("secret", "id"))

_ABOUT = frozenset(
    [
        "file",
        "files",
        "path",
        "paths",
        "dir",
        "folder",
        "url",
        "uri",
        "urls",
        "endpoint",
        "host",
        "port",
        "name",
        "names",
        "header",
        "headers",
        "prefix",
        "suffix",
        "type",
        "types",
        "kind",
        "format",
        "limit",
        "limits",
        "length",
        "size",
        "count",
        "counts",
        "counter",
        "ttl",
        "timeout",
        "expiry",
        "expires",
        "expiration",
        "age",
        "days",
        "hours",
        "minutes",
        "seconds",
        "ms",
        "interval",
        "rotation",
        "policy",
        "field",
        "fields",
        "column",
        "columns",
        "collection",
        "table",
        "env",
        "var",
        "variable",
        "parameter",
        "param",
        "location",
        "storage",
        "store",
        "source",
        "provider",
        "backend",
        "manager",
        "management",
        "service",
        "validation",
        "validator",
        "validate",
        "required",
        "enabled",
        "disabled",
        "algorithm",
        "alg",
        "method",
        "mode",
        "version",
        "id",
        "ids",
        "usage",
        "cost",
        "price",
        "pricing",
        "budget",
        "description",
        "label",
        "title",
        "message",
        "prompt",
        "help",
        "hint",
        "reset",
        "strength",
        "rules",
        "complexity",
        "regex",
        "pattern",
        "template",
        "separator",
        "delimiter",
        "encoding",
        "model",
        "models",
        "window",
        "ratio",
        "rate",
        "estimate",
        "estimator",
        "user",
        "username",
        "email",
        "login",
        "issuer",
        "audience",
        "scope",
        "scopes",
        "realm",
        "domain",
        "tenant",
        "region",
        "space",
        "spaces",
        "schema",
        "schemas",
        "position",
        "order",
        "class",
        "function",
        "vault",
        "group",
        "groups",
        "terms",
        "term",
        "points",
        "findings",
        "insights",
        "concepts",
        "metrics",
        "phrases",
        "facts",
        "takeaways",
        "features",
        "topics",
        "value_type",
        "server",
        "servers",
        "section",
        "sections",
        "adapter",
        "adapters",
    ]
)
"""A name that ends in one of these is about a secret and holds none: `key_file`, `token_url`, `password_policy`."""

_COUNTED = frozenset(
    [
        "max",
        "min",
        "num",
        "number",
        "total",
        "stop",
        "use",
        "used",
        "per",
        "limit",
        "budget",
        "chunk",
        "overlap",
        "overhead",
        "context",
        "system",
        "embedding",
        "prompt",
        "completion",
        "input",
        "output",
        "special",
        "reasoning",
        "thinking",
        "eos",
        "bos",
        "pad",
        "unk",
        "sep",
        "cls",
        "mask",
        "extra",
        "logit",
        "banned",
        "bad",
        "suppress",
        "new",
        "predict",
        "generated",
        "cached",
        "remaining",
        "count",
        "vocab",
        "image",
        "audio",
        "text",
    ]
)
"""Beside these a token is a piece of text: `max_tokens`, `eos_token`."""

_NO_ACCESS = frozenset(
    [
        "primary",
        "foreign",
        "partition",
        "sort",
        "cache",
        "object",
        "public",
        "unique",
        "composite",
        "idempotency",
        "routing",
        "range",
        "shard",
        "row",
        "join",
        "lookup",
        "index",
    ]
)
"""Beside these a key opens nothing: `primary_key`."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ARGUMENT_ALONE = re.compile(r"--?(?P<name>[A-Za-z][\w\-]*)")

_LOGIN_OPTIONS = ("-u", "--user", "--proxy-user")
"""Options of curl and the like whose value is a user and a password."""


def is_secret_name(name: object) -> bool:
    """Whether a key, a header or a variable is named as one that holds a secret, by any of its words."""
    return isinstance(name, str) and _is_secret_name(name)


def holds_secrets(name: object) -> bool:
    """Whether everything below a key is secret that is not named otherwise: `secrets: {a: …}`, but not the section `auth`."""
    return is_secret_name(name) and _words(str(name))[-1] not in _SECRET_LAST_WORDS


def is_about(name: object) -> bool:
    """Whether a name says something of a secret, so that it holds none even below one: `header_name` in `api_keys`."""
    return isinstance(name, str) and (words := _words(name)) != () and words[-1] in _ABOUT


@lru_cache(maxsize=4096)
def _is_secret_name(name: str) -> bool:
    words = _words(name)
    if any(phrase == words[-len(phrase) :] for phrase in _SECRET_PHRASES):
        return True
    if not words or words[-1] in _ABOUT:
        return False
    return words[-1] in _SECRET_LAST_WORDS or any(_is_secret_word(word, words) for word in words)


def _is_secret_word(word: str, words: tuple[str, ...]) -> bool:
    if word in {"token", "tokens"}:
        return _COUNTED.isdisjoint(words)
    if word in {"key", "keys"}:
        return _NO_ACCESS.isdisjoint(words)
    return word in _SECRET_WORDS


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    """The words of a name in any spelling, in small letters and without accents: those of `apiKey2` are `api` and `key`."""
    plain = name if name.isascii() else unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    return tuple(word.lower() for word in _WORD.findall(plain))


def argument_name(option: object, item: object) -> str | None:
    """What an item of a list is the value of, where the one before it is an option that says so: `token` behind `--token`."""
    if option in _LOGIN_OPTIONS:
        return "auth" if isinstance(item, str) and ":" in item else None
    match = _ARGUMENT_ALONE.fullmatch(option) if isinstance(option, str) else None
    return match["name"] if match and is_secret_name(match["name"]) else None


def looks_made(text: str) -> bool:
    """Whether a text is no word that people write: it has digits among its letters, or capitals behind its first."""
    return text[1:].lower() != text[1:] or (any(map(str.isdigit, text)) and any(map(str.isalpha, text)))


_HARMLESS = re.compile(
    r"""["']?(?:(?:(?:Bearer|Basic|Token|ApiKey)\s+)?(?:\$\{[^}:]*(?::-|:\?[^}]*)?\})+|\$[A-Za-z_]\w*|\{\{?[^{}]*\}?\}|%\w+%|<[^<>]*>|\*+|true|false|null|~|[\d.]*)["']?""",
    re.IGNORECASE,
)
"""What is no secret wherever one belongs: nothing, a placeholder, a number, a word of YAML."""

_SCHEMES = frozenset(
    [
        "none",
        "basic",
        "bearer",
        "digest",
        "ntlm",
        "negotiate",
        "kerberos",
        "oauth",
        "oauth2",
        "oidc",
        "saml",
        "ldap",
        "jwt",
        "token",
        "apikey",
        "api_key",
        "api-key",
        "password",
        "local",
    ]
)
"""What may stand under `auth` and is no secret: how to prove who one is."""


def is_harmless(text: str) -> bool:
    """Whether a text that stands where a secret belongs is none."""
    return _HARMLESS.fullmatch(text) is not None


def is_secret(name: object, text: str) -> bool:
    """Whether a text under a name is a secret."""
    return is_secret_name(name) and not is_harmless(text) and not (text.lower() in _SCHEMES and _words(str(name))[-1] == "auth")
