"""Model names that are likely a slip, or another gateway's."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, partial
from typing import Literal, TypeAlias

from orbitcfg.document.tree import KeyPath, Unknown, at, value_at
from orbitcfg.effective.adapters import allowed_models
from orbitcfg.effective.address import is_near, parse_address
from orbitcfg.effective.block import SECTION
from orbitcfg.effective.model_identity import model_identity
from orbitcfg.model_purpose import purpose_of
from orbitcfg.project.config import Config
from orbitcfg.record import NamedTuple
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.suggest import is_slip

_PARTS = re.compile(r"[a-z]+|\d+")
_OPEN_END = ("-", "_", ":", ".", "/", "@")
"""Signs with which no model's name ends; a comma has a rule of its own (ORB309)."""
_SHORTEST, _SHORTEST_SWAPPED = 4, 3
"""Letters of the longer word where one has a letter too many or too few, and where two are swapped: shorter ones are like each other by chance."""

_MOST_COMPARED = 64
"""Names that one is compared with."""

_OF_ITS_OWN = ("nvidia/", "openrouter/", "deepinfra/", "huggingface/", "replicate/", "nearai/", "fugu/", "groq/compound")
"""Beginnings of names by which a provider that serves others' models calls those of its own."""

_CLOSED = frozenset({"openai", "anthropic", "deepseek", "mistral", "xai", "cohere", "perplexity", "moonshot", "zai"})
"""Vendors that serve no models but their own, whose names have no slash."""

_PREFIXES = {
    "aws": ("bedrock", "bedrock/converse", "aws"),
    "azure": ("azure", "azure_ai", "openai"),
    "fireworks": ("fireworks", "fireworks_ai"),
    "gemini": ("gemini", "google", "vertex_ai"),
    "lmstudio": ("lmstudio", "lm_studio"),
    "nvidia": ("nvidia_nim",),
    "ollama": ("ollama", "ollama_chat"),
    "ollama_cloud": ("ollama", "ollama_chat", "ollama_cloud"),
    "ollama_remote": ("ollama", "ollama_chat", "ollama_remote"),
    "together": ("together", "together_ai"),
    "vllm": ("vllm", "hosted_vllm"),
}
"""What gateways put before a provider's names, where that is more than the provider's own name."""

_WITH_VENDOR = {"openrouter": "openai/gpt-4o", "together": "meta-llama/Llama-3.3-70B-Instruct-Turbo"}
"""Providers of others' models alone, all of whose names have a vendor before a slash, and one of these."""


@rule("ORB539", consequence=Consequence.DIFFERENT)
def model_one_slip_away(config: Config) -> Iterator[Finding]:
    """A model's name differs from another one of the same provider by a slip alone.

    By signs and case, as `gpt-oss-20b` for `gpt-oss:20b`, or by a letter too many, too few or before its neighbour; or it ends in a sign. Names that differ in a number or a word
    are two models. To Ollama `m` and `m:latest` are one, and so are `M` and `m`.

    ```yaml bad
    # base: chat
    inference: {ollama: {enabled: true, base_url: "http://localhost:11434", model: "gpt-oss:20b"}}
    adapters: [{name: chat, inference_provider: ollama, model: gpt-oss-20b}]
    ```

    ```yaml good
    # base: chat
    inference: {ollama: {enabled: true, base_url: "http://localhost:11434", model: "gpt-oss:20b"}}
    adapters: [{name: chat, inference_provider: ollama, model: "gpt-oss:20b"}]
    ```
    """
    for provider, names in _by_provider(config).items():
        count = Counter(name for name, _ in names)
        first: dict[str, KeyPath] = {}
        for name, path in names:
            first.setdefault(name, path)
        alike: dict[str, list[str]] = {}
        for name in first:
            alike.setdefault(_shape(name), []).append(name)
        for name, path in first.items():
            others = alike[_shape(name)][:_MOST_COMPARED]
            # Ollama looks names up in any case
            same = {other for other in others if provider.startswith("ollama") and other.lower() == name.lower()}
            meant = _meant(name, [other for other in others if other == name or other not in same], count)
            if meant:
                yield Finding(
                    f"the model `{name}` is a slip away from `{meant}`, which the same provider is asked for as well",
                    path,
                    f"write `{meant}`",
                    value=True,
                    related=(Annotation(config.locate(first[meant], value=True), "the other one"),),
                )
            elif name.endswith(_OPEN_END) and not re.search(r"\s", name):
                yield Finding(
                    f"the model `{name}` ends in `{name[-1]}`, as no model does", path, f"write `{name.rstrip(''.join(_OPEN_END))}`", value=True
                )


