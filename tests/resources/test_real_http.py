"""The real Chroma, and moto's S3."""

from pathlib import Path

import httpx
import pytest

from orbitcfg.observed.resource import ResourceFault
from tests.resources.looking import look, rows
from tests.resources.servers.chroma import chroma_server
from tests.resources.servers.moto import moto_server

pytestmark = pytest.mark.resources
COLLECTIONS = "/api/v2/tenants/default_tenant/databases/default_database/collections"


def test_a_real_chroma(tmp_path: Path) -> None:
    with chroma_server(tmp_path) as port:
        base = f"http://127.0.0.1:{port}{COLLECTIONS}"
        made = httpx.post(base, json={"name": "docs"}).raise_for_status().json()
        empty = look("ds_chroma", host="127.0.0.1", port=port, collection="docs", dimensions=3)
        row = {"ids": ["1"], "embeddings": [[0.1, 0.2, 0.3]], "documents": ["a"], "metadatas": [None], "uris": [None]}
        httpx.post(f"{base}/{made['id']}/add", json=row).raise_for_status()
        filled = look("ds_chroma", host="127.0.0.1", port=port, collection="docs", dimensions=3)
        other = look("ds_chroma", host="127.0.0.1", port=port, collection="docs", dimensions=768)
        missing = look("ds_chroma", host="127.0.0.1", port=port, collection="not there/?")
        elasticsearch = look("ds_elasticsearch", node=f"http://127.0.0.1:{port}")
    assert rows(empty)[1:] == ["ok server: Chroma", "ok index: `docs`"]
    assert rows(filled)[-1] == "ok index: `docs`, 3 dimensions"
    assert (other.fault, missing.fault, elasticsearch.fault) == (ResourceFault.OTHER_SIZE, ResourceFault.NO_COLLECTION, ResourceFault.FOREIGN)


def test_a_real_s3(tmp_path: Path) -> None:
    with moto_server(tmp_path) as port:
        url = f"http://127.0.0.1:{port}"
        httpx.put(f"{url}/uploads", headers={"authorization": "AWS4-HMAC-SHA256 Credential=k/20261129/us-east-1/s3/aws4_request"}).raise_for_status()
        there = look("files_s3", bucket="uploads", url=url, key="AKIDEXAMPLE", secret="a-secret-of-s3", backend="minio")
        missing = look("files_s3", bucket="other", url=url, key="AKIDEXAMPLE", secret="a-secret-of-s3", backend="minio")
        unsigned = look("files_s3", bucket="uploads", url=url, backend="s3")
    assert rows(there)[-1] == "ok database: `uploads` is there"
    assert (missing.fault, missing.detail) == (ResourceFault.NO_BUCKET, "`other`")
    assert unsigned.fault is None
