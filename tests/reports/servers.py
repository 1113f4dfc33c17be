"""Cases with a server: it is played as the case says, on a free port, and doctor is run against it."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.live.doubles import CLOSED, Answer, Asked, Handler, as_json, as_text, serving
from tests.program import run
from tests.reports import files_of
from tests.shared import read_facts


def played(spec: dict[str, Any]) -> Handler:
    """A server by its description: an answer for a method with a path, and `*` for all others."""

    def answer(asked: Asked) -> Answer:
        told = spec.get(f"{asked.method} {asked.path.partition('?')[0]}") or spec.get("*") or {"status": 404, "text": "404 page not found"}
        if told.get("need_key") and asked.bearer != told["need_key"]:
            return as_json({"error": {"message": "Incorrect API key provided", "type": "invalid_request_error"}}, 401)
        if told.get("close"):
            return CLOSED
        status, headers = told.get("status", 200), told.get("headers", {})
        if "sse" in told:
            events = [part if isinstance(part, str) else as_json(part).body.decode() for part in told["sse"] if not isinstance(part, int | float)]
            return Answer(status, headers={"content-type": "text/event-stream"}, frames=tuple(f"data: {event}\n\n".encode() for event in events))
        made = as_json(told["json"], status) if "json" in told else as_text(told.get("text", ""), status)
        return Answer(made.status, made.body, {**made.headers, **headers})

    return answer


def answer_beside_server(case: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """What doctor prints in the folder of a case while its server runs, with its exit, under the variables that its setup exports."""
    facts = read_facts("reports")[case]
    found = re.search(r"server\.json (\d+)", facts["setup"])
    assert found
    _, *arguments = shlex.split(facts["command"].partition(";")[0])
    for line in facts["setup"].splitlines():
        for setting in line.removeprefix("export ").split() if line.startswith("export ") else ():
            monkeypatch.setenv(*setting.split("=", 1))
    written = files_of(case, folder)
    with serving(played(facts["server"])) as server:
        for path in written.rglob("*.yaml"):
            path.write_text(path.read_text("utf-8").replace(found[1], str(server.port)), "utf-8")
        told = run(arguments, capsys, monkeypatch, written).transcript
    return told.replace(str(server.port), found[1])
