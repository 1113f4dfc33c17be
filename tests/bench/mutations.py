"""Seeded single mistakes in a real configuration: which of them orbitcfg finds, and what it says beside them.

Each class is one that maintainers of real configurations made. The same mutants go through check-jsonschema, with orbitcfg's own schemas, and through yamllint.
"""

import json
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from orbitcfg.catalog.store import folder
from orbitcfg.compile import InterpolationMode
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import KeyPath, Scalar, key_span
from orbitcfg.files.store import Memory
from orbitcfg.lint.runner import run_rules
from orbitcfg.project.compiler import CompileOptions, configuration, targets
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Diagnostic, Severity
from orbitcfg.rules import RULES
from orbitcfg.rules.shape._dead import below_dead
from tests.shared import SHARED

TREE = SHARED / "orbit" / "config"
EACH, SEED = 8, 20260822
Texts = dict[str, str]


@dataclass(frozen=True)
class Mutant:
    """One mistake: its class, the changed texts, and the file and the lines in which it may be told (no lines: the whole file)."""

    kind: str
    texts: Texts
    file: str
    lines: range | None


@dataclass(frozen=True)
class Change:
    """New text for a stretch of a file."""

    span: Span
    text: str
    around: int = 0

    def applied(self, kind: str, texts: Texts) -> Mutant:
        """The mutant."""
        name = self.span.source.name
        text = texts[name]
        line = self.span.begins.line
        return Mutant(
            kind,
            {**texts, name: text[: self.span.start] + self.text + text[self.span.end :]},
            name,
            range(line - self.around, line + self.around + 1),
        )


def read() -> Texts:
    """The tree's files by path."""
    return {f"repo/config/{path.relative_to(TREE).as_posix()}": path.read_text("utf-8") for path in sorted(TREE.rglob("*.yaml"))}


def named_files(texts: Texts) -> dict[str, str]:
    """The files that adapters name, so that the project is whole."""
    named = {
        name
        for text in texts.values()
        for name in re.findall(r"""["']?([\w./-]+\.yaml)["']?""", text)
        if "/" in name and f"repo/config/{name}" not in texts
    }
    return {f"repo/{name}": "{}\n" for name in (*named, "bin/orbit")}


def config_of(texts: Texts, others: Texts) -> Config:
    """The configuration of these files, without an environment."""
    memory = Memory({f"/{name}": text.encode() for name, text in {**others, **texts}.items()})
    return configuration(memory, targets(memory, "/repo/config")[0], CompileOptions(InterpolationMode.UNKNOWN))


def diagnostics(texts: Texts, others: Texts) -> tuple[Diagnostic, ...]:
    """What orbitcfg says of the files."""
    return run_rules(config_of(texts, others), RULES).diagnostics


def scalars(config: Config, wanted: Callable[[KeyPath, object], bool]) -> Iterator[tuple[KeyPath, Scalar]]:
    """The values written as they are, on a live key of something that is on, that are wanted."""
    for path, node, row, _ in config.rows:
        if not isinstance(node, Scalar) or node.origin.steps or row is None or row.effect is not None or below_dead(config, path):
            continue
        if config.switches.leading_to(path) is not False and wanted(path, node.value):
            yield path, node


def typo(word: str, rng: random.Random) -> str:
    """The word with one letter lost or two swapped."""
    place = rng.randrange(1, max(2, len(word) - 1))
    return word[:place] + word[place + 1 :] if rng.random() < 0.5 else word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]


def value_changes(keys: re.Pattern[str], change: Callable[[str, random.Random], str]) -> Callable[[Config, random.Random], Iterator[Change]]:
    """Changes of text values under certain keys."""

    def found(config: Config, rng: random.Random) -> Iterator[Change]:
        for path, node in scalars(config, lambda path, value: isinstance(value, str) and bool(keys.fullmatch(last(path)))):
            text = change(str(node.value), rng)
            if text != node.value and used(config, path):
                yield Change(node.origin.span, json.dumps(text))

    return found


