"""Cross-adapter templates of composite adapters."""

from collections.abc import Iterator

from orbitcfg.document.source import Span
from orbitcfg.document.tree import Mapping, Node, Scalar, Sequence, child, plain, value_at
from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.template import Template
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.templates._found import Found, by_adapter, kind_of, span_of
from orbitcfg.suggest import nearest

STRATEGIES = ("side_by_side", "labeled_concat")


@rule("ORB033", consequence=Consequence.DEGRADED)
def cross_search_off(config: Config) -> Iterator[Finding]:
    """Cross-adapter search is off, or goes without a template.

    A template across adapters names at least two of the composite's `child_adapters` under `target_adapters`, each as a mapping of `adapter` and `label`, and has examples. One target that is a text, or
    `nl_examples` that are null, switch all of that search off; the composite adapter itself works.

    ```yaml bad
    # base: both
    # file: utils/across.yaml
    templates:
      - id: all_about
        nl_examples: [all about Rome]
        target_adapters: [shelf, lake]
    ```

    ```yaml good
    # base: both
    # file: utils/across.yaml
    templates:
      - id: all_about
        nl_examples: [all about Rome]
        target_adapters:
          - {adapter: shelf, label: Shelf}
          - {adapter: lake, label: Lake}
    ```
    """
    yield from by_adapter(config, _off)


def _off(each: IntentAdapter) -> Iterator[Found]:
    if each.kind.family != "composite":
        return
    children = each.setting("child_adapters")
    known = tuple(str(name) for name in children) if isinstance(children, list) else ()
    first: dict[object, Template] = {}
    for _, template in each.listed:
        if template.entries is None:
            yield Found(f"a template is {kind_of(template.node)}, and no mapping, so its whole file is lost", template.span, "take it out")
            continue
        yield from _of_targets(template, known)
        yield from _of_examples(template)
        yield from _of_entry(template)
        if str(template.id or "") in first:
            is_same = first[str(template.id or "")] is template
            what = f"{template.label} is read twice" if is_same else f"the id `{template.id or ''}` is used twice"
            remedy = "name its library once" if is_same else "give it an `id` of its own"
            yield Found(f"{what}: the store refuses all templates for it", template.span, remedy)
        first.setdefault(str(template.id or ""), template)


def _of_entry(template: Template) -> Iterator[Found]:
    """What the search keeps of a template beside its examples."""
    name, description = template.get("id"), template.get("description")
    if isinstance(name, Mapping | Sequence):
        yield Found(f"the `id` of {template.label} is {kind_of(name)}: cross-adapter search is off", template.key_span("id"), "write a text")
    elif isinstance(name, Scalar) and name.value and not isinstance(name.value, str):
        yield Found(f"the `id` of {template.label} is {kind_of(name)}, and no text: it is never found", name.span, "put it in quotes")
    if isinstance(description, Mapping) or (isinstance(description, Scalar) and not isinstance(description.value, str | int | float)):
        yield Found(
            f"the `description` of {template.label} is {kind_of(description)}: the store refuses all templates for it",
            template.key_span("description"),
            "write a text, or take the key out",
        )


def _of_targets(template: Template, known: tuple[str, ...]) -> Iterator[Found]:
    targets = template.get("target_adapters")
    place = template.key_span("target_adapters")
    if targets is not None and not isinstance(targets, Sequence):
        yield Found(
            f"`target_adapters` of {template.label} is {kind_of(targets)}: cross-adapter search is off",
            place,
            "write a list of `{adapter: …, label: …}`",
        )
        return
    items = targets.items if isinstance(targets, Sequence) else ()
    wrong = next((item for item in items if not isinstance(item, Mapping)), None)
    if wrong is not None:
        yield Found(
            f"a target of {template.label} is {kind_of(wrong)}, and no mapping: cross-adapter search is off",
            span_of(wrong, place),
            "name the adapter under `adapter`, in a mapping",
        )
        return
    missing = [(item, str(value_at(item, ("adapter",)) or "")) for item in items if value_at(item, ("adapter",)) not in known]
    valid = len(items) - len(missing)
    for item, name in missing if known else ():
        meant = nearest(name, known, cutoff=0.6)
        lost = "the target is left out" if valid >= 2 else "fewer than two are left, and the template is left out"
        yield Found(
            (f"`{name}` is none of the composite's `child_adapters`" if name else f"a target of {template.label} names no `adapter`")
            + f", so that {lost}",
            _target_place(item, place),
            f"write `{meant}`" if meant else "name one of the composite's `child_adapters`",
        )
    if valid < 2 and not missing:
        yield Found(f"{template.label} names fewer than two adapters, and is left out", place, "name at least two adapters under `target_adapters`")


