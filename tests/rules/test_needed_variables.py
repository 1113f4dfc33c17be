"""With `--strict-env` a variable is needed where a demanded value holds it, and nowhere else: over all recorded runs."""

from collections.abc import Iterator

import pytest

from orbitcfg.commands.compiled import compile_config
from orbitcfg.compile import InterpolationMode
from orbitcfg.document.events import PlaceholderUsed
from orbitcfg.files.store import Memory
from orbitcfg.lint.runner import run_rules
from orbitcfg.project.compiler import targets
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Severity
from orbitcfg.rules.environment.variables import unset_variable
from orbitcfg.settings.model import Settings
from tests.effective import runs


def called_needed(config: Config) -> set[str]:
    """The variables that are called needed, each in one error."""
    found = run_rules(config, (unset_variable,)).found
    assert all(each.severity is Severity.ERROR for each in found)
    names = [each.message.split("`")[1] for each in found]
    assert len(names) == len(set(names))
    return set(names)


def held(config: Config) -> Iterator[tuple[str, str]]:
    """Each variable that is not set and that a demanded value holds, with the value's key."""
    for event in config.events_of(PlaceholderUsed):
        name = event.substitution.name
        if event.substitution.source is None and name.isidentifier() and config.demand.of(event.path).is_demanded:
            yield name, config.format_path(event.path)


def looked_up(config: Config) -> set[str]:
    """The variables that ORBIT's providers look up by themselves for what is on."""
    found = (use for use in config.uses if use.is_on and use.state == "keyless" and use.block is not None)
    return {use.key_variable or "" for use in found if config.demand.of((*(use.block or ()), "api_key")).is_demanded}


def check_needed(config: Config) -> None:
    """Nothing more, and nothing less."""
    called, demanded = called_needed(config), set(held(config))
    assert called - {name for name, _ in demanded} - looked_up(config) == set()
    assert {(name, key) for name, key in demanded if name not in called} == set()
    assert looked_up(config) - called == set()


@pytest.mark.parametrize("name", ["orbit-runs", "orbit-runs-2"])
def test_in_recorded_runs(name: str) -> None:
    for run in runs.recording(name)["runs"]:
        check_needed(runs.config_of(run, name, strict_env=True))


TEXT = """\
general: {inference_provider: shimmy, port: "${PORT}"}
auth: {default_admin_password: "${PASSWORD}"}
inference:
  shimmy: {enabled: true, base_url: "${URL}", model: m}
  vllm: {enabled: false, base_url: "${VLLM}", model: m}
  openai: {enabled: true, model: m}
adapters:
  - {name: one, enabled: true, type: passthrough, datasource: none, adapter: conversational}
  - {name: two, enabled: true, type: passthrough, datasource: none, adapter: conversational, inference_provider: openai}
"""


def told(settings: Settings, mode: InterpolationMode) -> list[str]:
    """What the rule says of these files."""
    files = Memory({"/repo/config/config.yaml": TEXT.encode()})
    config = compile_config(files, targets(files, "/repo")[0], settings, mode, {})
    return [f"{each.severity.label} {each.affects}: {each.message}" for each in run_rules(config, (unset_variable,)).found]


def test_who_needs_a_variable_and_through_what() -> None:
    assert told(Settings(strict_env=True), InterpolationMode.ORBIT) == [
        "error None: `PORT` is not set, and ORBIT itself needs it (for `general.port`)",
        "error None: `PASSWORD` is not set, and ORBIT itself needs it (for `auth.default_admin_password`)",
        "error ('one',): `URL` is not set, and adapter `one` needs it (through `general.inference_provider`)",
        "error ('two',): `OPENAI_API_KEY` is not set, and adapter `two` needs it (through `adapters[two].inference_provider`)",
    ]


def test_without_which_orbit_does_not_start_comes_first() -> None:
    assert told(Settings(), InterpolationMode.UNKNOWN) == [
        "info None: 4 variables are not set here: `PORT`, without which ORBIT does not start; `PASSWORD`, without which ORBIT does not start; `URL` …"
    ]
