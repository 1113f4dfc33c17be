"""Every provider at a glance: on, off, not there; who uses it; and whether its server is reachable from here."""

import os
from collections.abc import Iterable, Iterator, Mapping

from orbitcfg.catalog.specs import LOCAL
from orbitcfg.commands.compiled import compile_config, whole_target
from orbitcfg.commands.doctor.planning import endpoints_for
from orbitcfg.commands.doctor.request import EndpointFilter, Request
from orbitcfg.commands.doctor.subject import subject_of
from orbitcfg.commands.providers.usage import DEFAULT
from orbitcfg.commands.use.block import known_providers, usual_address
from orbitcfg.commands.use.models import chat_models, list_models
from orbitcfg.commands.use.result import ProviderList, ProviderState
from orbitcfg.compile import InterpolationMode
from orbitcfg.dataclass import replace
from orbitcfg.effective.block import SECTION
from orbitcfg.effective.service import INFERENCE
from orbitcfg.files.store import Disk, Files
from orbitcfg.live.location import location_of
from orbitcfg.observed.endpoint import ProbeTarget
from orbitcfg.observed.probe import ProbeResult
from orbitcfg.project.compiler import Path
from orbitcfg.project.config import Config
from orbitcfg.settings.model import Settings


def provider_list(
    path: Path | None = None, settings: Settings = Settings(), *, files: Files | None = None, process: Mapping[str, str] | None = None
) -> ProviderList:
    """Every provider that ORBIT has a class for; servers on this machine are asked for their models, and no others. Raises UsageError where there is no configuration."""
    files, process = files or Disk(), os.environ if process is None else process
    config = compile_config(files, whole_target(files, path, settings.roots), settings, InterpolationMode.ORBIT, process)
    states = [_state(config, name) for name in known_providers(config.catalog)]
    absent = [each for each in states if each.switch == "absent" and each.url is not None]
    seen = _seen((*_configured(config), *_usual(absent, config, settings, files, process)))
    ranked = sorted(
        (_with(state, seen.get(state.name)) for state in states), key=lambda each: (not each.users, ("on", "off", "absent").index(each.switch))
    )
    return ProviderList(config.graph.root.source.name, tuple(ranked))


def servers_here(settings: Settings, files: Files, process: Mapping[str, str]) -> tuple[ProviderState, ...]:
    """The providers whose servers answer at their usual places on this machine, those with models to chat with first."""
    config = subject_of(None, Request(EndpointFilter(providers=("openai",)), url="http://localhost"), settings, files, process).config
    states = [replace(_state(config, name), switch="absent") for name in known_providers(config.catalog)]
    seen = _seen(_usual([each for each in states if each.url is not None], config, settings, files, process))
    found = [_with(each, seen.get(each.name)) for each in states]
    return tuple(sorted((each for each in found if each.reachable), key=lambda each: not each.models))


def _state(config: Config, name: str) -> ProviderState:
    block = next((each for each in config.providers if each.path == (SECTION, name)), None)
    row = known_providers(config.catalog)[name]
    rows = [use for use in config.uses if use.service == INFERENCE and use.is_on and use.provider.value == name]
    users = tuple(
        dict.fromkeys(DEFAULT if use.adapter is None else str(use.adapter) for use in rows if use.adapter is None or use.adapter.entry is None)
    )
    return ProviderState(name, "absent" if block is None else "on" if block.is_on else "off", usual_address(config.catalog, row), users=users)


def _configured(config: Config) -> Iterator[ProbeTarget]:
    """The endpoints of the blocks that there are."""
    yield from endpoints_for(config, Request(EndpointFilter(services=(INFERENCE,), every=True))).targets if _has_rows(config) else ()


def _has_rows(config: Config) -> bool:
    return any(use.service == INFERENCE for use in config.uses)


def _usual(absent: Iterable[ProviderState], config: Config, settings: Settings, files: Files, process: Mapping[str, str]) -> Iterator[ProbeTarget]:
    """The endpoints of providers at their usual addresses on this machine."""
    rows = known_providers(config.catalog)
    for each in absent:
        if each.url is not None and location_of(each.url, rows[each.name].provider, config.catalog) == LOCAL:
            request = Request(EndpointFilter(providers=(each.name,)), url=each.url)
            yield from endpoints_for(subject_of(None, request, settings, files, process).config, request).targets


def _seen(targets: Iterable[ProbeTarget]) -> dict[str, ProbeResult]:
    """What the servers on this machine say, by provider."""
    local = tuple(each for each in targets if each.location == LOCAL and each.models_path is not None)
    return {provider: result for result in list_models(local) for provider in result.target.providers}


def _with(state: ProviderState, seen: ProbeResult | None) -> ProviderState:
    if seen is None:
        return state
    return replace(state, url=seen.target.shown_url, reachable=seen.model_list.models is not None, models=chat_models(seen))
