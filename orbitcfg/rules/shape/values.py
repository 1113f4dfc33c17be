"""Values of a wrong type, outside of their range, or null where ORBIT cannot take it."""

import re
from collections.abc import Iterable, Iterator
from math import isfinite

from orbitcfg.catalog.check import Mismatch
from orbitcfg.catalog.rows import UNKNOWN, Row
from orbitcfg.document.events import LoaderCrash, RequiredMissing, ValueLost
from orbitcfg.document.tree import Interpolated, KeyPath, Mapping, Node, Scalar, Sequence, Unknown, at, value_at
from orbitcfg.effective.switches import SWITCH
from orbitcfg.masking import values
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Fix
from orbitcfg.report.finding import Finding
from orbitcfg.rules._fixes import removal_fix, replacement_fix, unquoting_fix
from orbitcfg.rules._needed import or_remove_line
from orbitcfg.rules._rule import rule
from orbitcfg.rules.shape._consequence import consequence_of, what_follows
from orbitcfg.rules.shape._dead import below_dead, is_dead, is_of_other_mode
from orbitcfg.rules.shape.readings import is_endless, reaction_to, reading_of
from orbitcfg.rules.shape.texts import slip_of
from orbitcfg.suggest import certain, choice_of, nearest

_TYPES = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "string": "text",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}


@rule("ORB303", consequence=Consequence.DIFFERENT, counted="values that do not fit")
def wrong_value(config: Config) -> Iterator[Finding]:
    """A value is of another type than ORBIT works with, or outside of what it allows.

    What ORBIT does with it differs from key to key, and stands in the finding. A value from a variable is always text, also a number or `false`: most
    switches take the text `false` for true.

    ```yaml bad
    inference: {shimmy: {enabled: true, base_url: "http://localhost:11435", model: m, temperature: 9}}
    ```

    ```yaml bad
    inference: {shimmy: {enabled: true, base_url: "http://localhost:11435", model: m, temperature: "0.7"}}
    ```

    ```yaml bad
    logging: {level: debg}
    ```

    ```yaml bad
    inference: {huggingface: {enabled: true, api_key: "${HUGGINGFACE_API_KEY}", endpoint_url: "https://acme.endpoints.example.org", model: m}}
    general: {inference_provider: huggingface}
    ```

    ```yaml good
    inference: {shimmy: {enabled: true, base_url: "http://localhost:11435", model: m, temperature: 0.9}}
    ```
    """
    for mismatch in config.mismatches:
        node = at(config.tree, mismatch.path)
        if mismatch.keyword == "required" or node is None or _is_null(node) or _is_settled(config, mismatch):
            continue
        finding = _finding(config, mismatch, node)
        if finding is not None:
            yield finding


@rule("ORB304", consequence=Consequence.DIFFERENT)
def null_value(config: Config) -> Iterator[Finding]:
    """A key with nothing after its colon, where ORBIT cannot take null.

    What then fails stands in the finding.

    ```yaml bad
    inference:
      shimmy:
    ```

    ```yaml good
    inference: {shimmy: {enabled: true, model: m}}
    ```
    """
    for path, _, row, _ in config.rows.nulls():
        reaction = row.spec.null if row is not None else None
        if row is None or not (reaction or _is_void_item(row, path)):
            continue
        if not _has_no_effect(config, path, row) and not _is_reported(config, path):
            yield Finding(
                f"`{name_of(config, path)}` is null{what_follows(config, path, reaction)}",
                path,
                _null_help(config, path, row),
                consequence=consequence_of(config, path, reaction),
                blames=_hiding(config, path),
            )


def _is_void_item(row: Row, path: KeyPath) -> bool:
    """Whether null stands in a list whose items are something; a key with nothing behind it may be one that is left out."""
    return isinstance(path[-1], int) and bool(row.types) and "null" not in row.types


def _is_settled(config: Config, mismatch: Mismatch) -> bool:
    """Whether the mismatch needs no finding: its key does nothing, or the loader's own rule has reported it."""
    row = config.catalog.at(config.tree, mismatch.path)
    if mismatch.keyword == "type" and "enum" in mismatch.schema:
        # the word that lists what it takes refuses it, too, and says more
        return True
    if row is not None and row.spec.has_default_when_empty and value_at(config.tree, mismatch.path) == "":
        return True
    return _has_no_effect(config, mismatch.path, row) or _is_reported(config, mismatch.path)


def _has_no_effect(config: Config, path: KeyPath, row: Row | None) -> bool:
    """Whether whatever stands there does nothing."""
    return is_dead(row) or below_dead(config, path) or is_of_other_mode(config, path, row)


def _is_reported(config: Config, path: KeyPath) -> bool:
    """Whether a rule about the load has reported what is wrong with the value."""
    return path in config.once(_reported_paths)


def _reported_paths(config: Config) -> frozenset[KeyPath]:
    missing = frozenset(event.path for event in config.events_of(RequiredMissing))
    return missing.union(event.path for event in config.events_of(LoaderCrash))


