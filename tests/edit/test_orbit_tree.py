"""A real configuration with mistakes put into it: each line ends as it was before the mistake, or as the mistake left it."""

import re
from collections.abc import Callable
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import orbitcfg
from orbitcfg.files.store import Memory
from orbitcfg.settings.model import Settings
from tests.edit.keeping import after, ruamels_comments
from tests.shared import SHARED, drawn, needs_shared

TREE = SHARED / "orbit" / "config"
QUIET = Settings(no_env=True)
pytestmark = needs_shared

TRUE = re.compile(r"^( *[\w-]+: )(true|false)\b", re.MULTILINE)
KEY = re.compile(r"^( {2,})([a-z]{3,}_[a-z_]{3,})(?=: \S)", re.MULTILINE)
NAME = re.compile(r"^( *(?:inference|embedding|reranker|vision)_provider: \"?)([a-z]{5,})(?=\"?$)", re.MULTILINE)
IMPORT = re.compile(r"^(\s+- \"?)([\w/-]{5,})(?=\.yaml\"?$)", re.MULTILINE)
IMPORT_LINE = re.compile(r"^\s+- \"?[\w/-]+\.yaml\"?\n", re.MULTILINE)

WORDS = {"true": "yes", "false": "no"}


def without_a_letter(word: str) -> str:
    """The word with a slip in its middle."""
    middle = len(word) // 2
    return word[:middle] + word[middle + 1 :]


MISTAKES: dict[str, tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = {
    "yes": (TRUE, lambda match: match[1] + WORDS[match[2]]),
    "key": (KEY, lambda match: match[1] + without_a_letter(match[2])),
    "name": (NAME, lambda match: match[1] + without_a_letter(match[2])),
    "import": (IMPORT, lambda match: match[1] + without_a_letter(match[2])),
    "twice": (IMPORT_LINE, lambda match: match[0] * 2),
}


@cache
def tree() -> Memory:
    """The real configuration, with what it itself has to be fixed."""
    files = Memory({f"/repo/config/{path.relative_to(TREE).as_posix()}": path.read_bytes() for path in sorted(TREE.rglob("*.yaml"))})
    return after(files, orbitcfg.plan_fixes("/repo", QUIET, files=files, process={}))


@cache
def read_files() -> tuple[str, ...]:
    """The files that the root reaches."""
    unread = {each.file for each in orbitcfg.validate("/repo", Settings(no_env=True, select=("ORB112",)), files=tree(), process={}).diagnostics}
    return tuple(path for path in tree().contents if path.lstrip("/") not in unread)


@st.composite
def mistakes(draw: st.DrawFn) -> dict[str, str]:
    """Some files with a mistake of one kind each."""
    made: dict[str, str] = {}
    for _ in range(draw(st.integers(1, 8))):
        pattern, slip = MISTAKES[draw(st.sampled_from(sorted(MISTAKES)))]
        path = draw(st.sampled_from([each for each in read_files() if each not in made and pattern.search(text(tree(), each))]))
        places = list(pattern.finditer(text(tree(), path)))
        match = places[draw(st.integers(0, len(places) - 1))]
        made[path] = text(tree(), path)[: match.start()] + slip(match) + text(tree(), path)[match.end() :]
    return made


def text(files: Memory, path: str) -> str:
    """A file's text."""
    return files.contents[path].decode("utf-8")


@settings(max_examples=drawn(4), derandomize=True, suppress_health_check=list(HealthCheck))
@given(mistakes())
def test_fixing_gives_back_what_was_there_and_touches_nothing_else(made: dict[str, str]) -> None:
    spoilt = Memory({**tree().contents, **{path: each.encode() for path, each in made.items()}})
    result = orbitcfg.plan_fixes("/repo", QUIET, files=spoilt, process={})
    fixed = after(spoilt, result)
    assert {change.path for change in result.changes} <= set(made)
    for path, each in made.items():
        assert text(fixed, path) in (text(tree(), path), each)
        assert ruamels_comments(text(fixed, path)) == ruamels_comments(each)
    assert orbitcfg.plan_fixes("/repo", QUIET, files=fixed, process={}).changes == ()


def one_of_each() -> dict[str, list[tuple[str, str]]]:
    """For each kind some files with a mistake of it, each file with one: its path and its text."""
    # imports stand in few files
    made: dict[str, list[tuple[str, str]]] = {kind: [] for kind in ("import", "twice", "name", "key", "yes")}
    paths = sorted(read_files(), key=lambda each: not each.endswith(("/config.yaml", "/inference.yaml", "/qa.yaml")))
    for path in paths:
        # the kind that has fewest so far
        for kind in sorted(made, key=lambda each: len(made[each])):
            pattern, slip = MISTAKES[kind]
            if match := pattern.search(text(tree(), path)):
                made[kind].append((path, text(tree(), path)[: match.start()] + slip(match) + text(tree(), path)[match.end() :]))
                break
    return made


def test_each_kind_of_mistake_is_fixed_somewhere() -> None:
    """So that the law above is about something."""
    made = one_of_each()
    assert made.keys() == MISTAKES.keys()
    spoilt = Memory({**tree().contents, **{path: each.encode() for files in made.values() for path, each in files}})
    fixed = after(spoilt, orbitcfg.plan_fixes("/repo", QUIET, files=spoilt, process={}))
    never = [kind for kind, files in made.items() if all(text(fixed, path) != text(tree(), path) for path, _ in files)]
    assert never == []


def test_a_line_that_was_taken_out_of_an_import_comes_back() -> None:
    """Where what the file defines is missed; at the end, since where it stood is lost."""
    root = "/repo/config/config.yaml"
    line = next(match[0] for match in IMPORT_LINE.finditer(text(tree(), root)) if "inference" in match[0])
    files = Memory({**tree().contents, root: text(tree(), root).replace(line, "").encode()})
    result = orbitcfg.plan_fixes("/repo", QUIET, files=files, process={})
    assert line in text(after(files, result), root)
    assert {change.path for change in result.changes} == {root}
