"""Results in files of their own: written whole or not at all, or compared with what is there."""

from orbitcfg.document.decode import reason
from orbitcfg.errors import UsageError
from orbitcfg.files.atomic import atomic_write, check_writable
from orbitcfg.files.sandbox import refuse_leaving
from orbitcfg.files.store import Disk
from orbitcfg.limits import MAX_FILE_BYTES

MAX_DIFF_LINES = 40


def write_file(path: str, content: bytes, *, expected: bytes | None = None, files: Disk | None = None) -> None:
    """Puts content into a file in one step, with `expected` only where it holds that. Raises UsageError where that fails: what was there is then still whole."""
    try:
        atomic_write(path, content, expected=expected, files=files)
    except OSError as error:
        raise _refusal(path, error) from None


def promise_file(path: str, files: Disk | None = None) -> str:
    """The path, looked at before there is anything to write. Raises UsageError where it can be seen that nothing can be written there."""
    try:
        check_writable(path, files)
    except OSError as error:
        raise _refusal(path, error) from None
    return path


def difference(text: str, path: str) -> str:
    """How a file differs from the text, shortened, with its secrets masked; empty where it does not."""
    from orbitcfg.edit.preview import masked_diff  # where nothing is compared, no diff is made

    files = Disk()
    refuse_leaving(files, path)
    try:
        # one byte more than is compared line by line, which tells that there are more
        there = files.read(path, MAX_FILE_BYTES + 1).decode(errors="replace")
    except FileNotFoundError:
        there = ""
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read `{path}`: {reason(error)}") from None
    if there == text:
        return ""
    if len(there) > MAX_FILE_BYTES or len(text) > MAX_FILE_BYTES:
        return f"`{path}` differs, and is too long to say where\n"
    lines = masked_diff(path, there, text, new_name="as resolved now", context=1).splitlines(True)
    lines = lines or [f"`{path}` differs in a value that is masked here\n"]
    more = f"... and {len(lines) - MAX_DIFF_LINES} more lines\n" if len(lines) > MAX_DIFF_LINES else ""
    return "".join(lines[:MAX_DIFF_LINES]) + more


def _refusal(path: str, error: OSError) -> UsageError:
    return UsageError(f"cannot write `{path}`: {reason(error)}")
