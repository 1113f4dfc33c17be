"""JSON as it is written to a stream: readable, and safe on a terminal."""

import json

from orbitcfg.report.terminal import escaped


def json_text(value: object) -> str:
    """A value as one JSON document. Characters that would steer a terminal are escaped.

    Names that were no text on the disk hold half characters; UTF-8 has none, so they become `?`.
    """
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    return escaped(text).encode("utf-8", "replace").decode("utf-8")
