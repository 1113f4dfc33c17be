"""A fix is held to its promise before it is carried out, whatever a rule says of it."""

import pytest

import orbitcfg
from orbitcfg.compile import InterpolationMode
from orbitcfg.document.source import Source, Span
from orbitcfg.document.yaml_reader import parse
from orbitcfg.edit.apply import Remedy
from orbitcfg.edit.fixer import FixResult, changed_paths, keeping_promise, plan_fixes
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Files, Memory
from orbitcfg.project.compiler import CompileOptions, configuration, targets
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Diagnostic, Edit, Fix, Report, Severity
from orbitcfg.settings.model import Settings
from tests.edit.keeping import after

PATH, NAME = "/repo/config/config.yaml", "repo/config/config.yaml"
TEXT = "general: {port: 3000, verbose: false}\nmessages: {hello: a}\n"


def compiled(files: Files) -> list[Config]:
    return [configuration(files, targets(files, "/repo")[0], CompileOptions(InterpolationMode.UNKNOWN))]


def fixed(*wanted: tuple[str, str, bool, tuple[tuple[str, ...], ...]], read: str = TEXT) -> FixResult:
    """What becomes of fixes that write one text for another; each says whether it is safe, and what it touches."""
    files = Memory({PATH: TEXT.encode()})

    def look(seen: Files) -> Report:
        text = read if isinstance(seen, Memory) else seen.read(PATH, 10_000).decode()
        source = Source(NAME, text)
        found = []
        for old, new, safe, touches in wanted:
            start = text.find(old)
            if start >= 0:
                fix = Fix((Edit(Span(source, start, start + len(old)), new),), safe, touches)
                found.append(Diagnostic("ORB000", "a-rule", Severity.ERROR, old, "h", None, fix=fix))
        return Report(tuple(found))

    return plan_fixes(files, look, compiled, unsafe=True)


def text_of(result: FixResult) -> str:
    return result.changes[0].new.decode() if result.changes else TEXT


PORT = (("general", "port"),)


@pytest.mark.parametrize(
    ("fix", "new"),
    [
        (("3000", "4000", True, PORT), TEXT.replace("3000", "4000")),
        (("3000", "4000", True, ()), TEXT),
        (("3000", "4000", True, (("general", "verbose"),)), TEXT),
        (("3000", "4000", True, (("general",),)), TEXT.replace("3000", "4000")),
        (("3000", "0xbb8", True, ()), TEXT.replace("3000", "0xbb8")),
        (("3000", "'3000'", True, ()), TEXT),
        (("3000,", "3000, new: 1,", True, PORT), TEXT),
        (("3000, verbose: false", "3000", True, PORT), TEXT),
        (("3000", "4000", False, ()), TEXT.replace("3000", "4000")),
        (("3000", "[", False, ()), TEXT),
        (("3000", "[", True, PORT), TEXT),
        (("verbose", "port", False, ()), TEXT),
        (("hello: a", "hello: a}}", False, ()), TEXT),
    ],
)
def test_a_fix_that_does_more_than_it_says_is_refused(fix: tuple[str, str, bool, tuple[tuple[str, ...], ...]], new: str) -> None:
    assert text_of(fixed(fix)) == new


def test_one_that_is_refused_keeps_no_other_back() -> None:
    result = fixed(("3000", "4000", True, PORT), ("false", "true", True, ()), ("hello: a", "hello: b", True, (("messages",),)))
    assert text_of(result) == TEXT.replace("3000", "4000").replace("hello: a", "hello: b")
    assert [each.message for each in result.after.diagnostics] == ["false"]
    assert result.fixed_count == 2


