"""Small configurations whose endpoints are doubles, and doctor run on them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from orbitcfg.commands.doctor.checkup import Checkup
from orbitcfg.commands.doctor.command import doctor
from orbitcfg.commands.doctor.request import Request
from orbitcfg.document.source import Span
from orbitcfg.files.store import Disk
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.probe import plan_probe
from orbitcfg.live.run import run_probes
from orbitcfg.observed.check import CheckResult, CheckState
from orbitcfg.observed.endpoint import ProbeTarget
from orbitcfg.observed.probe import ProbeResult
from orbitcfg.report.diagnostics import Diagnostic, Severity

_WRITE = re.compile(r"write `(?P<key>\w+): (?P<value>[^`]+)`")


@dataclass
class Setup:
    """A configuration in a folder: one provider, one adapter for each model."""

    folder: Path
    provider: str = "shimmy"
    block: Mapping[str, Any] = field(default_factory=dict)
    models: tuple[str | None, ...] = (None,)
    adapter: Mapping[str, Any] = field(default_factory=dict)
    port: int = 9

    def write(self) -> "Setup":
        """Writes the files; `port` 9 is one that nobody listens on."""
        config = self.folder / "config"
        config.mkdir(exist_ok=True)
        adapters = [
            {
                "name": f"chat-{number}",
                "enabled": True,
                "type": "passthrough",
                "datasource": "none",
                "adapter": "conversational",
                "implementation": "implementations.passthrough.conversational.ConversationalImplementation",
                "inference_provider": self.provider,
                **({"model": model} if model else {}),
                **self.adapter,
            }
            for number, model in enumerate(self.models)
        ]
        (config / "config.yaml").write_text(
            yaml.safe_dump(
                {
                    "import": ["inference.yaml", "adapters.yaml"],
                    "general": {"port": self.port, "inference_provider": self.provider},
                    "auth": {"default_admin_password": "${ORBIT_DEFAULT_ADMIN_PASSWORD:-of-a-test}"},
                    "embedding": {"enabled": False, "provider": "ollama"},
                }
            )
        )
        (config / "inference.yaml").write_text(yaml.safe_dump({"inference": {self.provider: {"enabled": True, **self.block}}}, sort_keys=False))
        (config / "adapters.yaml").write_text(yaml.safe_dump({"adapters": adapters}, sort_keys=False))
        return self

    def check(self, process: Mapping[str, str] | None = None, **request: Any) -> Checkup:
        """What doctor says, run in the folder; no engine stands in."""
        asked = Request(smoke="never", **request)
        return doctor(str(self.folder), asked, files=Disk(str(self.folder)), process=process or {})


def shimmy(folder: Path, url: str, model: str = "tiny-alpha", **more: Any) -> Setup:
    """Shimmy as the default provider, with one model."""
    return Setup(folder, "shimmy", {"base_url": url, "model": model, "max_tokens": 100, **more}).write()


def provider(folder: Path, name: str, url: str, model: str, **more: Any) -> Setup:
    """Another provider."""
    return Setup(folder, name, {"base_url": url, "model": model, **more}).write()


def probed(targets: Sequence[ProbeTarget], options: ProbeOptions = ProbeOptions()) -> tuple[ProbeResult, ...]:
    """What is seen of endpoints without a configuration."""
    results, interrupted = run_probes([plan_probe(target, options) for target in targets], options, 60.0, lambda _target, _check: None)
    assert not interrupted
    return results


def found(checkup: Checkup, least: Severity = Severity.WARNING) -> list[tuple[str, str]]:
    """Each finding's code and message, from a severity on."""
    return [(each.code, each.message) for each in checkup.report.diagnostics if each.severity >= least]


def codes(checkup: Checkup, least: Severity = Severity.WARNING) -> list[str]:
    """The codes of the findings."""
    return [code for code, _ in found(checkup, least)]


def only(checkup: Checkup) -> Diagnostic:
    """The one finding about servers above info."""
    [diagnostic] = [each for each in checkup.report.diagnostics if each.severity > Severity.INFO and each.code.startswith("ORB7")]
    return diagnostic


def states(checkup: Checkup) -> set[CheckState]:
    """How the checks ended."""
    return {check.state for check in checkup.checks}


def asked_of_models(checkup: Checkup) -> list[CheckResult]:
    """The rows before the endpoints, and theirs: those of what else ORBIT needs are the same for each configuration."""
    return [*checkup.before, *(row for result in checkup.results for row in result.checks)]


def is_clean(checkup: Checkup) -> bool:
    """Whether every row is ticked and nothing is found above info."""
    return states(checkup) == {CheckState.OK} and not found(checkup)


def apply(diagnostic: Diagnostic, folder: Path) -> None:
    """Does what the help says, to the letter: writes the key with its value at the line of the finding, or below its mapping."""
    remedy = _WRITE.search(diagnostic.help)
    assert remedy, diagnostic.help
    assert isinstance(diagnostic.place, Span)
    path = folder / diagnostic.place.source.name
    lines = path.read_text().splitlines()
    number = diagnostic.place.begins.line - 1
    indent = re.match(r"[\s-]*", lines[number])
    assert indent
    if re.match(rf"[\s-]*{remedy['key']}:", lines[number]):
        lines[number] = f"{indent[0]}{remedy['key']}: {remedy['value']}"
    else:
        lines = [line for line in lines if not re.match(rf"\s*{remedy['key']}:", line)]
        below = len(indent[0]) + (2 if lines[number].rstrip().endswith(":") else 0)
        lines.insert(number + 1, f"{' ' * below}{remedy['key']}: {remedy['value']}")
    path.write_text("\n".join(lines) + "\n")