def _hiding(config: Config, path: KeyPath) -> KeyPath | None:
    """The path, where the value there also hides what another file gives, of which a rule about the load tells."""
    return path if path in config.once(_paths_that_hide) else None


def _paths_that_hide(config: Config) -> frozenset[KeyPath]:
    return frozenset(event.path for event in config.events_of(ValueLost))


def _finding(config: Config, mismatch: Mismatch, node: Node) -> Finding | None:
    path = mismatch.path
    row = config.catalog.at(config.tree, path) or UNKNOWN
    reading = reading_of(row, node) if mismatch.keyword == "type" else None
    if reading is not None and reading.reaction is None:
        return None
    reaction = reading.reaction if reading else reaction_to(mismatch, row, node)
    if reaction is not None and _takes_none(mismatch, row) and (said := mismatch.spec.wrong) is not None:
        # what refuses it may depend on what is not known here: how bad it is is then not known, why it is refused is
        reaction = reaction._replace(what=said.what)
    what, help_text = _said(config, mismatch, node, row)
    fix = _fix(config, mismatch, node, row, fails=reaction is not None and reaction.consequence.rank <= Consequence.CHOICE_FAILS.rank)
    return Finding(
        what + what_follows(config, path, reaction),
        path,
        help_text,
        value=True,
        consequence=consequence_of(config, path, reaction),
        fix=fix,
        blames=_hiding(config, path),
        # that a variable is not set is no finding beside what it comes to
        explains=(path,) if _as_is_its_text(path, node) and not _plain(node) else (),
    )


def name_of(config: Config, path: KeyPath) -> str:
    """A key by itself; an item of a list with its list."""
    return config.format_path(path) if isinstance(path[-1], int) else str(path[-1])


def _fix(config: Config, mismatch: Mismatch, node: Node, row: Row, *, fails: bool) -> Fix | None:
    """The line away where no value is right; the number without its quotes, safe where the text fails; the word that is meant, safe where one slip parts the two."""
    if _takes_none(mismatch, row):
        return removal_fix(config, mismatch.path)
    if not isinstance(node, Scalar) or not isinstance(node.value, str) or node.steps:
        return None
    if mismatch.keyword == "type" and _is_bare(node.value, row):
        return unquoting_fix(config, mismatch.path, node.value, safe=fails)
    allowed = _alike(node.value, mismatch.wanted) if mismatch.keyword == "enum" else []
    meant = nearest(node.value, allowed)
    return replacement_fix(config, mismatch.path, node.value, meant, safe=certain(node.value, allowed) == meant) if meant else None


def _alike(text: str, wanted: Iterable[object]) -> list[str]:
    """The words of an enumeration, of such as differ in case alone those in the text's."""
    words = [each for each in wanted if isinstance(each, str)]
    return [each for each in words if each.isupper() == text.isupper() or (each.lower() if each.isupper() else each.upper()) not in words]


def _is_bare(text: str, row: Row) -> bool:
    """Whether a text is what the schema wants, but for its quotes."""
    if "boolean" in row.types:
        return text in ("true", "false")
    number = "[0-9]|[1-9][0-9]+" if "number" not in row.types else r"(?:[0-9]|[1-9][0-9]+)(?:\.[0-9]+)?"
    return re.fullmatch(f"-?(?:{number})", text) is not None and not {"integer", "number"}.isdisjoint(row.types)


