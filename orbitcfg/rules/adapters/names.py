"""Names that are given twice, and lists and keys that an adapter of this type does not look at."""

from collections.abc import Iterator

from orbitcfg.document.tree import KeyPath, Sequence, child, value_at
from orbitcfg.effective.adapters import GENERATORS, WITHOUT_CHOICE, Adapter, known_types
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation, Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule

_LISTS = ("allowed_models", "allowed_image_models", "allowed_video_models", "allowed_audio_models", "allowed_search_providers")


@rule("ORB516", consequence=Consequence.MISLEADS)
def adapter_name_twice(config: Config) -> Iterator[Finding]:
    """Two adapters have one name.

    Chat takes the last one that is switched on, reloading takes the first, and other parts of ORBIT look at whichever they meet. With one of them
    switched off chat is right, the rest is not (warning).

    ```yaml bad
    # base: chat
    adapters: [{name: chat}, {name: chat}]
    ```

    ```yaml good
    # base: chat talk
    adapters: [{name: chat}, {name: talk}]
    ```
    """
    seen: dict[str, Adapter] = {}
    for adapter in config.adapters:
        other = seen.setdefault(adapter.name, adapter)
        # the same text that came in twice: the import is to blame
        is_same_text = other.node.span == adapter.node.span
        if other is not adapter and adapter.name and not is_same_text:
            yield Finding(
                f"two adapters are called `{adapter.name}`",
                (*adapter.path, "name"),
                "give one of them another name",
                value=True,
                consequence=Consequence.MISLEADS if adapter.is_on and other.is_on else Consequence.DIFFERENT,
                demanded=adapter.is_on or other.is_on,
                related=(Annotation(config.locate((*other.path, "name")), "the other one"),),
            )


@rule("ORB517", consequence=Consequence.DIFFERENT)
def choice_name_twice(config: Config) -> Iterator[Finding]:
    """Two entries of one list of models have one name.

    The first one is taken, so nobody can choose the second.

    ```yaml bad
    # base: chat
    adapters:
      - {name: chat, allowed_models: [{name: fast, provider: shimmy, model: llama-3.2-3b}, {name: fast, provider: shimmy, model: llama-3.2-3b}]}
    ```

    ```yaml good
    # base: chat
    adapters: [{name: chat, allowed_models: [{name: fast, provider: shimmy, model: llama-3.2-3b}]}]
    ```
    """
    for adapter in config.adapters:
        for key in _LISTS:
            listed = child(adapter.node, key)
            seen: dict[object, int] = {}
            for index, item in enumerate(listed.items if isinstance(listed, Sequence) else ()):
                name = value_at(item, ("name",))
                first = seen.setdefault(name, index)
                if isinstance(name, str) and name and first != index:
                    yield Finding(
                        f"`{name}` is twice in `{key}`, and the first one is taken",
                        (*adapter.path, key, index, "name"),
                        "give it another name, or remove the entry",
                        value=True,
                        related=(Annotation(config.locate((*adapter.path, key, first, "name")), "the first one"),),
                    )


@rule("ORB518", consequence=Consequence.HYGIENE, severity=Severity.WARNING)
def key_for_another_type(config: Config) -> Iterator[Finding]:
    """A key belongs to adapters of another type.

    Each type looks at its own keys and its own list of models; the others are ignored, though lists of models may still show them.

    ```yaml bad
    # base: chat
    adapters: [{name: chat, image_provider: openai}]
    ```

    ```yaml good
    # base: painter
    adapters: [{name: painter, image_provider: openai}]
    ```
    """
    types_known = known_types(config.catalog)
    for adapter, key in ((each, key) for each in config.adapters if each.kind in types_known for key in each.node.entries if each.has(str(key))):
        path = (*adapter.path, key)
        row = config.catalog.at(config.tree, path)
        types = row.spec.modes if row else None
        if (types is not None and adapter.kind not in types) or (key == "allowed_models" and adapter.kind in WITHOUT_CHOICE):
            yield _ignored(adapter, path, types)


def _ignored(adapter: Adapter, path: KeyPath, types: tuple[str, ...] | None) -> Finding:
    listed = " and ".join(f"`{each}`" for each in types or ())
    whose = f"only adapters of type {listed} look at it" if types else "adapters of this type have a list of their own"
    harmless = path[2] == "rewrite_model" and adapter.kind in GENERATORS
    return Finding(
        f"adapter `{adapter.name}` is of type `{adapter.kind}`, and ignores `{path[2]}`: {whose}",
        path,
        "remove it, or fix `type`",
        severity=Severity.INFO if harmless or not adapter.is_on else Severity.WARNING,
    )


RULES = (adapter_name_twice, choice_name_twice, key_for_another_type)
