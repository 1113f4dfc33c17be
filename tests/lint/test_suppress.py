"""Comments that silence findings, and the findings about them."""

import sys
from collections.abc import Iterable, Iterator

import pytest

from orbitcfg.document.source import Source, Span
from orbitcfg.document.yaml_comments import comments
from orbitcfg.lint.runner import run_rules
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Diagnostic, Edit, Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules import RULES
from orbitcfg.rules._rule import Rule, rule
from tests.trees import config_of

HEALTHY = "auth: {default_admin_password: admin}\ngeneral: {inference_provider: shimmy}\nembedding: {enabled: false, provider: ollama}\n"
PROVIDER = "inference:\n  shimmy: {enabled: true, base_url: 'http://localhost:11435', model: llama-3.2-3b}\n"


def found(*, rules: Iterable[Rule] = RULES, **texts: str) -> list[str]:
    """What is said of files below `config/`: `root` is `config.yaml`, the others are named by their keys. Infos are left out."""
    files = {f"config/{'config' if name == 'root' else name}.yaml": text for name, text in texts.items()}
    verdict = run_rules(config_of({**files, "config/base.yaml": HEALTHY + PROVIDER}), rules)
    return [f"{each.code} {_label(each)}: {each.message}" for each in verdict.diagnostics if each.severity > Severity.INFO]


def _label(diagnostic: Diagnostic) -> str:
    assert isinstance(diagnostic.place, Span)
    return diagnostic.place.label.removeprefix("repo/config/")


def test_comment_on_the_line_silences() -> None:
    bare = found(root="import: [base.yaml, nix.yaml]\n")
    assert [each[:24] for each in bare] == ["ORB110 config.yaml:1: `n"]
    assert found(root="import: [base.yaml, nix.yaml]  # orbitcfg: ignore[ORB110] comes with the deployment\n") == []


@pytest.mark.parametrize(
    "directive", ["ignore[ORB110]", "ignore[import-missing]", "ignore[ orb110 , ORB110 ] x", "IGNORE[ORB110]", "ignore-file[ORB110]"]
)
def test_codes_and_names_are_understood(directive: str) -> None:
    assert found(root=f"import: [base.yaml, nix.yaml]  # kept. # orbitcfg: {directive}\n") == []


def test_file_wide_comment_silences_everywhere_in_its_file() -> None:
    text = "# orbitcfg: ignore-file[ORB110] they come with the deployment\nimport:\n  - base.yaml\n  - a.yaml\n  - b.yaml\n"
    assert found(root=text) == []


def test_comment_at_any_place_of_a_finding_silences() -> None:
    root = "import: [base.yaml, a.yaml, b.yaml]\n"
    a = "logging:\n  level: INFO{}\n"
    b = "logging:\n  level: DEBUG{}\n"
    comment = "  # orbitcfg: ignore[ORB121] b is kept for later"
    assert [each[:6] for each in found(root=root, a=a.format(""), b=b.format(""))] == ["ORB121"]
    assert found(root=root, a=a.format(comment), b=b.format("")) == []
    assert found(root=root, a=a.format(""), b=b.format(comment)) == []


def test_other_rules_and_other_lines_are_not_silenced() -> None:
    assert found(root="# orbitcfg: ignore[ORB110]\nimport: [base.yaml, nix.yaml]  # orbitcfg: ignore[ORB111]\n") == [
        "ORB110 config.yaml:2: `nix.yaml` is not there, so ORBIT goes on without it",
        "ORB902 config.yaml:1: there is no `ORB110` here to silence",
        "ORB902 config.yaml:2: there is no `ORB111` here to silence",
    ]


def test_unused_name_is_told_beside_a_used_one() -> None:
    assert found(root="import: [base.yaml, nix.yaml]  # orbitcfg: ignore[ORB110, ORB121]\n") == [
        "ORB902 config.yaml:1: there is no `ORB121` here to silence"
    ]


def test_comment_for_what_depends_on_the_machine_is_never_unused() -> None:
    assert found(root="import: [base.yaml]  # orbitcfg: ignore[ORB201, ORB210]\n") == []


def test_comment_for_a_rule_that_did_not_run_is_not_unused() -> None:
    chosen = [each for each in RULES if each.code != "ORB121"]
    assert found(rules=chosen, root="import: [base.yaml]  # orbitcfg: ignore[ORB121]\n") == []


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# orbitcfg: ignore", "no rule is named"),
        ("# orbitcfg: ignore[]", "no rule is named"),
        ("# orbitcfg: ignore ORB110", "no rule is named"),
        ("# orbitcfg: ignore[ORB110", "no rule is named"),
        ("# orbitcfg: disable[ORB110]", "orbitcfg knows no `disable`"),
        ("# orbitcfg:", "the comment does not say what to ignore"),
        ("# orbitcfg: ignore[ORB11O]", "there is no rule `ORB11O`"),
    ],
)
def test_malformed_comment_is_told(comment: str, message: str) -> None:
    assert found(root=f"import: [base.yaml]  {comment}\n") == [f"ORB904 config.yaml:1: {message}"]