def last(path: KeyPath) -> str:
    """The last name in a path."""
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def used(config: Config, path: KeyPath) -> bool:
    """Whether a value stands in an adapter, a plain section, or a block that something names."""
    return path[0] == "adapters" or len(path) < 3 or config.demand.of(path[:2]).is_demanded


def imports_lost(config: Config, _: random.Random) -> Iterator[Change]:
    """A line of an import list taken out."""
    for document in config.graph.documents:
        for imports in document.imports.values():
            for each in imports:
                if each.document is not None and each.document.root is not None:
                    yield Change(line_of(each.span), "", 0)


def line_of(span: Span) -> Span:
    """The whole line of a span, its break too."""
    text = span.source.text
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    return Span(span.source, start, len(text) if end < 0 else end + 1)


def imports_misspelt(config: Config, rng: random.Random) -> Iterator[Change]:
    """A name in an import list misspelt."""
    for document in config.graph.documents:
        for imports in document.imports.values():
            for each in imports:
                yield Change(each.span, json.dumps(typo(each.name.removesuffix(".yaml"), rng) + ".yaml"))


def keys_misspelt(config: Config, rng: random.Random) -> Iterator[Change]:
    """A live key misspelt."""
    for path, node, row, _ in config.rows:
        span = key_span(config.tree, path)
        free = row is None or row.effect is not None or node.origin.steps
        if (
            span
            and isinstance(path[-1], str)
            and len(path[-1]) > 4
            and not free
            and config.switches.leading_to(path) is not False
            and used(config, path)
        ):
            parent = config.catalog.at(config.tree, path[:-1])
            if parent is not None and path[-1] in config.catalog.names(parent, None):
                misspelt = typo(path[-1], rng)
                # two letters that are swapped may be the same
                if misspelt != path[-1]:
                    yield Change(span, misspelt, 2)


def providers_off(config: Config, _: random.Random) -> Iterator[Change]:
    """A provider that something uses switched off."""
    for path, node in scalars(config, lambda path, value: len(path) == 3 and path[2] == "enabled" and value is True):
        if path[0] in ("inference", "visions", "image_generation", "video_generation") and config.demand.of(path[:2]).is_demanded:
            yield Change(node.origin.span, "false")


def services_off(config: Config, _: random.Random) -> Iterator[Change]:
    """A whole service switched off."""
    for _path, node in scalars(
        config, lambda path, value: path in (("image", "enabled"), ("video", "enabled"), ("embedding", "enabled")) and value is True
    ):
        yield Change(node.origin.span, "false")


def skills_off(config: Config, _rng: random.Random) -> Iterator[Change]:
    """An adapter that others call as a skill switched off."""
    called = {reference.name for reference in config.references if reference.spec.key == ("capabilities", "skill_name")}
    exposing = {path[:2] for path, node in scalars(config, lambda path, _: last(path) == "skill_name") if node.value in called}
    for path, node in scalars(config, lambda path, value: len(path) == 3 and path[2] == "enabled" and value is True):
        if path[:2] in exposing:
            yield Change(node.origin.span, "false")


def duplicates(config: Config, _: random.Random) -> Iterator[Change]:
    """A key written twice."""
    for path, node in scalars(config, lambda _, value: isinstance(value, int | float) and not isinstance(value, bool)):
        span = key_span(config.tree, path)
        if span and "{" not in line_of(span).text and used(config, path):
            line = line_of(span)
            yield Change(Span(span.source, line.end, line.end), line.text.replace(node.origin.span.text, str(node.value) + "0", 1), 1)


def nulls(config: Config, _: random.Random) -> Iterator[Change]:
    """A value taken away behind its colon."""
    for path, node in scalars(
        config, lambda path, value: value is not None and last(path) in ("name", "base_url", "model", "provider", "retrieval_behavior")
    ):
        if used(config, path):
            yield Change(node.origin.span, "")


def quoted_switches(config: Config, _: random.Random) -> Iterator[Change]:
    """`false` in quotes, where any text is on."""
    for path, node in scalars(config, lambda path, value: isinstance(value, bool)):
        row = config.catalog.at(config.tree, path)
        if row is not None and row.spec.reads == "raw":
            yield Change(node.origin.span, '"false"')


