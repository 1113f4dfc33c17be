"""How bad it is that a value does not fit: what ORBIT does with it, and whether anything uses it."""

from collections.abc import Mapping
from typing import Any

from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.switches import SWITCH, in_use
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Severity

_BY_EFFECT = {
    "will-not-start": Severity.ERROR,
    "adapter-unavailable": Severity.ERROR,
    "request-fails": Severity.ERROR,
    "service-off": Severity.ERROR,
    "silent": Severity.ERROR,
    "sent-as-is": Severity.WARNING,
    "default-used": Severity.WARNING,
    "ignored": Severity.WARNING,
    "warning": Severity.WARNING,
}

PROVIDER_SECTIONS = frozenset(
    {
        "inference", "embeddings", "rerankers", "moderations", "visions", "ocr", "image_generation", "video_generation",
        "tts_providers", "stt_providers", "vector_stores", "datasources", "ollama_presets", "llama_cpp_presets",
    }
)  # fmt: skip
"""Sections that hold blocks of which only those that something names are used."""


def severity_of(config: Config, path: KeyPath, words: Mapping[str, Any] | None) -> Severity:
    """The severity of a value at a path that ORBIT meets with this effect; a warning where the catalogue says none."""
    severity = _BY_EFFECT[words["effect"]] if words else Severity.WARNING
    if is_used(config, path):
        return severity
    return min(severity, Severity.WARNING if path[0] == "adapters" else Severity.INFO)


def is_used(config: Config, path: KeyPath) -> bool:
    """Whether anything that is switched on uses the value at a path."""
    if not in_use(config.tree, path if path[-1] == SWITCH else path[:-1]):
        return False
    return len(path) < 3 or path[0] not in PROVIDER_SECTIONS or path[:2] in config.used_blocks


def consequence(words: Mapping[str, Any] | None) -> str:
    """What ORBIT then does, to follow a fact; empty where the catalogue does not say."""
    return f": {words['what']}" if words and words.get("what") else ""
