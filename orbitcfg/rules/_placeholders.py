"""Placeholders of other systems, none of which ORBIT fills."""

import re
from functools import lru_cache

from orbitcfg.document.tree import KeyPath
from orbitcfg.masking.url import shown_name
from orbitcfg.project.config import Config
from orbitcfg.record import NamedTuple

_NAME = r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
_UPPER = r"(?P<name>[A-Z_][A-Z0-9_]{2,})"


_FORMS = (
    rf"\$\$?(?:env:)?{_UPPER}",
    rf"\$\$?\({_NAME}\)",
    rf"(?:\$?(?i:env)|%|\$env:)\{{{_NAME}\}}",
    rf"\{{(?i:env):{_NAME}\}}",
    rf"\{{{_UPPER}\}}",
    rf"<%=?[^%]*?[\"']{_NAME}[\"'][^%]*%>",
    rf"%{_UPPER}%",
    rf"%\({_NAME}\)s",
    rf"(?:os\.)?environ/{_NAME}",
    rf"(?:os\.)?(?:environ(?:\.get)?|getenv)[\[(][\"']{_NAME}[\"'][\])]",
    rf"process\.env\.{_NAME}",
    rf"(?i:env|secrets?|vars?)(?:[.\[(]|:(?://)?)[\"']?{_UPPER}[\"']?[\])]?",
)
"""What a whole text may be."""

_ENCLOSED = r"(?:@|__|#\{)(?P<name>[A-Z_][A-Z0-9_]{2,})(?:@|__|\}#?)"
_BEGINNINGS = (
    *("$", "%", "{", "<%", "env{", "environ", "getenv", "os.", "process.env."),
    *(f"{word}{mark}" for word in ("env", "secret", "secrets", "var", "vars") for mark in ".[(:"),
)
"""What a form begins with, in any case."""


_INNER_FORMS = (
    rf"\$\$?(?:env:)?{_UPPER}(?!\w)",
    rf"\$\$?\({_NAME}\)",
    rf"%{_UPPER}%",
    rf"\{{\{{[\s-]{{0,4}}(?:\.Values\.|env\.|\.)?{_NAME}[\s-]{{0,4}}\}}\}}",
    rf"(?<![{{$])\{{{_UPPER}\}}",
)
"""Those that are told apart from what stands around them."""

_WORD = re.compile(r"[A-Za-z_]\w*")
_WORDS = 3
"""The most words in the braces of a template that gives one variable: `env "NAME"`, `.Values.name`."""

_LONGEST = 200
"""Characters of a text that may be a placeholder."""

_PREFIXES = frozenset(
    {"env", "environ", "environment", "oc", "os", "secret", "secrets", "var", "vars", "sys", "process", "params", "inputs", "github"}
)
_STORES = (
    *(f"{scheme}:" for scheme in ("op", "vault", "secret", "secretref", "ssm", "sm", "awssm", "gcpsm", "azkv", "keyring", "doppler", "infisical")),
    *("ref+", "arn:aws:", "@microsoft.keyvault(", "projects/", "enc[", "{cipher}"),
)
"""What a reference to a store of secrets begins with, in any case."""

_IN_STORE = (
    r"(?:ref\+\w+|op|vault|secret|ssm|sm|awssm|gcpsm|azkv|keyring|doppler|infisical)://\S+|vault:\S+#\S+|arn:aws:(?:secretsmanager|ssm):\S+"
    r"|secretref:[\w-]+|@microsoft\.keyvault\(.*\)|projects/[^/\s]+/secrets/\S+|enc\[.*\]|\{cipher\}\S+"
)
"""Such a reference, in small letters."""

_MOUNTED = r"(?:file:(?://)?)?/(?:run|var/run|etc)/secrets/(?P<name>[\w.-]+)"

_FOR_PEOPLE = ("prompt", "description", "message", "text", "label", "template", "format", "instruction", "query", "body", "title", "policy")


