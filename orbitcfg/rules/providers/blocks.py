"""Blocks that ORBIT cannot make a provider of, and providers that never work."""

from collections.abc import Iterator

from orbitcfg.catalog.specs import MODE_DIRECT
from orbitcfg.document.events import PresetMissing
from orbitcfg.document.tree import KeyPath, Mapping, Scalar, at, value_at
from orbitcfg.effective.faults import Fault
from orbitcfg.effective.outcome import Outcome
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.providers._provider_blocks import ProviderBlock, is_default, provider_blocks, stops_start, used_inference


@rule("ORB401", severity=Severity.ERROR)
def api_key_missing(config: Config) -> Iterator[Finding]:
    """A provider that something uses needs an API key, and none is given.

    It is an error where no variable can give the key, or with `--strict-env` where none does. Otherwise ORBIT's environment may hold it (warning).

    ```yaml bad
    general: {inference_provider: ollama_cloud}
    inference: {ollama_cloud: {enabled: true, model: "gpt-oss:20b"}}
    ```

    ```yaml good
    general: {inference_provider: ollama_cloud}
    inference: {ollama_cloud: {enabled: true, api_key: "${OLLAMA_CLOUD_API_KEY}", model: "gpt-oss:20b"}}
    ```
    """
    for outcome in used_inference(config):
        if outcome.key.is_missing:
            spec = outcome.block.row.provider.api_key
            path = (*outcome.block.path, spec.key) if spec.key else outcome.block.path
            variable = next(iter(spec.env), None)
            decided = config.strict_env or variable is None
            ending = ", so ORBIT does not start" if decided and stops_start(config, outcome.block.path) else ""
            yield Finding(
                f"`{config.format_path(outcome.block.path)}` has no API key{f', and `{variable}` is not set here' if variable else ''}{ending}",
                path,
                f"set `{variable}`, or write `{spec.key or 'api_key'}`" if variable else f"write `{spec.key or 'api_key'}`",
                severity=Severity.ERROR if decided else Severity.WARNING,
            )


@rule("ORB402", severity=Severity.ERROR)
def broken_provider(config: Config) -> Iterator[Finding]:
    """A provider is used that does not work in this version of ORBIT.

    An error where it never works, a warning where it works in part only.

    ```yaml bad
    general: {inference_provider: zai}
    inference: {zai: {enabled: true, api_key: "${ZAI_API_KEY}", model: glm-4.6}}
    ```

    ```yaml good
    general: {inference_provider: openai}
    inference: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: gpt-5.4-mini}}
    ```
    """
    for block in provider_blocks(config):
        status = block.row.provider.status
        if block.is_used and block.is_on and status in _BROKEN and _applies(block):
            yield Finding(
                f"`{config.format_path(block.path)}` does not work in this version of ORBIT: {block.row.provider.status_why}",
                block.path,
                "name another provider",
                severity=_BROKEN[status],
            )


@rule("ORB403", severity=Severity.ERROR)
def provider_not_built(config: Config) -> Iterator[Finding]:
    """ORBIT cannot make a provider of a block that something uses.

    Every request to it then fails; for the default provider ORBIT does not even start.

    ```yaml bad
    general: {inference_provider: anthropic}
    inference: {anthropic: {enabled: true, api_key: "${ANTHROPIC_API_KEY}", model: claude-sonnet-4-5, timeout: 30}}
    ```

    ```yaml bad
    general: {inference_provider: ollama}
    inference: {ollama: {enabled: true, base_url: "http://localhost:11434"}}
    ```

    ```yaml good
    general: {inference_provider: ollama}
    inference: {ollama: {enabled: true, base_url: "http://localhost:11434", model: "llama3.2:3b"}}
    ```
    """
    for outcome in used_inference(config):
        severity = _not_built_severity(config, outcome.block.path)
        for fault in outcome.faults if severity else ():
            if fault.stops_build and not outcome.key.is_missing and _is_reported_here(config, outcome, fault):
                yield Finding(
                    f"ORBIT cannot make the provider `{outcome.block.path[1]}`: {fault.cause}"
                    + (", so ORBIT does not start" if stops_start(config, outcome.block.path) else ""),
                    fault.path or outcome.block.path,
                    _remedy(config, fault.path or outcome.block.path),
                    severity=severity,
                )


@rule("ORB404", severity=Severity.WARNING)
def unregistered_provider(config: Config) -> Iterator[Finding]:
    """A provider is switched on that ORBIT has no class for.

    Its block is never used, whatever it says. It may still be shown in lists of models.

    ```yaml bad
    inference: {vertex: {enabled: true, model: gemini-2.5-pro}}
    ```

    ```yaml good
    inference: {vertexai: {enabled: true, model: gemini-2.5-pro}}
    ```
    """
    for block in provider_blocks(config):
        if block.row.effect == "never-read" and block.is_on and not block.is_used and at(block.node, ("enabled",)) is not None:
            instead = block.row.spec.instead
            yield Finding(
                f"`{config.format_path(block.path)}` is switched on, and ORBIT has no class for it",
                block.path,
                f"write `{instead}`" if instead else "mend its name, or remove it",
            )


def _not_built_severity(config: Config, path: KeyPath) -> Severity | None:
    """An error where an object of some use cannot be built. Where adapters bring what the block lacks, the default alone depends on the load order."""
    uses = [use for use in config.uses if use.block == path and use.enabled]
    if not uses or any(not use.built for use in uses):
        return Severity.ERROR
    return Severity.WARNING if is_default(config, path) else None


_BROKEN = {"broken_always": Severity.ERROR, "broken_streaming": Severity.WARNING, "api_mode_only": Severity.WARNING}


def _applies(block: ProviderBlock) -> bool:
    """Whether a partial breakage concerns the mode that the block works in."""
    modes = block.row.provider.modes
    return block.row.provider.status != "api_mode_only" or modes is None or value_at(block.node, (modes.key,)) in (None, MODE_DIRECT)


def _is_reported_here(config: Config, outcome: Outcome, fault: Fault) -> bool:
    """Whether no rule about values, nulls, missing keys or presets reports the fault already."""
    path: KeyPath = fault.path or outcome.block.path
    lacks_preset = any(event.block == outcome.block.path for event in config.events_of(PresetMissing))
    if lacks_preset or path == ("inferences",):
        return False
    node, row = at(config.tree, path), config.catalog.at(config.tree, path)
    if any(mismatch.path == path for mismatch in config.mismatches if mismatch.keyword != "required"):
        return row is not None and row.effect is not None
    if node is None:
        return not any((*mismatch.path, mismatch.wanted) == path for mismatch in config.mismatches if mismatch.keyword == "required")
    is_null = isinstance(node, Scalar) and node.value is None
    return not (is_null and row is not None and row.spec.null is not None and row.effect is None)


def _remedy(config: Config, path: KeyPath) -> str:
    """What to write instead of a value that keeps the provider from being made."""
    node, row = at(config.tree, path), config.catalog.at(config.tree, path)
    if node is None:
        return f"add `{path[-1]}`"
    if row is not None and "object" in row.types and not isinstance(node, Mapping):
        return "write a mapping"
    return "give it a value"


RULES = (api_key_missing, broken_provider, provider_not_built, unregistered_provider)