def _target_place(item: object, otherwise: Span) -> Span:
    node = child(item, "adapter") if isinstance(item, Mapping) else None
    return node.span if node is not None and node.span.text else otherwise


def _of_examples(template: Template) -> Iterator[Found]:
    examples = template.get("nl_examples")
    place = template.key_span("nl_examples")
    match examples:
        case Sequence(items=items):
            values: tuple[Node, ...] = items
        case Mapping(entries=entries):
            # its keys are taken for the examples
            values = tuple(Scalar(key, entry.node.origin._replace(span=entry.key_span)) for key, entry in entries.items())
        case Scalar(value=str(text)) if text.strip():
            return
        case Scalar(value=value) if not isinstance(value, str):
            yield Found(f"`nl_examples` of {template.label} is {kind_of(examples)}: cross-adapter search is off", place, "write a list of texts")
            return
        case _:
            values = ()
    wrong = next((item for item in values if plain(item) and not (isinstance(item, Scalar) and isinstance(item.value, str))), None)
    if wrong is not None:
        yield Found(f"an example of {template.label} is {kind_of(wrong)}: cross-adapter search is off", span_of(wrong, place), "put it in quotes")
    elif not any(isinstance(item, Scalar) and isinstance(item.value, str) and item.value.strip() for item in values):
        yield Found(f"{template.label} has no examples, and is never found", place, "list questions under `nl_examples`")


@rule("ORB034", consequence=Consequence.DIFFERENT)
def answers_joined_otherwise(config: Config) -> Iterator[Finding]:
    """A cross-adapter template puts answers together in another way than it says.

    `merge_strategy` is `labeled_concat`, or else answers stand side by side. `partial_results` counts by its truth, so that `'no'` in quotes is yes. `timeout_per_adapter` is a number, or every target
    fails.

    ```yaml bad
    # base: both
    # file: utils/across.yaml
    templates:
      - id: all_about
        nl_examples: [all about Rome]
        target_adapters: [{adapter: shelf, label: Shelf}, {adapter: lake, label: Lake}]
        merge_strategy: concat
    ```

    ```yaml good
    # base: both
    # file: utils/across.yaml
    templates:
      - id: all_about
        nl_examples: [all about Rome]
        target_adapters: [{adapter: shelf, label: Shelf}, {adapter: lake, label: Lake}]
        merge_strategy: labeled_concat
    ```
    """
    yield from by_adapter(config, _joined)


def _joined(each: IntentAdapter) -> Iterator[Found]:
    if each.kind.family != "composite":
        return
    for _, template in each.listed:
        if template.entries is None:
            continue
        strategy = template.value("merge_strategy")
        if template.has("merge_strategy") and strategy is not None and strategy not in STRATEGIES:
            meant = nearest(str(strategy), STRATEGIES, cutoff=0.5) or "side_by_side"
            yield Found(
                f"{template.label}: ORBIT knows no strategy `{strategy}`, and puts answers side by side",
                template.value_span("merge_strategy"),
                f"write `{meant}`",
            )
        partial = template.text("partial_results")
        if partial is not None and partial.lower() in ("no", "false", "off", "0"):
            yield Found(
                f"{template.label}: `partial_results: '{partial}'` is a text, and counts as true",
                template.value_span("partial_results"),
                "write `false`",
            )
        limit = template.get("timeout_per_adapter")
        if limit is not None and not (isinstance(limit, Scalar) and isinstance(limit.value, int | float)):
            yield Found(
                f"every target of {template.label} fails: `timeout_per_adapter` is {kind_of(limit)}, and no number",
                template.key_span("timeout_per_adapter"),
                "write a number of seconds",
                consequence=Consequence.DEGRADED,
            )


@rule("ORB035", consequence=Consequence.HYGIENE, severity=Severity.WARNING)
def cross_template_without_id(config: Config) -> Iterator[Finding]:
    """A cross-adapter template has no `id`.

    Its id is the empty text then, and a second one without takes its place.

    ```yaml bad
    # base: both
    # file: utils/across.yaml
    templates:
      - name: all_about
        nl_examples: [all about Rome]
        target_adapters: [{adapter: shelf, label: Shelf}, {adapter: lake, label: Lake}]
    ```

    ```yaml good
    # base: both
    # file: utils/across.yaml
    templates:
      - id: all_about
        nl_examples: [all about Rome]
        target_adapters: [{adapter: shelf, label: Shelf}, {adapter: lake, label: Lake}]
    ```
    """

    def check(each: IntentAdapter) -> Iterator[Found]:
        for _, template in each.listed if each.kind.family == "composite" else ():
            if template.entries is not None and not template.id:
                yield Found(f"{template.label} has no `id`", template.span, "give it an `id`")

    yield from by_adapter(config, check)


RULES = (cross_search_off, answers_joined_otherwise, cross_template_without_id)
