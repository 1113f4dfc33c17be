"""Which model files Shimmy lists, under which names, and why it misses others: its discovery, done again.

Three generations differ: 1.7 lists every shard of a split file, 1.8 and 1.9 group them under their folder's name, 2.x under their own and drops a lone
one. Up to 2.3 it dies at start on files that its own check takes for another engine's.
"""

import os
import re
from collections.abc import Iterator

from orbitcfg.dataclass import dataclass
from orbitcfg.engine import ollama
from orbitcfg.engine.context import RunContext, folder_entries
from orbitcfg.observed.model_names import shimmy_name

V1_7, V1_8, V2 = "shimmy@1.7", "shimmy@1.8", "shimmy"
VERSIONS = (V1_7, V1_8, V2)
MAX_DEPTH = 3
"""Folders below a searched one that Shimmy looks into."""
SHARD = re.compile(r"(.+)-(\d{5})-of-(\d{5})(\.[^.]+)")

_SKIPPED = frozenset(
    "Library Applications System Developer usr var tmp private Volumes cores dev etc home net proc opt sbin bin".split()  # noqa: SIM905
)
_HIDDEN_BUT_SEARCHED = frozenset({".cache", ".ollama", ".local"})
_SKIPPED_CHILDREN = frozenset({"target", "cmake", "incremental"})
_SKIPPED_PARTS = ("whisper", "wav2vec", "bert", "clip")
_HUB = "huggingface"
_HUB_WORDS = ("llama", "phi", "mistral", "qwen", "gemma", "gguf")
_DIRECT_DEPTH = 5
_DRIVES = ("C:", "D:", "E:", "F:")


@dataclass(frozen=True, slots=True)
class ShimmyListing:
    """What a Shimmy that starts here would list: names by path, for the rest why not. `panic` is why it would not even start."""

    version: str
    names: dict[str, str]
    missed: dict[str, str]
    panic: str | None = None


def model_name(file_name: str) -> str:
    """The name that Shimmy gives a file: without its last extension, `_` and blanks as `-`, in lower case."""
    stem = file_name[: file_name.rfind(".")] if "." in file_name else file_name
    return shimmy_name(stem)


def shimmy_listing(version: str, run_context: RunContext) -> ShimmyListing:
    """What this version would list, started in these run_context."""
    listed: dict[str, str] = {}
    missed: dict[str, str] = {}
    for folder in folders(version, run_context):
        _scan(version, folder, 0, listed, missed)
    general = set(listed)
    for path, name in _from_ollama(run_context):
        listed.setdefault(path, name)
    panic = next((_panic(path, path in general) for path in sorted(listed) if version != V2 and _panic(path, path in general)), None)
    names = _without_collisions(listed, missed, run_context)
    return ShimmyListing(version, names, missed, panic)


def folders(version: str, run_context: RunContext) -> list[str]:
    """The folders that are searched, in order."""
    found = ["models", _base_folder(run_context)]
    # Shimmy splits at semicolons on every system
    found += (run_context.variable("SHIMMY_MODEL_PATHS") or "").split(";")
    found.append(run_context.variable("OLLAMA_MODELS") or "")
    for home in run_context.homes:
        below = [".cache/huggingface/hub", ".ollama/models", ".lmstudio/models", "models", ".local/share/shimmy/models"]
        below += [".cache/lm-studio/models"] if version == V2 else []
        found += [os.path.join(home, *each.split("/")) for each in below]
    profile, user = run_context.variable("USERPROFILE"), run_context.variable("USERNAME")
    if profile:
        found += [os.path.join(profile, "AppData", "Local", "shimmy", "models"), os.path.join(profile, "Downloads")]
    if os.name == "nt" and user:
        parts = (("Users", user, "AppData", "Local", "Ollama", "models"), ("Ollama", "models"), ("models",))
        found += [os.path.join(drive + os.sep, *each) for drive in _DRIVES for each in parts]
    return list(dict.fromkeys(run_context.absolute_path(folder) for folder in found if folder))


def unlisted_reason(version: str, run_context: RunContext, path: str) -> str:
    """Why Shimmy does not list the file at an absolute path."""
    if not path.lower().endswith(".gguf"):
        return "its name does not end in `.gguf`"
    reasons = [_barrier(folder, path) for folder in folders(version, run_context) if path.startswith(folder.rstrip(os.sep) + os.sep)]
    if reasons:
        return reasons[0] or "Shimmy lists another path of the same file"
    hub = run_context.variable("HF_HUB_CACHE") or run_context.variable("HF_HOME")
    if hub and path.startswith(run_context.expanded_path(hub)):
        return "Shimmy ignores `HF_HOME` and `HF_HUB_CACHE`: it searches `~/.cache/huggingface/hub` alone"
    return "Shimmy searches no folder that holds it"


def _base_folder(run_context: RunContext) -> str:
    return os.path.dirname(run_context.variable("SHIMMY_BASE_GGUF") or "")


