"""Secrets that a text itself names: `password=…`, a header, JSON, an option of a command, a sentence."""

import re
from collections.abc import Iterator

from orbitcfg.masking.names import holds_secrets, is_harmless, is_number, is_secret_name, is_short_number, looks_made
from orbitcfg.masking.stretches import Stretch
from orbitcfg.record import NamedTuple

_PAIR = re.compile(
    r"""(?P<before>[?&\#;]|%(?:3[BFbf]|26)|(?<![\w.\-$%])(?<!\$\{))(?P<dashes>--?)?(?P<quote>\\?["'])?(?P<name>[A-Za-z_][\w.\-]{0,80}+)"""
    r"""(?:(?P=quote)|(?(quote)(?!)))(?P<blanks>[ \t]{0,8}+)(?P<sign>:=|=>|=(?!=)|%3D|:(?![:/\-?+=]))[ \t]{0,8}+"""
)
"""A name and what follows it, up to its value; the name stands in quotes as a whole or not at all."""

# what follows is text: hardly any text comes to these, and `re` compiles each for the first that does
_LIST = r"\[(?P<inside>[^\]\[{]*+)\]"
_QUOTED = r"""\\?"(?:[^"\\]|\\[^"])*+(?:\\?"|$)|\\?'[^']*+(?:'|$)"""
_IN_QUERY = r"""(?![\[{])(?:<[^<>\n]*>|\$\{[^}${]*\}|[^\s&\#"'`<>|])*+"""
_IN_FIELDS = r"""(?!\[)(?:\{[^{}\n]*\}|\$\{[^}${]*\}|[^;"'`\n])*+"""
_WORD = r"""(?![\[{])(?:<[^<>\n]*>|\$\{[^}${]*\}|[^\s"'`;])*+"""
_ITEM = r"""(?![\[{])(?:\$\{[^}${]*\}|[^\s,}\]"'`;])*+"""
_REST = r"""(?:\$\{[^}${]*\}|[^"'`\n])*+"""
_MORE_PARAMETERS = r"&[\w.\-]{1,40}="
_LINE_ALONE = r"""(?m)[ \t]*+(?:[^\s#]++)[ \t]*+$"""
_LONG = r"[^\s&#]{8}"
_QUERY_SIGNS = ("?", "&", "#")
_QUERY_NAMES = frozenset({"code", "auth", "sig", "se"})
"""What gives access in the query of an address beside what is named so."""

_NAMED_BESIDE = (
    r"""(?<![\w\-])\\?["']?(?:name|key|header|var|variable|env)\\?["']?\s{0,8}+[:=]\s{0,8}+\\?["']?(?P<name>[A-Za-z_][\w.\-]{0,80}+)\\?["']?(?:[ \t]{0,8},|[ \t])"""
    r"""\s{0,8}+\\?["']?val(?:ue)?\\?["']?\s{0,8}+[:=]\s{0,8}+"""
)
"""The name of a pair that is written as two: `{name: Authorization, value: …}`."""

_DEFAULT = r"\$\{(?P<name>[A-Za-z_]\w{0,80}+)(?::?[\-=+]|:(?![\-=+?]|[A-Z_]++\}))(?P<default>[^}]++)(?=\})"
"""A placeholder with a default, as ORBIT or a shell would have it."""

_PLACEHOLDER = r"(?:\$\{[^}${]*\})++"

_HEADERS = frozenset({"authorization", "Authorization", "cookie", "Cookie"})

_OPTION_BEGINS = re.compile(r"(?<![\w\-])--?[A-Za-z]")
_OPTION = r"""(?<![\w\-])--?(?P<name>[A-Za-z][\w\-]{0,80}+)(?:["']?\s{0,8}+,\s{0,8}+["']?|["']?[ \t]{1,8}+["']?)(?P<value>\$\{[^}${]*\}|(?![\-\#])[^\s"',\]]++)"""
_METAVARIABLES = frozenset(["KEY", "TOKEN", "PASSWORD", "PASS", "PWD", "SECRET_KEY", "API_KEY", "FILE", "VALUE", "STRING", "TEXT", "NAME"])
"""What a usage says in place of a value."""

