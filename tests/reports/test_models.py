"""Reports about model files, stores, and what servers do with a model's name."""

import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.live.doubles import Answer, Asked, Handler, as_json, as_text, serving
from tests.program import run
from tests.reports import files_of
from tests.shared import read_facts
from tests.tools import gguf_writer as gguf
from tests.tools.selftest_model import built

BLOB = "2" * 64
MANIFEST = {
    "schemaVersion": 2,
    "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
    "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "digest": f"sha256:{'1' * 64}", "size": 10},
    "layers": [{"mediaType": "application/vnd.ollama.image.model", "digest": f"sha256:{BLOB}", "size": 1000}],
}


def model(**values: gguf.Value) -> bytes:
    """A small model, with some of its values changed; `__` stands for a point."""
    changed = {name.replace("__", "."): value for name, value in values.items()}
    return gguf.File({**built().values, **changed}, built().tensors).written()


def placed(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _in_parts(folder: Path) -> None:
    placed(folder / "models/tiny.gguf.part1of2", model()[:700])
    placed(folder / "models/tiny.gguf.part2of2", model()[700:])


def _split(folder: Path) -> None:
    for number in (1, 3):
        shard = model(split__no=gguf.Value(gguf.U16, number - 1), split__count=gguf.Value(gguf.U16, 3))
        placed(folder / f"models/tiny-{number:05}-of-00003.gguf", shard)


def _in_cache(folder: Path) -> None:
    repository = folder / "home/.cache/huggingface/hub/models--me--tiny-GGUF"
    placed(repository / "refs/main", b"abc")
    placed(repository / "blobs/0000.incomplete", b"")
    (repository / "snapshots/abc").mkdir(parents=True)
    (repository / "snapshots/abc/tiny.gguf").symlink_to("../../blobs/0000")


def _in_store(folder: Path) -> None:
    store = folder / "home/.ollama/models"
    placed(store / "manifests/registry.ollama.ai/library/tiny/latest", json.dumps(MANIFEST).encode())
    placed(store / f"blobs/sha256:{BLOB}", model())


FILES: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "136-gguf-lfs-pointer": (
        lambda folder: placed(folder / "models/tiny.gguf", b"version https://git-lfs.github.com/spec/v1\noid sha256:aaaa\nsize 4000000000\n"),
        ("error[ORB801]", "is a Git LFS pointer, not the model", "git lfs pull"),
    ),
    "138-gguf-old-ggml": (
        lambda folder: placed(folder / "models/tiny.gguf", b"tjgg\1\0\0\0rest"),
        ("error[ORB801]", "has a format from before GGUF: ggjt", "or convert it with llama.cpp's"),
    ),
    "140-gguf-split-missing": (_split, ("error[ORB802]", "`tiny-00002-of-00003.gguf` is missing beside it", "download all parts into one folder")),
    "142-gguf-part1of2": (
        _in_parts,
        ("error[ORB801]", "`models/tiny.gguf.part1of2`", "join them: `cat models/tiny.gguf.part1of2 models/tiny.gguf.part2of2 > models/tiny.gguf`"),
    ),
    "144-gguf-embedder": (
        lambda folder: placed(folder / "models/nomic-embed.gguf", model(general__architecture=gguf.Value(gguf.TEXT, "nomic-bert"))),
        ("error[ORB803]", "`models/nomic-embed.gguf` is an embedding model: it cannot chat"),
    ),
    "146-hf-broken-link": (_in_cache, ("error[ORB801]", "is a link to a file that is not there: its download has not ended", "let the download end")),
    "148-ollama-blob-colon": (
        _in_store,
        ("error[ORB801]", f"`home/.ollama/models/blobs/sha256:{BLOB}`", "Ollama looks for one with a hyphen", "rename it: `mv "),
    ),
    "150-llama-cpp-path-missing": (
        lambda folder: placed(folder / "models/Tiny-Q4_K_M.gguf", model()),
        ("error[ORB801]", "`models/tiny-q4_k_m.gguf` is not there", "`models/Tiny-Q4_K_M.gguf`", "capital letters", "✗ file"),
    ),
}

SERVED: dict[str, tuple[str, ...]] = {
    "96-ollama-latest-implied": ("`llama3` is listed as `llama3:latest`", "0 errors, 0 warnings", "--- exit 0"),
    "102-ollama-think-unsupported": (
        "error[ORB736]",
        "`gemma3:4b` cannot think",
        "each chat is answered 400",
        "inference.yaml:6",
        "write `think: false`",
    ),
    "109-vllm-path-as-id": ("error[ORB732]", "write `model: /q/Llama-3.3-70B`"),
    "112-vllm-max-tokens": ("warning[ORB734]", "`max_tokens` is 8192, and `m` takes 4096 tokens here"),
    "126-llama-server-other-model": ("warning[ORB733]", "does not list `qwen3-8b`, and answers with what it has", "gemma-3-4b-it"),
}


def told(case: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """What the commands of a case print."""
    commands = [shlex.split(each.partition("2>&1")[0]) for each in read_facts("reports")[case]["command"].split(";")]
    return "".join(run(each[1:], capsys, monkeypatch, folder).transcript for each in commands if each[:1] == ["orbitcfg"])


@pytest.mark.parametrize("case", FILES)
def test_what_a_right_answer_says_of_files_is_said(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make, words = FILES[case]
    if case.startswith("148") and sys.platform == "win32":
        return
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    make(files_of(case, tmp_path))
    answer = told(case, tmp_path, capsys, monkeypatch)
    assert [each for each in words if each not in answer] == []


def double(spec: dict[str, Any]) -> Handler:
    """The server that a case describes."""

    def answer(asked: Asked) -> Answer:
        given = spec.get(f"{asked.method} {asked.path.partition('?')[0]}") or spec.get("*") or {"status": 404, "text": "404 page not found"}
        if "by_model" in given:
            by_model = given["by_model"]
            given = by_model.get(asked.json.get("model")) or by_model["*"]
        made = as_json(given["json"], given.get("status", 200)) if "json" in given else as_text(given.get("text", ""), given.get("status", 200))
        return Answer(made.status, made.body, {**made.headers, **given.get("headers", {})})

    return answer


@pytest.mark.parametrize("case", SERVED)
def test_what_a_right_answer_says_of_servers_is_said(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fact = read_facts("reports")[case]
    files_of(case, tmp_path)
    recorded_port = fact["setup"].partition("server.json ")[2].split()[0]
    with serving(double(fact["server"])) as server:
        for path in (tmp_path / "config").iterdir():
            path.write_text(path.read_text("utf-8").replace(f":{recorded_port}", f":{server.port}"), "utf-8")
        answer = told(case, tmp_path, capsys, monkeypatch)
    assert [each for each in SERVED[case] if each not in answer] == []


def test_the_parts_are_joined_as_the_help_says(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """And the model is there."""
    case = "142-gguf-part1of2"
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    _in_parts(files_of(case, tmp_path))
    command = told(case, tmp_path, capsys, monkeypatch).partition("join them: `")[2].partition("`")[0]
    subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, check=True)
    assert "ORB801" not in told(case, tmp_path, capsys, monkeypatch)
