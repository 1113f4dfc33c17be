"""What ORBIT's clients made of addresses and keys, and what the model says of the same configurations."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from orbitcfg.catalog.rows import Catalog
from orbitcfg.catalog.specs import ProviderSpec
from orbitcfg.catalog.store import shipped_store
from orbitcfg.compile.environment import Environment, EnvVariable
from orbitcfg.document.source import Source
from orbitcfg.document.tree import Mapping
from orbitcfg.document.yaml_reader import parse
from orbitcfg.effective.block import plain_block
from orbitcfg.effective.outcome import outcome_of
from orbitcfg.effective.request import Refusal
from tests.shared import read_facts

CATALOG = Catalog(shipped_store())
SECTIONS = {
    "inference": ("inference", ""),
    "embedding": ("embeddings", "embedding"),
    "reranking": ("rerankers", "reranking"),
    "moderation": ("moderations", "moderation"),
    "vision": ("visions", "vision"),
    "image_generation": ("image_generation", "image"),
    "video_generation": ("video_generation", "video"),
    "stt": ("stt_providers", "speech-to-text"),
    "tts": ("tts_providers", "text-to-speech"),
    "ocr": ("ocr", "ocr"),
}
"""For each service as the runs name it: its section, and its name to the rows of `providers`."""

GROUPS = ("address_key", "address", "key", "hostport", "proxy")
PROXIES = frozenset({"HTTP_PROXY socks", "ALL_PROXY socks5h loopback", "HTTP_PROXY bad", "HTTP_PROXY noscheme"})
"""The runs with a proxy that show what the client makes of it, and nothing of the network."""
PORT: Final = "45678"
KEY = "sk-ant-test-0123456789abcdef"
OTHER = "https://orbit-test.invalid"
"""The endpoint that the runs of Azure had where another key was tried."""

_TARGET = re.compile(r"(?:https?|wss?)://(\[[^\]]*\]|[^/:\s?#]+)(?::(\{\w+\}|\d*))?(?=[/?]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what was tried, and what came of it: a method with a target, or the stage at which the client gave up."""

    family: str
    provider: str
    group: str
    variant: str
    measured: tuple[str, ...]
    predicted: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether the model says what was measured."""
        return self.measured == self.predicted

    @property
    def name(self) -> str:
        """What was tried."""
        return f"{self.provider} {self.group} {self.variant}"


def runs(name: str = "addresses/addresses") -> Iterator[Run]:
    """All runs of addresses and keys that there are."""
    for row in read_facts(name)["rows"]:
        provider = f"{row['service']}.{row['provider']}{'~floor' if row.get('sdk') == 'floor' else ''}"
        for group in GROUPS:
            for variant, run in row["rows"].get(group, {}).items():
                if not _is_decided(row, group, variant, run):
                    continue
                seen, said = measured(run), predicted(row, group, variant, run)
                yield Run(row["family"].split()[0], provider, group, variant, _of_interest(group, seen), _of_interest(group, said))


def _is_decided(row: dict[str, Any], group: str, variant: str, run: dict[str, Any]) -> bool:
    """Whether a run shows what today's client does. The oldest libraries are no longer that; what nobody heard shows no header; gRPC was cut short."""
    call = run.get("call", {})
    if group == "proxy" and variant not in PROXIES:
        return False
    if row.get("sdk") == "floor" or ("attempts" in call and group in ("key", "proxy") and "resolved_hosts" in call):
        return False
    if row["family"].startswith("M") and any("no end within" in each or "AioRpcError" in each for each in call.get("error", ())):
        return "requests" in call
    # where no server was, the warm-up came to nothing, and the call was never tried
    return not (row["provider"].startswith("ollama") and row["service"] in ("stt", "tts") and {"attempts", "requests"} & set(call))


def _of_interest(group: str, outcome: tuple[str, ...]) -> tuple[str, ...]:
    """Of a key: whether it was sent, and where it was not, when the client gave up. Ollama's warm-up, which is all that an absent server hears of, stands for its call."""
    if group in ("key", "proxy"):
        return outcome if outcome in (("construct",), ("init",), ("call",), ("nothing",)) else ("sent",)
    return tuple(re.sub(r"^(http://.*/api/)(?:generate|chat)$", r"\1*", each) for each in outcome)


def measured(run: dict[str, Any]) -> tuple[str, ...]:
    """What came of a run."""
    if "error" in run.get("construct", {}):
        return ("construct",)
    init, call = run.get("init", {}), run.get("call", {})
    for heard in ("requests", "attempts"):
        tried = [re.sub(r"( x\d+)?( @\w+)?( x\d+)?$", "", each) for each in call.get(heard, ())]
        posts = [each for each in tried if not each.startswith("GET ")] or tried
        if posts:
            method, _, target = posts[-1 if heard == "requests" else 0].partition(" ")
            # what is no HTTP was heard as a handshake
            if method.startswith("("):
                return ("TLS",) if "TLS" in posts[-1] else ("HTTP/2",)
            if heard == "requests" or _is_sent(target):
                return (method, _plain(target))
    for place in call.get("resolved_hosts", ()):
        if not place.startswith(":"):
            return ("host", place.rpartition(":")[0])
    return ("init",) if "error" in init or init.get("result") == "False" else ("call",)