_LOGIN = r"""(?<![\w\-])(?:-u|--user|--proxy-user)(?:=|["']?\s{0,8}+,?\s{0,8}+)["']?[^\s:"']{1,80}+:(?P<value>[^\s"']++)"""
_SHORT_OPTION = r"""(?<![\w\-])-p(?P<value>[^\s"',\]\-=/][^\s"',\]=/\-]{3,256}+(?![=/\-]))"""
_VALUE_OPTION = r"""(?<![\w\-])-[pa]["']?[ \t]{1,8}+["']?(?P<value>[^\s"',\]=./:\-][^\s"',\]=./:]{3,256}+)(?![=./:])"""
_SENTENCE = (
    r"""(?i:\b(?:(?:api|access|auth|license|my|our|private|secret|this|use|using|with|your)[ \-]?key|token|secret|password|passwd|passphrase|pwd))"""
    r"""[ \t]{1,4}+(?i:(?:is|was|of|to)[ \t]{1,4}+|[:=][ \t]{0,4}+)?["'`]?(?P<value>[A-Za-z0-9][^\s"'`,;)(\]<>${]{5,}+)"""
)
_ELEMENT = r"<(?P<name>[\w.:\-]{1,80}+)>(?P<value>[^<>]++)</"
_VARIABLE = (
    r"""(?<![\w\-${])(?P<name>[A-Z][A-Z0-9]{0,40}+(?:_[A-Z0-9]{1,40}+){1,8}+)["'\])]{0,2}+(?:[ \t]{0,2}(?:[=,]|\|\||\?\?|or\b|\|[ \t]?default\()[ \t]{0,2}|[ \t])["'`]?"""
    r"""(?P<value>[A-Za-z0-9][^\s"'`,;)(\]<>${]{5,}+)"""
)
"""A variable that a program sets, as in `setenv API_KEY …`, `os.environ["API_KEY"] = …`."""

_NAME_ALONE = r"[A-Z][A-Z0-9_\-]+|[A-Z]?[a-z]+(?:[-_/.][A-Za-z]?[a-z]*)*|[A-Za-z]+:.*|\W*"
"""What follows in a sentence that only speaks of a secret: the name of a variable, a word, a label."""


def pair_stretches(text: str) -> Iterator[Stretch]:
    """Every stretch of a text that is the value of a secret which the text names."""
    if "=" in text or ":" in text or "%3D" in text:
        yield from _named_values(text)
        yield from _values_beside(text)
    if "-" in text and _OPTION_BEGINS.search(text):
        yield from _options(text)
    if "${" in text:
        yield from (match.span("default") for match in _defaults(text) if is_secret_name(match["name"]))
    for match in re.finditer(_ELEMENT, text) if "</" in text else ():
        if match["name"].lower() != "key" and is_secret_name(match["name"]) and not is_harmless(match["value"]):
            yield match.span("value")
    for match in re.finditer(_VARIABLE, text) if "_" in text else ():
        if is_secret_name(match["name"]) and _is_made(match["value"]):
            yield match.span("value")
    for match in re.finditer(_SENTENCE, text) if _may_speak_of_secret(text) else ():
        value = match["value"].rstrip(".!?:")
        if _is_made(value):
            yield match.start("value"), match.start("value") + len(value)


def _may_speak_of_secret(text: str) -> bool:
    """Whether a word of a sentence about a secret stands in a text: looked for first, since nearly no text has one."""
    folded = text.casefold()
    return "key" in folded or "token" in folded or "pass" in folded or "secret" in folded or "pwd" in folded


def _is_made(value: str) -> bool:
    return looks_made(value) and not re.fullmatch(_NAME_ALONE, value)


def default_stretches(text: str) -> Iterator[Stretch]:
    """The defaults of all placeholders in a text; an empty one is no secret, nor a number."""
    return (match.span("default") for match in _defaults(text))


def _defaults(text: str) -> Iterator[re.Match[str]]:
    # up to the last brace: behind it each placeholder that is left open would be followed to the end
    return (
        match
        for match in re.compile(_DEFAULT).finditer(text, 0, text.rfind("}") + 1)
        if not is_harmless(match["default"]) and not is_short_number(match["default"])
    )


class _Signs(NamedTuple):
    """What stands in a text at all, looked for once: where its last parameter of a query begins, its last `=`, and whether there is a `;`."""

    last_parameter: int
    last_equals: int
    has_semicolon: bool

    @classmethod
    def of(cls, text: str) -> "_Signs":
        last = -1
        for match in re.finditer(_MORE_PARAMETERS, text) if "&" in text else ():
            last = match.start()
        return cls(last, text.rstrip("=").rfind("="), ";" in text)


def _named_values(text: str) -> Iterator[Stretch]:
    position, signs = 0, _Signs.of(text)
    while match := _PAIR.search(text, position):
        position = match.end()
        found = _value(text, match, signs) if _names_secret(match) else None
        if found is not None:
            # nothing of a value is looked at twice
            position = max(found[1], position)
            value = text[slice(*found)]
            if re.fullmatch(_PLACEHOLDER, value):
                yield from ((found[0] + start, found[0] + end) for start, end in default_stretches(value))
            elif not is_harmless(value) and not is_number(value) and (_is_sure(match) or _is_made(value)):
                yield found


