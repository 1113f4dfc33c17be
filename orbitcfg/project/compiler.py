"""A configuration on disk: what a path means, and the compiled configuration of it."""

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from orbitcfg.catalog.rows import Catalog, shipped_rows
from orbitcfg.catalog.sections import ADAPTERS
from orbitcfg.catalog.store import Store, shipped_store
from orbitcfg.compile import InterpolationMode, compile_graph, discovery
from orbitcfg.compile.discovery import ConfigTarget
from orbitcfg.compile.environment import Environment, declared_names, read_environment, unread_env_files
from orbitcfg.compile.imports import ReadContent, load, read_content
from orbitcfg.compile.interpolate import secrets_backend
from orbitcfg.compile.named_files import NamedFile, NamingAdapter, named_files, naming_adapters
from orbitcfg.dataclass import dataclass
from orbitcfg.document.events import Event, PlaceholderUsed
from orbitcfg.document.memo import NOTHING_KEPT
from orbitcfg.document.source import Span
from orbitcfg.document.tree import Mapping as MappingNode
from orbitcfg.document.tree import Origin
from orbitcfg.effective.switches import SWITCH, Switches
from orbitcfg.errors import UsageError
from orbitcfg.files.sandbox import refuse_leaving
from orbitcfg.files.store import Files
from orbitcfg.project.config import Config
from orbitcfg.project.orbit import CodeReader, no_code, orbit_of
from orbitcfg.release import OLDEST_JUDGED, Orbit, OrbitChoice
from orbitcfg.report.deferred import deferred
from orbitcfg.report.diagnostics import Summary

if TYPE_CHECKING:
    from orbitcfg.catalog.history import KeyRenaming

Path: TypeAlias = str | os.PathLike[str]
Paths: TypeAlias = Path | Sequence[Path] | None


def targets(files: Files, paths: Paths, fallback: tuple[str, ...] = ()) -> tuple[ConfigTarget, ...]:
    """The configurations that paths mean; without any, those of `fallback`, else the one found from the working directory upward."""
    listed = () if paths is None else (paths,) if isinstance(paths, str | os.PathLike) else tuple(paths)
    listed = listed or fallback
    return discovery.targets(files, tuple(os.fspath(path) for path in listed), ".")


@dataclass(frozen=True, slots=True)
class EnvironmentChoice:
    """Where variables come from: the process, and over it env files; `files` None: the `.env` that ORBIT would find."""

    process: Mapping[str, str]
    files: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class CompileOptions:
    """How a configuration is compiled.

    `mode` says what becomes of placeholders. `environment` None: no variable is set, and no env file is looked for. `schemas` are the user's own, over the
    catalogue. `strict_env` and `unreachable` are for the rules: see `Config`. `orbit` is the ORBIT that is meant; None: the one that lies beside the configuration; `read_code` reads its code.
    `every`: the files that adapters name are read for those that are off, too.
    """

    mode: InterpolationMode
    environment: EnvironmentChoice | None = None
    schemas: tuple[str, ...] = ()
    strict_env: bool = False
    unreachable: tuple[str, ...] = ()
    orbit: OrbitChoice | None = None
    read_code: CodeReader = no_code
    every: bool = False


def catalog_of(files: Files, schemas: tuple[str, ...], orbit: Orbit) -> Catalog:
    """What an ORBIT reads, with the user's schemas on top. Raises UsageError for one that cannot be used."""
    store = _store_of(files, schemas)
    if orbit.is_newest or orbit.release is None:
        return Catalog(store) if store.is_extended else shipped_rows().of_no_tree()
    from orbitcfg.catalog.history import store_at

    return Catalog(store_at(store, max(orbit.release, OLDEST_JUDGED)))


def _store_of(files: Files, schemas: tuple[str, ...]) -> Store:
    if not schemas:
        return shipped_store()
    # imported here: only schemas of the user need it
    from orbitcfg.catalog.users import SchemaError, extended_store

    try:
        return extended_store(files, schemas)
    except SchemaError as error:
        raise UsageError(str(error)) from None


