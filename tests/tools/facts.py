"""Makes `tests/facts/` from a folder of recorded facts: `python -m tests.tools.facts FOLDER`.

Data alone: JSON, compressed where it is large, equal bytes for equal facts. Prose stays behind, and so does what a recording took over from ORBIT's
own files besides values: comments, message texts, lines of code.
"""

import argparse
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from orbitcfg.document.source import Source
from orbitcfg.document.yaml_comments import comments
from tests.shared import FACTS

LARGE = 100_000
"""Characters from which a file is compressed."""

AS_THEY_ARE = (
    "dotenv-cases",
    "findpath-cases",
    "loader-cases",
    "resolver-cases",
    "orbit-versions",
    "secret-shapes",
    "addresses/addresses",
)
SERVERS = ("shimmy", "vllm", "ollama", "llama-server", "litellm", "proxy")
"""Folders of recordings of model servers."""

TABLES = {
    "inference-resolution": re.compile(r"^\| ([A-D]\d+) \|", re.MULTILINE),
    "sections": re.compile(r"^\| ([A-Z]{1,2}\d+) \|", re.MULTILINE),
    "adapters": re.compile(r"^\| ([^|]+?) \|", re.MULTILINE),
}
"""Tables whose rows want a rule each: the first cell names the row."""

SPOKEN = ("messages", "rewriters")
"""Sections that hold sentences for people and models."""

