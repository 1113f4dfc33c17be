"""Rules about endpoints that need no server to be seen: judged on data."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from orbitcfg.lint.runner import run_rules
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.endpoint import ExpectedModel, ProbeTarget
from orbitcfg.observed.host import HostFacts
from orbitcfg.observed.observation import Observations
from orbitcfg.observed.probe import Access, ChatReply, Connection, Fit, Identity, ListedModel, ModelList, ModelMatch, ProbeResult
from orbitcfg.observed.product import Product
from orbitcfg.report.diagnostics import Severity
from orbitcfg.rules import rules_of
from orbitcfg.rules._rule import Rule
from tests.trees import config_of

RULES = rules_of(("live",))

CONFIG = config_of(
    {
        "config/config.yaml": "inference:\n  shimmy: {enabled: true, base_url: http://localhost:11435, model: tiny}\n"
        "adapters:\n- {name: a, enabled: true, type: passthrough, inference_provider: shimmy}\n"
    }
)
URL_AT, MODEL_AT = ("inference", "shimmy", "base_url"), ("inference", "shimmy", "model")
EXPECTED = ExpectedModel("tiny", ("a",), ("inference",), MODEL_AT, {"max_tokens": 100})
TARGET = ProbeTarget(
    "shimmy",
    "openai",
    "local",
    "http://localhost:11435/v1",
    "http://localhost:11435",
    (EXPECTED,),
    "/v1/models",
    models_from_root=True,
    url_at=URL_AT,
)
SHIMMY = Product("shimmy", "Shimmy", providers=("shimmy",), program="shimmy")
SEEN = ProbeResult(
    TARGET, connection=Connection("127.0.0.1"), identity=Identity(SHIMMY, SHIMMY, "1.7.4"), access=Access(200),
    model_list=ModelList((ListedModel("tiny", has_file=True),), (ModelMatch(EXPECTED, Fit.EXACT, ListedModel("tiny", has_file=True)),)),
)  # fmt: skip
CHAT = ChatReply(EXPECTED, stream=False, status=200, text="hello", finish="stop", total_ms=100.0)


def findings(result: ProbeResult, host: HostFacts | None = None) -> list[tuple[str, Severity, str, str]]:
    """What the rules find, above what they find of every Shimmy."""
    verdict = run_rules(CONFIG, RULES, Observations(endpoints=(result,), host=host))
    assert not verdict.crashed
    return [(each.code, each.severity, each.message, each.help) for each in verdict.diagnostics if each.code not in ("ORB755", "ORB746")]


def test_a_healthy_result_is_silent() -> None:
    """No rule speaks."""
    assert findings(replace(SEEN, chats=(CHAT,))) == []


def test_one_address_family_is_info_or_a_warning() -> None:
    """Refused costs nothing, swallowed costs each connection its time."""
    message, remedy = "`localhost` answers on 127.0.0.1, not on ::1", "write `base_url: http://127.0.0.1:11435`"
    assert findings(replace(SEEN, connection=Connection("127.0.0.1", refused=("::1",)))) == [("ORB708", Severity.INFO, message, remedy)]
    assert findings(replace(SEEN, connection=Connection("127.0.0.1", slow=("::1",)))) == [("ORB708", Severity.WARNING, message, remedy)]


def test_a_certificate_that_ends_soon_is_a_warning() -> None:
    """From two weeks on."""
    assert findings(replace(SEEN, connection=Connection(certificate_days=14))) == []
    assert findings(replace(SEEN, connection=Connection(certificate_days=3))) == [
        ("ORB709", Severity.WARNING, "the certificate of `http://localhost:11435/v1` ends in 3 days", "renew the certificate")
    ]


def test_a_black_hole_is_an_error() -> None:
    """Nobody refuses, nobody answers."""
    result = ProbeResult(TARGET, fault=ProbeFault.NO_CONNECTION)
    assert findings(result) == [
        (
            "ORB704",
            Severity.ERROR,
            "no connection to `http://localhost:11435/v1` can be made",
            "check the host and the port, and that no firewall is between",
        )
    ]


def test_a_key_in_the_clear_is_an_error() -> None:
    """To another machine."""
    target = replace(TARGET, url="http://gpu-box:8000/v1")
    codes = [code for code, *_ in findings(replace(SEEN, target=target, access=Access(200, key_withheld=True)))]
    assert codes == ["ORB724", "ORB753"]


def test_a_slow_reply_is_compared_with_what_orbit_waits() -> None:
    """Shimmy has 60 seconds, whatever is written; others what `timeout` says."""
    slow = replace(CHAT, total_ms=50_000.0)
    assert [code for code, *_ in findings(replace(SEEN, chats=(slow,)))] == ["ORB768"]
    other = replace(TARGET, provider="vllm", timeout_s=30.0)
    vllm = Product("vllm", "vLLM", providers=("vllm",))
    identity = Identity(vllm, vllm)
    assert [code for code, *_ in findings(replace(SEEN, target=other, identity=identity, chats=(slow,)))] == ["ORB768"]
    assert findings(replace(SEEN, target=replace(other, timeout_s=None), identity=identity, chats=(slow,))) == []


def test_a_chat_that_orbit_waits_for_in_vain_is_an_error() -> None:
    """Once its own time is over too; before that nothing is known."""
    silent = replace(CHAT, status=None, text="", finish=None, fault=ProbeFault.DEADLINE)
    assert [(code, severity) for code, severity, *_ in findings(replace(SEEN, chats=(replace(silent, total_ms=28_000.0),)))] == [
        ("ORB762", Severity.INFO)
    ]
    fact = "Shimmy 1.7.4 says nothing on a chat with `tiny` for 61 s, and ORBIT waits 60 s"
    assert findings(replace(SEEN, chats=(replace(silent, total_ms=61_000.0),))) == [
        ("ORB762", Severity.ERROR, fact, "use a smaller model, or a faster machine")
    ]


def test_an_answer_of_the_phantom_is_believed() -> None:
    """Where it speaks, a file stands behind it after all."""
    phantom = ListedModel("tiny", has_file=False)
    result = replace(SEEN, model_list=ModelList((phantom,), (ModelMatch(EXPECTED, Fit.EXACT, phantom),)))
    assert [code for code, *_ in findings(result)] == ["ORB741"]
    assert findings(replace(result, chats=(CHAT,))) == []


def test_credentials_of_an_address_are_masked() -> None:
    """In each message and help."""
    target = replace(TARGET, url="http://user:canary@localhost:11435/v1", written="http://user:canary@localhost:11435")
    for result in (ProbeResult(target, fault=fault) for fault in ProbeFault):
        assert "canary" not in repr(findings(result))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_is_tested(rule: Rule) -> None:
    """Its code stands in a test of this folder."""
    texts = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert re.search(rf'"{rule.code}"', texts)