def wrong_types(config: Config, _: random.Random) -> Iterator[Change]:
    """A number that is none any more."""
    for path, node in scalars(config, lambda _, value: isinstance(value, int | float) and not isinstance(value, bool)):
        row = config.catalog.at(config.tree, path)
        if row is not None and row.types and used(config, path):
            yield Change(node.origin.span, f"{node.origin.span.text},")


def enums(config: Config, rng: random.Random) -> Iterator[Change]:
    """A word of a closed list misspelt."""
    for path, node in scalars(config, lambda _, value: isinstance(value, str)):
        row = config.catalog.at(config.tree, path)
        if row is not None and "enum" in row.schema and used(config, path) and len(str(node.value)) > 2:
            yield Change(node.origin.span, json.dumps(typo(str(node.value), rng)))


def adapters_twice(config: Config, _rng: random.Random) -> Iterator[Change]:
    """Two adapters of one name."""
    named = list(scalars(config, lambda path, _: path[0] == "adapters" and len(path) == 3 and path[2] == "name"))
    for (_path, one), (_other_path, other) in pairwise(named):
        yield Change(other.origin.span, json.dumps(one.value))


def lines_lost(config: Config, _: random.Random) -> Iterator[Change]:
    """An adapter's `implementation` taken out."""
    for _path, node in scalars(config, lambda path, _: path[0] == "adapters" and len(path) == 3 and path[2] == "implementation"):
        yield Change(line_of(node.origin.span), "", 12)


def syntax_errors(config: Config, rng: random.Random) -> Iterator[Change]:
    """A quote lost at the end of a value."""
    for path, node in scalars(config, lambda _, value: isinstance(value, str)):
        text = node.origin.span.text
        if text.startswith('"') and text.endswith('"') and rng.random() < 0.2 and used(config, path):
            yield Change(node.origin.span, text[:-1], 3)


def stray_values(config: Config, _: random.Random) -> Iterator[Change]:
    """A block in config.yaml that beats the imported file."""
    source = config.graph.root.source
    for section, key, value in (
        ("vision", "provider", "anthropic"),
        ("image", "provider", "xai"),
        ("tts", "provider", "elevenlabs"),
        ("stt", "provider", "gemini"),
    ):
        node = config.tree.entries.get(section)
        if node is not None:
            yield Change(Span(source, len(source.text), len(source.text)), f"\n{section}:\n  {key}: {value}\n", 3)


def renamed_keys(config: Config, _: random.Random) -> Iterator[Change]:
    """A key under a name that it once had, or that others use."""
    for path, node, row, holder in config.rows:
        span = key_span(config.tree, path)
        old = next((old for old, new in holder.spec.renamed.items() if new == path[-1]), None)
        if (
            span
            and old
            and row is not None
            and row.effect is None
            and not node.origin.steps
            and config.switches.leading_to(path) is not False
            and used(config, path)
        ):
            yield Change(span, str(old), 1)


