"""References that lead nowhere, to something switched off, or into another namespace."""

import re
from collections.abc import Iterator

from orbitcfg.catalog.specs import Reaction
from orbitcfg.document.source import Span
from orbitcfg.document.tree import KeyPath, Mapping, Scalar, Sequence, at
from orbitcfg.effective.references import Reference
from orbitcfg.effective.registry import DEFAULT
from orbitcfg.effective.targets import SKILL_NAME, Names, ReferenceTarget, TargetState
from orbitcfg.project.config import Config
from orbitcfg.project.later import came_with
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation
from orbitcfg.report.finding import Finding
from orbitcfg.report.verdict import NOT_STARTING
from orbitcfg.rules._fixes import replacement_fix, setting_fix
from orbitcfg.rules._rule import rule
from orbitcfg.rules.references._namespaces import Namesake, namesake_of
from orbitcfg.rules.references._site import consequence_at, is_followed
from orbitcfg.suggest import certain, choice_of, nearest

_LISTED = 8
"""So many names are proposed where none is similar."""

_WORDS = re.compile(r"[\W_]")
"""What stands between the words of a name."""


@rule("ORB501", consequence=Consequence.ADAPTER_FAILS, counted="names that nothing has")
def unknown_reference(config: Config) -> Iterator[Finding]:
    """A value names something that is not there.

    A provider that its section does not define or that ORBIT has no class for, a skill that no adapter has, a store of no known kind. ORBIT checks
    hardly any of it before a client's request comes; only a default inference provider that is not under `inference` ends the start.

    ```yaml bad
    # base: chat
    adapters: [{name: chat, inference_provider: shimy}]
    ```

    ```yaml good
    # base: chat
    adapters: [{name: chat, inference_provider: shimmy}]
    ```
    """
    for reference, target in config.once(_followed):
        if target.state is TargetState.UNSERVED or (target.state is TargetState.UNKNOWN and namesake_of(config, reference) is None):
            yield _unknown(config, reference, target)
    yield from _fallback(config)


@rule("ORB502", consequence=Consequence.ADAPTER_FAILS, counted="names of something switched off, by something switched off")
def disabled_reference(config: Config) -> Iterator[Finding]:
    """A value names something that is switched off.

    There are two or three switches for each service: the service's own, the provider's, the adapter's. For inference, vision, OCR, images and video a
    provider without `enabled` is off. Where both ends are off it is info.

    ```yaml bad
    # base: chat
    inference: {groq: {enabled: false, api_key: "${GROQ_API_KEY}", model: m}}
    adapters: [{name: chat, inference_provider: groq}]
    ```

    ```yaml good
    # base: chat
    inference: {groq: {enabled: true, api_key: "${GROQ_API_KEY}", model: m}}
    adapters: [{name: chat, inference_provider: groq}]
    ```
    """
    for reference, target in config.once(_followed):
        if target.state is TargetState.OFF and target.switch is not None:
            yield _off(config, reference, target, target.switch)


@rule("ORB503", consequence=Consequence.ADAPTER_FAILS, counted="names of another kind of thing")
def name_of_another_kind(config: Config) -> Iterator[Finding]:
    """A value names something of another kind than is meant there.

    A preset where a provider belongs, an adapter where its skill belongs, an inference provider where one for embeddings belongs. ORBIT looks the name
    up in one place only.

    ```yaml bad
    # base: docs
    llama_cpp_presets: {gemma-embed: {model_path: gguf/embed.gguf}}
    adapters: [{name: docs, embedding_provider: gemma-embed}]
    ```

    ```yaml good
    # base: docs
    adapters: [{name: docs, embedding_provider: ollama}]
    ```
    """
    for reference, target in config.once(_followed):
        if target.state in (TargetState.UNKNOWN, TargetState.OTHER_TYPE):
            namesake = namesake_of(config, reference)
            if namesake is not None:
                yield _another_kind(config, reference, namesake)


def _followed(config: Config) -> tuple[tuple[Reference, ReferenceTarget], ...]:
    """The references that ORBIT follows and that lead to nothing that works, with what they lead to.

    Where a file could not be read, what is not there may stand in it, so of such only slips for what is there are judged.
    """
    return tuple(
        (reference, target)
        for reference in config.references
        if not _names_preset(config, reference)
        if (target := config.targets.of(reference)).state is not TargetState.FOUND
        if target.path is not None
        or config.is_whole
        or (target.state is TargetState.UNKNOWN and _meant(reference.name, config.targets.names(reference)))
        if is_followed(config, reference)
    )


