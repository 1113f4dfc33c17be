"""Findings whose words are worked out when they are asked for."""

import copy
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from orbitcfg.commands.formats import render
from orbitcfg.commands.validate.command import validate
from orbitcfg.files.store import Memory
from orbitcfg.report.deferred import deferred
from orbitcfg.report.diagnostics import Diagnostic, Severity
from orbitcfg.report.style import Style
from orbitcfg.settings.model import Settings

WHOLE = Diagnostic("ORB306", "setting-without-effect", Severity.INFO, "nothing reads `a`", "remove it", None, "general.a")


def later() -> Diagnostic:
    """The same, without its words."""
    return deferred(
        Diagnostic("ORB306", "setting-without-effect", Severity.INFO, "", "", None),
        lambda key: {"message": "nothing reads `a`", "help": "remove it", "key": key, "affects": ()},
        "general.a",
    )


def is_there(diagnostic: Diagnostic, name: str) -> bool:
    """Whether a field of a finding was worked out."""
    try:
        object.__getattribute__(diagnostic, name)
    except AttributeError:
        return False
    return True


@pytest.mark.parametrize(
    "seen", [repr, hash, copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each)), lambda each: each.key, lambda each: each.remedy]
)
def test_nobody_sees_that_words_come_late(seen: Callable[[Diagnostic], object]) -> None:
    """Whatever is asked first."""
    assert seen(later()) == seen(WHOLE)
    assert later() == WHOLE


def test_words_are_worked_out_once() -> None:
    """When the first of them is asked for, and no earlier."""
    asked: list[int] = []

    def work(number: int) -> dict[str, object]:
        asked.append(number)
        return {"message": "a", "help": "b", "key": None}

    diagnostic = deferred(Diagnostic("ORB306", "n", Severity.INFO, "", "", None), work, 1)
    assert (diagnostic.code, asked) == ("ORB306", [])
    assert (diagnostic.help, diagnostic.message, diagnostic.key, asked) == ("b", "a", None, [1])


def test_words_are_asked_for_in_several_threads() -> None:
    """Whoever comes while they are worked out gets them, too."""
    together = Barrier(4)

    def work(_subject: None) -> dict[str, object]:
        together.wait(10)
        return {"message": "a", "help": "b", "key": None}

    diagnostic = deferred(Diagnostic("ORB306", "n", Severity.INFO, "", "", None), work, None)
    with ThreadPoolExecutor(together.parties) as pool:
        assert [*pool.map(lambda _: diagnostic.message, range(together.parties))] == ["a"] * together.parties


def test_what_is_no_field_is_not_there() -> None:
    """As of any object."""
    with pytest.raises(AttributeError, match="'Diagnostic' object has no attribute 'nothing'"):
        later().nothing  # type: ignore[attr-defined] # noqa: B018


def test_some_fields_come_later() -> None:
    """And the others are there."""
    diagnostic = deferred(
        Diagnostic("ORB306", "n", Severity.INFO, "", "", None, affects=("chat",)), lambda help_text: {"help": help_text}, "b", ["help"]
    )
    assert (is_there(diagnostic, "affects"), is_there(diagnostic, "help")) == (True, False)
    assert (diagnostic.affects, diagnostic.help, diagnostic.message) == (("chat",), "b", "")


def test_a_finding_that_is_only_counted_needs_no_words() -> None:
    """The usual view sums up what is worth knowing, a line for each rule: nobody is asked for the words, nor for whom it strikes."""
    text = "inference: {shimmy: {enabled: true, base_url: 'http://localhost:11435', model: m, top_k: 40, timeout: 3}}\n"
    report = validate(["/r/config"], Settings(no_env=True), files=Memory({"/r/config/config.yaml": text.encode()}))
    render(report, "full", Style())
    idle = [each for each in report.diagnostics if each.code == "ORB306"]
    assert len(idle) > 1
    assert not any(is_there(each, name) for each in idle for name in ("message", "affects"))
