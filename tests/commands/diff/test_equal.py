"""What moves without changing anything is no difference, and what changes is one, however little."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from orbitcfg.commands.diff.command import diff
from orbitcfg.commands.diff.result import Difference
from orbitcfg.commands.formats import FORMATS, render
from orbitcfg.commands.readings import SharedReadings
from orbitcfg.files.store import Disk
from tests.commands.diff.scratch import BASE, ENVIRONMENT, Scratch, edited


def compared(folder: Path, was: dict[str, str], now: dict[str, str]) -> Difference:
    """Two sets of files, each in a folder of its own."""
    for name, files in (("was", was), ("now", now)):
        for path, text in files.items():
            (folder / name / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / name / path).write_text(text, "utf-8")
    return diff("was", "now", files=Disk(str(folder)), process={})


def reordered(value: Any) -> Any:
    """The same with the keys of every mapping, and the named items of every list, the other way round."""
    match value:
        case dict():
            return {key: reordered(each) if key != "import" else each for key, each in reversed(value.items())}
        case list() if value and all(isinstance(each, dict) and "name" in each for each in value):
            return [reordered(each) for each in reversed(value)]
    return value


def one_file() -> dict[str, str]:
    """All sections in the root file, which imports nothing."""
    names = ("config.yaml", "first.yaml", "inference.yaml", "presets.yaml", "adapters.yaml")
    whole: dict[str, Any] = {}
    for name in names:
        whole.update(yaml.safe_load(BASE[f"config/{name}"]))
    whole["inference"].update(yaml.safe_load(BASE["config/local/shimmy.yaml"])["inference"])
    del whole["import"]
    return {"config/config.yaml": yaml.safe_dump(whole, sort_keys=False)}


def renamed() -> dict[str, str]:
    """The presets in a file of another name, in another folder, the imports led there."""
    files = edited(("inference.yaml", "presets.yaml", "deep/er/ollama.yaml"))
    files["config/deep/er/ollama.yaml"] = files.pop("config/presets.yaml")
    return files


SAME = {
    "the same files": BASE,
    "a renamed file": renamed(),
    "all in one file": one_file(),
    "keys and named items in another order": {name: yaml.safe_dump(reordered(yaml.safe_load(text)), sort_keys=False) for name, text in BASE.items()},
    "comments and blank lines": {name: f"# a comment\n\n{text}\n# the end\n" for name, text in BASE.items()},
    "line breaks of Windows": {name: text.replace("\n", "\r\n") for name, text in BASE.items()},
    "quotes": edited(("presets.yaml", "model: phi3", "model: 'phi3'")),
    "a value that loses": edited(("second.yaml", "good day", "good evening")),
    "a file that nothing imports": {**BASE, "config/more.yaml": "general: {port: 1}\n"},
}


@pytest.mark.parametrize("case", SAME)
def test_what_moves_is_no_difference(case: str, tmp_path: Path) -> None:
    found = compared(tmp_path, BASE, SAME[case])
    assert (found.rows, found.keys, found.is_empty) == ((), (), True)


def test_a_renamed_folder_of_the_configuration_is_no_difference(tmp_path: Path) -> None:
    """The older revision has it under another name, so it is looked for there as from the working directory."""
    scratch = Scratch(tmp_path)
    moved = {name.removeprefix("config/"): text for name, text in BASE.items()}
    first = scratch.commit(moved)
    scratch.commit(BASE)
    assert diff(first, files=Disk(str(tmp_path)), process=ENVIRONMENT).is_empty


CHANGED: dict[str, tuple[str, str, list[tuple[str, object, object]]]] = {
    "a number and the text of it": ("a: 1", "a: '1'", [("x.a", 1, "1")]),
    "a number and a float": ("a: 1", "a: 1.0", [("x.a", 1, 1.0)]),
    "true and one": ("a: true", "a: 1", [("x.a", True, 1)]),
    "null and nothing": ("a: null", "b: 1", [("x.b", None, 1), ("x.a", None, None)]),
    "a mapping and a value": ("a: {b: 1}", "a: 1", [("x.a", {"b": 1}, 1)]),
    "an empty list and an empty mapping": ("a: []", "a: {}", [("x.a", [], {})]),
    "an item in between": ("a: [1, 2, 3]", "a: [1, 4, 2, 3]", [("x.a[1]", None, 4)]),
    "an item less": ("a: [1, 2, 3]", "a: [1, 3]", [("x.a[1]", 2, None)]),
    "the order of items without names": ("a: [one, two]", "a: [two, one]", [("x.a[0]", None, "two"), ("x.a[1]", "two", None)]),
    "an item of a list of mappings": ("a: [{b: 1, c: 2}]", "a: [{b: 1, c: 3}]", [("x.a[0].c", 2, 3)]),
    "an item by its name": (
        "a: [{name: p, v: 1}, {name: q, v: 2}]",
        "a: [{name: q, v: 3}, {name: p, v: 1}]",
        [("x.a[q].v", 2, 3)],
    ),
    "items of one name": (
        "a: [{name: p, v: 1}, {name: p, v: 2}]",
        "a: [{name: p, v: 1}, {name: p, v: 3}]",
        [("x.a[1].v", 2, 3)],
    ),
    "keys that are equal to Python": ("1: a", "true: a", [("x.true", None, "a"), ("x.1", "a", None)]),
    "not a number": ("a: .nan", "a: 1", [("x.a", ".nan", 1)]),
    "a date": ("a: 2024-01-01", "a: 2024-01-02", [("x.a", "2024-01-01", "2024-01-02")]),
    "a literal and a variable with that default": ("a: b", "a: '${B:-b}'", [("x.a", "b", "${B:-b}")]),
    "a placeholder where ORBIT does not look": ("a: [['${B}']]", "a: [['${C}']]", [("x.a[0][0]", "${B}", "${C}")]),
}


@pytest.mark.parametrize("case", CHANGED)
def test_what_changes_is_a_difference(case: str, tmp_path: Path) -> None:
    was, now, expected = CHANGED[case]
    sides = ({**BASE, "config/first.yaml": f"x:\n  {text}\n"} for text in (was, now))
    found = compared(tmp_path, *sides)
    assert [(change.key, change.was and change.was.shown, change.now and change.now.shown) for change in found.keys] == expected
    assert not found.is_empty


def test_secrets_that_differ_are_told_and_not_shown(tmp_path: Path) -> None:
    """Written out, as a default, in a URL, and as the default of a variable that is named like one."""
    texts = [
        f"messages:\n  api_key: canary{number}\n  token: '${{T:-canary{number}}}'\n  url: https://user:canary{number}@host/\n"
        f"  text: '${{MY_SECRET:-canary{number}}}'\n  password: a${{B}}canary{number}\n"
        for number in (1, 2)
    ]
    found = compared(tmp_path, *({**BASE, "config/first.yaml": text} for text in texts))
    shown = [(change.key, change.was and change.was.shown, change.now and change.now.shown) for change in found.keys]
    assert shown == [
        ("messages.api_key", "***", "***"),
        ("messages.token", "${T:-***}", "${T:-***}"),
        ("messages.url", "https://***@host/", "https://***@host/"),
        ("messages.text", "${MY_SECRET:-***}", "${MY_SECRET:-***}"),
        ("messages.password", "***", "***"),
    ]
    assert [name for name in FORMATS["diff"] if "canary" in render(found, name)] == []


def test_no_variable_of_the_process_is_looked_up(tmp_path: Path) -> None:
    """The same on every machine: neither the process nor a `.env` counts."""
    (tmp_path / ".env").write_text("SHIMMY_MODEL=from-file\n", "utf-8")
    was, now = BASE, edited(("local/shimmy.yaml", "${SHIMMY_MODEL:-llama-3.2-3b}", "from-file"))
    found = compared(tmp_path, was, now)
    model = found.rows[0].field("model")
    assert model is not None
    assert (model.was and model.was.shown, model.now and model.now.shown) == ("${SHIMMY_MODEL:-llama-3.2-3b}", "from-file")


def test_a_reading_serves_again_where_it_is_what_the_content_gives() -> None:
    """Not for what cannot be decoded, whatever stands in its place, nor where less is allowed."""
    readings, content = SharedReadings(), "a: \ufffd\n".encode()
    first = readings.read("a.yaml", content, 100)
    assert readings.read("a.yaml", content, 100) is first
    assert readings.read("a.yaml", b"a: \xff\n", 100).root is None
    assert readings.read("a.yaml", content, first.extent.nodes - 1) is not first
