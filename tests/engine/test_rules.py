"""Every rule about model files and the engine speaks on what it is for, and is silent otherwise."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from orbitcfg.lint.runner import run_rules
from orbitcfg.observed.observation import (
    Damage,
    Ending,
    EngineRun,
    ModelChoice,
    ModelFacts,
    ModelFault,
    ModelFile,
    ModelKind,
    ModelLookup,
    Observations,
    ServerListing,
)
from orbitcfg.report.diagnostics import Severity
from orbitcfg.rules import rules_of
from orbitcfg.rules.engine.on_disk import download
from tests.trees import config_of

RULES = rules_of(("engine",))

CONFIG = config_of(
    {"config/config.yaml": "inference:\n  shimmy: {enabled: true, base_url: http://localhost:11435, model: tiny, context_window: 4096}\n"}
)
AT = ("inference", "shimmy", "model")
FACTS = ModelFacts("llama", ModelKind.CHAT, "Tiny", "Q4_K_M", 10**9, 4.5, 6 * 10**8, 2048, 1000, True, frozenset({"Q4_K"}), "Q6_K")
LISTED = (ServerListing("shimmy@1.7", "tiny"), ServerListing("shimmy@1.8", "tiny"), ServerListing("shimmy", "tiny"))
FILE = ModelFile("models/tiny.gguf", 6 * 10**8, FACTS, listings=LISTED, requested_by=("a",), requested_at=AT)
ASKED = ModelLookup("shimmy", "tiny", ("a",), AT, context=2048, context_at=("inference", "shimmy", "context_window"), exact=("models/tiny.gguf",))
RUN = EngineRun(
    Ending.ANSWERED,
    ModelChoice.FOUND_BY_NAME,
    "models/tiny.gguf",
    text=" hi",
    finish="stop",
    template="chat_template.default",
    requested="tiny",
    requested_at=AT,
)
SEEN = Observations((FILE,), (ASKED,), RUN)


def facts(**changes: Any) -> Observations:
    return replace(SEEN, models=(replace(FILE, facts=replace(FACTS, **changes)),))


def file(**changes: Any) -> Observations:
    return replace(SEEN, models=(replace(FILE, **changes),))


def asked(**changes: Any) -> Observations:
    return replace(SEEN, lookups=(replace(ASKED, **changes),))


def engine(**changes: Any) -> Observations:
    return replace(SEEN, engine=replace(RUN, **changes))


def messages(observations: Observations) -> list[tuple[str, Severity, str, str | None]]:
    verdict = run_rules(CONFIG, RULES, observations)
    assert not verdict.crashed
    return [(each.code, each.severity, each.message, each.key) for each in verdict.diagnostics]


MODEL, CONTEXT = "inference.shimmy.model", "inference.shimmy.context_window"
E, W, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
HIDDEN = (ServerListing("shimmy@1.7", None, "too deep"), ServerListing("shimmy", None, "too deep"))
SPEAKS: Mapping[str, tuple[Observations, tuple[str, Severity, str, str | None]]] = {
    "damaged": (
        file(facts=None, fault=ModelFault(Damage.LFS_POINTER)),
        ("ORB801", E, "`models/tiny.gguf` is a Git LFS pointer, not the model", MODEL),
    ),
    "damaged, and nobody asks": (
        file(facts=None, fault=ModelFault(Damage.EMPTY), requested_at=None),
        ("ORB801", INFO, "`models/tiny.gguf` is empty", None),
    ),
    "damaged, and named by hand": (
        file(facts=None, fault=ModelFault(Damage.EMPTY), requested_at=None, listings=()),
        ("ORB801", E, "`models/tiny.gguf` is empty", None),
    ),
    "a part missing": (
        file(missing_shards=tuple(f"p{number}" for number in range(5))),
        ("ORB802", E, "`models/tiny.gguf` is one part of several, and `p0`, `p1`, `p2` and 2 more are missing beside it", MODEL),
    ),
    "a projector": (
        facts(kind=ModelKind.PROJECTOR),
        ("ORB803", E, "`models/tiny.gguf` is a projector, the part of a vision model that reads images", MODEL),
    ),
    "an embedding model": (facts(kind=ModelKind.EMBEDDING), ("ORB803", E, "`models/tiny.gguf` is an embedding model: it cannot chat", MODEL)),
    "a long context": (
        asked(context=4096),
        ("ORB804", W, "`models/tiny.gguf` was trained for a context of 2,048 tokens, and ORBIT counts on 4,096", CONTEXT),
    ),
    "little memory": (
        engine(needed_bytes=5 * 10**9, free_bytes=10**9),
        ("ORB805", W, "`models/tiny.gguf` needs about 5.0 GB of memory, and 1.0 GB are free", MODEL),
    ),
    "no template": (facts(has_template=False), ("ORB806", W, "`models/tiny.gguf` has no chat template: it is a base model", MODEL)),
    "few bits": (facts(bits=2.1, quantisation="IQ2_XXS"), ("ORB807", W, "`models/tiny.gguf` has 2.1 bits a weight (IQ2_XXS)", MODEL)),
    "a layer of an unknown type": (
        facts(layer_types=frozenset({"F32", "Q2_K"})),
        ("ORB808", W, "`models/tiny.gguf` has Q2_K in its layers, which Shimmy 2.x cannot compute", MODEL),
    ),
    "an output of an unknown type": (
        facts(head_type="F16"),
        ("ORB808", W, "`models/tiny.gguf` has F16 in its output, which Shimmy 2.x cannot compute", MODEL),
    ),
    "another file that Shimmy lists": (
        replace(SEEN, models=(FILE, replace(FILE, path="models/odd.gguf", requested_at=None, facts=replace(FACTS, layer_types=frozenset({"Q5_1"}))))),
        ("ORB808", INFO, "`models/odd.gguf` has Q5_1 in its layers, which Shimmy 2.x cannot compute", None),
    ),
    "nowhere on disk": (asked(exact=()), ("ORB809", W, "`tiny` is not on this machine", MODEL)),
    "a name that Shimmy ships": (
        asked(exact=(), model="phi3-lora"),
        ("ORB809", W, "`phi3-lora` is not on this machine (Shimmy lists this name, but ships no such model)", MODEL),
    ),
    "a file that ORBIT would load": (
        asked(exact=(), is_path=True, model="gguf/x.gguf", provider="llama_cpp"),
        ("ORB809", E, "`gguf/x.gguf` is not on this machine", MODEL),
    ),
    "another name": (
        asked(exact=(), near=(("models/tiny.gguf", "tiny"),), model="Tiny"),
        ("ORB810", W, "`Tiny` is not the name under which Shimmy lists `models/tiny.gguf`", MODEL),
    ),
    "a file that kills": (
        file(listings=(ServerListing("shimmy@1.7", "tiny", "it dies at start: the extension of `T.GGUF` is not in lower case"),)),
        ("ORB812", W, "Shimmy 1.7 does not start here: the extension of `T.GGUF` is not in lower case", None),
    ),
    "a fallback": (engine(choice=ModelChoice.FALLBACK), ("ORB813", W, "the configured model was not tried: `tiny` was not found", MODEL)),
    "a death": (
        engine(ending=Ending.DIED, reason="the engine died with SIGILL: it was built for another CPU"),
        ("ORB821", E, "the embedded engine gave no answer with `models/tiny.gguf`: the engine died with SIGILL: it was built for another CPU", MODEL),
    ),
    "a refusal": (
        engine(ending=Ending.REFUSED, reason="Failed to load model from file: x", log="unknown model architecture: 'y'"),
        ("ORB821", E, "the embedded engine gave no answer with `models/tiny.gguf`: unknown model architecture: 'y'", MODEL),
    ),
    "no end": (
        engine(ending=Ending.TIMED_OUT, reason="no end within 3 s"),
        ("ORB821", E, "the embedded engine gave no answer with `models/tiny.gguf`: no end within 3 s", MODEL),
    ),
    "a wrong answer": (
        engine(expected="a b", text=" a c"),
        ("ORB822", E, "the built-in model says `a c` instead of `a b`: the engine computes wrong here", None),
    ),
    "an empty answer": (
        engine(text=" \n"),
        ("ORB823", W, "`models/tiny.gguf` answers nothing and stops: it is a base model, or its first words are a stop sequence", MODEL),
    ),
    "an empty raw answer": (engine(text="", raw=True), ("ORB823", W, "`models/tiny.gguf` answers nothing and stops", MODEL)),
    "an odd finish": (
        engine(finish="content_filter"),
        ("ORB824", W, "`models/tiny.gguf` ended with `content_filter`, which is neither `stop` nor `length`", MODEL),
    ),
}


@pytest.mark.parametrize("name", SPEAKS)
def test_a_rule_says_what_it_sees(name: str) -> None:
    observations, expected = SPEAKS[name]
    assert messages(observations) == [expected]


def test_a_hidden_file_is_told_with_the_name_to_write() -> None:
    observations = replace(asked(exact=(), near=(("models/tiny.gguf", ""),)), models=(replace(FILE, listings=HIDDEN),))
    assert [(code, message) for code, _, message, _ in messages(observations)] == [
        ("ORB811", "`models/tiny.gguf` is there, and Shimmy does not find it: too deep"),
    ]


@pytest.mark.parametrize(
    "observations",
    [
        SEEN,
        Observations(),
        file(facts=replace(FACTS, kind=ModelKind.PROJECTOR), requested_at=None),
        facts(bits=2.1, parameters=400 * 10**9),
        asked(context=None),
        asked(provider="ollama", exact=("models/tiny.gguf",)),
        engine(free_bytes=None, needed_bytes=10**12),
        engine(choice=ModelChoice.SELF_TEST, expected="a", text=" a"),
        engine(ending=Ending.NOT_TRIED),
        engine(finish="length"),
    ],
)
def test_a_rule_is_silent_where_all_is_well(observations: Observations) -> None:
    assert messages(observations) == []


def test_every_rule_speaks_somewhere() -> None:
    assert {expected[0] for _, expected in SPEAKS.values()} | {"ORB811"} == {rule.code for rule in RULES}


def test_nothing_observed_nothing_said() -> None:
    assert run_rules(CONFIG, RULES).diagnostics == ()


@pytest.mark.parametrize(
    ("provider", "model", "is_path", "command"),
    [
        ("ollama", "llama3.2", False, "ollama pull llama3.2"),
        ("ollama", "hf.co/a/b-GGUF:Q4_K_M", False, "ollama pull hf.co/a/b-GGUF:Q4_K_M"),
        ("shimmy", "llama-3.2-1b-instruct-q4-k-m", False, "hf download OWNER/llama-3.2-1b-instruct-GGUF --include '*Q4_K_M.gguf' --local-dir models"),
        ("shimmy", "tiny", False, "hf download OWNER/tiny-GGUF --include '*Q4_K_M.gguf' --local-dir models"),
        ("shimmy", "hf.co/bart/Llama-GGUF/Q8_0", False, "hf download bart/Llama-GGUF --include '*Q8_0.gguf' --local-dir models"),
        ("lmstudio", "google/gemma-3-1b", False, "hf download google/gemma-3-1b --include '*Q4_K_M.gguf' --local-dir models"),
        ("llama_cpp", "gguf/gemma-3-1b-it-Q8_0.gguf", True, "hf download OWNER/gemma-3-1b-it-GGUF --include '*Q8_0.gguf' --local-dir gguf"),
    ],
)
def test_the_command_that_brings_a_model(provider: str, model: str, is_path: bool, command: str) -> None:
    assert download(ModelLookup(provider, model, (), None, is_path=is_path)) == command


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_page_tells_what_happens(rule: object) -> None:
    from orbitcfg.rules._rule import Rule

    assert isinstance(rule, Rule)
    assert rule.observes
    assert len(rule.page.split("\n\n")) >= 2
