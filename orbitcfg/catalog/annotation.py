"""Reads an `x-orbit` annotation into what it says of a key, a provider, a reference, a section, of adapters.

Only here are its words looked up. That they are there, and of the right kind, is held by `schemas/x-orbit.schema.json`: by a test for orbitcfg's own
schemas, when they are read for those of a user.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from orbitcfg.catalog.specs import (
    AdapterSpec,
    ApiKeySpec,
    BrokenSpec,
    ClientSpec,
    EmptyUrlSpec,
    ImplementationSpec,
    KeySpec,
    ModeSpec,
    ParameterSpec,
    PerMode,
    ProviderSpec,
    Reaction,
    RealtimeSpec,
    ReferenceSpec,
    Renaming,
    SectionSpec,
    UrlSpec,
    UseCondition,
)
from orbitcfg.catalog.store import Schema
from orbitcfg.document.tree import KeyPath

T = TypeVar("T")


def key_spec(annotation: Schema) -> KeySpec:
    """What an annotation says of the key itself."""
    found: dict[str, Any] = {}
    for word, value in annotation.items():
        # word by word: there are twenty-five, of which a key has two or three
        meant = KEY_WORDS.get(word)
        if meant is not None:
            found[meant[0]] = value if meant[1] is None else meant[1](value)
    return KeySpec(**found, parameter=_parameter(annotation))


def _reaction(found: Schema | None) -> Reaction | None:
    return None if found is None else Reaction(found["effect"], found.get("what", ""), found.get("always", False))


def _condition(found: Schema) -> UseCondition:
    key = found.get("key")
    return UseCondition(None if key is None else _path(key), _texts(found.get("values")), tuple(map(_path, _texts(found.get("also")))))


def _parameter(annotation: Schema) -> ParameterSpec | None:
    if "sent_as" not in annotation and "stands_in_for" not in annotation:
        return None
    only, renamed = annotation.get("only_models"), annotation.get("renamed_for")
    return ParameterSpec(
        sent_as=annotation.get("sent_as"),
        sent_in=annotation.get("sent_in"),
        sent_when=annotation.get("sent_when", "always"),
        only_models=None if only is None else tuple(only),
        not_models=_texts(annotation.get("not_models")),
        renamed_for=Renaming(_texts(renamed["models"]), renamed["sent_as"]) if renamed else None,
        name_keys=_texts(annotation.get("name_keys")),
        stands_in_for=annotation.get("stands_in_for"),
        stands_in_when=annotation.get("stands_in_when", "absent"),
    )


KEY_WORDS: dict[str, tuple[str, Callable[[Any], object] | None]] = {
    **{
        word: (word, None)
        for word in ("effect", "why", "instead", "safety", "reader", "reads", "unit", "gates", "variable", "none", "renamed", "later")
    },
    **{word: (word, _reaction) for word in ("missing", "null", "wrong", "mistyped")},
    "traced": ("is_traced_once", lambda value: value == "once"),
    "works": ("works", tuple),
    "secret": ("is_secret", None),
    "file": ("is_project_file", lambda value: value == "project"),
    "modes": ("modes", lambda value: tuple(value) if isinstance(value, list) else None),
    "stops_build": ("stops_build", lambda value: _texts(value)),
    "default_when": ("has_default_when_empty", lambda value: value == "empty"),
    "used_when": ("used_when", lambda value: tuple(map(_condition, value))),
}
"""The words that say something of a key: the field that each fills, and how it is read; None: as it is."""


def provider_spec(annotation: Schema) -> ProviderSpec:
    """What an annotation says of a provider's block."""
    return ProviderSpec(
        protocol=annotation.get("protocol"),
        location=annotation.get("location"),
        url=_url(annotation),
        client=_client(annotation.get("client"), is_key_required=annotation.get("api_key", {}).get("required", False)),
        api_key=_api_key(annotation.get("api_key", {})),
        modes=_modes(annotation.get("modes")),
        model_keys=_texts(annotation.get("model_key")),
        direct_model_keys=_texts(annotation.get("direct_model")),
        context_key=annotation.get("context_key"),
        output_key=annotation.get("output_key"),
        presets=annotation.get("presets"),
        own_section=_texts(annotation.get("own_section")),
        models_path=annotation.get("models"),
        models_from_root=annotation.get("models_base") == "root",
        tools=_per_mode(annotation.get("tools"), bool),
        web_search=_per_mode(annotation.get("web_search"), str),
        packages=_per_mode(annotation.get("packages"), _texts),
        closed_by_reload=annotation.get("closed_by_reload", False),
        overrides=annotation.get("overrides", {}),
        status=annotation.get("status"),
        status_why=annotation.get("status_why", ""),
    )


