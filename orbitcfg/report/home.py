"""The home directory, which names a person."""

import os
from contextlib import suppress


def tilde(text: str) -> str:
    """A text with the home directory as `~`, also where it is written from the working directory as `../home/somebody`."""
    home = os.path.expanduser("~")
    # a home of `/` is part of every path
    if len(home) <= 1:
        return text
    text = text.replace(home + os.sep, "~" + os.sep)
    if "../" not in text:
        return text
    with suppress(ValueError):  # on another drive
        beside = os.path.relpath(home).replace(os.sep, "/")
        if beside.startswith("../") and not beside.endswith(".."):
            text = text.replace(beside + "/", "~/")
    return text
