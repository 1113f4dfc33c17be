"""What the real ORBIT was asked, 531 times, one change of a tree each, and what the verdict says of it: gates, texts that are empty, classes, void and wrong values."""

import json
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from orbitcfg.compile import InterpolationMode
from orbitcfg.files.store import Memory
from orbitcfg.lint.runner import run_rules
from orbitcfg.lint.verdict import verdict_of
from orbitcfg.project.compiler import CompileOptions, EnvironmentChoice
from orbitcfg.report.verdict import Verdict
from orbitcfg.rules import STATIC, rules_of
from tests.compiled import compiled
from tests.effective.runs import recording
from tests.lint.said import state_of
from tests.shared import read_facts

ROWS = [json.loads(line) for line in (Path(__file__).parent / "data" / "asked.jsonl").read_text().splitlines()]

BY_THE_SERVER = {
    "q5-temp-nan-ollama": "the recording server reads NaN, which JSON does not have",
    "q5-temp-nan-adapter": "the recording server reads NaN, which JSON does not have",
    "ad-ollama-slash": "the recording server takes `//api/chat`, which Ollama redirects",
    "d5-maxtok-inf-adapter": "the recording server reads Infinity, which JSON does not have",
}
"""Rows in which an adapter was answered, and would not be by a real server."""

OUT_OF_REACH = frozenset(
    {
        *(f"q7-url-{how}-{provider}" for how in ("empty", "null", "missing") for provider in ("openai", "lmstudio")),
        "q7-url-missing-vllm",
    }
)
"""Rows in which ORBIT took the provider's own address, as it should, and nothing answered there."""

NOT_SAID = {
    "d5-https-text": "of the texts that are no word for a switch HTTPS takes each for off, other switches that are read so do not",
    "d6-host-bad": "a host is not looked up",
    "d6-port-bool": "true counts as 1",
    "d3-key-newline": "what no header can hold is not looked for in keys",
    "d3-key-nonascii": "what no header can hold is not looked for in keys",
    "d5-openai-key-newline-def": "what no header can hold is not looked for in keys",
    "d3-key-int": "Shimmy's client takes a number for a key",
    "d6-qa-emb-unknown": "adapters of this class may be made without an embedder",
    "d4-files-backend-bogus": "the file service is nobody's service in particular",
    "d4-files-root-null": "the file service is nobody's service in particular",
    "d3-impl-multimodal": "a class of another kind loads, and is not asked about files",
}
"""Rows of which the verdict is not true yet, each with what it does not know."""

WITHOUT_A_PACKAGE = frozenset({"wav"})
"""Kinds of uploads that nothing could read there, whatever the configuration said."""


@cache
def files_of(base: str) -> Mapping[str, str]:
    """The files of an unchanged tree: that of the recorded runs, or one of the sweep's."""
    found: Mapping[str, str] = recording(base)["base"] if base == "orbit-runs-2" else read_facts("sweep/bases")["bases"][base]["files"]
    return found


@cache
def parsed(base: str, path: str) -> Any:
    """The values of one of them; an empty mapping where there is no such file."""
    return yaml.load(files_of(base).get(path, "{}"), yaml.CSafeLoader)


def changed(row: Mapping[str, Any]) -> dict[str, str]:
    """The tree of a row. An edit is a file, the keys that lead to a value, and the value; without one the key is taken away, without keys the file is."""
    contents: dict[str, Any] = {}
    gone = set()
    for name, keys, *value in row["edits"]:
        if not keys and not value:
            gone.add(name)
            continue
        holder = contents.setdefault(name, deepcopy(parsed(row["base"], name)))
        if not keys:
            contents[name] = value[0]
            continue
        for key in keys[:-1]:
            holder = holder[key]
        if not value:
            del holder[keys[-1]]
        elif isinstance(holder, list) and keys[-1] == len(holder):
            holder.append(value[0])
        else:
            holder[keys[-1]] = value[0]
    texts = {
        **files_of(row["base"]),
        **{name: yaml.dump(content, Dumper=yaml.CSafeDumper, sort_keys=False, width=1000) for name, content in contents.items()},
    }
    return {name: text for name, text in texts.items() if name not in gone}


@cache
def verdict_on(index: int) -> Verdict:
    """What is said of a row's tree."""
    row = ROWS[index]
    memory = Memory({f"/orbit/config/{path}": text.encode() for path, text in changed(row).items()})
    process = {"ORBIT_DEFAULT_ADMIN_PASSWORD": "x", **row.get("env", {})}
    config = compiled(memory, "/orbit/config", CompileOptions(InterpolationMode.ORBIT, EnvironmentChoice(process)))
    verdict = verdict_of(config, run_rules(config, rules_of(STATIC)).found)
    assert verdict is not None
    return verdict


def rows() -> list[Any]:
    """Each row by its place."""
    return [pytest.param(index, id=row["id"]) for index, row in enumerate(ROWS)]


@pytest.mark.parametrize("index", rows())
def test_it_starts_where_the_real_one_did(index: int) -> None:
    assert verdict_on(index).starts is ROWS[index]["starts"] or ROWS[index]["id"] in NOT_SAID, verdict_on(index).because


@pytest.mark.parametrize("index", rows())
def test_an_adapter_that_was_answered_does_not_fail_and_one_that_was_not_does_not_answer(index: int) -> None:
    if not verdict_on(index).starts or ROWS[index]["id"] in NOT_SAID:
        return
    for asked, answered in ROWS[index]["answered"].items():
        state = state_of(verdict_on(index), asked)
        if not answered and ROWS[index]["id"] not in OUT_OF_REACH:
            assert state != "answers", asked
        if answered and ROWS[index]["id"] not in BY_THE_SERVER:
            assert state not in ("fails", "off", None), asked


@pytest.mark.parametrize("index", [index for index, row in enumerate(ROWS) if row.get("uploads")], ids=lambda index: str(ROWS[index]["id"]))
def test_an_adapter_whose_uploads_are_lost_is_not_well(index: int) -> None:
    for upload, seen in ROWS[index]["uploads"].items():
        adapter, kind = upload.split(":")
        if not seen["indexed"] and kind not in WITHOUT_A_PACKAGE and ROWS[index]["id"] not in NOT_SAID:
            assert state_of(verdict_on(index), adapter) != "answers", upload


def test_each_exception_is_one() -> None:
    assert {*BY_THE_SERVER, *OUT_OF_REACH, *NOT_SAID} <= {row["id"] for row in ROWS}


@pytest.mark.parametrize("index", [index for index, row in enumerate(ROWS) if row["id"].startswith("q3-")], ids=lambda index: str(ROWS[index]["id"]))
def test_a_retriever_that_was_not_made_fails_whatever_kept_it_from_that(index: int) -> None:
    """A class misspelt, missing, null or of an unknown type has one effect."""
    verdict = verdict_on(index)
    failing = {adapter.name for adapter in verdict.adapters if adapter.state == "fails"}
    assert {name for name in ("hr", "qa") if ROWS[index]["answered"].get(name) is False} <= failing
