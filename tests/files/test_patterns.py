"""Patterns mean what they mean in a `.gitignore`."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from orbitcfg.files.patterns import _spec, matches, pattern_below
from tests.shared import drawn

PATHS = (
    "a.yaml",
    "old",
    "old.yaml",
    "config/a.yaml",
    "config/b.yaml",
    "config/old.yaml",
    "config/old/a.yaml",
    "config/old/deep/b.yaml",
    "config/new/old/a.yaml",
    "config/OLD/a.yaml",
    "config/[a].yaml",
    "config/!a.yaml",
    "config/#a.yaml",
    "config/a b.yaml",
    "config/a*.yaml",
)

RULES = {
    "no slash: at any depth": (("old",), {"old", "config/old/a.yaml", "config/old/deep/b.yaml", "config/new/old/a.yaml"}),
    "a slash at the front: here": (("/old",), {"old"}),
    "a slash within: here": (("config/old.yaml",), {"config/old.yaml"}),
    "a slash at the end: a folder": (("old/",), {"config/old/a.yaml", "config/old/deep/b.yaml", "config/new/old/a.yaml"}),
    "both": (("/config/old/",), {"config/old/a.yaml", "config/old/deep/b.yaml"}),
    "a star stays in a name": (("config/*/a.yaml",), {"config/old/a.yaml", "config/OLD/a.yaml"}),
    "a question mark": (("/config/?.yaml",), {"config/a.yaml", "config/b.yaml"}),
    "two stars in front": (("**/a.yaml",), {"a.yaml", "config/a.yaml", "config/old/a.yaml", "config/new/old/a.yaml", "config/OLD/a.yaml"}),
    "two stars within": (("config/**/a.yaml",), {"config/a.yaml", "config/old/a.yaml", "config/new/old/a.yaml", "config/OLD/a.yaml"}),
    "two stars at the end": (("config/old/**",), {"config/old/a.yaml", "config/old/deep/b.yaml"}),
    "the last that fits decides": (
        ("*.yaml", "!a.yaml", "/a.yaml"),
        {path for path in PATHS if path.endswith(".yaml") and not path.endswith("/a.yaml")},
    ),
    "nothing comes back out of a folder": (("config/", "!config/a.yaml"), {path for path in PATHS if path.startswith("config/")}),
    "something comes back where the folder stays": (("config/old/*", "!config/old/a.yaml"), {"config/old/deep/b.yaml"}),
    "a class": (("/config/[ab].yaml",), {"config/a.yaml", "config/b.yaml"}),
    "a class that excludes": (("/config/[!b].yaml",), {"config/a.yaml"}),
    "a class that excludes otherwise": (("/config/[^b].yaml",), {"config/a.yaml"}),
    "a range": (("/config/[b-z].yaml",), {"config/b.yaml"}),
    "a class that does not end": (("config/[a.yaml",), set()),
    "a comment": (("#a.yaml",), set()),
    "what is escaped": (
        (r"\#a.yaml", r"\!a.yaml", r"a\*.yaml", r"\[a\].yaml"),
        {"config/#a.yaml", "config/!a.yaml", "config/a*.yaml", "config/[a].yaml"},
    ),
    "blanks": (("config/a b.yaml", "old   "), {"config/a b.yaml", "old", "config/old/a.yaml", "config/old/deep/b.yaml", "config/new/old/a.yaml"}),
    "letter case": (("OLD",), {"config/OLD/a.yaml"}),
    "a dot in front means nothing": (("./config/a.yaml",), set()),
    "what is no pattern": (("", "/", "!", "a\\"), set()),
}


@pytest.mark.parametrize(("patterns", "expected"), RULES.values(), ids=RULES)
def test_a_rule_of_gitignore(patterns: tuple[str, ...], expected: set[str]) -> None:
    assert {path for path in PATHS if matches(patterns, path)} == expected


@pytest.mark.parametrize("patterns", [patterns for patterns, _ in RULES.values()], ids=RULES)
def test_git_agrees(patterns: tuple[str, ...], tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("".join(f"{pattern}\n" for pattern in patterns), encoding="utf-8")
    command = ["git", "check-ignore", "--no-index", "--stdin", "-z"]
    ignored = subprocess.run(command, cwd=tmp_path, input="\0".join(PATHS), capture_output=True, text=True, check=False).stdout
    assert {path for path in PATHS if matches(patterns, path)} == set(ignored.split("\0")) - {""}


@pytest.mark.parametrize("folder", [".", "repository", "../up/here", "odd [a]*"])
@pytest.mark.parametrize("patterns", [patterns for patterns, _ in RULES.values()], ids=RULES)
def test_patterns_are_relative_to_their_folder(patterns: tuple[str, ...], folder: str) -> None:
    """As seen from elsewhere they mean the same files, and none outside."""
    seen = tuple(pattern_below(folder, pattern) for pattern in patterns)
    names = {path: path if folder == "." else f"{folder}/{path}" for path in PATHS}
    assert {path for path in PATHS if matches(seen, names[path])} == {path for path in PATHS if matches(patterns, path)}
    assert folder == "." or not any(matches(seen, path) for path in PATHS)


NAMES = st.sampled_from(["a", "b", "*", "**", "?", "[ab]", "a*", "*b", "a**b", "*a*b*", "?*a*", "a*b*a"])
PATTERNS = st.tuples(st.sampled_from(["", "/"]), st.lists(NAMES, min_size=1, max_size=6).map("/".join), st.sampled_from(["", "/"])).map("".join)
PLACES = st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=7).map("/".join)


@settings(max_examples=drawn(200))
@given(PATTERNS, PLACES)
def test_wildcards_that_commit_match_the_same(pattern: str, path: str) -> None:
    assert _spec((pattern,)).match_file(path) == GitIgnoreSpec.from_lines([pattern]).match_file(path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 12 + "b", "a" * 250),
        ("*" * 40 + "b", "a" * 250),
        ("?*" * 40 + "b", "a" * 250),
        ("**/a/" * 20 + "b", "/".join("a" * 200)),
        ("**/*a*a*a*a*a*b/" * 10, "/".join(["a" * 60] * 60)),
    ],
)
def test_no_pattern_makes_a_match_grow_beyond_bounds(pattern: str, path: str) -> None:
    """With plain backtracking each of these takes longer than anybody waits."""
    assert not matches((pattern,), path)
