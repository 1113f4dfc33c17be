"""Servers that answer with nonsense and with the key that they were sent, in every field of every reply, by a seed; and what must hold whatever they send.

`run` is one run of doctor on thirty such servers. The suite makes a few, a longer search many.
"""

import base64
import html
import json
import random
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, unquote

import yaml

from orbitcfg.commands.doctor.bundle import bundled
from orbitcfg.commands.doctor.checkup import Checkup
from orbitcfg.commands.doctor.command import doctor
from orbitcfg.commands.doctor.html import page
from orbitcfg.commands.doctor.request import Request
from orbitcfg.commands.formats import render
from orbitcfg.files.store import Disk
from orbitcfg.observed.check import ProbeFault
from orbitcfg.report.style import Style
from tests.live.doubles import Answer, Asked, Handler, serving
from tests.live.doubles.llama_server import LlamaServer
from tests.live.doubles.lmstudio import LmStudio
from tests.live.doubles.ollama import Ollama
from tests.live.doubles.openai import OpenAi
from tests.live.doubles.sglang import Sglang
from tests.live.doubles.shimmy import Shimmy
from tests.live.doubles.vllm import Vllm

DEADLINE_S = 15.0
"""Of one run, which takes about a second."""
SLACK_S = 3.0
"""What rules and renderers may take behind it."""
RUN = 8
"""So many characters of a key in a row are a leak."""

OPENAI_LIKE = (
    *("openai", "groq", "mistral", "deepseek", "fireworks", "perplexity", "together", "xai", "cohere", "nvidia"),
    *("cerebras", "deepinfra", "moonshot", "minimax", "nearai", "nebius", "venice", "scaleway", "fugu"),
)
LOCAL: Mapping[str, Callable[[], Handler]] = {
    "shimmy": lambda: Shimmy("2.6.5"),
    "vllm": Vllm,
    "sglang": Sglang,
    "llama_cpp": LlamaServer,
    "lmstudio": LmStudio,
    "tensorrt": Vllm,
    "bitnet": LlamaServer,
    "ollama": Ollama,
    "ollama_remote": Ollama,
    "ollama_cloud": Ollama,
    "anthropic": Vllm,
}

KEYLESS = ("llama_cpp", "ollama")
"""Those that ORBIT sends no key."""

RAW = "@@raw@@"
"""Stands for JSON that Python does not write."""
RAWS = (
    "NaN",
    "-Infinity",
    "1e999",
    "9" * 5000,
    "[" * 5000 + "]" * 5000,
    "[" * 200 + "]" * 200,
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u0000"',
    '{"a": 1, "a": 2}',
    "01",
)
NONSENSE: tuple[object, ...] = (
    None,
    True,
    False,
    0,
    5,
    -1,
    0.5,
    10**400,
    2**63,
    "",
    " ",
    "x" * 100_000,
    "\x1b[2J\x07",
    "\u202eevil\u2066",
    "a\n::error::b",
    "<script>alert(1)</script>",
    "`code`",
    [],
    [[]],
    [None, 5, "a"],
    {},
    {"a": {}},
    {"message": 5},
    [{}] * 300,
)
HEADERS = ("server", "content-type", "location", "content-encoding", "set-cookie", "retry-after", "www-authenticate", "x-request-id")


def written(key: str, dice: random.Random) -> str:
    """A key as a server may write it, as JSON text in quotes."""
    escaped = "".join(f"\\u{ord(each):04x}" for each in key)
    middle = len(key) // 2
    forms = (
        json.dumps(key),
        json.dumps(f"Incorrect API key provided: {key}."),
        f'"{escaped}"',
        f'"{key[:5]}\\u{ord(key[5]):04x}{key[6:]}"'.replace("/", "\\/").replace("<", "\\u003c").replace("&", "\\u0026"),
        json.dumps(html.escape(key)),
        json.dumps("".join(f"&#{ord(each)};" for each in key)),
        json.dumps("".join(f"&#x{ord(each):x};" for each in key)),
        json.dumps(quote(key, safe="")),
        json.dumps(quote(quote(key, safe=""))),
        json.dumps("".join(f"%{ord(each):02X}" for each in key)),
        json.dumps(json.dumps({"key": key})),
        json.dumps(base64.b64encode(key.encode()).decode()),
        json.dumps(base64.b64encode(f"user:{key}".encode()).decode()),
        json.dumps(key.upper()),
        json.dumps(key[3:]),
        json.dumps(key[:-3]),
        json.dumps(key[3:-3]),
        json.dumps("y" * dice.randrange(270, 300) + key),
        json.dumps("z" * dice.randrange(4080, 4100) + key),
        json.dumps(f"{key[:middle]}\n{key[middle:]}"),
        json.dumps(" ".join(key)),
        json.dumps("\u200b".join(key)),
        json.dumps(f"http://{key}@host/{key}?api_key={key}#{key}"),
        f"{{{json.dumps(key)}: {json.dumps([key])}}}",
        json.dumps([key, {"a": key}]),
    )
    return dice.choice(forms)


