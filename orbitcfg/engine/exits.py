"""How a native program ended: signals, Windows' status codes, and the line of its log that says most."""

import re
import signal

_SIGNALS = {
    "SIGILL": "it was built for another CPU",
    "SIGABRT": "it gave up on a check of its own",
    "SIGBUS": "the model file was changed or cut while it was in use",
    "SIGSEGV": "it crashed",
    "SIGFPE": "it divided by zero",
    "SIGKILL": "something killed it; the system does so when memory runs out",
    "SIGTERM": "something ended it",
    "SIGXCPU": "it used up the processor time that it is allowed",
    "SIGSYS": "a sandbox forbids what it needs",
    "SIGTRAP": "it gave up on a check of its own",
}
_NTSTATUS = {
    0xC0000005: ("STATUS_ACCESS_VIOLATION", "it crashed"),
    0xC0000006: ("STATUS_IN_PAGE_ERROR", "the model file was changed or cut while it was in use"),
    0xC0000017: ("STATUS_NO_MEMORY", "memory ran out"),
    0xC000001D: ("STATUS_ILLEGAL_INSTRUCTION", "it was built for another CPU"),
    0xC0000094: ("STATUS_INTEGER_DIVIDE_BY_ZERO", "it divided by zero"),
    0xC00000FD: ("STATUS_STACK_OVERFLOW", "its stack overflowed"),
    0xC000012D: ("STATUS_COMMITMENT_LIMIT", "memory ran out"),
    0xC0000135: ("STATUS_DLL_NOT_FOUND", "a library that it needs is not installed"),
    0xC000013A: ("STATUS_CONTROL_C_EXIT", "something ended it"),
    0xC0000409: ("STATUS_STACK_BUFFER_OVERRUN", "it gave up on a check of its own"),
}
_TELLING = re.compile(
    r"error loading model: (?P<model>.+)|(?P<check>GGML_ASSERT\(.*)|gguf_init_from\w*: (?P<file>.+)"
    r"|(?P<memory>.*(?:bad_alloc|failed to allocate|Cannot allocate memory).*)|llama_init_from_model: (?P<context>.+)"
    r"|(?P<import>(?:ModuleNotFoundError|ImportError|OSError|RuntimeError): .+)"
)
_SAYS_LITTLE = re.compile(r"failed to load model|failed to initialize the context|^error loading model hyperparameters$")
MAX_REASON = 300


def exit_reason(status: int) -> str:
    """Why a process with this exit status ended; negative ones are signals."""
    if status < 0:
        name = _signal_name(-status)
        return f"the engine died with {name}: {_SIGNALS.get(name, 'it was ended from outside')}"
    known = _NTSTATUS.get(status & 0xFFFFFFFF)
    if known:
        return f"the engine died with {known[0]}: {known[1]}"
    return "the engine ended without an answer" if status == 0 else f"the engine ended with status {status}, without an answer"


def telling_line(log: str) -> str:
    """The line of a native log that says most about a failure, the last such one; empty where there is none."""
    found = [next(group for group in match.groups() if group) for match in map(_TELLING.search, log.splitlines()) if match]
    telling = [line for line in found if not _SAYS_LITTLE.search(line)]
    return (telling or found or [""])[-1].strip()[:MAX_REASON]


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
