"""A configuration on disk: what a path means, and the compiled configuration of it."""

import os
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from orbitcfg.catalog.rows import Catalog
from orbitcfg.catalog.store import orbit_version, shipped
from orbitcfg.compile import InterpolationMode, compile_graph, discovery
from orbitcfg.compile.discovery import ConfigTarget
from orbitcfg.compile.environment import Environment, declared_names, read_environment, unread_env_files
from orbitcfg.compile.imports import load
from orbitcfg.document.events import Event, PlaceholderUsed
from orbitcfg.document.source import Span
from orbitcfg.document.tree import Mapping as MappingNode
from orbitcfg.document.tree import Node, Origin, at
from orbitcfg.document.tree import Sequence as SequenceNode
from orbitcfg.effective.switches import is_off
from orbitcfg.errors import UsageError
from orbitcfg.files.sandbox import sandboxed
from orbitcfg.files.store import Files
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Summary
from orbitcfg.settings.model import Settings

Path: TypeAlias = str | os.PathLike[str]
Paths: TypeAlias = Path | Sequence[Path] | None


def targets(files: Files, paths: Paths, fallback: tuple[str, ...] = ()) -> tuple[ConfigTarget, ...]:
    """The configurations that paths mean; without any, those of `fallback`, else the one found from the working directory upward."""
    listed = () if paths is None else (paths,) if isinstance(paths, str | os.PathLike) else tuple(paths)
    listed = listed or fallback
    return discovery.targets(files, tuple(os.fspath(path) for path in listed), ".")


def catalog_of(files: Files, settings: Settings) -> Catalog:
    """What ORBIT reads, with the user's schemas on top. Raises UsageError for one that cannot be used."""
    if not settings.schemas:
        return Catalog(shipped())
    from orbitcfg.catalog.users import SchemaError, extended

    try:
        return Catalog(extended(files, settings.schemas))
    except SchemaError as error:
        raise UsageError(str(error)) from None


def configuration(files: Files, target: ConfigTarget, settings: Settings, process: Mapping[str, str] | None, reading: InterpolationMode) -> Config:
    """The compiled configuration of a root file. Raises UsageError where the settings name what cannot be used."""
    graph, events = load(files, target.root)
    project = discovery.project_root(files, target.root)
    environment, environment_events = _environment(files, project, settings, process)
    environment_events += unread_env_files(files, target.root, project) if not settings.no_env else []
    tree, compile_events = compile_graph(graph, environment, reading)
    all_events: tuple[Event, ...] = (*events, *environment_events, *compile_events)
    return Config(
        graph=graph,
        tree=tree or MappingNode({}, Origin(Span(graph.root.source, 0, 0))),
        events=all_events,
        environment=environment,
        catalog=catalog_of(files, settings),
        fragment=target.fragment,
        passed_over_by=target.passed_over_by,
        strict_env=settings.strict_env,
        declared_variables=declared_names(sandboxed(files, target.root), project),
        unreachable=settings.unreachable,
        missing_files=discovery.missing_files(files, project, tree) if tree else frozenset(),
    )


def _environment(files: Files, project: str, settings: Settings, process: Mapping[str, str] | None) -> tuple[Environment, list[Event]]:
    if settings.no_env:
        return Environment(), []
    for path in settings.env_files or ():
        if not files.is_file(path):
            raise UsageError(f"there is no env file `{path}`")
    return read_environment(files, project, os.environ if process is None else process, settings.env_files)


def summary_of(config: Config) -> Summary:
    """What was looked at in a configuration."""
    adapters = [item for item in _items(at(config.tree, ("adapters",))) if isinstance(item, MappingNode)]
    providers = [item for item in _items(at(config.tree, ("inference",))) if isinstance(item, MappingNode)]
    used = {event.substitution.name: event.substitution.is_set for event in config.events if isinstance(event, PlaceholderUsed)}
    return Summary(
        files=len(config.graph.documents),
        adapters=len(adapters),
        adapters_enabled=sum(not is_off(adapter, "adapters") for adapter in adapters),
        providers=len(providers),
        providers_enabled=sum("enabled" in provider.entries and not is_off(provider, "inference") for provider in providers),
        variables_set=sum(used.values()),
        variables_unset=sum(not is_set for is_set in used.values()),
        sources=config.environment.sources,
        orbit=orbit_version(),
    )


def _items(node: Node | None) -> list[Node]:
    match node:
        case MappingNode(entries=entries):
            return [entry.node for entry in entries.values()]
        case SequenceNode(items=items):
            return list(items)
    return []
