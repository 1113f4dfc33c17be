"""Values that get lost when files are merged."""

from collections.abc import Iterator

from orbitcfg.document.events import Loss, ValueLost
from orbitcfg.document.tree import Mapping, Node, Scalar, Sequence
from orbitcfg.masking.values import masked_value
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation, Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule


@rule("ORB121", consequence=Consequence.HYGIENE, severity=Severity.WARNING, counted="values that lose to an earlier one")
def value_overridden(config: Config) -> Iterator[Finding]:
    """A value loses, without a word, to one that stands in an earlier file.

    ORBIT keeps what is there: the main file beats its imports, an earlier import a later one. A value that loses to another
    import is a warning; one that the main file overrides may well be meant (info).

    ```yaml bad
    # file: config/example.yaml
    import: [a.yaml, b.yaml]
    # file: config/a.yaml
    reranker: {provider: cohere}
    # file: config/b.yaml
    reranker: {provider: jina}
    ```

    ```yaml good
    # file: config/example.yaml
    import: [a.yaml]
    # file: config/a.yaml
    reranker: {provider: cohere}
    ```
    """
    for event in _lost(config, Loss.SCALAR):
        by_root = event.kept_key.source is config.graph.root.source
        yield Finding(
            f"`{config.format_path(event.path)}` is {_shown(event, event.kept)}: {_shown(event, event.lost)} in `{event.lost_key.source.name}` is ignored",
            event.kept_key if by_root else event.lost_key,
            "remove the value that is not meant",
            key=event.path,
            severity=Severity.INFO if by_root else Severity.WARNING,
            related=(Annotation(event.lost_key, "ignored"),) if by_root else (Annotation(event.kept_key, "this one counts: it is read first"),),
        )


@rule("ORB122", consequence=Consequence.MISLEADS)
def merge_mismatch(config: Config) -> Iterator[Finding]:
    """Two files give different kinds of value for one key: one of them is lost as a whole.

    ORBIT merges a mapping with a mapping and joins a list to a list. Anything else stays as it was read first.

    ```yaml bad
    # file: config/example.yaml
    import: [a.yaml, b.yaml]
    # file: config/a.yaml
    moderations: none
    # file: config/b.yaml
    moderations: {openai: {model: m}}
    ```

    ```yaml good
    # file: config/example.yaml
    import: [a.yaml, b.yaml]
    # file: config/a.yaml
    moderations: {}
    # file: config/b.yaml
    moderations: {openai: {model: m}}
    ```
    """
    for event in _lost(config, Loss.MISMATCH):
        yield Finding(
            f"`{config.format_path(event.path)}` is {_kind(event.kept)} in `{event.kept_key.source.name}`, so {_kind(event.lost)} here is ignored",
            event.lost_key,
            "give both the same kind of value, or remove one",
            key=event.path,
            explains=(event.path,),
            related=(Annotation(event.kept_key, "this one counts: it is read first"),),
        )


@rule("ORB123", consequence=Consequence.MISLEADS)
def null_hides_import(config: Config) -> Iterator[Finding]:
    """A key with nothing after its colon hides what another file gives for it.

    A null counts as a value that is there, so ORBIT keeps it and drops the imported content, also whole lists and sections.

    ```yaml bad
    # file: config/example.yaml
    import: [a.yaml]
    moderations:
    # file: config/a.yaml
    moderations: {openai: {model: m}}
    ```

    ```yaml good
    # file: config/example.yaml
    import: [a.yaml]
    moderations: {}
    # file: config/a.yaml
    moderations: {openai: {model: m}}
    ```
    """
    for event in _lost(config, Loss.NULL):
        whole = not isinstance(event.lost, Scalar)
        empty = "[]" if isinstance(event.lost, Sequence) else "{}"
        yield Finding(
            f"`{config.format_path(event.path)}` is null here, and hides {_kind(event.lost)} in `{event.lost_key.source.name}`",
            event.kept_key,
            f"remove the key, or write `{empty}` after it" if whole else "remove the key, or give it a value",
            key=event.path,
            consequence=Consequence.MISLEADS if whole else Consequence.DIFFERENT,
            explains=(event.path,),
            related=(Annotation(event.lost_key, "dropped by ORBIT"),),
        )


def _lost(config: Config, loss: Loss) -> Iterator[ValueLost]:
    return (event for event in config.events_of(ValueLost) if event.loss is loss)


def _kind(node: Node) -> str:
    match node:
        case Mapping(entries=entries):
            return f"a section with {len(entries)} keys" if len(entries) != 1 else "a section with one key"
        case Sequence(items=items):
            return f"a list of {len(items)}"
        case Scalar(value=None):
            return "null"
    return "a single value"


def _shown(event: ValueLost, node: Node) -> str:
    value = masked_value(event.path[-1], node.value) if isinstance(node, Scalar) else ""
    text = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{text if len(text) <= 40 else text[:37] + '...'}`"


RULES = (value_overridden, merge_mismatch, null_hides_import)