@dataclass
class Hostile:
    """A server that answers as a product does, with something else in some places of each answer."""

    product: Handler
    key: str
    dice: random.Random
    share: float
    done: list[str] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Answer:
        """The answer to a request; what is odd about it is kept in `done`."""
        answer = self.product(asked)
        if self.dice.random() > self.share:
            return answer
        what = self.dice.choice((self.with_odd_fields,) * 6 + (self.with_odd_headers, self.with_odd_status, self.with_odd_body))
        self.done.append(f"{asked.path}: {what.__name__}")
        return what(answer)

    def with_odd_fields(self, answer: Answer) -> Answer:
        """With some values of its JSON replaced."""
        if answer.frames is not None:
            return replace(answer, frames=tuple(self.cut([self.odd_frame(frame) for frame in answer.frames])))
        return replace(answer, body=self.odd_json(answer.body))

    def odd_frame(self, frame: bytes) -> bytes:
        """A piece of a stream with some values of its JSON replaced."""
        head, start, rest = frame.partition(b"{")
        return head + self.odd_json(start + rest.rstrip()) + frame[len(frame.rstrip()) :] if start else frame

    def cut(self, frames: list[bytes]) -> Iterator[bytes]:
        """The same bytes in other pieces."""
        whole = b"".join(frames)
        while whole:
            size = self.dice.choice((1, 7, 50, 100_000))
            yield whole[:size]
            whole = whole[size:]

    def odd_json(self, content: bytes) -> bytes:
        """A JSON text with some of its values replaced; of any other text a JSON text that is odd as a whole."""
        try:
            value = json.loads(content)
        except ValueError:
            value = None
        raw: list[str] = []
        for _ in range(self.dice.choice((1, 1, 1, 2, 4))):
            value = self.replaced(value, raw)
        text = json.dumps(value, ensure_ascii=False)
        for each in raw:
            text = text.replace(f'"{RAW}"', each, 1)
        return text.encode("utf-8", "replace")

    def replaced(self, value: object, raw: list[str]) -> object:
        """A value with one place in it replaced."""
        match value:
            case dict() if value and self.dice.random() < 0.85:
                key = self.dice.choice(list(value))
                return {name: self.replaced(each, raw) if name == key else each for name, each in value.items()}
            case list() if value and self.dice.random() < 0.85:
                index = self.dice.randrange(len(value))
                return [self.replaced(each, raw) if place == index else each for place, each in enumerate(value)]
        if self.dice.random() < 0.5:
            return self.dice.choice(NONSENSE)
        raw.append(self.dice.choice(RAWS) if self.dice.random() < 0.3 else written(self.key, self.dice))
        return RAW

    def with_odd_headers(self, answer: Answer) -> Answer:
        """With a header that holds the key, or none of the values that it may have."""
        text = json.loads(written(self.key, self.dice)) if self.dice.random() < 0.7 else self.dice.choice(("", "x" * 9000, "gzip", "é", ";;", "\t"))
        value = re.sub(r"[\r\n\u0100-\uffff]+", " ", str(text))
        return replace(answer, headers={**answer.headers, self.dice.choice(HEADERS): value})

    def with_odd_status(self, answer: Answer) -> Answer:
        """With another status, a reason and a message that hold the key, or a redirect."""
        status = self.dice.choice((201, 204, 301, 302, 307, 400, 401, 403, 404, 418, 429, 500, 502, 503, 599, 999))
        targets = (
            f"http://{self.key}.example/",
            f"//h/{self.key}",
            "http://[::1",
            "http://h:99999999/",
            "\x7f",
            f"?{self.key}",
            "http://" + "h" * 70_000,
        )
        body = self.odd_json(b'{"error": {"message": "m", "type": "t", "code": "c"}}')
        return Answer(status, body, {"content-type": "application/json", "location": self.dice.choice(targets)}, reason=self.key)

    def with_odd_body(self, answer: Answer) -> Answer:
        """With a body that is no JSON."""
        texts = (
            self.key,
            f"<html><title>{html.escape(self.key)}</title>",
            f"Unauthorized: {quote(self.key)}",
            "data: data: {}\n\n" * 1000,
            "data: {",
            "[" * 100_000,
            '{"id": "a"},' * 1000,
            json.dumps({"data": [{"id": f"model-{number}"} for number in range(30_000)]}),
            "\x00\xff",
            "",
            f"{'w' * 295}{self.key}",
        )
        return replace(answer, body=self.dice.choice(texts).encode("latin-1"), frames=None)