def _scan(version: str, folder: str, depth: int, listed: dict[str, str], missed: dict[str, str]) -> None:
    if depth > MAX_DEPTH or _skipped_folder(os.path.basename(folder)):
        return
    names: list[str] = []
    for entry in folder_entries(folder):
        if entry.is_dir():
            if not _skipped_child(entry.path, entry.name):
                _scan(version, entry.path, depth + 1, listed, missed)
        elif entry.name.lower().endswith(".gguf"):
            names.append(entry.name)
    for name in names:
        listed_name, reason = _listed_name(version, folder, name, names)
        if listed_name is None:
            missed[os.path.join(folder, name)] = reason
        else:
            listed[os.path.join(folder, name)] = listed_name


def _listed_name(version: str, folder: str, name: str, siblings: list[str]) -> tuple[str | None, str]:
    """The name that a file gets among its siblings; None, and why, where it gets none."""
    shard = SHARD.fullmatch(name)
    if version == V1_7 or shard is None:
        return model_name(name), ""
    together = sorted(each for each in siblings if (other := SHARD.fullmatch(each)) and (other[1], other[4]) == (shard[1], shard[4]))
    if len(together) == 1:
        return None, "Shimmy drops a lone shard of a split file"
    if name != together[0]:
        return None, f"it is listed with the first shard, `{together[0]}`"
    return (os.path.basename(folder) if version == V1_8 else model_name(shard[1] + shard[4])), ""


def _from_ollama(run_context: RunContext) -> Iterator[tuple[str, str]]:
    """Path and name of what the second pass adds: Ollama's own models, then files that lie loose in its folders."""
    for folder in _ollama_folders(run_context):
        for manifest in ollama.manifests(folder):
            if manifest.blob and ollama.is_model(manifest.blob):
                yield manifest.blob, "/".join(manifest.parts)
        for entry in folder_entries(folder):
            if not entry.is_dir():
                if entry.name.lower().endswith(".gguf"):
                    yield entry.path, f"ollama:{model_name(entry.name)}"
            elif entry.name not in ("manifests", "blobs") and not entry.name.startswith("."):
                yield from _loose(entry.path, 0)


def _ollama_folders(run_context: RunContext) -> list[str]:
    base = _base_folder(run_context)
    found = [run_context.variable("OLLAMA_MODELS") or "", base]
    found.append(os.path.dirname(base) if os.path.basename(base) == "blobs" else "")
    found += [os.path.join(home, ".ollama", "models") for home in run_context.homes]
    return list(dict.fromkeys(run_context.absolute_path(each) for each in found if each))


def _loose(folder: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth >= _DIRECT_DEPTH:
        return
    for entry in folder_entries(folder):
        if not entry.is_dir():
            if entry.name.lower().endswith(".gguf"):
                yield entry.path, f"ollama:{os.path.basename(folder) if depth else 'unknown'}"
        elif not entry.name.startswith(".") and entry.name not in ("tmp", "cache"):
            yield from _loose(entry.path, depth + 1)


def _panic(path: str, is_general: bool) -> str | None:
    """Why Shimmy up to 2.3 dies at start over a file; None where it does not."""
    name = os.path.basename(path)
    if not name.lower().endswith(".gguf"):
        return None
    if not is_general:
        return f"it takes `{name}` for an Ollama model, since only its Ollama search finds it"
    if not name.endswith(".gguf") and "llama" not in name.lower():
        return f"the extension of `{name}` is not in lower case"
    return None


def _without_collisions(listed: dict[str, str], missed: dict[str, str], run_context: RunContext) -> dict[str, str]:
    """Of several files of one name the last in path order is served; those under the relative `./models` come last."""
    relative = run_context.absolute_path("models") + os.sep
    winners: dict[str, str] = {}
    for path in sorted(listed, key=lambda each: (each.startswith(relative), each.split(os.sep))):
        loser = winners.get(listed[path])
        if loser:
            missed[loser] = f"`{run_context.display_path(path)}` has the same name and is served instead"
        winners[listed[path]] = path
    return {path: name for name, path in winners.items()}


def _barrier(folder: str, path: str) -> str | None:
    """What between a searched folder and the file keeps Shimmy out; None where nothing does."""
    steps = os.path.relpath(os.path.dirname(path), folder).split(os.sep)
    below = [] if steps == ["."] else steps
    if _skipped_folder(os.path.basename(folder)):
        return f"Shimmy skips folders named `{os.path.basename(folder)}`"
    for depth, step in enumerate(below, 1):
        here = os.path.join(folder, *below[:depth])
        if _lacks_hub_word(here):
            return f"in a Hugging Face folder Shimmy wants {', '.join(_HUB_WORDS[:-1])} or {_HUB_WORDS[-1]} in the path"
        if _skipped_child(here, step) or _skipped_folder(step):
            return f"Shimmy skips folders named `{step}`"
        if depth > MAX_DEPTH:
            return f"it lies {len(below)} folders below `{os.path.basename(folder)}`, and Shimmy looks {MAX_DEPTH} deep"
    return None


def _skipped_folder(name: str) -> bool:
    return name in _SKIPPED or (name.startswith(".") and name not in _HIDDEN_BUT_SEARCHED)


def _skipped_child(path: str, name: str) -> bool:
    lower = name.lower()
    if lower in _SKIPPED_CHILDREN or lower.startswith(".git") or any(part in lower for part in _SKIPPED_PARTS):
        return True
    return _lacks_hub_word(path)


def _lacks_hub_word(path: str) -> bool:
    return _HUB in path and not any(word in path.lower() for word in _HUB_WORDS)