def test_of_fixes_that_exclude_each_other_all_that_keep_their_promise_are_offered() -> None:
    files = Memory({PATH: TEXT.encode()})
    source = Source(NAME, TEXT)
    wanted = (("3000", "4000", PORT), ("3000", "5000", PORT), ("false", "true", ()), ("hello: a", "hello: b", (("messages",),)))
    offered = []
    for old, new, touches in wanted:
        fix = Fix((Edit(Span(source, TEXT.index(old), TEXT.index(old) + len(old)), new),), safe=True, touches=touches)
        offered.append(
            Remedy(
                tuple(each for each in fix.edits if isinstance(each, Edit)),
                (Diagnostic("ORB000", "a-rule", Severity.ERROR, old, "h", None, fix=fix),),
            )
        )
    kept = keeping_promise(files, compiled, compiled(files), offered)
    assert [each.edits[0].replacement for each in kept] == ["4000", "5000", "hello: b"]


def test_fixes_that_undo_each_other_come_to_an_end() -> None:
    assert text_of(fixed(("3000", "4000", True, PORT), ("4000", "3000", True, PORT))) in (TEXT, TEXT.replace("3000", "4000"))


def test_a_file_that_changes_while_it_is_looked_at_is_not_fixed() -> None:
    with pytest.raises(UsageError, match="has changed since it was read"):
        fixed(("3000", "4000", True, PORT), read=f"# before\n{TEXT}")


def fixed_keys(text: str) -> tuple[list[str | None], str]:
    """The key paths of unknown keys in a text, and what fixing makes of it."""
    files = Memory({PATH: text.encode()})
    result = orbitcfg.plan_fixes("/repo", Settings(no_env=True, select=("ORB301",)), files=files, process={})
    return [each.key for each in result.before.diagnostics], after(files, result).contents[PATH].decode()


def test_a_slip_below_an_anchor_is_fixed_where_every_use_of_it_says_so() -> None:
    text = "adapters:\n  - {name: one, capabilities: &c {retrieval_behavor: none}}\n  - {name: two, capabilities: *c}\n"
    keys = ["adapters[one].capabilities.retrieval_behavor", "adapters[two].capabilities.retrieval_behavor"]
    assert fixed_keys(text) == (keys, text.replace("behavor", "behavior"))


def test_a_slip_below_an_anchor_stays_where_another_use_would_change_unsaid() -> None:
    """Shimmy's `retry` is not read, so no finding speaks of what is in it."""
    text = (
        "inference:\n  ollama: {enabled: true, base_url: 'http://localhost:11434', model: m, retry: &r {enabled: true, max_retris: 3}}\n"
        "  shimmy: {enabled: true, base_url: 'http://localhost:11435', model: m, retry: *r}\ngeneral: {inference_provider: ollama}\n"
    )
    assert fixed_keys(text) == (["inference.ollama.retry.max_retris"], text)


@pytest.mark.parametrize(
    ("old", "new", "paths"),
    [
        ("a: 1", "a: 1", []),
        ("a: 1", "a: true", [("a",)]),
        ("a: 1", "a: 1.0", [("a",)]),
        ("a: .nan", "a: .nan", []),
        ("a: {b: 1, c: 2}", "a: {c: 2, b: 1}", []),
        ("a: {b: 1}", "a: {b: 2, c: {d: 1, e: [1]}}", [("a", "b"), ("a", "c", "d"), ("a", "c", "e")]),
        ("a: {b: {c: 1}}", "a: {}", [("a", "b", "c")]),
        ("a: {b: {}}", "a: {}", [("a", "b")]),
        ("a: [1, {b: 2}]", "a: [1, {b: 3}]", [("a", 1, "b")]),
        ("a: [1]", "a: [1, 2]", [("a",)]),
        ("a: {b: 1}", "a: [1]", [("a",)]),
        ("a: null", "a: ''", [("a",)]),
    ],
)
def test_differences_are_named_where_they_are(old: str, new: str, paths: list[tuple[object, ...]]) -> None:
    one, other = (parse(Source("a.yaml", text))[0] for text in (old, new))
    assert one is not None
    assert other is not None
    assert list(changed_paths(one, other)) == paths
