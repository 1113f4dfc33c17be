"""Names that exist, but as something else."""

from collections.abc import Iterator

from orbitcfg.catalog.specs import SectionSpec
from orbitcfg.dataclass import dataclass
from orbitcfg.document.tree import KeyPath, at, value_at
from orbitcfg.effective.adapters import Adapter
from orbitcfg.effective.references import Reference
from orbitcfg.effective.targets import SKILL_NAME, TargetState
from orbitcfg.project.config import Config

_SKILL = ("capabilities", "skill_name")


@dataclass(frozen=True, slots=True)
class Namesake:
    """What has the name: its kind, the kind that was wanted, its place, and the name that seems to be meant."""

    kind: str
    wanted: str
    path: KeyPath
    meant: str | None = None


def namesake_of(config: Config, reference: Reference) -> Namesake | None:
    """Something else of that name; None where there is none."""
    section = reference.sections[0]
    target = config.targets.of(reference)
    if target.state is TargetState.OTHER_TYPE and target.path is not None:
        wanted = " or ".join(f"`{each}`" for each in reference.spec.types)
        return Namesake(f"an adapter of type `{value_at(config.tree, (*target.path, 'type'))}`", f"one of type {wanted}", (*target.path, "type"))
    if section == ("adapters",):
        return _adapter_or_skill(config, reference)
    row = config.catalog.at(None, section)
    wanted = (row.section.entry if row is not None else "") or "a name of that kind"
    for path, spec in _defining(config, reference.name):
        if path[:1] not in reference.sections:
            values = reference.spec.values
            return Namesake(spec.entry, wanted, path, spec.presets_of if values is None or spec.presets_of in values else None)
    return None


def _defining(config: Config, name: str) -> Iterator[tuple[KeyPath, SectionSpec]]:
    """The blocks of that name, those of presets first, with what the catalogue says of their sections."""
    blocks = ((section, spec) for section, spec in config.catalog.sections.items() if spec.holds)
    for section, spec in sorted(blocks, key=lambda each: each[1].holds != "presets"):
        if at(config.tree, (section, name)) is not None:
            yield (section, name), spec


def _adapter_or_skill(config: Config, reference: Reference) -> Namesake | None:
    """A skill named by its adapter, or an adapter by its skill."""
    by_name, by_skill = config.once(_by_name_and_skill)
    if reference.spec.key == SKILL_NAME:
        adapter = by_name.get(reference.name)
        return Namesake("an adapter", "a skill", (*adapter.path, "name"), adapter.text(*_SKILL)) if adapter else None
    adapter = by_skill.get(reference.name)
    return Namesake("a skill", "an adapter", (*adapter.path, *_SKILL), adapter.name or None) if adapter else None


def _by_name_and_skill(config: Config) -> tuple[dict[str, Adapter], dict[str, Adapter]]:
    """The first adapter of each name, and the first with each skill."""
    last_to_first = tuple(reversed(config.adapters))
    skilled = ((adapter.text(*_SKILL), adapter) for adapter in last_to_first)
    return {adapter.name: adapter for adapter in last_to_first}, {skill: adapter for skill, adapter in skilled if skill}
