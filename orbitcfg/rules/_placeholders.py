"""Placeholders of other systems, none of which ORBIT fills."""

import re
from functools import lru_cache

from orbitcfg.document.tree import KeyPath
from orbitcfg.masking.url import shown_name
from orbitcfg.project.config import Config
from orbitcfg.record import NamedTuple

_NAME = r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
_UPPER = r"(?P<name>[A-Z_][A-Z0-9_]{2,})"
_FORMS = tuple(
    re.compile(form)
    for form in (
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
        rf"(?:@|__|#\{{){_UPPER}(?:@|__|\}}#?)",
    )
)
_BEGINNINGS = frozenset("$%{<@_#eEgopsSvV")
"""What one of these begins with: most texts that hold such a character are addresses."""

_INSIDE = tuple(
    re.compile(form)
    for form in (
        rf"\$\$?(?:env:)?{_UPPER}(?!\w)",
        rf"\$\$?\({_NAME}\)",
        rf"%{_UPPER}%",
        rf"\{{\{{[\s-]{{0,4}}(?:\.Values\.|env\.|\.)?{_NAME}[\s-]{{0,4}}\}}\}}",
        rf"(?<![{{$])\{{{_UPPER}\}}",
    )
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
_STORES = re.compile(
    r"(?:ref\+\w+|op|vault|secret|ssm|sm|awssm|gcpsm|azkv|keyring|doppler|infisical)://\S+|vault:\S+#\S+|arn:aws:(?:secretsmanager|ssm):\S+"
    r"|secretref:[\w-]+|@Microsoft\.KeyVault\(.*\)|projects/[^/\s]+/secrets/\S+|ENC\[.*\]|\{cipher\}\S+",
    re.IGNORECASE,
)
_STORE_PREFIX = re.compile(r"(?i:vault|ssm|sm|asm|aws\w*|gcp\w*|azure\w*|akv|kms|op|keyvault|consul|doppler|file|secretsmanager|sops):(?!-)")
_SECRET_FILE = re.compile(r"(?:file:(?://)?)?/(?:run|var/run|etc)/secrets/(?P<name>[\w.-]+)")


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
    for form in _FORMS if text[:1] in _BEGINNINGS else ():
        match = form.fullmatch(text)
        if match:
            return Foreign(match["name"], "a placeholder of another system")
    if _STORES.fullmatch(text):
        return Foreign("", "a reference to a secret store")
    file = _SECRET_FILE.fullmatch(text)
    return Foreign(re.sub(r"\W", "_", file["name"]).upper(), "the path of a file with a secret") if file else None


def prefixed_name(inside: str) -> str | None:
    """The variable that `${env:NAME}`, `${secrets.NAME}` and the like mean, from what stands in the braces; None where it begins with no such word."""
    words = _WORD.findall(inside.partition(",")[0])
    is_foreign = len(words) > 1 and words[0].lower() in _PREFIXES and inside.startswith(tuple(words[0] + mark for mark in ".:/"))
    return words[-1] if is_foreign else None


def is_of_store(inside: str) -> bool:
    """Whether what stands in the braces of `${vault:…}` and the like names a secret in a store."""
    return _STORE_PREFIX.match(inside) is not None


def in_own_form(text: str) -> str:
    """A text with the placeholders of other systems that stand in it as ORBIT wants them."""
    for form in _INSIDE:
        text = form.sub(r"${\g<name>}", text)
    return text


def is_for_people(path: KeyPath) -> bool:
    """Whether a text is read by people or by a model, so that it may hold anything."""
    return path[0] == "messages" or any(_is_for_people(key) for key in path if isinstance(key, str))


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
