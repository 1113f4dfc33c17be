"""What doctor costs with many endpoints: 50 healthy doubles, and 50 of which 10 hang, against the slowest single one.

The doubles run in a process of their own, so that they and doctor do not wait for each other.
"""

import subprocess
import sys
import time
from contextlib import ExitStack

from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.probe import plan_probe
from orbitcfg.live.run import run_probes
from orbitcfg.observed.endpoint import ExpectedModel, ProbeTarget
from tests.bench.figures import Figure

NUMBER, HANGING = 50, 10
OPTIONS = ProbeOptions(timeout_s=2.0)
ROUNDS = 3
SLOW_S = 0.05
"""How long a healthy double takes for each answer."""


def serve() -> None:
    """The doubles' process: prints the ports, the hanging ones last, and ends with its stdin."""
    from tests.live.doubles import Answer, Asked, serving
    from tests.live.doubles.shimmy import Shimmy
    from tests.live.test_faults import never_answers, scripted

    def slow(asked: Asked) -> Answer:
        time.sleep(SLOW_S)
        return Shimmy("1.7.4")(asked)

    with ExitStack() as stack:
        ports = [stack.enter_context(serving(slow)).port for _ in range(NUMBER)]
        ports += [stack.enter_context(scripted(never_answers)) for _ in range(HANGING)]
        print(*ports, flush=True)
        sys.stdin.read()


def target(port: int) -> ProbeTarget:
    """A double as an endpoint."""
    url = f"http://127.0.0.1:{port}"
    expected = (ExpectedModel("tiny-alpha", ("a",), ("inference",)),)
    return ProbeTarget("shimmy", "openai", "local", f"{url}/v1", url, expected, "/v1/models", models_from_root=True)


def seconds(ports: list[int], *, hanging: int) -> float:
    """How long a run takes, the best of a few; every healthy one must be clean."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        results, _ = run_probes([plan_probe(target(port), OPTIONS) for port in ports], OPTIONS, 30.0, lambda _target, _check: None)
        best = min(best, time.perf_counter() - began)
        assert sum(bool(result.model_list.models) for result in results) == len(ports) - hanging
    return best


def run() -> list[Figure]:
    """The runs beside a single endpoint."""
    with subprocess.Popen(
        [sys.executable, "-c", "from tests.bench.doctor import serve; serve()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as doubles:
        assert doubles.stdout
        ports = [int(port) for port in doubles.stdout.readline().split()]
        one, hung = seconds(ports[:1], hanging=0), seconds(ports[-1:], hanging=1)
        healthy = seconds(ports[:NUMBER], hanging=0)
        mixed = seconds(ports[HANGING:], hanging=HANGING)
        doubles.communicate()
    return [
        Figure(f"doctor, {NUMBER} healthy endpoints", healthy, "s", "the slowest single one", one),
        Figure(f"doctor, {NUMBER} endpoints, {HANGING} of which hang", mixed, "s", "a hanging one alone", hung),
    ]
