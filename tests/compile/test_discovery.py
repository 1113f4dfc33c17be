"""Which configuration a path means, and where ORBIT would run with it."""

import pytest

from orbitcfg.compile.discovery import ConfigTarget, project_root, targets
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Memory

FILES = Memory(
    {
        "/repo/.git/HEAD": b"",
        "/repo/config/config.yaml": b"import: [a.yaml, sub/b.yaml]\n",
        "/repo/config/a.yaml": b"a: 1\n",
        "/repo/config/sub/b.yaml": b"b: 1\n",
        "/repo/config/stray.yaml": b"c: 1\n",
        "/repo/config/other.yaml": b"general: {}\n",
        "/repo/nested/config.yaml": b"{}\n",
        "/repo/empty/x.txt": b"",
    }
)
ROOT = "/repo/config/config.yaml"


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (("/repo",), (ConfigTarget(ROOT),)),
        (("/repo/config",), (ConfigTarget(ROOT),)),
        ((ROOT,), (ConfigTarget(ROOT),)),
        (("/repo/config/a.yaml",), (ConfigTarget(ROOT, only="/repo/config/a.yaml"),)),
        (("/repo/config/sub/b.yaml",), (ConfigTarget(ROOT, only="/repo/config/sub/b.yaml"),)),
        (("/repo/config/stray.yaml",), (ConfigTarget("/repo/config/stray.yaml", fragment=True, passed_over_by="repo/config/config.yaml"),)),
        (("/repo/config/other.yaml",), (ConfigTarget("/repo/config/other.yaml"),)),
        (("/repo", "/repo/config", ROOT), (ConfigTarget(ROOT),)),
        (
            ("/repo/nested", "/repo", "/repo/config/a.yaml"),
            (ConfigTarget("/repo/nested/config.yaml"), ConfigTarget(ROOT), ConfigTarget(ROOT, only="/repo/config/a.yaml")),
        ),
    ],
)
def test_paths_mean_these_configurations(paths: tuple[str, ...], expected: tuple[ConfigTarget, ...]) -> None:
    assert targets(FILES, paths, "/repo") == expected


@pytest.mark.parametrize(
    ("working_dir", "root"), [("/repo", ROOT), ("/repo/config/sub", ROOT), ("/repo/nested", "/repo/nested/config.yaml"), ("/repo/empty", ROOT)]
)
def test_without_a_path_the_nearest_upward_is_meant(working_dir: str, root: str) -> None:
    assert targets(FILES, (), working_dir) == (ConfigTarget(root),)


@pytest.mark.parametrize("path", ["/repo/empty", "/repo/nothing", "/repo/config/a\0"])
def test_a_path_to_nothing_is_refused(path: str) -> None:
    with pytest.raises(UsageError, match="no configuration"):
        targets(FILES, (path,), "/repo")


@pytest.mark.parametrize(
    ("mark", "root"),
    [
        ("/p/config/.git/HEAD", "/p/config"),
        ("/p/config/server/main.py", "/p/config"),
        ("/p/config/bin/orbit", "/p/config"),
        ("/p/config/orbit", "/p"),
        ("/p/server/main.py", "/p"),
    ],
)
def test_orbit_runs_beside_the_configuration_or_where_its_own_files_are(mark: str, root: str) -> None:
    assert project_root(Memory({"/p/config/config.yaml": b"", mark: b""}), "/p/config/config.yaml") == root