@rule("ORB540", consequence=Consequence.ADAPTER_FAILS)
def model_of_another_gateway(config: Config) -> Iterator[Finding]:
    """A model's name is written as another gateway writes it.

    LiteLLM and OpenRouter put the vendor before a slash; ORBIT sends the name as it is, and the vendor itself knows no such model, as OpenRouter knows none without it. On Bedrock a name begins with its vendor and a
    point, and newer models are to be had by an inference profile alone, whose name has a region before the vendor.

    ```yaml bad
    # base: chat
    inference: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: gpt-4o}}
    adapters: [{name: chat, inference_provider: openai, model: openai/gpt-4o}]
    ```

    ```yaml good
    # base: chat
    inference: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: gpt-4o}}
    adapters: [{name: chat, inference_provider: openai, model: gpt-4o}]
    ```
    """
    for asked in config.once(_asked):
        found = _of_gateway(asked) or (_of_bedrock(asked.model) if asked.provider == "aws" else _without_vendor(asked))
        if found is not None:
            message, help_text, consequence, depends_on = found
            yield Finding(message, asked.path, help_text, value=True, consequence=consequence, depends_on=depends_on)


@rule("ORB541", consequence=Consequence.ADAPTER_FAILS)
def model_of_another_kind(config: Config) -> Iterator[Finding]:
    """A model that embeds, ranks, hears, speaks or makes pictures is to chat.

    Its name says what it is. It has no way to answer: the server refuses each request, as Ollama does with `does not support chat`.

    ```yaml bad
    # base: chat
    inference: {ollama: {enabled: true, base_url: "http://localhost:11434", model: nomic-embed-text}}
    adapters: [{name: chat, inference_provider: ollama}]
    ```

    ```yaml good
    # base: chat
    inference: {ollama: {enabled: true, base_url: "http://localhost:11434", model: "gemma3:1b"}}
    adapters: [{name: chat, inference_provider: ollama}]
    ```
    """
    for asked in config.once(_asked):
        does = purpose_of(asked.model) if asked.is_to_chat else None
        if does is not None:
            yield Finding(f"the model `{asked.model}` {does}, and cannot chat", asked.path, "name a model that chats", value=True)


class _Named(NamedTuple):
    """What is wrong with a model's name, what to write, and what follows, where that is not the rule's own consequence or not certain."""

    what: str
    remedy: str
    consequence: Consequence | None = None
    depends_on: str = ""


_Host: TypeAlias = Literal["vendor", "own", "elsewhere"]
"""Whose host is called: the vendor's; a server's of the kind that one runs oneself; or another than the vendor's, or one not known here, which may be any gateway."""


class _Asked(NamedTuple):
    """A model that a provider is asked for, and where it is written."""

    path: KeyPath
    provider: str
    model: str
    is_to_chat: bool
    host: _Host


class _Usual(NamedTuple):
    """Whose host is called where nothing else is written, and the host that means the vendor's own; None where the address says nothing."""

    whose: _Host
    host: str | None = None


def _asked(config: Config) -> tuple[_Asked, ...]:
    """The models that somebody asks for: by adapters and in blocks that serve them, and as choices, whoever answers these."""
    # of few providers there are many models
    usual = cache(partial(_usual_host, config))
    host_of_block = cache(lambda provider: _host_of_block(config, provider, usual(provider)))
    found: dict[KeyPath, _Asked] = {}
    for use in config.uses:
        path, provider, model = use.model.path, use.provider.value, use.model_name
        if path is not None and path not in found and provider is not None and model:
            host = _host(usual(provider), use.url.value, is_written=use.url.decided_at is not None)
            found[path] = _Asked(path, provider, model, use.service == SECTION, host)
    for adapter in config.adapters:
        for choice in allowed_models(adapter):
            place, provider, model = (*choice.path, "model"), choice.text("provider"), choice.text("model")
            if provider and model:
                found.setdefault(place, _Asked(place, provider, model, is_to_chat=True, host=host_of_block(provider)))
    return tuple(found.values())


def _host_of_block(config: Config, provider: str, usual: _Usual) -> _Host:
    row = config.catalog.at(config.tree, (SECTION, provider))
    written = [(SECTION, provider, key) for key in (row.provider.url.keys if row is not None else ()) if at(config.tree, (SECTION, provider, key))]
    return _host(usual, value_at(config.tree, written[0]) if written else None, is_written=bool(written))


