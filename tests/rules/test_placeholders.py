"""Texts that another system would fill, in every form that is known: the whole of a text, what stands in it, and what only looks alike."""

import pytest

from orbitcfg.rules._placeholders import foreign_placeholder, in_own_form, is_for_people, is_of_store, prefixed_name
from tests.trees import example_result

VARIABLES = (
    *("$API_KEY", "$$API_KEY", "$env:API_KEY", "$(API_KEY)", "$$(API_KEY)"),
    *("env{API_KEY}", "ENV{API_KEY}", "$env{API_KEY}", "%{API_KEY}", "$env:{API_KEY}", "{env:API_KEY}", "{ENV:API_KEY}", "{API_KEY}"),
    *("<%= ENV['API_KEY'] %>", '<% "API_KEY" %>', "%API_KEY%", "%(API_KEY)s", "{{ API_KEY }}", "${{ secrets.API_KEY }}", '{{ env "API_KEY" }}'),
    *("environ/API_KEY", "os.environ/API_KEY", "os.environ['API_KEY']", 'environ.get("API_KEY")', "os.getenv('API_KEY')", "getenv('API_KEY')"),
    *("process.env.API_KEY", "env.API_KEY", "ENV.API_KEY", "env['API_KEY']", "env(API_KEY)", "env:API_KEY", "env://API_KEY"),
    *("secret.API_KEY", "secrets.API_KEY", "Secrets.API_KEY", "secrets[API_KEY]", "secret:API_KEY", "var.API_KEY", "vars.API_KEY", "vars(API_KEY)"),
    *("@API_KEY@", "__API_KEY__", "#{API_KEY}", "#{API_KEY}#", "  $API_KEY\n"),
)
STORES = (
    *("op://vault/item/field", "vault://secret/llm", "vault:secret/data/llm#key", "VAULT:secret/data/llm#key", "secret://llm", "secretref:llm-key"),
    *("ssm://llm/key", "sm://llm", "awssm://llm", "gcpsm://llm", "azkv://v/k", "keyring://llm/key", "doppler://p/c/KEY", "infisical://p/KEY"),
    *("ref+vault://secret/llm#key", "arn:aws:secretsmanager:eu-west-1:1:secret:k", "arn:aws:ssm:eu-west-1:1:parameter/k"),
    *(
        "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/k)",
        "projects/p/secrets/k/versions/1",
        "ENC[AES256_GCM,data:x]",
        "{cipher}abc",
    ),
)
NEITHER = (
    *("", "$", "$9.90", "$name", "{name}", "%A", "{{ }}", "{{ if .a }} b {{ end }}", "{{ .a }} and {{ .b.c }}"),
    *("$API_KEY and more", "<%= 1 + 1 %>", "environment", "environ/", "os.path", "process.env", "env", "secrets", "vars.name", "variable:API_KEY"),
    *("@API_KEY", "__init__", "#{name}", "op", "vault:secret", "arn:aws:s3:::bucket", "projects/p/models/m", "http://secrets/a", "$" + "A" * 200),
)


@pytest.mark.parametrize("text", VARIABLES)
def test_a_text_that_gives_a_variable_is_told_by_its_form(text: str) -> None:
    found = foreign_placeholder(text)
    assert found is not None
    assert (found.name, found.what) == ("API_KEY", "a placeholder of another system")


@pytest.mark.parametrize("text", STORES)
def test_a_reference_to_a_store_is_told_by_its_form(text: str) -> None:
    found = foreign_placeholder(text)
    assert found is not None
    assert (found.name, found.what) == ("", "a reference to a secret store")


@pytest.mark.parametrize("text", ["/run/secrets/api-key", "/var/run/secrets/api-key", "/etc/secrets/api-key", "file:///run/secrets/api-key"])
def test_the_file_of_a_secret_gives_the_name_of_a_variable(text: str) -> None:
    found = foreign_placeholder(text)
    assert found is not None
    assert (found.name, found.what) == ("API_KEY", "the path of a file with a secret")


@pytest.mark.parametrize("text", NEITHER)
def test_what_only_looks_alike_is_none(text: str) -> None:
    assert foreign_placeholder(text) is None


def test_a_name_of_small_letters_in_a_template_is_one_of_its_own() -> None:
    assert [each and each.name for each in map(foreign_placeholder, ("{{ .Values.name }}", "{{ .Values.a.b }}"))] == ["", ""]


@pytest.mark.parametrize("text", VARIABLES)
def test_each_form_is_found_where_a_value_stands(text: str) -> None:
    """Whatever a quick look passes over."""
    written = text.strip().replace("API_KEY", "TOKEN")
    found = example_result(f"general: {{host: {written!r}}}\n").diagnostics
    assert {each.code for each in found} & {"ORB202", "ORB203"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://$HOST:1", "http://${HOST}:1"),
        ("http://$env:HOST/$$PORT", "http://${HOST}/${PORT}"),
        ("http://$(host)", "http://${host}"),
        ("http://%HOST%/v1", "http://${HOST}/v1"),
        ("http://{HOST}/v1", "http://${HOST}/v1"),
        ("http://{{ .Values.host }}/v1", "http://${host}/v1"),
        ("http://${HOST}/%20", "http://${HOST}/%20"),
        ("http://localhost:1", "http://localhost:1"),
    ],
)
def test_what_stands_in_a_text_is_written_as_orbit_wants_it(text: str, expected: str) -> None:
    assert in_own_form(text) == expected


@pytest.mark.parametrize(
    ("inside", "name", "is_store"),
    [
        ("env:NAME", "NAME", False),
        ("ENV:NAME,default", "NAME", False),
        ("secrets.a.NAME", "NAME", False),
        ("vars/NAME", "NAME", False),
        ("NAME", None, False),
        ("env", None, False),
        ("env:", None, False),
        ("name.other", None, False),
        ("env-name", None, False),
        ("vault:secret/a", None, True),
        ("awsSecret:a", None, True),
        ("file:-none", None, False),
        ("vaults", None, False),
    ],
)
def test_what_stands_in_braces_of_orbits_own(inside: str, name: str | None, is_store: bool) -> None:
    assert (prefixed_name(inside), is_of_store(inside)) == (name, is_store)


def test_what_people_read_may_hold_anything() -> None:
    assert [is_for_people(path) for path in (("messages", "a"), ("adapters", 0, "system_prompt"), ("general", "host"))] == [True, True, False]
