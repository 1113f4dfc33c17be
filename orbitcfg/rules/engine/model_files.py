"""Model files that no server can serve as they are, or not well."""

from collections.abc import Iterator

from orbitcfg.dataclass import replace
from orbitcfg.document.source import Source
from orbitcfg.document.tree import KeyPath
from orbitcfg.observed.endpoint import THE_DEFAULT
from orbitcfg.observed.observation import ModelFacts, ModelFile, ModelKind, Observations
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import observation_rule
from orbitcfg.rules.engine._damage import fact_of, help_of
from orbitcfg.rules.engine._losses import struck

LOWEST_BITS = 3.0
"""Bits a weight below which small models answer visibly worse."""
SMALL_MODEL = 30_000_000_000
"""Weights up to which that matters: the largest models stand two bits."""

NAMED_SHARDS = 3
"""Missing parts that a finding names."""

_AIRFRAME_LAYERS = frozenset({"F32", "F16", "Q4_0", "Q5_0", "Q8_0", "Q4_K", "Q5_K", "Q6_K"})
_AIRFRAME_HEADS = frozenset({"F32", "Q4_0", "Q8_0", "Q4_K", "Q5_K", "Q6_K"})

_KINDS = {
    ModelKind.EMBEDDING: ("is an embedding model: it cannot chat", "name a chat model here, and this one under `embeddings`"),
    ModelKind.PROJECTOR: ("is a projector, the part of a vision model that reads images", "name the language model that it belongs to"),
    ModelKind.ADAPTER: ("is a LoRA adapter, which only works on top of a model", "name the model that it was made for"),
    ModelKind.VOCABULARY: ("holds a vocabulary without weights", "download the model itself"),
    ModelKind.OTHER: ("is an importance matrix, a by-product of quantisation", "download the model itself"),
}


@observation_rule("ORB801", consequence=Consequence.ADAPTER_FAILS, counted="damaged model files")
def model_file_damaged(config: Config, observations: Observations) -> Iterator[Finding]:
    """A model file is damaged, cut, or something else than a model.

    Servers list it all the same, since they go by the name; the first request then fails, with an empty 502 from Shimmy. Where no adapter asks for the file it is
    info. What the file is instead is known from its first bytes, and whether it is whole from its table of tensors, without loading it.
    """
    for model in observations.models:
        if model.fault:
            yield _useless(config, model, fact_of(model.fault), help_of(model.path, model.fault))


@observation_rule("ORB802", consequence=Consequence.ADAPTER_FAILS, counted="model files with missing parts")
def shard_missing(config: Config, observations: Observations) -> Iterator[Finding]:
    """A part of a split model is missing.

    A file named `NAME-00001-of-00003.gguf` needs all three, side by side in one folder. Shimmy lists what is there, and the request fails.
    """
    for model in observations.models:
        if model.missing_shards:
            first = ", ".join(f"`{name}`" for name in model.missing_shards[:NAMED_SHARDS])
            more = f" and {len(model.missing_shards) - NAMED_SHARDS} more" if len(model.missing_shards) > NAMED_SHARDS else ""
            yield _useless(
                config,
                model,
                f"is one part of several, and {first}{more} {'is' if len(model.missing_shards) == 1 else 'are'} missing beside it",
                "download all parts into one folder",
            )


@observation_rule("ORB803", consequence=Consequence.ADAPTER_FAILS, counted="files that are no chat models")
def not_a_chat_model(config: Config, observations: Observations) -> Iterator[Finding]:
    """A file that is asked to chat is an embedding model, a projector, an adapter or a vocabulary.

    Shimmy filters none of them: it lists `mmproj-model-f16` among the models, and answers 502 when it is asked for.
    """
    for model in observations.models:
        is_embedder = model.facts is not None and model.facts.kind is ModelKind.EMBEDDING
        if is_embedder and model.requested_for == ("embedding",):
            continue
        if model.facts and model.facts.kind is not ModelKind.CHAT and _is_meant(model):
            yield _useless(config, model, *_KINDS[model.facts.kind])


@observation_rule("ORB804", consequence=Consequence.DEGRADED, counted="contexts beyond a model's training")
def context_beyond_training(_config: Config, observations: Observations) -> Iterator[Finding]:
    """The configuration counts on a longer context than the model was trained for.

    The engine only logs a warning. Beyond its training a model loses the thread; llama-server quietly lowers the context instead, and long conversations are cut.
    """
    for lookup in observations.lookups:
        for model in observations.models:
            context = model.facts.context if model.facts else None
            if model.path in lookup.exact and context and lookup.context and lookup.context > context:
                message = f"`{model.path}` was trained for a context of {context:,} tokens, and ORBIT counts on {lookup.context:,}"
                # where nobody wrote one it is ORBIT's default
                remedy = f"write at most {context}" if lookup.context_at else f"add `n_ctx: {context}`"
                yield Finding(message, lookup.context_at or lookup.at, remedy, value=True, demanded=True, affects=_adapters(lookup.adapters))


