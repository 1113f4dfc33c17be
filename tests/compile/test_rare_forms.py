"""Rare forms of imports, as ORBIT carries them out, beyond the recorded cases."""

import pytest
import yaml

from orbitcfg.commands.resolve.command import resolve
from orbitcfg.files.store import Memory

ADMIN = "auth: {default_admin_password: x}\n"


def resolved(root: str, **files: str) -> dict[str, object]:
    """The resolved configuration of a root and the files beside it, without the admin's password."""
    contents = {"/c/config.yaml": (ADMIN + root).encode()} | {f"/c/{name}.yaml": text.encode() for name, text in files.items()}
    value = resolve("/c/config.yaml", files=Memory(contents), process={}).value
    assert isinstance(value, dict)
    return {key: each for key, each in value.items() if key != "auth"}


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        ("a: &x {import: f.yaml, k: 1}\nb: *x\n", {"a": {"k": 1, "f": 2}, "b": {"k": 1}}),
        ("a: &x {sub: {import: f.yaml, k: 1}}\nb: *x\n", {"a": {"sub": {"k": 1, "f": 2}}, "b": {"sub": {"k": 1, "f": 2}}}),
        ("a: &x {l: [{import: f.yaml}]}\nb: *x\n", {"a": {"l": [{"f": 2}]}, "b": {"l": [{"f": 2}]}}),
        ("a: &x {import: f.yaml}\nb: {<<: *x, k: 1}\n", {"a": {"f": 2}, "b": {"k": 1, "f": 2}}),
    ],
)
def test_imports_at_anchors_and_aliases(root: str, expected: object) -> None:
    """An alias of the mapping itself loses the import, one of something around it does not, `<<` copies it."""
    assert resolved(root, f="f: 2\n") == expected


@pytest.mark.parametrize(
    "text", ["=: 1\n", "k: {=: 1, TRUE: 2, 0.0: 3}\n", "k: [0.0, .5, -.5, 1.5e+3, 1_0.5, .inf, TRUE, true, On, 0o7, 1:30, ~]\n", "? 1.5\n: TRUE\n"]
)
def test_plain_scalars_and_keys_are_those_of_pyyaml(text: str) -> None:
    assert resolved(text) == yaml.safe_load(text)


def test_files_that_import_twice_do_not_hang() -> None:
    """Lists double at each step: far beyond any use the joining stops, with a finding."""
    files = {f"/c/f{n}.yaml": f"import: [f{n + 1}.yaml, ./f{n + 1}.yaml]\n".encode() for n in range(40)}
    files |= {"/c/f40.yaml": b"l: [1]\n", "/c/config.yaml": (ADMIN + "import: f0.yaml\n").encode()}
    report = resolve("/c/config.yaml", files=Memory(files), process={}).report
    assert [each.message for each in report.diagnostics] == ["with this import the configuration has over 20,000 imports"]


@pytest.mark.parametrize("origins", ['{"*": 1}', '!!set {"*"}', "2026-01-01", "7", "!!binary Kg=="])
def test_odd_origins_with_credentials_end_the_start(origins: str) -> None:
    """Whatever holds a `*`, or cannot be searched for one."""
    text = f"{ADMIN}security: {{cors: {{allow_credentials: true, allowed_origins: {origins}}}}}\n"
    resolution = resolve("/c/config.yaml", files=Memory({"/c/config.yaml": text.encode()}), process={})
    assert resolution.tree is None


def test_half_a_pair_of_surrogates_is_printed_and_never_a_file() -> None:
    """Text that is no valid Unicode is a value like any other; as the name of a file ORBIT raises."""
    from orbitcfg.commands.formats import render
    from orbitcfg.report.style import Style

    text = ADMIN + 'a: "\\ud800b"\n'
    resolution = resolve("/c/config.yaml", files=Memory({"/c/config.yaml": text.encode()}), process={})
    assert 'a: "\\uD800b"' in render(resolution, "yaml", Style(show_secrets=True))
    text = ADMIN + 'import: "\\ud800.yaml"\n'
    assert resolve("/c/config.yaml", files=Memory({"/c/config.yaml": text.encode()}), process={}).tree is None
