"""Counts what `validate` finds in the trees that ORBIT shipped: `python -m tests.tools.release_counts FOLDER [--write]`.

FOLDER holds a folder for each release, called by its number, with ORBIT's repository as it was: `git archive v2.15.9 | tar -x -C FOLDER/2.15.9`. Each is judged as of its own
release, which must be found by itself, too. Without `--write` the counts are compared with those that are recorded.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TypeAlias

import orbitcfg
from orbitcfg.files.store import Disk
from orbitcfg.project.orbit import found_from
from orbitcfg.release import OLDEST_JUDGED, OrbitChoice, Release
from orbitcfg.report.diagnostics import Severity
from orbitcfg.settings.model import Settings
from tests.shared import FACTS

RECORDED = FACTS / "release-counts.json"
_SAYING_ANOTHER = ("2.6.1", "2.13.0")
"""Their own files say the number of the release before, as that release does; no name differs."""

TREES = ("config", "install/default-config")

Counts: TypeAlias = dict[str, dict[str, dict[str, int]]]
"""By release and tree, the errors and warnings by rule."""


def counts(folder: Path) -> Counts:
    """What is found, by release."""
    found: Counts = {}
    releases = sorted(filter(None, (Release.parse(path.name) for path in folder.iterdir() if path.is_dir())))
    for release in releases:
        if release < OLDEST_JUDGED:
            continue
        os.chdir(folder / str(release))
        found_release = found_from(Disk(), ".").release
        if found_release != release and str(release) not in _SAYING_ANOTHER:
            raise SystemExit(f"{release} is taken for {found_release}")
        for tree in TREES:
            if Path(tree, "config.yaml").is_file():
                report = orbitcfg.validate(tree, Settings(orbit=OrbitChoice(str(release))), process={})
                by_rule = [f"{each.severity.label} {each.code}" for each in report.counting if each.severity > Severity.INFO]
                found.setdefault(str(release), {})[tree] = {name: by_rule.count(name) for name in sorted(set(by_rule))}
    return found


def text(found: Counts) -> str:
    """The file: a line for each tree."""
    blocks = []
    for release, trees in found.items():
        lines = ",\n".join(f"    {json.dumps(tree)}: {json.dumps(by_rule)}" for tree, by_rule in trees.items())
        blocks.append(f"  {json.dumps(release)}: {{\n{lines}\n  }}")
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def main() -> None:
    """Compares, or writes; the status is 1 where a count differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    found = counts(options.folder.resolve())
    if options.write:
        RECORDED.write_text(text(found), "utf-8")
        return
    recorded: Counts = json.loads(RECORDED.read_text("utf-8"))
    differing = [
        f"{release} {tree}" for release, trees in found.items() for tree, each in trees.items() if recorded.get(release, {}).get(tree) != each
    ]
    print("\n".join(differing) or "as recorded")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
