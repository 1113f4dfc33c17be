"""Names that exist, but as something else."""

from collections.abc import Iterator
from dataclasses import dataclass

from orbitcfg.document.tree import KeyPath, at
from orbitcfg.effective.references import Reference
from orbitcfg.project.config import Config
from orbitcfg.rules._adapter_entry import adapter_entries

_KINDS = {
    "inference": "an inference provider",
    "embeddings": "an embedding provider",
    "rerankers": "a reranker",
    "moderations": "a moderator",
    "visions": "a vision provider",
    "ocr": "an OCR provider",
    "image_generation": "an image provider",
    "video_generation": "a video provider",
    "tts_providers": "a text-to-speech provider",
    "stt_providers": "a speech-to-text provider",
    "vector_stores": "a vector store",
    "datasources": "a datasource",
    "ollama_presets": "an Ollama preset",
    "llama_cpp_presets": "a llama.cpp preset",
    "adapters": "an adapter",
    "mcp_clients.servers": "an MCP server",
}
"""What the names in a section are."""

_PRESET_OWNERS = {"ollama_presets": "ollama", "llama_cpp_presets": "llama_cpp"}


@dataclass(frozen=True, slots=True)
class Namesake:
    """What has the name: its kind, the kind that was wanted, its place, and the name that seems to be meant."""

    kind: str
    wanted: str
    path: KeyPath
    meant: str | None = None


def namesake_of(config: Config, reference: Reference) -> Namesake | None:
    """Something else of that name; None where there is none."""
    section = _dotted(reference.sections[0])
    if section == "adapters":
        return _adapter_or_skill(config, reference)
    wanted = _KINDS.get(section, "a name of that kind")
    own = {_dotted(each) for each in reference.sections}
    for other, path in _defining(config, reference.name):
        if other not in own:
            meant = _PRESET_OWNERS.get(other)
            return Namesake(_KINDS[other], wanted, path, meant if meant in reference.words.get("values", (meant,)) else None)
    return None


def _dotted(path: KeyPath) -> str:
    return ".".join(str(key) for key in path)


def _defining(config: Config, name: str) -> Iterator[tuple[str, KeyPath]]:
    """The sections that define the name, the presets first."""
    for section in sorted(_KINDS, key=lambda each: not each.endswith("_presets")):
        path = (*section.split("."), name)
        if section not in ("adapters", "mcp_clients.servers") and at(config.tree, path) is not None:
            yield section, path


def _adapter_or_skill(config: Config, reference: Reference) -> Namesake | None:
    """A skill named by its adapter, or an adapter by its skill."""
    wants_skill = reference.words["key"] == "capabilities.skill_name"
    for adapter in adapter_entries(config):
        skill = adapter.text("capabilities", "skill_name")
        if wants_skill and adapter.name == reference.name:
            return Namesake("an adapter", "a skill", (*adapter.path, "name"), skill)
        if not wants_skill and skill == reference.name:
            return Namesake("a skill", "an adapter", (*adapter.path, "capabilities", "skill_name"), adapter.name or None)
    return None
