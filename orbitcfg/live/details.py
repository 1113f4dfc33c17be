"""What a product tells of its models beyond their names: context lengths, and whether a file stands behind a name."""

from dataclasses import replace
from typing import Any

from orbitcfg.catalog.shimmy_placeholders import PHANTOMS
from orbitcfg.live.identify import Answers
from orbitcfg.live.shapes import at, list_rows, parsed_json
from orbitcfg.observed.endpoint import ListedModel, Product


async def detailed(answers: Answers, product: Product, models: tuple[ListedModel, ...]) -> tuple[tuple[ListedModel, ...], bool]:
    """The models with what else the server tells of them, and whether none is loaded."""
    idle = False
    for path in product.details:
        reply = await answers.at(path, with_key=True)
        value = parsed_json(reply.body) if reply.is_ok else None
        if value is None:
            continue
        match path:
            case "/api/models":
                models = _with_files(models, list_rows(value) or [])
            case "/props":
                models = _with_slot_context(models, value)
            case "/api/ps":
                rows = list_rows(value)
                idle = rows == []
                models = _with_contexts(models, rows or [], "context_length")
            case "/api/v0/models":
                models = _with_contexts(models, list_rows(value) or [], "loaded_context_length")
    return models, idle


def _with_files(models: tuple[ListedModel, ...], rows: list[dict[str, Any]]) -> tuple[ListedModel, ...]:
    """Shimmy lists a file that it found as `discovered`; a name that is only registered has no file, or was given with `--model-path`."""
    discovered = {row.get("name") for row in rows if row.get("source") == "discovered"}
    only_registered = {row.get("name") for row in rows} - discovered

    def has_file(name: str) -> bool | None:
        return True if name in discovered else False if name in only_registered & PHANTOMS else None

    return tuple(replace(model, has_file=has_file(model.name)) for model in models)


def _with_slot_context(models: tuple[ListedModel, ...], value: Any) -> tuple[ListedModel, ...]:
    context = at(value, "default_generation_settings.n_ctx")
    if not isinstance(context, int) or context <= 0:
        return models
    return tuple(replace(model, context=context) for model in models)


def _with_contexts(models: tuple[ListedModel, ...], rows: list[dict[str, Any]], key: str) -> tuple[ListedModel, ...]:
    """A list of what is downloaded says what a model could take; only what is loaded counts."""
    contexts = {str(row.get("id") or row.get("name")): row.get(key) for row in rows}
    return tuple(
        replace(model, context=context) if isinstance(context := contexts.get(model.name), int) else replace(model, context=None) for model in models
    )
