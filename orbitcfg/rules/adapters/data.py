"""Where an adapter gets its data: its class, its datasource, its files."""

import re
from collections.abc import Iterator, Mapping

from orbitcfg.catalog.specs import ImplementationSpec
from orbitcfg.compile.named_files import CROSS, DOMAIN, LIBRARY, NamedFile, file_keys, names_at
from orbitcfg.document.events import FileFault, FileProblem
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import KeyPath, Scalar, Sequence, Unknown, at, plain
from orbitcfg.effective.adapters import INTENT_FAMILIES, Adapter, buildable, served_names
from orbitcfg.effective.intent.classes import class_of
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.files.contents import BEYOND_LIMITS
from orbitcfg.suggest import choice_of, nearest

_OWN_PACKAGES = ("implementations.", "retrievers.")
_WITHOUT_BLOCK = frozenset({"http", "none"})
_USUAL_DOTS = 3
"""Dots in the path of a class, as ORBIT's own files write it: `retrievers.implementations.qa.QASSQLRetriever`."""


@rule("ORB510", consequence=Consequence.ADAPTER_MISSING)
def class_not_found(config: Config) -> Iterator[Finding]:
    """`implementation` names no class that ORBIT has, or one that cannot be used by itself.

    The adapter does not load. Requests fail where it should retrieve, and are answered without data elsewhere (warning). A path outside of ORBIT's own packages is taken
    to be a class of your own.

    ```yaml bad
    # base: docs
    adapters: [{name: docs, implementation: retrievers.implementations.file.FileVectorRetreiver}]
    ```

    ```yaml good
    # base: docs
    adapters: [{name: docs, implementation: retrievers.implementations.file.FileVectorRetriever}]
    ```
    """
    known = buildable(config.catalog).implementations
    for adapter in config.adapters:
        path = adapter.text("implementation")
        if path is None or (path in known and not known[path].is_abstract):
            continue
        usable = {each: implementation for each, implementation in known.items() if not implementation.is_abstract}
        meant = nearest(path, usable, cutoff=0.85)
        # without a dot it names no module to look into
        is_elsewhere = "." in path and not path.startswith(_OWN_PACKAGES)
        if is_elsewhere and (meant is None or path.rpartition(".")[2] != meant.rpartition(".")[2]):
            continue
        is_base = path in known
        yield Finding(
            f"adapter `{adapter.name}`: `{path}` {'is a base class, which cannot be used by itself' if is_base else 'is no class of ORBIT'}",
            (*adapter.path, "implementation"),
            f"write {f'`{meant}`' if meant else choice_of(_for_its_kind(adapter, usable)) or 'the dotted path of a class that ORBIT has'}",
            value=True,
        )


def _for_its_kind(adapter: Adapter, usable: Mapping[str, ImplementationSpec]) -> list[str]:
    """The classes that fit what an adapter says beside its class, each by the path that is nearest to the ones in ORBIT's own files."""
    kind, source = adapter.text("adapter"), adapter.text("datasource") or "none"
    by_class: dict[str, str] = {}
    for path in sorted(usable, key=lambda each: (abs(each.count(".") - _USUAL_DOTS), each)):
        name, spec = path.rpartition(".")[2], usable[path]
        fits = spec.datasource == source or (spec.datasource is None and name.lower().startswith(source))
        if fits and (spec.family or "").partition("_")[0] == kind:
            by_class.setdefault(name, path)
    return sorted(by_class.values())


@rule("ORB511", consequence=Consequence.ADAPTER_MISSING)
def kinds_do_not_fit(config: Config) -> Iterator[Finding]:
    """`type`, `datasource` and `adapter` do not go together.

    ORBIT has a handler for certain combinations only. For another one the adapter does not load: requests fail where it should retrieve, and are answered
    without data elsewhere (warning).

    ```yaml bad
    # base: painter
    adapters: [{name: painter, adapter: conversational, implementation: implementations.passthrough.conversational.ConversationalImplementation}]
    ```

    ```yaml good
    # base: painter
    adapters: [{name: painter, adapter: multimodal, implementation: implementations.passthrough.multimodal.MultimodalImplementation}]
    ```
    """
    triples = buildable(config.catalog).triples
    values = [{each[position] for each in triples} for position in range(3)]
    for adapter in config.adapters:
        kind = adapter.text("adapter")
        source = adapter.text("datasource") or "none"
        triple = (adapter.kind, source, kind)
        unknown = any(isinstance(getattr(at(adapter.node, (key,)), "value", None), Unknown) for key in ("type", "datasource", "adapter"))
        # a name that nothing in ORBIT has at all is the finding of another rule
        if kind is None or unknown or triple in triples or not all(each in known for each, known in zip(triple, values, strict=True)):
            continue
        yield Finding(
            f"adapter `{adapter.name}`: nothing in ORBIT handles type `{adapter.kind}` with datasource `{source}` and adapter `{kind}`",
            (*adapter.path, "adapter"),
            _fitting(triples, adapter.kind, source),
            value=True,
        )


