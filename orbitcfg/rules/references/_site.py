"""Where a reference stands: whether anybody follows it, and how bad it is that it leads nowhere."""

from orbitcfg.document.tree import KeyPath, at, value_at
from orbitcfg.effective.adapters import GENERATORS, WITHOUT_MODEL
from orbitcfg.effective.references import Reference
from orbitcfg.effective.switches import in_use, is_truthy
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Severity
from orbitcfg.rules._adapter_entry import AdapterEntry, adapter_entries
from orbitcfg.rules.references._target import gates

_HARD = frozenset({"will-not-start", "adapter-unavailable", "request-fails", "service-off"})
_LLM_KEYS = frozenset({"inference_provider", "model"})
_LISTS_BY_TYPE = {"allowed_models": GENERATORS | {"web-search"}}
"""Lists, and the types of adapters that do not look at them."""

_LISTS_ONLY = (("array",), ("array", "null"))
"""Types of keys that take a list and nothing else: of a plain text there the rules about values tell."""

_DEFAULTS: dict[KeyPath, tuple[str, frozenset[str] | None]] = {
    ("general", "inference_provider"): ("inference_provider", None),
    ("image", "provider"): ("image_provider", frozenset({"image_generation"})),
    ("video", "provider"): ("video_provider", frozenset({"video_generation"})),
}
"""Defaults that matter only to adapters without the key, of these types (None: of those that chat)."""


def is_followed(config: Config, reference: Reference) -> bool:
    """Whether ORBIT looks at the value, provided that its surroundings are switched on."""
    row = config.catalog.at(config.tree, reference.path)
    if row is not None and (row.effect is not None or row.types in _LISTS_ONLY):
        return False
    if any(not is_truthy(node, default=at(config.tree, reference.sections[0]) is not None) for node in gates(config, reference)):
        return False
    # then no vision provider is asked (sections V1)
    if ("visions",) in reference.sections and _ocr_comes_first(config):
        return False
    adapter = adapter_of(config, reference.path)
    return adapter is None or _fits(config, adapter, reference.path)


def severity_at(config: Config, reference: Reference, effect: str) -> Severity:
    """How bad it is, there, that a reference with this effect leads nowhere."""
    severity = Severity.ERROR if effect in _HARD else Severity.WARNING
    adapter = adapter_of(config, reference.path)
    if adapter is None:
        if not in_use(config.tree, reference.path):
            return Severity.INFO
        return Severity.WARNING if effect != "will-not-start" and not _somebody_relies_on(config, reference.path) else severity
    if reference.path[2] in _LLM_KEYS and adapter.kind in GENERATORS:
        severity = Severity.WARNING
    # only retrieval asks for the adapter's object: other requests are answered without it (adapters, above §0)
    if effect == "adapter-unavailable" and not adapter.retrieves:
        severity = Severity.WARNING
    return adapter.severity(severity)


def is_on_site(config: Config, reference: Reference) -> bool:
    """Whether the surroundings of the reference are switched on."""
    adapter = adapter_of(config, reference.path)
    return adapter.is_on if adapter else in_use(config.tree, reference.path)


def adapter_of(config: Config, path: KeyPath) -> AdapterEntry | None:
    """The adapter that a path leads into."""
    if len(path) < 3 or path[0] != "adapters":
        return None
    return config.once(_by_path).get(path[:2])


def _by_path(config: Config) -> dict[KeyPath, AdapterEntry]:
    return {adapter.path: adapter for adapter in adapter_entries(config)}


def _fits(config: Config, adapter: AdapterEntry, path: KeyPath) -> bool:
    """Whether an adapter of this type looks at the key."""
    key = str(path[2])
    if key in _LLM_KEYS and adapter.kind in WITHOUT_MODEL:
        return False
    row = config.catalog.at(config.tree, path[:3])
    types = row.spec.modes if row else None
    return adapter.kind not in _LISTS_BY_TYPE.get(key, ()) and (types is None or adapter.kind in types)


def _somebody_relies_on(config: Config, path: KeyPath) -> bool:
    """Whether an adapter that is on takes the default at this path; of most defaults that is not known, and they are relied on."""
    key, types = _DEFAULTS.get(path, (None, None))
    if key is None:
        return True
    return any(each.is_on and not each.has(key) and (each.chats if types is None else each.kind in types) for each in adapter_entries(config))


def _ocr_comes_first(config: Config) -> bool:
    """Whether images go to the OCR provider, so that no vision provider is asked."""
    processing = at(config.tree, ("files", "processing"))
    enabled = value_at(processing, ("ai_document_enabled",))
    return bool(enabled) and value_at(processing, ("processor_priority",)) == "ai_document"
