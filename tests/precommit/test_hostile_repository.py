"""A hostile repository cannot make the hook run code, reach the network, read elsewhere, or hang."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ENDS_WITHIN_S, MOST_CPU_S = 300, 15
"""How long is waited for a run that hangs, and what one may compute: a bomb takes less than three, and more than this where its cost grows with its square."""

WITNESS = """
import json, os, resource, signal, sys
from orbitcfg.cli import run
from orbitcfg.cli.outcome import Program
KINDS = ("open", "socket", "subprocess", "os.exec", "os.system", "os.posix_spawn", "os.fork", "ctypes")
def witness(arguments):
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    seen = []
    def hook(event, arguments):
        # a folder that is held open, to name files relative to it, is not read
        if event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_DIRECTORY:
            return
        if event.split(".")[0] in ("socket", "subprocess", "ctypes") or event in KINDS:
            seen.append([event, os.fsdecode(arguments[0]) if arguments and isinstance(arguments[0], (str, bytes)) else ""])
    sys.addaudithook(hook)
    try:
        status = Program(lambda: run(arguments))()
    finally:
        sys.stderr.write("\\nSEEN " + json.dumps([status, seen]) + "\\n")
def fork(request):
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    signal.alarm(WITHIN_S)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    for number, name in ((0, os.devnull), (1, request["stdout"]), (2, request["stderr"])):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT), number)
    sys.stdin = open(0)
    sys.argv[1:] = request["arguments"]
    try:
        witness(request["arguments"])
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
if sys.argv[1:] == ["fork"]:
    answers = os.fdopen(os.dup(1), "w")
    # what a run imports is imported once
    Program(lambda: run(["validate", "--no-env", "--quiet", os.devnull]))()
    for line in sys.stdin:
        print(fork(json.loads(line)), file=answers, flush=True)
else:
    witness(sys.argv[1:])
"""
"""Runs the command line as the hook's own script does, without the working directory on the path, and tells what it did.

With `fork` each line that it reads is such a run, in a process of its own that has all modules from the first.
"""


@dataclass(frozen=True)
class Run:
    """A finished run of the hook's command and what the interpreter saw of it."""

    status: int
    stdout: str
    opened: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True)
