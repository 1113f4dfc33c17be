"""The recipes of CONTRIBUTING.md, carried out in a scratch copy of the project."""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.shared import PROJECT

_BLOCK = re.compile(r"^```(?:json|python) (?P<file>[\w./-]+)(?P<where>#\S+| \+= \w+)?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)

CONFIGURATION = """
auth: {default_admin_password: admin}
general: {port: 3000, inference_provider: acme}
inference:
  acme: {enabled: true, api_key: "${ACME_API_KEY}", model: m, temperature: 9}
  shimmy: {enabled: false, base_url: "http://localhost:11435", model: m}
"""

ADAPTERS = """
adapters:
  - name: chat
    type: passthrough
    datasource: none
    adapter: conversational
    implementation: implementations.passthrough.conversational.ConversationalImplementation
    capabilities: {retrieval_behavior: none}
    summary_provider: akme
"""


@dataclass(frozen=True, slots=True)
class Scratch:
    """A copy of the package and its schemas, and a folder for a configuration."""

    folder: Path

    def follow(self, recipe: str) -> None:
        """Does what the blocks of a recipe say."""
        text = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
        section = text.partition(f"### {recipe}\n")[2].partition("\n### ")[0].partition("\n## ")[0]
        blocks = list(_BLOCK.finditer(section))
        assert blocks, recipe
        for block in blocks:
            self._lay(self.folder / block["file"], block["where"] or "", block["text"])

    def _lay(self, path: Path, where: str, text: str) -> None:
        if where.startswith("#"):
            _put(path, where[1:], json.loads(text))
        elif where:
            _list(path, where.removeprefix(" += "), text)
        else:
            path.write_text(text, "utf-8")

    def run(self, *arguments: str) -> str:
        """What the copy's orbitcfg prints."""
        command = [sys.executable, "-m", "orbitcfg", *arguments]
        done = subprocess.run(command, cwd=self.folder, env={"PYTHONPATH": str(self.folder), "PATH": ""}, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), done.stderr
        return done.stdout

    def configure(self, text: str) -> None:
        """Lays down the configuration that is looked at."""
        (self.folder / "config").mkdir(exist_ok=True)
        (self.folder / "config" / "config.yaml").write_text(text, "utf-8")


def _put(path: Path, pointer: str, entry: Any) -> None:
    document = json.loads(path.read_text("utf-8"))
    *parents, last = pointer.strip("/").split("/")
    place = document
    for parent in parents:
        place = place[parent]
    assert last not in place
    place[last] = entry
    path.write_text(json.dumps(document, indent=2), "utf-8")


def _list(path: Path, name: str, line: str) -> None:
    """One more entry at the end of a table."""
    text = path.read_text("utf-8")
    listed = re.sub(rf"^({name} = \(.*?),?\s*\)$", rf"\1, {line.strip().rstrip(',')})", text, count=1, flags=re.MULTILINE | re.DOTALL)
    assert listed != text
    path.write_text(listed, "utf-8")


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    for folder in ("orbitcfg", "schemas"):
        shutil.copytree(PROJECT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "*.gguf"))
    return Scratch(tmp_path)


def findings(printed: str) -> set[tuple[str, str]]:
    """The codes and key paths of a JSON report."""
    return {(each["code"], each["key"]) for each in json.loads(printed)["diagnostics"]}


def test_a_provider_is_one_entry_in_one_schema(scratch: Scratch) -> None:
    scratch.configure(CONFIGURATION)
    before = findings(scratch.run("validate", "--no-env", "--format", "json"))
    scratch.follow("Add a provider")
    after = findings(scratch.run("validate", "--no-env", "--format", "json"))
    assert ("ORB501", "general.inference_provider") in before - after
    (row,) = json.loads(scratch.run("providers", "--no-env", "--format", "json"))["rows"]
    assert (row["provider"], row["url"], row["key_variable"]) == ("acme", "https://api.acme.example/v1", "ACME_API_KEY")
    (planned,) = json.loads(scratch.run("doctor", "--dry-run", "--format", "json", "--no-env"))["plan"]
    assert (planned["provider"], planned["url"]) == ("acme", "https://api.acme.example/v1")


def test_a_reference_is_one_entry_in_one_schema(scratch: Scratch) -> None:
    scratch.follow("Add a provider")
    scratch.configure(CONFIGURATION + ADAPTERS)
    before = findings(scratch.run("validate", "--no-env", "--format", "json"))
    scratch.follow("Add a reference")
    after = findings(scratch.run("validate", "--no-env", "--format", "json"))
    assert ("ORB501", "adapters[chat].summary_provider") in after - before
    scratch.configure((CONFIGURATION + ADAPTERS).replace("akme", "shimmy"))
    assert ("ORB502", "adapters[chat].summary_provider") in findings(scratch.run("validate", "--no-env", "--format", "json"))


def test_a_rule_is_a_function_and_one_entry_in_a_list(scratch: Scratch) -> None:
    scratch.follow("Add a rule")
    assert "only root may open" in scratch.run("rule", "ORB599")
    scratch.configure(CONFIGURATION.replace("3000", "80"))
    assert ("ORB599", "general.port") in findings(scratch.run("validate", "--no-env", "--format", "json"))
    scratch.configure(CONFIGURATION)
    assert "ORB599" not in scratch.run("validate", "--no-env", "--format", "json")
