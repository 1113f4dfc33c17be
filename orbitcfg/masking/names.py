"""Which names mean a secret, by any of their words, and which only sound so."""

import re
import unicodedata
from functools import lru_cache

MASK = "***"
"""What stands for a secret."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SECRET_WORDS = _set(
    """
    key keys token tokens secret secrets password passwords passwd passphrase passcode passwort kennwort contrasena psw pwd pw credential
    credentials cred creds authorization cookie cookies jwt salt bearer signature dsn hmac htpasswd otp totp mnemonic sas connectionstring
    connstr pass pat stringdata passkey passw passwrd pswd pword fernet geheimnis schluessel schlussel clave senha chave segredo motdepasse mdp
    cle jeton chiave wachtwoord sleutel losenord adgangskode masterauth httpauth salasana haslo heslo jelszo sifre parola пароль ключ секрет 密码 密钥 パスワード 비밀번호
    """
)
"""Each of them anywhere in a name makes it one of a secret: `api_key_openai`, `secret_key_base`."""

_SECRET_LAST_WORDS = frozenset({"pin", "auth", "sig", "private"})
"""These only at the end: `auth_type` names no secret, `basic_auth` does."""

_AFTER_PASS = _set(
    """
    through thru on by fail rate ratio count criteria all list number
    """
)
"""Before one of these `pass` is no password."""

_WRITTEN_TOGETHER = re.compile(
    r"\w+(?:password|passwd|passphrase|secret|apikey)s?"
    r"|(?:secret)?(?:admin|api|app|access|account|auth|bearer|bot|client|encrypt|encryption|function|host|id|license|master|openai|private|refresh|secret|service"
    r"|session|shared|signing|ssh|storage|subscription|user)(?:key|token|secret)s?"
    r"|(?!by|com|encom|over|sur|tres|under)\w{2,}pass"
)
"""Words of which the end is such a word: `dbpassword`, `accesskey`, but not `compass`."""

_SECRET_PHRASES = (
    ("connection", "string"),
    ("seed", "phrase"),
    ("recovery", "codes"),
    ("backup", "codes"),
    ("pin", "code"),
    ("mot", "de", "passe"),
    ("conn", "str"),
    ("access", "key", "id"),
    ("secret", "id"),
)

_ABOUT = _set(
    """
    file files path paths dir folder url uri urls endpoint host port name names header headers prefix suffix type types kind format limit limits
    length size count counts counter ttl timeout expiry expires expiration age days hours minutes seconds ms interval rotation policy field
    fields column columns collection table env var variable parameter param location storage store source provider backend manager management
    service validation validator validate required enabled disabled algorithm alg method mode version id ids usage cost price pricing budget
    description label title message prompt help hint reset strength rules complexity regex pattern template separator delimiter encoding model
    models window ratio rate estimate estimator user username email login issuer audience scope scopes realm domain tenant region space spaces
    schema schemas position order class function vault group groups terms term points findings insights concepts metrics phrases facts takeaways
    features topics server servers section sections adapter adapters ref reference bucket frames
    secure samesite splitter chunker
    """
)
"""A name that ends in one of these is about a secret and holds none: `key_file`, `token_url`, `password_policy`."""

_COUNTED = _set(
    """
    max min num number total stop use used per limit budget chunk overlap overhead context system embedding prompt completion input output
    special reasoning thinking eos bos pad unk sep cls mask extra logit banned bad suppress new predict generated cached remaining count vocab
    image audio text
    """
)
"""Beside one of these a token is a piece of text: `max_tokens`, `eos_token`."""

_MARKS = _set(
    """
    max min stop eos bos pad unk sep cls mask special start end per image audio next first last
    """
)
"""Behind one of these a single token is one too."""

_NO_ACCESS = _set(
    """
    primary foreign partition sort cache object public unique composite idempotency routing range shard row join lookup index text translation
    hash s message config answer label field column map metadata state locale blob document record item entity group natural surrogate
    candidate shortcut arrow event header property attribute tag node json order feature metric content input output memory prompt dict
    required ignored value filter bucket
    """
)
"""Behind one of these a key opens nothing: `primary_key`."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\da-zA-Z_]+")
_ARGUMENT_ALONE = r"--?(?P<name>[A-Za-z][\w\-]*)"

_PASSWORD_OPTIONS = ("-p", "-a")
"""Options of database clients whose value is a password; of other programs it is a port or a path."""

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
    return words[-1] in _SECRET_LAST_WORDS or _has_secret_word(words)


def _has_secret_word(words: tuple[str, ...]) -> bool:
    return any(_is_secret_word(word, before, after) for before, word, after in zip(("", *words), words, (*words[1:], ""), strict=False))


