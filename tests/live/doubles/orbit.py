"""A running ORBIT, by what one answered: the exchanges of a recording, the first that fits."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.live.doubles import Answer, Asked, as_json, as_text
from tests.shared import read_facts

TOKEN = "0c5d41ce3f7b4a61"
_RECORDED_TOKEN = "DUMMY_ADMIN_TOKEN"
_RECORDED_KEY = "orbit_DUMMY_KEY_OF_"


def key_of(adapter: str) -> str:
    """The key of an adapter: as random as one that ORBIT makes, where the recording has the adapter's name."""
    return f"orbit_{hashlib.sha256(adapter.encode()).hexdigest()[:32]}"


UNKNOWN_KEY = key_of("nobody")

SAFE_READS = frozenset(
    {
        "/health/adapters",
        "/.well-known/agent.json",
        "/openapi.json",
        "/metrics/json",
        "/admin/adapters/info",
        "/admin/info",
        "/admin/config",
        "/admin/models",
        "/admin/mcp/servers",
    }
)
"""Whatever doctor may read of an ORBIT (orbit-api §2, less what §7 forbids)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One exchange."""

    note: str
    method: str
    path: str
    key: str | None
    token: str | None
    stream: bool | None
    status: int
    body: Any
    calls: int


def rows(*recordings: str) -> list[Row]:
    """The exchanges of recordings, one after the other."""
    found = (Row(*row) for name in recordings for row in read_facts(f"orbit-api/{name}")["rows"])
    return [replace(row, key=_key(row.key), token=TOKEN if row.token == _RECORDED_TOKEN else row.token) for row in found]


def _key(recorded: str | None) -> str | None:
    if recorded is None or not recorded.startswith(_RECORDED_KEY):
        return recorded and UNKNOWN_KEY
    return key_of(recorded.removeprefix(_RECORDED_KEY))


@dataclass
class Orbit:
    """Answers as recorded. `stage` is what the note of an exchange has to hold, where several would fit."""

    recorded: list[Row]
    stage: str = ""
    instead: dict[str, Any] = field(default_factory=dict)
    """Other answers, by path: a body, or an `Answer`."""
    chat_key: str = "x-api-key"

    def __call__(self, asked: Asked) -> Answer:
        if asked.path in self.instead:
            given = self.instead[asked.path]
            return given if isinstance(given, Answer) else as_json(given)
        header = self.chat_key if asked.path == "/v1/chat" else "x-api-key"
        key = asked.headers.get(header)
        token = asked.headers.get("authorization", "").removeprefix("Bearer ") or None
        stream = asked.json.get("stream") if asked.path == "/v1/chat" else None
        fitting = [row for row in self.recorded if (row.method, row.path, row.stream) == (asked.method, asked.path, stream)]
        fitting = [row for row in fitting if (row.key, row.token) == (key, token)] or [
            row for row in fitting if not (row.key or row.token or key or token)
        ]
        fitting = [row for row in fitting if self.stage in row.note] or fitting
        if not fitting:
            return as_json({"detail": "Invalid or missing API key"}, 401) if key or token else as_text("Not Found", 404)
        return answer(fitting[0])


def answer(row: Row) -> Answer:
    """What an exchange sent."""
    if not isinstance(row.body, str):
        return as_json(row.body, row.status)
    if row.stream and row.body.startswith("data:"):
        return Answer(row.status, headers={"content-type": "text/event-stream"}, frames=tuple(_events(row.body)))
    return as_text(row.body, row.status)


def _events(text: str) -> Iterable[bytes]:
    return (f"{event}\n\n".encode() for event in text.split("\n\n") if event)


def healthy() -> Orbit:
    """One that is well: two adapters, and what the key of `simple-chat` opens."""
    return Orbit([*(row for row in rows("healthy-no-credentials") if row.path != "/admin/info" or "paused" not in row.note), *rows("admin")])


def sick() -> Orbit:
    """One with adapters that fail in each way that was recorded."""
    return Orbit([*rows("sick-server"), *rows("healthy-no-credentials"), *rows("admin")])


def production() -> Orbit:
    """One that hides its description, its metrics and what its answers hold besides."""
    return Orbit(rows("production-no-openapi"))
