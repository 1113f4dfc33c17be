"""Shimmy's discovery, done again, gives the names that the real binaries listed, and says why it misses a file."""

from pathlib import Path

import pytest

from orbitcfg.catalog.shimmy_placeholders import SHIMMY_1, SHIMMY_2
from orbitcfg.engine import shimmy
from orbitcfg.engine.context import RunContext
from orbitcfg.engine.shimmy import V1_7, V1_8, V2
from tests.shared import read_facts

PHANTOM_OF = {V1_7: SHIMMY_1, V1_8: SHIMMY_1, V2: SHIMMY_2}
VECTORS = {
    "Llama-3.2-1B-Instruct-Q4_K_M.gguf": "llama-3.2-1b-instruct-q4-k-m",
    "gemma-3-1b-it-Q4_0.gguf": "gemma-3-1b-it-q4-0",
    "Mistral 7B_v0.3.Q5_K_M.gguf": "mistral-7b-v0.3.q5-k-m",
    "no-extension": "no-extension",
    "a.b_C d.GGUF": "a.b-c-d",
}
ZOO = [
    "empty.gguf",
    "mmproj-model-f16.gguf",
    "lfs.gguf",
    "a/b/c/three.gguf",
    "a/b/c/d/four.gguf",
    "Gemma 3_270M.Q4_K_M.gguf",
    "truncated.gguf",
    "llama-copy.gguf",
    "big-00002-of-00003.gguf",
    "gemma-lora-adapter.gguf",
    "nopermission.gguf",
    "page.gguf",
    "bert-base/x.gguf",
    ".hidden/y.gguf",
]
SPLIT_AND_UPPER = ["pair-Q4_K_M-00001-of-00002.gguf", "pair-Q4_K_M-00002-of-00002.gguf", "Upper.GGUF"]


def listed_names(version: str, surroundings: RunContext) -> list[str]:
    """Every name in the list that this version would show, with the one that no file need stand behind."""
    always = version != V2 or surroundings.variable("SHIMMY_BASE_GGUF")
    return sorted({*shimmy.shimmy_listing(version, surroundings).names.values(), *([PHANTOM_OF[version]] if always else [])})


def surroundings(folder: Path, **environment: str) -> RunContext:
    return RunContext(str(folder), {"HOME": str(folder / "home"), **environment})


def placed(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"GGUF")
    return folder


def named(version: str, where: RunContext, folder: Path) -> dict[str, str]:
    """The names by path from the folder."""
    return {str(Path(path).relative_to(folder)): name for path, name in shimmy.shimmy_listing(version, where).names.items()}


@pytest.mark.parametrize(("file_name", "name"), VECTORS.items())
def test_a_file_name_becomes_a_name(file_name: str, name: str) -> None:
    assert shimmy.model_name(file_name) == name


def test_the_measured_names_come_out() -> None:
    """The vectors of the facts, manifests included."""
    vectors = read_facts("shimmy/names")
    plain = [(given, name) for given, name in vectors if not given.startswith("manifests/")]
    assert {given: shimmy.model_name(given) for given, _ in plain} == dict(plain)
    for given, name in vectors:
        if given.startswith("manifests/"):
            assert "/".join(given.split("/")[1:]) == name


def _recorded(version: str, situation: str, argv: list[str], env: dict[str, str] | None = None) -> list[str]:
    """What the real binary listed, by its recording."""
    rows = read_facts("shimmy/cli")
    row = next(each for each in rows if (each["version"], each["cwd"], each["argv"][1:], each["env"]) == (version, situation, argv, env or {}))
    return sorted(line for line in row["stdout"].splitlines() if line)


