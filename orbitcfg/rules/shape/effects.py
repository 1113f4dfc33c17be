"""Keys that ORBIT does not act on."""

from collections.abc import Iterator
from sys import intern

from orbitcfg.catalog.rows import Row
from orbitcfg.catalog.sections import ADAPTERS
from orbitcfg.catalog.specs import KeySpec
from orbitcfg.document.tree import KeyPath, Node, Scalar, at
from orbitcfg.project.config import Config
from orbitcfg.project.later import came_with
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.deferred import completed, deferred
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.shape._dead import below_dead, is_dead, is_misplaced_section
from orbitcfg.rules.shape._moves import place_of, relocation

_MESSAGES = {
    "never-read": "ORBIT does not read `{key}` here",
    "no-effect": "ORBIT reads `{key}`, but it changes nothing",
    "log-only": "ORBIT only prints `{key}` at start-up",
    "report-only": "ORBIT only shows `{key}` in a status page",
}


def _relied_on(config: Config) -> Iterator[Finding]:
    """Those of the findings that are about safety."""
    for path, row in _dead_settings(config, "safety"):
        if _is_relied_on(row.spec):
            yield _known_finding(config, path, row)


@rule("ORB306", consequence=Consequence.WITHOUT_EFFECT, counted="settings without effect", graver=_relied_on)
def setting_without_effect(config: Config) -> Iterator[Finding]:
    """A setting has no effect.

    The key is a known one, but ORBIT never reads it, or does nothing with what it reads. It is a warning where a person may rely on it
    for safety.

    ```yaml bad
    security: {rate_limiting: {enabled: false}}
    inference: {shimmy: {enabled: true, base_url: "http://localhost:11435", model: m, top_k: 40}}
    ```

    ```yaml good
    inference: {shimmy: {enabled: true, base_url: "http://localhost:11435", model: m, top_p: 0.9}}
    ```
    """
    for path, row in _dead_settings(config, "effect"):
        yield _known_finding(config, path, row)


def _dead_settings(config: Config, word: str) -> Iterator[tuple[KeyPath, Row]]:
    """The keys that do nothing, of those whose row has a word."""
    for path, node, row, holder in config.rows_with(word):
        if is_dead(row) and not is_misplaced_section(config, path, holder) and not _is_null(node) and not below_dead(config, path):
            yield path, row


def _known_finding(config: Config, path: KeyPath, row: Row) -> Finding:
    """The finding, found again in an editor while all but the adapters is as it was: most settings without effect stand in blocks of providers."""
    memo, instead = config.catalog.memo, place_of(path, row.spec.instead) if row.spec.instead else ()
    if not memo.keeps or not config.orbit.is_newest or ADAPTERS in (path[0], *instead[:1]):
        return _finding(config, path, row.spec)
    demand = config.demand.of(path)
    return memo.kept((_finding, path, demand.kinds), (config.beside_adapters, row), lambda: completed(_finding(config, path, row.spec)))


def _is_relied_on(spec: KeySpec) -> bool:
    return spec.safety and not spec.is_traced_once


def _finding(config: Config, path: KeyPath, spec: KeySpec) -> Finding:
    # whoever relies on it for safety has less of a guard than is written
    consequence = Consequence.EXPOSED if _is_relied_on(spec) else Consequence.WITHOUT_EFFECT
    message, since = _MESSAGES[spec.effect or ""].format(key=path[-1]), came_with(config, path)
    why = f": it came with ORBIT {since}; this is {config.orbit.release}" if since else f": {spec.why.rstrip('.')}" if spec.why else ""
    # thousands of keys may be of one kind
    found = Finding(intern(message + why), path, "", consequence=consequence)
    return deferred(found, config.once(_Remedies), (path, spec), ("help",))


class _Remedies:
    """Works out what to do about the findings: there may be thousands, most of which are only counted."""

    def __init__(self, config: Config) -> None:
        self.config = config

    def __call__(self, subject: tuple[KeyPath, KeySpec]) -> dict[str, str]:
        (path, spec), config = subject, self.config
        since = came_with(config, path)
        return {"help": f"remove it, or update ORBIT to {since}" if since else _remedy(config, path, spec.instead)}


def _remedy(config: Config, path: KeyPath, instead: str | None) -> str:
    """What to do: a name beside it is written in its place, a key elsewhere gets what it holds, if it takes that."""
    if "check" in config.demand.of(path).kinds:
        return "leave it: without it ORBIT does not start"
    if not instead:
        return "remove it"
    target = place_of(path, instead)
    remedy = relocation(config, path, target)
    if remedy is None and is_dead(config.catalog.at(config.tree, target)):
        return "remove it"
    if remedy is None:
        return f"remove it: `{config.format_path(target)}` counts"
    return f"write `{target[-1]}` instead" if target[:-1] == path[:-1] and at(config.tree, target) is None else remedy


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None


RULES = (setting_without_effect,)
