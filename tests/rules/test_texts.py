"""What rules make of a single text, before its place counts: also where a quick look comes before the expression."""

from collections import Counter

import pytest

from orbitcfg.rules.adapters.model_names import _OF_ITS_OWN
from orbitcfg.rules.environment.variables import _is_example, _is_example_of_secret, _is_name
from orbitcfg.rules.security.guards import _is_check
from orbitcfg.rules.security.private import _home, _host, _is_private
from orbitcfg.rules.security.secrets import _looks_real
from orbitcfg.rules.server.pricing import _fits
from tests.trees import example_result


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, True) for text in ("your-key", "<your key>", "Change me", "replace_with_yours", "insert-it", "enter it", "put-it", "key-here")),
        *((text, True) for text in ("API_KEY_HERE", "my-changeme", "CHANGEME", "replaceme", "replace-me", "fillme", "fill-me-in", "placeholder")),
        *((text, True) for text in ("<name>", "xxx", "sk-xxxx", "sk-proj-xxx-xxx", "XXX", "todo", "FIXME", "the-your-api-key-of-it", "my_your_key")),
        *((text, False) for text in ("", "changed", "replace", "there", "where", "xx", "<https://a>", "todos", "yours", "filling", "maxxx", "a<b>")),
    ],
)
def test_the_value_of_an_example(text: str, expected: bool) -> None:
    assert _is_example(text) is expected


def test_a_secret_of_an_example_and_the_names_of_variables() -> None:
    assert [text for text in ("my-key", "MY_KEY", "<my key>", "My key", "mykey", "enemy-key", "key") if _is_example_of_secret(text)] == [
        "my-key",
        "MY_KEY",
        "<my key>",
        "My key",
    ]
    assert [name for name in ("NAME", "_a1", "1a", "", "A-B", "A B", "É", "NAME\n") if _is_name(name)] == ["NAME", "_a1"]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        *((key, True) for key in ("verify", "verify_ssl", "ssl_verify", "tls_verify", "verify_tls", "verify_cert", "verify_certs", "check_hostname")),
        *((key, True) for key in ("es_verify_certificate", "verify_certificates", "tls_check_hostname")),
        *((key, False) for key in ("verify_email", "reverify", "hostname", "check", "verify_ssl_depth", "VERIFY")),
    ],
)
def test_the_switch_of_a_check_of_certificates(key: str, expected: bool) -> None:
    assert _is_check(key) is expected


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("/home/jo/data", "/home/jo"),
        ("file:///home/jo/data", "/home/jo"),
        ("--path=/Users/jo/x", "/Users/jo"),
        ("C:\\Users\\jo\\x", "C:\\Users\\jo"),
        ("d:/Users/jo.b", "d:/Users/jo.b"),
        ("/home/orbit/data", None),
        ("/Users/username/x", None),
        ("/srv/home/jo", None),
        ("/homes/jo", None),
        ("Users", None),
    ],
)
def test_the_home_of_a_person(text: str, home: str | None) -> None:
    assert _home(text) == home


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        *((key, "10.0.0.5", True) for key in ("host", "hostname", "server", "address", "ip", "redis_host", "db_server")),
        *((key, "10.0.0.5", False) for key in ("hosts", "myhost", "version", "host_name", "ip_limit")),
        *(("host", text, True) for text in ("192.168.1.2:80", "db.local", "db.lan", "db.internal", "printer7.local", "172.16.0.1")),
        *(
            ("host", text, False)
            for text in ("8.8.8.8", "127.0.0.1", "0.0.0.0", "host.docker.internal", "db", "db7", "db.local7", "", "1.2", "fd00::1")
        ),
        *(("any", text, True) for text in ("http://10.0.0.5:80/v1", "https://db.internal", "redis://u@db.lan:1")),
        *(("any", text, False) for text in ("http://example.org", "http://[", "http://[fd00::1]/")),
    ],
)
def test_an_address_of_a_network_of_ones_own(key: str, text: str, expected: bool) -> None:
    host = _host((key,), text)
    assert (host is not None and _is_private(host)) is expected


def test_what_people_read_may_speak_of_any_address() -> None:
    """And of any home."""
    assert _codes("prompt_template: http://10.0.0.5/x, note: http://10.0.0.5/y") == {"ORB604": 1}
    assert _codes("prompt_template: /home/jo/x, note: /home/jo/y") == {"ORB605": 1}


def _codes(config: str) -> Counter[str]:
    result = example_result(f"adapters: [{{name: a, config: {{{config}}}}}]\n")
    return Counter(each.code for each in result.diagnostics if each.code in ("ORB604", "ORB605"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((f"{begin}{'a1B2' * 9}", True) for begin in ("sk-", "sk_", "ghp_", "xoxb-", "xoxa-", "AIza", "hf_", "gsk_")),
        ("AKIA" + "A1B2" * 4, True),
        ("eyJhbGci.eyJzdWI.x-y", True),
        ("sk-short", False),
        ("AKIA" + "a" * 16, False),
        ("eyJ.a.b", False),
        ("skill", False),
        ("xoxo-" + "a" * 20, False),
        ("Bearer sk-" + "a" * 20, False),
        ("", False),
    ],
)
def test_a_key_as_vendors_build_theirs(text: str, expected: bool) -> None:
    assert _looks_real(text) is expected


@pytest.mark.parametrize(
    ("pattern", "model", "expected"),
    [
        ("gpt-4o", "gpt-4o", True),
        ("gpt-4o", "GPT-4o", False),
        ("gpt-4*", "gpt-4o", True),
        ("GPT-4*", "gpt-4o", True),
        ("gpt-4*", "GPT-4o", True),
        ("gpt-4*", "gpt-5", False),
        ("*", "any", True),
        ("gpt-?o*", "gpt-4o-mini", True),
        ("gpt-[45]*", "gpt-5-mini", True),
        ("gpt-[45]*", "gpt-3", False),
        ("gpt-?o", "gpt-4o", False),
        ("[a]*", "[a]*", True),
    ],
)
def test_a_pattern_of_models_with_a_price(pattern: str, model: str, expected: bool) -> None:
    assert _fits(pattern, model) is expected


def test_the_vendors_that_are_part_of_a_models_name() -> None:
    names = ("nvidia", "openrouter", "deepinfra", "huggingface", "replicate", "nearai", "fugu")
    assert [name for name in names if not f"{name}/model".startswith(_OF_ITS_OWN)] == []
    assert [name for name in ("groq/compound-mini", "groq/llama", "openai/gpt-4o") if name.startswith(_OF_ITS_OWN)] == ["groq/compound-mini"]
