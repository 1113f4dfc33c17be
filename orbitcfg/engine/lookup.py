"""Which models the configuration requests from programs on this machine, and which files it may mean."""

import os
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from orbitcfg.catalog.specs import IN_PROCESS
from orbitcfg.dataclass import dataclass, replace
from orbitcfg.document.tree import KeyPath, at, value_at
from orbitcfg.effective.address import is_this_machine
from orbitcfg.effective.service import INFERENCE
from orbitcfg.effective.use import Use
from orbitcfg.engine import shimmy
from orbitcfg.engine.beside import with_substitute
from orbitcfg.engine.context import RunContext
from orbitcfg.engine.discover import LLAMA_SERVER, OLLAMA, FoundModel
from orbitcfg.observed.model_names import model_stem, ollama_name
from orbitcfg.observed.observation import Damage, ModelFault, ModelLookup
from orbitcfg.project.config import Config

SERVED_BY: Mapping[str, tuple[str, ...]] = {
    "shimmy": shimmy.VERSIONS,
    "ollama": (OLLAMA,),
    "llama_cpp": (LLAMA_SERVER,),
    "lmstudio": (),
}
"""The providers whose models may be GGUF files here, and the servers whose names they use."""

_GGUF = frozenset({"llama_cpp", "bitnet"})
"""The providers that load GGUF files inside ORBIT."""

_GONE = ModelFault(Damage.MISSING)

DEFAULT = "the default"
"""Stands for the default provider among the adapters."""

_CONTEXT_KEYS = ("n_ctx", "num_ctx", "max_model_len", "context_window")
_IN_PROCESS_PARAMETERS = ("top_k", "repeat_penalty")
"""What ORBIT gives an engine of its own beside what it would send to a server."""

_IN_PROCESS_CONTEXT, _CHAT_FORMAT = "n_ctx", "chat_format"


@dataclass(frozen=True, slots=True)
class LocalRequest:
    """A use that needs a model on this machine, with the parameters that it would send."""

    use: Use
    lookup: ModelLookup
    parameters: Mapping[str, object]
    chat_format: str | None = None
    """The chat template that ORBIT asks for in process, by the engine's name for it; None where that is the file's own."""


def model_requests(config: Config) -> list[LocalRequest]:
    """The uses that need a model on this machine, the default first."""
    return [each for use in config.uses if (each := _model_request(config, use))]


def merged_lookups(requests: Iterable[LocalRequest]) -> list[ModelLookup]:
    """The lookups of requests, one for each model, with all adapters that ask for it."""
    found: dict[tuple[str, str, str], ModelLookup] = {}
    for request in requests:
        lookup = request.lookup
        key = (lookup.provider, lookup.model, lookup.service)
        before = found.get(key)
        found[key] = lookup if before is None else replace(before, adapters=(*before.adapters, *lookup.adapters))
    return list(found.values())


def with_matches(lookup: ModelLookup, models: Iterable[FoundModel], run_context: RunContext) -> ModelLookup:
    """The lookup with the files that it may mean."""
    exact, near = [], []
    for found in models:
        fit = _fit(lookup, found, run_context)
        if fit == lookup.model:
            exact.append(found.model.path)
        elif fit is not None:
            near.append((found.model.path, fit))
    return replace(lookup, exact=tuple(exact), near=tuple(near))


def candidate_paths(lookup: ModelLookup, run_context: RunContext) -> list[str]:
    """Where ORBIT looks for a model that it loads itself: the path from its working directory, then its folder `gguf`."""
    base = run_context.orbit_dir or run_context.working_dir
    name = os.path.basename(lookup.model)
    tried = (lookup.model, os.path.join("gguf", name), os.path.join("gguf", f"{name}.gguf"))
    return list(dict.fromkeys(os.path.normpath(os.path.join(base, each)) for each in tried))


def place_of(lookup: ModelLookup, run_context: RunContext) -> str | None:
    """Where the file is that ORBIT loads itself, else where it would be of which something else lies there, as its parts; None where nothing does."""
    candidates = candidate_paths(lookup, run_context)
    there = (path for path in candidates if os.path.lexists(path))
    nearly = (path for path in candidates if with_substitute(path, _GONE) != _GONE)
    return next(there, None) or next(nearly, None)


def _model_request(config: Config, use: Use) -> LocalRequest | None:
    name, is_inside = use.provider.value, use.protocol == IN_PROCESS
    is_asked = name in _GGUF if is_inside else use.service == INFERENCE and name in SERVED_BY and _is_here(use.url.value)
    if name is None or not is_asked or not use.model_name or not use.enabled:
        return None
    block = use.block or (INFERENCE, name)
    context, context_at = _context(config, use, block)
    lookup = ModelLookup(
        provider=name,
        model=use.model_name,
        adapters=(str(use.adapter or DEFAULT),),
        at=use.model.path or use.path,
        service=use.service,
        is_path=is_inside,
        context=context,
        context_at=context_at,
    )
    if not is_inside:
        return LocalRequest(use, lookup, use.request_parameters)
    own = {key: value for key in _IN_PROCESS_PARAMETERS if (value := _setting(config, block, key)) is not None}
    chat_format = _setting(config, block, _CHAT_FORMAT)
    return LocalRequest(use, lookup, {**use.request_parameters, **own}, None if chat_format is None else str(chat_format))


def _setting(config: Config, block: KeyPath, key: str) -> object:
    """What a key of a block comes to: what is written, null too, else ORBIT's default."""
    path = (*block, key)
    if at(config.tree, path) is not None:
        return value_at(config.tree, path)
    row = config.catalog.at(config.tree, path)
    return row.schema.get("default") if row is not None else None


def _context(config: Config, use: Use, block: KeyPath) -> tuple[int | None, KeyPath | None]:
    """The context that the configuration counts on, and where it is written: the adapter first, then the provider."""
    places = [(*use.path, "context_window")] if use.path else []
    places += [(*block, key) for key in _CONTEXT_KEYS]
    for place in places:
        value = value_at(config.tree, place)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value, place
    value = _setting(config, block, _IN_PROCESS_CONTEXT) if use.url.value is None else None
    return (value if isinstance(value, int) else None), None


def _is_here(url: str | None) -> bool:
    """Whether a URL leads to this machine."""
    try:
        return is_this_machine(urlsplit(url or "").hostname or "")
    except ValueError:
        return False


def _fit(lookup: ModelLookup, found: FoundModel, run_context: RunContext) -> str | None:
    """The name under which the provider's server lists a file that may be meant: the requested one where it fits exactly, empty where it lists it under none.

    None where the file is another.
    """
    if lookup.is_path:
        return lookup.model if found.path in candidate_paths(lookup, run_context) else None
    names = list(_names(lookup.provider, found))
    if any(name == lookup.model or (lookup.provider == "ollama" and ollama_name(name) == ollama_name(lookup.model)) for name in names):
        return lookup.model
    alike = {model_stem(each) for each in (*names, found.path)}
    return (names or [""])[-1] if model_stem(lookup.model) in alike else None


def _names(provider: str, found: FoundModel) -> Iterator[str]:
    """The names that the provider's servers list the file under, oldest version first."""
    for listing in found.model.listings:
        if listing.server in SERVED_BY[provider] and listing.name:
            yield listing.name
            yield from listing.also
