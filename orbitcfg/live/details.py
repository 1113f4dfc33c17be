"""What a product says of its models beyond their names: context lengths, and whether a file stands behind a name."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from orbitcfg.catalog.shimmy_placeholders import PHANTOMS
from orbitcfg.live.identify import Answers
from orbitcfg.live.shapes import list_rows
from orbitcfg.observed.foreign_json import Fields, text_of
from orbitcfg.observed.probe import ListedModel
from orbitcfg.observed.product import Product


async def with_details(answers: Answers, product: Product, models: tuple[ListedModel, ...], odd: list[str]) -> tuple[tuple[ListedModel, ...], bool]:
    """The models with what else the server says of them, and whether none is loaded. Fields of another type are noted in `odd`."""
    idle = False
    for path in product.details:
        reply = await answers.at(path, with_key=True)
        value = reply.body.value if reply.is_ok else None
        if value is None:
            continue
        match path:
            case "/api/models":
                models = _with_files(models, list_rows(value) or [])
            case "/props":
                models = _with_slot_context(models, Fields(reply.body.fields, odd))
            case "/api/ps":
                rows = list_rows(value)
                idle = rows == []
                models = _with_contexts(models, rows or [], "context_length", odd)
            case "/api/v0/models":
                models = _with_contexts(models, list_rows(value) or [], "loaded_context_length", odd)
    return models, idle


def _with_files(models: tuple[ListedModel, ...], rows: Sequence[Mapping[str, object]]) -> tuple[ListedModel, ...]:
    """Shimmy lists a file that it found as `discovered`; a name that is only registered has no file, or was given with `--model-path`."""
    discovered = {text_of(row.get("name")) for row in rows if row.get("source") == "discovered"}
    only_registered = {text_of(row.get("name")) for row in rows} - discovered

    def has_file(name: str) -> bool | None:
        return True if name in discovered else False if name in only_registered & PHANTOMS else None

    return tuple(replace(model, has_file=has_file(model.name)) for model in models)


def _with_slot_context(models: tuple[ListedModel, ...], properties: Fields) -> tuple[ListedModel, ...]:
    context = properties.count("default_generation_settings.n_ctx")
    return tuple(replace(model, context=context) for model in models) if context else models


def _with_contexts(models: tuple[ListedModel, ...], rows: Sequence[Mapping[str, object]], key: str, odd: list[str]) -> tuple[ListedModel, ...]:
    """A list of what is downloaded says what a model could take; only what is loaded counts."""
    contexts = {text_of(row.get("id")) or text_of(row.get("name")): Fields(row, odd).count(key) for row in rows}
    return tuple(replace(model, context=contexts.get(model.name)) for model in models)
