"""Characters that steer a terminal, or make text read as something else than it is; and lines that steer a build server."""

import re

STEERING = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
"""The inside of a class of a regular expression: controls but tab and line feed, marks of direction, tags."""

COMMAND = r"(?m)^(?P<blanks>[^\S\n]*+)::|##(?=\w*+\[)"
"""What GitHub's runner, or Azure's or TeamCity's, takes for the begin of a command to itself: one sign at the begin of a line, behind blanks too, the other anywhere."""

INNER_COMMAND = r"##(?=\w*+\[)"
"""That other one."""


def is_like_command(text: str) -> bool:
    """Whether a line of a text would be a command to a build server."""
    return ("::" in text or "##" in text) and re.search(COMMAND, text) is not None
