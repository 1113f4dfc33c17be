"""The hook `orbitcfg-resolve`: the committed file with the whole configuration stays in step."""

import os

import pytest

from tests.precommit.conftest import CLEAN, Repository

pytestmark = pytest.mark.slow


def test_fresh_file_passes(repository: Repository) -> None:
    repository.stage({"notes.txt": "nothing of the configuration\n"})
    assert repository.commit().returncode == 0


def test_stale_file_is_refreshed_and_the_commit_refused_until_it_is_staged(repository: Repository) -> None:
    repository.stage({"config/inference.yaml": CLEAN["config/inference.yaml"].replace("gemma3:270m", "${OLLAMA_MODEL}")})
    refused = repository.commit()
    assert refused.returncode == 1
    assert "files were modified by this hook" in refused.stderr
    repository.git("add", "resolved.yaml")
    accepted = repository.commit()
    assert accepted.returncode == 0, accepted.stderr
    assert "    model: ${OLLAMA_MODEL}\n" in repository.committed("resolved.yaml")


def test_configuration_that_orbit_refuses_leaves_the_file_alone(repository: Repository) -> None:
    before = (repository.folder / "resolved.yaml").read_bytes()
    repository.stage({"config/config.yaml": "general: [\n"})
    done = repository.run("pre-commit", "run", "orbitcfg-resolve")
    assert done.returncode == 1
    assert "error[ORB101]" in done.stdout
    assert (repository.folder / "resolved.yaml").read_bytes() == before


@pytest.mark.skipif(os.name != "posix", reason="links as POSIX has them")
def test_a_tracked_link_to_a_hook_of_git_runs_nothing(repository: Repository) -> None:
    """Not at this commit, and not at the next: the file that is run at each stays as it is."""
    hook = repository.folder / ".git/hooks/pre-commit"
    before = (hook.read_bytes(), hook.stat().st_mode)
    (repository.folder / "resolved.yaml").unlink()
    (repository.folder / "resolved.yaml").symlink_to(".git/hooks/pre-commit")
    repository.stage({"config/config.yaml": '"; touch pwned; ": 1\n' + CLEAN["config/config.yaml"]})
    repository.git("add", "resolved.yaml")
    for _ in range(2):
        refused = repository.commit()
        assert refused.returncode == 1
        assert "orbitcfg: cannot write `resolved.yaml`: it is a link; name `" in refused.stderr
    assert (hook.read_bytes(), hook.stat().st_mode) == before
    assert not (repository.folder / "pwned").exists()
