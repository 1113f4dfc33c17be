"""The models of this machine, each with the name that every local server would list it under, or why it would not."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator

from orbitcfg.dataclass import dataclass, replace
from orbitcfg.engine import facts, ollama, places, shimmy
from orbitcfg.engine.beside import with_substitute
from orbitcfg.engine.context import RunContext
from orbitcfg.observed.observation import Damage, ModelFacts, ModelFault, ModelFile, ModelKind, ServerListing

OLLAMA, LLAMA_SERVER = "ollama", "llama-server"
SERVERS = (*shimmy.VERSIONS, OLLAMA, LLAMA_SERVER)


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model with the absolute paths of its shards, of which the first stands for it; `other_paths` lead to the same file."""

    paths: tuple[str, ...]
    other_paths: tuple[str, ...]
    model: ModelFile

    @property
    def path(self) -> str:
        """The absolute path that an engine is given."""
        return self.paths[0]


def find_models(run_context: RunContext, extra: tuple[str, ...] = (), named: Iterable[str] = ()) -> list[FoundModel]:
    """Every model that local servers could serve, in order of path. `extra` are folders to look into, `named` files, there or not."""
    manifests = [manifest for store in ollama.stores(run_context) for manifest in ollama.manifests(store) if manifest.blob]
    # from the last to the first: of several names for one blob the first stands for it
    blobs = {manifest.blob: manifest for manifest in reversed(manifests) if manifest.blob}
    base = run_context.variable("SHIMMY_BASE_GGUF")
    listed = [*named, *([base] if base else []), *blobs]
    paths = dict.fromkeys([*places.gguf_files(places.folders(run_context, extra)), *(run_context.absolute_path(each) for each in listed)])
    catalogues = [shimmy.shimmy_listing(version, run_context) for version in shimmy.VERSIONS]
    names = _ollama_names(manifests)
    found = [_found(group, run_context, blobs) for group in _groups(paths)]
    return [_with_listings(each, run_context, catalogues, names) for each in sorted(found, key=lambda each: each.path)]


def inspect_model(path: str, run_context: RunContext) -> FoundModel:
    """One file that was named, with its shards."""
    return _found(_siblings(run_context.absolute_path(path)), run_context, {})


def _groups(paths: Iterable[str]) -> Iterator[list[list[str]]]:
    """The paths, those of one split file together, each with the other paths that lead to the same file under the same name."""
    same: dict[tuple[str, str], list[str]] = {}
    for path in paths:
        # by name too: servers list a link under the link's own name
        same.setdefault((os.path.realpath(path), os.path.basename(path)), []).append(path)
    groups: dict[tuple[str, ...], list[list[str]]] = defaultdict(list)
    for group in same.values():
        groups[_shard_key(group[0])].append(group)
    for group_of_shards in groups.values():
        yield sorted(group_of_shards)


def _shard_key(path: str) -> tuple[str, ...]:
    folder, name = os.path.split(path)
    shard = shimmy.SHARD.fullmatch(name)
    return (folder, shard[1], shard[3], shard[4].lower()) if shard else (path,)


def _siblings(path: str) -> list[list[str]]:
    """The shards that lie beside a file that is one of them; the file alone where it is none."""
    folder, name = os.path.split(path)
    if not shimmy.SHARD.fullmatch(name) or not os.path.isdir(folder):
        return [[path]]
    key = _shard_key(path)
    there = [os.path.join(folder, each) for each in sorted(os.listdir(folder)) if _shard_key(os.path.join(folder, each)) == key]
    return [[each] for each in there] or [[path]]


def _found(group: list[list[str]], run_context: RunContext, blobs: dict[str, ollama.Manifest]) -> FoundModel:
    paths = tuple(aliases[0] for aliases in group)
    read = [facts.read_facts(path) for path in paths]
    fault = next((_placed(path, each, run_context, blobs) for path, each in zip(paths, read, strict=True) if isinstance(each, ModelFault)), None)
    fault = fault or _wrong_size(paths[0], blobs)
    whole = [each for each in read if isinstance(each, ModelFacts)]
    model = ModelFile(
        path=run_context.display_path(paths[0]),
        size_bytes=sum(_size(path) for path in paths),
        facts=None if fault else _with_layers(_combined(whole), blobs.get(paths[0])),
        fault=fault,
        missing_shards=() if fault else _missing(paths, whole),
    )
    return FoundModel(paths, tuple(alias for aliases in group for alias in aliases[1:]), model)


def _placed(path: str, fault: ModelFault, run_context: RunContext, blobs: dict[str, ollama.Manifest]) -> ModelFault:
    """A fault with what lies in the file's place, as the user is shown it."""
    found = with_substitute(path, fault)
    if found.damage is Damage.MISSING and path in blobs:
        return ModelFault(Damage.BLOB_MISSING, blobs[path].name)
    return replace(found, instead=tuple(run_context.display_path(each) for each in found.instead))


