"""The hook `orbitcfg-validate`, run by the real pre-commit on real commits."""

import os
import re
from pathlib import Path

import pytest

from tests.precommit.conftest import CLEAN, Repository
from tests.shared import PROJECT

pytestmark = pytest.mark.slow

_SECONDS = re.compile(r"[\d.]+ ?s\b")
VALIDATE = ("pre-commit", "run", "orbitcfg-validate", "--verbose")


def test_clean_commit_passes(repository: Repository) -> None:
    repository.stage({"config/adapters.yaml": CLEAN["config/adapters.yaml"] + "# one more line\n"})
    done = repository.commit()
    assert (done.returncode, done.stderr.count("Passed")) == (0, 2), done.stderr


def test_broken_commit_is_refused_and_says_where(repository: Repository) -> None:
    before = repository.git("rev-parse", "HEAD")
    repository.stage({"config/adapters.yaml": "adapters: [\n"})
    done = repository.commit()
    assert done.returncode == 1
    assert "error[ORB101]" in done.stderr
    assert "--> config/adapters.yaml:1:11" in done.stderr
    assert repository.git("rev-parse", "HEAD") == before


def test_what_is_fixed_but_not_staged_is_refused(repository: Repository) -> None:
    repository.stage({"config/adapters.yaml": "adapters: [\n"})
    repository.write({"config/adapters.yaml": CLEAN["config/adapters.yaml"]})
    done = repository.commit()
    assert done.returncode == 1
    assert "error[ORB101]" in done.stderr
    assert (repository.folder / "config/adapters.yaml").read_text(encoding="utf-8") == CLEAN["config/adapters.yaml"]


def test_what_is_broken_but_not_staged_passes(repository: Repository) -> None:
    repository.stage({"notes.txt": "a file of its own\n"})
    repository.write({"config/adapters.yaml": "adapters: [\n"})
    done = repository.commit()
    assert done.returncode == 0, done.stderr


def test_provider_that_is_switched_off_in_another_file_than_the_one_that_breaks_is_refused(repository: Repository) -> None:
    repository.stage({"config/inference.yaml": CLEAN["config/inference.yaml"].replace("enabled: true", "enabled: false")})
    done = repository.commit()
    assert done.returncode == 1
    assert "error[ORB502]: adapter `chat`" in done.stderr
    assert "--> config/adapters.yaml:8:25" in done.stderr
    assert "--> config/inference.yaml:3:" in done.stderr


def test_section_that_is_emptied_in_another_file_than_the_one_that_fills_it_is_refused(repository: Repository) -> None:
    repository.stage({"config/config.yaml": CLEAN["config/config.yaml"] + "inference:\n"})
    done = repository.commit()
    assert done.returncode == 1
    assert "error[ORB123]: `inference` is null here, and hides a section with one key in `config/inference.yaml`" in done.stderr


def test_commit_that_only_deletes_an_imported_file_is_refused(repository: Repository) -> None:
    repository.git("rm", "--quiet", "config/inference.yaml")
    done = repository.commit()
    assert done.returncode == 1
    assert "error[ORB110]: `inference.yaml` is not there" in done.stderr


def test_verdict_is_said_again_until_a_file_changes(repository: Repository) -> None:
    repository.stage({"config/adapters.yaml": CLEAN["config/adapters.yaml"].replace("ollama", "olama")})
    first, second = (repository.run(*VALIDATE).stdout for _ in range(2))
    assert "error[ORB501]" in first
    again = " (nothing has changed since the last run)"
    assert again not in first
    assert _SECONDS.sub("", second) == _SECONDS.sub("", first).replace(", the newest known.", f", the newest known.{again}")
    repository.stage({"config/adapters.yaml": CLEAN["config/adapters.yaml"]})
    third = repository.run(*VALIDATE)
    assert third.returncode == 0
    assert again not in third.stdout


def test_variables_of_the_shell_change_nothing(repository: Repository) -> None:
    repository.stage({"config/inference.yaml": CLEAN["config/inference.yaml"].replace("gemma3:270m", "${MODEL}")})
    repository.write({".env": "MODEL=from-the-file\n: no assignment\n"})
    shell = Repository(repository.folder, {**repository.environment, "MODEL": "from-the-shell", "XDG_CACHE_HOME": os.path.abspath(os.devnull)})
    here, in_shell = (_SECONDS.sub("", each.run(*VALIDATE).stdout) for each in (repository, shell))
    assert "2 variables are not set here" in here
    assert here == in_shell


def test_settings_of_the_repository_hold_for_the_hook(repository: Repository) -> None:
    root = CLEAN["config/config.yaml"].replace("import:\n", "import:\n  - local.yaml\n")
    repository.stage({"config/config.yaml": root, "orbitcfg.toml": 'severity = {import-missing = "warning"}\n'})
    done = repository.commit()
    assert done.returncode == 0, done.stderr


def test_hook_is_installed_without_compiling(repository: Repository) -> None:
    """The installation was allowed wheels alone, and orbitcfg's own is for any platform."""
    found = list(Path(repository.environment["PRE_COMMIT_HOME"]).glob("repo*/py_env-*/**/orbitcfg-*.dist-info/WHEEL"))
    assert len(found) == 1
    assert "Root-Is-Purelib: true" in found[0].read_text(encoding="utf-8")
    assert "Tag: py3-none-any" in found[0].read_text(encoding="utf-8")


def test_manifest_is_one_that_pre_commit_takes(repository: Repository) -> None:
    done = repository.run("pre-commit", "validate-manifest", str(PROJECT / ".pre-commit-hooks.yaml"))
    assert (done.returncode, done.stdout) == (0, "")
