"""Each rule's bad example, fixed: its finding is gone, and nothing else is touched."""

from functools import cache

import pytest

import orbitcfg
from orbitcfg.document.source import Source
from orbitcfg.edit.apply import remedies
from orbitcfg.files.store import Memory
from orbitcfg.settings.model import Settings
from tests.edit.keeping import after, assert_only_edited, comments_of, ruamels_comments
from tests.rules.test_examples import STATIC, examples
from tests.trees import example_files

SAFE = {"ORB005", "ORB042", "ORB106", "ORB110", "ORB118", "ORB301", "ORB303", "ORB311", "ORB411", "ORB501", "ORB902"}
UNSAFE = {"ORB047", "ORB120", "ORB303", "ORB309", "ORB310", "ORB410", "ORB411", "ORB412", "ORB414", "ORB416", "ORB419", "ORB502", "ORB503", "ORB609"}
HEAD = "# at the head: Grüße, 文字\r\n\r\n"
"""What each file of an example is begun with, so that there is something to lose."""


@cache
def offered(code: str) -> tuple[tuple[str, frozenset[bool]], ...]:
    """The bad examples of a rule all of whose own findings have a fix, each with whether there are safe ones and others."""
    found = []
    for example in examples(next(rule for rule in STATIC if rule.code == code), "bad"):
        files, variables = example_files(example)
        fixes = [each.fix for each in orbitcfg.validate("/repo", files=files, process=variables).diagnostics if each.code == code]
        if all(fixes):
            found.append((example, frozenset(fix.safe for fix in fixes if fix)))
    return tuple(found)


def test_every_rule_that_offers_a_fix_shows_one() -> None:
    """The lists above are all of them: a rule that begins or ceases to offer one is noticed."""
    kinds = {(rule.code, safe) for rule in STATIC for _, offers in offered(rule.code) for safe in offers}
    assert kinds == {*((code, True) for code in SAFE), *((code, False) for code in UNSAFE)}


@pytest.mark.parametrize("code", sorted(SAFE | UNSAFE))
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "marked"])
def test_bad_examples_are_mended(code: str, mark: str) -> None:
    for example, offers in offered(code):
        for safe in offers:
            assert_mended(code, example, mark, safe=safe)


def assert_mended(code: str, example: str, mark: str, *, safe: bool) -> None:
    """The rule's own findings go, and every byte that none of their fixes is about stays."""
    files, variables = example_files(example)
    dressed = {path: (mark + HEAD).encode() + text.replace(b"\n", b"\r\n") for path, text in files.contents.items()}
    files = type(files)(dressed, files.forbidden)
    silencing = code == "ORB902"
    settings = Settings() if silencing else Settings(select=(code,))
    found = orbitcfg.validate("/repo", settings, files=files, process=variables).diagnostics
    result = orbitcfg.plan_fixes("/repo", settings, unsafe=not safe, files=files, process=variables)
    assert code not in {each.code for each in result.after.diagnostics}
    assert [each.message for each in result.before.diagnostics] == [each.message for each in found]
    assert {each.code for change in result.changes for each in change.findings} == {code}
    for change in result.changes:
        old, new = change.old.decode(), change.new.decode()
        assert new.startswith(mark + HEAD)
        assert new.count("\n") == new.count("\r\n")
        if silencing:
            assert ruamels_comments(new.removeprefix(mark)) == ["# at the head: Grüße, 文字"]
        else:
            assert comments_of(new.removeprefix(mark)) == comments_of(old.removeprefix(mark))
            assert ruamels_comments(new.removeprefix(mark)) == ruamels_comments(old.removeprefix(mark))
        edits = [edit for remedy in remedies(found) for edit in remedy.edits if edit.span.source.name == change.name]
        assert_only_edited(old.removeprefix(mark), new.removeprefix(mark), edits)
    again = orbitcfg.plan_fixes("/repo", settings, unsafe=not safe, files=after(files, result), process=variables)
    assert again.changes == ()


def test_an_unsafe_fix_waits_until_it_is_asked_for() -> None:
    files, variables = example_files("imports: [limits.yaml]\n")
    result = orbitcfg.plan_fixes("/repo", files=files, process=variables)
    assert (result.changes, result.unsafe) == ((), 1)
    assert result.summary_line(dry_run=False) == "nothing to fix; 1 more with --unsafe-fixes"


