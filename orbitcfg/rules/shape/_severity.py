"""How bad it is that a value does not fit: what ORBIT does with it, and whether anything uses it."""

from orbitcfg.catalog.specs import Reaction
from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.switches import SWITCH, in_use
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Severity

_BY_EFFECT = {
    "will-not-start": Severity.ERROR,
    "adapter-unavailable": Severity.ERROR,
    "request-fails": Severity.ERROR,
    "no-sign-in": Severity.ERROR,
    "no-request": Severity.ERROR,
    "choice-fails": Severity.ERROR,
    "purpose-lost": Severity.ERROR,
    "misleads": Severity.ERROR,
    "service-off": Severity.ERROR,
    "silent": Severity.ERROR,
    "sent-as-is": Severity.WARNING,
    "default-used": Severity.WARNING,
    "ignored": Severity.WARNING,
    "warning": Severity.WARNING,
}


def severity_of(config: Config, path: KeyPath, reaction: Reaction | None) -> Severity:
    """The severity of a value at a path that ORBIT meets so; a warning where the catalogue does not say."""
    severity = _BY_EFFECT[reaction.effect] if reaction else Severity.WARNING
    if is_used(config, path):
        return severity
    return min(severity, Severity.WARNING if path[0] == "adapters" else Severity.INFO)


def is_used(config: Config, path: KeyPath) -> bool:
    """Whether anything that is switched on uses the value at a path."""
    if not in_use(config.tree, path if path[-1] == SWITCH else path[:-1]):
        return False
    if len(path) < 3:
        return True
    section = config.catalog.sections.get(str(path[0]))
    return section is None or section.holds is None or path[:2] in config.used_blocks


def consequence(reaction: Reaction | None) -> str:
    """What ORBIT then does, to follow a fact; empty where the catalogue does not say."""
    return f": {reaction.what}" if reaction and reaction.what else ""
