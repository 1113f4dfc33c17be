"""Writes what is compared: every example, recorded tree and recorded case, and the plan of what is run on each."""

import base64
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orbitcfg
from orbitcfg.cli.overview import COMMANDS
from orbitcfg.files.store import Memory
from orbitcfg.rules import RULES
from tests.rules.test_examples import examples
from tests.shared import PROJECT, SHARED, read_facts
from tests.tools.compare_record import INPUTS, PLAN, Plan, Run
from tests.trees import example_files

MAX_KEYS = 40
"""Key paths of a tree that `why` is asked about."""

MAX_ADAPTERS = 3

_STARTS = {"ORBIT_DEFAULT_ADMIN_PASSWORD": "x"}
"""What every tree needs, or ORBIT would not start."""

_FORMATS = ("full", "json", "markdown")
_VARIABLE = re.compile(r"^(?:# ?)?([A-Z][A-Z0-9_]*)=(\S*)", re.MULTILINE)
_SETTINGS = 'fail-on = "warning"\nignore = ["ORB4"]\nunreachable = ["config/*.yaml"]\n[severity]\nORB1 = "warning"\n'

_ON_A_TREE = [
    *(f"validate --format {each}" for each in ("full", "concise", "json", "sarif", "github", "gitlab", "junit")),
    *(f"validate {each}" for each in ("--strict-env", "-v", "--no-env", "--env-file env.example", "--color always", "--select ORB1,ORB5")),
    *(f"validate {each}" for each in ("--fix --dry-run", "--fix --dry-run --unsafe-fixes", "config/adapters.yaml", "--fail-on info -q")),
    *(f"resolve {each}" for each in ("", "--format json", "--symbolic", "--annotate", "--symbolic --annotate", "--no-env")),
    *(f"resolve --show-secrets {each}" for each in ("", "--format json", "--annotate")),
    *(f"providers --format {each}{every}" for each in _FORMATS for every in ("", " --all")),
    *(f"providers {each}" for each in ("--service inference", "--adapter default", "--color always")),
    *(f"env --format {each}" for each in _FORMATS),
    *(f"env {each}" for each in ("--no-env", "--env-file env.example", "--color always")),
    *(f"doctor --dry-run {each}" for each in ("", "--format json", "--all", "--provider ollama -v")),
    *(f"models --format {each}" for each in ("full", "json")),
]
"""What every tree is asked, in its folder, with its variables and without."""

_WRITING = [
    ("validate --write-baseline known.json", "known.json"),
    ("validate --baseline known.json", ""),
    ("resolve --symbolic --output resolved.yaml", "resolved.yaml"),
    ("resolve --symbolic --annotate --check resolved.yaml", ""),
    ("env --write-example env.example", "env.example"),
    ("validate --fix", "config/**/*.yaml"),
    ("validate --fix --unsafe-fixes --format concise", "config/**/*.yaml"),
]
"""What writes, one after the other, and the files that it writes."""

_WRONG = [
    *("", "--version", "validat", "--colour", "validate --colour", "validate nowhere", "validate --format jsn", "validate --select ORB999"),
    *(
        "validate --dry-run",
        "validate --fix --write-baseline x",
        "validate --fail-on errors",
        "validate --color maybe",
        "validate --baseline nowhere",
    ),
    *("validate --env-file nowhere", "resolve nowhere", "resolve --format jsn", "resolve --adapter nobody", "resolve --check nowhere"),
    *("resolve --output nowhere/file", "why", "why general.prt", "why nonsense[", "why general.port nowhere", "why general.port --format jsn"),
    *("providers --service infrence", "providers --adapter nobody", "providers --format jsn", "diff", "diff nowhere", "diff . nowhere"),
    *("diff . --format jsn", "env nowhere", "env --format jsn", "doctor --map here", "doctor --wait -1", "doctor --smoke perhaps", "doctor nowhere"),
    *("doctor --dry-run --url http://localhost:1", "doctor --dry-run --url http://localhost:1 --provider ollama --model m", "doctor --format jsn"),
    *(
        "models --for shimy",
        "models --dir nowhere",
        "models --format jsn",
        "rule ORB999",
        "rule import-mising",
        "rule --format jsn",
        "schema nothing",
    ),
    *("schema --bundle nowhere", "smoke --max-tokens 0"),
]
"""Usage errors, and what is close to one."""

