"""Adapters whose type needs a service that is off or has no provider."""

from collections.abc import Iterator

from orbitcfg.document.tree import KeyPath, at, value_at
from orbitcfg.effective.adapters import REALTIME, VECTOR_FAMILIES, Adapter
from orbitcfg.effective.service import SERVICES, needs_default
from orbitcfg.effective.switches import SWITCH
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule

_OF_FILES = frozenset({"file", "multimodal"})
"""Kinds of adapters that search uploaded files."""

_GENERATED = {kind: service for service in SERVICES if service.name in ("image", "video") for kind in service.kinds}
"""The service that draws or films, by the type of adapter that lives on it."""


@rule("ORB504", consequence=Consequence.ADAPTER_FAILS)
def service_off(config: Config) -> Iterator[Finding]:
    """An adapter needs a service that is switched off.

    Images and videos are off until `image.enabled` and `video.enabled` say otherwise, MCP until `mcp_clients.enabled` does; speech is off while `tts` and `stt` both are.
    ORBIT lists the adapter all the same, and each request fails. Beside `vision.enabled: false` an
    adapter's `vision_provider` is a warning, as beside `stt.enabled: false` its `stt_provider`: uploaded pictures and recordings are marked as failed.

    ```yaml bad
    # base: painter
    image: {enabled: false}
    ```

    ```yaml bad
    # base: chat
    stt: {enabled: false, provider: whisper}
    adapters: [{name: chat, stt_provider: whisper}]
    ```

    ```yaml good
    # base: painter
    image: {enabled: true}
    ```
    """
    for adapter in config.adapters:
        switch = _switch_that_is_off(config, adapter)
        if switch is not None:
            name = config.format_path(switch)
            there = at(config.tree, switch) is not None
            yield Finding(
                f"adapter `{adapter.name}` needs `{name}`, which is {'off' if there else 'missing, and counts as off'}: each request fails",
                (*adapter.path, "type"),
                f"write `{name}: true`",
                value=True,
                blames=switch[:1] if at(config.tree, switch[:1]) is None else switch,
                shares_cause=at(config.tree, switch[:1]) is not None,
                dormant=True,
                related=(Annotation(config.locate(switch), "switched off here"),) if there else (),
            )
    yield from _providers_without_service(config)


@rule("ORB505", consequence=Consequence.ADAPTER_FAILS)
def default_provider_missing(config: Config) -> Iterator[Finding]:
    """A generating adapter names no provider, and its service names none either.

    Each request fails.

    ```yaml bad
    # base: chat
    image: {enabled: true}
    image_generation: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: gpt-image-1}}
    rewriters: {image: {template: "{message}"}}
    adapters: [{name: chat, type: image_generation, adapter: multimodal, implementation: implementations.passthrough.multimodal.MultimodalImplementation}]
    ```

    ```yaml good
    # base: painter
    adapters: [{name: painter, image_provider: openai}]
    ```
    """
    for adapter in config.adapters:
        service = _GENERATED.get(adapter.kind)
        if (
            service
            and needs_default(adapter, service)
            and not value_at(config.tree, service.selector)
            and _is_whole(config, str(service.selector[0]))
        ):
            section = service.selector[:1]
            yield Finding(
                f"adapter `{adapter.name}` has no `{service.adapter_key}`, and there is no `{config.format_path(service.selector)}`: each request fails",
                (*adapter.path, "type"),
                f"add `{service.adapter_key}:`",
                blames=section if at(config.tree, section) is None else None,
            )


@rule("ORB506", consequence=Consequence.PURPOSE_LOST)
def retrieval_without_embedding(config: Config) -> Iterator[Finding]:
    """An adapter searches by meaning, and `embedding.enabled` is false, or it names an empty provider.

    It then has no embedding client, whatever it names itself: questions find nothing, and nothing of an uploaded file is indexed, so that no answer knows them. Intent and
    composite adapters do not look at the switch.

    ```yaml bad
    # base: docs
    embedding: {enabled: false}
    ```

    ```yaml good
    # base: docs
    embedding: {enabled: true}
    ```
    """
    switch = ("embedding", "enabled")
    is_on = config.switches.is_on(switch)
    for adapter in filter(_searches_by_meaning, config.adapters):
        what = "nothing of an uploaded file is indexed" if adapter.text("adapter") in _OF_FILES else "it finds nothing"
        if is_on and value_at(adapter.node, ("embedding_provider",)) == "":
            yield Finding(
                f"adapter `{adapter.name}` needs embeddings, and its `embedding_provider` is empty: {what}",
                (*adapter.path, "embedding_provider"),
                "name a provider, or remove the line",
                value=True,
            )
        elif not is_on:
            yield Finding(
                f"adapter `{adapter.name}` needs embeddings, and `embedding.enabled` is off: {what}",
                (*adapter.path, "implementation"),
                "write `embedding.enabled: true`",
                value=True,
                related=(Annotation(config.locate(switch), "switched off here"),),
            )


