"""Where a field of a row comes from, in a word and in places."""

from collections.abc import Iterator

from orbitcfg.document.source import Span
from orbitcfg.document.tree import FromPreset, Interpolated, KeyPath, Node, Scalar, at, value_at
from orbitcfg.effective.use import Use
from orbitcfg.masking import values
from orbitcfg.masking.names import is_secret_name
from orbitcfg.masking.url import without_credentials
from orbitcfg.project.config import Config


def word(config: Config, use: Use, field: str) -> str:
    """Who set a field: the adapter, the general setting, a preset, the provider's block; `built in` where nobody did. Empty for a field without value."""
    paths = use.origins.get(field, ())
    node = next((found for path in paths if (found := at(config.tree, path)) is not None), None)
    if node is None or not paths:
        return "built in"
    preset = next((step.preset for step in node.origin.steps if isinstance(step, FromPreset)), None)
    if preset is not None:
        return f"preset {preset}"
    match paths[0]:
        case ("adapters", int() as index, *rest):
            name = value_at(config.tree, ("adapters", index, "name"))
            own = use.path is not None and use.path[:2] == paths[0][:2]
            return ("entry" if len(rest) > 1 else "adapter") if own else f"adapter {name}"
        case (str() as section, preset_name, *_) if section.endswith("_presets"):
            return f"preset {preset_name}"
        case ("general", *_):
            return "general"
    return "block" if use.block is not None and paths[0][: len(use.block)] == use.block else str(paths[0][0])


def places(config: Config, use: Use) -> dict[str, list[str]]:
    """The key paths that a row comes from, as `orbitcfg why` takes them, each with its places `file:line:column`, that of the value first."""
    found: dict[str, list[str]] = {}
    for path in use.places:
        node = at(config.tree, path)
        if node is not None:
            found[config.format_path(path)] = list(dict.fromkeys(_place(span) for span in _spans(node)))
    return found


def _spans(node: Node) -> Iterator[Span]:
    yield node.origin.span
    for step in node.origin.steps:
        match step:
            case Interpolated(substitutions=substitutions):
                yield from (substitution.place for substitution in substitutions if substitution.place is not None)
            case FromPreset(named_at=named_at):
                yield named_at


def _place(span: Span) -> str:
    begins = span.begins
    return f"{span.source.name}:{begins.line}:{begins.column}"


def safe(config: Config, use: Use, field: str, value: object) -> object:
    """A field's value as it may be shown: `${NAME}` where a variable named like a secret gave it."""
    for path in use.origins.get(field, ()):
        name = _secret_variable(config, path)
        if name is not None:
            return f"${{{name}}}"
    return values.masked_value(None, value)


def _secret_variable(config: Config, path: KeyPath) -> str | None:
    node = at(config.tree, path)
    if not isinstance(node, Scalar):
        return None
    substitutions = (substitution for step in node.origin.steps if isinstance(step, Interpolated) for substitution in step.substitutions)
    return next((substitution.name for substitution in substitutions if substitution.is_set and is_secret_name(substitution.name)), None)


def named(name: str) -> str:
    """A name as it may be shown: an address by mistake without its credentials. `NAME@CHOICE` is no address."""
    return without_credentials(name) if "://" in name else name
