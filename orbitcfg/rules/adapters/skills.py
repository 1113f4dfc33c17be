"""Skills: what adapters expose to each other."""

from collections.abc import Iterator

from orbitcfg.document.tree import Scalar, Sequence, child
from orbitcfg.effective.adapters import GENERATORS, Adapter, known_types
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule

_ROUTED = GENERATORS | {"fetch"}


@rule("ORB519", consequence=Consequence.CHOICE_FAILS)
def skill_without_name(config: Config) -> Iterator[Finding]:
    """An adapter is exposed as a skill, and has no `skill_name`.

    It is listed under the adapter's name, and calling that name fails.

    ```yaml bad
    # base: chat
    adapters: [{name: chat, capabilities: {expose_as_skill: true}}]
    ```

    ```yaml good
    # base: chat
    adapters: [{name: chat, capabilities: {expose_as_skill: true, skill_name: Chat}}]
    ```
    """
    for adapter in config.adapters:
        if _is_exposed(adapter) and not adapter.has("capabilities", "skill_name"):
            yield Finding(
                f"adapter `{adapter.name}` is exposed as a skill without a `skill_name`: nobody can call it",
                (*adapter.path, "capabilities", "expose_as_skill"),
                "add `skill_name:`",
            )


@rule("ORB520", consequence=Consequence.DIFFERENT)
def skill_name_twice(config: Config) -> Iterator[Finding]:
    """Two adapters that are on expose one skill name.

    The first one in order answers; nobody reaches the second. Names count exactly, capitals too.

    ```yaml bad
    # base: chat talk
    adapters:
      - {name: chat, capabilities: {expose_as_skill: true, skill_name: Chat}}
      - {name: talk, capabilities: {expose_as_skill: true, skill_name: Chat}}
    ```

    ```yaml good
    # base: chat talk
    adapters:
      - {name: chat, capabilities: {expose_as_skill: true, skill_name: Chat}}
      - {name: talk, capabilities: {expose_as_skill: true, skill_name: Talk}}
    ```
    """
    seen: dict[str, Adapter] = {}
    for adapter in config.adapters:
        skill = adapter.text("capabilities", "skill_name")
        if skill is None or not adapter.is_on or not _is_exposed(adapter):
            continue
        other = seen.setdefault(skill, adapter)
        if other is not adapter and other.name != adapter.name:
            yield Finding(
                f"two adapters offer the skill `{skill}`, and `{other.name}` answers",
                (*adapter.path, "capabilities", "skill_name"),
                "give one of them another name",
                value=True,
                related=(Annotation(config.locate((*other.path, "capabilities", "skill_name")), "the first one"),),
            )


@rule("ORB521", consequence=Consequence.DIFFERENT)
def skill_never_chosen(config: Config) -> Iterator[Finding]:
    """A skill is offered for automatic choice, and is of a kind that is never chosen so.

    ORBIT routes by itself to generators, to `fetch`, and to adapters with `web_search` alone. Calling such a skill by its name works.

    ```yaml bad
    # base: chat talk docs
    skill_routing: {auto_detect: true}
    adapters:
      - {name: chat, capabilities: {auto_skill_routing: true, auto_routable_skills: [Talk]}}
      - {name: talk, capabilities: {expose_as_skill: true, skill_name: Talk}}
    ```

    ```yaml good
    # base: chat talk docs
    skill_routing: {auto_detect: true}
    adapters:
      - {name: chat, capabilities: {auto_skill_routing: true, auto_routable_skills: [Fetch]}}
      - {name: talk, type: fetch, capabilities: {expose_as_skill: true, skill_name: Fetch}}
    ```
    """
    exposed = {
        adapter.text("capabilities", "skill_name"): adapter
        # from the last to the first: of two skills of one name the first answers (adapters §2)
        for adapter in reversed([*config.adapters])
        if _is_exposed(adapter) and adapter.is_on
    }
    for adapter in config.adapters:
        listed = child(child(adapter.node, "capabilities"), "auto_routable_skills")
        for index, item in enumerate(listed.items if isinstance(listed, Sequence) else ()):
            meant = exposed.get(item.value) if isinstance(item, Scalar) and isinstance(item.value, str) else None
            if meant is not None and meant.kind in known_types(config.catalog) - _ROUTED and not meant.enables("web_search"):
                yield Finding(
                    f"the skill `{meant.text('capabilities', 'skill_name')}` is of type `{meant.kind}`, which is never chosen automatically",
                    (*adapter.path, "capabilities", "auto_routable_skills", index),
                    "remove it from the list",
                    value=True,
                )


def _is_exposed(adapter: Adapter) -> bool:
    return adapter.enables("expose_as_skill")


RULES = (skill_without_name, skill_name_twice, skill_never_chosen)