@pytest.mark.parametrize(
    ("version", "recorded", "situation", "files"),
    [
        (V1_7, "1.7.4", "two good models", ["tiny-alpha.gguf", "tiny-beta.gguf"]),
        (V1_7, "1.7.4", "zoo", ZOO),
        (V1_7, "1.7.4", "no models", []),
        (V2, "2.5.0", "two good models", ["tiny-alpha.gguf", "tiny-beta.gguf"]),
        (V2, "2.5.0", "zoo", ZOO),
        (V2, "2.5.0", "zoo with split and upper-case files", ZOO + SPLIT_AND_UPPER),
        (V2, "2.5.0", "only Thing.GGUF", ["Thing.GGUF"]),
        (V2, "2.5.0", "no models", []),
        (V2, "2.6.5", "zoo", ZOO),
        (V2, "2.6.5", "zoo with split and upper-case files", ZOO + SPLIT_AND_UPPER),
        (V2, "2.6.5", "only Thing.GGUF", ["Thing.GGUF"]),
    ],
)
def test_the_list_is_the_recorded_one(version: str, recorded: str, situation: str, files: list[str], tmp_path: Path) -> None:
    placed(tmp_path / "models", *files)
    assert listed_names(version, surroundings(tmp_path)) == _recorded(recorded, situation, ["list", "--short"])


@pytest.mark.parametrize("paths", ["{cwd}/models;/nonexistent", "{cwd}/models:/nonexistent"])
@pytest.mark.parametrize(("version", "recorded"), [(V1_7, "1.7.4"), (V2, "2.6.5")])
def test_the_search_path_is_split_as_recorded(paths: str, version: str, recorded: str, tmp_path: Path) -> None:
    placed(tmp_path / "elsewhere/models", "tiny-alpha.gguf", "tiny-beta.gguf")
    where = surroundings(tmp_path, SHIMMY_MODEL_PATHS=paths.replace("{cwd}", str(tmp_path / "elsewhere")))
    assert listed_names(version, where) == _recorded(recorded, "no models", ["list", "--short"], {"SHIMMY_MODEL_PATHS": paths})


@pytest.mark.parametrize(
    ("version", "names"), [(V1_7, ["phi3-lora", "tiny-alpha", "tiny-beta"]), (V2, ["tiny-alpha", "tiny-beta", "tinyllama-1.1b"])]
)
def test_the_base_model_brings_its_folder(version: str, names: list[str], tmp_path: Path) -> None:
    """As recorded from `serve` with SHIMMY_BASE_GGUF set."""
    placed(tmp_path / "good", "tiny-alpha.gguf", "tiny-beta.gguf")
    assert listed_names(version, surroundings(tmp_path, SHIMMY_BASE_GGUF=str(tmp_path / "good/tiny-alpha.gguf"))) == names


def test_split_files_are_listed_by_version(tmp_path: Path) -> None:
    placed(tmp_path / "models/parts", "Big_X-00001-of-00002.gguf", "Big_X-00002-of-00002.gguf", "lone-00001-of-00003.gguf")
    where = surroundings(tmp_path)
    assert named(V1_7, where, tmp_path) == {
        "models/parts/Big_X-00001-of-00002.gguf": "big-x-00001-of-00002",
        "models/parts/Big_X-00002-of-00002.gguf": "big-x-00002-of-00002",
        "models/parts/lone-00001-of-00003.gguf": "lone-00001-of-00003",
    }
    assert named(V1_8, where, tmp_path) == {"models/parts/Big_X-00001-of-00002.gguf": "parts"}
    assert named(V2, where, tmp_path) == {"models/parts/Big_X-00001-of-00002.gguf": "big-x"}
    assert shimmy.shimmy_listing(V2, where).missed == {
        str(tmp_path / "models/parts/Big_X-00002-of-00002.gguf"): "it is listed with the first shard, `Big_X-00001-of-00002.gguf`",
        str(tmp_path / "models/parts/lone-00001-of-00003.gguf"): "Shimmy drops a lone shard of a split file",
    }


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("models/a/b/c/d/x.gguf", "it lies 4 folders below `models`, and Shimmy looks 3 deep"),
        ("models/bert-things/x.gguf", "Shimmy skips folders named `bert-things`"),
        ("models/a/target/x.gguf", "Shimmy skips folders named `target`"),
        ("models/.secret/x.gguf", "Shimmy skips folders named `.secret`"),
        ("models/usr/x.gguf", "Shimmy skips folders named `usr`"),
        (
            "home/.cache/huggingface/hub/models--o--TinyStories/snapshots/r/x.gguf",
            "in a Hugging Face folder Shimmy wants llama, phi, mistral, qwen, gemma or gguf in the path",
        ),
        ("elsewhere/x.gguf", "Shimmy searches no folder that holds it"),
        (
            "cache/hub/models--o--llama/snapshots/r/x.gguf",
            "Shimmy ignores `HF_HOME` and `HF_HUB_CACHE`: it searches `~/.cache/huggingface/hub` alone",
        ),
        ("models/x.bin", "its name does not end in `.gguf`"),
        ("opt/x.gguf", "Shimmy skips folders named `opt`"),
    ],
)
def test_why_a_file_is_missed(file: str, reason: str, tmp_path: Path) -> None:
    placed(tmp_path, file)
    where = surroundings(tmp_path, HF_HOME=str(tmp_path / "cache"), SHIMMY_MODEL_PATHS=str(tmp_path / "opt"))
    for version in (V1_7, V2):
        assert str(tmp_path / file) not in shimmy.shimmy_listing(version, where).names
        assert shimmy.unlisted_reason(version, where, str(tmp_path / file)) == reason


