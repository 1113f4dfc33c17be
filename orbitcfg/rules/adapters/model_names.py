"""Model names that are likely a slip, or another gateway's."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from orbitcfg.document.tree import KeyPath, Sequence, Unknown, at, child, value_at
from orbitcfg.effective.block import SECTION
from orbitcfg.effective.model_identity import model_identity
from orbitcfg.model_purpose import purpose_of
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.suggest import is_slip

_PARTS = re.compile(r"[a-z]+|\d+")
_OPEN_END = re.compile(r"[-_:./@]\Z")
"""Signs with which no model's name ends; a comma has a rule of its own (ORB309)."""
_SHORTEST, _SHORTEST_SWAPPED = 4, 3
"""Letters of the longer word where one has a letter too many or too few, and where two are swapped: shorter ones are like each other by chance."""

_MOST_COMPARED = 64
"""Names that one is compared with."""

_PREFIXES_OF_OWN = frozenset({"nvidia", "openrouter"})
"""Providers whose own models have the provider's name before a slash."""

_BEDROCK = re.compile(r"arn:|(?:[a-z-]+\.)?[a-z0-9]+\.[a-z]")
_NEEDS_PROFILE = re.compile(r"anthropic\.claude-(?:3-7|(?:sonnet|opus|haiku)-\d)|meta\.llama(?:3-[23]|4)|amazon\.nova-premier|deepseek\.r1")


@rule("ORB539", consequence=Consequence.DIFFERENT)
def model_one_slip_away(config: Config) -> Iterator[Finding]:
    """A model's name differs from another one of the same provider by a slip alone.

    By signs and case, as `gpt-oss-20b` for `gpt-oss:20b`, or by a letter too many, too few or before its neighbour; or it ends in a sign. Names that differ in a number or a word
    are two models. To Ollama `m` and `m:latest` are one.

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
    for names in _by_provider(config).values():
        count = Counter(name for name, _ in names)
        first: dict[str, KeyPath] = {}
        for name, path in names:
            first.setdefault(name, path)
        alike: dict[str, list[str]] = {}
        for name in first:
            alike.setdefault(_shape(name), []).append(name)
        for name, path in first.items():
            meant = _meant(name, alike[_shape(name)][:_MOST_COMPARED], count)
            if meant:
                yield Finding(
                    f"the model `{name}` is a slip away from `{meant}`, which the same provider is asked for as well",
                    path,
                    f"write `{meant}`",
                    value=True,
                    related=(Annotation(config.locate(first[meant], value=True), "the other one"),),
                )
            elif _OPEN_END.search(name):
                yield Finding(f"the model `{name}` ends in `{name[-1]}`, as no model does", path, f"write `{name.rstrip('-_:./@')}`", value=True)


@rule("ORB540", consequence=Consequence.ADAPTER_FAILS)
def model_of_another_gateway(config: Config) -> Iterator[Finding]:
    """A model's name is written as another gateway writes it.

    LiteLLM and OpenRouter put the vendor before a slash; ORBIT sends the name as it is, and the vendor itself knows no such model. On Bedrock a name begins with its vendor and a
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
        found = _of_bedrock(asked.model) if asked.provider == "aws" else _of_gateway(asked)
        if found is not None:
            message, help_text, consequence = found
            yield Finding(message, asked.path, help_text, value=True, consequence=consequence)


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


class _Asked(NamedTuple):
    """A model that a provider is asked for, and where it is written; `has_address`: at an address that is written too."""

    path: KeyPath
    provider: str
    model: str
    is_to_chat: bool
    has_address: bool


def _asked(config: Config) -> tuple[_Asked, ...]:
    """The models that somebody asks for: by adapters and in blocks that serve them, and as choices, whoever answers these."""
    found: dict[KeyPath, _Asked] = {}
    for use in config.uses:
        path, provider, model = use.model.path, use.provider.value, use.model_name
        if path is not None and provider is not None and model:
            found.setdefault(path, _Asked(path, provider, model, use.service == SECTION, use.url.decided_at is not None))
    for adapter in config.adapters:
        listed = child(adapter.node, "allowed_models")
        for index, item in enumerate(listed.items if isinstance(listed, Sequence) else ()):
            place, served_by, named = (*adapter.path, "allowed_models", index, "model"), value_at(item, ("provider",)), value_at(item, ("model",))
            if isinstance(served_by, str) and isinstance(named, str) and named and not isinstance(named, Unknown):
                has_address = at(config.tree, (SECTION, served_by, "base_url")) is not None
                found.setdefault(place, _Asked(place, served_by, named, is_to_chat=True, has_address=has_address))
    return tuple(found.values())


def _by_provider(config: Config) -> dict[str, list[tuple[str, KeyPath]]]:
    """The models that each provider is asked for, and where each is written: in blocks, by adapters and their choices."""
    found: dict[str, dict[KeyPath, str]] = {}
    for provider in config.providers:
        model = provider.text("model")
        if model:
            found.setdefault(provider.name, {})[(*provider.path, "model")] = model
    for asked in config.once(_asked):
        found.setdefault(asked.provider, {})[asked.path] = asked.model
    return {provider: [(model_identity(provider, name), path) for path, name in names.items()] for provider, names in found.items()}


def _meant(name: str, alike: list[str], count: Counter[str]) -> str | None:
    """The other name that a slip made of it: the one that more ask for, of equals the one that stands first."""

    def likely(each: str) -> tuple[bool, int, int]:
        return not _OPEN_END.search(each), count[each], -alike.index(each)

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


def _of_gateway(asked: _Asked) -> tuple[str, str, Consequence | None] | None:
    prefix, slash, rest = asked.model.partition("/")
    is_named = prefix == asked.provider and asked.provider not in _PREFIXES_OF_OWN
    # at an address of its own it may be any gateway that is asked
    if not slash or not rest or (asked.has_address and not is_named) or not (is_named or asked.provider == "openai"):
        return None
    return (
        f"`{asked.model}` is the name that a gateway gives the model: `{asked.provider}` gets it as it is, and knows none of this name",
        f"write `{rest}`",
        None,
    )


def _of_bedrock(model: str) -> tuple[str, str, Consequence | None] | None:
    if not _BEDROCK.match(model):
        return (
            f"`{model}` is no name of a model on Bedrock: it lacks the vendor, as in `anthropic.{model}`",
            "put the vendor and a point before it",
            None,
        )
    if _NEEDS_PROFILE.match(model):
        what = f"`{model}` is mostly to be had by an inference profile alone, which has a region before the vendor"
        return what, f"write `us.{model}`, or the profile of your region", Consequence.HYGIENE
    return None


RULES = (model_one_slip_away, model_of_another_gateway, model_of_another_kind)