@pytest.mark.parametrize(
    "text",
    [
        'a: "# orbitcfg: ignore"',
        "a: '# orbitcfg: ignore'",
        "a: x# orbitcfg: ignore",
        "a: |\n  text\n  # orbitcfg: ignore\n",
        "a: >-\n\n    # orbitcfg: ignore\n\n",
        'a: "two\n  # orbitcfg: ignore\n  lines"',
        '{a: \'# orbitcfg: ignore\', b: "\\" # orbitcfg: ignore"}',
        "'# orbitcfg: ignore': 1",
        "? '# orbitcfg: ignore'\n: 1",
    ],
)
def test_text_is_no_comment(text: str) -> None:
    assert list(comments(Source("a.yaml", text))) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# one\na: 1 # two\n#three", ["# one", "# two", "#three"]),
        ("a: | # head\n  # text\n# after\nb: 1", ["# head", "# after"]),
        ("a: [ # one\n  x, # two # and\n]\n# end\r\n# next", ["# one", "# two # and", "# end", "# next"]),
        ("a: 1 # a\ttab", ["# a\ttab"]),
        ("--- # head\na: &x 1 # anchor\nb: *x # alias\n... # end", ["# head", "# anchor", "# alias", "# end"]),
        ("a: 1 # before\nb: [", ["# before"]),
        ("# only", ["# only"]),
        ("", []),
        ('a: "x" # é😀\u2028b: 1', ["# é😀"]),
    ],
)
def test_comments_are_found(text: str, expected: list[str]) -> None:
    assert [each.text for each in comments(Source("a.yaml", text))] == expected


def test_fix_takes_the_comment_and_nothing_else() -> None:
    text = "import: [base.yaml]   # orbitcfg: ignore[ORB121] x\n# orbitcfg: ignore[ORB122]\nmessages: {}\n"
    verdict = run_rules(config_of({"config/config.yaml": text, "config/base.yaml": HEALTHY + PROVIDER}), RULES)
    edits = [edit for each in verdict.diagnostics if each.code == "ORB902" and each.fix for edit in each.fix.edits if isinstance(edit, Edit)]
    for edit in sorted(edits, key=lambda each: -each.span.start):
        text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    assert text == "import: [base.yaml]\nmessages: {}\n"


def test_crash_of_a_rule_is_a_finding_and_its_comments_are_not_unused() -> None:
    @rule("ORB121", consequence=Consequence.MISLEADS)
    def broken(_config: Config) -> Iterator[Finding]:
        """A rule that fails."""
        raise KeyError("a value that must not be shown")

    rules = [broken if each.code == "ORB121" else each for each in RULES]
    config = config_of({"config/config.yaml": "import: [base.yaml]  # orbitcfg: ignore[ORB121]\n", "config/base.yaml": HEALTHY + PROVIDER})
    verdict = run_rules(config, rules)
    assert verdict.crashed
    assert [(each.code, each.place, each.message) for each in verdict.diagnostics if each.severity > Severity.INFO] == [
        ("ORB901", None, "rule ORB121 (broken) failed inside orbitcfg: KeyError")
    ]
    assert run_rules(config, [each for each in rules if each.code.startswith("ORB1")]).diagnostics[-1].code == "ORB901"


def test_an_interrupt_in_a_rule_is_no_crash_of_it() -> None:
    """Python 3.11 makes another error of it where a class is being made, as while a rule imports something."""

    @rule("ORB121", consequence=Consequence.MISLEADS)
    def interrupted(_config: Config) -> Iterator[Finding]:
        """A rule in which Ctrl-C strikes."""
        raise RuntimeError("Error calling __set_name__") from KeyboardInterrupt()

    config = config_of({"config/config.yaml": "import: [base.yaml]\n", "config/base.yaml": HEALTHY + PROVIDER})
    with pytest.raises(KeyboardInterrupt):
        run_rules(config, [interrupted])


def test_silenced_fault_still_stops_orbit() -> None:
    config = config_of({"config/config.yaml": f"# orbitcfg: ignore-file[ORB207]\n{PROVIDER}"})
    verdict = run_rules(config, RULES)
    assert "ORB207" not in {each.code for each in verdict.diagnostics}
    assert {each.code for each in verdict.fatal} == {"ORB207"}


def test_the_work_grows_with_the_comments_and_no_faster() -> None:
    def calls(count: int) -> int:
        config = config_of({"config/config.yaml": "a: 1 # orbitcfg: ignore[ORB121]\n" * count})
        rules = [each for each in RULES if each.code.startswith("ORB9")]
        made = 0

        def noted(_frame: object, event: str, _argument: object) -> None:
            nonlocal made
            made += event in ("call", "c_call")

        sys.setprofile(noted)
        try:
            run_rules(config, rules)
        finally:
            sys.setprofile(None)
        return made

    calls(10)
    assert calls(1_600) < 9 * calls(200)


@pytest.mark.parametrize("line", [2, 4])
def test_a_comment_on_the_first_or_the_last_line_of_a_value_silences(line: int) -> None:
    """No comment can stand inside a text of several lines, and one on a line between belongs to something else."""

    @rule("ORB121", consequence=Consequence.MISLEADS)
    def about_messages(_config: Config) -> Iterator[Finding]:
        """A rule that finds a value of several lines."""
        yield Finding("it is long", ("messages",), "shorten it", value=True)

    text = ["import: [base.yaml]", "messages: [", "  a,", "]"]
    text[line - 1] += "  # orbitcfg: ignore[ORB121]"
    assert found(rules=[about_messages], root="\n".join(text)) == []


def test_a_comment_on_a_line_within_a_value_does_not_silence_it() -> None:
    @rule("ORB121", consequence=Consequence.MISLEADS)
    def about_messages(_config: Config) -> Iterator[Finding]:
        """A rule that finds a value of several lines."""
        yield Finding("it is long", ("messages",), "shorten it", value=True)

    text = "import: [base.yaml]\nmessages: [\n  a,  # orbitcfg: ignore[ORB121]\n]\n"
    assert found(rules=[about_messages], root=text) == ["ORB121 config.yaml:2: it is long"]
