"""Servers that answer as the real ones did, byte for byte: what is recorded of them in `tests/facts`."""

from dataclasses import dataclass
from typing import Any

from tests.live.doubles import CLOSED, EMPTY_404, Answer, Asked, as_json
from tests.shared import read_facts

FRAMING = frozenset({"content-length", "transfer-encoding", "connection", "vary"})
UNKNOWN = "/orbitcfg-no-such-path"


@dataclass(frozen=True)
class Row:
    """One recorded exchange."""

    name: str
    method: str
    path: str
    key: str | None
    """The key that it carried; None where it had none."""
    body: dict[str, Any]
    status: int
    headers: dict[str, str]
    text: str

    @classmethod
    def of(cls, row: dict[str, Any], common: list[list[str]]) -> "Row":
        """A row of a file of recordings."""
        request, told = row["request"], row["request"].get("body")
        sent = {name.lower(): text for name, text in (request.get("headers") or {}).items() if text}
        kind, _, key = sent.pop("authorization", "").partition(" ")
        # another header, or another kind of key, makes it another question
        odd = ":" in row["name"] or bool(set(sent) - {"content-length"}) or kind.lower() not in ("", "bearer") or "cors" in row["name"]
        headers = {name.lower(): text for name, text in [*common, *row["headers"]] if name.lower() not in FRAMING}
        status = int(row["status"].split()[1]) if row["status"] else 0
        method = f"{request['method']}{' odd' if odd else ''}"
        return cls(row["name"], method, request["path"], key or None, told if isinstance(told, dict) else {}, status, headers, row["body"])

    @property
    def is_whole(self) -> bool:
        """Whether its body was recorded to the end."""
        return "…" not in self.text

    @property
    def asks(self) -> tuple[object, ...]:
        """What is compared of a request, but for the key."""
        return (self.method, self.path, self.body.get("model"), bool(self.body.get("stream")))

    @property
    def answer(self) -> Answer:
        """What came."""
        return Answer(self.status, self.text.encode(), self.headers) if self.status else CLOSED


class Recorded:
    """A server of which this is recorded. `key` is the one that it knows; what one file cut short, a later one may have whole."""

    def __init__(self, *names: str, key: str | None = None) -> None:
        rows = []
        for name in names:
            file = read_facts(name)
            listed, common = (file, []) if isinstance(file, list) else (file["rows"], file["common_headers"])
            rows.append([Row.of(row, common) for row in listed])
        self.rows = [row for name, part in zip(names, rows, strict=True) for row in part if name == names[0] or "key" in name]
        self.whole = {row.asks: row for part in reversed(rows) for row in part if row.is_whole and row.status == 200}
        self.key = key

    def __call__(self, asked: Asked) -> Answer:
        """The recorded answer to a request; what the server answers to a path that it does not know, where nothing is recorded."""
        body = asked.json if asked.body else {}
        fitting = [row for row in self.rows if (row.method, row.path) == (asked.method, asked.path) and self._has_key(row, asked)]
        if fitting and not body.get("messages") and asked.method == "POST":
            silent = [row for row in fitting if not row.body and row.is_whole]
            return silent[0].answer if silent else as_json({"error": {"message": "`messages` is missing", "type": "invalid_request_error"}}, 400)
        if fitting and asked.method == "POST":
            fitting = [row for row in fitting if row.body.get("messages") and bool(row.body.get("stream")) == bool(body.get("stream"))]
            fitting = fitting or [
                row for row in self.whole.values() if row.asks == (asked.method, asked.path, body.get("model"), bool(body.get("stream")))
            ]
            fitting = (
                [row for row in fitting if row.body.get("model") == body.get("model")] or [row for row in fitting if "model" in row.name] or fitting
            )
        if fitting:
            row = fitting[0]
            return (row if row.is_whole else self.whole[row.asks]).answer
        unknown = [row for row in self.rows if row.path == UNKNOWN and row.method == "GET" and self._has_key(row, asked)]
        return unknown[0].answer if unknown and asked.path != UNKNOWN else EMPTY_404

    def _has_key(self, row: Row, asked: Asked) -> bool:
        if self.key is None:
            return row.key is None
        return (row.key == self.key) == (asked.bearer == self.key) and (row.key is None) == (asked.bearer is None)
