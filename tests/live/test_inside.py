"""Models that run inside ORBIT are rows of doctor: their files are there, and their headers fit."""

from pathlib import Path
from typing import Any

import pytest

from orbitcfg.commands.doctor.checkup import Checkup
from orbitcfg.commands.doctor.command import doctor
from orbitcfg.commands.doctor.request import Request
from orbitcfg.commands.doctor.summary import summary_of
from orbitcfg.files.store import Disk
from orbitcfg.observed.check import CheckKind, CheckState
from tests.engine.damaged import GOOD
from tests.live.setups import Setup, found
from tests.tools import gguf_writer as gguf
from tests.tools.selftest_model import built

AT = "(config/inference.yaml:5) (the default, chat-0)"
EMBEDDING = gguf.File({**built().values, "general.architecture": gguf.Value(gguf.TEXT, "nomic-bert")}, built().tensors).written()


def direct(folder: Path, **block: Any) -> Setup:
    """llama.cpp inside ORBIT as the only provider."""
    return Setup(folder, "llama_cpp", {"mode": "direct", **block, "n_ctx": 512}).write()


def placed(path: Path, content: bytes = GOOD) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def rows(checkup: Checkup) -> list[tuple[CheckState, str]]:
    return [(row.state, row.detail) for row in checkup.machine if row.kind is CheckKind.FILE]


def test_a_configuration_without_servers_is_sound(tmp_path: Path) -> None:
    placed(tmp_path / "models/tiny.gguf")
    checkup = direct(tmp_path, model_path="models/tiny.gguf").check()
    assert rows(checkup) == [(CheckState.OK, f"`models/tiny.gguf` for `llama_cpp`: chat, llama, Q8_0 {AT}")]
    assert found(checkup) == []
    assert (summary_of(checkup).weightiest, summary_of(checkup).state) == ("All 7 checks passed", CheckState.OK)