def _names_preset(config: Config, reference: Reference) -> bool:
    """Whether the name is that of a preset, of which the load itself tells."""
    section = config.catalog.sections.get(str(reference.sections[0][0]))
    return section is not None and section.holds == "presets"


def _unknown(config: Config, reference: Reference, target: ReferenceTarget) -> Finding:
    reaction = _reaction(reference, unserved=target.state is TargetState.UNSERVED)
    unserved = target.state is TargetState.UNSERVED or (reference.spec.values is not None and reference.spec.key is None)
    since = _came_with(config, reference) if unserved else None
    names = {name: paths for name, paths in config.targets.names(reference).items() if name != reference.name}
    meant = None if since else _meant(reference.name, names)
    without_class = f"which came with ORBIT {since}; this is {config.orbit.release}" if since else "which ORBIT has no class for"
    where = without_class if unserved else _undefined(reference)
    unread = unread_place(config, reference)
    message = f"{_says(config, reference)} `{reference.name}`, {where}: {reaction.what}"
    if unread is not None:
        return Finding(
            message,
            reference.path,
            f"import `{unread.source.name}`, which has it",
            value=True,
            consequence=consequence_at(config, reference, reaction),
            blames=_missing(reference),
            related=(Annotation(unread, "it is here, in a file that nothing imports"),),
        )
    is_slip = meant is not None and certain(reference.name, names) == meant
    return Finding(
        message,
        reference.path,
        (f"update ORBIT to {since}, or " if since else "") + (f"write `{meant}`" if meant else _hint(reference, names)),
        value=True,
        consequence=consequence_at(config, reference, reaction),
        # a slip is none of a file that is lost
        blames=None if is_slip else _missing(reference),
        related=_near(config, names[meant][-1]) if meant else _alike_unread(config, reference),
        fix=replacement_fix(config, reference.path, reference.name, meant, safe=is_slip) if meant else None,
    )


def _came_with(config: Config, reference: Reference) -> str | None:
    """The release that what is named came with; None where that is not why ORBIT has no class for it."""
    since = (came_with(config, (*section, reference.name)) for section in reference.sections)
    return next(filter(None, since), None) or config.knowledge.value_came_with(reference.name)


def _off(config: Config, reference: Reference, target: ReferenceTarget, switch: KeyPath) -> Finding:
    reaction = _reaction(reference, unserved=True)
    missing = at(config.tree, switch) is None
    because = f"`{config.format_path(switch)}` is missing, and counts as off" if missing else f"`{config.format_path(switch)}` is off"
    unread = unread_place(config, reference) if target.path is None else None
    if unread is not None:
        related: tuple[Annotation, ...] = (Annotation(unread, "it is here, in a file that nothing imports"),)
    elif target.path is not None:
        related = (Annotation(config.locate(switch), "switched on nowhere here" if missing else "switched off here"),)
    else:
        related = ()
    return Finding(
        f"{_says(config, reference)} `{reference.name}`, which is disabled ({because}): {reaction.what}",
        reference.path,
        f"import `{unread.source.name}`, which has it" if unread else f"write `{config.format_path(switch)}: true`, or name another",
        value=True,
        consequence=consequence_at(config, reference, reaction),
        # both ends switched off together is no fault
        dormant=True,
        blames=_missing(reference) if unread else switch,
        shares_cause=unread is None,
        related=related,
        fix=None if unread else setting_fix(config, switch, True),
    )


def _fallback(config: Config) -> Iterator[Finding]:
    """The provider that ORBIT takes where none is named, and that is not there either."""
    default = config.uses[0] if config.tree.entries and config.is_whole else None
    named = default.provider.value if default is not None and default.state == "unknown" and at(config.tree, DEFAULT) is None else None
    if named is not None:
        yield Finding(
            f"there is no `{config.format_path(DEFAULT)}`, and `inference` does not define `{named}`, which is then taken{NOT_STARTING}",
            DEFAULT,
            f"add `{DEFAULT[-1]}:`",
            consequence=Consequence.NO_START,
            blames=("inference", named),
        )


