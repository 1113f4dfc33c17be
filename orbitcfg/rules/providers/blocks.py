"""Blocks that ORBIT cannot make a provider of, and providers that never work."""

from collections.abc import Iterator

from orbitcfg.catalog.sections import ADAPTERS, preset_sections
from orbitcfg.catalog.specs import ApiKeySpec
from orbitcfg.document.events import PresetApplied, PresetMissing
from orbitcfg.document.tree import KeyPath, Mapping, Scalar, at
from orbitcfg.effective.providers import Provider
from orbitcfg.effective.realtime import REALTIME
from orbitcfg.effective.use import KEYLESS, Fault, Use
from orbitcfg.project.config import Config
from orbitcfg.project.later import came_with
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.report.verdict import NOT_STARTING, VARIABLE
from orbitcfg.rules._rule import rule
from orbitcfg.rules._services import loss_of
from orbitcfg.rules._variables import env_line
from orbitcfg.rules.providers._demanded import demanded


@rule("ORB401", consequence=Consequence.ADAPTER_FAILS)
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
    for fault, uses in config.once(_faults).items():
        if fault.state == KEYLESS or fault.is_about_key:
            use = uses[0]
            row = config.catalog.at(config.tree, use.block or ())
            spec = row.provider.api_key if row is not None else ApiKeySpec()
            variable = use.key_variable or next(iter(spec.env), None)
            # what an env file sets to nothing is nothing wherever ORBIT runs
            empty_at = given.place if variable and (given := config.environment[variable]) and not given.value else None
            decided = config.is_decided or variable is None or empty_at is not None
            if not decided and all(each.service == REALTIME for each in uses):
                # a voice is given its key by the vendor's variable as a rule, and no block says so
                continue
            consequence = _consequence(config, fault, uses)
            ending = NOT_STARTING if decided and consequence is Consequence.NO_START else ""
            why = f", and `{variable}` is {f'empty ({empty_at.label})' if empty_at else 'not set here'}" if variable else ""
            yield Finding(
                f"`{config.format_path(use.block or ())}` has no API key{why}{ending}",
                fault.path or use.block,
                _key_remedy(config, (*(use.block or ()), spec.key or "api_key"), variable),
                consequence=consequence,
                affects=_struck(uses),
                depends_on="" if decided else f"{VARIABLE}{variable}",
                explains=((*(use.block or ()), spec.key or "api_key"),),
            )


@rule("ORB402", consequence=Consequence.ADAPTER_FAILS)
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
    for provider in demanded(config):
        status = provider.row.provider.status
        if status in _BROKEN and _applies(provider):
            yield Finding(
                f"`{config.format_path(provider.path)}` does not work in this version of ORBIT: {provider.row.provider.status_why}",
                provider.path,
                "write `mode: api`, or name another provider" if status == "api_mode_only" else "name another provider",
                consequence=_BROKEN[status],
            )