BROKEN: dict[str, tuple[bytes | None, str, tuple[str, str]]] = {
    "missing": (
        None,
        "`models/tiny.gguf` for `llama_cpp` is not there",
        ("ORB809", "`models/tiny.gguf` is not on this machine"),
    ),
    "cut": (
        GOOD[:-5000],
        "`models/tiny.gguf` for `llama_cpp` cannot be loaded",
        ("ORB801", "`models/tiny.gguf` ends within its weights: 55,808 of 60,808 bytes are there"),
    ),
    "of another kind": (
        EMBEDDING,
        "`models/tiny.gguf` for `llama_cpp`: embedding, nomic-bert, Q8_0",
        ("ORB803", "`models/tiny.gguf` is an embedding model: it cannot chat"),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_no_use_fails_its_adapter(name: str, tmp_path: Path) -> None:
    content, row, finding = BROKEN[name]
    if content is not None:
        placed(tmp_path / "models/tiny.gguf", content)
    checkup = direct(tmp_path, model_path="models/tiny.gguf").check()
    assert rows(checkup) == [(CheckState.FAILED, f"{row} {AT}")]
    [(code, message)] = found(checkup)
    assert (code, message.partition(":")[0]) == (finding[0], finding[1].partition(":")[0])
    assert checkup.verdict
    assert [(each.name, each.state) for each in checkup.verdict.adapters] == [("chat-0", "fails")]


def test_a_model_that_is_named_lies_in_orbits_own_folder(tmp_path: Path) -> None:
    placed(tmp_path / "gguf/tiny.gguf")
    assert rows(direct(tmp_path, model="tiny").check()) == [(CheckState.OK, f"`gguf/tiny.gguf` for `llama_cpp`: chat, llama, Q8_0 {AT}")]


def test_only_a_plan_looks_at_no_file(tmp_path: Path) -> None:
    checkup = direct(tmp_path, model_path="models/tiny.gguf").check(dry_run=True)
    assert (rows(checkup), found(checkup)) == ([], [])
    assert [(use.kind, use.state, use.model) for use in checkup.unasked] == [(CheckKind.FILE, CheckState.UNCHECKED, "models/tiny.gguf")]


def test_with_smoke_the_model_generates(tmp_path: Path) -> None:
    placed(tmp_path / "models/tiny.gguf")
    setup = direct(tmp_path, model_path="models/tiny.gguf")
    checkup = doctor(str(setup.folder), Request(smoke="always"), files=Disk(str(tmp_path)), process={})
    [engine] = [row for row in checkup.machine if row.kind is CheckKind.ENGINE]
    assert (engine.state, engine.detail.endswith("two three four'")) == (CheckState.OK, True)
    assert found(checkup) == []


def embedding(folder: Path, model: str, **block: Any) -> Setup:
    """Sentence transformers for a retriever, and a language model that needs no server."""
    placed(folder / "models/tiny.gguf")
    setup = direct(folder, model_path="models/tiny.gguf")
    (folder / "config/embeddings.yaml").write_text(
        f"embeddings: {{sentence_transformers: {{model: '{model}', {', '.join(f'{key}: {value}' for key, value in block.items())}}}}}\n"
    )
    config = folder / "config/config.yaml"
    config.write_text(
        config.read_text().replace("- inference.yaml", "- embeddings.yaml\n- inference.yaml").replace("enabled: false", "enabled: true")
    )
    adapters = folder / "config/adapters.yaml"
    adapters.write_text(adapters.read_text().replace("type: passthrough", "type: passthrough\n  embedding_provider: sentence_transformers"))
    return setup


def hub(folder: Path, repository: str) -> None:
    placed(folder / f"models--{repository.replace('/', '--')}/snapshots/abc/model.safetensors", b"weights")


def of_embedding(checkup: Checkup) -> list[tuple[CheckState, str]]:
    return [(state, detail.partition(" (")[0]) for state, detail in rows(checkup) if "sentence_transformers" in detail]


def test_a_model_of_hugging_face_is_looked_for_in_the_cache(tmp_path: Path) -> None:
    hub(tmp_path / "home/.cache/huggingface/hub", "sentence-transformers/all-MiniLM-L6-v2")
    checkup = embedding(tmp_path, "all-MiniLM-L6-v2").check({"HOME": str(tmp_path / "home")})
    assert of_embedding(checkup) == [(CheckState.OK, "`all-MiniLM-L6-v2` for `sentence_transformers` is in the cache of Hugging Face")]
    assert found(checkup) == []


def test_a_folder_of_the_configuration_is_looked_into(tmp_path: Path) -> None:
    hub(tmp_path / "kept", "me/tiny")
    checkup = embedding(tmp_path, "me/tiny", cache_folder="kept").check({"HOME": str(tmp_path / "home")})
    assert of_embedding(checkup) == [(CheckState.OK, "`me/tiny` for `sentence_transformers` is in the cache of Hugging Face")]


def test_orbits_own_context_is_told_where_none_is_written(tmp_path: Path) -> None:
    placed(tmp_path / "models/tiny.gguf")
    [diagnostic] = Setup(tmp_path, "llama_cpp", {"mode": "direct", "model_path": "models/tiny.gguf"}).write().check().report.diagnostics
    assert (diagnostic.code, diagnostic.message, diagnostic.help) == (
        "ORB804",
        "`models/tiny.gguf` was trained for a context of 512 tokens, and ORBIT counts on 4,096",
        "add `n_ctx: 512`",
    )


def test_a_model_that_can_be_fetched_is_no_fault(tmp_path: Path) -> None:
    checkup = embedding(tmp_path, "me/tiny").check({"HOME": str(tmp_path / "home")})
    words = "`me/tiny` for `sentence_transformers`: it is not on this machine, so ORBIT downloads it at its first use"
    assert of_embedding(checkup) == [(CheckState.UNCHECKED, words)]
    assert found(checkup) == []


def test_offline_it_cannot(tmp_path: Path) -> None:
    setup = embedding(tmp_path, "me/tiny")
    (tmp_path / ".env").write_text("HF_HUB_OFFLINE=1\n")
    checkup = setup.check({"HOME": str(tmp_path / "home")})
    assert [state for state, _ in of_embedding(checkup)] == [CheckState.FAILED]
    assert [(each.code, each.help) for each in checkup.report.diagnostics if each.code.startswith("ORB8")] == [
        ("ORB809", "correct `model`, or run `hf download me/tiny`")
    ]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    checkup = embedding(tmp_path, "./models/minilm").check({"HOME": str(tmp_path / "home")})
    assert of_embedding(checkup) == [(CheckState.FAILED, "`./models/minilm` for `sentence_transformers` is not there")]
    assert found(checkup) == [("ORB809", "`./models/minilm` is not on this machine")]
