"""Products by what can be wrong with them, from the recorded replies of the real ones: the verdict, the finding and its help, exactly. Every help is carried out, and doctor is clean."""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from orbitcfg.commands.doctor.checkup import Checkup
from orbitcfg.report.diagnostics import Diagnostic, Severity
from tests.live.doubles import Answer, Asked, Double, Handler, as_json, as_text, serving
from tests.live.recorded import Recorded
from tests.live.setups import Setup, apply
from tests.live.test_faults import TRUSTED, tls

KEY = "test-key-0123456789"


class Product(NamedTuple):
    """A product as ORBIT calls it, with a key where it can have one."""

    provider: str
    path: str
    """What stands behind the server's root in a right address."""
    model: str
    key: str
    server: Handler
    """It, with that key; without any where ORBIT's provider sends none."""
    open: Handler
    """It, without a key."""
    block: Mapping[str, Any] = MappingProxyType({})
    """What else the configuration says."""
    loading: Handler | None = None
    """It, while it loads its model; None where it then takes no connection, or loads with the first request."""


def guarded(server: Handler, key: str) -> Handler:
    """A server behind a proxy that wants a key."""

    def answer(asked: Asked) -> Answer:
        return server(asked) if asked.bearer == key else as_json({"error": "unauthorized"}, 401, www_authenticate="Bearer")

    return answer


def llama_server_loading(_asked: Asked) -> Answer:
    """What llama-server says to everything until it is ready."""
    return as_json({"error": {"message": "Loading model", "type": "unavailable_error", "code": 503}}, 503, server="llama.cpp")


LLAMA_KEY, LITELLM_KEY = "sk-test-123456", "sk-litellm-master-1234"
LLAMA = Recorded("llama-server/b10434-key-ok", "llama-server/b10434-key-none", "llama-server/b10434-key-wrong", key=LLAMA_KEY)
LITELLM = Recorded("litellm/1.108.7-key-ok", "litellm/1.108.7-key-none", "litellm/1.108.7-key-wrong", key=LITELLM_KEY)
OLLAMA, VLLM, SHIMMY = Recorded("ollama/0.17.4"), Recorded("vllm/0.32.0"), Recorded("shimmy/2.6.5-gpu")


def unlocked(server: Handler, key: str) -> Handler:
    """A server as it answers to its key, whoever asks."""
    return lambda asked: server(replace(asked, headers={**asked.headers, "authorization": f"Bearer {key}"}))


PRODUCTS = {
    "Ollama": Product("ollama", "", "gemma3:270m", KEY, OLLAMA, OLLAMA),
    "Ollama behind a key": Product("ollama_remote", "", "gemma3:270m", KEY, guarded(OLLAMA, KEY), OLLAMA),
    "llama-server": Product("vllm", "/v1", "tiny", LLAMA_KEY, LLAMA, unlocked(LLAMA, LLAMA_KEY), {"max_tokens": 100}, llama_server_loading),
    "llama-server, by its own provider": Product(
        "llama_cpp", "/v1", "tiny", LLAMA_KEY, unlocked(LLAMA, LLAMA_KEY), unlocked(LLAMA, LLAMA_KEY),
        {"mode": "api", "max_tokens": 100}, llama_server_loading,
    ),
    "LiteLLM": Product("openai", "/v1", "gemma-small", LITELLM_KEY, LITELLM, unlocked(LITELLM, LITELLM_KEY)),
    "vLLM": Product("vllm", "/v1", "tiny-alpha", KEY, Recorded("vllm/0.32.0-with-api-key", "vllm/0.32.0", key=KEY), VLLM, {"max_tokens": 100}),
    "Shimmy": Product("shimmy", "", "tiny-alpha", KEY, Recorded("shimmy/2.6.5-with-api-key", "shimmy/2.6.5-gpu", key=KEY), SHIMMY, {"max_tokens": 100}),
}  # fmt: skip