def test_folders_of_a_hub_are_found_by_their_words(tmp_path: Path) -> None:
    placed(tmp_path / "home/.cache/huggingface/hub", "models--o--Llama-GGUF/snapshots/r/m.gguf", "models--o--Llama-GGUF/snapshots/r/Q3/deep.gguf")
    assert named(V2, surroundings(tmp_path), tmp_path / "home/.cache/huggingface/hub") == {"models--o--Llama-GGUF/snapshots/r/m.gguf": "m"}


def test_of_two_files_of_one_name_the_one_in_models_is_served(tmp_path: Path) -> None:
    placed(tmp_path, "models/Same_Name.gguf", "home/models/same-name.gguf")
    catalogue = shimmy.shimmy_listing(V2, surroundings(tmp_path))
    assert catalogue.names == {str(tmp_path / "models/Same_Name.gguf"): "same-name"}
    assert catalogue.missed == {str(tmp_path / "home/models/same-name.gguf"): "`models/Same_Name.gguf` has the same name and is served instead"}


@pytest.mark.parametrize(
    ("file", "environment", "panic"),
    [
        ("models/Thing.GGUF", "", "the extension of `Thing.GGUF` is not in lower case"),
        ("models/Llama-Thing.GGUF", "", None),
        ("models/thing.gguf", "", None),
        ("opt/thing.gguf", "opt/thing.gguf", "it takes `thing.gguf` for an Ollama model, since only its Ollama search finds it"),
        ("home/.ollama/models/a/b/c/d/thing.gguf", "", "it takes `thing.gguf` for an Ollama model, since only its Ollama search finds it"),
    ],
)
def test_old_versions_die_at_start_of_some_files(file: str, environment: str, panic: str | None, tmp_path: Path) -> None:
    placed(tmp_path, file)
    base = {"SHIMMY_BASE_GGUF": str(tmp_path / environment)} if environment else {}
    where = surroundings(tmp_path, **base)
    assert shimmy.shimmy_listing(V1_7, where).panic == panic
    assert shimmy.shimmy_listing(V2, where).panic is None


def test_new_versions_sweep_a_skipped_base_folder_into_names_of_folders(tmp_path: Path) -> None:
    placed(tmp_path / "opt", "thing.gguf", "deep/first.gguf", "deep/er/second.gguf")
    where = surroundings(tmp_path, SHIMMY_BASE_GGUF=str(tmp_path / "opt/thing.gguf"))
    assert named(V2, where, tmp_path / "opt") == {
        "thing.gguf": "ollama:thing",
        "deep/first.gguf": "ollama:unknown",
        "deep/er/second.gguf": "ollama:er",
    }
