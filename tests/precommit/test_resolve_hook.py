"""The hook `orbitcfg-resolve`: the committed file with the whole configuration stays in step."""

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
