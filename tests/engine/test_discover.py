"""The models of this machine are found wherever servers keep them, with the name that each server gives."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from orbitcfg.engine import discover, ollama, places, shimmy
from orbitcfg.engine.context import RunContext
from orbitcfg.engine.discover import SERVERS
from orbitcfg.observed.model_names import ollama_name
from orbitcfg.observed.observation import Damage, ModelFault, ModelFile, ServerListing
from tests.engine.damaged import GOOD
from tests.tools import gguf_writer as writer
from tests.tools.selftest_model import built

LOOSE = "Ollama lists only what was pulled or created: write `FROM` and the file's path into a Modelfile and run `ollama create`"


def placed(path: Path, content: bytes = GOOD) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def pulled(store: Path, name: str, content: bytes = GOOD, size: int | None = None) -> Path:
    """A model as Ollama stores it."""
    digest = f"sha256-{abs(hash(name)):064x}"
    layers = [
        {"mediaType": "application/vnd.ollama.image.license", "digest": "sha256:1", "size": 3},
        {"mediaType": ollama.MODEL_LAYER, "digest": digest.replace("-", ":"), "size": len(content) if size is None else size},
    ]
    manifest = {"schemaVersion": 2, "mediaType": "m", "config": {"mediaType": "m", "digest": "d", "size": 1}, "layers": layers}
    placed(store / "manifests" / name, json.dumps(manifest).encode())
    return placed(store / "blobs" / digest, content)


@pytest.fixture
def where(tmp_path: Path) -> RunContext:
    (tmp_path / "home").mkdir()
    return RunContext(str(tmp_path), {"HOME": str(tmp_path / "home")})


def found(where: RunContext, *extra: str) -> dict[str, ModelFile]:
    return {each.model.path: each.model for each in discover.find_models(where, extra)}


def test_every_place_is_searched(tmp_path: Path) -> None:
    home = tmp_path / "home"
    where = RunContext(
        str(tmp_path / "work"),
        {
            "HOME": str(home),
            "SHIMMY_BASE_GGUF": str(tmp_path / "base/b.gguf"),
            "SHIMMY_MODEL_PATHS": f"{tmp_path / 'p1'};{tmp_path / 'p2'}",
            "HF_HOME": str(tmp_path / "hf"),
            "LLAMA_CACHE": str(tmp_path / "llama"),
        },
        str(tmp_path / "orbit"),
    )
    files = [
        "work/models/a.gguf",
        "work/gguf/b.gguf",
        "orbit/models/c.gguf",
        "orbit/gguf/d.gguf",
        "base/b.gguf",
        "base/sibling.gguf",
        "p1/e.gguf",
        "p2/f.GGUF",
        "hf/hub/models--o--r/snapshots/c0/Q4/g.gguf",
        "llama/h.gguf",
        "home/.cache/huggingface/hub/models--o--gguf/snapshots/c/i.gguf",
        "home/.lmstudio/models/pub/repo/j.gguf",
        "home/.cache/lm-studio/models/pub/repo/k.gguf",
        "home/models/l.gguf",
        "home/.local/share/shimmy/models/m.gguf",
        "home/.cache/llama.cpp/n.gguf",
        "extra/o.gguf",
    ]
    for name in files:
        placed(tmp_path / name)
    placed(tmp_path / "elsewhere/z.gguf")
    blob = pulled(home / ".ollama/models", "registry.ollama.ai/library/llama3.2/latest")
    (tmp_path / "work").mkdir(exist_ok=True)
    paths = [each.path for each in discover.find_models(where, (str(tmp_path / "extra"),))]
    assert paths == sorted([*(str(tmp_path / name) for name in files), str(blob)])


def test_the_variables_of_the_hub_replace_each_other(tmp_path: Path) -> None:
    variables = {"HOME": "/h", "XDG_CACHE_HOME": "/x", "HF_HOME": "~/hf"}
    assert places.hubs(RunContext("/w", variables)) == ["/h/hf/hub", "/x/huggingface/hub"]
    assert places.hubs(RunContext("/w", {**variables, "HF_HUB_CACHE": "$XDG_CACHE_HOME/elsewhere"}))[0] == "/x/elsewhere"


def test_a_row_says_how_each_server_lists_it(where: RunContext, tmp_path: Path) -> None:
    placed(tmp_path / "models/Tiny_Model Q8_0.gguf")
    assert found(where)["models/Tiny_Model Q8_0.gguf"].listings == (
        ServerListing("shimmy@1.7", "tiny-model-q8-0"),
        ServerListing("shimmy@1.8", "tiny-model-q8-0"),
        ServerListing("shimmy", "tiny-model-q8-0"),
        ServerListing("ollama", None, LOOSE),
        ServerListing("llama-server", "models/Tiny_Model Q8_0.gguf"),
    )


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        ("registry.ollama.ai/library/llama3.2/latest", "llama3.2:latest"),
        ("registry.ollama.ai/someone/Model/7b", "someone/Model:7b"),
        ("hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF/Q4_K_M", "hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M"),
    ],
)
def test_ollamas_models_have_its_names_and_shimmys(stored: str, name: str, where: RunContext, tmp_path: Path) -> None:
    pulled(tmp_path / "home/.ollama/models", stored)
    (model,) = found(where).values()
    assert [(each.server, each.name) for each in model.listings] == [
        ("shimmy@1.7", stored),
        ("shimmy@1.8", stored),
        ("shimmy", stored),
        ("ollama", name),
        ("llama-server", model.path),
    ]


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("llama3.2", "registry.ollama.ai/library/llama3.2:latest"),
        ("LLAMA3.2:Latest", "registry.ollama.ai/library/llama3.2:latest"),
        ("someone/model", "registry.ollama.ai/someone/model:latest"),
        ("hf.co/a/b:Q4", "hf.co/a/b:q4"),
        ("https://registry.ollama.ai/library/llama3.2", "registry.ollama.ai/library/llama3.2:latest"),
    ],
)
def test_ollamas_names_are_filled_in(name: str, same: str) -> None:
    assert ollama_name(name) == same


def test_a_store_that_is_set_replaces_the_default(tmp_path: Path) -> None:
    pulled(tmp_path / "home/.ollama/models", "registry.ollama.ai/library/a/latest")
    pulled(tmp_path / "data", "registry.ollama.ai/library/b/latest")
    where = RunContext(str(tmp_path), {"HOME": str(tmp_path / "home"), "OLLAMA_MODELS": str(tmp_path / "data")})
    assert [model.listed_as("ollama") for model in found(where).values()] == ["b:latest"]


def test_an_unfinished_pull_is_told(where: RunContext, tmp_path: Path) -> None:
    blob = pulled(tmp_path / "home/.ollama/models", "registry.ollama.ai/library/a/latest", size=len(GOOD) + 77)
    gone = pulled(tmp_path / "home/.ollama/models", "registry.ollama.ai/library/b/latest")
    gone.unlink()
    faults = {each.path: each.model.fault for each in discover.find_models(where)}
    detail = f"{len(GOOD):,} of the {len(GOOD) + 77:,} bytes that `a:latest` has are there"
    assert faults == {str(blob): ModelFault(Damage.CUT_IN_WEIGHTS, detail), str(gone): ModelFault(Damage.BLOB_MISSING, "b:latest")}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"layers": 5}', b'{"layers": [5, {"mediaType": 1}]}', b"[" * 100_000])
def test_a_manifest_that_is_none_is_passed_over(content: bytes, where: RunContext, tmp_path: Path) -> None:
    placed(tmp_path / "home/.ollama/models/manifests/h/n/m/t", content)
    assert found(where) == {}


def _split(number: int, count: int) -> bytes:
    """One part of a split model."""
    values = {
        **built().values,
        "split.no": writer.Value(writer.U16, number - 1),
        "split.count": writer.Value(writer.U16, count),
        "split.tensors.count": writer.Value(writer.I32, 12 * count),
    }
    return writer.File(values, built().tensors).written()


def test_a_split_model_is_one_row_with_all_its_weight(where: RunContext, tmp_path: Path) -> None:
    for number in (1, 2):
        placed(tmp_path / f"models/big-0000{number}-of-00002.gguf", _split(number, 2))
    (model,) = found(where).values()
    assert model.facts
    assert (model.path, model.size_bytes, model.facts.shards, model.missing_shards) == (
        "models/big-00001-of-00002.gguf",
        2 * len(_split(1, 2)),
        2,
        (),
    )
    assert [each.name for each in model.listings] == ["big-00001-of-00002", "models", "big", None, "models/big-00001-of-00002.gguf"]


@pytest.mark.parametrize(
    ("there", "missing"),
    [
        ([2], ("big-00001-of-00003.gguf", "big-00003-of-00003.gguf")),
        ([1, 3], ("big-00002-of-00003.gguf",)),
        ([1, 2, 3], ()),
    ],
)
def test_missing_parts_are_named(there: list[int], missing: tuple[str, ...], where: RunContext, tmp_path: Path) -> None:
    for number in there:
        placed(tmp_path / f"models/big-0000{number}-of-00003.gguf", _split(number, 3))
    (model,) = found(where).values()
    assert model.missing_shards == missing
    assert discover.inspect_model("models/big-00002-of-00003.gguf", where).model.missing_shards == missing


def test_a_part_under_another_name_lacks_the_others(where: RunContext, tmp_path: Path) -> None:
    """The header says that there are two parts; the engine finds the other by its name alone."""
    placed(tmp_path / "models/renamed.gguf", _split(1, 2))
    (model,) = found(where).values()
    assert model.missing_shards == ("renamed-00001-of-00002.gguf", "renamed-00002-of-00002.gguf")


def test_links_to_one_file_are_one_row_under_one_name_and_two_under_two(where: RunContext, tmp_path: Path) -> None:
    real = placed(tmp_path / "home/models/x.gguf")
    (tmp_path / "models").mkdir()
    (tmp_path / "models/x.gguf").symlink_to(real)
    (tmp_path / "models/other.gguf").symlink_to(real)
    assert list(found(where)) == ["models/other.gguf", "models/x.gguf"]


def test_a_circle_of_links_ends(where: RunContext, tmp_path: Path) -> None:
    placed(tmp_path / "models/a/x.gguf")
    (tmp_path / "models/a/again").symlink_to(tmp_path / "models")
    assert "models/a/x.gguf" in found(where)


def test_home_directories_are_not_spelt_out(where: RunContext, tmp_path: Path) -> None:
    assert where.display_path(str(tmp_path / "home/models/x.gguf")) == "home/models/x.gguf"
    assert RunContext("/w", {"HOME": "/home/u"}).display_path("/home/u/models/x.gguf") == "~/models/x.gguf"
    assert RunContext("/w", {"HOME": "/home/u"}).display_path("/home/user/x.gguf") == "/home/user/x.gguf"


def test_each_searcher_looks_into_a_folder_once(where: RunContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand files in a hundred folders, a thousand of them models: orbitcfg's own search and that of each Shimmy."""
    for folder in range(100):
        base = tmp_path / f"models/llama-{folder // 10}/{folder}"
        base.mkdir(parents=True)
        for number in range(90):
            (base / f"file-{number}.json").touch()
        for number in range(10):
            os.link(placed(tmp_path / "one.gguf") if not number and not folder else tmp_path / "one.gguf", base / f"model-{folder}-{number}.gguf")
    listed: Counter[str] = Counter()
    scandir = os.scandir

    def counted(folder: str) -> Iterator[os.DirEntry[str]]:
        listed[folder] += 1
        return scandir(folder)

    monkeypatch.setattr("orbitcfg.engine.context.os.scandir", counted)
    assert len(discover.find_models(where)) == 1000
    assert {listed[str(tmp_path / f"models/llama-{folder // 10}/{folder}")] for folder in range(100)} == {1 + len(shimmy.VERSIONS)}


