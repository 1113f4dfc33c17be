"""Models that the configuration names and that local servers would not find, or under another name."""

import re
from collections.abc import Iterator

from orbitcfg.catalog.shimmy_placeholders import PHANTOMS
from orbitcfg.observed.model_names import HUB_OWNERS, hub_repository
from orbitcfg.observed.observation import ModelChoice, ModelLookup, Observations
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import observation_rule
from orbitcfg.rules.engine._losses import struck

_QUANTISATION = re.compile(r"(?:i?q\d|b?f16|f32)[\w-]{0,40}$", re.IGNORECASE)
_FROM_HUB = re.compile(r"(?:hf\.co|huggingface\.co)/(?P<repository>[^/:]+/[^/:]+)(?::(?P<quantisation>[\w-]+))?", re.IGNORECASE)
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")


@observation_rule("ORB809", consequence=Consequence.HYGIENE, severity=Severity.WARNING, counted="models that are not on this machine")
def model_not_on_disk(config: Config, observations: Observations) -> Iterator[Finding]:
    """A model that a program on this machine shall serve is nowhere on its disk.

    All folders that Shimmy, Ollama, LM Studio, llama.cpp and the Hugging Face tools use were searched. Where the server runs elsewhere, or keeps its models in a
    folder of its own, `--dir` names it.
    """
    for lookup in observations.lookups:
        if lookup.exact or lookup.near:
            continue
        shipped = " (Shimmy lists this name, but ships no such model)" if lookup.provider == "shimmy" and lookup.model in PHANTOMS else ""
        # a path may be misspelt as well
        first = f"correct `{lookup.at[-1]}`, or " if lookup.is_path and lookup.at else ""
        finding = Finding(f"`{lookup.model}` is not on this machine{shipped}", lookup.at, f"{first}run `{download(lookup)}`", value=True)
        yield struck(config, lookup.adapters, lookup.at, finding) if lookup.is_path else finding


@observation_rule("ORB810", consequence=Consequence.HYGIENE, severity=Severity.WARNING, counted="models with another name")
def model_named_otherwise(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A model is on this machine under another name than the configuration asks for.

    Shimmy makes names of file names: `_` and blanks become `-`, in lower case, and it compares exactly. Ollama wants the tag. The request is answered with 404. If a server is
    already running it also has to be started anew to see a new file.
    """
    for lookup in observations.lookups:
        listed = [(path, name) for path, name in lookup.near if name]
        if listed and not lookup.exact:
            path, name = listed[0]
            server = {"shimmy": "Shimmy", "ollama": "Ollama", "llama_cpp": "llama-server"}.get(lookup.provider, lookup.provider)
            yield Finding(f"`{lookup.model}` is not the name under which {server} lists `{path}`", lookup.at, f"write `{name}`", value=True)


@observation_rule("ORB811", consequence=Consequence.HYGIENE, severity=Severity.WARNING, counted="models that Shimmy does not find")
def hidden_from_shimmy(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A file whose name fits a model asked of Shimmy lies where Shimmy does not look.

    Shimmy searches `./models` of the folder that it is started in, three folders deep, the default Hugging Face cache, and what SHIMMY_MODEL_PATHS
    lists, separated by `;`. It skips folders by their names, and reads nothing new while it runs.
    """
    for lookup in observations.lookups:
        if lookup.provider != "shimmy" or lookup.exact:
            continue
        for model in observations.models:
            hidden = [each.reason for each in model.listings if each.server.startswith("shimmy") and each.name is None]
            if hidden and model.fault is None and (model.path, "") in lookup.near:
                message = f"`{model.path}` is there, and Shimmy does not find it: {hidden[-1]}"
                yield Finding(message, lookup.at, "move or link it into `./models` and restart Shimmy", value=True)


@observation_rule("ORB812", consequence=Consequence.HYGIENE, severity=Severity.WARNING, counted="files that Shimmy up to 2.3 dies of")
def shimmy_dies_at_start(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A file in a folder that Shimmy searches ends Shimmy up to 2.3 at its start.

    An ending such as `.GGUF`, or a file that only its search for Ollama models comes upon, breaks an assertion of its own: it exits with 101 and
    `INVARIANT VIOLATION`, and serves nothing at all.
    """
    if not any(lookup.provider == "shimmy" for lookup in observations.lookups):
        return
    reasons = dict.fromkeys(
        listing.reason
        for model in observations.models
        for listing in model.listings
        if listing.name and listing.reason.startswith("it dies at start")
    )
    for reason in reasons:
        yield Finding(f"Shimmy 1.7 does not start here: {reason.partition(': ')[2]}", None, "rename or move the file, or use Shimmy 2.x")


@observation_rule("ORB813", consequence=Consequence.HYGIENE, severity=Severity.WARNING)
def configured_model_not_tried(_config: Config, observations: Observations) -> Iterator[Finding]:
    """The engine works, and the configured model was not tried.

    It is not on this machine, or it is served by somebody else, so the built-in self-test model ran in its place: that shows that the engine computes right
    here, and nothing about the configured model. `--self-test` asks for it on purpose.
    """
    run = observations.engine
    if run is None or run.choice is not ModelChoice.FALLBACK:
        return
    why = f"`{run.requested}` was not found" if run.requested else "the configuration asks for no model on this machine"
    yield Finding(f"the configured model was not tried: {why}", run.requested_at, "name a file with `--model`, or run `orbitcfg models`", value=True)


def download(lookup: ModelLookup) -> str:
    """The command that brings a model to this machine; OWNER/NAME stands for a repository that is not known."""
    if lookup.is_path and lookup.provider in HUB_OWNERS:
        return f"hf download {hub_repository(lookup.provider, lookup.model) or 'OWNER/NAME'}"
    if lookup.provider == "ollama":
        return f"ollama pull {lookup.model}"
    hub = _FROM_HUB.search(lookup.model)
    file_name = lookup.model.replace("\\", "/").rpartition("/")[2]
    stem = file_name.removesuffix(".gguf")
    quantisation = _QUANTISATION.search(stem)
    wanted = (hub and hub["quantisation"]) or (quantisation[0].upper().replace("-", "_") if quantisation else "Q4_K_M")
    named = (
        lookup.model
        if _REPOSITORY.fullmatch(lookup.model) and not lookup.is_path
        else f"OWNER/{stem[: quantisation.start()].rstrip('-_.') if quantisation else stem}-GGUF"
    )
    folder = lookup.model.rpartition("/")[0] or "models" if lookup.is_path else "models"
    return f"hf download {hub['repository'] if hub else named} --include '*{wanted}.gguf' --local-dir {folder}"


RULES = (model_not_on_disk, model_named_otherwise, hidden_from_shimmy, shimmy_dies_at_start, configured_model_not_tried)
