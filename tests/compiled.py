"""Configurations of tests that differ in little: what they have in common is read and judged once, as in an editor."""

from functools import cache, lru_cache

from orbitcfg.catalog.rows import Catalog, shipped_rows
from orbitcfg.compile.imports import FileReading, read_content
from orbitcfg.files.store import Files
from orbitcfg.limits import MAX_NODES
from orbitcfg.project.compiler import CompileOptions, configuration, targets
from orbitcfg.project.config import Config
from orbitcfg.project.orbit import found_from


def compiled(files: Files, where: str, options: CompileOptions) -> Config:
    """The configuration that a path means."""
    target = targets(files, where)[0]
    catalog = _rows().for_another_tree() if options.orbit is None and found_from(files, where).is_newest else None
    return configuration(files, target, options, read=_read, catalog=catalog)


@cache
def _rows() -> Catalog:
    return shipped_rows().for_another_tree()


def _read(name: str, content: bytes, most: int) -> FileReading:
    found = _whole(name, content)
    return found if found.extent.nodes <= most else read_content(name, content, most)


@lru_cache(maxsize=2_000)
def _whole(name: str, content: bytes) -> FileReading:
    return read_content(name, content, MAX_NODES)
