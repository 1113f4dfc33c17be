"""The engine's process may die, hang, or talk nonsense: orbitcfg says how, in time, and nothing of it is left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orbitcfg.engine import selftest
from orbitcfg.engine.child import Child, GenerationRequest, GenerationResult
from orbitcfg.engine.exits import exit_reason, telling_line
from orbitcfg.engine.messages import Done, Loaded, Message, Ready, TextPiece
from orbitcfg.observed.observation import Ending

REQUEST = GenerationRequest(selftest.path(), "Say hi", False, 512, {"max_tokens": 16})
SAY = "import json, os, sys, time\ndef say(**m): os.write(1, b'\\x1e' + json.dumps(m).encode() + b'\\n')\nsys.stdin.readline()\n"


def outcome_of(program: str, timeout_s: float = 20.0) -> GenerationResult:
    with Child(os.environ, (sys.executable, "-c", SAY + program)) as started:
        return started.run(REQUEST, timeout_s)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SIGILL", "it was built for another CPU"),
        ("SIGABRT", "it gave up on a check of its own"),
        ("SIGBUS", "the model file was changed or cut while it was in use"),
        ("SIGSEGV", "it crashed"),
        ("SIGFPE", "it divided by zero"),
        ("SIGKILL", "something killed it; the system does so when memory runs out"),
        ("SIGTERM", "something ended it"),
        ("SIGUSR1", "it was ended from outside"),
    ],
)
def test_a_signal_becomes_a_name_and_a_cause(name: str, words: str) -> None:
    outcome = outcome_of(f"import signal; os.kill(os.getpid(), signal.{name}); time.sleep(9)")
    assert (outcome.ending, outcome.reason) == (Ending.DIED, f"the engine died with {name}: {words}")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (0xC0000005, "the engine died with STATUS_ACCESS_VIOLATION: it crashed"),
        (0xC000001D - (1 << 32), "the engine died with signal 1073741795: it was ended from outside"),
        (0xC000001D, "the engine died with STATUS_ILLEGAL_INSTRUCTION: it was built for another CPU"),
        (3, "the engine ended with status 3, without an answer"),
        (0, "the engine ended without an answer"),
        (-64, "the engine died with SIGRTMAX: it was ended from outside"),
        (-99, "the engine died with signal 99: it was ended from outside"),
    ],
)
def test_a_status_becomes_words(status: int, words: str) -> None:
    assert exit_reason(status) == words


def test_a_child_that_hangs_is_ended_in_time() -> None:
    outcome = outcome_of("say(event='ready'); time.sleep(60)", timeout_s=0.5)
    assert (outcome.ending, outcome.reason) == (Ending.TIMED_OUT, "no end within 0.5 s")


def test_a_child_that_ignores_every_signal_is_ended_with_its_children(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    program = f"""
import signal, subprocess
for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP): signal.signal(each, signal.SIG_IGN)
grandchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])
open({str(mark)!r}, 'w').write(str(grandchild.pid))
time.sleep(60)
"""
    assert outcome_of(program, timeout_s=1.0).ending is Ending.TIMED_OUT
    deadline = time.monotonic() + 60
    while _is_alive(int(mark.read_text())) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _is_alive(int(mark.read_text()))


def test_a_grandchild_that_keeps_the_pipe_open_is_not_waited_for() -> None:
    """Else the run would end at its time limit."""
    outcome = outcome_of("import subprocess; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); os._exit(7)", timeout_s=40)
    assert (outcome.ending, outcome.reason) == (Ending.DIED, "the engine ended with status 7, without an answer")


def test_a_child_that_fills_its_pipe_is_ended() -> None:
    outcome = outcome_of("while True: os.write(1, b'x' * 65536)", timeout_s=20)
    assert (outcome.ending, outcome.reason) == (
        Ending.GARBLED,
        "the engine closed its pipe, or filled it with something else, and did not end",
    )


def test_a_child_that_fills_stderr_does_not_block() -> None:
    outcome = outcome_of("os.write(2, b'y' * 5_000_000); say(event='text', text='ok'); say(event='done', finish='stop')")
    assert (outcome.ending, outcome.text) == (Ending.ANSWERED, "ok")


@pytest.mark.parametrize(
    "garbage",
    [
        "b'ggml_abort: something\\n'",
        "b'\\x1e{not json}\\n'",
        "b'\\x1e[1, 2]\\n'",
        'b\'\\x1e{"event": "text"}\\n\'',
        'b\'\\x1e{"event": "text", "text": 5}\\n\'',
        'b\'\\x1e{"event": ["done"]}\\n\'',
        "b'\\x1e' + b'[' * 100_000 + b'\\n'",
        "b'\\xff\\xfe\\0\\0\\n'",
        "b'\\x1e' + b'9' * 5000 + b'\\n'",
        'b\'\\x1e{"event": "done"\'',
    ],
)
def test_garbage_on_the_pipe_is_passed_over(garbage: str) -> None:
    outcome = outcome_of(f"os.write(1, {garbage}); os.write(1, b'\\n'); say(event='text', text='ok'); say(event='done', finish='stop')")
    assert (outcome.ending, outcome.text) == (Ending.ANSWERED, "ok")


def test_a_child_that_says_odd_numbers_is_still_measured() -> None:
    from dataclasses import replace

    from orbitcfg.engine.run import _with_result
    from orbitcfg.observed.observation import EngineRun, ModelChoice

    outcome = outcome_of("say(event='text', text='ok'); say(event='done', finish=7, tokens=10**400, first_token_ms=float('nan'), tokens_per_s=1e999)")
    run = EngineRun(Ending.ANSWERED, ModelChoice.NAMED, "m")
    assert _with_result(run, outcome) == replace(run, text="ok", finish="7")


def test_a_program_that_dies_before_it_listens_is_told() -> None:
    with Child(os.environ, (sys.executable, "-c", "raise SystemExit(9)")) as started:
        time.sleep(0.3)
        outcome = started.run(REQUEST, 10)
    assert (outcome.ending, outcome.reason) == (Ending.DIED, "the engine ended with status 9, without an answer")


def test_an_engine_that_cannot_be_imported_is_told(tmp_path: Path) -> None:
    """A library of another system, say: Python's own last line is the reason."""
    (tmp_path / "llama_cpp").mkdir()
    (tmp_path / "llama_cpp" / "__init__.py").write_text("raise OSError('libllama.so: wrong ELF class')")
    with Child({**os.environ, "PYTHONPATH": str(tmp_path)}) as started:
        outcome = started.run(REQUEST, 20)
    assert (outcome.ending, outcome.log) == (Ending.DIED, "OSError: libllama.so: wrong ELF class")