CLASSES: dict[str, Callable[[Config, random.Random], Iterator[Change]]] = {
    "import removed": imports_lost,
    "import misspelt": imports_misspelt,
    "skill name misspelt": value_changes(re.compile("available_skills|auto_routable_skills"), lambda text, _: text.lower() if text != text.lower() else f"{text}s"),
    "skill's adapter off": skills_off,
    "key misspelt": keys_misspelt,
    "key renamed": renamed_keys,
    "provider off": providers_off,
    "service off": services_off,
    "provider misspelt": value_changes(re.compile(r"\w*_?provider"), typo),
    "provider is a preset": value_changes(re.compile("inference_provider|embedding_provider"), lambda _, rng: rng.choice(["gemma4-e2b-direct-cpu", "smollm2-1.7b-cpu"])),
    "preset misspelt": value_changes(re.compile("use_preset"), typo),
    "store misspelt": value_changes(re.compile("store_name|vector_store|default_vector_store"), typo),
    "child misspelt": value_changes(re.compile("child_adapters"), typo),
    "path moved": value_changes(re.compile("domain_config_path|template_library_path"), lambda text, _: text.replace("examples/", "example/").replace("utils/", "util/")),
    "model misspelt": value_changes(re.compile("model"), typo),
    "label of another model": value_changes(re.compile("name"), lambda text, _: re.sub(r"\b(\d+)b\b", lambda size: f"{int(size[1]) * 3}b", text)),
    "key twice": duplicates,
    "adapter name twice": adapters_twice,
    "implementation removed": lines_lost,
    "class misspelt": value_changes(re.compile("implementation"), typo),
    "closed word misspelt": enums,
    "number with a comma": wrong_types,
    "quoted false": quoted_switches,
    "value removed": nulls,
    "quote lost": syntax_errors,
    "stray value in config.yaml": stray_values,
    "/v1/v1 or an endpoint as address": value_changes(re.compile("base_url|api_base"), lambda text, rng: text.rstrip("/") + rng.choice(["/v1/v1", "/v1/chat/completions"]) if text.startswith("http") else text),
    "address without scheme": value_changes(re.compile("base_url|api_base"), lambda text, _: text.removeprefix("http://").removeprefix("https://")),
    "private address": value_changes(re.compile("base_url|host"), lambda text, _: re.sub(r"(?<=//)[^/:]+|^localhost$", "192.168.7.20", text)),
    "secret written out": value_changes(re.compile("api_key"), lambda _, rng: f"sk-{rng.getrandbits(128):032x}"),
}  # fmt: skip


def mutants(texts: Texts, others: Texts) -> list[Mutant]:
    """The mistakes: so many of each class, the same in every run."""
    config = config_of(texts, others)
    found = []
    for kind, changes in CLASSES.items():
        rng = random.Random(f"{SEED} {kind}")
        candidates = list(changes(config, rng))
        if kind == "secret written out":
            candidates = [*candidates, *secrets(config, rng)]
        for change in rng.sample(candidates, min(EACH, len(candidates))):
            mutant = change.applied(kind, texts)
            if kind == "import removed":
                name = Path(change.span.text.strip().lstrip("- ").strip("\"'")).name
                file = next(each for each in texts if Path(each).name == name)
                mutant = Mutant(kind, mutant.texts, file, None)
            found.append(mutant)
    return found


def secrets(config: Config, rng: random.Random) -> Iterator[Change]:
    """An API key in place of its variable."""
    for path, node, _, _ in config.rows:
        if isinstance(node, Scalar) and last(path) == "api_key" and node.origin.span.text.startswith(("$", '"$')):
            yield Change(node.origin.span, f"sk-{rng.getrandbits(128):032x}")


@dataclass
class Tally:
    """What was made of the mutants of a class: how many, how many found, how many other findings."""

    made: int = 0
    found: int = 0
    as_info: int = 0
    others: int = 0


def places(diagnostic: Diagnostic) -> Iterator[tuple[str, int | None]]:
    """Each file and line that a finding shows."""
    for place in (diagnostic.place, *(each.span for each in diagnostic.related)):
        match place:
            case Span() as span:
                yield span.source.name, span.begins.line
            case Source(name=name):
                yield name, None


def tells(diagnostic: Diagnostic, mutant: Mutant) -> bool:
    """Whether a finding shows the mistake."""
    return any(file == mutant.file and (mutant.lines is None or line is None or line in mutant.lines) for file, line in places(diagnostic))


def identity(diagnostic: Diagnostic) -> tuple[str, str]:
    """What two findings about the same thing have in common."""
    return diagnostic.code, diagnostic.key or diagnostic.message