class Hostile:
    """A repository in a folder that holds secrets beside it."""

    folder: Path
    outside: Path
    witness: Path
    forking: "subprocess.Popen[str]"

    def write(self, name: str, text: str) -> None:
        """Writes a file of the repository."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def link(self, name: str, target: str | Path) -> None:
        """Makes a symbolic link in the repository."""
        path = self.folder / name
        path.unlink(missing_ok=True)
        path.symlink_to(target)

    def run(self, *arguments: str) -> Run:
        """What the hook does here; it must end and not crash."""
        stdout, stderr = self.witness.parent / "stdout", self.witness.parent / "stderr"
        for path in (stdout, stderr):
            path.write_bytes(b"")
        request = {
            "folder": str(self.folder),
            "environment": dict(os.environ),
            "stdout": str(stdout),
            "stderr": str(stderr),
            "arguments": arguments or ("validate", "--no-env", "--verbose"),
        }
        assert self.forking.stdin is not None
        assert self.forking.stdout is not None
        print(json.dumps(request), file=self.forking.stdin, flush=True)
        status = int(self.forking.stdout.readline())
        assert not os.WIFSIGNALED(status), f"ended by signal {os.WTERMSIG(status)}: {stderr.read_text('utf-8')}"
        return self._told(stdout.read_text("utf-8"), stderr.read_text("utf-8"))

    def run_anew(self) -> Run:
        """The same in a process that has imported nothing yet."""
        command = (sys.executable, str(self.witness), "validate", "--no-env", "--verbose")
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, timeout=ENDS_WITHIN_S, stdin=subprocess.DEVNULL)
        assert done.returncode >= 0, f"ended by signal {-done.returncode}: {done.stderr}"
        return self._told(done.stdout, done.stderr)

    def _told(self, stdout: str, stderr: str) -> Run:
        status, seen = json.loads(stderr.rpartition("SEEN ")[2])
        assert status in (0, 1, 2), stderr
        opened = tuple(os.path.realpath(os.path.join(self.folder, path)) for event, path in seen if event == "open" and path)
        return Run(status, stdout + stderr.rpartition("SEEN ")[0], opened, tuple(event for event, _ in seen if event != "open"))


@pytest.fixture(scope="module")
def forking(tmp_path_factory: pytest.TempPathFactory) -> Iterator["tuple[Path, subprocess.Popen[str]]"]:
    """The witness, and the process that forks for each run."""
    witness = tmp_path_factory.mktemp("witness") / "witness.py"
    witness.write_text(WITNESS.replace("CPU_S", str(MOST_CPU_S)).replace("WITHIN_S", str(ENDS_WITHIN_S)), encoding="utf-8")
    command = (sys.executable, str(witness), "fork")
    with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        yield witness, process
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture
def hostile(tmp_path: Path, forking: "tuple[Path, subprocess.Popen[str]]", monkeypatch: pytest.MonkeyPatch) -> Hostile:
    """A repository with a harmless configuration, a secret outside of it, and a cache of its user's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "repository"
    (folder / ".git").mkdir(parents=True)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.yaml").write_text("password_of_the_neighbour: [\n", encoding="utf-8")
    (outside / "secret").write_text("PASSWORD_OF_THE_NEIGHBOUR=1\n", encoding="utf-8")
    made = Hostile(folder, outside, *forking)
    made.write("config/config.yaml", "auth: {default_admin_password: '${SECRET}'}\n")
    return made


def _stays_inside(run: Run, hostile: Hostile) -> None:
    allowed = (
        str(hostile.folder),
        sys.prefix,
        sys.base_prefix,
        str(Path(__file__).resolve().parents[2]),
        *(str(hostile.folder.parent / name) for name in ("cache", "state")),
    )
    assert [path for path in run.opened if not path.startswith(allowed)] == []
    assert run.other == ()
    assert "neighbour" not in run.stdout.lower()
    assert not (hostile.folder / "pwned").exists()


@pytest.mark.parametrize("name", ["config/config.yaml", "config/stray.yaml", "env.example", "config/sub/deep.yaml"])
def test_link_to_a_file_outside_is_not_read(hostile: Hostile, name: str) -> None:
    (hostile.folder / "config/sub").mkdir()
    hostile.write("config/config.yaml", "import: [sub/deep.yaml, stray.yaml]\nx: ${SOMETHING}\n")
    hostile.link(name, hostile.outside / ("secret" if name == "env.example" else "secret.yaml"))
    _stays_inside(hostile.run(), hostile)


@pytest.mark.parametrize("name", ["config/config.yaml", "config/a.yaml", "config/stray.yaml"])
def test_what_was_a_file_and_is_a_link_outside_by_now_is_not_read(hostile: Hostile, name: str) -> None:
    for each, text in (("config.yaml", "import: [a.yaml]\n"), ("a.yaml", "general: {}\n"), ("stray.yaml", "general: {}\n")):
        hostile.write(f"config/{each}", text)
    assert "nothing has changed" not in hostile.run().stdout
    assert "nothing has changed" in hostile.run().stdout
    hostile.link(name, hostile.outside / "secret.yaml")
    _stays_inside(hostile.run(), hostile)


def test_root_that_is_a_link_outside_is_refused(hostile: Hostile) -> None:
    hostile.link("config/config.yaml", hostile.outside / "secret.yaml")
    run = hostile.run()
    target = hostile.outside / "secret.yaml"
    assert (run.status, run.stdout) == (2, f"orbitcfg: {_refusal('config/config.yaml', target)}\n\n")
    _stays_inside(run, hostile)


def _refusal(name: str, target: Path) -> str:
    return f"`{name}` cannot be used: a link leads out of the repository; name `{target}` itself"


@pytest.mark.parametrize("arguments", [("validate", "--no-env", "-v"), ("resolve", "--symbolic", "--no-env", "--output", "x")], ids=" ".join)
def test_a_configuration_folder_that_is_a_link_outside_is_not_read(hostile: Hostile, arguments: tuple[str, ...]) -> None:
    """Nor the settings beside what it leads to."""
    (hostile.outside / "config.yaml").write_text("neighbour: [\n", "utf-8")
    (hostile.outside / "orbitcfg.toml").write_text("neighbour = 1\n", "utf-8")
    (hostile.folder / "config/config.yaml").unlink()
    (hostile.folder / "config").rmdir()
    hostile.link("config", hostile.outside)
    run = hostile.run(*arguments)
    assert (run.status, run.stdout.strip()) == (2, f"orbitcfg: {_refusal('config/config.yaml', hostile.outside / 'config.yaml')}")
    _stays_inside(run, hostile)


def test_an_env_file_that_is_a_link_outside_is_not_read(hostile: Hostile) -> None:
    """Not even the names in it; that it could not be read is said."""
    hostile.link(".env", hostile.outside / "secret")
    run = hostile.run("validate")
    assert "the file cannot be read: a link leads out of the repository" in run.stdout
    _stays_inside(run, hostile)


@pytest.mark.parametrize("name", ["../outside/secret.yaml", "/etc/passwd", "../../../../../../etc/passwd", "file:///etc/passwd"])
def test_import_of_a_file_outside_is_not_read(hostile: Hostile, name: str) -> None:
    hostile.write("config/config.yaml", f"import: ['{name}']\n")
    _stays_inside(hostile.run(), hostile)


def test_links_between_folders_do_not_lead_anywhere(hostile: Hostile) -> None:
    for name, target in (("loop", "."), ("up", ".."), ("world", "/"), ("next_door", hostile.outside)):
        hostile.link(f"config/{name}", target)
    hostile.link("config/self.yaml", "self.yaml")
    hostile.write("config/config.yaml", "import: [world/etc/passwd, next_door/secret.yaml, self.yaml, loop/loop/config.yaml]\n")
    _stays_inside(hostile.run(), hostile)


def _fifo(hostile: Hostile, name: str) -> None:
    path = hostile.folder / name
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def _device(hostile: Hostile, name: str) -> None:
    hostile.link(name, "/dev/zero")


@pytest.mark.parametrize("make", [_fifo, _device])
@pytest.mark.parametrize(
    "names", [("config/config.yaml",), ("config/a.yaml", "config/stray.yaml", "env.example", ".env", "orbitcfg.toml", "pyproject.toml")]
)
def test_pipe_or_device_does_not_hold_it(hostile: Hostile, make: Callable[[Hostile, str], None], names: tuple[str, ...]) -> None:
    hostile.write("config/config.yaml", "import: [a.yaml]\n")
    for name in names:
        make(hostile, name)
    _stays_inside(hostile.run(), hostile)
    hostile.run("validate")


@pytest.mark.parametrize(
    "text",
    [
        "a: !!python/object/apply:os.system ['touch pwned']\n",
        "a: !!python/object/new:subprocess.Popen [['touch', 'pwned']]\n",
        "!!python/module:pwned x: 1\n",
        "a: $(touch pwned)\nb: ${X:-$(touch pwned)}\nc: '`touch pwned`'\nd: '{{ 7*7 }}'\n",
    ],
)
def test_tags_and_shell_words_run_nothing(hostile: Hostile, text: str) -> None:
    hostile.write("config/config.yaml", text)
    _stays_inside(hostile.run(), hostile)


def test_modules_of_the_repository_are_not_imported(hostile: Hostile) -> None:
    for name in ("yaml", "typer", "orbitcfg", "sitecustomize", "usercustomize", "json", "httpx", "pydantic", "jsonschema"):
        hostile.write(f"{name}.py", "open('pwned', 'w')\n")
    hostile.write("orbitcfg.toml", "ignore = ['ORB1']\n")
    _stays_inside(hostile.run_anew(), hostile)


@pytest.mark.parametrize("name", ["https://example.org/a.yaml", "http://127.0.0.1:9/a.yaml", "ftp://127.0.0.1/a.yaml"])
def test_network_is_not_reached(hostile: Hostile, name: str) -> None:
    hostile.write("config/config.yaml", f"$schema: '{name}'\nimport: ['{name}']\nsecrets: {{backend: vault, url: '{name}'}}\n")
    _stays_inside(hostile.run(), hostile)


def _doubled(levels: int) -> str:
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{each}: &l{each} [{', '.join([f'*l{each - 1}'] * 10)}]" for each in range(1, levels)]
    return "\n".join(lines) + "\n"


BOMBS = {
    "aliases": _doubled(12),
    "aliases below the limit": _doubled(6),
    "merges": "".join(f"m{each}: &m{each} {{<<: [{', '.join([f'*m{each - 1}'] * 9)}]}}\n" if each else "m0: &m0 {a: 1}\n" for each in range(12)),
    "recursion": "a: &a [*a]\n",
    "depth in flow": "a: " + "[" * 25_000 + "]" * 25_000 + "\n",
    "depth in blocks": "".join(f"{' ' * each}a:\n" for each in range(750)),
    "depth in mappings": "{a: " * 12_500,
    "long line": "a: '" + "x" * 4_000_000 + "'\n",
    "many keys": "".join(f"key{each}: {each}\n" for each in range(750)),
    "many keys in a section": "general:\n" + "".join(f"  key{each}: {each}\n" for each in range(5_000)),
    "many items": "adapters:\n" + "  - {name: a}\n" * 1_000,
    "huge": "a: 1\n" * 2_000_000,
    "placeholders": "a: '" + "${" * 50_000 + "'\n",
    "different placeholders": "a: '" + "".join(f"${{A{each}}}" for each in range(5_000)) + "'\n",
    "placeholder defaults": "a: '" + "${A:-" * 25_000 + "}" * 25_000 + "'\n",
    "marks": "a: 1 # orbitcfg: ignore[" * 5_000,
    "mark lines": "# orbitcfg: ignore[ORB121]\n" * 5_000,
    "open quotes": 'a: "\\\n' * 25_000,
    "tabs": "a:\t1\n" * 50_000,
    "imports": "import:\n" + "".join(f"  - f{each}.yaml\n" for each in range(500)),
    "secrets": "api_key" * 25_000 + ": " + "=" * 25_000 + "\n",
    "addresses": "a: '" + "://u:p@" * 12_500 + "://u:${p" * 12_500 + "'\n",
    "an alias of a long text": "s: &s '" + "words and more " * 1_300 + "'\nl: [" + "*s, " * 700 + "a]\n",
    "secrets on one line": "note: >-\n  " + "x a_key=zz1 " * 10_000 + "\n",
    "secrets without an end": "note: '" + "a_key=[b," * 10_000 + "'\n",
    "lists of nothing": "n: [" + "[]," * 15_000 + "]\n",
    "numbers": "a: " + "9" * 75_000 + "\nb: " + "1:" * 12_500 + "1\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_survived_in_time(hostile: Hostile, name: str) -> None:
    hostile.write("config/config.yaml", "import: [bomb.yaml]\n")
    hostile.write("config/bomb.yaml", BOMBS[name])
    _stays_inside(hostile.run(), hostile)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["a = " + "[" * 25_000, "a = " + "{b = " * 5_000, "a." * 12_500 + "b = 1", "# x\n" * 100_000, "[tool.orbitcfg]\n" * 2_500]
)
def test_settings_bomb_is_survived_in_time(hostile: Hostile, text: str) -> None:
    hostile.write("orbitcfg.toml", text)
    _stays_inside(hostile.run(), hostile)


@pytest.mark.parametrize("flag", ["--output", "--check"])
@pytest.mark.parametrize("name", ["resolved.yaml", "docs/resolved.yaml"])
def test_resolve_neither_writes_nor_reads_through_a_link(hostile: Hostile, flag: str, name: str) -> None:
    before = (hostile.outside / "secret").read_bytes()
    hostile.link(name.partition("/")[0], hostile.outside / "secret" if "/" not in name else hostile.outside)
    run = hostile.run("resolve", "--symbolic", "--no-env", flag, name)
    target = hostile.outside / ("secret" if "/" not in name else "resolved.yaml")
    why = "it is a link" if "/" not in name else "a link leads out of the repository"
    told = f"cannot write `{name}`: {why}; name `{target}` itself" if flag == "--output" else _refusal(name, target)
    assert (run.status, run.stdout) == (2, f"orbitcfg: {told}\n\n")
    _stays_inside(run, hostile)
    assert (hostile.outside / "secret").read_bytes() == before
    assert sorted(path.name for path in hostile.outside.iterdir()) == ["secret", "secret.yaml"]


@pytest.mark.parametrize("make", [_fifo, _device])
@pytest.mark.parametrize("flag", ["--output", "--check"])
def test_resolve_does_not_wait_at_a_pipe_or_device(hostile: Hostile, make: Callable[[Hostile, str], None], flag: str) -> None:
    make(hostile, "resolved.yaml")
    assert hostile.run("resolve", "--symbolic", "--no-env", flag, "resolved.yaml").status == 2