@rule("ORB507", consequence=Consequence.PURPOSE_LOST)
def global_switch_missing(config: Config) -> Iterator[Finding]:
    """A capability needs a switch elsewhere that is off.

    `requires_encryption` needs `files.encryption.enabled`, or each upload fails. `supports_threading` needs `conversation_threading.enabled`: clients are offered
    threads that they cannot open (warning). `skip_when_no_files` needs `retrieval_behavior: conditional`, and automatic skills need `skill_routing.auto_detect` (info).

    ```yaml bad
    # base: chat
    adapters: [{name: chat, capabilities: {requires_encryption: true}}]
    ```

    ```yaml good
    # base: chat
    # environment: ORBIT_FILE_ENCRYPTION_KEY=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
    files: {encryption: {enabled: true}}
    adapters: [{name: chat, capabilities: {requires_encryption: true}}]
    ```
    """
    known = list(config.adapters)
    for capability, switch, consequence, what in _NEEDS:
        wanting = [adapter for adapter in known if adapter.enables(capability)]
        if wanting and not config.switches.is_on(switch) and _is_whole(config, str(switch[0])):
            yield _needing(config, wanting, capability, switch, consequence, what)
    for adapter in known:
        skips = adapter.enables("skip_when_no_files")
        if skips and adapter.capability("retrieval_behavior") != "conditional":
            yield Finding(
                f"adapter `{adapter.name}`: `skip_when_no_files` counts only together with `retrieval_behavior: conditional`",
                (*adapter.path, "capabilities", "skip_when_no_files"),
                "write `retrieval_behavior: conditional`",
                consequence=Consequence.WITHOUT_EFFECT,
            )


def _needing(config: Config, wanting: list[Adapter], capability: str, switch: KeyPath, consequence: Consequence, what: str) -> Finding:
    """One finding for all adapters that need a switch, at the first that is on."""
    on = [adapter for adapter in wanting if adapter.is_on]
    first = (on or wanting)[0]
    more = f" and {len(on) - 1} more" if len(on) > 1 else ""
    there = at(config.tree, switch) is not None
    return Finding(
        f"adapter `{first.name}`{more}: `{capability}` needs `{'.'.join(map(str, switch))}`, which is off: {what}",
        (*first.path, "capabilities", capability),
        f"write `{'.'.join(map(str, switch))}: true`, or remove `{capability}`",
        consequence=consequence,
        affects=tuple(adapter.name for adapter in on),
        blames=switch[:1] if at(config.tree, switch[:1]) is None else None,
        related=(Annotation(config.locate(switch), "switched off here"),) if there else (),
    )


@rule("ORB508", consequence=Consequence.ADAPTER_FAILS)
def realtime_without_audio(config: Config) -> Iterator[Finding]:
    """A realtime adapter lacks `supports_realtime_audio: true`.

    The voice connection is refused before it is accepted; only the log says why.

    ```yaml bad
    # base: chat
    inference: {openai: {enabled: false, api_key: "${OPENAI_API_KEY}"}}
    adapters: [{name: chat, type: openai_realtime}]
    ```

    ```yaml good
    # base: chat
    inference: {openai: {enabled: false, api_key: "${OPENAI_API_KEY}"}}
    adapters: [{name: chat, type: openai_realtime, capabilities: {supports_realtime_audio: true}}]
    ```
    """
    for adapter in config.adapters:
        if adapter.kind in REALTIME and not adapter.enables("supports_realtime_audio"):
            yield Finding(
                f"adapter `{adapter.name}` is a realtime one without `supports_realtime_audio`: every connection is refused",
                (*adapter.path, "capabilities", "supports_realtime_audio"),
                "add `supports_realtime_audio: true` under `capabilities`",
            )


