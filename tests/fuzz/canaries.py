"""Secrets laid into trees, each with a mark that no output may show."""

import random
import re
from functools import cache

from tests.fuzz import nodes
from tests.fuzz.entries import Entries
from tests.shared import read_facts

MARK = "CANARY"
VARIABLES = {
    "ORBIT_DEFAULT_ADMIN_PASSWORD": f"{MARK}admin",
    "FUZZ_API_KEY": f"{MARK}key",
    "OPENAI_API_KEY": f"sk-proj-{MARK}openai0123456789",
    "FUZZ_TEXT": "text",
}
"""The environment of every run, beside what a process needs."""

PRIVATE = f"text: {MARK}outside\ngeneral: {{port: {MARK}port}}\n".encode()
"""A file outside of the repository, which links may lead to."""

_ALWAYS = (
    (f"api_key: {MARK}name", "name"),
    (f"password: '{MARK}quoted'", "quoted"),
    (f"note: sk-proj-{MARK}AbCdEf0123456789", "token"),
    (f"url: https://user:{MARK}user@example.org/v1", "address"),
    (f"thing: ${{MY_API_KEY:-{MARK}default}}", "default"),
)
"""Lines by which a secret is known wherever they stand, in broken files too; with what they are called."""

_CORE = re.compile(f"{MARK}(?:tok|pw)")
_FOUND = re.compile(rf"{MARK}([A-Za-z0-9]{{0,12}})")


@cache
def shapes() -> tuple[str, ...]:
    """Recorded shapes in which secrets stand in configurations, one or more lines each; where it can, the mark says which it is."""
    recorded: list[dict[str, str]] = read_facts("secret-shapes")["shapes"]
    return tuple(_CORE.sub(f"{MARK}s{number}x", each["yaml"]) for number, each in enumerate(recorded))


def planted(entries: Entries, rng: random.Random) -> Entries:
    """A tree with a few secrets, in `.env` and at any key of its files."""
    found = dict(entries)
    env = found.get(".env", b"")
    if isinstance(env, bytes) and rng.random() < 0.3:
        found[".env"] = env.rstrip(b"\n") + b"\n" * bool(env) + f"FUZZ_OWN_KEY={MARK}env\nFUZZ_API_KEY={MARK}dotenv\n".encode()
    files = [name for name, entry in found.items() if isinstance(entry, bytes) and name.endswith(".yaml")]
    for name in rng.sample(files, min(len(files), rng.randint(0, 2))):
        content = found[name]
        assert isinstance(content, bytes)
        found[name] = _with_secret(content, rng)
    return found


def _with_secret(content: bytes, rng: random.Random) -> bytes:
    """A line, or a block, more; where the file does not parse, a line by which a secret is known in any text."""
    places = nodes.block_keys(content)
    if not places:
        return content + b"\n" * (not content.endswith(b"\n")) + rng.choice(_ALWAYS)[0].encode() + b"\n"
    text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    place = rng.choice(places)
    indent = re.match(" *", text[place:])
    assert indent is not None
    shape = rng.choice(shapes()) if rng.random() < 0.7 else rng.choice(_ALWAYS)[0]
    lines = "".join(f"{indent[0]}{line}\n" for line in shape.splitlines())
    return (text[:place] + lines + text[place:]).encode("utf-8", "surrogatepass")


def shown(text: str) -> list[str]:
    """What stands behind the marks in a text: which secrets it shows."""
    return sorted(set(_FOUND.findall(text)))


def kind(tail: str) -> str:
    """Which secret a mark's tail means, in words."""
    for number, shape in enumerate(shapes()):
        if f"{MARK}{tail[:6]}" in shape:
            return str(read_facts("secret-shapes")["shapes"][number]["kind"])
    return tail


def stands_as_planted(tail_kind: str, text: str) -> bool:
    """Whether the lines of a secret of this kind stand in a text whole, so that it is still known to be one."""
    planted_lines = [line for line, name in _ALWAYS if name == tail_kind] + [each for each in shapes() if kind(shown(each)[0]) == tail_kind]
    return not planted_lines or any(all(line.strip() in text for line in each.splitlines()) for each in planted_lines)
