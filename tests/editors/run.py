"""The schemas in a real YAML language server: `make test-editors`, which installs it from npm.

Every schema is loaded without a complaint; the bundle gives a hover and a diagnostic for an example.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from orbitcfg.commands.schema.command import schema
from tests.shared import PROJECT

SERVER = Path(__file__).parent / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
EXAMPLE = """# yaml-language-server: $schema={schema}
general:
  inference_provider: shimmy
inference:
  shimmy:
    enabled: true
    temperature: 9
"""
HOVERED = {"line": 6, "character": 6}


class LanguageServer:
    """The server as a child, spoken to over its standard streams."""

    def __init__(self) -> None:
        self.child = subprocess.Popen(["node", str(SERVER), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.number = 0
        self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {"textDocument": {"hover": {"contentFormat": ["plaintext"]}}}})
        self.tell("initialized", {})

    def tell(self, method: str, params: dict[str, Any], **more: object) -> None:
        """Sends a message that asks for nothing, or with an `id` for an answer."""
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
        assert self.child.stdin is not None
        self.child.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.child.stdin.flush()

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        """Sends a request and waits for its answer."""
        self.number += 1
        self.tell(method, params, id=self.number)
        while True:
            message = self.message()
            if message.get("id") == self.number and "method" not in message:
                return message.get("result")

    def message(self) -> dict[str, Any]:
        """The next message; what the server asks of its client is answered with nothing."""
        assert self.child.stdout is not None
        length = 0
        while line := self.child.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        message: dict[str, Any] = json.loads(self.child.stdout.read(length))
        if "id" in message and "method" in message:
            self._answer(message)
        return message

    def _answer(self, message: dict[str, Any]) -> None:
        result: list[dict[str, object]] | None = [{}] * len(message["params"]["items"]) if message["method"] == "workspace/configuration" else None
        body = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}).encode()
        assert self.child.stdin is not None
        self.child.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.child.stdin.flush()

    def diagnostics(self, uri: str, text: str) -> list[str]:
        """What the server says of a document, once it has looked at it."""
        self.tell("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}})
        while True:
            message = self.message()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
                return [each["message"] for each in message["params"]["diagnostics"]]

    def close(self) -> None:
        """Ends the child."""
        self.child.terminate()
        self.child.wait(timeout=300)
        for stream in (self.child.stdin, self.child.stdout):
            if stream is not None:
                stream.close()


def check() -> list[str]:
    """What is wrong; nothing if all is well."""
    wrong: list[str] = []
    server = LanguageServer()
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted((PROJECT / "schemas").rglob("*.schema.json")):
            said = server.diagnostics(f"file://{folder}/{path.stem}.yaml", f"# yaml-language-server: $schema={path.as_uri()}\nx-unused: 1\n")
            wrong += [f"{path.name}: {words}" for words in said if "schema" in words.lower() and "problem" in words.lower()]
        bundle = Path(folder) / "orbit.schema.json"
        bundle.write_text(schema(None, PROJECT / "examples" / "shimmy", bundle=True), "utf-8")
        uri = f"file://{folder}/example.yaml"
        said = server.diagnostics(uri, EXAMPLE.format(schema=bundle.as_uri()))
        wrong += [] if any("maximum" in words or "above" in words for words in said) else [f"no word about a temperature of 9: {said}"]
        wrong += _completion(server, bundle, folder)
        hover = server.ask("textDocument/hover", {"textDocument": {"uri": uri}, "position": HOVERED})
        wrong += [] if "Randomness of the answers" in json.dumps(hover) else [f"no hover on temperature: {hover}"]
    server.close()
    return wrong


ANCHORS = """# yaml-language-server: $schema={schema}
x-defaults: &local {{enabled: true}}
inference:
  shimmy:
    <<: *local
    base_url: ${{SHIMMY_URL}}
  ollama:
    base_url: ${{OLLAMA_URL:-http://localhost:11434}}
"""


def _completion(server: LanguageServer, bundle: Path, folder: str) -> list[str]:
    """What is wrong with what is offered, and with texts in which nothing is."""
    uri = f"file://{folder}/anchors.yaml"
    said = server.diagnostics(uri, ANCHORS.format(schema=bundle.as_uri()))
    wrong = [f"a word about anchors or placeholders: {said}"] if said else []
    text = f"# yaml-language-server: $schema={bundle.as_uri()}\n\n"
    uri = f"file://{folder}/empty.yaml"
    server.diagnostics(uri, text)
    known = set(json.loads(bundle.read_text("utf-8"))["properties"])
    found = server.ask("textDocument/completion", {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 0}})
    offered = {each["label"] for each in (found or {}).get("items", ())}
    missing = sorted(known - offered)
    wrong += [f"{len(missing)} of {len(known)} sections are not offered: {missing[:5]}"] if missing else []
    uri = f"file://{folder}/keys.yaml"
    server.diagnostics(uri, f"# yaml-language-server: $schema={bundle.as_uri()}\ninference:\n  shimmy:\n    \n")
    found = server.ask("textDocument/completion", {"textDocument": {"uri": uri}, "position": {"line": 3, "character": 4}})
    offered = {each["label"] for each in (found or {}).get("items", ())}
    return [*wrong, *([] if {"base_url", "model", "enabled"} <= offered else [f"no keys of a provider are offered: {sorted(offered)}"])]


if __name__ == "__main__":
    FOUND = check()
    print("\n".join(FOUND) or "every schema loads in the YAML language server, with hover and diagnostics\n1 passed, 0 failed")
    sys.exit(bool(FOUND))