def _another_kind(config: Config, reference: Reference, namesake: Namesake) -> Finding:
    reaction = _reaction(reference, unserved=False)
    return Finding(
        f"{_says(config, reference)} `{reference.name}`, which is {namesake.kind} and not {namesake.wanted}: {reaction.what}",
        reference.path,
        f"write `{namesake.meant}`" if namesake.meant else f"name {namesake.wanted}",
        value=True,
        consequence=consequence_at(config, reference, reaction),
        blames=_missing(reference),
        related=(Annotation(config.locate(namesake.path), "this has the name"),),
        fix=replacement_fix(config, reference.path, reference.name, namesake.meant, safe=False) if namesake.meant else None,
    )


def _missing(reference: Reference) -> KeyPath:
    """What would have the name, if it were there."""
    return (*reference.sections[0], *(reference.spec.key or ()), reference.name)


def unread_place(config: Config, reference: Reference) -> Span | None:
    """Where the name stands in a file that nothing imports; None where no such file has it."""
    return next((place for place, name in _unread_names(config, reference) if name == reference.name), None)


def _unread_names(config: Config, reference: Reference) -> Iterator[tuple[Span, str]]:
    """The names of the reference's kind in files that nothing imports, each with its place."""
    for orphan in config.graph.orphans:
        for section in reference.sections:
            node = at(orphan.document.root, section)
            for name, entry in node.entries.items() if isinstance(node, Mapping) else ():
                if isinstance(name, str):
                    yield entry.key_span, name
            for item in node.items if isinstance(node, Sequence) and reference.spec.key is not None else ():
                named = at(item, reference.spec.key or ())
                if isinstance(named, Scalar) and isinstance(named.value, str):
                    yield named.span, named.value


def _reaction(reference: Reference, *, unserved: bool) -> Reaction:
    """What ORBIT does: of its own kind where a block of that name is there."""
    return reference.spec.off if unserved and reference.spec.off is not None else reference.spec.reaction


def _says(config: Config, reference: Reference) -> str:
    """Who names it: `adapter ... names`."""
    adapter = config.adapter_at(reference.path) if len(reference.path) > 2 else None
    key = next((part for part in reversed(reference.path) if isinstance(part, str)), "")
    if adapter is None:
        keys = reference.path[:-1] if isinstance(reference.path[-1], int) else reference.path
        return f"`{config.format_path(keys)}` names"
    return f"adapter `{adapter.name}`: `{key}` names"


def _undefined(reference: Reference) -> str:
    """Where the name is not, to follow it."""
    section = " and ".join(f"`{'.'.join(map(str, each))}`" for each in reference.sections)
    if reference.spec.key is None:
        return f"which {section} does not define"
    return "which no adapter offers as a skill" if reference.spec.key == SKILL_NAME else f"which has no entry in {section}"


def _meant(name: str, names: Names) -> str | None:
    same = next((each for each in names if each.lower() == name.lower()), None)
    return same or nearest(name, names)


def _hint(reference: Reference, names: Names) -> str:
    if names:
        return f"write {choice_of(names, most=_LISTED)}"
    if reference.spec.key == SKILL_NAME:
        return "write it as `skill_name`, beside `expose_as_skill: true`, in the `capabilities` of the adapter that is to offer it"
    section = " or ".join(f"`{'.'.join(map(str, each))}`" for each in reference.sections)
    entry = f"`{reference.name}:`" if reference.spec.key is None else f"an entry with `{'.'.join(map(str, reference.spec.key))}: {reference.name}`"
    return f"add {entry} under {section}"


def _alike_unread(config: Config, reference: Reference) -> tuple[Annotation, ...]:
    """Where a file that nothing imports has a name like it: one of its words."""
    words = {word for word in _WORDS.split(reference.name.lower()) if word}
    for place, name in _unread_names(config, reference):
        if len(words) > 1 and name.lower() in words:
            return (Annotation(place, f"is `{name}` meant? Nothing imports this file"),)
    return ()


def _near(config: Config, path: KeyPath) -> tuple[Annotation, ...]:
    return (Annotation(config.locate(path), "did you mean this one?"),) if path and at(config.tree, path) is not None else ()


RULES = (unknown_reference, disabled_reference, name_of_another_kind)
