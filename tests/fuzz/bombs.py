"""Trees within the limits on size that ask for as much work as they can: what is small on disk shall be quick."""

import random
from collections.abc import Callable

from tests.fuzz.entries import Entries

_AUTH = "auth: {default_admin_password: pw}\ngeneral: {inference_provider: shimmy}\n"


def bomb(rng: random.Random) -> Entries:
    """One of them."""
    return rng.choice(BOMBS)(rng)


def _root(text: str) -> Entries:
    return {"config/config.yaml": (_AUTH + text).encode()}


def doubled_imports(rng: random.Random) -> Entries:
    """Each file imports the next one twice."""
    depth = rng.choice((10, 22, 30))
    files = {f"config/f{number}.yaml": f"import: [f{number + 1}.yaml, f{number + 1}.yaml]\na{number}: 1\n".encode() for number in range(depth)}
    return {**_root("import: f0.yaml\n"), **files, f"config/f{depth}.yaml": b"z: 1\n"}


def chained_imports(rng: random.Random) -> Entries:
    """Each file imports the next one."""
    depth = rng.choice((50, 250, 1000))
    files = {f"config/f{number}.yaml": f"import: f{number + 1}.yaml\n".encode() for number in range(depth)}
    return {**_root("import: f0.yaml\n"), **files, f"config/f{depth}.yaml": b"z: 1\n"}


def one_import_often(rng: random.Random) -> Entries:
    """A list that names one file."""
    return {**_root(f"import: [{'a.yaml, ' * rng.choice((1000, 100_000))}]\n"), "config/a.yaml": b"adapters: [{name: a}]\n"}


def doubled_aliases(rng: random.Random) -> Entries:
    """Each list holds the one before nine times."""
    depth = rng.choice((4, 9, 30))
    lines = [f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 9)}]\n" for number in range(1, depth)]
    return _root("a0: &a0 [x]\n" + "".join(lines))


def merged_aliases(rng: random.Random) -> Entries:
    """Each mapping merges the one before twice."""
    depth = rng.choice((10, 25, 200))
    lines = [f"m{number}: &m{number} {{<<: [*m{number - 1}, *m{number - 1}], k{number}: 1}}\n" for number in range(1, depth)]
    return _root("m0: &m0 {a: 1}\n" + "".join(lines))


def growing_variables(rng: random.Random) -> Entries:
    """Each variable holds the one before twice, or once."""
    count, parts = rng.choice(((10, 2), (39, 2), (3000, 1), (30_000, 1)))
    lines = [f"V{number}={f'${{V{number - 1}}}' * parts}\n" for number in range(1, count)]
    return {**_root(f"messages: {{greeting: '${{V{count - 1}}}'}}\n"), ".env": ("V0=xx\n" + "".join(lines)).encode()}


def unknown_keys(rng: random.Random) -> Entries:
    """Many keys that nothing reads, alike or under one section."""
    count = rng.choice((500, 20_000))
    section, indent = rng.choice((("", ""), ("embedding:\n", "  ")))
    return _root(section + "".join(f"{indent}key_{number}: {number}\n" for number in range(count)))


def many_adapters(rng: random.Random) -> Entries:
    """All alike, or all their own."""
    count = rng.choice((200, 2000))
    names = rng.choice(("a", "a{}"))
    lines = (
        f"  - {{name: {names.format(number)}, type: passthrough, datasource: none, adapter: conversational, inference_provider: p{number}}}\n"
        for number in range(count)
    )
    return _root("adapters:\n" + "".join(lines))


def many_providers(rng: random.Random) -> Entries:
    """Blocks that lay presets over each other's names."""
    count = rng.choice((100, 2000))
    return _root("inference:\n" + "".join(f"  p{number}: {{enabled: true, use_preset: q{number}, model: m}}\n" for number in range(count)))


def deep(rng: random.Random) -> Entries:
    """Lists in lists, or mappings in mappings."""
    depth = rng.choice((90, 500, 5000))
    opened, closed = rng.choice((("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", ""), ("!!set {", "}")))
    return _root(f"deep: {opened * depth}1{closed * depth}\n" if closed else f"deep:\n  {opened * depth}1\n")


