"""Templates by which requests are rewritten for generators."""

import string
from collections.abc import Iterator

from orbitcfg.document.tree import Mapping, Unknown, at, value_at
from orbitcfg.effective.adapters import GENERATORS
from orbitcfg.project.config import Config
from orbitcfg.release import Release
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule

_MEDIA = frozenset({"history_text", "context_text", "previous_generation_text", "message"})
_NAMES = {
    "image": _MEDIA,
    "video": _MEDIA,
    "audio": frozenset({"history_text", "context_text", "message"}),
    "document": _MEDIA | {"format_hint", "section_schema", "display_author", "today", "rules", "pre_extracted"},
}
_DOCUMENT_PARTS = ("format_hints", "rules", "section_schema")


@rule("ORB567", consequence=Consequence.DEGRADED, since=Release(2, 9, 1))
def rewriter_missing(config: Config) -> Iterator[Finding]:
    """An adapter generates something, and there is no template to rewrite requests with.

    The message then goes out as it came, with a warning each time; a document becomes a bare one. Documents also need `format_hints`, `rules` and `section_schema`.

    ```yaml bad
    # base: chat
    image: {enabled: true, provider: openai}
    image_generation: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: gpt-image-1}}
    adapters: [{name: chat, type: image_generation, adapter: multimodal, implementation: implementations.passthrough.multimodal.MultimodalImplementation}]
    ```

    ```yaml good
    # base: painter
    rewriters: {image: {template: "{message}"}}
    ```
    """
    section = at(config.tree, ("rewriters",))
    if section is None and not config.is_whole:
        return
    reported: set[str] = set()
    for adapter in config.adapters:
        kind = adapter.kind.removesuffix("_generation")
        if adapter.kind not in GENERATORS or not adapter.is_on or kind in reported:
            continue
        parts = ("template", *(_DOCUMENT_PARTS if kind == "document" else ()))
        has_block = isinstance(at(section, (kind,)), Mapping)
        missing = [part for part in parts if _is_empty(config, kind, part)]
        if missing and (not has_block or missing != ["template"]):
            reported.add(kind)
            yield Finding(
                f"adapter `{adapter.name}` generates, and `rewriters.{kind}` has no `{missing[0]}`: its messages go out as they came",
                ("rewriters", kind),
                f"add `{missing[0]}` under `rewriters.{kind}`",
                blames=("rewriters",) if section is None else None,
            )


@rule("ORB568", consequence=Consequence.DEGRADED)
def template_name_unknown(config: Config) -> Iterator[Finding]:
    """A template uses a name that ORBIT does not fill, or has a single brace.

    With an unknown name the message goes out as it came, with a warning. A lone brace is not caught, and each request fails (error): write it twice.

    ```yaml bad
    rewriters: {image: {template: "draw {massage}"}}
    ```

    ```yaml good
    rewriters: {image: {template: "draw {message}"}}
    ```
    """
    used = {kind: tuple(each.name for each in config.adapters if each.is_on and each.kind == f"{kind}_generation") for kind in _NAMES}
    for kind, names in _NAMES.items():
        template = value_at(config.tree, ("rewriters", kind, "template"))
        if not isinstance(template, str) or isinstance(template, Unknown):
            continue
        path = ("rewriters", kind, "template")
        try:
            found = [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
        except ValueError as error:
            brace = "}" if str(error).startswith("Single '}'") else "{"
            yield Finding(
                f"the template for `{kind}` holds a `{brace}` without its other half: every request fails",
                path,
                "write each brace that is meant as text twice: `{{` and `}}`",
                consequence=Consequence.ADAPTER_FAILS,
                demanded=bool(used[kind]),
                affects=used[kind],
            )
            continue
        for name in dict.fromkeys(found):
            if name not in names:
                yield Finding(
                    f"the template for `{kind}` uses `{{{name}}}`, which ORBIT does not fill",
                    path,
                    "use " + ", ".join(f"`{{{each}}}`" for each in sorted(names)[:4]) + ", or double the braces",
                    consequence=Consequence.DEGRADED if name.isidentifier() else Consequence.ADAPTER_FAILS,
                    demanded=bool(used[kind]),
                    affects=used[kind],
                )


def _is_empty(config: Config, kind: str, part: str) -> bool:
    node = at(config.tree, ("rewriters", kind, part))
    return not (node.entries if isinstance(node, Mapping) else getattr(node, "value", None))


RULES = (rewriter_missing, template_name_unknown)
