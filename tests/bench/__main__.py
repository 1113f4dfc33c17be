"""`make bench`: figures, measured side by side in one run; no part of it can fail."""

import importlib
import importlib.util
import os
import sys

from tests.bench import static
from tests.bench.timing import section

OTHERS = (
    ("difference", "diff against two resolves"),
    ("editor", "the language server"),
    ("hook", "pre-commit, warm"),
    ("mutations", "seeded mistakes"),
    ("doctor", "the doctor"),
    ("smoke", "the embedded engine"),
)

if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    wanted = sys.argv[1:]
    for name in ("resolve", "validate", "scaling"):
        if not wanted or name in wanted:
            section(name, getattr(static, name))
    for name, title in OTHERS:
        if (not wanted or name in wanted) and importlib.util.find_spec(f"tests.bench.{name}"):
            module = importlib.import_module(f"tests.bench.{name}")
            section(title, getattr(module, "run", None) or module.main)