@rule("ORB509", consequence=Consequence.PURPOSE_LOST)
def retriever_never_asked(config: Config) -> Iterator[Finding]:
    """A retriever has no `capabilities`, so it never retrieves.

    ORBIT does not infer them from the type: it warns once at start, and answers without data.

    ```yaml bad
    # base: docs
    adapters: [{name: papers, type: retriever, datasource: none, adapter: file, implementation: retrievers.implementations.file.FileVectorRetriever}]
    ```

    ```yaml good
    # base: docs
    adapters: [{name: docs, capabilities: {retrieval_behavior: always}}]
    ```
    """
    for adapter in config.adapters:
        if adapter.kind == "retriever" and "capabilities" not in adapter.node.entries:
            yield Finding(
                f"adapter `{adapter.name}` has no `capabilities`, so it never looks for data",
                (*adapter.path, "capabilities"),
                "add `capabilities: {retrieval_behavior: always}`",
            )


_NEEDS: tuple[tuple[str, KeyPath, Consequence, str], ...] = (
    ("requires_encryption", ("files", "encryption", "enabled"), Consequence.PURPOSE_LOST, "each upload fails"),
    ("supports_threading", ("conversation_threading", "enabled"), Consequence.DEGRADED, "clients are offered threads, and cannot open one"),
    ("supports_autocomplete", ("autocomplete", "enabled"), Consequence.WITHOUT_EFFECT, "nothing is proposed while somebody types"),
    ("auto_skill_routing", ("skill_routing", "auto_detect"), Consequence.WITHOUT_EFFECT, "no skill is chosen by itself"),
)


def _searches_by_meaning(adapter: Adapter) -> bool:
    """Whether its requests look for what is near in meaning: in collections, or in files that were uploaded."""
    is_multimodal = adapter.kind == "passthrough" and adapter.text("adapter") == "multimodal"
    return (adapter.family in VECTOR_FAMILIES and adapter.retrieves) or (is_multimodal and adapter.retrieval != "never")


def _switch_that_is_off(config: Config, adapter: Adapter) -> KeyPath | None:
    """The switch of the service that the adapter's type needs, where it is off."""
    if adapter.kind in _GENERATED:
        switch: KeyPath = (*_GENERATED[adapter.kind].selector[:1], SWITCH)
        return None if _service_is_on(config, switch) else switch
    if adapter.kind == "mcp_agent":
        return None if _service_is_on(config, ("mcp_clients", "enabled")) else ("mcp_clients", "enabled")
    if adapter.kind == "audio_generation":
        # one of the two is enough for ORBIT to register speech (adapters §4)
        speaks = any(_service_is_on(config, (section, "enabled")) for section in ("tts", "stt"))
        return None if speaks else ("tts", "enabled")
    return None


def _providers_without_service(config: Config) -> Iterator[Finding]:
    """Providers that adapters name for a service which is switched off, where something then fails."""
    for reference in config.references:
        adapter = config.adapter_at(reference.path) if reference.spec.fails_behind_gate else None
        for gate in reference.spec.gates if adapter else ():
            if adapter and not config.switches.is_on(gate):
                switch, what = config.format_path(gate), reference.spec.reaction.what
                yield Finding(
                    f"adapter `{adapter.name}`: `{reference.path[-1]}` names `{reference.name}`, and `{switch}` is off: {what}",
                    reference.path,
                    f"write `{switch}: true`, or remove the line",
                    value=True,
                    # the service is off for all, as somebody wrote; one that is on and fails is worse
                    consequence=Consequence.DEGRADED,
                    blames=gate,
                    shares_cause=True,
                    dormant=True,
                    related=(Annotation(config.locate(gate), "switched off here"),),
                )


def _service_is_on(config: Config, switch: KeyPath) -> bool:
    """Whether a service is on; of a section that may stand in an unread file it is taken for granted."""
    return not _is_whole(config, str(switch[0])) or config.switches.is_on(switch)


def _is_whole(config: Config, section: str) -> bool:
    return config.is_whole or at(config.tree, (section,)) is not None


RULES = (service_off, default_provider_missing, retrieval_without_embedding, global_switch_missing, realtime_without_audio, retriever_never_asked)
