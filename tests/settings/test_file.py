"""Settings: where they come from and what wins."""

import json
from pathlib import Path

import jsonschema
import pytest

from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk, Memory
from orbitcfg.lint import selection
from orbitcfg.lint.runner import run_rules
from orbitcfg.report.diagnostics import Diagnostic, Severity
from orbitcfg.rules.files.reach import unreachable_file
from orbitcfg.settings import file
from orbitcfg.settings.model import Settings, merge_settings
from orbitcfg.settings.schema import json_schema
from tests.shared import PROJECT
from tests.trees import config_of

KNOWN = "there are roots, select, ignore, severity, unreachable, fail-on, env-file, schemas, orbit"
CONFIG = {"/srv/repo/.git/HEAD": b"", "/srv/repo/config/config.yaml": b""}


def values(files: dict[str, bytes], path: str | None = "/srv/repo/config") -> dict[str, object]:
    return file.values(Memory({**CONFIG, **files}), path, selection.code)


def refusal(text: str, name: str = "orbitcfg.toml") -> str:
    with pytest.raises(UsageError) as refused:
        values({f"/srv/repo/{name}": text.encode()})
    return str(refused.value)


def test_each_source_wins_over_the_one_before_it() -> None:
    file = {"fail_on": "warning", "select": ("ORB1",), "roots": ("a",)}
    environment = {"ORBITCFG_FORMAT": "json", "ORBITCFG_COLOR": "always"}
    assert merge_settings({}, {}) == Settings()
    assert merge_settings({}, {}, file) == Settings(fail_on=Severity.WARNING, select=("ORB1",), roots=("a",))
    assert merge_settings(environment, {}, {**file, "format": "full"}) == Settings(
        fail_on=Severity.WARNING, select=("ORB1",), roots=("a",), format="json", color="always"
    )
    assert merge_settings(environment, {"format": "concise", "fail_on": "never", "select": ("ORB2",), "color": None}, file) == Settings(
        fail_on=None, select=("ORB2",), roots=("a",), format="concise", color="always"
    )


def test_every_setting_of_the_own_file_is_read() -> None:
    text = b"""
        roots = ["config"]
        select = ["ORB1", "unset-variable"]
        ignore = ["orb112"]
        unreachable = ["config/old/**"]
        fail-on = "warning"
        env-file = ["ci.env"]
        schemas = ["schemas/own.json"]
        [severity]
        ORB106 = "info"
        import-missing = "warning"
    """
    assert values({"/srv/repo/orbitcfg.toml": text}) == {
        "roots": ("srv/repo/config",),
        "select": ("ORB1", "ORB201"),
        "ignore": ("ORB112",),
        "unreachable": ("/srv/repo/config/old/**",),
        "fail_on": "warning",
        "env_files": ("srv/repo/ci.env",),
        "schemas": ("srv/repo/schemas/own.json",),
        "severity": {"ORB106": "info", "ORB110": "warning"},
    }


def test_table_of_pyproject_is_read_and_other_pyprojects_are_not_parsed() -> None:
    assert values({"/srv/repo/pyproject.toml": b'[tool.orbitcfg]\nignore = ["ORB1"]\n'}) == {"ignore": ("ORB1",)}
    assert values({"/srv/repo/pyproject.toml": b"[tool.other]\nthis is no TOML"}) == {}
    assert values({"/srv/repo/pyproject.toml": b'[project]\nname = "orbitcfg"\n'}) == {}


def test_nearest_file_wins_and_the_search_ends_at_the_repository() -> None:
    outside = {"/srv/orbitcfg.toml": b'ignore = ["ORB9"]\n'}
    assert values(outside) == {}
    assert values({**outside, "/srv/repo/orbitcfg.toml": b'ignore = ["ORB1"]\n'}) == {"ignore": ("ORB1",)}
    near = {"/srv/repo/orbitcfg.toml": b'ignore = ["ORB1"]\n', "/srv/repo/config/orbitcfg.toml": b'ignore = ["ORB2"]\n'}
    assert values(near, "/srv/repo/config/config.yaml") == {"ignore": ("ORB2",)}
    assert values(near, "/srv/repo") == {"ignore": ("ORB1",)}


