"""What the shell completes: names of the catalogue and of the configuration here, never an error, never the network."""

from pathlib import Path

import pytest

from orbitcfg.cli.program import program
from tests.commands.test_use import laid, tree

Patch = pytest.MonkeyPatch


def completed(line: str, capsys: pytest.CaptureFixture[str], monkeypatch: Patch) -> list[str]:
    """What Bash is offered for the last word of a line."""
    monkeypatch.setenv("COMP_WORDS", f"orbitcfg {line}")
    monkeypatch.setenv("COMP_CWORD", str(len(line.split())))
    monkeypatch.setenv("_ORBITCFG_COMPLETE", "complete_bash")
    with pytest.raises(SystemExit) as ended:
        program().main([], prog_name="orbitcfg")
    assert ended.value.code == 0
    return capsys.readouterr().out.split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("validate --select ORB532", ["ORB532"]),
        ("validate --select ORB1,model-by", ["ORB1,model-by-order"]),
        ("rule model-by", ["model-by-order"]),
        ("validate --format gi", ["github", "gitlab"]),
        ("doctor --fail-on un", ["unchecked"]),
        ("doctor --adapter ch", ["chat"]),
        ("resolve --adapter ch", ["chat"]),
        ("doctor --provider o", ["ollama"]),
        ("providers --service inf", ["inference"]),
        ("doctor --model o", ["one"]),
        ("use shimmy --model o", ["one"]),
        ("use ollama_", ["ollama_cloud", "ollama_remote"]),
        ("why general.po", ["general.port"]),
        ("validate --color al", ["always"]),
        ("doctor --adapter nobody", []),
    ],
)
def test_a_word_is_completed(
    line: str, offered: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Patch, no_network: None
) -> None:
    monkeypatch.chdir(laid(tree(), tmp_path))
    assert completed(line, capsys, monkeypatch) == offered


@pytest.mark.parametrize("root", [None, "adapters: [1, {name: [a]}, {name: ch\n", "import: [nowhere.yaml]\nadapters: [1, {name: [a]}, {name: 7}]\n"])
def test_where_nothing_can_be_read_nothing_is_offered(
    root: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Patch
) -> None:
    (tmp_path / ".git").mkdir()
    if root is not None:
        (tmp_path / "config.yaml").write_text(root, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert completed("doctor --adapter ch", capsys, monkeypatch) == []
    assert completed("why general.po", capsys, monkeypatch) == []