def _is_sent(target: str) -> bool:
    """Whether an attempt that no server heard went out: the server at `{OK}` hears all that comes."""
    found = _TARGET.match(target)
    port = found[2] if found else None
    local = found is not None and found[1].strip("[]").lower() in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "127.1") and port == "{OK}"
    return found is not None and not local and not (port is not None and port.isdecimal() and int(port) > 65535)


def _plain(target: str) -> str:
    """A target without what does not show at the other end: user, empty port, the place of the recording server."""
    target = target.replace(PORT, "{OK}")
    target = re.sub(r"^(\w+://)[^/@]*@", r"\1", target)
    target = re.sub(r"^(\w+://[^/:]+):(?=/)", r"\1", target)
    return re.sub(r"^(?:https?|wss?)://(?:127\.0\.0\.1|localhost|\[::1\]|0\.0\.0\.0|127\.1):\{OK\}(?=[/?])", "", target)


def predicted(row: dict[str, Any], group: str, variant: str, run: dict[str, Any]) -> tuple[str, ...]:
    """What the model says of a run."""
    section, service = SECTIONS[row["service"]]
    provider, _, elsewhere = row["provider"].partition("@")
    # most OCR is vision: its provider makes the other in its own initialize()
    is_vision = _spec(section, provider).protocol == "vision"
    section = "visions" if is_vision else section
    block, variables = _block(row, group, variant, run, _spec(section, provider))
    tree = {section: {provider: {} if elsewhere else block}, **({elsewhere: {provider: block}} if elsewhere else {})}
    node, _ = parse(Source("a.yaml", json.dumps(tree, ensure_ascii=False)))
    assert isinstance(node, Mapping)
    environment = Environment({name: EnvVariable(value, "process") for name, value in variables.items()})
    made = outcome_of(node, plain_block(node, CATALOG, (section, provider)), environment, service=service).request
    if made is None:
        return ("nothing",)
    if isinstance(made, Refusal):
        return ("init",) if is_vision and made.stage == "construct" else (made.stage,)
    if row["family"].startswith("M"):
        return ("TLS",) if made.url.startswith("https:") else ("HTTP/2",)
    if PORT in made.url and made.url.startswith("https:"):
        return ("TLS",)
    return ("host", made.url.split("/")[2]) if provider == "aws" else (made.method, _plain(made.url))


def _spec(section: str, provider: str) -> ProviderSpec:
    found = CATALOG.at(None, (section, provider))
    return ProviderSpec() if found is None else found.provider


def _block(row: dict[str, Any], group: str, variant: str, run: dict[str, Any], spec: ProviderSpec) -> tuple[dict[str, Any], dict[str, str]]:
    """The block of a run, and its variables."""
    block: dict[str, Any] = {"enabled": True, "model": "m", "api_key": KEY, "api_version": "2024-06-01", "region": "ca-central-1"}
    block |= {"access_key": "AKIA", "secret_access_key": "s"} if row["provider"] == "aws" else {}
    if spec.modes is not None and "api" in spec.modes.values:
        block[spec.modes.key] = "api"
    used, variables = row.get("address_key_used"), {}
    if row["provider"] == "azure":
        block["endpoint"] = OTHER
    if group == "address" and variant != "absent":
        block[used or "base_url"] = _filled(run["value"])
    elif group in ("address_key", "hostport"):
        block |= {key: _filled(value) for key, value in run["config"].items()}
        if "port" in run["config"] and isinstance(block["port"], int) and block["port"] > 1000:  # the recording server's own
            block["port"] = block["port"] if variant == "port out of range" else int(PORT)
    elif group == "proxy":
        block[used or "base_url"] = f"http://127.0.0.1:{PORT}/v1"
        variables = {name: value.replace("{PROXY}", "9") for name, value in run["env"].items()}
    elif group == "key":
        block[used or "base_url"] = f"http://127.0.0.1:{PORT}/v1"
        variables = _key(block, variant, run, spec)
    return block, variables


def _key(block: dict[str, Any], variant: str, run: dict[str, Any], spec: ProviderSpec) -> dict[str, str]:
    """Writes the key of a run into a block; what it needs of the environment."""
    own = spec.api_key.env[0] if spec.api_key.env else "OTHER_API_KEY"
    match variant:
        case "absent" | "env_only":
            del block["api_key"]
        case "placeholder" if spec.api_key.env_wins:
            # those clients take it for none
            block["api_key"] = ""
        case "env_and_config" | "env_empty_config_set" | "env_nl":
            block["api_key"] = "CFGKEY0123456789"
        case _:
            block["api_key"] = _filled(run["value"])
    given = {"env_and_config": "ENVKEY0123456789", "env_only": "ENVKEY0123456789", "env_empty_config_set": "", "env_nl": "ENVKEY0123456789\n"}
    return {own: given[variant]} if variant in given else {}


def _filled(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("{OK}", PORT).replace("(100000 k)", "k" * 100_000)
    return [_filled(each) for each in value] if isinstance(value, list) else value