def blanks(rng: random.Random) -> Entries:
    """Long stretches of what a pattern may try in many ways."""
    count = rng.choice((1000, 100_000))
    filler = rng.choice(
        (
            " ",
            "a",
            "a ",
            "\\",
            "'",
            "-",
            "=",
            "a=",
            "a:",
            "/",
            "//",
            ":",
            "@",
            "%",
            "?a=&",
            "${",
            "}",
            "#",
            "\t",
            "\u00a0",
            ";",
            "sk-",
            "Bearer ",
            "--",
            ".",
        )
    )
    before, behind = rng.choice(
        (
            ("api_key:\n  a", "b\n"),
            ("url: http://", "\n"),
            ("text: x", "\n"),
            ("# ", "\n"),
            ("password: 'x", "'\n"),
            ('json: "{', '}"\n'),
            ("", ": 1\n"),
        )
    )
    return _root(before + filler * count + behind)


def many_lines(rng: random.Random) -> Entries:
    """One line over and over, each of which is a case by itself."""
    count = rng.choice((500, 10_000))
    line = rng.choice(
        (
            "# orbitcfg: ignore[ORB301]",
            "# api_key: x",
            "a: &a {b: *a}",
            "- a: ${X}",
            "k{}: ${{V{}:-x}}",
            "k{}: {{api_key: x{}}}",
            "k{}: yes",
            "k{}: 0{}",
            "a: 1",
            "\u00a0k{}: 1",
        )
    )
    return _root("".join(f"{line.format(number, number) if '{}' in line else line}\n" for number in range(count)))


def endless_pattern(rng: random.Random) -> Entries:
    """A user's schema with a pattern that backtracks."""
    pattern = rng.choice(("^(a+)+$", "^(a|a)*$", "^(.*a){30}$", "(x+x+)+y"))
    schema = f'{{"properties": {{"clock_service": {{"properties": {{"zone": {{"type": "string", "pattern": "{pattern}"}}}}}}}}}}'
    value = rng.choice(("a", "x")) * 42
    return {
        **_root(f"clock_service: {{zone: '{value}!'}}\n"),
        "own.schema.json": schema.encode(),
        "orbitcfg.toml": b'schemas = ["own.schema.json"]\n',
    }


def growing_schema(rng: random.Random) -> Entries:
    """A user's schema of references that double, or that are deep."""
    depth = rng.choice((20, 200))
    word = rng.choice(("allOf", "anyOf", "oneOf"))
    definitions = ", ".join(
        f'"d{number}": {{"{word}": [{{"$ref": "#/$defs/d{number + 1}"}}, {{"$ref": "#/$defs/d{number + 1}"}}]}}' for number in range(depth)
    )
    schema = f'{{"$defs": {{{definitions}, "d{depth}": {{"type": "integer"}}}}, "properties": {{"own": {{"$ref": "#/$defs/d0"}}}}}}'
    return {**_root("own: x\n"), "own.schema.json": schema.encode(), "orbitcfg.toml": b'schemas = ["own.schema.json"]\n'}


def long_baseline(rng: random.Random) -> Entries:
    """Findings that nobody finds."""
    count = rng.choice((1000, 50_000))
    entry = '{"code": "ORB301", "key": "k%d", "file": "config/config.yaml", "message": "m"}'
    return {**_root("k: 1\n"), "baseline.json": f'{{"version": 1, "findings": [{", ".join(entry % number for number in range(count))}]}}'.encode()}


def long_settings(rng: random.Random) -> Entries:
    """Patterns and codes by the thousand."""
    items = ", ".join(['"**/*a*/**/b*"'] * rng.choice((100, 5000)))
    return {**_root("k: 1\n"), "config/more.yaml": b"{}\n", "orbitcfg.toml": f"unreachable = [{items}]\n".encode()}


BOMBS: tuple[Callable[[random.Random], Entries], ...] = (
    doubled_imports,
    chained_imports,
    one_import_often,
    doubled_aliases,
    merged_aliases,
    growing_variables,
    unknown_keys,
    many_adapters,
    many_providers,
    deep,
    blanks,
    many_lines,
    endless_pattern,
    growing_schema,
    long_baseline,
    long_settings,
)