def test_servers_are_told_apart(where: RunContext, tmp_path: Path) -> None:
    placed(tmp_path / "models/x.gguf")
    (model,) = found(where).values()
    assert tuple(each.server for each in model.listings) == SERVERS


@pytest.mark.parametrize(
    "layer",
    [
        {"digest": "sha256:a\0b", "size": 1},
        {"digest": "..", "size": 1},
        {"digest": "sha256:../../x", "size": 1},
        {"digest": "sha256:\ud800", "size": 1},
        {"digest": 5, "size": 1},
        {"digest": "sha256:" + "0" * 64, "size": 10**400},
        {"digest": "sha256:" + "0" * 64, "size": [1]},
        {"digest": "sha256:" + "0" * 64, "size": True},
    ],
    ids=str,
)
def test_a_manifest_of_nonsense_names_no_file(layer: dict[str, object], where: RunContext) -> None:
    """Outside of the store, or by a name that is none."""
    manifests = Path(where.working_dir) / "home/.ollama/models/manifests/registry.ollama.ai/library/m"
    placed(manifests / "latest", json.dumps({"layers": [{"mediaType": ollama.MODEL_LAYER, **layer}, 5, None, []]}).encode())
    store = str(manifests.parents[3])
    [manifest] = ollama.manifests(store)
    assert manifest.blob in (None, os.path.join(store, "blobs", f"sha256-{'0' * 64}"))
    assert manifest.size_bytes in (0, 1)
    assert all(model.fault for model in found(where).values())


def test_a_pipe_in_the_store_is_passed_over(where: RunContext) -> None:
    """Nobody writes to it."""
    store = Path(where.working_dir) / "home/.ollama/models"
    folder = store / "manifests/registry.ollama.ai/library/m"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "latest")
    assert found(where) == {}