def test_a_source_is_named_as_its_file() -> None:
    """The fixes find a file by the name of its source."""
    files, variables = example_files("general: {verbos: true, inference_provider: shimmy}\n")
    (diagnostic, *_) = orbitcfg.validate("/repo", Settings(select=("ORB301",)), files=files, process=variables).diagnostics
    assert diagnostic.fix is not None
    source = getattr(diagnostic.place, "source", None)
    assert isinstance(source, Source)
    assert files.realpath(source.name) == "/repo/config/example.yaml"


CONFIG = """# the root
import:
  - inference.yaml  # what we run
  - general.yaml

# nothing else
auth: {default_admin_password: x}
"""
ORPHAN = "inference:\n  # the big one\n  groq: {enabled: true, api_key: x, model: m}\n"


def orphaned(**more: str) -> Memory:
    """A configuration that names what stands in a file that nothing imports."""
    texts = {
        "config.yaml": CONFIG,
        "inference.yaml": "inference:\n  shimmy: {enabled: true, base_url: 'http://localhost:11435', model: m}\n",
        "general.yaml": "general: {inference_provider: groq}\nembedding: {enabled: false, provider: ollama}\n",
        "cloud.yaml": ORPHAN,
        **more,
    }
    return Memory({f"/repo/config/{name}": text.encode() for name, text in texts.items()})


def test_a_file_whose_names_are_missed_is_imported() -> None:
    files = orphaned(**{"general.yaml": "# See cloud.yaml\ngeneral: {inference_provider: groq}\nembedding: {enabled: false, provider: ollama}\n"})
    result = orbitcfg.plan_fixes("/repo", files=files, process={})
    (change,) = result.changes
    assert (change.name, {each.code for each in change.findings}) == ("repo/config/config.yaml", {"ORB112"})
    assert change.new.decode() == CONFIG.replace("  - general.yaml\n", "  - general.yaml\n  - cloud.yaml\n")
    assert {each.code for each in result.before.diagnostics} >= {"ORB112", "ORB501"}
    assert {each.code for each in result.after.diagnostics}.isdisjoint({"ORB112", "ORB501"})
    assert orbitcfg.plan_fixes("/repo", files=after(files, result), process={}).changes == ()


def test_a_file_that_nobody_misses_is_left_alone() -> None:
    files = orphaned(**{"cloud.yaml": ORPHAN.replace("groq", "openai")})
    result = orbitcfg.plan_fixes("/repo", files=files, unsafe=True, process={})
    assert "ORB112" in {each.code for each in result.before.diagnostics}
    assert "ORB112" in {each.code for each in result.after.diagnostics}


def test_a_file_that_was_taken_out_on_purpose_is_not_imported_unasked() -> None:
    files = orphaned(**{"config.yaml": CONFIG.replace("\n\n#", "\n  # - cloud.yaml  # costs money\n\n#")})
    assert orbitcfg.plan_fixes("/repo", Settings(select=("ORB112",)), files=files, process={}).changes == ()
    (change,) = orbitcfg.plan_fixes("/repo", Settings(select=("ORB112",)), files=files, unsafe=True, process={}).changes
    assert b"  - cloud.yaml\n" in change.new


def test_of_two_files_with_the_name_none_is_imported_unasked() -> None:
    files = orphaned(**{"other.yaml": ORPHAN})
    assert orbitcfg.plan_fixes("/repo", Settings(select=("ORB112",)), files=files, process={}).changes == ()


def test_an_imported_file_brings_its_own_keys_and_changes_no_other() -> None:
    files = orphaned(**{"cloud.yaml": ORPHAN + "  ollama: {enabled: true, base_url: 'http://localhost:11434', model: m}\n"})
    result = orbitcfg.plan_fixes("/repo", Settings(select=("ORB112",)), files=files, process={})
    before, later = (orbitcfg.resolve("/repo", files=each, process={}).value for each in (files, after(files, result)))
    assert isinstance(before, dict)
    assert isinstance(later, dict)
    assert later["inference"].keys() - before["inference"].keys() == {"groq", "ollama"}
    assert {key: value for key, value in later.items() if key != "inference"} == {key: value for key, value in before.items() if key != "inference"}