def _with_layers(found: ModelFacts, manifest: ollama.Manifest | None) -> ModelFacts:
    """The facts of a model as Ollama has it, which may bring the template that its file lacks."""
    return replace(found, has_template=found.has_template or (manifest is not None and ollama.TEMPLATE_LAYER in manifest.layers))


def _wrong_size(path: str, blobs: dict[str, ollama.Manifest]) -> ModelFault | None:
    manifest = blobs.get(path)
    if manifest is None or _size(path) == manifest.size_bytes:
        return None
    return ModelFault(Damage.CUT_IN_WEIGHTS, f"{_size(path):,} of the {manifest.size_bytes:,} bytes that `{manifest.name}` has are there")


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except (OSError, ValueError):
        return 0


def _combined(shards: list[ModelFacts]) -> ModelFacts:
    """The facts of a model from those of its shards: the first describes it, together they hold the weights."""
    first = min(shards, key=lambda each: each.shard)
    weights, weight_bytes = sum(each.parameters for each in shards), sum(each.weight_bytes for each in shards)
    return replace(
        first,
        parameters=weights,
        weight_bytes=weight_bytes,
        bits=round(weight_bytes * 8 / weights, 2) if weights else 0.0,
        layer_types=frozenset().union(*(each.layer_types for each in shards)),
        head_type=next((each.head_type for each in shards if each.head_type), None),
    )


def _missing(paths: tuple[str, ...], shards: list[ModelFacts]) -> tuple[str, ...]:
    """The names of the shards that the header or the name speaks of and that are not there."""
    name = os.path.basename(paths[0])
    shard = shimmy.SHARD.fullmatch(name)
    total = max(*(each.shards for each in shards), int(shard[3]) if shard else 1, 1)
    if total == 1:
        return ()
    stem, extension = (shard[1], shard[4]) if shard else os.path.splitext(name)
    there = {os.path.basename(path) for path in paths}
    # bounded: a damaged header may speak of billions of shards
    wanted = [f"{stem}-{number:05}-of-{total:05}{extension}" for number in range(1, min(total, 99_999) + 1)]
    return tuple(each for each in wanted if each not in there)


def _ollama_names(manifests: list[ollama.Manifest]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = defaultdict(list)
    for manifest in manifests:
        if manifest.blob:
            names[manifest.blob].append(manifest.name)
    return names


def _with_listings(
    found: FoundModel, run_context: RunContext, catalogues: list[shimmy.ShimmyListing], ollama_names: dict[str, list[str]]
) -> FoundModel:
    listings = [_in_shimmy(found, run_context, each) for each in catalogues]
    listings += [_in_ollama(found, ollama_names), _in_llama_server(found)]
    return replace(found, model=replace(found.model, listings=tuple(listings)))


def _in_shimmy(found: FoundModel, run_context: RunContext, catalogue: shimmy.ShimmyListing) -> ServerListing:
    paths = (*found.paths, *found.other_paths)
    names = [catalogue.names[path] for path in paths if path in catalogue.names]
    if names:
        remark = "each shard is listed, and only the first loads" if len(names) > 1 else ""
        return ServerListing(catalogue.version, names[0], f"it dies at start: {catalogue.panic}" if catalogue.panic else remark, tuple(names[1:]))
    reason = next((catalogue.missed[path] for path in paths if path in catalogue.missed), "")
    return ServerListing(catalogue.version, None, reason or shimmy.unlisted_reason(catalogue.version, run_context, found.path))


def _in_ollama(found: FoundModel, names: dict[str, list[str]]) -> ServerListing:
    here = names.get(found.path, [])
    if here:
        return ServerListing(OLLAMA, here[0], also=tuple(here[1:]))
    return ServerListing(
        OLLAMA, None, "Ollama lists only what was pulled or created: write `FROM` and the file's path into a Modelfile and run `ollama create`"
    )


def _in_llama_server(found: FoundModel) -> ServerListing:
    """llama-server serves the file that `-m` gives, under that very path."""
    match found.model.facts:
        case ModelFacts(kind=ModelKind.PROJECTOR):
            return ServerListing(LLAMA_SERVER, None, "a projector is given with `--mmproj`, beside its model")
        case ModelFacts(kind=ModelKind.ADAPTER):
            return ServerListing(LLAMA_SERVER, None, "an adapter is given with `--lora`, beside its model")
        case None:
            return ServerListing(LLAMA_SERVER, None, "it cannot be loaded")
    return ServerListing(LLAMA_SERVER, found.model.path)
