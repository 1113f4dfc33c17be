"""Texts that hold what stands around them elsewhere: blanks, quotes, a comma, a comment."""

import re
from collections.abc import Hashable, Iterator

from orbitcfg.catalog.rows import Row
from orbitcfg.document.odd_blanks import ODD_BLANK, blank_name
from orbitcfg.document.tree import KeyPath, Node, Substitution
from orbitcfg.masking.names import is_secret_name
from orbitcfg.project.config import Config
from orbitcfg.record import NamedTuple
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._fixes import replacement_fix
from orbitcfg.rules._placeholders import is_for_people
from orbitcfg.rules._rule import rule
from orbitcfg.rules._variables import env_line, filling, is_filled, whole_variable
from orbitcfg.rules.shape._dead import below_dead, is_dead

_QUOTES = {
    "\u201c": "\u201d",
    "\u201d": "\u201d",
    "\u201e": "\u201c",
    "\u2018": "\u2019",
    "\u2019": "\u2019",
    "\u00ab": "\u00bb",
    '"': '"',
    "'": "'",
}
_CONTROL = re.compile("[\0-\x1f\x7f]")
_PRINTED = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212\uff1a", "------:")
"""Dashes and colons that a web page or a word processor puts in the place of ASCII's."""
_COMMENT = re.compile(r"\s(?://|/\*)")
_FREE = re.compile(
    r"prefix|suffix|separator|delimiter|marker|regex|pattern|header|command|args|env|content|question|note|answer|bullet|cert|pem|json|sql|stop"
)
"""Words in the names of keys whose texts may begin and end with anything."""


class _Slip(NamedTuple):
    """What a text holds beside what is meant, in words, and what is meant."""

    what: str
    meant: str


@rule("ORB309", consequence=Consequence.DIFFERENT)
def text_with_more_around_it(config: Config) -> Iterator[Finding]:
    r"""A text begins or ends with what is none of it: a blank, a line end, quotes, a comma, a comment with `//`.

    ORBIT takes it as it is, so that no server has a model of this name. Typographic quotes are letters to YAML, as are the dashes of print in a model's name, `//` begins no comment, and nothing follows a value but a comment with `#`. A backslash in double quotes
    begins an escape, so that `"C:\new"` holds a line feed. Where a variable gives the text, the finding is at its line in the `.env`.

    ```yaml bad
    general: {inference_provider: ollama}
    inference: {ollama: {enabled: true, base_url: "http://localhost:11434", model: "llama3.2:3b "}}
    ```

    ```yaml bad
    general: {inference_provider: ollama}
    inference:
      ollama:
        enabled: true
        base_url: http://localhost:11434
        model: llama3.2:3b,
    ```

    ```yaml good
    general: {inference_provider: ollama}
    inference: {ollama: {enabled: true, base_url: "http://localhost:11434", model: "llama3.2:3b"}}
    ```
    """
    refused = {mismatch.path for mismatch in config.mismatches}
    for path, node, text, row in config.texts_where(lambda key, text: slip_of(text) is not None or (not text.isascii() and _is_of_model(key))):
        if row is None:
            continue
        is_model = _is_of_model(path[-1])
        slip = (slip_of(text) and slip_of(_own_text(config, node) or text)) or (_printed(text) if is_model else None)
        if slip is None or path in refused or not _is_name(config, path, row) or below_dead(config, path):
            continue
        if node.span.text[:1] in ("|", ">") and len(text.splitlines()) > 1:
            continue  # whoever writes several lines means them
        variable = whole_variable(config, path)
        place = env_line(config, variable)
        if not slip.meant and place is not None and "\\" in place.text:
            continue  # what python-dotenv makes of it has a rule of its own (ORB215)
        meant = None if variable or is_secret_name(path[-1]) else _written(node, text, slip.meant)
        yield Finding(
            f"{f'`{variable}`, which gives `{path[-1]}`,' if variable else f'`{path[-1]}`'} {slip.what}",
            place or path,
            _remedy(slip, meant),
            value=True,
            key=path,
            consequence=Consequence.ADAPTER_FAILS if is_model else None,
            depends_on="what the server serves" if is_model else "",
            fix=replacement_fix(config, path, text, meant, safe=False) if meant and not is_filled(node) else None,
        )


