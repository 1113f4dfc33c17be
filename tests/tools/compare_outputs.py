"""Compares byte for byte what two versions of the code print: before and after a change that should change nothing.

python -m tests.tools.compare_outputs corpus FOLDER
    Writes the inputs and the plan of the runs, once for all versions.
python -m tests.tools.compare_outputs record FOLDER [--code TREE] [--corpus FOLDER]
    Runs the `orbitcfg` of a checkout on a corpus, by default this one on a fresh corpus.
python -m tests.tools.compare_outputs diff A B
    Shows, file by file, what differs between two recordings; exit status 1 where anything does.

`make compare REV=...` does all of it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from difflib import unified_diff
from pathlib import Path

from tests.shared import PROJECT
from tests.tools import compare_record

MAX_LINES = 20
"""Lines shown of the difference of an output."""

MAX_WIDTH = 300
"""Characters shown of a line."""


def main(arguments: list[str]) -> int:
    """Does what the arguments say; gives the exit status."""
    parser = _parser()
    asked = parser.parse_args([each.lower() if place == 0 else each for place, each in enumerate(arguments)])
    if asked.action == "diff":
        return _show_differences(asked.a, asked.b)
    if asked.folder.exists():
        parser.error(f"{asked.folder} is there already")
    if asked.action == "corpus":
        from tests.tools import compare_corpus  # imports this checkout's `orbitcfg`, where a recording may want another's

        print(f"{compare_corpus.write(asked.folder)} runs planned")
    else:
        print(f"{_record(asked.folder, asked.code.resolve(), asked.corpus)} outputs recorded")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="compare_outputs", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    actions = parser.add_subparsers(dest="action", required=True)
    corpus, record, diff = (actions.add_parser(name) for name in ("corpus", "record", "diff"))
    for each in (corpus, record):
        each.add_argument("folder", type=Path)
    record.add_argument("--code", type=Path, default=PROJECT)
    record.add_argument("--corpus", type=Path)
    for side in ("a", "b"):
        diff.add_argument(side, type=Path)
    return parser


def _record(folder: Path, code: Path, corpus: Path | None) -> int:
    if corpus is not None:
        return compare_record.record(code, corpus, folder)
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / "corpus"
        subprocess.run([sys.executable, "-m", "tests.tools.compare_outputs", "corpus", str(fresh)], cwd=PROJECT, check=True)
        return compare_record.record(code, fresh, folder)


def _show_differences(a: Path, b: Path) -> int:
    """Prints them, and a last line that counts them; gives the exit status."""
    names = sorted({file.relative_to(side).as_posix() for side in (a, b) for file in side.rglob("*.json")})
    if not names:
        raise SystemExit(f"neither {a} nor {b} holds a recording")
    total = differing = 0
    for name in names:
        before, after = _outputs(a / name), _outputs(b / name)
        labels = list(dict.fromkeys((*before, *after)))
        changed = [label for label in labels if before.get(label) != after.get(label)]
        for label in changed:
            print(f"{name}: {label}\n{_difference(before.get(label, []), after.get(label, []))}")
        total, differing = total + len(labels), differing + len(changed)
    if differing:
        print(f"{differing} of {total} outputs differ")
    return 1 if differing else 0


def _outputs(file: Path) -> dict[str, list[str]]:
    """The outputs of a file by their labels; none where it is missing."""
    return json.loads(file.read_text("utf-8")) if file.is_file() else {}


def _difference(before: list[str], after: list[str]) -> str:
    """A unified diff, shortened; invisible characters are written as escapes."""
    lines = list(unified_diff(before, after, "before", "after", n=1))[2:]
    shown = [f"  {line[0]}{_visible(line[1:])}" for line in lines[:MAX_LINES]]
    more = [f"  ... and {len(lines) - MAX_LINES} more lines"] if len(lines) > MAX_LINES else []
    return "\n".join([*shown, *more]) + "\n"


def _visible(line: str) -> str:
    """A line without its newline; one that has none, or holds what a terminal would not show, is quoted."""
    text = line.removesuffix("\n")
    shown = text if line.endswith("\n") and text.isprintable() else repr(line)
    return shown if len(shown) <= MAX_WIDTH else f"{shown[:MAX_WIDTH]}... ({len(shown)} characters)"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
