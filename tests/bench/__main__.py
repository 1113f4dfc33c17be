"""`make bench`: figures beside those of other tools, measured side by side in one run; none of them is a failure, but a run that ends otherwise than it must.

python -m tests.bench [--json] [--record] [PART ...]
    One table, or JSON; `--record` also puts the figures into docs/performance.md, under their commit.
"""

import argparse
import importlib.util
import os
import sys
from collections.abc import Callable

from tests.bench import difference, doctor, editor, hook, libraries, releases, smoke, static
from tests.bench.figures import Figure, as_json, record, table
from tests.shared import SHARED

PARTS: dict[str, Callable[[], list[Figure]]] = {
    "start": static.start,
    "cold": static.cold,
    "completion": static.completion,
    "difference": difference.run,
    "hook": hook.run,
    "editor": editor.run,
    "doctor": doctor.run,
    "releases": releases.run,
    "libraries": libraries.run,
    "scaling": static.scaling,
}
"""What is measured, in the order of the table."""
if importlib.util.find_spec("llama_cpp"):
    PARTS["smoke"] = smoke.run

WITHOUT_TREE = {"start", "doctor", "releases", "libraries", "smoke"}
"""Parts that need none of the trees that ORBIT ships."""

MISTAKES = "mutations"
"""A part that counts what is found, not how fast."""


def main(arguments: list[str]) -> None:
    """Measures what is asked for, everything by default."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join((*PARTS, MISTAKES))}")
    asked = parser.parse_args(arguments)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    figures: list[Figure] = []
    for name in asked.parts or PARTS:
        if not SHARED.is_dir() and name not in WITHOUT_TREE:
            print(f"not measured, since the trees that ORBIT ships are not at hand: {name}", file=sys.stderr)
        elif name in PARTS:
            print(f"measuring: {name}", file=sys.stderr)
            figures += PARTS[name]()
    print(as_json(figures) if asked.json else table(figures), end="")
    if asked.record:
        record(figures)
    if SHARED.is_dir() and (MISTAKES in asked.parts or not (asked.parts or asked.json)):
        from tests.bench import mutations

        mutations.run()


if __name__ == "__main__":
    main(sys.argv[1:])