def _values_beside(text: str) -> Iterator[Stretch]:
    for match in re.finditer(_NAMED_BESIDE, text) if "val" in text else ():
        if is_secret_name(match["name"]):
            found = _quoted(text, match.end()) or _extent(re.compile(_ITEM), text, match.end())
            if found and not is_harmless(text[slice(*found)]):
                yield found


def _is_sure(pair: re.Match[str]) -> bool:
    """Whether a pair is part of no sentence or query: `=` without a blank, a name in quotes, a header, a line of its own."""
    is_written = (pair["sign"] != ":" and not pair["blanks"] and pair["name"] != "key") or bool(pair["quote"])
    return is_written or "-" in pair["name"] or pair["name"] in _HEADERS or _is_line(pair)


def _is_line(pair: re.Match[str]) -> bool:
    """Whether a pair is all that stands on its line, its value one word: that is no sentence."""
    text, start = pair.string, pair.start()
    line_start = text.rfind("\n", max(start - 80, 0), start) + 1
    is_first = (line_start > 0 or start < 80) and not text[line_start:start].strip(" \t-")
    return is_first and "\n" in text and pair["name"].lower() != "key" and re.compile(_LINE_ALONE).match(text, pair.end()) is not None


def _names_secret(match: re.Match[str]) -> bool:
    name = match["name"]
    is_bare_key = name.lower() == "key"
    if is_bare_key and not match["dashes"] and match["before"] not in _QUERY_SIGNS and not match["quote"]:
        # of a mapping, of a table of a database, of a function of Python
        return False
    if match["dashes"] and match["sign"] == ":":
        return False
    if match["sign"] == ":" and not match["quote"] and "-" not in name and name not in _HEADERS and match.string[match.end() - 1] == ":":
        # `auth0:SUBJECT` is no pair, `password:…` is one
        return holds_secrets(name) and not is_bare_key
    return is_secret_name(name) or (
        match["before"] in _QUERY_SIGNS and name.lower() in _QUERY_NAMES and re.compile(_LONG).match(match.string, match.end()) is not None
    )


def _value(text: str, pair: re.Match[str], signs: _Signs) -> Stretch | None:
    """Where the value of a pair stands; None where there is none."""
    start = pair.end()
    found = _quoted(text, start) or _listed(text, pair)
    if found:
        return found
    if pair["sign"] != ":":
        return _extent(_extent_of_assignment(pair, signs), text, start)
    if pair["quote"]:
        return _extent(re.compile(_ITEM), text, start)
    return _extent(re.compile(_REST if _is_sure(pair) else _WORD), text, start)


def _listed(text: str, pair: re.Match[str]) -> Stretch | None:
    """The inside of a list in brackets that stands as a value in quotes' company, as in JSON."""
    match = re.compile(_LIST).match(text, pair.end()) if (pair["quote"] or pair["sign"] == "=") and holds_secrets(pair["name"]) else None
    return match.span("inside") if match and match["inside"].strip() else None


def _quoted(text: str, start: int) -> Stretch | None:
    """What stands in quotes there, which may be escaped themselves."""
    match = re.compile(_QUOTED).match(text, start)
    if match is None:
        return None
    inside = 2 if match[0].startswith("\\") else 1
    return start + inside, max(match.end() - inside, start + inside)


def _extent_of_assignment(pair: re.Match[str], signs: _Signs) -> re.Pattern[str]:
    """How far the value behind `=` goes: to what parts it from the next one in a text of this kind."""
    if pair["before"] in _QUERY_SIGNS or signs.last_parameter >= pair.end():
        return re.compile(_IN_QUERY)
    if signs.has_semicolon:
        return re.compile(_IN_FIELDS)
    # `NAME=value` alone, as in a list of variables: blanks belong to the value
    return re.compile(_WORD if pair.start("name") or signs.last_equals >= pair.end() else _REST)


def _extent(pattern: re.Pattern[str], text: str, start: int) -> Stretch | None:
    match = pattern.match(text, start)
    return match.span() if match and match[0] else None


def _options(text: str) -> Iterator[Stretch]:
    for match in re.finditer(_OPTION, text):
        if (
            is_secret_name(match["name"])
            and not is_harmless(match["value"])
            and not is_number(match["value"])
            and match["value"] not in _METAVARIABLES
        ):
            yield match.span("value")
    yield from (match.span("value") for match in re.finditer(_LOGIN, text) if not is_harmless(match["value"]) and not is_number(match["value"]))
    for pattern in (_SHORT_OPTION, _VALUE_OPTION):
        yield from (match.span("value") for match in re.finditer(pattern, text) if looks_made(match["value"]))
