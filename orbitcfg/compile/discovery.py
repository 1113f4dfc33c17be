"""Which configuration a path on the command line means."""

import os
from collections.abc import Iterator

from orbitcfg.compile.imports import load
from orbitcfg.compile.named_files import file_keys, names_at, naming_adapters
from orbitcfg.dataclass import dataclass
from orbitcfg.document.graph import IMPORT_KEY, ImportGraph, keys_of
from orbitcfg.document.tree import Node
from orbitcfg.errors import UsageError
from orbitcfg.files.sandbox import refuse_leaving, upward
from orbitcfg.files.store import Files

ROOT_NAME = "config.yaml"
CONFIG_FOLDER = "config"
NEW_ONE = "; `orbitcfg init` writes a new one"
"""How the message ends that there is no configuration: not of a revision, into which nothing is written."""
_LEVELS_BELOW, _FOLDERS_BELOW = 3, 200
"""How far a configuration is looked for below, only to be named: levels, and folders of each."""
_ENDINGS = frozenset({"yaml", "yml", "json"})
"""Of a file that holds YAML, wherever in its name they stand: `config.yaml.example` is one."""
_LOOKS_LIKE_ROOT = frozenset({IMPORT_KEY, "general"})


class NoConfiguration(UsageError):
    """None is where the user works, nor further up."""


@dataclass(frozen=True, slots=True)
class ConfigTarget:
    """A root file to look at.

    `only` is the one file, by its real path, that findings are wanted for; None for all.
    `fragment`: the file is a part of some configuration that was not found; `passed_over_by` is a root beside or above it that does not import it.
    """

    root: str
    only: str | None = None
    fragment: bool = False
    passed_over_by: str | None = None


def targets(files: Files, paths: tuple[str, ...], working_dir: str) -> tuple[ConfigTarget, ...]:
    """What the paths mean, each once; without any, the configuration found from the working directory upward."""
    found = [_target(files, path) for path in paths] if paths else [_found_upward(files, working_dir)]
    for target in found:
        refuse_leaving(files, target.root)
    # from the last to the first: of several names for one root the first is kept
    return tuple(reversed({(files.realpath(target.root), target.only): target for target in reversed(found)}.values()))


def _found_upward(files: Files, working_dir: str) -> ConfigTarget:
    for folder in upward(files, working_dir):
        root = _root_in(files, folder)
        if root:
            return ConfigTarget(root)
    below = next(map(files.name, _folders_with_root(files, working_dir)), None)
    remedy = (
        f"`{below}` has one: name it as PATH; in a pre-commit hook, write `args: [{below}]`"
        if below is not None
        else f"name its folder or root file{NEW_ONE}"
    )
    raise NoConfiguration(f"no configuration found: neither {CONFIG_FOLDER}/{ROOT_NAME} nor {ROOT_NAME} is here or further up; {remedy}")


def _folders_with_root(files: Files, folder: str) -> Iterator[str]:
    """The folders not far below one that hold a configuration, the nearest first; hidden ones are passed over, and so are links."""
    level = [folder]
    for _ in range(_LEVELS_BELOW):
        inner = [os.path.join(each, name) for each in level for name in _names_in(files, each) if not name.startswith(".")]
        level = [each for each in inner[:_FOLDERS_BELOW] if files.is_dir(each) and not files.is_link(each)]
        yield from (each for each in level if _root_in(files, each))


def _names_in(files: Files, folder: str) -> list[str]:
    try:
        return files.listdir(folder)
    except OSError:
        return []


def _root_in(files: Files, folder: str) -> str | None:
    candidates = (os.path.join(folder, CONFIG_FOLDER, ROOT_NAME), os.path.join(folder, ROOT_NAME))
    return next((path for path in candidates if files.is_file(path)), None)


def _target(files: Files, path: str) -> ConfigTarget:
    refuse_leaving(files, path)
    if files.is_dir(path):
        root = _root_in(files, path)
        if root is None:
            raise UsageError(f"no configuration in `{files.name(path)}`: there is neither {CONFIG_FOLDER}/{ROOT_NAME} nor {ROOT_NAME}")
        return ConfigTarget(root)
    if "\0" in path or not files.is_file(path):
        raise UsageError(f"no configuration at `{path}`: it is neither a file nor a folder")
    return _target_of_file(files, path)


def _target_of_file(files: Files, path: str) -> ConfigTarget:
    """The root that imports the file; the file itself where none does."""
    real = files.realpath(path)
    above = [root for folder in upward(files, os.path.dirname(real)) if (root := _root_in(files, folder)) and files.realpath(root) != real]
    for root in above:
        graph = load(files, root)[0]
        if _imports(files, graph, real) or _names(files, graph, project_root(files, root), real):
            return ConfigTarget(root, only=real)
    if os.path.basename(path) == ROOT_NAME:
        return ConfigTarget(path)
    parts = os.path.basename(path).lower().lstrip(".").split(".")[1:]
    if parts and _ENDINGS.isdisjoint(parts):
        raise UsageError(
            f"`{files.name(path)}` is no YAML file by its name, and nothing imports it: name a configuration's folder, or a file `….yaml`"
        )
    fragment = not looks_like_root(path, load(files, path)[0].root.root)
    return ConfigTarget(path, fragment=fragment, passed_over_by=files.name(above[0]) if above and fragment else None)


def looks_like_root(path: str, root: Node | None) -> bool:
    """Whether a file that nothing imports is a configuration by its name or its keys, not a part of one."""
    return os.path.basename(path) == ROOT_NAME or not _LOOKS_LIKE_ROOT.isdisjoint(keys_of(root))


def _imports(files: Files, graph: ImportGraph, real: str) -> bool:
    return any(files.realpath(document.path) == real for document in graph.documents)


def _names(files: Files, graph: ImportGraph, project: str, real: str) -> bool:
    """Whether an adapter in any of the files names a file that ORBIT reads beside the configuration."""
    roots = (document.root for document in graph.documents if document.root is not None)
    named = (name for root in roots for _, adapter in naming_adapters(root) for keys in file_keys(adapter) for name in names_at(adapter, keys))
    return any(files.realpath(os.path.join(project, name)) == real for name in dict.fromkeys(named))


def project_root(files: Files, root: str) -> str:
    """The folder that ORBIT runs in: the parent of the configuration folder, or that folder where it is plainly the project's own."""
    # ORBIT's CLI starts the server from its project's root, so `.env` and relative names count from there (loader §2.6)
    folder = os.path.dirname(files.realpath(root))
    marks = (".git", "server", os.path.join("bin", "orbit"))
    is_project = any(files.is_dir(os.path.join(folder, mark)) or files.is_file(os.path.join(folder, mark)) for mark in marks)
    return folder if is_project else os.path.dirname(folder)
