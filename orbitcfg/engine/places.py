"""The folders of this machine that may hold models, and the GGUF files in them."""

import os
from collections.abc import Iterator

from orbitcfg.engine import shimmy
from orbitcfg.engine.beside import PIECE
from orbitcfg.engine.context import RunContext, folder_entries

MAX_DEPTH = 6
"""Folders below a searched one: a Hugging Face cache keeps large files five deep."""
MAX_ENTRIES = 200_000
"""Files and folders that one search looks at."""

_NEVER_ENTERED = frozenset({".git", "node_modules", "__pycache__", ".venv"})


def folders(run_context: RunContext, extra: tuple[str, ...] = ()) -> list[str]:
    """Every folder that some local server, or ORBIT, takes models from, and the ones asked for; only those that are there, none inside of another."""
    there = [folder for folder in _usual_folders(run_context, extra) if os.path.isdir(folder)]
    return [folder for folder in there if not any(_inside(folder, other) for other in there)]


def searched_folders(run_context: RunContext, extra: tuple[str, ...] = ()) -> tuple[tuple[str, bool], ...]:
    """The folders that models are looked for in, each with whether it is there."""
    return tuple((folder, os.path.isdir(folder)) for folder in _usual_folders(run_context, extra))


def _usual_folders(run_context: RunContext, extra: tuple[str, ...]) -> list[str]:
    found = [run_context.absolute_path(folder) for folder in extra]
    for base in (run_context.working_dir, run_context.orbit_dir):
        found += [os.path.join(base, name) for name in ("models", "gguf")] if base else []
    for version in shimmy.VERSIONS:
        found += shimmy.folders(version, run_context)
    found += hubs(run_context)
    cache = run_context.variable("LLAMA_CACHE")
    found += [run_context.expanded_path(cache)] if cache else []
    found += [os.path.join(home, ".cache", "llama.cpp") for home in run_context.homes]
    return list(dict.fromkeys(found))


def hubs(run_context: RunContext) -> list[str]:
    """The Hugging Face caches, the one in use first."""
    explicit = run_context.variable("HF_HUB_CACHE") or run_context.variable("HUGGINGFACE_HUB_CACHE")
    home = run_context.variable("HF_HOME")
    cache = run_context.variable("XDG_CACHE_HOME")
    found = [explicit, home and f"{home}/hub", cache and f"{cache}/huggingface/hub"]
    return [run_context.expanded_path(each) for each in found if each]


def gguf_files(roots: list[str]) -> Iterator[str]:
    """The files below the folders whose names end in `.gguf`, by path; those that lie there in parts by the name of the whole. A folder that is reached twice is searched once."""
    left = MAX_ENTRIES
    seen: set[str] = set()
    waiting = [(root, 0) for root in reversed(roots)]
    while waiting and left > 0:
        folder, depth = waiting.pop()
        entries = folder_entries(folder)
        left -= len(entries)
        deeper = []
        for entry in entries:
            if entry.name.lower().endswith(".gguf") and not entry.is_dir():
                yield entry.path
            elif (piece := PIECE.fullmatch(entry.name)) and not entry.is_dir():
                yield os.path.join(folder, piece["whole"])
            elif depth < MAX_DEPTH and entry.name not in _NEVER_ENTERED and entry.is_dir() and _is_new(entry, seen):
                deeper.append((entry.path, depth + 1))
        waiting += reversed(deeper)


def _is_new(entry: os.DirEntry[str], seen: set[str]) -> bool:
    """Whether a folder was not searched yet: only links can lead to one twice."""
    if not entry.is_symlink():
        return True
    real = os.path.realpath(entry.path)
    known = real in seen
    seen.add(real)
    return not known


def _inside(folder: str, other: str) -> bool:
    return folder != other and folder.startswith(other.rstrip(os.sep) + os.sep)
