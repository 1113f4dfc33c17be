"""A scratch git repository with a small configuration of several files."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ENVIRONMENT = {
    "PATH": os.environ.get("PATH", os.defpath),
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}

BASE = {
    "config/config.yaml": """\
import: [first.yaml, second.yaml, inference.yaml, adapters.yaml]
general: {inference_provider: ollama, port: 3000}
auth: {default_admin_password: "${ADMIN_PASSWORD}"}
embedding: {enabled: false, provider: ollama}
""",
    "config/first.yaml": "messages: {greeting: hello}\n",
    "config/second.yaml": "messages: {greeting: good day}\n",
    "config/inference.yaml": """\
import: [presets.yaml, local/shimmy.yaml]
inference:
  ollama:
    enabled: true
    use_preset: small
  openai:
    enabled: true
    api_key: "${OPENAI_API_KEY}"
    model: gpt-5.4-mini
""",
    "config/presets.yaml": """\
ollama_presets:
  small: {base_url: "http://localhost:11434", model: phi3, temperature: 0.1}
  large: {base_url: "http://localhost:11434", model: "gpt-oss:20b", temperature: 0.1}
""",
    "config/local/shimmy.yaml": """\
inference:
  shimmy:
    enabled: true
    base_url: "${SHIMMY_URL:-http://localhost:11435}"
    model: "${SHIMMY_MODEL:-llama-3.2-3b}"
""",
    "config/adapters.yaml": """\
adapters:
  - name: simple-chat
    type: passthrough
    datasource: none
    adapter: conversational
    inference_provider: ollama
  - name: local-chat
    type: passthrough
    datasource: none
    adapter: conversational
    inference_provider: shimmy
  - name: cloud-chat
    type: passthrough
    datasource: none
    adapter: conversational
    inference_provider: openai
    temperature: 0.5
""",
}
"""A healthy configuration: each of the adapters runs on another provider, and each provider gets its model in another way."""


def edited(*edits: tuple[str, str, str]) -> dict[str, str]:
    """The files of `BASE` with these edits: in which file, what, by what."""
    files = dict(BASE)
    for name, old, new in edits:
        assert old in files[f"config/{name}"], old
        files[f"config/{name}"] = files[f"config/{name}"].replace(old, new)
    return files


@dataclass(frozen=True)
class Scratch:
    """A git repository of its own."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(ENVIRONMENT))

    def git(self, *arguments: str, folder: Path | None = None) -> str:
        """What a git command prints; it must succeed."""
        return subprocess.run(
            ("git", *arguments), cwd=folder or self.folder, env=self.environment, capture_output=True, text=True, check=True, timeout=60
        ).stdout

    def commit(self, files: Mapping[str, str]) -> str:
        """Commits exactly these files, and gives the name of the revision."""
        if not (self.folder / ".git").exists():
            self.git("init", "--quiet", "--initial-branch", "main")
        for path in sorted(self.folder.rglob("*"), reverse=True):
            if path.is_file() and ".git" not in path.relative_to(self.folder).parts:
                path.unlink()
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")
        return self.git("rev-parse", "HEAD").strip()