def test_own_file_goes_before_pyproject() -> None:
    both = {"/srv/repo/orbitcfg.toml": b'ignore = ["ORB1"]\n', "/srv/repo/pyproject.toml": b'[tool.orbitcfg]\nignore = ["ORB2"]\n'}
    assert values(both) == {"ignore": ("ORB1",)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('\nslect = ["ORB1"]\n', "srv/repo/orbitcfg.toml:2: there is no setting `slect`: did you mean `select`?"),
        ('env_file = ["x"]', "srv/repo/orbitcfg.toml:1: there is no setting `env_file`: did you mean `env-file`?"),
        (
            "colour = 1",
            f"srv/repo/orbitcfg.toml:1: there is no setting `colour`; {KNOWN}",
        ),
        ('[severity]\nORB112 = "warn"', "srv/repo/orbitcfg.toml:1: `severity`, `ORB112`: input should be 'error', 'warning' or 'info'"),
        ("roots = [5]", "srv/repo/orbitcfg.toml:1: `roots`, entry 1: input should be a valid string"),
        (
            'a = 1\nignore = "x"',
            f"srv/repo/orbitcfg.toml:2: `ignore`: input should be a valid list\norbitcfg: srv/repo/orbitcfg.toml:1: there is no setting `a`; {KNOWN}",
        ),
        ('ignore = ["import-mising"]', "srv/repo/orbitcfg.toml: there is no rule `import-mising`: did you mean `import-missing`?"),
        ("roots = [", "`srv/repo/orbitcfg.toml` is not valid TOML: invalid value (at end of document)"),
        ('roots = ["../other"]', "srv/repo/orbitcfg.toml: `roots` names `../other`, which lies outside the repository"),
        ('env-file = ["/etc/environment"]', "srv/repo/orbitcfg.toml: `env-file` names `/etc/environment`, which lies outside the repository"),
        ('schemas = ["config/../../x.json"]', "srv/repo/orbitcfg.toml: `schemas` names `config/../../x.json`, which lies outside the repository"),
        ("roots = " + "[" * 5000 + "]" * 5000, "`srv/repo/orbitcfg.toml` is nested too deep"),
    ],
)
def test_wrong_file_is_refused_in_words(text: str, message: str) -> None:
    assert refusal(text) == message


def test_file_too_large_is_refused() -> None:
    assert refusal("# x\n" * 600_000) == "`srv/repo/orbitcfg.toml` is not UTF-8, or larger than 2 MiB"


def test_link_out_of_the_repository_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("password = 'x'\n", encoding="utf-8")
    repository = tmp_path / "repository"
    (repository / ".git").mkdir(parents=True)
    (repository / "orbitcfg.toml").symlink_to(tmp_path / "secret")
    with pytest.raises(UsageError) as refused:
        file.values(Disk(str(repository)), None, selection.code)
    assert str(refused.value) == "cannot read `orbitcfg.toml`: a link leads out of the repository"


def test_severities_are_those_of_the_longest_code() -> None:
    settings = merge_settings({}, {}, {"severity": {"ORB1": "info", "ORB112": "error"}})
    given = [Diagnostic(code, "n", Severity.WARNING, "m", "h", None) for code in ("ORB112", "ORB110", "ORB201")]
    assert [each.severity for each in settings.policy.regraded(given)] == [Severity.ERROR, Severity.INFO, Severity.WARNING]


def test_files_that_are_meant_to_be_imported_by_nothing_are_not_reported() -> None:
    files = {"config/config.yaml": "general: {}\n", "config/extra.yaml": "general: {}\n", "config/old/b.yaml": "general: {}\n"}

    def orphans(*unreachable: str) -> list[str | None]:
        config = config_of(files, settings=Settings(unreachable=unreachable))
        return [each.file for each in run_rules(config, [unreachable_file]).diagnostics]

    assert orphans() == ["repo/config/extra.yaml", "repo/config/old/b.yaml"]
    assert orphans("repo/config/old/**") == ["repo/config/extra.yaml"]
    assert orphans("repo/config/old", "repo/config/e*.yaml") == []


def test_published_schema_is_the_shape() -> None:
    published = json.loads((PROJECT / "schemas/settings.schema.json").read_text(encoding="utf-8"))
    assert published == json_schema(), "run `make generate`"
    jsonschema.Draft202012Validator.check_schema(published)


@pytest.mark.parametrize("number", ["1" * 4_301, "0x" + "f" * 4_000])
def test_a_number_of_too_many_digits_is_refused_in_words(number: str) -> None:
    assert refusal(f"a = {number}") in {
        "`srv/repo/orbitcfg.toml` holds a number of too many digits",
        f"srv/repo/orbitcfg.toml:1: there is no setting `a`; {KNOWN}",
    }


def test_so_many_problems_are_told_at_a_time() -> None:
    assert refusal("".join(f"x{number} = 1\n" for number in range(1_000))).count("there is no setting") == 20


def test_a_pattern_of_any_length_is_refused_in_words() -> None:
    assert refusal(f'unreachable = ["{"**/" * 400}"]') == "srv/repo/orbitcfg.toml: `unreachable` has a pattern of over 1,000 characters"
