"""What `orbitcfg smoke` costs beside the engine itself: the built-in model, against a bare llama_cpp process that does the same."""

import os
import statistics
import subprocess
import sys
import tempfile
import time

from orbitcfg.engine import selftest
from tests.bench.figures import Figure

ROUNDS = 9
MOST = 1.5
"""The ratio that is promised."""

BARE = f"""
from llama_cpp import Llama
model = Llama({selftest.path()!r}, n_ctx=512, verbose=False)
messages = [{{"role": "user", "content": "Say hi"}}]
pieces = model.create_chat_completion(messages, temperature=0.0, seed=1, max_tokens=16, stream=True)
text = "".join(each["choices"][0]["delta"].get("content") or "" for each in pieces)
assert text.strip() == {selftest.ANSWER!r}, text
print(text)
"""


def seconds(command: list[str], folder: str) -> float:
    """How long one run takes, with bytecode kept as an installed program has it."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "HOME": folder, "PYTHONPYCACHEPREFIX": os.path.join(folder, "bytecode")}
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, env=environment)
    took = time.perf_counter() - began
    assert selftest.ANSWER in done.stdout, done.stdout
    return took


def ratio() -> tuple[float, float]:
    """The median seconds of both, each run in turn with the other, the first round left out: orbitcfg, bare."""
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS + 1):
            ours.append(seconds([sys.executable, "-m", "orbitcfg", "smoke", "--self-test"], folder))
            bare.append(seconds([sys.executable, "-c", BARE], folder))
    return statistics.median(ours[1:]), statistics.median(bare[1:])


def run() -> list[Figure]:
    """The built-in model."""
    ours, bare = ratio()
    return [Figure("smoke, the built-in model", ours, "s", "bare llama_cpp", bare, MOST)]