def configuration(
    files: Files, target: ConfigTarget, options: CompileOptions, *, read: ReadContent = read_content, catalog: Catalog | None = None
) -> Config:
    """The compiled configuration of a root file. Raises UsageError where the options name what cannot be used.

    `read` may give what it has read of files before, and `catalog` may be one that was used before.
    """
    graph, events = load(files, target.root, read)
    project = discovery.project_root(files, target.root)
    memo = catalog.memo if catalog is not None else NOTHING_KEPT
    environment, environment_events = _environment(files, target.root, project, options.environment)
    environment = memo.alike(environment)
    orbit = orbit_of(files, target.root, options.orbit)
    renamings = _renamings(orbit)
    tree, compile_events = compile_graph(graph, environment, options.mode, renamings, memo)
    catalog = catalog or catalog_of(files, options.schemas, orbit)
    all_events: tuple[Event, ...] = (*events, *environment_events, *compile_events)
    config = Config(
        graph=graph,
        tree=tree or MappingNode({}, Origin(Span(graph.root.source, 0, 0))),
        events=all_events,
        environment=environment,
        catalog=catalog,
        orbit=orbit,
        renamings=renamings,
        read_code=options.read_code,
        fragment=target.fragment,
        passed_over_by=target.passed_over_by,
        strict_env=options.strict_env,
        is_decided=options.mode is InterpolationMode.LOADER or (options.mode is InterpolationMode.ORBIT and secrets_backend(tree) is None),
        declared_variables=declared_names(files, project),
        unreachable=options.unreachable,
        named_files=_named_files(files, project, tree, catalog, every=options.every) if tree else {},
    )
    if not orbit.is_newest:
        from orbitcfg.project.later import without_later_keys  # to the newest ORBIT no key is one

        return without_later_keys(config)
    return config if orbit.is_catalogued and orbit.folder is None else _with_newcomers(config)


def _renamings(orbit: Orbit) -> "tuple[KeyRenaming, ...]":
    if orbit.is_newest:
        return ()
    from orbitcfg.catalog.renamings import renamings_ahead  # what is recorded of releases is read for older ones alone

    return renamings_ahead(orbit)


def _with_newcomers(config: Config) -> Config:
    from orbitcfg.project.newcomers import with_newcomers  # the newest ORBIT that is known has none

    return with_newcomers(config)


def _named_files(files: Files, project: str, tree: MappingNode, catalog: Catalog, *, every: bool) -> dict[str, NamedFile | None]:
    switches = Switches(tree, catalog)
    listed = [NamingAdapter(node, every or switches.is_on((ADAPTERS, index, SWITCH))) for index, node in naming_adapters(tree)]
    return named_files(files, project, listed) if listed else {}


def _environment(files: Files, root: str, project: str, choice: EnvironmentChoice | None) -> tuple[Environment, list[Event]]:
    if choice is None:
        return Environment(), []
    for path in choice.files or ():
        refuse_leaving(files, path)
        if not files.is_file(path):
            raise UsageError(f"there is no env file `{path}`")
    environment, events = read_environment(files, project, choice.process, choice.files)
    return environment, events + unread_env_files(files, root, project)


def summary_of(config: Config) -> Summary:
    """What was looked at in a configuration."""
    return deferred(Summary(files=len(config.graph.documents), sources=config.environment.sources, orbit=config.orbit), _counts, config)


def _counts(config: Config) -> dict[str, int]:
    """What few commands print, and takes the adapters and the providers."""
    providers = [provider for provider in config.providers if provider.path[0] == "inference"]
    used = {event.substitution.name: event.substitution.is_set for event in config.events if isinstance(event, PlaceholderUsed)}
    return {
        "adapters": len(config.adapters),
        "adapters_enabled": sum(adapter.is_on for adapter in config.adapters),
        "providers": len(providers),
        "providers_enabled": sum(provider.is_on for provider in providers),
        "variables_set": sum(used.values()),
        "variables_unset": sum(not is_set for is_set in used.values()),
    }