@rule("ORB512", consequence=Consequence.PURPOSE_LOST)
def class_for_another_datasource(config: Config) -> Iterator[Finding]:
    """The class of an adapter works with another datasource than the adapter names.

    It loads, and then reads the other block under `datasources`, or fails at the first question.

    ```yaml bad
    # base: shop
    adapters: [{name: shop, implementation: retrievers.implementations.intent.IntentMySQLRetriever}]
    ```

    ```yaml good
    # base: shop
    adapters: [{name: shop, datasource: postgres, implementation: retrievers.implementations.intent.IntentPostgreSQLRetriever}]
    ```
    """
    known = buildable(config.catalog).implementations
    for adapter in config.adapters:
        implementation = known.get(adapter.text("implementation") or "")
        wanted = implementation.datasource if implementation else None
        source = adapter.text("datasource")
        if wanted and source and wanted != source and adapter.kind == "retriever":
            yield Finding(
                f"adapter `{adapter.name}`: its class works with `{wanted}`, and the datasource is `{source}`",
                (*adapter.path, "implementation"),
                f"name the class for `{source}`, or write `datasource: {wanted}`",
                value=True,
                related=(Annotation(config.locate((*adapter.path, "datasource"), value=True), "the datasource"),),
            )


@rule("ORB513", consequence=Consequence.DIFFERENT)
def datasource_not_configured(config: Config) -> Iterator[Finding]:
    """An adapter names a datasource that has no block under `datasources`.

    ORBIT then uses the built-in settings of its class, which mostly means a server on this machine without a password.

    ```yaml bad
    # base: shop
    adapters: [{name: shop, datasource: mysql, implementation: retrievers.implementations.intent.IntentMySQLRetriever}]
    ```

    ```yaml good
    # base: shop
    adapters: [{name: shop, datasource: postgres, implementation: retrievers.implementations.intent.IntentPostgreSQLRetriever}]
    ```
    """
    listed = served_names(config.catalog, "datasource")
    for adapter in config.adapters:
        source = adapter.text("datasource")
        if (
            source in listed
            and source not in _WITHOUT_BLOCK
            and config.is_whole
            # a block of that name at the root is read instead (sections D2)
            and not any(at(config.tree, path) is not None for path in (("datasources", source), (source,)))
        ):
            yield Finding(
                f"adapter `{adapter.name}`: `datasources` has no `{source}`, so the built-in settings of its class are used",
                (*adapter.path, "datasource"),
                f"add `{source}:` under `datasources`",
                value=True,
                blames=("datasources", source),
            )


@rule("ORB514", consequence=Consequence.ADAPTER_MISSING)
def project_file_missing(config: Config) -> Iterator[Finding]:
    """A domain or template file is not where ORBIT looks for it, or cannot be read.

    These paths are relative to the project's root, the folder above `server/`, not to the configuration. Without its domain file an intent adapter
    does not load; without templates it never finds anything (warning). orbitcfg looks only where the root holds ORBIT's `server/` or `bin/orbit`.

    ```yaml bad
    # base: orders
    # file: bin/orbit
    # file: utils/templates.yaml
    templates: [{id: all_orders, nl_examples: [show all orders], http_method: GET, endpoint: /orders}]
    # file: config/example.yaml
    adapters: [{name: orders, config: {domain_config_path: utils/domain.yaml, template_library_path: utils/templates.yaml}}]
    ```

    ```yaml good
    # base: orders
    # file: bin/orbit
    # file: utils/domain.yaml
    domain_name: shop
    # file: utils/templates.yaml
    templates: [{id: all_orders, nl_examples: [show all orders], http_method: GET, endpoint: /orders}]
    # file: config/example.yaml
    adapters: [{name: orders, config: {domain_config_path: utils/domain.yaml, template_library_path: utils/templates.yaml}}]
    ```
    """
    by_path = {adapter.path: adapter for adapter in config.adapters}
    for path, node, row, _ in config.rows_with("file"):
        adapter = by_path.get(path[:2]) if row.spec.is_project_file else None
        for place, name in _texts(path, node):
            if adapter is not None and path[2:] in file_keys(adapter.node):
                yield from _lost(config, adapter, name, place)
    for adapter in config.adapters:
        yield from _without_library(adapter)


def _without_library(adapter: Adapter) -> Iterator[Finding]:
    """Cross-adapter search that is on, and names nothing that ORBIT could go through."""
    kind, node = class_of(adapter.text("implementation")), at(adapter.node, CROSS)
    if kind is None or kind.family != "composite" or CROSS not in file_keys(adapter.node):
        return
    value = None if node is None else plain(node)
    if isinstance(node, Scalar) and not isinstance(value, str | Unknown):
        # ORBIT counts what it is
        yield Finding(
            f"adapter `{adapter.name}` does not load: the libraries of its cross-adapter search are {'null' if value is None else f'`{value}`'}",
            (*adapter.path, *CROSS),
            "name a library under `template_library_path`, or write `enabled: false`",
            consequence=Consequence.ADAPTER_MISSING,
        )
    elif not value:
        yield Finding(
            f"adapter `{adapter.name}`: cross-adapter search is switched on, and names no library, so ORBIT switches it off",
            (*adapter.path, *CROSS),
            "name a library under `template_library_path`, or write `enabled: false`",
            consequence=Consequence.DEGRADED,
        )