def tallies(texts: Texts, others: Texts, found: list[Mutant]) -> dict[str, Tally]:
    """What orbitcfg makes of each class."""
    before = {identity(each) for each in diagnostics(texts, others)}
    counted: dict[str, Tally] = defaultdict(Tally)
    for mutant in found:
        now = [each for each in diagnostics(mutant.texts, others) if identity(each) not in before]
        loud = [each for each in now if each.severity > Severity.INFO]
        tally = counted[mutant.kind]
        tally.made += 1
        tally.found += any(tells(each, mutant) for each in loud)
        tally.as_info += not any(tells(each, mutant) for each in loud) and any(tells(each, mutant) for each in now)
        tally.others += sum(not tells(each, mutant) and not each.is_symptom for each in loud)
    return counted


def changed(mutant: Mutant, texts: Texts) -> str:
    """The file in which the mistake was made."""
    return next(name for name in mutant.texts if mutant.texts[name] != texts[name])


def by_other_tools(texts: Texts, found: list[Mutant]) -> dict[str, Counter[str]]:
    """How many of each class check-jsonschema and yamllint say something new about, in the file that was changed."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        for number, mutant in enumerate(found):
            name = changed(mutant, texts)
            for text, kind in ((texts[name], "before"), (mutant.texts[name], "after")):
                (root / f"{number}-{kind}.yaml").write_text(text, "utf-8")
        return {"check-jsonschema": _compared(found, _schema_errors(root)), "yamllint": _compared(found, _lint_errors(root))}


def _compared(found: list[Mutant], errors: dict[str, Counter[str]]) -> Counter[str]:
    return Counter(mutant.kind for number, mutant in enumerate(found) if errors[f"{number}-after.yaml"] - errors[f"{number}-before.yaml"])


def _schema_errors(root: Path) -> dict[str, Counter[str]]:
    """With orbitcfg's own schemas, less what only a whole configuration must have."""
    schemas = root / "schemas"
    schemas.mkdir()
    for path in Path(folder()).glob("*.json"):
        schema = json.loads(path.read_text("utf-8"))
        if path.name == "config.schema.json":
            schema.pop("required", None)
        (schemas / path.name).write_text(json.dumps(schema), "utf-8")
    files = sorted(str(path) for path in root.glob("*.yaml"))
    command = [sys.executable, "-m", "check_jsonschema", "--output-format", "json", "--schemafile", str(schemas / "config.schema.json"), *files]
    output = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    errors: dict[str, Counter[str]] = defaultdict(Counter)
    for each in [*output.get("errors", ()), *output.get("parse_errors", ())]:
        errors[Path(each["filename"]).name][f"{each.get('path')} {each.get('message')}"] += 1
    return errors


def _lint_errors(root: Path) -> dict[str, Counter[str]]:
    command = [sys.executable, "-m", "yamllint", "-f", "parsable", "-d", "{extends: default, rules: {line-length: disable}}", str(root)]
    output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    errors: dict[str, Counter[str]] = defaultdict(Counter)
    for line in output.splitlines():
        name, _, message = line.partition(":")
        errors[Path(name).name][re.sub(r"^\d+:\d+: ", "", message)] += 1
    return errors


def run() -> None:
    """Prints recall by class, and what was said beside it."""
    texts = read()
    others = named_files(texts)
    found = mutants(texts, others)
    counted = tallies(texts, others, found)
    rivals = by_other_tools(texts, found)
    print(f"{'mistake':<34}{'made':>5}{'orbitcfg':>10}{'(info)':>8}{'others':>8}{'check-jsonschema':>18}{'yamllint':>10}")
    total = Tally()
    for kind, tally in counted.items():
        print(
            f"{kind:<34}{tally.made:>5}{tally.found:>10}{tally.as_info:>8}{tally.others:>8}{rivals['check-jsonschema'][kind]:>18}{rivals['yamllint'][kind]:>10}"
        )
        total = Tally(total.made + tally.made, total.found + tally.found, total.as_info + tally.as_info, total.others + tally.others)
    jsonschema, yamllint = rivals["check-jsonschema"].total(), rivals["yamllint"].total()
    print(f"{'all':<34}{total.made:>5}{total.found:>10}{total.as_info:>8}{total.others:>8}{jsonschema:>18}{yamllint:>10}")


if __name__ == "__main__":
    run()
