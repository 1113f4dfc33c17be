"""Vector stores, and the packages that retrievers stand on."""

import re
from collections.abc import Iterator

from orbitcfg.document.tree import Interpolated, KeyPath, Node, Scalar, at
from orbitcfg.effective.adapters import INTENT_FAMILIES, Adapter
from orbitcfg.effective.switches import is_set
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule

_CHROMA = (("vector_stores", "chroma"), ("datasources", "chroma"))
_CHROMA_PARAMS: KeyPath = (*_CHROMA[0], "connection_params")
_WEAVIATE_PARAMS: KeyPath = ("vector_stores", "weaviate", "connection_params")
_COLLECTION = ("config", "template_collection_name")


@rule("ORB586", consequence=Consequence.DIFFERENT)
def store_address_ignored(config: Config) -> Iterator[Finding]:
    """The address of a vector store does not count.

    Chroma as a vector store is always a folder of the machine that ORBIT runs on, or kept in memory. Weaviate is asked at its `url` only together with an
    `api_key`; without one ORBIT asks this machine.

    ```yaml bad
    vector_stores: {weaviate: {enabled: true, connection_params: {url: "http://weaviate.example.org:8080"}}}
    files: {default_vector_store: weaviate}
    ```

    ```yaml good
    vector_stores: {weaviate: {enabled: true, connection_params: {url: "https://shop.weaviate.cloud", api_key: "${WEAVIATE_API_KEY}"}}}
    files: {default_vector_store: weaviate}
    ```
    """
    if is_set(at(config.tree, (*_CHROMA_PARAMS, "host"))):
        yield Finding(
            "ORBIT never asks a server of Chroma for a vector store: it keeps a folder of its own, or the memory",
            (*_CHROMA_PARAMS, "host"),
            "remove it",
        )
    if is_set(at(config.tree, (*_WEAVIATE_PARAMS, "url"))) and _is_left_out(at(config.tree, (*_WEAVIATE_PARAMS, "api_key"))):
        yield Finding(
            "`url` counts only together with `api_key`: without one ORBIT asks Weaviate on its own machine",
            (*_WEAVIATE_PARAMS, "url"),
            "add `api_key`, or remove it",
        )


@rule("ORB587", consequence=Consequence.PURPOSE_LOST)
def template_collection_refused(config: Config) -> Iterator[Finding]:
    """Chroma takes no collection of the name that an adapter keeps its templates under.

    A name has 3 to 512 characters, letters, digits, `.`, `_` and `-`, and begins and ends with a letter or a digit. ORBIT loads the adapter all the same, with no
    templates, and the model answers without data.

    ```yaml bad
    # base: orders
    adapters: [{name: orders, config: {template_collection_name: hr}}]
    ```

    ```yaml good
    # base: orders
    adapters: [{name: orders, config: {template_collection_name: hr_templates}}]
    ```
    """
    for adapter in config.adapters:
        name = adapter.text(*_COLLECTION)
        if (
            adapter.family in INTENT_FAMILIES
            and name
            and adapter.text("config", "store_name") == "chroma"
            # as Chroma says itself (1.5.9)
            and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{1,510}[A-Za-z0-9]", name)
        ):
            yield Finding(
                f"adapter `{adapter.name}`: Chroma refuses a collection of this name, so the adapter has no templates",
                (*adapter.path, *_COLLECTION),
                "write a name of 3 characters or more: letters, digits, `.`, `_` and `-`, with a letter or a digit at both ends",
                value=True,
            )


@rule("ORB588", consequence=Consequence.HYGIENE, severity=Severity.INFO)
def chromadb_needed(config: Config) -> Iterator[Finding]:
    """Retrievers load only where `chromadb` is installed, and nothing here makes one think of it.

    ORBIT imports it for every retriever, whatever store and datasource it has; its default profile does not bring it. Without it each of them says `No module named
    'chromadb'`. Where a store or a datasource is Chroma, nothing is said.

    ```yaml bad
    # base: orders
    vector_stores: {qdrant: {enabled: true}}
    adapters: [{name: orders, config: {store_name: qdrant}}]
    ```

    ```yaml good
    # base: orders
    adapters: [{name: orders}]
    ```
    """
    retrievers = [adapter for adapter in config.adapters if _is_of_the_package(adapter) and config.demand.of(adapter.path).is_demanded]
    if not retrievers or any(config.demand.of(block).state != "no" for block in _CHROMA):
        return
    yield Finding(
        f"adapter `{retrievers[0].name}` loads only where `chromadb` is installed, though it keeps nothing in Chroma",
        (*retrievers[0].path, "implementation"),
        "install it where ORBIT runs: `pip install chromadb`",
        value=True,
        depends_on="the package `chromadb`",
    )


def _is_of_the_package(adapter: Adapter) -> bool:
    """Whether its class is one of those that `chromadb` is imported with."""
    return adapter.family is not None and (adapter.text("implementation") or "").startswith("retrievers.")


def _is_left_out(node: Node | None) -> bool:
    """Whether a value is null, empty or not there; ORBIT leaves a placeholder of a vector store as it is, so that one never is."""
    if isinstance(node, Scalar) and any(isinstance(step, Interpolated) for step in node.steps):
        return False
    return not is_set(node)


RULES = (store_address_ignored, template_collection_refused, chromadb_needed)
