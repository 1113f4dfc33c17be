"""A model file that is not there, and what lies in its place: each help, done to the letter, gives the model back."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from orbitcfg.engine import discover
from orbitcfg.engine.context import RunContext
from orbitcfg.engine.discover import FoundModel
from orbitcfg.observed.observation import Damage, ModelFault
from orbitcfg.rules.engine._damage import fact_of, help_of
from tests.engine.damaged import GOOD
from tests.engine.test_discover import pulled

HALF = len(GOOD) // 2


def in_parts(*names: str) -> Callable[[Path], None]:
    """The model cut in two below the folder `models`, or what there is of it."""

    def make(folder: Path) -> None:
        for name, content in zip(names, (GOOD[:HALF], GOOD[HALF:]), strict=False):
            (folder / "models" / name).write_bytes(content)

    return make


PARTS: dict[str, tuple[Callable[[Path], None], ModelFault]] = {
    "part1of2": (
        in_parts("tiny.gguf.part1of2", "tiny.gguf.part2of2"),
        ModelFault(Damage.IN_PIECES, instead=("models/tiny.gguf.part1of2", "models/tiny.gguf.part2of2")),
    ),
    "split-a": (
        in_parts("tiny.gguf-split-a", "tiny.gguf-split-b"),
        ModelFault(Damage.IN_PIECES, instead=("models/tiny.gguf-split-a", "models/tiny.gguf-split-b")),
    ),
    "numbers of several digits": (
        in_parts("tiny.gguf.9", "tiny.gguf.10"),
        ModelFault(Damage.IN_PIECES, instead=("models/tiny.gguf.9", "models/tiny.gguf.10")),
    ),
}


def model(folder: Path) -> FoundModel:
    """The one model below a folder."""
    [found] = discover.find_models(RunContext(str(folder), {"HOME": str(folder)}))
    return found


@pytest.mark.parametrize("name", PARTS)
def test_parts_are_told_and_joined(name: str, tmp_path: Path) -> None:
    make, fault = PARTS[name]
    (tmp_path / "models").mkdir()
    make(tmp_path)
    assert (model(tmp_path).model.path, model(tmp_path).model.fault) == ("models/tiny.gguf", fault)
    carried_out(help_of("models/tiny.gguf", fault), tmp_path)
    assert (tmp_path / "models/tiny.gguf").read_bytes() == GOOD
    assert model(tmp_path).model.fault is None


def test_a_part_that_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    in_parts("tiny.gguf.part2of3")(tmp_path)
    fault = model(tmp_path).model.fault
    assert fault == ModelFault(Damage.IN_PIECES, "without part 1, 3 of 3", ("models/tiny.gguf.part2of3",))
    assert fact_of(fault).endswith("`models/tiny.gguf.part2of3`: without part 1, 3 of 3")
    assert help_of("models/tiny.gguf", fault) == "download the missing parts, and join all in order with `cat`"


def test_a_part_that_is_named_itself_is_no_damaged_model(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    in_parts("tiny.gguf.part1of2", "tiny.gguf.part2of2")(tmp_path)
    found = discover.inspect_model("models/tiny.gguf.part1of2", RunContext(str(tmp_path), {}))
    assert found.model.fault == PARTS["part1of2"][1]


@pytest.mark.parametrize(("there", "asked"), [("Models/Tiny.gguf", "models/tiny.gguf"), ("models/Tiny-Q4_K_M.gguf", "models/tiny-q4_k_m.gguf")])
def test_another_case_is_told(there: str, asked: str, tmp_path: Path) -> None:
    (tmp_path / there).parent.mkdir()
    (tmp_path / there).write_bytes(GOOD)
    if (tmp_path / asked).exists():
        # a file system that does not tell letters apart
        return
    assert discover.inspect_model(asked, RunContext(str(tmp_path), {})).model.fault == ModelFault(Damage.OTHER_CASE, instead=(there,))


def test_two_that_differ_in_case_are_not_guessed_at(tmp_path: Path) -> None:
    for name in ("Tiny.gguf", "TINY.gguf"):
        (tmp_path / name).write_bytes(GOOD)
    if len(list(tmp_path.iterdir())) == 2:
        assert discover.inspect_model("tiny.gguf", RunContext(str(tmp_path), {})).model.fault == ModelFault(Damage.MISSING)


@pytest.mark.parametrize("ending", [".part", ".crdownload", ".incomplete"])
def test_a_download_that_has_not_ended_is_told(ending: str, tmp_path: Path) -> None:
    (tmp_path / f"tiny.gguf{ending}").write_bytes(GOOD[:HALF])
    assert discover.inspect_model("tiny.gguf", RunContext(str(tmp_path), {})).model.fault == ModelFault(Damage.UNFINISHED)


def test_a_link_into_a_cache_that_is_still_filled_is_told(tmp_path: Path) -> None:
    (tmp_path / "blob.incomplete").write_bytes(GOOD[:HALF])
    (tmp_path / "tiny.gguf").symlink_to("blob")
    fault = discover.inspect_model("tiny.gguf", RunContext(str(tmp_path), {})).model.fault
    assert fault == ModelFault(Damage.DANGLING_LINK, "its download has not ended")
    assert help_of("tiny.gguf", fault) == "let the download end, or begin it again"


def test_a_blob_of_an_old_name_is_renamed(tmp_path: Path) -> None:
    blob = pulled(tmp_path / ".ollama/models", "registry.ollama.ai/library/tiny/latest")
    blob.rename(blob.with_name(blob.name.replace("-", ":")))
    found = model(tmp_path).model
    assert found.fault == ModelFault(Damage.OLD_BLOB_NAME, instead=(found.path.replace("sha256-", "sha256:"),))
    carried_out(help_of(found.path, found.fault), tmp_path)
    assert model(tmp_path).model.fault is None


def test_a_blob_that_is_gone_is_pulled_again(tmp_path: Path) -> None:
    pulled(tmp_path / ".ollama/models", "registry.ollama.ai/library/tiny/q4").unlink()
    fault = model(tmp_path).model.fault
    assert fault == ModelFault(Damage.BLOB_MISSING, "tiny:q4")
    assert help_of("blob", fault) == "run `ollama pull tiny:q4`"


def carried_out(remedy: str, folder: Path) -> None:
    """Runs the command of a help, as its reader would."""
    command = re.search("`([^`]+)`", remedy)
    assert command
    subprocess.run(["/bin/sh", "-c", command[1]], cwd=folder, check=True)
