"""HTTP and GraphQL interfaces of adapters, web search, and what ORBIT can do without."""

from base64 import b64encode

import pytest

from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceFault
from tests.live.doubles import CLOSED, Answer, Asked, as_json, as_text, serving
from tests.resources.looking import look, rows

TOKEN = "tok-7b1f0e9c2d48"
LOGINS: dict[str, tuple[dict[str, str], str, str]] = {
    "basic_auth": ({"username": "anna", "password": TOKEN}, "authorization", f"Basic {b64encode(f'anna:{TOKEN}'.encode()).decode()}"),
    "api_key": ({"api_key": TOKEN, "header": "X-Own"}, "x-own", TOKEN),
    "bearer_token": ({"token": TOKEN}, "authorization", f"Bearer {TOKEN}"),
}


@pytest.mark.parametrize("auth", LOGINS)
def test_each_login_goes_as_orbit_sends_it(auth: str) -> None:
    values, header, text = LOGINS[auth]
    with serving(lambda asked: as_text("") if asked.headers.get(header) == text else as_text("", 401)) as server:
        good = look("ds_http", url=f"{server.url}/v1/", auth=auth, family="intent_http_json", **values)
        wrong = look("ds_http", url=server.url, auth=auth, family="intent_http_json", **dict.fromkeys(values, "something-else"))
    assert (good.fault, wrong.fault) == (None, ResourceFault.LOGIN_REFUSED)
    assert server.paths()[0] == "HEAD /v1"
    assert TOKEN not in str((good.trace, rows(good)))


@pytest.mark.parametrize("auth", LOGINS)
def test_a_login_without_its_variable_is_told_and_nothing_is_asked(auth: str) -> None:
    with serving(lambda _asked: as_text("")) as server:
        result = look("ds_http", url=server.url, auth=auth, family="intent_http_json")
    assert (result.fault, server.asked) == (ResourceFault.NOT_SET, [])


@pytest.mark.parametrize("header", ["", "X Key", "é", "x\ny", {"a": 1}])
def test_a_header_that_cannot_be_is_told_at_its_line(header: object) -> None:
    with serving(lambda _asked: as_text("")) as server:
        result = look("ds_http", url=server.url, auth="api_key", family="intent_http_json", api_key=TOKEN, header=header)
    assert (result.fault, result.at[-1], server.asked) == (ResourceFault.BAD_VALUE, "header", [])


STATUSES = {
    200: None,
    204: None,
    302: None,
    400: None,
    403: None,
    404: None,
    418: None,
    500: None,
    502: ResourceFault.SERVER_ERROR,
    503: ResourceFault.SERVER_ERROR,
}


@pytest.mark.parametrize("status", STATUSES)
def test_any_answer_but_a_gateways_is_life(status: int) -> None:
    with serving(lambda _asked: as_text("", status)) as server:
        assert look("ds_http", url=server.url, family="intent_firecrawl").fault is STATUSES[status]


def test_a_login_that_is_wanted_and_not_configured_is_a_remark() -> None:
    with serving(lambda _asked: as_text("", 401)) as server:
        result = look("ds_http", url=server.url, family="intent_http_json")
    assert (result.fault, result.remarks) == (None, ("its base address wants a login, and none is configured",))


def test_a_server_without_head_is_asked_for_all() -> None:
    with serving(lambda asked: as_text("", 405) if asked.method == "HEAD" else as_text("fine")) as server:
        assert look("ds_http", url=server.url, family="intent_http_json").fault is None
    with serving(lambda asked: CLOSED if asked.method == "HEAD" else as_text("fine")) as server:
        assert look("ds_http", url=server.url, family="intent_http_json").fault is None


def test_an_api_that_is_down_or_has_no_address_is_told() -> None:
    assert look("ds_http", url="http://127.0.0.1:9", family="intent_http_json").fault is ProbeFault.REFUSED
    assert look("ds_http", url="", family="intent_http_json").fault is ResourceFault.NOT_SET