def _usual_host(config: Config, provider: str) -> _Usual:
    row = config.catalog.at(config.tree, (SECTION, provider, "base_url"))
    usual = parse_address(str(row.schema.get("default", ""))) if row is not None else None
    if usual is None or is_near(usual.host):
        return _Usual("own" if row is not None else "vendor")
    return _Usual("vendor", usual.host)


def _host(usual: _Usual, address: object, *, is_written: bool) -> _Host:
    if usual.host is None:
        return usual.whose
    given = parse_address(address) if isinstance(address, str) and not isinstance(address, Unknown) else None
    is_elsewhere = given.host != usual.host if given is not None else is_written
    return "elsewhere" if is_elsewhere else usual.whose


def _by_provider(config: Config) -> dict[str, list[tuple[str, KeyPath]]]:
    """The models that each provider is asked for, and where each is written: in blocks, by adapters and their choices."""
    found: dict[str, dict[KeyPath, str]] = {}
    for provider in config.providers:
        model = provider.text("model")
        if model:
            found.setdefault(provider.name, {})[(*provider.path, "model")] = model
    for asked in config.once(_asked):
        found.setdefault(asked.provider, {})[asked.path] = asked.model
    # what stands around a name has a rule of its own (ORB309)
    return {
        provider: [(model_identity(provider, name.strip().rstrip(",;")), path) for path, name in names.items()] for provider, names in found.items()
    }


def _meant(name: str, alike: list[str], count: Counter[str]) -> str | None:
    """The other name that a slip made of it: the one that more ask for, of equals the one that stands first."""

    def likely(each: str) -> tuple[bool, int, int]:
        return not each.endswith(_OPEN_END), count[each], -alike.index(each)

    return next((other for other in alike if other != name and likely(other) > likely(name) and _is_slip(name, other)), None)


def _shape(name: str) -> str:
    """What two names have in common that are a slip apart: their digits."""
    return "".join(character for character in name if character.isdigit())


def _is_slip(name: str, other: str) -> bool:
    """Whether only signs or case part two names, or one slip of letters in one of their words."""
    parts, others = _PARTS.findall(name.lower()), _PARTS.findall(other.lower())
    if "".join(parts) == "".join(others):
        return True
    unlike = [(one, two) for one, two in zip(parts, others, strict=False) if one != two]
    return len(parts) == len(others) and len(unlike) == 1 and _is_slip_of_letters(*unlike[0])


def _is_slip_of_letters(one: str, two: str) -> bool:
    # a letter in the place of another makes two names: `mistral`, `mixtral`
    is_swapped = sorted(one) == sorted(two) and len(one) >= _SHORTEST_SWAPPED
    is_longer = len(one) != len(two) and max(len(one), len(two)) >= _SHORTEST
    return (is_swapped or is_longer) and is_slip(one, two)


def _of_gateway(asked: _Asked) -> _Named | None:
    prefix, slash, rest = asked.model.partition("/")
    # at an address of its own it may be any gateway that is asked
    if not slash or not rest or asked.host == "elsewhere" or asked.model.startswith(_OF_ITS_OWN):
        return None
    if prefix not in _PREFIXES.get(asked.provider, (asked.provider,)) and asked.provider not in _CLOSED:
        return None
    return _Named(
        f"`{asked.model}` is the name that a gateway gives the model: `{asked.provider}` is sent it unchanged, and knows no such model",
        f"write `{rest}`",
        depends_on="what the server serves" if asked.host == "own" else "",
    )


def _without_vendor(asked: _Asked) -> _Named | None:
    if asked.provider not in _WITH_VENDOR or asked.host == "elsewhere" or "/" in asked.model:
        return None
    what = (
        f"`{asked.model}` has no vendor before a slash, as all names of models at `{asked.provider}` have, such as `{_WITH_VENDOR[asked.provider]}`"
    )
    return _Named(what, "put the vendor and a slash before it", depends_on="what the gateway takes")


def _of_bedrock(model: str) -> _Named | None:
    if not re.match(r"arn:|(?:[a-z-]+\.)?[a-z0-9]+\.[a-z]", model):
        return _Named(
            f"`{model}` is no name of a model on Bedrock: it lacks the vendor, as in `anthropic.{model}`", "put the vendor and a point before it"
        )
    if re.match(r"anthropic\.claude-(?:3-7|(?:sonnet|opus|haiku)-\d)|meta\.llama(?:3-[23]|4)|amazon\.nova-premier|deepseek\.r1", model):
        what = f"`{model}` is mostly to be had by an inference profile alone, which has a region before the vendor"
        return _Named(what, f"write `us.{model}`, or the profile of your region", Consequence.HYGIENE)
    return None


RULES = (model_one_slip_away, model_of_another_gateway, model_of_another_kind)
