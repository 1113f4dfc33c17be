"""Identity providers, vaults, and what is only looked at as values."""

from pathlib import Path

import pytest

from orbitcfg.live.options import ProbeOptions
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceResult
from orbitcfg.report.consequence import Consequence
from tests.live.doubles import Answer, Asked, Handler, as_json, as_text, serving
from tests.resources.certificates import authority_for
from tests.resources.looking import look, rows

TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
ENTRA, AUTH0 = "login.microsoftonline.com", "acme.eu.auth0.com"
RSA = {"kty": "RSA", "use": "sig", "kid": "k1", "n": "sXch", "e": "AQAB"}


def entra(asked: Asked, issuer: str = f"https://{ENTRA}/{TENANT}/v2.0", keys: object = (RSA,)) -> Answer:
    """Entra ID with one tenant."""
    if not asked.path.startswith(f"/{TENANT}/"):
        return as_json({"error": "invalid_tenant", "error_description": "AADSTS90002: Tenant 'other' not found."}, 400)
    if asked.path.endswith("/v2.0/.well-known/openid-configuration"):
        return as_json({"issuer": issuer})
    return as_json({"keys": keys}) if asked.path.endswith("/discovery/v2.0/keys") else as_text("", 404)


def auth0(asked: Asked) -> Answer:
    """Auth0 with a domain of its own."""
    documents = {"/.well-known/openid-configuration": {"issuer": f"https://{AUTH0}/"}, "/.well-known/jwks.json": {"keys": [RSA]}}
    return as_json(documents[asked.path]) if asked.path in documents else as_text("", 404)


def seen(folder: Path, kind: str, host: str, handler: Handler, **values: object) -> ResourceResult:
    """A look at a double that has the host's name and a certificate for it."""
    bundle, context = authority_for(host, folder)
    with serving(handler, context=context) as server:
        options = ProbeOptions(places={f"{host}:443": f"127.0.0.1:{server.port}"}, variables={"SSL_CERT_FILE": str(bundle)})
        result = look(kind, options, **values)
    assert {asked.headers["host"] for asked in server.asked} <= {host}
    assert not [asked for asked in server.asked if "authorization" in asked.headers or asked.body]
    return result


def test_entra_issues_what_orbit_accepts(tmp_path: Path) -> None:
    result = seen(tmp_path, "oidc_entra", ENTRA, entra, tenant=TENANT, client="app")
    assert rows(result)[2:] == [f"ok server: issues tokens as `https://{ENTRA}/{TENANT}/v2.0`", "ok key: 1 for RS256"]


def test_auth0_issues_what_orbit_accepts(tmp_path: Path) -> None:
    assert seen(tmp_path, "oidc_auth0", AUTH0, auth0, domain=f"{AUTH0}/", audience="api").fault is None


def test_a_tenant_that_is_not_there_is_told_in_microsofts_words(tmp_path: Path) -> None:
    result = seen(tmp_path, "oidc_entra", ENTRA, entra, tenant="other", client="app")
    assert (result.fault, result.detail, result.blamed) == (ResourceFault.BAD_VALUE, "AADSTS90002: Tenant 'other' not found.", ("tenant",))


def test_another_issuer_is_refused_by_orbit(tmp_path: Path) -> None:
    """A custom domain of Auth0, a tenant by its name, `common`."""
    other = "https://sso.acme.example/"
    result = seen(tmp_path, "oidc_entra", ENTRA, lambda asked: entra(asked, other), tenant=TENANT, client="app")
    assert (result.fault, result.detail) == (
        ResourceFault.BAD_VALUE, f"its tokens are issued by `{other}`, ORBIT accepts `https://{ENTRA}/{TENANT}/v2.0`",
    )  # fmt: skip
    older = f"https://sts.windows.net/{TENANT}/"
    assert seen(tmp_path, "oidc_entra", ENTRA, lambda asked: entra(asked, older), tenant=TENANT, client="app").fault is None


KEYS: list[object] = [None, {}, [], [None], ["key"], [{"kty": "EC", "use": "sig"}], [{"kty": "RSA", "use": "enc"}], [{"kty": 5}]]