def _url(annotation: Schema) -> UrlSpec:
    null = annotation.get("url_null")
    return UrlSpec(
        keys=_texts(annotation.get("url_keys")),
        fixed=annotation.get("url_fixed"),
        env=annotation.get("url_env"),
        is_ignored=annotation.get("url_ignored", False),
        paths=_texts(annotation.get("url_paths")),
        null=EmptyUrlSpec(null["what"], null.get("env"), null.get("url"), null.get("stage"), null.get("empty", False)) if null else None,
    )


def _client(found: Schema | None, *, is_key_required: bool) -> ClientSpec | None:
    if found is None:
        return None
    path, broken, no_key = found["path"], found.get("broken"), found.get("no_key", "construct" if is_key_required else "sent")
    if isinstance(no_key, str):
        no_key = {} if no_key == "sent" else dict.fromkeys(("missing", "null", "empty"), no_key)
    return ClientSpec(
        family=found["family"],
        paths={"": path} if isinstance(path, str) else path,
        as_is=_texts(found.get("as_is")),
        read_in=found.get("read_in"),
        asks_at_start=found.get("asks_at_start"),
        no_key=no_key,
        other_key=found.get("other_key"),
        shortest_key=found.get("shortest_key", 0),
        key_prefix=found.get("key_prefix", ""),
        unaddressed=found.get("unaddressed"),
        broken=BrokenSpec(broken["stage"], broken["what"], _texts(broken.get("services"))) if broken else None,
    )


def _api_key(found: Schema) -> ApiKeySpec:
    return ApiKeySpec(
        key=found.get("key"),
        env=_texts(found.get("env")),
        env_wins=found.get("env_wins", False),
        literal=found.get("literal"),
        required=found.get("required", False),
        stops_build=found.get("stops_build", False),
    )


def _modes(found: Any) -> ModeSpec | None:
    return ModeSpec(found["key"], found["default"], _texts(found["values"])) if isinstance(found, dict) else None


def _per_mode(found: Any, read: Callable[[Any], T]) -> PerMode[T]:
    if isinstance(found, dict):
        return PerMode(by_mode={mode: read(each) for mode, each in found.items()})
    return PerMode(None if found is None else read(found))


def reference_spec(annotation: Schema) -> ReferenceSpec | None:
    """What an annotation says of the name in a value; None where the value is no name."""
    found = annotation.get("refers_to")
    if found is None:
        return None
    values = found.get("values")
    return ReferenceSpec(
        sections=tuple(_path(each) for each in _texts(found["section"])),
        reaction=Reaction(found["effect"], found["what"]),
        off=_reaction(found.get("off")),
        values=None if values is None else tuple(values),
        key=_path(found["key"]) if "key" in found else None,
        switches=_texts(found.get("switches")),
        types=_texts(found.get("types")),
        gates=tuple(_path(each) for each in _texts(found.get("also"))),
        fails_behind_gate=found.get("gate_off") == "fails",
    )


def section_spec(annotation: Schema) -> SectionSpec | None:
    """What an annotation says of a section; None where it says nothing."""
    found = annotation.get("section")
    if found is None:
        return None
    return SectionSpec(
        entry=found.get("entry", ""),
        holds=found.get("holds"),
        presets_of=found.get("presets_of"),
        reload=found.get("reload"),
    )


def adapter_spec(annotation: Schema) -> AdapterSpec:
    """What an annotation says of the adapters that ORBIT can build."""
    return AdapterSpec(
        triples=frozenset((kind, datasource, adapter) for kind, datasource, adapter in annotation.get("triples", ())),
        implementations={
            path: ImplementationSpec(each["family"], each["datasource"], each.get("abstract", False))
            for path, each in annotation.get("implementations", {}).items()
        },
        realtime={
            kind: RealtimeSpec(_path(each["block"]), each["url"], each["model"], _api_key(each["api_key"]))
            for kind, each in annotation.get("realtime", {}).items()
        },
    )


def _texts(found: Any) -> tuple[str, ...]:
    """One text or a list of them; none where there is nothing."""
    return (found,) if isinstance(found, str) else tuple(found or ())


def _path(dotted: str) -> KeyPath:
    return tuple(dotted.split("."))