@observation_rule("ORB805", consequence=Consequence.DEGRADED, counted="models larger than the free memory")
def memory_short(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A model needs more memory than the machine has free.

    Weights and the cache of the context together. The system then kills the server, or swaps until every request times out.
    """
    run = observations.engine
    if run and run.free_bytes is not None and run.needed_bytes > run.free_bytes:
        message = f"`{run.model}` needs about {_gigabytes(run.needed_bytes)} of memory, and {_gigabytes(run.free_bytes)} are free"
        remedy = "choose a smaller quantisation or a smaller context, or end other programs"
        yield Finding(message, run.requested_at or _file(run.model), remedy, value=True, demanded=True)


@observation_rule("ORB806", consequence=Consequence.DEGRADED, counted="models without a chat template")
def no_chat_template(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A model brings no chat template.

    It is a base model, or was converted badly. Servers then fall back to a template of their own, llama-cpp-python to Llama 2's, and the answer is empty, ends at
    once, or holds pieces such as `<|im_end|>`.
    """
    for model in observations.models:
        if model.facts and _is_meant(model) and model.facts.kind is ModelKind.CHAT and not model.facts.has_template:
            yield _finding(model, "has no chat template: it is a base model", "choose the model's instruct version, often named `-it` or `-instruct`")


@observation_rule("ORB807", consequence=Consequence.DEGRADED, counted="models with few bits a weight")
def quantised_too_far(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A small model has so few bits a weight that its answers suffer.

    Below three bits, models of up to some thirty billion weights make up words and repeat themselves.
    """
    for model in observations.models:
        facts = model.facts
        if facts and _is_meant(model) and facts.kind is ModelKind.CHAT and 0 < facts.bits < LOWEST_BITS and facts.parameters < SMALL_MODEL:
            yield _finding(
                model, f"has {facts.bits} bits a weight ({facts.quantisation})", "take Q4_K_M or larger, or a smaller model with more bits"
            )


@observation_rule("ORB808", consequence=Consequence.DEGRADED, counted="files that Shimmy 2.x cannot compute")
def tensor_type_unsupported(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A model asked of Shimmy has tensor types that Shimmy 2.x cannot compute.

    Its engine knows F32, F16, Q4_0, Q5_0, Q8_0, Q4_K, Q5_K and Q6_K in layers, and neither F16 nor BF16 in the output. The request is answered with 502. If such a layer
    is loaded first, every other model answers 502 as well, until Shimmy is started anew: so a file that nobody asks for, but Shimmy lists, is worth
    knowing. Shimmy 1.7 computes all types.
    """
    asked_of_shimmy = {path for lookup in observations.lookups if lookup.provider == "shimmy" for path in lookup.exact}
    for model in observations.models:
        if asked_of_shimmy and model.listed_as("shimmy") and model.facts and (bad := _unsupported(model.facts)):
            yield _finding(model, f"has {bad}, which Shimmy 2.x cannot compute", "take a Q4_K_M, Q4_0 or Q8_0 file, or Shimmy 1.7.4")


def _unsupported(facts: ModelFacts) -> str:
    layers = sorted(facts.layer_types - _AIRFRAME_LAYERS)
    if layers:
        return f"{', '.join(layers)} in its layers"
    return f"{facts.head_type} in its output" if facts.head_type and facts.head_type not in _AIRFRAME_HEADS else ""


def _finding(model: ModelFile, fact: str, help_text: str) -> Finding:
    """A finding about a file: at the line that asks for it, else about the file alone, and then no more than info."""
    place: KeyPath | Source = model.requested_at or _file(model.path)
    return Finding(f"`{model.path}` {fact}", place, help_text, value=True, demanded=_is_meant(model))


def _useless(config: Config, model: ModelFile, fact: str, help_text: str) -> Finding:
    """A finding about a file that answers nothing: it strikes the adapters that ask for it, and nobody where none does."""
    finding = _finding(model, fact, help_text)
    if model.requested_at is not None:
        return struck(config, model.requested_by, model.requested_at, finding)
    # one that a command line names is looked at for its own sake
    return replace(finding, consequence=Consequence.HYGIENE, severity=Severity.ERROR if _is_meant(model) else Severity.INFO)


def _adapters(users: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in users if name != THE_DEFAULT)


def _is_meant(model: ModelFile) -> bool:
    """Whether the configuration asks for the file, or a command line names it: then it comes from no search, and has no listings."""
    return model.requested_at is not None or not model.listings


def _file(path: str) -> Source:
    return Source(path, "", private=True)


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 10**8 else f"{count / 1e6:.0f} MB"


RULES = (
    model_file_damaged,
    shard_missing,
    not_a_chat_model,
    context_beyond_training,
    memory_short,
    no_chat_template,
    quantised_too_far,
    tensor_type_unsupported,
)
