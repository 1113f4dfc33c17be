"""A rule's page as the documentation has it, for who asks for nothing else: the rules take longer to import than the page to be read."""

import os

_PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
_FOLDERS = (os.path.join(_PACKAGE, "docs", "rules"), os.path.join(os.path.dirname(_PACKAGE), "docs", "rules"))
"""In a wheel, and in a clone."""


def written_page(code: str) -> str | None:
    """The page of the rule with this code; None where there is none, or it was not built."""
    if len(code) != 6 or not code.startswith("ORB") or not (code[3:].isascii() and code[3:].isdigit()):
        return None
    for folder in _FOLDERS:
        try:
            with open(os.path.join(folder, f"{code}.md"), encoding="utf-8", newline="") as file:
                return file.read()
        except (OSError, UnicodeDecodeError):
            continue
    return None
