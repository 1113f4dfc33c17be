"""The rows of what speaks HTTP: at which places of a configuration they find something, and that no value is too odd for them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from orbitcfg.commands.compiled import compile_config, whole_target
from orbitcfg.compile import InterpolationMode
from orbitcfg.files.store import Disk
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.kind import ResourceKind, resource_kinds
from orbitcfg.live.resources.plan import plan_resource
from orbitcfg.live.resources.targets import resource_targets
from orbitcfg.live.resources.visit import ResourceRun
from orbitcfg.live.run import run_all
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceTarget
from orbitcfg.settings.model import Settings
from tests.effective.small import config as small_config
from tests.live.doubles import as_json, serving
from tests.resources.looking import target

CHECKS = frozenset(
    [
        "elasticsearch",
        "http_api",
        "reachable",
        "athena",
        "searxng",
        "search_key",
        "chroma",
        "qdrant",
        "pinecone",
        "milvus",
        "weaviate",
        "marqo",
        "oidc",
        "secrets",
        "s3",
        "azure_blob",
        "gcs",
    ]
)
KINDS = tuple(kind for kind in resource_kinds() if kind.check in CHECKS)
ODD: tuple[object, ...] = (
    None,
    "",
    0,
    -1,
    True,
    False,
    1.5,
    float("nan"),
    [],
    [1],
    {},
    {"a": 1},
    "ä\u202e",
    "\ud800",
    "a\0b",
    "http://[",
    "x" * 5000,
    10**400,
)


class Everywhere(dict[str, str]):
    """Leads every address to one place."""

    def __init__(self, place: str) -> None:
        super().__init__({"": place})

    def get(self, _key: object, _default: object = None) -> Any:
        """The place."""
        return self[""]


def odd_targets(kind: ResourceKind) -> Iterator[ResourceTarget]:
    """A kind with each of its values odd in turn, and all of them."""
    base = {name: "http://host.example:7" if name in ("url", "node", "host") else "text" for name in kind.values}
    if "provider" in kind.when:
        base["provider"] = kind.when["provider"][0]
    names = [name for name in kind.values if name not in ("provider", "datasource", "backend")]
    for odd in ODD:
        for name in names:
            yield target(kind.name, **{**base, name: odd})
        yield target(kind.name, **{**base, **dict.fromkeys(names, odd)})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_no_value_is_too_odd(kind: ResourceKind, tmp_path: Path) -> None:
    """A wrong value is a fault of the resource, never one inside orbitcfg."""
    with serving(lambda _asked: as_json({"a": [{"b": None}]})) as server:
        options = ProbeOptions(places=Everywhere(f"127.0.0.1:{server.port}"), folder=str(tmp_path), whole_s=2.0)
        runs = [ResourceRun(each, plan_resource(each, options).steps, options, lambda _target, _check: None) for each in odd_targets(kind)]
        run_all(runs, options, 60.0)
    faults = {run.log.result().fault for run in runs}
    assert not faults & {ProbeFault.INTERNAL, ProbeFault.DEADLINE}


def retriever(name: str, **keys: object) -> dict[str, object]:
    """An adapter that is on."""
    return {
        "name": name,
        "enabled": True,
        "type": "retriever",
        "capabilities": {"retrieval_behavior": "always"},
        "inference_provider": "shimmy",
        **keys,
    }


QA = "retrievers.implementations.qa."
INTENT = "retrievers.implementations.intent."
ROOT: dict[str, Any] = {
    "general": {"inference_provider": "shimmy"},
    "inference": {"shimmy": {"enabled": True, "base_url": "http://localhost:11435", "model": "m"}},
    "embedding": {"enabled": True, "provider": "ollama"},
    "embeddings": {"ollama": {"enabled": True, "base_url": "http://localhost:11434", "model": "nomic-embed-text", "dimensions": 768}},
    "auth": {
        "providers": {"enabled": True, "entra": {"enabled": True, "tenant_id": "t", "client_id": "c"}, "auth0": {"enabled": False, "domain": "d"}}
    },
    "files": {"storage_backend": "S3", "s3": {"bucket": "b", "endpoint_url": "http://localhost:9000"}},
    "secrets_management": {"provider": "env"},
    "internal_services": {"elasticsearch": {"enabled": False}},
    "vector_stores": {
        "qdrant": {"enabled": True, "connection_params": {"url": "", "host": "localhost", "port": "6333"}},
        "marqo": {"enabled": True, "connection_params": {}},
    },
    "datasources": {
        "qdrant": {"url": "${QDRANT_URL:-}", "host": "db", "port": 7333},
        "chroma": {"use_local": False, "host": "localhost", "port": 8000},
        "elasticsearch": {"node": "http://localhost:9200", "auth": {"username": "u", "password": "p"}},
    },
    "adapters": [
        retriever("docs", datasource="qdrant", adapter="qa", implementation=f"{QA}QAQdrantRetriever", config={"collection": "docs"}),
        retriever(
            "own", datasource="qdrant", adapter="qa", implementation=f"{QA}QAQdrantRetriever", config={"collection": "own"}, embedding_model="x"
        ),
        retriever("faq", datasource="chroma", adapter="qa", implementation=f"{QA}QAChromaRetriever", config={"collection": "faq"}),
        retriever(
            "logs",
            datasource="elasticsearch",
            adapter="intent",
            implementation=f"{INTENT}IntentElasticsearchRetriever",
            config={"store_name": "qdrant", "index_pattern": "logs-*"},
        ),
        retriever(
            "api",
            datasource="http",
            adapter="intent",
            implementation=f"{INTENT}IntentHTTPJSONRetriever",
            config={"store_name": "qdrant", "base_url": "http://localhost:8081", "auth": {"type": "bearer_token", "token_env": "OWN_TOKEN"}},
        ),
        {
            "name": "search",
            "enabled": True,
            "type": "web-search",
            "inference_provider": "shimmy",
            "web_search": {"provider": "searxng", "query_url": "http://localhost:8888/search"},
            "allowed_search_providers": [{"name": "b", "provider": "brave", "api_key": "k"}],
        },
        {"name": "page", "enabled": True, "type": "fetch"},
        retriever("off", enabled=False, datasource="pinecone", adapter="qa", implementation=f"{QA}QAPineconeRetriever"),
    ],
}

FOUND = {
    "ds_chroma": ("Chroma, a datasource at localhost:8000", ("faq",), "ADAPTER_MISSING"),
    "ds_elasticsearch": ("Elasticsearch, a datasource at http://localhost:9200", ("logs",), "ADAPTER_MISSING"),
    "ds_http": ("an HTTP API, a datasource at http://localhost:8081", ("api",), "PURPOSE_LOST"),
    "fetch": ("the reader of web pages at https://r.jina.ai", ("page",), "DEGRADED"),
    "files_s3": ("S3, for uploads at b", (), "DEGRADED"),
    "oidc_entra": ("Entra ID, for signing in at login.microsoftonline.com:443", (), "DEGRADED"),
    "store_qdrant_host": ("Qdrant, a vector store at localhost:6333", ("logs", "api"), "ADAPTER_MISSING"),
    "web_searxng": ("SearXNG, for web search at http://localhost:8888/search", ("search",), "ADAPTER_FAILS"),
    "web_keyed_choice": ("a search engine at brave", ("search",), "CHOICE_FAILS"),
}


def found(folder: Path, **sections: object) -> list[ResourceTarget]:
    """The resources over HTTP that a configuration uses."""
    (folder / "config").mkdir()
    (folder / "config" / "config.yaml").write_text(yaml.safe_dump({**ROOT, **sections}))
    files = Disk("/")
    config = compile_config(files, whole_target(files, str(folder / "config"), ()), Settings(), InterpolationMode.ORBIT, {"OWN_TOKEN": "tok-1234567"})
    names = {kind.name for kind in KINDS}
    return [each for each in resource_targets(config) if each.kind in names]


def test_each_row_finds_what_is_used(tmp_path: Path) -> None:
    targets = found(tmp_path)
    qdrant = [each for each in targets if each.kind == "ds_qdrant_host"]
    others = [each for each in targets if each.kind != "ds_qdrant_host"]
    assert {each.kind: (each.label, each.users, each.consequence.name) for each in others} == FOUND
    assert [(each.label, each.users, each.content("collection"), each.content("dimensions")) for each in qdrant] == [
        ("Qdrant, a datasource at db:7333", ("docs",), "docs", 768),
        ("Qdrant, a datasource at db:7333", ("own",), "own", None),
    ]
    token = next(each for each in targets if each.kind == "ds_http").values["token"]
    assert (token.content, token.at, token.is_secret) == ("tok-1234567", ("adapters", 4, "config", "auth", "token_env"), True)


def test_an_address_of_qdrant_makes_another_row(tmp_path: Path) -> None:
    stores = {"qdrant": {"enabled": True, "connection_params": {"url": "https://x.cloud.qdrant.io"}}}
    kinds = [each.kind for each in found(tmp_path, vector_stores=stores)]
    assert kinds.count("store_qdrant") == 1
    assert "store_qdrant_host" not in kinds


@pytest.mark.parametrize(("provider", "kind"), [("aws", "secrets_aws"), ("AZURE", "secrets_azure"), ("gcp", "secrets_gcp")])
def test_a_vault_is_one_where_it_is_chosen(provider: str, kind: str, tmp_path: Path) -> None:
    targets = found(tmp_path, secrets_management={"provider": provider, "aws": {"region": "eu-west-3"}})
    assert [each.kind for each in targets if each.service == "secrets"] == [kind]


@pytest.mark.parametrize(("variable", "region"), [("eu-west-3", "eu-west-3"), ("", "us-east-1")])
def test_an_empty_region_gives_way_to_the_variable_and_that_to_the_default(variable: str, region: str) -> None:
    sections = {"files": {"storage_backend": "s3", "s3": {"bucket": "uploads", "region": ""}}}
    targets = resource_targets(small_config(sections, {"AWS_DEFAULT_REGION": variable}))
    assert [each.text("region") for each in targets if each.kind == "files_s3"] == [region]


def test_what_is_not_set_is_called_by_its_key(tmp_path: Path) -> None:
    [search] = [
        each for each in found(tmp_path, adapters=[{**ROOT["adapters"][5], "web_search": {"provider": "searxng"}}]) if each.kind == "web_searxng"
    ]
    assert search.key_name("url") == "query_url"
    assert search.values["url"].key == ("adapters", 0, "web_search", "query_url")