def graphql(asked: Asked) -> Answer:
    """GraphQL at its usual path."""
    if (asked.method, asked.path) != ("POST", "/api/graphql"):
        return as_text("<html><title>Not here</title></html>", 404, "text/html")
    return as_json({"data": {"__typename": "Query"}})


def test_graphql_is_asked_at_its_endpoint() -> None:
    with serving(graphql) as server:
        good = look("ds_http", url=f"{server.url}/api/", family="intent_graphql")
        whole = look("ds_http", url="http://127.0.0.1:9", endpoint=f"{server.url}/api/graphql", family="intent_graphql")
        wrong = look("ds_http", url=server.url, family="intent_graphql")
    assert server.asked[0].json == {"query": "{__typename}"}
    assert (good.fault, whole.fault) == (None, None)
    assert (wrong.fault, wrong.detail, wrong.blamed) == (ResourceFault.FOREIGN, "404: Not here", ("endpoint", "url"))


def test_graphql_that_only_finds_errors_is_graphql() -> None:
    with serving(lambda _asked: as_json({"errors": [{"message": "introspection is off"}]}, 400)) as server:
        assert look("ds_http", url=server.url, family="intent_graphql").fault is None


SEARXNG = {
    400: (None, "ok server: answers in JSON"),
    403: (ResourceFault.SERVER_ERROR, "failed server: it answers with an error: 403: JSON is not among `search.formats` of its settings.yml"),
    429: (ResourceFault.SERVER_ERROR, "failed server: it answers with an error: 429: its limiter takes ORBIT for a robot"),
    404: (ResourceFault.FOREIGN, "failed server: something else answers there: 404: Not Found"),
    502: (ResourceFault.SERVER_ERROR, "failed server: it answers with an error: 502: Not Found"),
}


@pytest.mark.parametrize("status", SEARXNG)
@pytest.mark.parametrize("kind", ["web_searxng", "web_searxng_choice"])
def test_searxng_says_whether_it_would_answer(kind: str, status: int) -> None:
    """And nothing is searched for."""
    with serving(lambda _asked: as_text("Not Found", status)) as server:
        result = look(kind, url=f"{server.url}/search?q=<query>", provider="searxng")
    assert (result.fault, rows(result)[-1]) == SEARXNG[status]
    assert server.paths() == ["GET /search?format=json"]


def test_a_page_of_searxng_is_not_its_search() -> None:
    with serving(lambda _asked: as_text("<!doctype html><title>SearXNG</title>", 200, "text/html")) as server:
        result = look("web_searxng", url=server.url, provider="searxng")
    assert (result.fault, result.detail) == (ResourceFault.FOREIGN, "200: SearXNG: a page; its searches are at `/search`")


def test_a_search_engine_is_reached_and_its_key_goes_nowhere() -> None:
    with serving(lambda _asked: as_json({})) as server:
        result = look("web_keyed", provider="perplexity", api_key=TOKEN, url=server.url)
    assert (result.fault, result.is_sure, server.asked) == (None, False, [])
    assert rows(result)[-1] == "unchecked access: whether the key is right: each search is billed"


def test_a_search_engine_without_its_key_is_told() -> None:
    assert look("web_keyed", provider="brave").blamed == ("api_key",)
    assert look("web_keyed_choice", provider="google_pse", api_key=TOKEN).blamed == ("engine",)


@pytest.mark.parametrize("kind", ["fetch", "web_duckduckgo", "ds_http_agent"])
def test_what_orbit_can_do_without_is_never_at_fault(kind: str) -> None:
    with serving(lambda _asked: as_text("", 500)) as server:
        up, down = look(kind, url=server.url), look(kind, url="http://127.0.0.1:9")
    assert (up.fault, up.is_sure, down.fault, down.is_sure) == (None, True, None, False)


def test_a_header_that_cannot_be_is_told_and_nothing_is_asked() -> None:
    with serving(lambda _asked: as_text("")) as server:
        result = look("ds_http", url=server.url, auth="api_key", api_key="of-the-api-1", header="X Own:")
        assert (result.fault, result.detail, server.asked) == (ResourceFault.BAD_VALUE, "no header can be called `X Own:`", [])
