"""Ollama's store on disk: manifests, which name the blobs that hold the models."""

import os
import re
from collections.abc import Iterator, Mapping

from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.engine.context import RunContext, folder_entries
from orbitcfg.files.store import Disk
from orbitcfg.observed.foreign_json import count_of, parse_json
from orbitcfg.observed.model_names import OLLAMA_HOST, OLLAMA_NAMESPACE

MODEL_LAYER = "application/vnd.ollama.image.model"
TEMPLATE_LAYER, SYSTEM_LAYER, PARAMETERS_LAYER = (f"application/vnd.ollama.image.{kind}" for kind in ("template", "system", "params"))
SERVICE_FOLDER = "/usr/share/ollama/.ollama/models"
"""Where Ollama keeps its models when Linux runs it as a service."""

_DIGEST = re.compile(r"[a-z0-9]{1,16}[:-][0-9a-fA-F]{1,128}")
_LEVELS = 4
_MAX_MANIFEST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """One model of the store. `parts` are host, namespace, model and tag. `blob` is its file, there or not; None where it has none, as cloud models."""

    parts: tuple[str, ...]
    blob: str | None
    size_bytes: int
    layers: Mapping[str, str] = field(default_factory=dict)
    """The other blobs by their kind, the first of each."""

    def text_of(self, layer: str) -> str:
        """What a layer holds; empty where there is none, or it cannot be read."""
        try:
            return Disk().read(self.layers[layer], _MAX_MANIFEST_BYTES).decode("utf-8", "replace") if layer in self.layers else ""
        except OSError:
            return ""

    @property
    def name(self) -> str:
        """The name that Ollama lists: without the default host and namespace, always with the tag."""
        *front, model, tag = self.parts
        if front == [OLLAMA_HOST, OLLAMA_NAMESPACE]:
            front = []
        elif front[:1] == [OLLAMA_HOST]:
            front = front[1:]
        return "/".join([*front, model]) + f":{tag}"


def stores(run_context: RunContext) -> list[str]:
    """The folders that may hold a store: the one that is set, else those by default."""
    configured = run_context.variable("OLLAMA_MODELS")
    by_default = [os.path.join(home, ".ollama", "models") for home in run_context.homes]
    found = [run_context.expanded_path(configured)] if configured else [*by_default, SERVICE_FOLDER]
    return [each for each in dict.fromkeys(found) if os.path.isdir(each)]


def manifests(store: str) -> Iterator[Manifest]:
    """The manifests of a store, by name. Files that are none are passed over."""
    root = os.path.join(store, "manifests")
    for parts in _leaves(root, ()):
        manifest = _manifest(store, os.path.join(root, *parts), parts)
        if manifest:
            yield manifest


def is_model(path: str) -> bool:
    """Whether a blob begins as a GGUF file does."""
    try:
        return Disk().read(path, 4) == b"GGUF"
    except OSError:
        return False


def _leaves(folder: str, parts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The files exactly four levels down, by the names on the way."""
    for entry in folder_entries(os.path.join(folder, *parts)):
        deeper = (*parts, entry.name)
        if entry.is_dir() and len(deeper) < _LEVELS:
            yield from _leaves(folder, deeper)
        elif entry.is_file() and len(deeper) == _LEVELS:
            yield deeper


def _manifest(store: str, path: str, parts: tuple[str, ...]) -> Manifest | None:
    try:
        content = Disk().read(path, _MAX_MANIFEST_BYTES)
    except OSError:
        return None
    match parse_json(content):
        case {"layers": list(layers)}:
            found = next((each for layer in layers if (each := _of_layer(store, layer, parts))), Manifest(parts, None, 0))
            return replace(found, layers=_other_layers(store, layers))
    return None


def _of_layer(store: str, layer: object, parts: tuple[str, ...]) -> Manifest | None:
    match layer:
        case {"mediaType": media, "digest": str(digest), "size": size} if media == MODEL_LAYER and _DIGEST.fullmatch(digest):
            return Manifest(parts, _blob(store, digest), count_of(size) or 0)
    return None


def _other_layers(store: str, layers: list[object]) -> dict[str, str]:
    found: dict[str, str] = {}
    for layer in layers:
        match layer:
            case {"mediaType": str(media), "digest": str(digest)} if media != MODEL_LAYER and _DIGEST.fullmatch(digest):
                found.setdefault(media, _blob(store, digest))
    return found


def _blob(store: str, digest: str) -> str:
    # nothing but a digest: a manifest of another's making could name any file
    # Ollama calls the file `sha256-…`, the manifest says `sha256:…`
    return os.path.join(store, "blobs", digest.replace(":", "-"))
