"""The command `why`: why a value is what it is."""

from collections.abc import Mapping

from orbitcfg.catalog.meaning import meaning_of
from orbitcfg.commands.compiled import compile_config
from orbitcfg.commands.needs import need_of
from orbitcfg.commands.why.files import files_at
from orbitcfg.commands.why.result import Explanation
from orbitcfg.commands.why.way import secrets_of, way_of, written_and_gone
from orbitcfg.compile import InterpolationMode
from orbitcfg.document.keypath import KeyPathFormatter, extend_key_path, find_key_path, parse_key_path
from orbitcfg.document.masked import key_at, masked_node
from orbitcfg.document.tree import KeyPath, at, walk
from orbitcfg.document.tree import Mapping as MappingNode
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk, Files
from orbitcfg.project.compiler import Path, targets
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Report
from orbitcfg.settings.model import Settings
from orbitcfg.suggest import did_you_mean


def why(
    key: str,
    path: Path | None = None,
    settings: Settings = Settings(),
    *,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
) -> Explanation | Report:
    """How the value at a key path came about; why there is none, where the root file gives no configuration.

    Raises UsageError for a path that leads nowhere.
    """
    files = files or Disk()
    config = compile_config(files, targets(files, path, settings.roots)[0], settings, InterpolationMode.ORBIT, process)
    if not config.tree.entries:
        from orbitcfg.commands.reporting import fatal_report  # what can be explained takes no rule

        return fatal_report(config, settings.policy)
    parts = parse_key_path(key)
    found = find_key_path(config.written, parts) if parts else None
    if found is None and parts:
        found = _possible(config, extend_key_path(config.written, parts))
    if found is None:
        raise UsageError(f"there is no key `{key}`" + did_you_mean(key, _key_paths(config.written)))
    return explanation_of(config, config.catalogue_path(found))


def explanation_of(config: Config, path: KeyPath) -> Explanation:
    """The explanation of what stands at a path of the configuration, or might stand there."""
    written = config.written_path(path)
    node = at(config.written, written)
    row = config.catalog.at(config.tree, path)
    meaning = meaning_of(row) if row is not None and row.schema else None
    links = tuple(way_of(config, written, node) if node is not None else written_and_gone(config, written))
    links += tuple(files_at(config, path))
    value = masked_node(node, key_at(config.written, written), secrets=lambda: secrets_of(config)) if node is not None else None
    return Explanation(config.format_path(path), value, node is not None, meaning, links, need_of(config, path), config.orbit)


def _possible(config: Config, path: KeyPath) -> KeyPath | None:
    """The path, where the catalogue names its last key, or a file has it: it is not set, but could be or was."""
    known = config.catalogue_path(path)
    holder = config.catalog.at(config.tree, known[:-1])
    names = config.catalog.names(holder, at(config.tree, known[:-1])) if holder is not None else ()
    is_written = any(at(document.root, path) is not None for document in config.graph.documents)
    return path if known[-1] in names or is_written else None


def key_paths(path: Path | None = None, *, files: Files | None = None) -> list[str]:
    """Every key path of a configuration, as `why` takes them."""
    files = files or Disk()
    return _key_paths(compile_config(files, targets(files, path)[0], Settings(no_env=True), InterpolationMode.ORBIT, {}).tree)


def _key_paths(tree: MappingNode) -> list[str]:
    formatter = KeyPathFormatter(tree)
    return [formatter.format(path) for path, _ in walk(tree) if path]