def _is_of_model(key: Hashable) -> bool:
    return key in ("model", "model_name") or str(key).endswith("_model")


def _printed(text: str) -> _Slip | None:
    """The dash or colon of print in a model's name, which has only those of ASCII."""
    meant = text.translate(_PRINTED)
    odd = next((one for one, other in zip(text, meant, strict=True) if one != other), None)
    return None if odd is None else _Slip(f"holds `{odd}` (U+{ord(odd):04X}), which only looks like `{odd.translate(_PRINTED)}`", meant)


def _own_text(config: Config, node: Node) -> str | None:
    """The text of the file, with its placeholders, where one of them gives nothing: what is left beside that is no slip."""
    filled = filling(node)
    return filled.template if filled is not None and any(_gives_nothing(config, each) for each in filled.substitutions) else None


def _gives_nothing(config: Config, filled: Substitution) -> bool:
    variable = config.environment[filled.name]
    return filled.source != "default" and (variable is None or not variable.value)


def _written(node: Node, text: str, meant: str) -> str | None:
    """What is to stand in the file; None where a variable gives what is too much."""
    filled = filling(node)
    if filled is None:
        return meant
    return filled.template.replace(text, meant) if text in filled.template else None


def _remedy(slip: _Slip, written: str | None) -> str:
    if not slip.meant:
        return "put the value in single quotes, or write slashes"
    return f"write `{written}`" if written else "take it off"


def slip_of(text: str) -> _Slip | None:
    """What a text of one line holds beside what is meant; None where it holds nothing else."""
    bare = text.strip()
    if not bare:
        return None
    if bare != text:
        end, where = (text[0], "begins with") if text[0].isspace() else (text[-1], "ends in")
        name = "a line break" if end in "\r\n" else "a tab" if end == "\t" else "a blank"
        return _Slip(f"{where} {name}", bare)
    is_usual = text.isascii() and text.isprintable()
    if not is_usual and _CONTROL.search(text):
        return _Slip("holds a line break, a tab or another control character: backslashes in double quotes begin escapes", "")
    odd = None if is_usual else re.search(ODD_BLANK, text)
    if odd:
        return _Slip(f"holds {blank_name(odd[0])}", re.sub(ODD_BLANK, "", text))
    if text[0] in _QUOTES and len(text) > 1 and text[-1] == _QUOTES[text[0]]:
        kind = "quotes" if text[0] in "\"'" else "typographic quotes"
        return _Slip(f"is in {kind}, which are a part of the text", text[1:-1])
    comment = _COMMENT.search(text) if "/" in text else None
    if comment:
        return _Slip(f"holds `{comment[0].strip()}`, which begins no comment in YAML", text[: comment.start()].rstrip())
    return _Slip(f"ends in `{text[-1]}`, which is a part of the text", text[:-1]) if text[-1] in ",;" else None


def _is_name(config: Config, path: KeyPath, row: Row) -> bool:
    """Whether a text is a name, a path or a secret of its own, and no address, which has rules of its own, as keys and references have."""
    if "string" not in row.types or row.refers_to is not None or row.schema.get("format") == "uri" or is_dead(row) or is_for_people(path):
        return False
    holder = config.catalog.at(config.tree, path[:-1])
    provider = holder.provider if holder is not None else None
    if provider is not None and path[-1] in (*provider.url.keys, provider.api_key.key, "host"):
        return False
    return isinstance(path[-1], str) and not _FREE.search(path[-1])


RULES = (text_with_more_around_it,)