class Foreign(NamedTuple):
    """A text that another system would fill. `name` is the variable that it seems to mean; empty where it names none."""

    name: str
    what: str


def foreign_placeholder(text: str) -> Foreign | None:
    """What a whole text is a placeholder of; None for any other text."""
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    if text.lstrip("$").startswith("{{") and text.endswith("}}"):
        words = _WORD.findall(text.partition("|")[0])
        if not 0 < len(words) <= _WORDS:
            return None
        # in a template a name of small letters is one of its own
        return Foreign(words[-1] if words[-1].isupper() else "", "a placeholder of another system")
    folded = text.casefold()
    match = _whole_form(text, folded)
    if match:
        return Foreign(match["name"], "a placeholder of another system")
    if folded.startswith(_STORES) and re.fullmatch(_IN_STORE, folded):
        return Foreign("", "a reference to a secret store")
    file = re.fullmatch(_MOUNTED, text) if "/secrets/" in text else None
    return Foreign(re.sub(r"\W", "_", file["name"]).upper(), "the path of a file with a secret") if file else None


def _whole_form(text: str, folded: str) -> re.Match[str] | None:
    if text.startswith(("@", "__", "#{")):
        is_closed = text.endswith(("@", "__", "}", "}#"))
        return re.fullmatch(_ENCLOSED, text) if is_closed else None
    if not folded.startswith(_BEGINNINGS) or (" " in text and not text.startswith("<%")):
        return None
    return next(filter(None, (re.fullmatch(form, text) for form in _FORMS)), None)


def prefixed_name(inside: str) -> str | None:
    """The variable that `${env:NAME}`, `${secrets.NAME}` and the like mean, from what stands in the braces; None where it begins with no such word."""
    words = _WORD.findall(inside.partition(",")[0])
    is_foreign = len(words) > 1 and words[0].lower() in _PREFIXES and inside.startswith(tuple(words[0] + mark for mark in ".:/"))
    return words[-1] if is_foreign else None


def is_of_store(inside: str) -> bool:
    """Whether what stands in the braces of `${vault:…}` and the like names a secret in a store."""
    if ":" not in inside:
        return False
    found = re.match(r"(?i:vault|ssm|sm|asm|aws\w*|gcp\w*|azure\w*|akv|kms|op|keyvault|consul|doppler|file|secretsmanager|sops):(?!-)", inside)
    return found is not None


def in_own_form(text: str) -> str:
    """A text with the placeholders of other systems that stand in it as ORBIT wants them."""
    # most are addresses
    for form in _INNER_FORMS if "$" in text or "%" in text or "{" in text else ():
        text = re.sub(form, r"${\g<name>}", text)
    return text


def is_for_people(path: KeyPath) -> bool:
    """Whether a text is read by people or by a model, so that it may hold anything."""
    return any(_is_for_people(key) for key in path if isinstance(key, str))


@lru_cache(maxsize=4096)
def _is_for_people(key: str) -> bool:
    return any(word in key for word in _FOR_PEOPLE)


_SECTION_PREFIXES = {"internal_services": "INTERNAL_SERVICES", "datasources": "DATASOURCE"}
"""What the variables begin with from which ORBIT's own configurations fill a section."""


def variable_of(config: Config, path: KeyPath) -> str:
    """The variable to hold what stands at a path: that of ORBIT's own configurations, else one of the path's name."""
    row, holder = config.catalog.at(config.tree, path), config.catalog.at(config.tree, path[:-1])
    if row is not None and row.spec.variable:
        return row.spec.variable
    if holder is not None and holder.provider.api_key.key == path[-1] and holder.provider.api_key.env:
        return holder.provider.api_key.env[0]
    # a key that is a secret itself is no name for a variable
    parts = [part for part in path[-2:] if isinstance(part, str) and shown_name(part) == part]
    return re.sub(r"\W+", "_", "_".join((*filter(None, [_SECTION_PREFIXES.get(str(path[0]))]), *parts))).upper() or "SECRET"
