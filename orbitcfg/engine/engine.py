"""The embedded engine: the only module that imports llama_cpp, and only as a program of its own, `python -P engine.py`.

It imports the engine while its parent still reads files, then takes one request as a line of JSON on stdin, and ends when stdin ends: no engine outlives
orbitcfg. Its messages leave as JSON text sequences (RFC 7464) on what was stdout; whatever native code prints goes to stderr.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import IO, Any

RECORD = b"\x1e"
"""Stands before every message, so that nothing else is taken for one."""


def main() -> None:
    """Answers one request."""
    say = _speaker()
    # only now that stdout is out of the way: native code may print while it is imported
    import llama_cpp

    say(event="ready", engine=f"llama-cpp-python {llama_cpp.__version__}", build=llama_cpp.llama_print_system_info().decode().strip(" |"))
    line = sys.stdin.readline()
    if not line:
        os._exit(1)
    threading.Thread(target=_end_with, args=(sys.stdin,), daemon=True).start()
    try:
        _answer(json.loads(line), llama_cpp, say)
    except Exception as error:  # noqa: BLE001 - the parent reports whatever the engine raises
        say(event="refused", kind=type(error).__name__, reason=str(error))
    os._exit(0)  # the engine's own clean-up could crash, and takes time


def _speaker() -> Callable[..., None]:
    """Keeps stdout for messages and sends everything else that is written to it to stderr."""
    channel = os.dup(1)
    os.dup2(2, 1)

    def say(**message: object) -> None:
        os.write(channel, RECORD + json.dumps(message).encode() + b"\n")

    return say


def _end_with(stream: IO[str]) -> None:
    """Ends the process when the parent is gone."""
    while stream.read(1):
        pass
    os._exit(1)


def _answer(request: dict[str, Any], llama_cpp: Any, say: Callable[..., None]) -> None:
    _limit_memory(request["memory_limit"])
    began = time.perf_counter()
    threads = max((os.cpu_count() or 2) // 2, 1)  # by default prompts take every core, and wait long for each where others use one too
    model = llama_cpp.Llama(
        request["model"],
        n_ctx=request["context"],
        chat_format=request["chat_format"],
        n_gpu_layers=0,
        n_threads=threads,
        n_threads_batch=threads,
        verbose=True,
    )
    say(event="loaded", load_ms=_since(began), template=model.chat_format or "", context=model.n_ctx())
    began = time.perf_counter()
    first_ms, pieces, finish = None, 0, ""
    for text, end in _pieces(model, request):
        if text:
            first_ms = _since(began) if first_ms is None else first_ms
            pieces += 1
            say(event="text", text=text)
        finish = end or finish
    took_ms = _since(began)
    after_first = took_ms - first_ms if first_ms is not None else 0
    speed = (pieces - 1) / after_first * 1000 if pieces > 1 and after_first > 0 else None
    say(event="done", finish=finish, tokens=pieces, first_token_ms=first_ms, tokens_per_s=speed)


def _pieces(model: Any, request: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The answer as it comes, each piece with the reason of the end, empty until it is reached."""
    parameters = {**request["parameters"], "stream": True}
    if request["raw"]:
        for chunk in model.create_completion(request["prompt"], **parameters):
            yield chunk["choices"][0]["text"], chunk["choices"][0]["finish_reason"] or ""
        return
    messages = [{"role": "user", "content": request["prompt"]}]
    for chunk in model.create_chat_completion(messages, **parameters):
        yield chunk["choices"][0]["delta"].get("content") or "", chunk["choices"][0]["finish_reason"] or ""


def _limit_memory(limit: int | None) -> None:
    """Caps the address space, where the system can."""
    try:
        import resource
    except ImportError:
        return
    if limit is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)


if __name__ == "__main__":
    main()
