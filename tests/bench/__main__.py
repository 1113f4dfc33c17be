"""`make bench`: figures, measured side by side in one run; no part of it can fail."""

import importlib.util
import sys

from tests.bench import static
from tests.bench.timing import section

OTHERS = (("hook", "pre-commit, warm"), ("mutations", "seeded mistakes"), ("doctor", "the doctor"), ("smoke", "the embedded engine"))

if __name__ == "__main__":
    wanted = sys.argv[1:]
    for name in ("resolve", "validate", "scaling"):
        if not wanted or name in wanted:
            section(name, getattr(static, name))
    for name, title in OTHERS:
        if (not wanted or name in wanted) and importlib.util.find_spec(f"tests.bench.{name}"):
            section(title, importlib.import_module(f"tests.bench.{name}").run)