def run(seed: int) -> list[str]:
    """What does not hold of a run with this seed, in words; nothing where all is well."""
    dice = random.Random(seed)
    share = dice.choice((0.1, 0.3, 0.7))
    keys = {name: f"sk-{dice.getrandbits(64):016x}+/&<{dice.getrandbits(64):016x}" for name in (*OPENAI_LIKE, *LOCAL)}
    products: dict[str, Handler] = {name: OpenAi(keys[name]) for name in OPENAI_LIKE} | {name: make() for name, make in LOCAL.items()}
    servers = {name: Hostile(products[name], keys[name], random.Random(dice.getrandbits(64)), share) for name in keys}
    process = {f"KEY_{name.upper()}": key for name, key in keys.items()}
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        urls = {name: stack.enter_context(serving(server)).url for name, server in servers.items()}
        configure(Path(folder), urls)
        began = time.monotonic()
        try:
            request = Request(generate=True, billable=True, timeout_s=3.0, deadline_s=DEADLINE_S, smoke="never")
            checkup = doctor(folder, request, files=Disk(folder), process=process)
            outputs = dict(rendered(checkup, folder, process))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            return [f"seed {seed}: {error!r}"[:500]]
        took = time.monotonic() - began
    faults = [f"seed {seed}: {took:.1f} s"] if took > DEADLINE_S + SLACK_S else []
    for result in checkup.results:
        if result.fault in (ProbeFault.INTERNAL, ProbeFault.DEADLINE):
            provider = result.target.provider
            faults.append(f"seed {seed}: {provider}: {result.fault.value} {result.fault_detail}; {servers[provider].done}")
    if checkup.crashed:
        faults.append(f"seed {seed}: it crashed: {[each.message for each in checkup.report.diagnostics if each.code == 'ORB901']}")
    sent = {name: key for name, key in keys.items() if name not in KEYLESS}
    return faults + [f"seed {seed}: {leak}" for leak in leaks(outputs, sent)]


def configure(folder: Path, urls: Mapping[str, str]) -> None:
    """A configuration with a provider for each server, and an adapter for each provider."""
    models = {"shimmy": "tiny-alpha", "llama_cpp": "gemma", "lmstudio": "qwen2.5-7b-instruct", "ollama": "llama3.2"}
    blocks = {
        name: {
            "enabled": True,
            "base_url": url if name in LOCAL else f"{url}/v1",
            "model": models.get(name, "tiny-alpha" if name in LOCAL else "gpt-5"),
            **({} if name in KEYLESS else {"api_key": f"${{KEY_{name.upper()}}}"}),
            **({"mode": "api"} if name in ("vllm", "llama_cpp", "bitnet", "tensorrt") else {}),
        }
        for name, url in urls.items()
    }
    adapters = [
        {
            "name": f"chat-{name}",
            "enabled": True,
            "type": "passthrough",
            "datasource": "none",
            "adapter": "conversational",
            "implementation": "implementations.passthrough.conversational.ConversationalImplementation",
            "inference_provider": name,
        }
        for name in urls
    ]
    general = {"port": 9, "inference_provider": "shimmy"}
    (folder / "config").mkdir()
    content = {"general": general, "embedding": {"enabled": False}, "inference": blocks, "adapters": adapters}
    (folder / "config" / "config.yaml").write_text(yaml.safe_dump(content, sort_keys=False))


def rendered(checkup: Checkup, folder: str, process: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Every output of a checkup, by its name. Raises where one cannot be written as UTF-8."""
    yield "full", render(checkup, "full", Style(verbose=True))
    yield "json", render(checkup, "json", Style())
    yield "html", page(checkup)
    for name, text in bundled(checkup, folder, files=Disk(folder), process=process).files.items():
        yield f"bundle/{name}", text
    yield "repr", repr((checkup.results, checkup.report))


def leaks(outputs: Mapping[str, str], keys: Mapping[str, str]) -> Iterator[str]:
    """The outputs that hold a part of a key, plain or in some disguise."""
    parts = {key[start : start + RUN].lower(): name for name, key in keys.items() for start in range(len(key) - RUN + 1)}
    for name, text in outputs.items():
        text.encode("utf-8")
        for form in disguises(text):
            for start in range(len(form) - RUN + 1):
                if form[start : start + RUN] in parts:
                    yield f"{name} holds a part of the key of {parts[form[start : start + RUN]]}: …{form[max(start - 60, 0) : start + 40]}…"
                    break


def disguises(text: str) -> Iterator[str]:
    """A text, and how it reads without escapes, without blanks, in small letters."""
    for form in (text, re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)):
        yield re.sub("[\\s\u200b]", "", form).lower()
    yield re.sub("[\\s\u200b]", "", html.unescape(html.unescape(unquote(unquote(text))))).lower()
    # what is base64, decoded
    coded = re.findall(r"[A-Za-z0-9+/]{16,}", text)
    yield " ".join(base64.b64decode(each[: len(each) // 4 * 4]).decode("latin-1") for each in coded).lower()
