"""Two revisions of a repository: what changed for each adapter, in the very words, wherever the cause lies."""

import json
from pathlib import Path

import pytest

from orbitcfg.commands.diff.command import diff
from orbitcfg.commands.formats import render
from orbitcfg.files.store import Disk
from tests.commands.diff.scratch import BASE, ENVIRONMENT, Scratch, edited

Edit = tuple[str, str, str]


def printed(folder: Path, was: dict[str, str], now: dict[str, str], format_name: str = "full") -> str:
    """What `diff` prints of two sets of files, as revisions."""
    scratch = Scratch(folder)
    first, second = scratch.commit(was), scratch.commit(now)
    found = diff(first, second, files=Disk(str(folder)), process=ENVIRONMENT)
    return render(found, format_name).replace(first, "was").replace(second, "now")


CAUSES: dict[str, tuple[list[Edit], str]] = {
    "the adapter's own model": (
        [("adapters.yaml", "inference_provider: openai\n", "inference_provider: openai\n    model: gpt-5.4\n")],
        """\
was → now: 1 adapter changed

OpenAI
  `cloud-chat` now runs `gpt-5.4` on OpenAI, was `gpt-5.4-mini`: config/adapters.yaml:17 (was config/inference.yaml:9)

takes effect with `orbit admin reload-adapters`, without a restart
""",
    ),
    "another provider": (
        [("adapters.yaml", "inference_provider: shimmy", "inference_provider: ollama")],
        """\
was → now: 1 adapter changed

Ollama
  `local-chat` now runs `phi3` on Ollama, was `${SHIMMY_MODEL:-llama-3.2-3b}` on Shimmy (preset `small` of config/inference.yaml:5): config/presets.yaml:2 (was config/local/shimmy.yaml:5)
    url: `http://localhost:11434`, was `${SHIMMY_URL:-http://localhost:11435}/v1` (preset `small` of config/inference.yaml:5): config/presets.yaml:2 (was config/local/shimmy.yaml:4)
    options.temperature: `0.1`, new (preset `small` of config/inference.yaml:5): config/presets.yaml:2

takes effect with `orbit admin reload-adapters`, without a restart
""",
    ),
    "the preset that is asked for": (
        [("inference.yaml", "use_preset: small", "use_preset: large")],
        """\
was → now: the default, 1 adapter changed

Ollama
  the default now runs `gpt-oss:20b` on Ollama, was `phi3` (preset `large` of config/inference.yaml:5): config/presets.yaml:3 (was config/presets.yaml:2)
  `simple-chat` now runs `gpt-oss:20b` on Ollama, was `phi3` (preset `large` of config/inference.yaml:5): config/presets.yaml:3 (was config/presets.yaml:2)

takes effect with a restart, because the default model is made with `inference.ollama` once, when ORBIT starts
""",
    ),
    "what a preset holds": (
        [("presets.yaml", "model: phi3, temperature: 0.1", "model: phi3, temperature: 0.7")],
        """\
was → now: the default, 1 adapter changed

Ollama
  the default runs `phi3` on Ollama with other settings
    options.temperature: `0.7`, was `0.1` (preset `small`): config/presets.yaml:2
  `simple-chat` runs `phi3` on Ollama with other settings
    options.temperature: `0.7`, was `0.1` (preset `small`): config/presets.yaml:2

takes effect with a restart, because the default model is made with `inference.ollama` once, when ORBIT starts
""",
    ),
    "a variable's default": (
        [("local/shimmy.yaml", "${SHIMMY_MODEL:-llama-3.2-3b}", "${SHIMMY_MODEL:-qwen3-4b}")],
        """\
was → now: 1 adapter changed

Shimmy
  `local-chat` now runs `${SHIMMY_MODEL:-qwen3-4b}` on Shimmy, was `${SHIMMY_MODEL:-llama-3.2-3b}`: config/local/shimmy.yaml:5

takes effect with `orbit admin reload-adapters --adapter local-chat`, without a restart
""",
    ),
    "a variable without default": (
        [("local/shimmy.yaml", "${SHIMMY_MODEL:-llama-3.2-3b}", "${OTHER_MODEL}")],
        """\
was → now: 1 adapter changed

Shimmy
  `local-chat` now runs `${OTHER_MODEL}` on Shimmy, was `${SHIMMY_MODEL:-llama-3.2-3b}`: config/local/shimmy.yaml:5

takes effect with `orbit admin reload-adapters --adapter local-chat`, without a restart
""",
    ),
    "the variable of a key": (
        [("inference.yaml", "${OPENAI_API_KEY}", "${TEAM_KEY}")],
        """\
was → now: 1 adapter changed

OpenAI
  `cloud-chat` runs `gpt-5.4-mini` on OpenAI with other settings
    key: `${TEAM_KEY}`, was `${OPENAI_API_KEY}`: config/inference.yaml:8

takes effect with `orbit admin reload-adapters --adapter cloud-chat`, without a restart
""",
    ),
    "a provider's switch": (
        [("local/shimmy.yaml", "enabled: true", "enabled: false")],
        """\
was → now: 1 adapter changed

Shimmy
  `local-chat` runs `${SHIMMY_MODEL:-llama-3.2-3b}` on Shimmy with other settings
    state: `disabled`, was `configured`: config/local/shimmy.yaml:3

takes effect with a restart, because ORBIT registers `inference.shimmy` once, when it starts
""",
    ),
    "the adapter's switch": (
        [("adapters.yaml", "inference_provider: openai\n", "inference_provider: openai\n    enabled: false\n")],
        """\
was → now: 1 adapter changed

OpenAI
  `cloud-chat` is switched off, and no longer runs `gpt-5.4-mini` on OpenAI: config/adapters.yaml:17

takes effect with `orbit admin reload-adapters`, without a restart
""",
    ),
    "an adapter that is gone, and one that is new": (
        [("adapters.yaml", "name: cloud-chat", "name: team-chat")],
        """\
was → now: 2 adapters changed

OpenAI
  `team-chat` is new, and runs `gpt-5.4-mini` on OpenAI: config/adapters.yaml:12
  `cloud-chat` is gone, and with it `gpt-5.4-mini` on OpenAI: config/adapters.yaml:12

takes effect with `orbit admin reload-adapters`, without a restart
""",
    ),
    "the general provider": (
        [("config.yaml", "inference_provider: ollama", "inference_provider: openai")],
        """\
was → now: the default changed

OpenAI
  the default now runs `gpt-5.4-mini` on OpenAI, was `phi3` on Ollama: config/inference.yaml:9 (was config/presets.yaml:2)
    url: `https://api.openai.com/v1`, was `http://localhost:11434`: was config/presets.yaml:2
    key: `${OPENAI_API_KEY}`, new: config/inference.yaml:8
    options.temperature: gone, was `0.1`: was config/presets.yaml:2

takes effect with a restart, because ORBIT reads `general.inference_provider` once, when it starts
""",
    ),
    "keys that no adapter depends on": (
        [("config.yaml", "port: 3000", "port: 3001"), ("first.yaml", "greeting", "salutation")],
        """\
was → now: 3 keys changed

other keys
  general.port: `3001`, was `3000`: config/config.yaml:2
    affects all
  messages.salutation: `hello`, new: config/first.yaml:1
    affects all
  messages.greeting: `good day`, was `hello`: config/second.yaml:1 (was config/first.yaml:1)
    affects all

takes effect with a restart, because ORBIT reads `general.port` once, when it starts (and 2 more reasons)
""",
    ),
    "the order of imports": (
        [("config.yaml", "first.yaml, second.yaml", "second.yaml, first.yaml")],
        """\
was → now: 1 key changed

other keys
  messages.greeting: `good day`, was `hello`: config/second.yaml:1 (was config/first.yaml:1)
    affects all

takes effect with a restart, because ORBIT reads `messages.greeting` once, when it starts
""",
    ),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_what_changed_for_each_adapter(cause: str, tmp_path: Path) -> None:
    edits, expected = CAUSES[cause]
    text = printed(tmp_path, BASE, edited(*edits))
    assert text == expected


def test_the_order_of_imports_three_files_away_decides_an_adapters_model(tmp_path: Path) -> None:
    """Two files that a file imports which the root's import imports give the model; the first one wins."""
    ends = {"config/a.yaml": "inference: {shimmy: {model: from-a}}\n", "config/b.yaml": "inference: {shimmy: {model: from-b}}\n"}
    shimmy = BASE["config/local/shimmy.yaml"].replace('    model: "${SHIMMY_MODEL:-llama-3.2-3b}"\n', "")
    inference = BASE["config/inference.yaml"].replace("local/shimmy.yaml", "local/shimmy.yaml, middle.yaml")
    whole = {**BASE, **ends, "config/local/shimmy.yaml": shimmy, "config/inference.yaml": inference}
    was = {**whole, "config/middle.yaml": "import: [a.yaml, b.yaml]\n"}
    now = {**whole, "config/middle.yaml": "import: [b.yaml, a.yaml]\n"}
    assert printed(tmp_path, was, now) == (
        "was → now: 1 adapter changed\n\nShimmy\n  `local-chat` now runs `from-b` on Shimmy, was `from-a`: config/b.yaml:1 (was config/a.yaml:1)\n\n"
        "takes effect with `orbit admin reload-adapters --adapter local-chat`, without a restart\n"
    )


def test_what_several_adapters_share_is_told_once(tmp_path: Path) -> None:
    now = edited(
        ("presets.yaml", "model: phi3, temperature: 0.1", "model: phi3, temperature: 0.7, top_p: 0.3"),
    )
    lines = printed(tmp_path, BASE, now).splitlines()
    assert lines[3:-2] == [
        "  the default runs `phi3` on Ollama with other settings",
        "    options.temperature: `0.7`, was `0.1` (preset `small`): config/presets.yaml:2",
        "    options.top_p: `0.3`, was `0.9` (preset `small`): config/presets.yaml:2",
        "  `simple-chat` runs `phi3` on Ollama with other settings",
        "    2 more changes, as for the default",
    ]


MARKDOWN = """\
**was → now: the default, 1 adapter, 1 other key changed**

| what ORBIT will do otherwise | where |
| --- | --- |
| the default now runs `a\\|b` on Ollama, was `phi3` (preset `small`) | config/presets.yaml:2 |
| `simple-chat` now runs `a\\|b` on Ollama, was `phi3` (preset `small`) | config/presets.yaml:2 |

| other keys | where |
| --- | --- |
| messages.greeting: `<b>@all</b>`, was `hello`; affects all | config/first.yaml:1 |

takes effect with a restart, because ORBIT reads `messages.greeting` once, when it starts (and 1 more reason)
"""


def test_whom_a_key_strikes(tmp_path: Path) -> None:
    """The adapters that need it on the newer side, of what is gone on the older; a key that nobody needs strikes nobody, and the reason is told."""
    adapters = "".join(f"  - {{name: {name}, enabled: true, type: passthrough, adapter: conversational}}\n" for name in ("one", "two"))
    text = f"""\
general: {{inference_provider: shimmy}}
auth: {{default_admin_password: a-b-c}}
inference:
  shimmy: {{enabled: true, base_url: "http://localhost:11435", model: m, note: 1}}
  vllm: {{enabled: false, model: m, note: 1}}
  groq: {{enabled: true, model: m, note: 1}}
adapters:
{adapters}"""
    for name, note in (("was", "1"), ("now", "2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.yaml").write_text(text.replace("note: 1", f"note: {note}"), "utf-8")
    found = diff(tmp_path / "was", tmp_path / "now", process={})
    struck = [line.strip() for line in render(found, "full").splitlines() if line.strip().startswith("affects")]
    assert struck == ["affects `one`, `two`", "affects nobody: it is switched off at inference.vllm.enabled", "affects nobody: nothing uses it"]
    assert [each["strikes"] for each in json.loads(render(found, "json"))["keys"]] == [["one", "two"], [], []]


def test_markdown_for_a_pull_request(tmp_path: Path) -> None:
    now = edited(("presets.yaml", "model: phi3", "model: 'a|b'"), ("first.yaml", "hello", "<b>@all</b>"))
    assert printed(tmp_path, BASE, now, "markdown") == MARKDOWN
