"""The runs that a tree is put through: every static command in every format."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from orbitcfg import FORMATS
from tests.fuzz.entries import Entries, Link, Special
from tests.fuzz.trees import BASELINE, Tree

BEFORE = "../before"
"""Where the tree lies as it was, seen from where commands run."""

OUTPUT = "written.out"
"""What commands write; a hostile tree may have laid something under this name."""

_KEY = re.compile(r"^[ -]*([\w.-]+):", re.MULTILINE)
_NAME = re.compile(r"name: *([^\s,}]+)")
_ODD_KEYS = (
    "",
    ".",
    "[",
    "a..b",
    "adapters[0]",
    "adapters[999999999999999999999]",
    "adapters[-1]",
    "a[b].c",
    "x\x1b[31m",
    "a\n::error::INJECTED",
    "\u202e",
    "import[0]",
)
_ODD_NAMES = ("missing", "", "*", "default", "x\x1b]0;t\x07", "a\n::error::INJECTED", "'", "[0]")


@dataclass(frozen=True, slots=True)
class Group:
    """One command with its arguments, in formats between which nothing but the output may differ. `writes`: it changes files, so it runs on a copy."""

    command: str
    arguments: tuple[str, ...]
    formats: tuple[str, ...] = ("",)
    writes: bool = False

    @property
    def result(self) -> str:
        """What its formats are called by: the command, but for the comparison of releases."""
        return "upgrade" if "--upgrade" in self.arguments else self.arguments[0]

    def call(self, format_name: str) -> tuple[str, ...]:
        """The arguments with a format: behind the command, since what follows `--` is no option."""
        command, *rest = self.arguments
        return (command, "--format", format_name, *rest) if format_name else self.arguments


COMMANDS = ("validate", "resolve", "providers", "env", "diff", "why", "rule", "schema", "fix", "use", "templates")
"""What can be wanted; `fix` is `validate --fix`."""

ANY = "any command"
"""What did not hold when all had run."""

LIBRARY = "validate (library)"
"""`orbitcfg.validate`, for what the command does not show: where exactly a finding lies."""


def chosen(tree: Tree, wanted: Sequence[str] = COMMANDS, *, whole: bool = True) -> Iterator[Group]:
    """The runs of the wanted commands, where not `whole` of `validate` alone; then, and for a large tree, in one format, which changes from tree to tree."""
    groups = every_group(tree) if whole else [validate_group(tree)]
    for group in (each for each in groups if each.command.partition(" ")[0] in wanted):
        yield group if whole and not tree.is_large else replace(group, formats=(group.formats[tree.number % len(group.formats)],))


def every_group(tree: Tree) -> Iterator[Group]:
    """All runs of a tree."""
    rng = tree.rng("commands")
    target, options = _target(rng), _environment(tree, rng)
    names = _names(tree.entries)
    yield validate_group(tree)
    yield Group(LIBRARY, ("config",))
    yield Group("validate --write-baseline", ("validate", *target, "--write-baseline", OUTPUT), writes=True)
    yield Group("fix --dry-run", ("validate", *target, "--fix", "--dry-run", *rng.choice(((), ("--unsafe-fixes",)))), FORMATS["validate"][:1])
    yield Group("fix", ("validate", *target, "--fix", *rng.choice(((), ("--unsafe-fixes",)))), writes=True)
    yield Group("resolve", ("resolve", *target, *options), FORMATS["resolve"])
    yield Group("resolve --annotate", ("resolve", *target, "--annotate", *options))
    yield Group("resolve --symbolic", ("resolve", *target, "--symbolic"), FORMATS["resolve"])
    yield Group("resolve --adapter", ("resolve", *target, "--adapter", rng.choice(names), *options), FORMATS["resolve"])
    yield Group("resolve --check", ("resolve", *target, "--symbolic", "--check", rng.choice((*tree.entries, OUTPUT))))
    yield Group("resolve --output", ("resolve", *target, "--symbolic", "--output", OUTPUT), writes=True)
    only = rng.choice(((), ("--all",), ("--adapter", rng.choice(names)), ("--service", rng.choice(("inference", "embedding", *names)))))
    yield Group("providers", ("providers", *target, *only, *options), FORMATS["providers"])
    yield Group("env", ("env", *target, *options), FORMATS["env"])
    yield Group("env --write-example", ("env", *target, "--write-example", rng.choice(("env.example", OUTPUT))), writes=True)
    yield Group("diff", ("diff", f"{BEFORE}/config", "config"), FORMATS["diff"])
    yield Group("diff (back)", ("diff", "config", f"{BEFORE}/config"), FORMATS["diff"])
    yield Group("diff --upgrade", ("diff", "--upgrade", "2.11.0..2.15.9", *target), FORMATS["upgrade"])
    yield Group("templates", ("templates", *target, *options), FORMATS["templates"])
    for key in (_key(tree.entries, rng), _key(tree.entries, rng), rng.choice(_ODD_KEYS)):
        yield Group("why", ("why", *options, "--", key, *target), FORMATS["why"])
    yield Group("rule", ("rule", "--", rng.choice(("ORB101", "ORB999", "unset-variable", *_ODD_NAMES))), FORMATS["rule"])
    yield Group("schema --bundle", ("schema", "--bundle", *target))
    whose = rng.choice(((), ("--adapter", rng.choice(names))))
    provider = rng.choice(("shimmy", "ollama", "openai", "vllm", "llama_cpp", "groq"))
    yield Group("use --dry-run", ("use", "--dry-run", "--model", "one", *whose, *options, provider, *target), FORMATS["use"])


def validate_group(tree: Tree) -> Group:
    """The run of `validate` alone."""
    rng = tree.rng("validate")
    baseline = ("--baseline", BASELINE) if BASELINE in tree.entries else ()
    more = rng.choice(((), (), ("-v",), ("--strict-env",), ("--select", "ORB1,ORB3"), ("--ignore", "ORB2"), ("--fail-on", "warning")))
    return Group("validate", ("validate", *_target(rng), *baseline, *more, *_environment(tree, rng)), FORMATS["validate"])


def laid(tree: Tree) -> Entries:
    """The tree as commands that write find it."""
    rng = tree.rng("output")
    trap = rng.choice(
        (None, None, None, Link(".git/hooks/pre-commit"), Link("../outside/private.yaml"), Link(OUTPUT), Special.PIPE, Special.FOLDER, b"\xff")
    )
    return tree.entries if trap is None else {**tree.entries, OUTPUT: trap}


def _target(rng: random.Random) -> tuple[str, ...]:
    return rng.choice((("config",), ("config",), ("config",), (), (".",), ("config/config.yaml",)))


def _environment(tree: Tree, rng: random.Random) -> tuple[str, ...]:
    return rng.choice(((), (), ("--no-env",), ("--env-file", ".env") if ".env" in tree.entries or rng.random() < 0.1 else ()))


def _text(entries: Entries) -> str:
    texts = (entry for name, entry in entries.items() if isinstance(entry, bytes) and name.endswith(".yaml"))
    return b"\n".join(texts).decode("utf-8", "replace")


def _names(entries: Entries) -> tuple[str, ...]:
    """Names of adapters and whatever else has one, as written, and odd ones."""
    return (*_NAME.findall(_text(entries))[:6], *_ODD_NAMES[:3], "default")


def _key(entries: Entries, rng: random.Random) -> str:
    """A key path out of keys that follow each other; every other one is a key of its own."""
    keys = _KEY.findall(_text(entries)) or ["general"]
    place = rng.randrange(len(keys))
    return ".".join(keys[place : place + rng.choice((1, 1, 2, 2, 3))])