def _is_secret_word(word: str, before: str, after: str) -> bool:
    match word:
        case "token":
            return before not in _MARKS and after not in _COUNTED
        case "tokens":
            return before not in _COUNTED and after not in _COUNTED
        case "key" | "keys":
            return before not in _NO_ACCESS
        case "pass":
            return after not in _AFTER_PASS
        case "secret" | "secrets":
            return before != "existing"
    return word in _SECRET_WORDS or _WRITTEN_TOGETHER.fullmatch(word) is not None


@lru_cache(maxsize=4096)
def _speaks_of_secret(name: str) -> bool:
    """Whether a name is about a secret, by one of its words."""
    return _has_secret_word(_words(name))


_ACCENT = "[\u0300-\u036f]"


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    """The words of a name in any spelling, in small letters and without accents: those of `apiKey2` are `api` and `key`."""
    # composed again: the marks of Japanese and the parts of Korean letters are no accents
    plain = name if name.isascii() else unicodedata.normalize("NFKC", re.sub(_ACCENT, "", unicodedata.normalize("NFD", name)))
    return tuple(word.lower() for word in _WORD.findall(plain))


def argument_name(option: object, item: object) -> str | None:
    """What an item of a list is the value of, where the one before it is an option that says so: `token` behind `--token`."""
    if option in _LOGIN_OPTIONS:
        return "auth" if isinstance(item, str) and ":" in item and not is_number(item) else None
    if option in _PASSWORD_OPTIONS:
        return "password" if isinstance(item, str) and looks_made(item) and not any(sign in item for sign in "=./:") else None
    match = re.fullmatch(_ARGUMENT_ALONE, option) if isinstance(option, str) and option.startswith("-") else None
    return match["name"] if match and is_secret_name(match["name"]) else None


_HEADER = r"[A-Z][a-z]*(?:-[A-Za-z]+)*|[a-z]+(?:-[a-z]+)+"


def header_name(pair: list[object]) -> str | None:
    """The name of a header that a list of two is the name and the value of; None where it is a list of something else."""
    match pair:
        case [str(name), str(value)] if re.fullmatch(_HEADER, name) and is_secret_name(name) and not re.fullmatch(_HEADER, value):
            return name
    return None


def looks_made(text: str) -> bool:
    """Whether a text is no word that people write: it has digits among its letters, or capitals behind its first."""
    return text[1:].lower() != text[1:] or (any(map(str.isdigit, text)) and any(map(str.isalpha, text)))


_HARMLESS = re.compile(
    r"""["']?(?:(?:[Bb]earer|[Bb]asic|Token|ApiKey)\s+)?(?:"""
    r"""(?:\$\{[^}:]*(?::-|:\?[^}]*)?\}|\$[A-Z_][A-Z0-9_]*|\{\{[^{}]*\}\}|\{[a-z_]+\}|%[A-Z_]+%|<[a-z _\-]*>|<[A-Z _\-]*>|<[Yy]our[\w \-]*>|\[[a-zA-Z _\-]*\])+"""
    r"""|:\w+|None|[Yy]our[\w \-]*|(?:sk-)?\.{3}|lambda|[A-Za-z_][\w.]*\(.*|\*+|\u2026|x{3,}|X{3,}|true|True|TRUE|false|False|FALSE|null|Null|NULL|~|"""
    r"""|(?:os\.|process\.)?(?:environ|getenv|env)\b[\[(.].*|os\.environ/[A-Z_][A-Z0-9_]*)["']?"""
)
"""What is no secret wherever one belongs: nothing, a placeholder, a word of YAML, code that asks for a variable."""

_SHORTEST_OF_DIGITS = 6

_NUMBER = re.compile(r"[\d.:]+")

_RANDOM = r"(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9+=_\-]{20,}|[0-9a-f]{32,}"

_SCHEMES = _set(
    """
    none required optional basic bearer digest ntlm negotiate kerberos oauth oauth2 oidc saml ldap jwt token apikey api_key api-key password local
    """
)
"""What may stand under `auth` and is no secret: how to prove who one is."""


def is_harmless(text: str) -> bool:
    """Whether a text that stands where a secret belongs is none."""
    return _HARMLESS.fullmatch(text) is not None


def is_number(text: str) -> bool:
    """Whether a text reads as a number, where it stands without quotes: such a value is no secret."""
    return _NUMBER.fullmatch(text) is not None


def is_short_number(text: str) -> bool:
    """Whether a text is a number that somebody put in quotes, and too short for a secret."""
    return len(text) < _SHORTEST_OF_DIGITS and is_number(text)


def is_secret(name: object, text: str) -> bool:
    """Whether a text under a name is a secret: by the name, or where the name only speaks of one, by the look of the text too."""
    if not isinstance(name, str) or is_harmless(text) or is_short_number(text):
        return False
    if not is_secret_name(name):
        return _speaks_of_secret(name) and re.fullmatch(_RANDOM, text) is not None
    return not (text.lower() in _SCHEMES and _words(name)[-1] in ("auth", "authorization"))
