"""What a product says of its models beyond their names: context lengths, what they can do, and whether a file stands behind a name."""

from collections.abc import Iterable, Mapping, Sequence

from orbitcfg.catalog.shimmy_placeholders import PHANTOMS
from orbitcfg.dataclass import replace
from orbitcfg.live.identify import Answers
from orbitcfg.live.shapes import list_rows
from orbitcfg.observed.ability import Ability
from orbitcfg.observed.foreign_json import Fields, at, text_of
from orbitcfg.observed.probe import ListedModel
from orbitcfg.observed.product import Product

_SHOW = "/api/show"
_SHOWN = 8
"""Models that an Ollama is asked about, one by one."""

_OLLAMA = {
    "completion": Ability.CHAT, "embedding": Ability.EMBED, "vision": Ability.SEE, "tools": Ability.TOOLS, "thinking": Ability.THINK,
}  # fmt: skip
_LM_STUDIO = {"llm": Ability.CHAT, "vlm": Ability.SEE, "embeddings": Ability.EMBED}


async def with_details(
    answers: Answers, product: Product, models: tuple[ListedModel, ...], meant: Sequence[str], odd: list[str]
) -> tuple[tuple[ListedModel, ...], bool]:
    """The models with what else the server says of them, and whether none is loaded. `meant` are those that matter, the first ones most. Fields of another type are noted in `odd`."""
    idle = False
    for path in product.details:
        if path == _SHOW:
            models = await _with_capabilities(answers, models, meant, odd)
            continue
        reply = await answers.at(path, with_key=True)
        value = reply.body.value if reply.is_ok else None
        if value is None:
            continue
        match path:
            case "/api/models":
                models = _with_files(models, list_rows(value) or [])
            case "/props":
                models = _with_properties(models, Fields(reply.body.fields, odd))
            case "/api/ps":
                rows = list_rows(value)
                idle = rows == []
                models = _with_contexts(models, rows or [], "context_length", odd)
            case "/api/v0/models":
                models = _with_contexts(models, list_rows(value) or [], "loaded_context_length", odd)
                models = _with_types(models, list_rows(value) or [])
    return models, idle


def _with_files(models: tuple[ListedModel, ...], rows: Sequence[Mapping[str, object]]) -> tuple[ListedModel, ...]:
    """Shimmy lists a file that it found as `discovered`; a name that is only registered has no file, or was given with `--model-path`."""
    discovered = {text_of(row.get("name")) for row in rows if row.get("source") == "discovered"}
    only_registered = {text_of(row.get("name")) for row in rows} - discovered

    def has_file(name: str) -> bool | None:
        return True if name in discovered else False if name in only_registered & PHANTOMS else None

    return tuple(replace(model, has_file=has_file(model.name)) for model in models)


def _with_properties(models: tuple[ListedModel, ...], properties: Fields) -> tuple[ListedModel, ...]:
    """llama-server tells of the one model that it has; a router tells of none."""
    context = properties.count("default_generation_settings.n_ctx")
    sees = at(properties.value, "modalities.vision")
    if isinstance(sees, bool):
        models = tuple(_able(model, [Ability.SEE] if sees else [], [Ability.SEE]) for model in models)
    return tuple(replace(model, context=context) for model in models) if context else models


async def _with_capabilities(answers: Answers, models: tuple[ListedModel, ...], meant: Sequence[str], odd: list[str]) -> tuple[ListedModel, ...]:
    """What an Ollama says that its models can do; one that is too old says nothing."""
    found: dict[str, ListedModel] = {}
    listed = {model.name: model for model in models}
    for name in dict.fromkeys(each for each in meant if each in listed):
        if len(found) == _SHOWN:
            break
        reply = await answers.client.post(answers.root + _SHOW, {"model": name}, answers.client.timeout_s)
        can = Fields(reply.body.fields, odd).texts("capabilities") if reply.is_ok else ()
        found[name] = _able(listed[name], [_OLLAMA[each] for each in can if each in _OLLAMA], _OLLAMA.values()) if can else listed[name]
    return tuple(found.get(model.name, model) for model in models)


def _with_types(models: tuple[ListedModel, ...], rows: Sequence[Mapping[str, object]]) -> tuple[ListedModel, ...]:
    """LM Studio says what each model is for; one that sees chats as well."""
    types = {text_of(row.get("id")): text_of(row.get("type")) for row in rows}
    return tuple(_of_type(model, types.get(model.name)) for model in models)


def _of_type(model: ListedModel, kind: str | None) -> ListedModel:
    if kind not in _LM_STUDIO:
        return model
    can = {_LM_STUDIO[kind], *([Ability.CHAT] if kind == "vlm" else [])}
    return _able(model, can, _LM_STUDIO.values())


def _able(model: ListedModel, can: Iterable[Ability], known: Iterable[Ability]) -> ListedModel:
    """The model with what it can do of all that is known of it."""
    return replace(model, can=model.can | frozenset(can), cannot=model.cannot | (frozenset(known) - frozenset(can)))


def _with_contexts(models: tuple[ListedModel, ...], rows: Sequence[Mapping[str, object]], key: str, odd: list[str]) -> tuple[ListedModel, ...]:
    """A list of what is downloaded says what a model could take; only what is loaded counts."""
    contexts = {text_of(row.get("id")) or text_of(row.get("name")): Fields(row, odd).count(key) for row in rows}
    return tuple(replace(model, context=contexts.get(model.name)) for model in models)