def _lost(config: Config, adapter: Adapter, name: str, place: KeyPath) -> Iterator[Finding]:
    file = config.named_files.get(name, _NOT_LOOKED_FOR)
    fault = None if file is None else file.fault
    if file is not None and (fault is None or not file.is_read):
        return
    is_domain = place[2:] == DOMAIN
    is_cross = place[2 : 2 + len(CROSS)] == CROSS
    why, remedy = ("is not there, seen from the project's root", "fix the path, or add the file") if fault is None else _unreadable(fault, name)
    span = fault.place if fault is not None and isinstance(fault.place, Span) else None
    without = "cross-adapter search goes without it" if is_cross else "it goes without those templates"
    is_only = all(each is None or each.fault for each in (config.named_files.get(name) for name in names_at(adapter.node, LIBRARY)))
    yield Finding(
        f"adapter `{adapter.name}`: `{name}` {why}: " + ("the adapter does not load" if is_domain else without),
        place,
        remedy,
        value=True,
        consequence=Consequence.ADAPTER_MISSING if is_domain else Consequence.PURPOSE_LOST if is_only and not is_cross else Consequence.DEGRADED,
        related=(Annotation(span, "here"),) if span else (),
    )


_NOT_LOOKED_FOR = NamedFile("", Source("", ""))
_WORDS = {
    **BEYOND_LIMITS,
    FileProblem.SEVERAL_DOCUMENTS: ("it holds several documents", "keep one of them"),
    FileProblem.ENCODING: ("it is not UTF-8", "save the file as UTF-8"),
    FileProblem.RECURSION: ("an anchor contains itself", "write the values out where they are needed"),
}
"""The fact and the remedy of what has no words of its own."""


def _unreadable(fault: FileFault, name: str) -> tuple[str, str]:
    """Why a file that is there gives nothing, and what to do about it."""
    if fault.problem is FileProblem.UNREADABLE:
        return f"cannot be read, as {fault.detail}", "name a file that can be read"
    why, remedy = _WORDS.get(fault.problem) or (fault.shown_detail or "it is no YAML", fault.remedy)
    # a remedy may speak of one of its lines, and the finding stands in another file
    return f"cannot be read, as {why}", re.sub(r"(?<= on line )\d+$", rf"\g<0> of `{name}`", remedy) or "fix the file"


@rule("ORB515", consequence=Consequence.DEGRADED)
def template_collection_shared(config: Config) -> Iterator[Finding]:
    """Two intent adapters keep their templates in one collection of one store.

    Each finds the other's templates, which are dropped and take up places; equal ids overwrite each other; a reload of one empties it for both.
    Without `template_collection_name` all adapters of a kind share one.

    ```yaml bad
    # base: orders
    adapters:
      - &first {name: orders}
      - {<<: *first, name: returns}
    ```

    ```yaml good
    # base: orders
    adapters: [{name: orders}]
    ```
    """
    first: dict[tuple[str, str], Adapter] = {}
    for adapter in config.adapters:
        if adapter.family not in INTENT_FAMILIES or not adapter.is_on:
            continue
        sql = adapter.family in ("intent_sql", "intent_duckdb")
        name = adapter.text("config", "template_collection_name") or ("intent_query_templates" if sql else "intent_http_templates")
        key = (adapter.text("config", "store_name") or "", name)
        other = first.setdefault(key, adapter)
        # of two of one name ORBIT takes one, which another rule reports
        if other is not adapter and other.name != adapter.name:
            yield Finding(
                f"adapters `{other.name}` and `{adapter.name}` share the template collection `{name}`",
                (*adapter.path, "config", "template_collection_name"),
                "give each a `template_collection_name` of its own",
                value=True,
                related=(Annotation(config.locate((*other.path, "name")), "the other adapter"),),
            )


def _texts(path: KeyPath, node: object) -> Iterator[tuple[KeyPath, str]]:
    """The names at a path: one, or a list of them."""
    match node:
        case Scalar(value=str(text)):
            yield path, text
        case Sequence(items=items):
            for index, item in enumerate(items):
                yield from _texts((*path, index), item)


def _fitting(triples: frozenset[tuple[str, str, str]], kind: str, source: str) -> str:
    """What may stand for `adapter` beside the other two, or for `datasource` beside the type."""
    found = sorted({triple[2] for triple in triples if triple[:2] == (kind, source)})
    if found:
        return f"write {choice_of(f'adapter: {each}' for each in found)}"
    sources = sorted({triple[1] for triple in triples if triple[0] == kind})
    return f"write {choice_of(f'datasource: {each}' for each in sources)}"


RULES = (
    class_not_found,
    kinds_do_not_fit,
    class_for_another_datasource,
    datasource_not_configured,
    project_file_missing,
    template_collection_shared,
)
