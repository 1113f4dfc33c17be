"""For people and for ORBIT: the configuration as YAML, with the place of each value behind it where that is wanted."""

from collections.abc import Iterator

from orbitcfg.commands.resolve.result import Resolution
from orbitcfg.document.tree import FromPreset, Interpolated, Mapping, Node, Origin, Sequence
from orbitcfg.document.yaml_writer import annotated_yaml, to_yaml
from orbitcfg.report.style import Style


def render(resolution: Resolution, style: Style) -> str:
    """The configuration as YAML that `yaml.safe_load` reads back as it is."""
    text = resolution.of_printable(to_yaml, show_secrets=style.show_secrets)
    tree = resolution.tree
    return text if tree is None or not style.annotate else annotated_yaml(text, lambda path: origin_label(tree, path))


def origin_label(tree: Node, positions: tuple[int, ...]) -> str:
    """Where a leaf was written, and which variable or preset made it: `config/inference.yaml:258 ${MODEL}`.

    `positions` leads to the leaf by the positions of keys in their mappings, not by the keys.
    """
    node = tree
    for position in positions:
        match node:
            case Mapping(entries=entries):
                node = list(entries.values())[position].node
            case Sequence(items=items):
                node = items[position]
    return " ".join([node.span.label, *_makers(node.origin)])


def _makers(origin: Origin) -> Iterator[str]:
    """What made a value that is not simply written."""
    for step in origin.steps:
        match step:
            case Interpolated(substitutions=substitutions):
                for each in substitutions:
                    yield f"${{{each.label}}}" + ("" if each.is_set else f" {each.source or 'unset'}")
            case FromPreset(preset=preset):
                yield f"preset {preset}"