def test_the_working_directory_is_not_imported_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "llama_cpp.py").write_text("raise SystemExit('imported from the working directory')")
    monkeypatch.chdir(tmp_path)
    with Child(os.environ) as started:
        assert started.run(REQUEST, 30).text.strip() == selftest.ANSWER


def test_a_file_that_is_cut_while_it_is_in_use_kills_only_the_child(tmp_path: Path) -> None:
    """SIGBUS, where the weights are mapped: the child cuts the file itself, once it is loaded."""
    path = tmp_path / "model.gguf"
    path.write_bytes(Path(selftest.path()).read_bytes())
    program = f"""
import llama_cpp, mmap
model = llama_cpp.Llama({str(path)!r}, n_ctx=512, verbose=False)
say(event='loaded')
with open({str(path)!r}, 'rb') as file: mapped = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
os.truncate({str(path)!r}, 4096)
mapped[100_000]
"""
    outcome = outcome_of(program)
    assert (outcome.ending, outcome.reason) == (Ending.DIED, "the engine died with SIGBUS: the model file was changed or cut while it was in use")


def test_an_assertion_of_the_engine_is_quoted() -> None:
    program = f"""
import llama_cpp
llama_cpp.Llama({selftest.path()!r}, n_ctx=512, type_k=999)
"""
    outcome = outcome_of(program)
    assert (outcome.ending, outcome.reason) == (Ending.DIED, "the engine died with SIGABRT: it gave up on a check of its own")
    assert outcome.log.startswith("GGML_ASSERT(")


def test_the_address_space_is_capped() -> None:
    """A gigabyte is not enough for a cache of four million tokens, which takes as much; without the cap it is had."""
    with Child(os.environ) as started:
        outcome = started.run(GenerationRequest(selftest.path(), "hi", False, 4_000_000, {"max_tokens": 4}, memory_limit=1 << 30), 30)
    assert outcome.ending is Ending.REFUSED
    assert "failed to allocate" in outcome.log


def test_nothing_is_left_of_an_interrupted_run() -> None:
    """Ctrl-C in the parent: the child, which is in a group of its own, goes too."""
    program = f"""
import os, sys, threading, _thread, time
from orbitcfg.engine.child import Child, GenerationRequest
threading.Timer(0.5, _thread.interrupt_main).start()
try:
    with Child(os.environ, (sys.executable, "-c", "import time; time.sleep(60)")) as started:
        print(started._process.pid, flush=True)
        started.run(GenerationRequest({selftest.path()!r}, "hi", False, 512, {{}}), 50)
except KeyboardInterrupt:
    print("interrupted")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=True)
    pid, word = done.stdout.split()
    assert word == "interrupted"
    assert not _is_alive(int(pid))


def test_the_engine_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    """Without a chance to clean up: the pipe to the engine's stdin closes, and it ends itself."""
    slow = tmp_path / "slow.py"
    slow.write_text("import sys, threading\nfrom orbitcfg.engine.engine import _end_with\n_end_with(sys.stdin)\n")
    program = f"""
import os, sys
from orbitcfg.engine.child import Child
with Child(os.environ, (sys.executable, {str(slow)!r})) as started:
    print(started._process.pid, flush=True)
    os.kill(os.getpid(), {int(signal.SIGKILL)})
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=False)
    pid = int(done.stdout)
    deadline = time.monotonic() + 60
    while _is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _is_alive(pid)


def test_messages_come_as_they_are_said() -> None:
    heard: list[Message] = []
    with Child(os.environ) as started:
        started.run(REQUEST, 30, heard.append)
    assert [type(each) for each in heard] == [Ready, Loaded, *[TextPiece] * len(selftest.ANSWER.split()), Done]
    assert isinstance(heard[0], Ready)
    assert heard[0].engine.startswith("llama-cpp-python ")


def test_the_last_telling_line_of_a_log_is_its_reason() -> None:
    log = "load: ok\nllama_model_load: error loading model: unknown model architecture: 'wibble'\nllama_model_load_from_file_impl: failed to load model\n"
    assert telling_line(log) == "unknown model architecture: 'wibble'"
    assert telling_line("nothing here\n") == ""
    assert len(telling_line("error loading model: " + "x" * 5000)) == 300


def _is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and is not yet collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
