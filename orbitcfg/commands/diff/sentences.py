"""A difference in sentences, for people."""

from orbitcfg.commands.diff.keys import ValueChange
from orbitcfg.commands.diff.result import Difference
from orbitcfg.commands.diff.rows import RowChange, model_of
from orbitcfg.commands.diff.value import Value
from orbitcfg.commands.needs import describe_nobody, list_adapters
from orbitcfg.document.masked import one_line
from orbitcfg.document.source import Span
from orbitcfg.effective.use import Use
from orbitcfg.plural import counted
from orbitcfg.project.config import Config

LONGEST = 72
"""Longer text is described by its length."""

_VERBS = {
    "inference": "runs",
    "embedding": "embeds with",
    "reranking": "reranks with",
    "vision": "sees with",
    "speech-to-text": "listens with",
    "text-to-speech": "speaks with",
    "image": "draws with",
    "video": "films with",
    "rewriting": "rewrites with",
    "moderation": "moderates with",
    "realtime": "talks through",
}
_HEADLINED = ("provider", "model")


def subject(row: RowChange) -> str:
    """Who a row is about."""
    return "the default" if row.adapter is None else f"`{row.adapter}`"


def title(config: Config, use: Use) -> str:
    """A provider as people call it; its name in backquotes where the catalogue has none."""
    row = config.catalog.at(config.tree, use.block) if use.block is not None else None
    name = str(row.schema.get("title", "")) if row is not None else ""
    return name or (f"`{use.provider.value}`" if use.provider.value else "no provider")


def headline(difference: Difference, row: RowChange) -> str:
    """What happened to a row, in a sentence without its place."""
    model = row.field("model")
    return _sentence(difference, row) + (origin(model) if model is not None else "")


def _sentence(difference: Difference, row: RowChange) -> str:
    verb = _VERBS.get(row.service, f"does {row.service} with")
    now = _what(difference.now.config, row.now)
    was = _what(difference.was.config, row.was)
    match row.kind:
        case "new" if row.service == "inference":
            return f"{subject(row)} is new, and {verb} {now}"
        case "new":
            return f"{subject(row)} now {verb} {now}, and did not before"
        case "gone" if row.service == "inference":
            return f"{subject(row)} is gone, and with it {was}"
        case "gone":
            return f"{subject(row)} no longer {verb} {was}"
        case "on":
            return f"{subject(row)} is switched on, and {verb} {now}"
        case "off":
            return f"{subject(row)} is switched off, and no longer {verb} {was}"
    return _changed(row, verb, now, was)


def _changed(row: RowChange, verb: str, now: str, was: str) -> str:
    if row.field("provider") is not None:
        return f"{subject(row)} now {verb} {now}, was {was}"
    model = row.field("model")
    if model is not None:
        return f"{subject(row)} now {verb} {now}, was {_model(model.was)}"
    assert row.now is not None
    return f"{subject(row)} {verb} {now} with other settings"


def _what(config: Config, use: Use | None) -> str:
    """The model and the provider of one side."""
    return "nothing" if use is None else f"{_model(model_of(use))} on {title(config, use)}"


def _model(value: Value | None) -> str:
    return "the model of the server" if value is None else f"`{value.shown}`"


def details(row: RowChange) -> tuple[ValueChange, ...]:
    """The changes of a row that its headline does not show; beside another provider not what is built into both."""
    if row.kind != "changed":
        return ()
    is_other = row.field("provider") is not None
    return tuple(change for change in row.fields if change.key not in _HEADLINED and not (is_other and change.places == (None, None)))


def describe(change: ValueChange) -> str:
    """A change in a few words, without its place."""
    return _describe(change) + origin(change)


def _describe(change: ValueChange) -> str:
    label = change.key.removeprefix("parameters.")
    was, now = change.was, change.now
    if now is None:
        return f"{label}: gone, was {_text(was)}"
    if was is None:
        return f"{label}: {_text(now)}, new"
    # both are masked, and yet not the same
    if was.shown == now.shown:
        return f"{label}: another value, which is not shown"
    if _is_long(was) and _is_long(now):
        return f"{label}: another text of {len(str(now.shown)):,} characters, was of {len(str(was.shown)):,}"
    return f"{label}: {_text(now)}, was {_text(was)}"


def _is_long(value: Value) -> bool:
    return isinstance(value.shown, str) and (len(value.shown) > LONGEST or "\n" in value.shown)


def _text(value: Value | None) -> str:
    if value is None:
        return "nothing"
    if _is_long(value):
        return f"a text of {len(str(value.shown)):,} characters"
    match value.shown:
        case list(items) if all(isinstance(item, str | int | float) for item in items) and len(str(items)) <= LONGEST:
            return f"`[{', '.join(one_line(item) for item in items)}]`"
        case dict(entries) if all(isinstance(item, str | int | float | None) for item in entries.values()) and len(str(entries)) <= LONGEST:
            return f"`{{{', '.join(f'{key}: {one_line(item)}' for key, item in entries.items())}}}`"
    return f"`{one_line(value.shown)}`"


def where(now: Span | None, was: Span | None) -> str:
    """The place that decides now, and that which decided before where it is another."""
    if now is None:
        return "" if was is None else f"was {was.label}"
    return now.label if was is None or was.label == now.label else f"{now.label} (was {was.label})"


def place_of(change: ValueChange) -> str:
    """Where a change is to be seen."""
    was, now = change.places
    return where(now, was)


def origin(change: ValueChange) -> str:
    """In brackets, the preset that brought the value, and where it is asked for if another did before; empty where none did."""
    was, now = change.was, change.now
    if now is None or now.preset is None:
        return ""
    is_other = was is None or (was.place is not None and was.preset != now.preset)
    return f" (preset `{now.preset}`" + (f" of {now.places[-1].label})" if is_other else ")")


def summary_line(difference: Difference) -> str:
    """How much differs, in one line."""
    ends = f"{difference.was.label} → {difference.now.label}"
    if difference.is_empty:
        return f"{ends}: no difference"
    owners = {row.adapter for row in difference.rows}
    changed = ["the default"] if None in owners else []
    changed += _counted(len(owners - {None}), "adapter")
    changed += _counted(len(difference.other_keys), "other key" if changed else "key")
    return f"{ends}: {', '.join(changed)} changed"


def _counted(number: int, noun: str) -> list[str]:
    return [counted(number, noun)] if number else []


def strikes(difference: Difference, change: ValueChange) -> str:
    """Whom a key's change strikes, in a few words."""
    need = difference.need_of(change)
    if not need.is_needed and not need.struck:
        return f"affects {describe_nobody(need)}"
    if need.is_of_all:
        return "affects all"
    return f"affects {list_adapters(need.struck)}" if need.struck else "affects ORBIT itself"