_REPORT = re.compile(
    r"# .+\n\nKind: (?P<kind>.+)\nSource: (?P<source>.+)\n\n"
    r"(?:Setup:\n\n```sh\n(?P<setup>(?:.*\n)+?)```\n\n)?"
    r"Command \(in this folder\):\n\n```sh\n(?P<command>(?:.*\n)+?)```\n\n"
    r"A right answer must say: (?P<answer>(?:.+\n)+)"
)
_MESSAGE = re.compile(r'^(  (?:no_results_response|collection_not_found): )".*"$', re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{\w+\}")
_CODE = re.compile(r"(\.py:\d+ in \S+): .*")


def read_json(path: Path) -> Any:
    """A file's value."""
    return json.loads(path.read_text("utf-8"))


def read_yaml(path: Path) -> Any:
    """A file's value."""
    return yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def values_only(text: str) -> str:
    """A configuration of ORBIT's without its comments and message texts; each value stays on its line."""
    for span in reversed(list(comments(Source("", text)))):
        text = text[: span.start].rstrip(" ") + text[span.end :]
    return _MESSAGE.sub(r'\1"text"', text)


def runs(recording: Any) -> Any:
    """Recorded runs; their `server.yaml` began as one of ORBIT's."""
    for files in [recording["base"], *(run["files"] for run in recording["runs"])]:
        if files.get("server.yaml"):
            files["server.yaml"] = values_only(files["server.yaml"])
    return recording


def bases(trees: Any) -> Any:
    """The trees of the sweep, without the texts that ORBIT says and asks with."""
    for tree in trees["bases"].values():
        for path, text in tree["files"].items():
            value = yaml.safe_load(text)
            spoken = {section: placeholders_only(value[section]) for section in SPOKEN if section in value}
            if spoken:
                tree["files"][path] = yaml.safe_dump({**value, **spoken}, sort_keys=False, width=1000)
    return trees


def placeholders_only(value: Any) -> Any:
    """A value with the placeholders of each of its sentences in their place."""
    match value:
        case dict():
            return {key: placeholders_only(each) for key, each in value.items()}
        case str() if value.count(" ") > 2:
            return " ".join(["text", *_PLACEHOLDER.findall(value)])
    return value


def sweep(rows: Any) -> Any:
    """The rows of the sweep; an error keeps the place where it was raised, not the code that stands there."""
    return [
        {**row, "text": _CODE.sub(r"\1", row["text"])} | ({"base_value": placeholders_only(row["base_value"])} if row["path"][0] in SPOKEN else {})
        for row in rows
    ]


def sections(facts: Any) -> Any:
    """The sections other than config.yaml's own; the policy of a moderator is a page of text."""
    facts["sections"]["moderations"]["providers"]["shieldstral"]["keys"]["policy"]["default"] = None
    return facts


def config_keys(facts: Any) -> Any:
    """The keys of config.yaml and the names of the rules about them."""
    prose = {"consumers", "in_files", "note", "shipped"}
    keys = {path: {word: value for word, value in fact.items() if word not in prose} for path, fact in facts["keys"].items()}
    return {"rules": sorted(facts["rules"]), "keys": keys}


def reports(folder: Path) -> dict[str, Any]:
    """Cases after public reports: the files, how it is set up and asked, and what a right answer says."""
    found = {}
    for case in sorted(path for path in folder.iterdir() if path.is_dir()):
        told = _REPORT.fullmatch((case / "expected.md").read_text("utf-8"))
        assert told is not None, case
        files = {path.relative_to(case).as_posix(): path.read_bytes().decode() for path in sorted(case.rglob("*")) if path.is_file()}
        server = files.pop("server.json", None)
        del files["expected.md"]
        found[case.name] = {**told.groupdict(), "answer": told["answer"].strip(), "files": files, "server": server and json.loads(server)}
    return found


def orbit_answers(recording: Any) -> dict[str, Any]:
    """What a running ORBIT answered to what may be asked of it: of its own files and pages nothing, of lists of figures what tells of its start."""
    found = []
    for each in recording["exchanges"]:
        asked, answer = each["request"], each.get("response")
        if not answer or answer["status"] is None or not _ASKED.fullmatch(asked["path"]) or asked["method"] not in ("GET", "POST"):
            continue
        sent, body = asked.get("body"), answer["body"]
        match asked["path"], body:
            case "/health/adapters", dict():
                body = {name: body[name] for name in ("available_adapters", "cached_adapters")}
            case "/openapi.json", str() if '"info"' in body:
                # of a long document the recording has the beginning alone
                body = {"info": dict(re.findall(r'"(title|version)":"([^"]*)"', body.partition("}")[0]))}
            case "/.well-known/agent.json", dict():
                body = {name: body[name] for name in ("name", "version", "url")}
            case "/metrics/json", dict() if "system" in body:
                body = {"system": {"uptime_seconds": body["system"]["uptime_seconds"]}}
            case "/metrics", str():
                body = "".join(re.findall(r"^process_start_time_seconds .*\n", body, re.MULTILINE)) or body
            case "/admin/config", dict() if "content" in body:
                body = {**body, "content": ""}
        credential = {name.lower(): text for name, text in (asked.get("headers") or {}).items()}
        token = credential.get("authorization", "").removeprefix("Bearer ") or None
        stream = sent.get("stream") if isinstance(sent, dict) else None
        calls = len(each.get("model_server_calls") or ())
        # a list: a row is a line
        found.append([each["note"], asked["method"], asked["path"], credential.get("x-api-key"), token, stream, answer["status"], body, calls])
    return {"columns": ["note", "method", "path", "key", "token", "stream", "status", "body", "calls"], "rows": found}


_ASKED = re.compile(
    r"/|/health|/health/|/health/adapters|/openapi\.json|/\.well-known/agent\.json|/metrics|/metrics/json|/v1/models|/v1/chat|"
    r"/admin/(?:info|config|models|skills|mcp/servers|adapters/info|adapters/[^/]+/models)"
)


def orbit_reloads(trials: Any) -> dict[str, Any]:
    """What each change came to, stage by stage: the status of a chat with what the model server really got, and the adapters."""
    found = {}
    for name, trial in trials.items():
        stages = {}
        for stage, seen in trial["stages"].items():
            kept = {key: value for key, value in seen.items() if key not in _ALIKE}
            stages[stage] = {"status": seen["chat"]["status"], "calls": seen["chat"].get("calls"), **kept}
        found[name] = {"change": trial["change"], "file": trial["file"], "adapter": trial["asked adapter"], "stages": stages}
    return found


_ALIKE = {"chat", "breakers", "reload body", "adapters/config (names, files)", "adapters/NAME/models", "/admin/models", "adapters/info model"}
"""What a trial saw besides, that tells nothing of when a change takes effect."""


def intent_cases(recording: Any) -> Any:
    """The files of intent adapters, and what became of them, without what was logged on the way."""
    kept = ("id", "rules", "family", "files", "adapter_config")
    return [
        {**{key: case[key] for key in kept}, "effect": case["expect"]["effect"], "severity": case["expect"]["severity"]}
        for case in recording["cases"]
    ]


def facts_of(folder: Path) -> Iterator[tuple[str, Any]]:
    """Every fact by name."""
    for name in AS_THEY_ARE:
        yield name, read_json(folder / f"{name}.json")
    for server in SERVERS:
        for path in sorted((folder / server).glob("*.json")):
            yield f"{server}/{path.stem}", read_json(path)
    yield "shimmy/names", read_yaml(folder / "servers.yaml")["shimmy_discovery"]["name_vectors"]
    for name in ("orbit-runs", "orbit-runs-2"):
        yield name, runs(read_json(folder / f"{name}.json"))
    yield "sweep/bases", bases(read_json(folder / "sweep/bases.json"))
    yield "sweep/sweep", sweep(read_json(folder / "sweep/sweep.json"))
    yield "not-defects", [{"check": each["check"]} for each in read_json(folder / "not-defects.json")]
    yield "tables", {name: row.findall((folder / f"{name}.md").read_text("utf-8")) for name, row in TABLES.items()}
    yield "config-keys", config_keys(read_yaml(folder / "config-keys.yaml"))
    yield "sections", sections(read_yaml(folder / "sections.yaml"))
    for name in ("adapters", "inference-providers"):
        yield name, read_yaml(folder / f"{name}.yaml")
    yield "reports", reports(folder / "reports")
    for name in ("01-healthy-no-credentials", "02-sick-server", "03-admin", "05-production-no-openapi"):
        yield f"orbit-api/{name[3:]}", orbit_answers(read_json(folder / f"orbit-api/recordings/{name}.json"))
    intent = read_json(folder / "intent-files/cases.json")
    yield "intent-cases", intent_cases(intent)
    yield "intent-effects", intent["effects"]
    yield "orbit-api/reloads", orbit_reloads(read_json(folder / "orbit-api/recordings/04-reload-trials.json"))


def text_of(value: Any, depth: int = 2) -> str:
    """JSON with a line for each entry of the outer containers, so that a change shows as one line."""
    if depth and isinstance(value, dict) and value:
        return "{\n" + ",\n".join(f"{json.dumps(key)}: {text_of(each, depth - 1)}" for key, each in value.items()) + "\n}"
    if depth and isinstance(value, list) and value:
        return "[\n" + ",\n".join(text_of(each, depth - 1) for each in value) + "\n]"
    return json.dumps(value)


def write(name: str, value: Any, folder: Path) -> None:
    """Writes a fact, over what stood there in either form."""
    path = folder / f"{name}.json"
    packed = folder / f"{name}.json.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = text_of(value) + "\n"
    if len(content) > LARGE:
        packed.write_bytes(gzip.compress(content.encode(), mtime=0))
        path.unlink(missing_ok=True)
    else:
        path.write_text(content, "utf-8")
        packed.unlink(missing_ok=True)


def main() -> None:
    """Writes every fact anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the recorded facts")
    folder = parser.parse_args().folder
    for name, value in facts_of(folder):
        write(name, value, FACTS)


if __name__ == "__main__":
    main()