def _said(config: Config, mismatch: Mismatch, node: Node, row: Row) -> tuple[str, str]:
    """The fact and the remedy, by the word of the schema that refuses the value."""
    key, value, wanted = name_of(config, mismatch.path), _shown(mismatch.path, node), mismatch.wanted
    if _takes_none(mismatch, row):
        return f"`{key}`{f' is{value}, and' if value else ''} must be left out here", "remove the line"
    match mismatch.keyword:
        case "type" if row.types:
            return f"`{key}` is {_kind(node)}{value}, and needs {_types(row)}", _type_help(node, row)
        case "enum" | "const":
            allowed = _alike(str(_plain(node)), _allowed(mismatch))
            meant = nearest(str(_plain(node)), allowed)
            since = config.knowledge.value_came_with(str(_plain(node)))
            if since is not None:
                return (
                    f"`{key}` is{value}, which came with ORBIT {since}; this is {config.orbit.release}",
                    f"update ORBIT to {since}, or write {choice_of(allowed)}",
                )
            is_what = value if value.startswith(" `") else f" {_kind(node)}{value}"
            return f"`{key}` is{is_what}, which is none of its values", f"write `{meant}`" if meant else f"write {choice_of(allowed)}"
        case "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum":
            bound = {"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "more than", "exclusiveMaximum": "less than"}
            limit = f"{bound[mismatch.keyword]} {wanted}"
            return f"`{key}` is{value}, and must be {limit}", f"write a number of {limit}"
        case "pattern" if (shorter := next((each for each in _shorter_addresses(node) if re.search(str(wanted), each)), None)) is not None:
            return f"`{key}` is {_kind(node)}{value}, which does not fit", f"write `{shorter}`"
        case "pattern" if row.schema.get("default") is not None:
            bare = f"{_type_help(node, row)}, or a text" if _is_number(str(_plain(node))) else "write a text"
            return f"`{key}` is {_kind(node)}{value}, which does not fit", f"{bare} such as `{row.schema['default']}`"
        case "minLength" | "minItems" | "minProperties" if wanted == 1:
            filled = _as_is_its_text(mismatch.path, node)
            return f"`{key}` is empty{filled}", (
                f"set {_variables(node)}, or write the value itself" if filled else f"give it a value{or_remove_line(config, mismatch.path)}"
            )
    return f"`{key}` is {_kind(node)}{value}, which does not fit", f"run `orbitcfg why '{config.format_path(mismatch.path)}'` for what it may be"


def _takes_none(mismatch: Mismatch, row: Row) -> bool:
    """Whether no value is right but what counts as none."""
    match mismatch.keyword:
        case "enum" | "const":
            return not _allowed(mismatch)
        case "type":
            return row.types == ("null",)
        case "maximum" | "not":
            return not mismatch.wanted
    return False


def _allowed(mismatch: Mismatch) -> list[str]:
    """The words of an enumeration, or the one that is right."""
    words = [mismatch.wanted] if mismatch.keyword == "const" else mismatch.wanted
    return [str(each) for each in words if each not in (None, "")]


def _shorter_addresses(node: Node) -> tuple[str, ...]:
    """An address without the version at its end, and its host alone; none where the text is no address."""
    found = re.fullmatch(r"(https?://([^/?#]+)[^?#]*?)(/v[12])?/*", str(_plain(node)))
    return (found[1], found[2]) if found else ()


def _type_help(node: Node, row: Row) -> str:
    if isinstance(node, Scalar) and isinstance(node.value, str):
        slip = slip_of(node.value)
        if slip is not None and (_is_number(slip.meant) or slip.meant.lower() in ("true", "false")):
            return f"write `{slip.meant}`: the text {slip.what}"
        if any(isinstance(step, Interpolated) for step in node.steps):
            return f"write {_types(row)} in place of the variable, which always gives text"
        if _is_number(node.value) and {"integer", "number"} & set(row.types):
            return _number_help(node.value, row)
        if node.value.lower() in ("true", "false") and "boolean" in row.types:
            return f"write `{node.value.lower()}` without quotes"
    return f"write {_types(row)}"


def _number_help(text: str, row: Row) -> str:
    """How a number that stands in quotes is written without: YAML 1.1 takes `1e3` for text in either way."""
    if re.fullmatch(r"[-+]?(?:0|[1-9][0-9_]*)(?:\.[0-9]*)?", text):
        return f"write `{text}` without quotes"
    number = float(text)
    if not isfinite(number):
        return f"write {_types(row)}"
    return f"write `{int(number) if number.is_integer() else f'{number:f}'.rstrip('0')}`"


def _null_help(config: Config, path: KeyPath, row: Row) -> str:
    # without the key a switch is off, and null may be on
    return "write true or false" if path[-1] == SWITCH and "boolean" in row.types else f"give it a value{or_remove_line(config, path)}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _types(row: Row) -> str:
    words = [_TYPES[each] for each in row.types if each != "null"] or [_TYPES[each] for each in row.types]
    return " or ".join(words)


def _kind(node: Node) -> str:
    match node:
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
        case Scalar(value=bool()):
            return "the boolean"
        case Scalar(value=int() | float()):
            return "the value" if is_endless(node) else "the number"
        case Scalar(value=str()):
            return "the text"
    return "a value of another kind:"


def _shown(path: KeyPath, node: Node) -> str:
    """The value, where it is a single one and may be shown."""
    if not isinstance(node, Scalar):
        return ""
    filled = next((step for step in node.steps if isinstance(step, Interpolated)), None)
    if filled is not None:
        return f" of `{values.masked_value(path[-1], filled.template)}`"
    value = values.masked_value(path[-1], _plain(node))
    text = str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)
    return f" `{text if len(text) <= 60 else text[:57] + '...'}`"


def _as_is_its_text(path: KeyPath, node: Node) -> str:
    """Which placeholders a value is made of, to follow that it is empty; empty where it is of none."""
    filled = next((step for step in node.steps if isinstance(step, Interpolated)), None)
    return "" if filled is None else f", as `{values.masked_value(path[-1], filled.template)}` is"


def _variables(node: Node) -> str:
    """The variables that a value is made of, by their names."""
    names = (f"`{each.label}`" for step in node.steps if isinstance(step, Interpolated) for each in step.substitutions)
    return " and ".join(dict.fromkeys(names))


def _plain(node: Node) -> object:
    return node.value if isinstance(node, Scalar) else None


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None and not isinstance(node.value, Unknown)


RULES = (wrong_value, null_value)
