"""The baseline: what it lets pass, what it does not, and what it says of itself."""

import json
from pathlib import Path

import pytest

from orbitcfg.document.source import Source, Span
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Memory
from orbitcfg.lint import baseline
from orbitcfg.lint.runner import LintResult, beyond_baseline, run_rules
from orbitcfg.report.diagnostics import Diagnostic, Severity
from orbitcfg.rules import RULES
from tests.program import run
from tests.trees import config_of

FILES = {
    "config/config.yaml": "import: [base.yaml, nix.yaml]\nlogging: {level: '${LEVEL}'}\n",
    "config/base.yaml": "auth: {default_admin_password: admin}\nfiles: {mode: 0644}\n",
}


def verdict(files: dict[str, str]) -> LintResult:
    return run_rules(config_of(files), RULES)


def written(files: dict[str, str], name: str = "baseline.json") -> baseline.Baseline:
    text = baseline.format_baseline(verdict(files).diagnostics, name)
    return baseline.read_baseline(Memory({f"/{name}": text.encode()}), f"/{name}")


def left(known: baseline.Baseline, files: dict[str, str], *, whole: bool = True) -> list[str]:
    config = config_of(files)
    return [f"{each.code} {each.message}" for each in beyond_baseline(known, run_rules(config, RULES).diagnostics, config, RULES, whole=whole)]


def test_what_was_written_is_expected() -> None:
    assert len(verdict(FILES).diagnostics) > 2
    assert left(written(FILES), FILES) == []


def test_moved_lines_and_other_files_with_the_same_key_change_nothing() -> None:
    moved = {
        **FILES,
        "config/base.yaml": "# a comment\n\n" + FILES["config/base.yaml"],
        "config/config.yaml": "# a comment\n" + FILES["config/config.yaml"],
    }
    assert left(written(FILES), moved) == []


def test_new_finding_is_told_also_beside_an_equal_one() -> None:
    known = written(FILES)
    more = {**FILES, "config/base.yaml": FILES["config/base.yaml"] + "stores: {a: 0600}\n"}
    assert [each for each in left(known, more) if each.startswith("ORB106")] == ["ORB106 `0600` is read as octal: it is 384"]
    twice = {**FILES, "config/base.yaml": FILES["config/base.yaml"] + "stores: {a: 0644}\n"}
    assert [each for each in left(known, twice) if each.startswith("ORB106")] == ["ORB106 `0644` is read as octal: it is 420"]


def test_mended_finding_leaves_an_entry_that_is_told_at_its_line() -> None:
    known = written(FILES)
    fixed = {**FILES, "config/base.yaml": FILES["config/base.yaml"].replace("0644", "420")}
    config = config_of(fixed)
    (stale,) = beyond_baseline(known, run_rules(config, RULES).diagnostics, config, RULES, whole=True)
    assert (stale.code, stale.severity, stale.message) == (
        "ORB903",
        Severity.INFO,
        "the baseline expects ORB106 in `repo/config/base.yaml`, which is not found any more: `0644` is read as octal: it is 420",
    )
    assert isinstance(stale.place, Span)
    assert json.loads(stale.place.text)["code"] == "ORB106"


def test_entries_wait_where_their_rule_did_not_run_or_the_machine_decides() -> None:
    known = written(FILES)
    fixed = {"config/config.yaml": "import: [base.yaml]\n", "config/base.yaml": FILES["config/base.yaml"].replace("0644", "420")}
    found = left(known, fixed)
    assert {each.split()[4] for each in found if each.startswith("ORB903")} >= {"ORB110", "ORB106"}
    assert not [each for each in found if "ORB201" in each]
    assert not [each for each in left(known, fixed, whole=False) if each.startswith("ORB903")]


def test_text_is_sorted_one_line_a_finding_and_relative_to_the_baseline() -> None:
    source = Source("repo/config/a.yaml", "a: 1\n")
    findings = [
        Diagnostic("ORB2", "n", Severity.ERROR, "zwei „Stück“", "h", Span(source, 0, 1), key="a"),
        Diagnostic("ORB1", "n", Severity.ERROR, "eins", "h", source),
        Diagnostic("ORB901", "n", Severity.ERROR, "a fault of orbitcfg", "h", None),
    ]
    assert baseline.format_baseline(findings, "repo/ci/baseline.json") == (
        '{\n  "version": 1,\n  "findings": [\n'
        '    {"code": "ORB1", "key": null, "file": "../config/a.yaml", "message": "eins"},\n'
        '    {"code": "ORB2", "key": "a", "file": "../config/a.yaml", "message": "zwei „Stück“"}\n'
        "  ]\n}\n"
    )
    assert baseline.format_baseline([], "baseline.json") == '{\n  "version": 1,\n  "findings": []\n}\n'


def test_entries_are_placed_also_when_a_person_wrote_them() -> None:
    text = '{"version": 1, "findings": [{"message": "m", "code": "ORB1",\n "key": null, "file": "a.yaml"}]}'
    (entry,) = baseline.read_baseline(Memory({"/ci/b.json": text.encode()}), "/ci/b.json").entries
    assert (entry.code, entry.file, entry.key, entry.message) == ("ORB1", "ci/a.yaml", None, "m")
    assert isinstance(entry.place, Source)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"version": 2, "findings": []}', '{"version": 1, "findings": [{}]}', "[" * 100_000, "\xff", '{"version": 1}']
)
def test_what_is_no_baseline_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        baseline.read_baseline(Memory({"/b.json": text.encode("latin-1")}), "/b.json")
    assert str(refused.value) == "`b.json` is no baseline: write one with --write-baseline"


def test_missing_baseline_is_refused() -> None:
    with pytest.raises(UsageError) as refused:
        baseline.read_baseline(Memory({}), "b.json")
    assert str(refused.value) == "cannot read the baseline `b.json`: it does not exist"


def test_a_baseline_holds_nothing_that_steers_and_is_read_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.yaml").write_text('general: {inference_provider: a}\n"x\\u202e##[y": 1\n', "utf-8")
    run(["validate", "config.yaml", "--write-baseline", "known"], capsys, monkeypatch, tmp_path)
    written = (tmp_path / "known").read_text("utf-8")
    assert "\\u202e" in written
    assert not {"\u202e"} & set(written)
    assert "##[" not in written
    assert run(["validate", "config.yaml", "--baseline", "known"], capsys, monkeypatch, tmp_path).status == 0


def test_a_baseline_is_of_warnings_and_errors_unless_more_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "inference: {shimmy: {enabled: true, base_url: 'http://localhost:11435', model: m, temprature: 1, timeout: {total: 1}}}\n"
    (tmp_path / "config.yaml").write_text(text, "utf-8")

    def codes(*more: str) -> set[str]:
        run(["validate", "config.yaml", "--no-env", "--write-baseline", "known", *more], capsys, monkeypatch, tmp_path)
        return {each["code"] for each in json.loads((tmp_path / "known").read_text("utf-8"))["findings"]}

    assert ("ORB207" in codes(), codes("--min-severity", "info") - codes()) == (True, {"ORB301", "ORB306"})