_DIFFED = [
    ("orbit-config", "orbit-default-config"),
    ("orbit-default-config", "orbit-docker-minimal"),
    ("orbit-docker-minimal", "orbit-config"),
    ("orbit-config", "orbit-config"),
    ("shimmy", "multi-provider"),
    ("shimmy", "embedded"),
    ("broken", "shimmy"),
    ("shimmy-guide", "broken"),
]
"""Pairs of trees."""


class Corpus:
    """A corpus being written."""

    def __init__(self, folder: Path) -> None:
        self.inputs = folder / INPUTS
        self.inputs.mkdir(parents=True)
        self.plan = Plan([], [])

    def lay(self, name: str, content: str | bytes) -> None:
        """Writes a file below the inputs."""
        file = self.inputs / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def copy(self, source: Path, name: str) -> None:
        """Copies a file or a folder below the inputs."""
        if source.is_dir():
            shutil.copytree(source, self.inputs / name)
        elif source.is_file():
            self.lay(name, source.read_bytes())

    def ask(self, group: str, folder: str, lines: Iterable[str], variables: dict[str, str] | None = None) -> None:
        """Plans a run for each command line, whose words are divided by blanks."""
        self.plan.runs.extend(Run(group, folder, line.split(), variables or {}) for line in lines)


def write(folder: Path) -> int:
    """Writes the corpus into a new folder; gives the number of runs that it asks for."""
    corpus = Corpus(folder)
    for each in (_trees, _differences, _writing, _program, _rule_examples, _loader_cases, _orbit_runs):
        each(corpus)
    (folder / PLAN).write_text(json.dumps(asdict(corpus.plan), indent=0), "utf-8")
    return len(corpus.plan.runs)


def _sources() -> Iterator[tuple[str, Path, Path]]:
    """Each tree: its name, its folder of configuration and its example of an environment."""
    for config in sorted((PROJECT / "examples").glob("*/config")):
        yield config.parent.name, config, config.parent / "env.example"
    for config in sorted((SHARED / "orbit").glob("*/config.yaml")):
        yield f"orbit-{config.parent.name}", config.parent, SHARED / "orbit" / "env.example"


def _trees(corpus: Corpus) -> None:
    corpus.lay("trees/settings/orbitcfg.toml", _SETTINGS)
    corpus.copy(PROJECT / "examples" / "broken" / "config", "trees/settings/config")
    _ask_tree(corpus, "settings")
    for name, config, env_example in _sources():
        corpus.copy(config, f"trees/{name}/config")
        corpus.copy(env_example, f"trees/{name}/env.example")
        _ask_tree(corpus, name)


