"""`make bench`: figures beside those of other tools, measured side by side in one run; no part of it can fail.

python -m tests.bench [--json] [--record] [PART ...]
    One table, or JSON; `--record` also puts the figures into docs/performance.md, under their commit.
"""

import argparse
import importlib.util
import os
import sys
from collections.abc import Callable

from tests.bench import difference, doctor, editor, hook, smoke, static
from tests.bench.figures import Figure, as_json, record, table

PARTS: dict[str, Callable[[], list[Figure]]] = {
    "start": static.start,
    "cold": static.cold,
    "completion": static.completion,
    "difference": difference.run,
    "hook": hook.run,
    "editor": editor.run,
    "doctor": doctor.run,
    "scaling": static.scaling,
}
"""What is measured, in the order of the table."""
if importlib.util.find_spec("llama_cpp"):
    PARTS["smoke"] = smoke.run

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
    for name, measure in PARTS.items():
        if not asked.parts or name in asked.parts:
            print(f"measuring: {name}", file=sys.stderr)
            figures += measure()
    print(as_json(figures) if asked.json else table(figures), end="")
    if asked.record:
        record(figures)
    if MISTAKES in asked.parts or not (asked.parts or asked.json):
        from tests.bench import mutations

        mutations.run()


if __name__ == "__main__":
    main(sys.argv[1:])
