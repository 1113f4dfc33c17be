"""Patterns for paths, as `.gitignore` and most tools know them."""

from fnmatch import fnmatchcase


def matches(pattern: str, path: str) -> bool:
    """Whether the pattern means the path or a folder above it.

    Both have POSIX slashes. `*` and `?` stay within one folder, `**` stands for any number of folders.
    """
    return _match(tuple(_parts(pattern)), tuple(_parts(path)))


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in ("", ".")]


def _match(pattern: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Walks the pattern once, with all the places of the path that it may have come to: no pattern makes it slow."""
    reached = {0}
    for part in pattern:
        if part == "**":
            reached = set(range(min(reached), len(path) + 1))
        else:
            reached = {place + 1 for place in reached if place < len(path) and fnmatchcase(path[place], part)}
        if not reached:
            return False
    return bool(pattern)
