"""`doctor --url`: an address alone, as any provider that takes one; and where an address is, whatever the provider."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orbitcfg.catalog.rows import Catalog
from orbitcfg.catalog.specs import CLOUD, LOCAL, REMOTE, ProviderSpec
from orbitcfg.catalog.store import shipped_store
from orbitcfg.commands.doctor.checkup import Checkup
from orbitcfg.commands.doctor.command import doctor
from orbitcfg.commands.doctor.request import Request
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk
from orbitcfg.live.location import location_of
from orbitcfg.live.plan import EndpointFilter
from orbitcfg.observed.check import CheckKind, CheckState
from orbitcfg.report.diagnostics import Severity
from orbitcfg.settings.model import Settings
from tests.live.doubles import serving
from tests.live.doubles.ollama import Ollama
from tests.live.doubles.openai import OpenAi
from tests.live.doubles.vllm import Vllm
from tests.live.setups import codes, provider

KEY = "sk-0123456789abcdefghijklmnop"
CATALOG = Catalog(shipped_store())


def specs() -> Iterator[tuple[str, ProviderSpec]]:
    """Every provider that ORBIT has a class for."""
    section = CATALOG.at(None, ("inference",))
    assert section
    for name in section.properties:
        row = CATALOG.at(None, ("inference", name))
        if row and row.provider.protocol:
            yield name, row.provider


SPECS = dict(specs())
WITH_ADDRESS = [name for name, spec in SPECS.items() if spec.url.keys]


def at(url: str, name: str, process: dict[str, str] | None = None, settings: Settings = Settings(), **request: object) -> Checkup:
    """What doctor says of an address alone."""
    asked = Request(EndpointFilter(providers=(name,)), url=url, smoke="never", **request)  # type: ignore[arg-type] # options of Request by name
    return doctor(None, asked, settings, files=Disk("/"), process=process or {})


@pytest.mark.parametrize("name", WITH_ADDRESS)
def test_every_provider_with_an_address_is_looked_at(name: str) -> None:
    """Also one that ORBIT cannot make without a model or a key: it is on this machine, and nothing of it is billable."""
    with serving(Ollama() if SPECS[name].protocol == "ollama" else Vllm()) as server:
        checkup = at(server.url, name, generate=True, model="tiny-alpha")
    [probe], [result] = checkup.plan, checkup.results
    states = {row.kind: row.state for row in result.checks}
    assert (probe.target.location, probe.is_billable) == (LOCAL, False)
    assert states[CheckKind.IDENTIFY] is not CheckState.UNCHECKED
    assert CheckKind.LIST in states or SPECS[name].models_path is None
    assert server.asked
    assert "ORB757" not in codes(checkup)


@pytest.mark.parametrize("name", [name for name in SPECS if name not in WITH_ADDRESS])
def test_a_provider_that_takes_no_address_is_refused_in_words(name: str) -> None:
    with pytest.raises(UsageError, match=f"`{name}` takes no address"):
        at("http://127.0.0.1:9", name)


def test_a_healthy_ollama_is_clean() -> None:
    with serving(Ollama()) as server:
        assert [at(server.url, name).report.count(Severity.WARNING) for name in ("ollama", "ollama_remote", "ollama_cloud")] == [0, 0, 0]
        assert codes(at(server.url, "ollama", model="llama3.1")) == ["ORB732"]


@pytest.mark.parametrize(("name", "variable"), [("openai", "OPENAI_API_KEY"), ("vllm", "VLLM_API_KEY"), ("ollama_cloud", "OLLAMA_CLOUD_API_KEY")])
def test_the_key_comes_from_the_providers_variable(name: str, variable: str, tmp_path: Path) -> None:
    """Of the shell or of a file; without it the refusal names it."""
    (tmp_path / "keys.env").write_text(f"{variable}={KEY}\n")
    with serving(OpenAi(KEY)) as server:
        checkup = at(f"{server.url}/v1", name, {variable: KEY})
        from_file = at(f"{server.url}/v1", name, settings=Settings(env_files=(str(tmp_path / "keys.env"),)))
        assert {asked.bearer for asked in server.asked if asked.bearer} == {KEY}
        without = at(f"{server.url}/v1", name)
    assert "ORB721" not in (*codes(checkup), *codes(from_file))
    if name != "ollama_cloud":
        assert [each.help for each in without.report.diagnostics] == [f"set `{variable}` to the server's key"]


def test_a_server_of_ones_own_is_asked_without_a_key() -> None:
    """One that speaks a vendor's API may want none; the vendor itself always does."""
    with serving(Vllm()) as server:
        assert {row.state for row in at(f"{server.url}/v1", "openai").checks} == {CheckState.OK}
        checkup = at("http://api.vendor.example/v1", "openai", places={"api.vendor.example:80": f"127.0.0.1:{server.port}"})
    assert [row.detail for row in checkup.checks if row.state is CheckState.UNCHECKED] == ["not checked: the key is not set here"] * 2


@pytest.mark.parametrize(
    ("name", "url", "location"),
    [
        ("openai", "https://api.openai.com/v1", CLOUD),
        ("openai", "https://llm.example.org/v1", CLOUD),
        ("openai", "http://127.0.0.1:4000/v1", LOCAL),
        ("openai", "http://localhost:4000/v1", LOCAL),
        ("openai", "http://host.docker.internal:4000/v1", LOCAL),
        ("openai", "http://litellm:4000/v1", REMOTE),
        ("openai", "http://10.1.2.3:4000/v1", REMOTE),
        ("ollama_cloud", "http://[::1]:11434", LOCAL),
        ("vllm", "https://api.openai.com/v1", CLOUD),
        ("vllm", "https://openrouter.ai/api/v1", CLOUD),
        ("vllm", "https://gpu.example.org/v1", REMOTE),
        ("shimmy", "http://192.168.1.2:11435", REMOTE),
        ("shimmy", "no address", LOCAL),
    ],
)
def test_the_location_follows_the_address(name: str, url: str, location: str) -> None:
    assert location_of(url, SPECS[name], CATALOG) == location


@pytest.mark.parametrize("name", ["openai", "groq", "anthropic"])
def test_a_vendors_provider_may_call_a_server_of_ones_own(name: str, tmp_path: Path) -> None:
    """Who answers there is told, and no fault."""
    with serving(Vllm()) as server:
        checkup = provider(tmp_path, name, f"{server.url}/v1", "tiny-alpha", api_key=KEY).check({})
    assert "ORB711" not in codes(checkup)
    assert [row.detail for row in checkup.checks if row.kind is CheckKind.IDENTIFY] == ["vLLM 0.32.0"]


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (Request(billable=True), "--billable is for chats, which --generate sends: write both"),
        (Request(model="m"), "--model is for the address that --url names; the models of a configuration are in it"),
        (
            Request(EndpointFilter(("a",), ("vllm",)), url="http://127.0.0.1:9"),
            "--url looks at one address without a configuration: leave out --adapter, --service and --all",
        ),
    ],
)
def test_options_that_would_do_nothing_are_refused(request_: Request, words: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        doctor(str(tmp_path), request_, files=Disk(str(tmp_path)), process={})
    assert str(refused.value) == words


def test_a_connection_is_not_kept_behind_a_stream() -> None:
    """llama-server closes it without a word where the stream took long, so that the next chat over it would seem to fail."""
    with serving(Vllm()) as server:
        at(f"{server.url}/v1", "vllm", generate=True, model="tiny-alpha")
        kept = [(asked.json["stream"], asked.headers["connection"]) for asked in server.asked if asked.method == "POST"]
    assert kept == [(True, "close"), (False, "keep-alive")]