USER = f"Basic {b64encode(b'user:secret-of-the-proxy').decode()}"
VALUES = {"USER": "user", "PASSWORD": "secret-of-the-proxy"}
NGINX = Recorded("proxy/nginx-1.22-http-on-https-port")
BAD_GATEWAY = as_text("<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body></body></html>", 502, "text/html")


def server_gone(_asked: Asked) -> Answer:
    """A proxy whose server is gone."""
    return BAD_GATEWAY


@dataclass
class World:
    """A configuration, what listens where it leads, and the variables that are set."""

    product: Product
    setup: Setup
    stack: ExitStack
    servers: dict[int, ExitStack] = field(default_factory=dict)
    process: dict[str, str] = field(default_factory=dict)

    def listen(self, handler: Handler, port: int = 0, *, secure: bool = False) -> Double:
        """Lets a server listen, in place of what listened there before."""
        if port in self.servers:
            self.servers.pop(port).close()
        own = self.stack.enter_context(ExitStack())
        double = own.enter_context(serving(handler, port, context=tls("good") if secure else None))
        self.servers[double.port] = own
        return double

    def configure(self, address: str, **block: Any) -> None:
        """Writes the configuration: the product's, with what is given."""
        whole = {"base_url": address, "model": self.product.model, **self.product.block, **block}
        self.setup = Setup(self.setup.folder, self.product.provider, whole).write()

    def check(self, *, generate: bool = False) -> Checkup:
        """What doctor says."""
        return self.setup.check({**TRUSTED, **self.process}, timeout_s=2.0, generate=generate)


def right_key(world: World) -> dict[str, str]:
    """The key in the configuration, where ORBIT's provider can be given one."""
    return {} if world.product.provider in ("ollama", "llama_cpp") else {"api_key": world.product.key}


def healthy(world: World) -> None:
    """All is as it should be."""
    world.configure(world.listen(world.product.server).url + world.product.path, **right_key(world))


def wrong_model(world: World) -> None:
    """The model has another name there."""
    healthy(world)
    world.configure(world.setup.block["base_url"], **right_key(world), model=f"{world.product.model}-it")


def wrong_key(world: World) -> None:
    """Another key than the server's."""
    healthy(world)
    world.configure(world.setup.block["base_url"], api_key="sk-wrong-123456")


def no_key(world: World) -> None:
    """The server wants a key, and none is configured."""
    server = world.product.server if right_key(world) else {"llama_cpp": LLAMA}.get(world.product.provider) or guarded(OLLAMA, KEY)
    world.configure(world.listen(server).url + world.product.path)


def loading(world: World) -> None:
    """The server is not ready yet."""
    world.configure(world.listen(world.product.loading or server_gone).url + world.product.path, **right_key(world))


def wrong_path(world: World) -> None:
    """`/v1` too much."""
    # ORBIT adds it for Shimmy, unless the address ends in exactly that
    too_much = "/v1/" if world.product.provider == "shimmy" else "/v1"
    world.configure(world.listen(world.product.server).url + world.product.path + too_much, **right_key(world))


def wrong_port(world: World) -> None:
    """Nothing listens there."""
    server = world.listen(world.product.server)
    world.servers.pop(server.port).close()
    world.servers[server.port] = world.stack.enter_context(ExitStack())
    world.configure(server.url + world.product.path, **right_key(world))


def https_port(world: World) -> None:
    """A proxy that speaks TLS is called by http."""
    world.configure(world.listen(lambda _asked: NGINX.rows[0].answer).url + world.product.path, **right_key(world))


def to_https(world: World) -> None:
    """A proxy sends its callers to https."""
    secure = world.listen(world.product.server, secure=True)
    moved = world.listen(lambda asked: Answer(301, headers={"location": secure.url + asked.path}))
    world.configure(moved.url + world.product.path, **right_key(world))


