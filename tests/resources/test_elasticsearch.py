"""Elasticsearch for the audit and as a datasource."""

from base64 import b64encode

import pytest

from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceResult
from tests.live.doubles import Answer, Asked, as_json, serving
from tests.resources.looking import look, rows
from tests.resources.test_http_server import tls

PASSWORD = "e1astic-Geheim"
ROOT = {"name": "n1", "cluster_name": "es", "version": {"number": "9.2.1", "build_flavor": "default"}, "tagline": "You Know, for Search"}


def elasticsearch(asked: Asked) -> Answer:
    """Elasticsearch with a login and one index."""
    if asked.headers.get("authorization") != f"Basic {b64encode(f'elastic:{PASSWORD}'.encode()).decode()}":
        return as_json({"error": {"type": "security_exception", "reason": "missing authentication credentials"}, "status": 401}, 401)
    if asked.path == "/":
        return as_json(ROOT, X_elastic_product="Elasticsearch")
    if asked.path == "/_resolve/index/logs-*":
        return as_json({"indices": [{"name": "logs-1"}], "aliases": [], "data_streams": []}, X_elastic_product="Elasticsearch")
    if "*" in asked.path:
        return as_json({"indices": [], "aliases": [], "data_streams": []}, X_elastic_product="Elasticsearch")
    return as_json({"error": {"type": "index_not_found_exception"}, "status": 404}, 404, X_elastic_product="Elasticsearch")


def seen(kind: str = "ds_elasticsearch", **values: object) -> ResourceResult:
    """A look at the double."""
    with serving(elasticsearch) as server:
        return look(kind, **{"node": server.url, "username": "elastic", "password": PASSWORD, **values})


@pytest.mark.parametrize("kind", ["ds_elasticsearch", "audit_elasticsearch"])
def test_the_login_is_tried(kind: str) -> None:
    assert rows(seen(kind))[-1] == "ok server: Elasticsearch 9.2.1"
    refused = seen(kind, password="another-one")
    assert (refused.fault, refused.blamed) == (ResourceFault.LOGIN_REFUSED, ("username", "password"))


def test_a_source_of_data_may_be_asked_without_a_login_and_the_audit_may_not() -> None:
    """ORBIT sends one only where both halves are there."""
    assert seen(username="").fault is ResourceFault.LOGIN_WANTED
    audit = seen("audit_elasticsearch", username="")
    assert (audit.fault, audit.detail) == (ResourceFault.NOT_SET, "`username`")


def test_the_indices_of_an_adapter_are_looked_up_and_none_is_no_fault() -> None:
    assert rows(seen(index="logs-*"))[-1] == "ok index: `logs-*` matches 1"
    for pattern in ("other-*", "other", "a/b", "ä?#"):
        none = seen(index=pattern)
        assert (none.fault, rows(none)[-1]) == (None, f"ok index: `{pattern}` matches none")
        assert none.remarks == (f"no index matches `{pattern}`: only templates that name an index of their own find anything",)


def test_a_login_that_may_not_see_the_indices_may_still_search() -> None:
    with serving(lambda asked: as_json(ROOT, X_elastic_product="Elasticsearch") if asked.path == "/" else as_json({}, 403)) as server:
        result = look("ds_elasticsearch", node=server.url, index="logs-*")
    assert (result.fault, result.is_sure) == (None, False)


def test_opensearch_is_refused_by_the_client() -> None:
    value = {**ROOT, "version": {"distribution": "opensearch", "number": "3.1.0"}}
    with serving(lambda _asked: as_json(value)) as server:
        result = look("ds_elasticsearch", node=server.url)
    assert (result.fault, result.detail) == (ResourceFault.FOREIGN, "OpenSearch 3.1.0, which Elasticsearch's client refuses")


def test_an_http_address_needs_a_port() -> None:
    """The client fills one in for https alone."""
    result = look("ds_elasticsearch", node="http://localhost")
    assert (result.fault, result.detail) == (ProbeFault.BAD_URL, "Elasticsearch's client wants a port behind an http host")


def test_a_certificate_that_orbit_does_not_check_is_none_here() -> None:
    with serving(elasticsearch, context=tls("self-signed")) as server:
        login = {"node": server.url, "username": "elastic", "password": PASSWORD}
        audit, trusting, checking = (
            look("audit_elasticsearch", **login),
            look("ds_elasticsearch", **login, verify=False),
            look("ds_elasticsearch", **login),
        )
    assert (audit.fault, audit.remarks) == (None, ("ORBIT does not check the certificate of this server",))
    assert (trusting.fault, checking.fault) == (None, ProbeFault.TLS_SELF_SIGNED)