def _ask_tree(corpus: Corpus, name: str) -> None:
    folder = corpus.inputs / "trees" / name
    example = folder / "env.example"
    variables = _STARTS | dict(_VARIABLE.findall(example.read_text("utf-8")) if example.is_file() else ())
    keys = orbitcfg.key_paths(folder)
    sample = keys[:: -(-len(keys) // MAX_KEYS)]
    adapters = _enabled_adapters(folder, variables)
    for variant, given in {"bare": {}, "full": variables}.items():
        for line in _ON_A_TREE:
            corpus.ask(f"trees/{name}/{variant}/{line.partition(' ')[0]}", f"trees/{name}", [line], given)
        corpus.ask(f"trees/{name}/{variant}/resolve", f"trees/{name}", [f"resolve --adapter {each}" for each in adapters], given)
        corpus.plan.runs.extend(
            Run(f"trees/{name}/{variant}/why", f"trees/{name}", ["why", key, "--format", form], given) for key in sample for form in ("full", "json")
        )


def _enabled_adapters(folder: Path, variables: dict[str, str]) -> list[str]:
    value: Any = orbitcfg.resolve(folder, process=variables).value
    adapters = value.get("adapters") if isinstance(value, dict) else None
    return [each["name"] for each in adapters or () if each.get("name") and each.get("enabled", True)][:MAX_ADAPTERS]


def _differences(corpus: Corpus) -> None:
    lines = [f"diff {base}/config {head}/config" for base, head in _DIFFED if all((corpus.inputs / "trees" / each).is_dir() for each in (base, head))]
    corpus.ask("program/diff", "trees", [f"{line} --format {form}" for line in lines for form in _FORMATS])
    corpus.ask("program/diff", "trees", [f"{line} --color always" for line in lines])


def _writing(corpus: Corpus) -> None:
    for tree in ("broken", "shimmy", "orbit-config"):
        if (source := corpus.inputs / "trees" / tree).is_dir():
            corpus.copy(source, f"written/{tree}")
            corpus.plan.runs.extend(Run(f"written/{tree}", f"written/{tree}", line.split(), _STARTS, writes=files) for line, files in _WRITING)


def _program(corpus: Corpus) -> None:
    """What needs no tree, or any; the built-in model is there to be listed."""
    (model,) = (PROJECT / "orbitcfg").rglob("selftest.gguf")
    corpus.copy(model, "trees/models/selftest.gguf")
    servers = ("shimmy@1.7", "shimmy@1.8", "shimmy", "ollama", "llama-server")
    models = [
        "models --dir models embedded",
        "models --dir models embedded --format json",
        *(f"models --dir models --for {each}" for each in servers),
    ]
    pages = [f"rule {each.code}{form}" for each in RULES for form in ("", " --format json")]
    corpus.ask("program/models", "trees", models)
    corpus.ask("program/rule", ".", ["rule", "rule --format json", f"rule {RULES[0].name}", *pages])
    corpus.ask(
        "program/schema",
        "trees",
        ["schema", "schema --bundle", "schema --bundle multi-provider", *(f"schema {each}" for each in orbitcfg.schema(None).split())],
    )
    corpus.ask("program/help", ".", ["--help", "-h", *(f"{each} --help" for each in COMMANDS)])
    corpus.ask("program/usage", "trees/shimmy", _WRONG, _STARTS)
    corpus.ask("program/nothing", ".", [each for each in COMMANDS if each not in ("smoke", "rule", "schema")])
    for variable, word in (("ORBITCFG_FORMAT", "concise"), ("ORBITCFG_FORMAT", "jsn"), ("ORBITCFG_COLOR", "always"), ("ORBITCFG_COLOR", "maybe")):
        corpus.ask(f"program/environment/{variable}-{word}", "trees/broken", ["validate", "providers", "env"], {variable: word})


def _rule_examples(corpus: Corpus) -> None:
    """Each example in a folder of its own; what one wants unreadable is there to be read, since no folder can hold such a file for everybody."""
    for rule in RULES:
        for kind, line in (("bad", "validate --fix --dry-run --unsafe-fixes"), ("good", "validate -v")):
            for number, example in enumerate(examples(rule, kind)):
                folder = f"rules/{rule.code}/{kind}-{number}"
                files, variables = example_files(example)
                assert isinstance(files, Memory)
                for path, content in files.contents.items():
                    corpus.lay(folder + path, content)
                corpus.ask(f"rules/{rule.code}", f"{folder}/repo", ["validate --format json", line], variables)


def _loader_cases(corpus: Corpus) -> None:
    for case in read_facts("loader-cases"):
        root = f"loader/{case['id']}"
        (corpus.inputs / root / case.get("cwd", ".")).mkdir(parents=True)
        for name, text in case["files"].items():
            corpus.lay(f"{root}/{name}", text)
        for name, content in case.get("files_b64", {}).items():
            corpus.lay(f"{root}/{name}", base64.b64decode(content))
        for name, target in case.get("symlinks", {}).items():
            (corpus.inputs / root / name).symlink_to(target)
        if case.get("subst_root"):
            corpus.plan.rooted.extend(f"{root}/{name}" for name in case["files"])
        path = case.get("config_arg", "{root}/config.yaml")
        asked = [] if path is None else [path]
        for options in ("resolve --show-secrets --format json", "validate --format json"):
            run = Run(f"loader/{case['id']}", f"{root}/{case.get('cwd', '.')}", [*options.split(), *asked], case["env"], root)
            corpus.plan.runs.append(run)


def _orbit_runs(corpus: Corpus) -> None:
    for recording in ("orbit-runs", "orbit-runs-2"):
        content = read_facts(recording)
        for run in content["runs"]:
            folder = f"{recording}/{run['id']}"
            for name, text in {**content["base"], **run["files"]}.items():
                if text is not None:
                    corpus.lay(f"{folder}/config/{name}", text)
            if "dotenv" in run:
                corpus.lay(f"{folder}/.env", run["dotenv"])
            corpus.ask(folder, folder, ["validate --format json", "providers --format json"], _STARTS | run["env"])
