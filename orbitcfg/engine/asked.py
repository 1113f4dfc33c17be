"""Which models the configuration asks programs on this machine for, and which files it may mean."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from orbitcfg.document.tree import KeyPath, value_at
from orbitcfg.effective import Use
from orbitcfg.effective.address import is_this_machine
from orbitcfg.engine import ollama, shimmy
from orbitcfg.engine.context import RunContext
from orbitcfg.engine.discover import LLAMA_SERVER, OLLAMA, Found
from orbitcfg.observed.observation import ModelLookup
from orbitcfg.project.config import Config

SERVED_BY: Mapping[str, tuple[str, ...]] = {
    "shimmy": shimmy.VERSIONS,
    "ollama": (OLLAMA,),
    "llama_cpp": (LLAMA_SERVER,),
    "lmstudio": (),
}
"""The providers whose models may be GGUF files here, and the servers whose names they use."""

DEFAULT = "the default"
"""Stands for the default provider among the adapters."""

_CONTEXT_KEYS = ("n_ctx", "num_ctx", "max_model_len", "context_window")
_DIRECT_PARAMETERS = ("top_k", "repeat_penalty")
_ENDINGS = (".gguf", ":latest")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One row of the effective configuration that wants a model from this machine, with the parameters that it would send."""

    use: Use
    asked: ModelLookup
    parameters: Mapping[str, object]


def wanted(config: Config) -> list[Wanted]:
    """The rows that ask for a model on this machine, the default first."""
    return [each for use in config.uses if (each := _wanted(config, use))]


def joined(rows: Iterable[Wanted]) -> list[ModelLookup]:
    """What is asked for, once each, with all adapters that do."""
    joined: dict[tuple[str, str], ModelLookup] = {}
    for row in rows:
        key = (row.asked.provider, row.asked.model)
        before = joined.get(key)
        joined[key] = row.asked if before is None else replace(before, adapters=(*before.adapters, *row.asked.adapters))
    return list(joined.values())


def matched(asked: ModelLookup, models: Iterable[Found], surroundings: RunContext) -> ModelLookup:
    """The same, with the files that it may mean."""
    exact, near = [], []
    for found in models:
        fit = _fit(asked, found, surroundings)
        if fit == asked.model:
            exact.append(found.model.path)
        elif fit is not None:
            near.append((found.model.path, fit))
    return replace(asked, exact=tuple(exact), near=tuple(near))


def paths(asked: ModelLookup, surroundings: RunContext) -> list[str]:
    """Where ORBIT looks for a model that it loads itself: the path from its working directory, then its folder `gguf`."""
    base = surroundings.orbit_dir or surroundings.working_dir
    name = os.path.basename(asked.model)
    tried = (asked.model, os.path.join("gguf", name), os.path.join("gguf", f"{name}.gguf"))
    return list(dict.fromkeys(os.path.normpath(os.path.join(base, each)) for each in tried))


def stem(name: str) -> str:
    """What of a model's name the naming rules of all servers agree on: no folder, no ending, no case, one sign between words."""
    last = name.replace("\\", "/").rpartition("/")[2].lower()
    for ending in _ENDINGS:
        last = last.removesuffix(ending)
    return "".join(sign if sign.isalnum() or sign == "." else "-" for sign in last)


def _wanted(config: Config, use: Use) -> Wanted | None:
    if (
        use.service != "inference"
        or use.provider is None
        or use.provider not in SERVED_BY
        or not use.model
        or not use.enabled
        or not _is_here(use.url)
    ):
        return None
    block = use.block or ("inference", use.provider)
    context, context_at = _context(config, use, block)
    asked = ModelLookup(
        provider=use.provider,
        model=str(use.model),
        adapters=(use.adapter or DEFAULT,),
        at=next(iter(use.origins.get("model", ())), use.path),
        is_path=use.url is None,
        context=context,
        context_at=context_at,
    )
    direct = {key: value for key in _DIRECT_PARAMETERS if use.url is None and (value := value_at(config.tree, (*block, key))) is not None}
    return Wanted(use, asked, {**use.parameters, **direct})


def _context(config: Config, use: Use, block: KeyPath) -> tuple[int | None, KeyPath | None]:
    """The context that the configuration counts on, and where it says so: the adapter first, then the provider."""
    places = [(*use.path, "context_window")] if use.path else []
    places += [(*block, key) for key in _CONTEXT_KEYS]
    for place in places:
        value = value_at(config.tree, place)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value, place
    return None, None


def _is_here(url: str | None) -> bool:
    """Whether a URL leads to this machine; a provider without one loads the model itself."""
    if url is None:
        return True
    try:
        return is_this_machine(urlsplit(url).hostname or "")
    except ValueError:
        return False


def _fit(asked: ModelLookup, found: Found, surroundings: RunContext) -> str | None:
    """The name under which the provider's server lists a file that may be meant: the asked one where it fits exactly, empty where it lists it under none.

    None where the file is another.
    """
    if asked.is_path:
        return asked.model if found.path in paths(asked, surroundings) else None
    names = list(_names(asked.provider, found))
    if any(name == asked.model or (asked.provider == "ollama" and _same_in_ollama(name, asked.model)) for name in names):
        return asked.model
    alike = {stem(each) for each in (*names, found.path)}
    return (names or [""])[-1] if stem(asked.model) in alike else None


def _same_in_ollama(name: str, other: str) -> bool:
    return ollama.canonical(name) == ollama.canonical(other)


def _names(provider: str, found: Found) -> Iterator[str]:
    """The names that the provider's servers list the file under, oldest version first."""
    for listing in found.model.listings:
        if listing.server in SERVED_BY[provider] and listing.name:
            yield listing.name
            yield from listing.also