def password(world: World) -> None:
    """A proxy wants a user and a password."""

    def answer(asked: Asked) -> Answer:
        if asked.headers.get("authorization") == USER:
            return world.product.open(replace(asked, headers={}))
        return Answer(401, b"<html><head><title>401 Authorization Required</title></head></html>", {"www-authenticate": 'Basic realm="models"'})

    world.configure(world.listen(answer).url + world.product.path, **right_key(world))


def bad_gateway(world: World) -> None:
    """A proxy does not reach the server."""
    world.configure(world.listen(server_gone).url + world.product.path, **right_key(world))


SCENARIOS: dict[str, Callable[[World], None]] = {
    each.__name__: each
    for each in (healthy, wrong_model, wrong_key, no_key, loading, wrong_path, wrong_port, https_port, to_https, password, bad_gateway)
}


IMPOSSIBLE = {
    ("Ollama", "wrong_key"), ("llama-server, by its own provider", "wrong_key"), *((name, "loading") for name in ("Ollama", "Ollama behind a key", "LiteLLM", "vLLM", "Shimmy")),
}  # fmt: skip
"""ORBIT's provider sends no key; the server takes no connection while it loads, or loads with the first request."""


def seen(world: World) -> tuple[str, list[Diagnostic]]:
    """The verdict on the adapter, and what is found above info, with its help; each port by its number in the test."""
    checkup = world.check()
    assert checkup.verdict is not None
    found = [each for each in checkup.report.diagnostics if each.severity > Severity.INFO]
    lines: list[str] = [checkup.verdict.adapters[0].state if checkup.verdict.starts else "no start"]
    for each in found:
        lines += [f"{each.severity.name.lower()} {each.code}: {each.message}", f"  = help: {each.help}"]
    text = "".join(f"  {line}\n" for line in lines)
    for number, port in enumerate(world.servers):
        text = text.replace(str(port), f"<port {number}>")
    return text, found


def carry_out(world: World, diagnostic: Diagnostic) -> None:
    """Does what the help says."""
    other = re.match(r"use the provider `(\w+)`, which sends a key", diagnostic.help)
    if other:
        world.product = world.product._replace(provider=other[1])
        world.configure(world.setup.block["base_url"], api_key=world.product.key)
    elif re.search(r"write `\w+: ", diagnostic.help):
        apply(diagnostic, world.setup.folder)
    for name in re.findall(r"[`{]([A-Z_]+)[`}]", diagnostic.help):
        world.process[name] = VALUES.get(name.rpartition("_")[2], world.product.key)
    port = next(iter(world.servers))
    if diagnostic.help.startswith(("start it: ", "start the server", "wait for it: ", "read the server's log", "let the proxy")):
        world.listen(world.product.server, port)
    elif "base_url: https:" in diagnostic.help and len(world.servers) == 1:
        # what is called by https now is the other side of the same proxy
        world.listen(world.product.server, port, secure=True)


@pytest.mark.parametrize("name", PRODUCTS)
def test_each_fault_is_told_and_cured(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Exactly what the product's file in `matrix/` says; and nothing is left where the help is carried out."""
    texts: list[str] = []
    uncured: dict[str, str] = {}
    for scenario, arrange in SCENARIOS.items():
        if (name, scenario) in IMPOSSIBLE:
            continue
        folder = tmp_path / scenario
        folder.mkdir()
        with ExitStack() as stack:
            world = World(PRODUCTS[name], Setup(folder), stack)
            arrange(world)
            text, found = seen(world)
            texts.append(f"{scenario.replace('_', ' ')}\n{text}")
            if found:
                carry_out(world, found[-1])
            after, _ = seen(world)
            uncured |= {scenario: after} if after != "  answers\n" else {}
    golden, written = Path(__file__).parent / "matrix" / f"{re.sub('[ ,]+', '-', name)}.txt", "\n".join(texts)
    if request.config.getoption("--write-golden"):
        golden.write_text(written, "utf-8")
    assert written == golden.read_text("utf-8")
    assert uncured == {}