@rule("ORB403", consequence=Consequence.ADAPTER_FAILS)
def provider_not_built(config: Config) -> Iterator[Finding]:
    """ORBIT cannot set up a provider that something uses.

    Every request to it then fails; for the default provider ORBIT does not even start. The same goes for an API key with a character that no header can carry, such as an
    invisible one that was copied along: ORBIT sets up the provider, and its client fails at each request.

    ```yaml bad
    # environment: OPENAI_API_KEY=sk-schlüssel
    general: {inference_provider: openai}
    inference: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: gpt-5.4-mini}}
    ```

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
    for fault, uses in config.once(_faults).items():
        block = uses[0].block or ()
        if fault.state == KEYLESS or fault.is_about_key or not _is_reported_here(config, block, fault):
            continue
        consequence = _consequence(config, fault, uses)
        fact = (
            f"ORBIT cannot set up the provider `{block[-1]}`: {fault.cause}"
            if fault.stops_build
            else f"requests to `{block[-1]}` fail: {fault.cause}"
        )
        path = fault.path or block
        yield Finding(
            fact + (NOT_STARTING if consequence is Consequence.NO_START else ""),
            env_line(config, fault.variable) or path,
            fault.remedy or _remedy(config, path),
            key=path,
            consequence=consequence,
            affects=_struck(uses),
        )


@rule("ORB404", consequence=Consequence.HYGIENE, severity=Severity.WARNING)
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
    for provider in config.providers:
        if provider.row.effect == "never-read" and provider.is_on and not _is_named(config, provider) and at(provider.node, ("enabled",)) is not None:
            instead, since = provider.row.spec.instead, came_with(config, provider.path)
            name = f"`{config.format_path(provider.path)}` is switched on, and"
            yield Finding(
                f"{name} came with ORBIT {since}; this is {config.orbit.release}" if since else f"{name} ORBIT has no class for it",
                provider.path,
                f"remove it, or update ORBIT to {since}" if since else f"write `{instead}`" if instead else "fix its name, or remove it",
            )


_BROKEN = {
    "broken_always": Consequence.ADAPTER_FAILS,
    "broken_streaming": Consequence.DEGRADED,
    "api_mode_only": Consequence.DEGRADED,
}


def _faults(config: Config) -> dict[Fault, list[Use]]:
    """What is wrong with the blocks that uses which are on are served by, each with those uses, in the order of the uses."""
    found: dict[Fault, list[Use]] = {}
    for use in config.uses:
        for fault in use.faults if use.is_on else ():
            if fault.state != "configured":
                found.setdefault(fault, []).append(use)
    return found


def _consequence(config: Config, fault: Fault, uses: list[Use]) -> Consequence:
    """What it comes to that the provider of these uses does not work: of the default the start ends where it cannot be made at all."""
    if fault.stops_build and any(use.is_default and not use.built for use in uses):
        return Consequence.NO_START
    return min((loss_of(config, use) for use in uses), key=lambda each: each.rank)


def _struck(uses: list[Use]) -> tuple[str, ...]:
    """The adapters, and the choices, whose uses these are; the default's own are those who take it."""
    return tuple(dict.fromkeys(str(use.adapter) for use in uses if use.adapter is not None))


def _is_named(config: Config, provider: Provider) -> bool:
    return config.demand.of(provider.path).state != "no"


def _applies(provider: Provider) -> bool:
    """Whether a partial breakage concerns the mode that the block works in."""
    return provider.row.provider.status != "api_mode_only" or provider.mode is None or provider.is_direct


def _is_reported_here(config: Config, block: KeyPath, fault: Fault) -> bool:
    """Whether no rule about values, nulls, missing keys, presets or addresses reports the fault already."""
    path: KeyPath = fault.path or block
    lacks_preset = any(event.block == block for event in config.events_of(PresetMissing))
    if lacks_preset or path == ("inferences",) or fault.is_told_elsewhere:
        return False
    # beside an endpoint that has its own (ORB430)
    if path[-1] == "model" and path[0] == ADAPTERS and at(config.tree, (*block, "endpoint_url")) is not None:
        return False
    node, row = at(config.tree, path), config.catalog.at(config.tree, path)
    if any(mismatch.path == path for mismatch in config.mismatches if mismatch.keyword != "required"):
        return row is not None and row.effect is not None
    if node is None:
        return not any((*mismatch.path, mismatch.wanted) == path for mismatch in config.mismatches if mismatch.keyword == "required")
    is_null = isinstance(node, Scalar) and node.value is None
    return not (is_null and row is not None and row.spec.null is not None and row.effect is None)


def _key_remedy(config: Config, path: KeyPath, variable: str | None) -> str:
    """How the key that belongs at a path is given."""
    if variable is None:
        return f"add `{path[-1]}`" if at(config.tree, path) is None else "give it a value"
    return f"set `{variable}`" + (f", or add `{path[-1]}`" if at(config.tree, path) is None else "")


def _remedy(config: Config, path: KeyPath) -> str:
    """What to write instead of a value that keeps the provider from being made."""
    node, row = at(config.tree, path), config.catalog.at(config.tree, path)
    if node is None:
        preset = next((event for event in config.events_of(PresetApplied) if event.block == path[:-1]), None)
        # beside `use_preset` it would be dropped
        return f"add `{path[-1]}`" + (f" under `{preset_sections()[str(preset.block[1])]}.{preset.preset}`" if preset else "")
    if row is not None and "object" in row.types and not isinstance(node, Mapping):
        return "write a mapping"
    return "give it a value"


RULES = (api_key_missing, broken_provider, provider_not_built, unregistered_provider)
