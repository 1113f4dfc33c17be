"""Writes or checks every generated file: `python -m tests.tools.generate [--write]`."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from orbitcfg.rules import RULES, pages
from orbitcfg.settings import schema
from tests.shared import PROJECT
from tests.tools import releases
from tests.tools.shapes import SHAPES

README = PROJECT / "README.md"
DOCS = PROJECT / "docs"
_TYPED = {"upgrade": "diff --upgrade"}
"""What is typed for a result, where that is not the name of its command."""

HOW = "run `make generate`"
_OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:CONTRIBUTING\.md|CHANGELOG\.md|LICENSE)\)")
_REGION = re.compile(r"(<!-- generated: (?P<name>[^>]+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def schema_of(model: type[BaseModel], title: str) -> str:
    """A published shape as JSON Schema 2020-12."""
    shape = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema(), "title": title}
    return json.dumps(shape, indent=2, ensure_ascii=False) + "\n"


def transcript(line: str) -> str:
    """What a command prints, both streams as a terminal shows them, less how long it took."""
    arguments = line.split()
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(PROJECT), "COLUMNS": "100", "XDG_CACHE_HOME": os.path.abspath(os.devnull)}
    run = subprocess.run(
        [sys.executable, "-m", "orbitcfg", *arguments],
        capture_output=True, text=True, cwd=PROJECT, env=environment, check=False,
    )  # fmt: skip
    printed = re.sub(r"\d+\.\d\d s$", "0.1 s", run.stdout + run.stderr, flags=re.MULTILINE)
    return f"```console\n$ orbitcfg {line}\n{printed}```\n"


def region(name: str) -> str:
    """What belongs between a pair of markers of a page."""
    return pages.markdown(RULES) if name == "rules" else transcript(name.removeprefix("orbitcfg "))


def filled(path: Path) -> str:
    """A page with every generated region anew."""
    return _REGION.sub(lambda match: match[1] + region(match["name"]) + match[3], path.read_text("utf-8"))


def site_index(readme: str) -> str:
    """The README as the first page of the site: its links start from there, and lead to nothing that is not on it."""
    return _OUTSIDE.sub(r"\1", readme.replace("](docs/", "]("))


def files() -> Iterator[tuple[Path, str]]:
    """Every generated file with what it should hold."""
    settings = json.dumps(schema.json_schema(), indent=2, ensure_ascii=False) + "\n"
    yield PROJECT / "schemas" / "settings.schema.json", settings
    for command, (name, model) in SHAPES.items():
        yield PROJECT / "schemas" / name, schema_of(model, f"The result of `orbitcfg {_TYPED.get(command, command)} --format json`")
    yield releases.TARGET, releases.text()
    readme = filled(README)
    yield README, readme
    yield DOCS / "index.md", site_index(readme)
    for page in sorted((*DOCS.glob("*.md"), DOCS / "rules" / "index.md")):
        if page.name != "index.md" or page.parent.name == "rules":
            yield page, filled(page)
    for rule in RULES:
        yield DOCS / "rules" / f"{rule.code}.md", pages.page(rule)


def stale(*, write: bool) -> list[str]:
    """The names of generated files that are not what they should be; with `write` they then are."""
    found = []
    for path, text in files():
        if not path.exists() or path.read_text("utf-8") != text:
            found.append(str(path.relative_to(PROJECT)))
            if write:
                path.write_text(text, "utf-8")
    return found


if __name__ == "__main__":
    WRITE = "--write" in sys.argv
    for name in stale(write=WRITE):
        print(f"{'wrote' if WRITE else 'stale'}: {name}")