@pytest.mark.parametrize("keys", KEYS, ids=map(str, KEYS))
def test_without_a_key_for_rs256_no_token_is_checked(keys: object, tmp_path: Path) -> None:
    result = seen(tmp_path, "oidc_entra", ENTRA, lambda asked: entra(asked, keys=keys), tenant=TENANT, client="app")
    assert result.fault is ResourceFault.FOREIGN


def test_a_description_that_is_missing_is_no_fault(tmp_path: Path) -> None:
    """ORBIT never asks for it."""
    handler = lambda asked: as_text("", 404) if "openid" in asked.path else auth0(asked)  # noqa: E731 - a double in a line
    result = seen(tmp_path, "oidc_auth0", AUTH0, handler, domain=AUTH0, audience="api")
    assert (result.fault, result.is_sure) == (None, False)


def test_missing_values_keep_everybody_out() -> None:
    entra_empty, auth0_empty = look("oidc_entra", tenant="", client="app"), look("oidc_auth0", domain=AUTH0)
    assert (entra_empty.fault, entra_empty.blamed) == (ResourceFault.NOT_SET, ("tenant",))
    assert (auth0_empty.fault, auth0_empty.blamed) == (ResourceFault.NOT_SET, ("audience",))
    assert entra_empty.target.overrides[ResourceFault.NOT_SET] is Consequence.NO_SIGN_IN


@pytest.mark.parametrize("domain", ["https://acme.eu.auth0.com", "a b", "host:port", "["])
def test_a_domain_that_makes_no_address_is_told(domain: str) -> None:
    assert look("oidc_auth0", domain=domain, audience="api").fault is ProbeFault.BAD_URL


def test_a_tenant_that_makes_no_address_is_told() -> None:
    assert look("oidc_entra", tenant="a/../b", client="app").fault is ResourceFault.BAD_VALUE


def test_a_vault_is_reached_and_never_asked() -> None:
    with serving(lambda _asked: as_json({})) as server:
        results = [look(kind, provider=kind[8:], url=server.url, **more) for kind, more in VAULTS.items()]
    assert [(result.fault, rows(result)[-1]) for result in results] == [
        (None, "unchecked access: whether the login may read: that is billed, and shows secrets")
    ] * 3
    assert server.asked == []


VAULTS: dict[str, dict[str, object]] = {"secrets_aws": {}, "secrets_azure": {}, "secrets_gcp": {"project": "p"}}


def test_a_vault_without_its_values_is_told() -> None:
    assert look("secrets_aws", provider="aws").blamed == ("region",)
    assert look("secrets_azure", provider="azure").blamed == ("url",)
    assert look("secrets_gcp", provider="gcp").blamed == ("project",)
    places = {"secretsmanager.eu-west-3.amazonaws.com:443": "127.0.0.1:9"}
    assert look("secrets_aws", ProbeOptions(places=places), provider="aws", region="eu-west-3").fault is ProbeFault.REFUSED


GOOD = {"staging": "s3://b/athena/", "region": "eu-west-3"}
ATHENA: dict[str, tuple[dict[str, object], ResourceFault | None, tuple[str, ...]]] = {
    "without keys": ({}, None, ()),
    "with keys": ({"key": "AKIA1234", "secret": "s"}, None, ()),
    "no folder": ({"staging": ""}, ResourceFault.NOT_SET, ("staging",)),
    "no region": ({"region": None}, ResourceFault.NOT_SET, ("region",)),
    "no s3": ({"staging": "/tmp/x"}, ResourceFault.BAD_VALUE, ("staging",)),
    "half a pair": ({"key": "AKIA1234"}, ResourceFault.NOT_SET, ("secret",)),
    "a blank half": ({"key": "AKIA1234", "secret": " "}, ResourceFault.NOT_SET, ("secret", "key")),
    "no token": ({"key": "ASIA1234", "secret": "s"}, ResourceFault.NOT_SET, ("token",)),
    "stand-ins": ({"key": "your-key", "secret": "s"}, ResourceFault.BAD_VALUE, ("key", "secret")),
    "numbers": ({"key": 1, "secret": 2}, None, ()),
}


@pytest.mark.parametrize("name", ATHENA)
def test_athena_is_looked_at_by_its_values_alone(name: str) -> None:
    values, fault, blamed = ATHENA[name]
    result = look("ds_athena", **{**GOOD, **values})
    assert (result.fault, result.blamed) == (fault, blamed)
    assert fault or rows(result)[-1] == "unchecked access: not asked: each query is billed"
