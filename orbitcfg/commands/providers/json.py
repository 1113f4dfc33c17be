"""For programs: the published shape of `schemas/effective.schema.json`."""

from typing import Any, Literal

from pydantic import Field

from orbitcfg.catalog.specs import Stage
from orbitcfg.commands.providers.columns import display_value, shown_provider
from orbitcfg.commands.providers.usage import Usage
from orbitcfg.document.masked import as_json
from orbitcfg.document.source import Span
from orbitcfg.effective.request import OrdinaryRequest, Refusal
from orbitcfg.effective.use import Use, UseState, nest_parameters
from orbitcfg.masking.url import without_credentials
from orbitcfg.masking.values import masked_value
from orbitcfg.project.config import Config
from orbitcfg.report.json import OrbitShape, Shape, VerdictShape, document, orbit_shape, verdict
from orbitcfg.report.style import Style

Scalar = str | int | float | bool | None


class Sent(Shape):
    """The request of an ordinary call."""

    method: str = Field(description="Its method.")
    url: str = Field(description="The whole address, as ORBIT's client makes it of what is written.")


class Refused(Shape):
    """What keeps an ordinary call from being sent."""

    error: str = Field(description="Why, in words.")
    stage: Stage = Field(description="When the client gives up: construct (as it is made), init (as ORBIT initializes it), call (at the request).")


class Row(Shape):
    """What one adapter will use for one service."""

    adapter: str | None = Field(
        description="The adapter's name; null for the default; NAME@ENTRY for an entry of its list of models that clients may choose."
    )
    service: str = Field(
        description="What it is used for: inference, embedding, reranking, vision, speech-to-text, text-to-speech, image, video, rewriting, realtime, moderation."
    )
    provider: str | None = Field(description="The provider; null where there is none, or an unset variable names it.")
    model: Scalar = Field(description="The model that is asked for, as it is sent.")
    url: str | None = Field(description="The base address that ORBIT's client will use, the version path included; null for what runs inside ORBIT.")
    request: Sent | Refused | None = Field(
        description="The request of an ordinary call, or what keeps it from being sent; null for what runs inside ORBIT, and where it is not known here."
    )
    parameters: dict[str, Any] = Field(description="The parameters of an ordinary request, by their name on the wire.")
    key_variable: str | None = Field(description="The variable that gives the API key, or would.")
    key_set: bool = Field(description="Whether there is an API key to send.")
    state: UseState = Field(
        description="What the files say of it, nothing having been asked: configured; off (switched off); disabled (its provider is); unknown (no such block); unregistered (ORBIT has no such "
        "provider); incomplete (a setting is missing or wrong); keyless (its API key is missing); failing (its requests fail inside ORBIT); ignored (ORBIT "
        "does not look at it); undecided (it depends on an unset variable); unjudged (a provider that came with a later ORBIT than the catalogue)."
    )
    order_dependent: bool = Field(
        description="Whether another adapter's model and parameters may be used instead, depending on what is loaded or asked first."
    )
    origins: dict[str, list[str]] = Field(
        description="The key paths that it comes from, each with its places as file:line:column, that of the value first."
    )


class Effective(Shape):
    """The result of `orbitcfg providers --format json`."""

    version: Literal[1] = Field(description="The version of this shape.")
    orbit: str = Field(description="The version of ORBIT that the rows speak of.")
    for_orbit: OrbitShape = Field(description="The same in parts.")
    verdict: VerdictShape | None = Field(description="What becomes of ORBIT.")
    rows: list[Row] = Field(description="The default first, then the adapters in their order.")


def render(usage: Usage, _style: Style) -> str:
    """The rows as one JSON document."""
    rows = [_row(usage.config, use) for use in usage.rows]
    orbit = usage.config.orbit
    return document(Effective(version=1, orbit=orbit.label, for_orbit=orbit_shape(orbit), verdict=verdict(usage.verdict), rows=rows))


def _row(config: Config, use: Use) -> Row:
    return Row(
        adapter=None if use.adapter is None else str(use.adapter),
        service=use.service,
        provider=use.provider.value and shown_provider(use),
        model=_scalar(display_value(use.model)),
        url=display_value(use.url),
        request=_request(use),
        parameters=nest_parameters({name: as_json(display_value(parameter)) for name, parameter in use.parameters.items()}),
        key_variable=use.key_variable,
        key_set=use.key_set,
        state=use.state,
        order_dependent=use.order_dependent,
        origins=_origins(config, use),
    )


def _request(use: Use) -> Sent | Refused | None:
    """What is sent, as it may be shown: where a variable named like a secret gave the address, its name stands for it."""
    request, name = use.request, use.url.secret_variable
    match request:
        case OrdinaryRequest(method, url):
            return Sent(method=method, url=str(masked_value(None, url)) if name is None else f"${{{name}}}")
        case Refusal(stage, reason):
            return Refused(error=without_credentials(reason), stage=stage)
    return None


def _origins(config: Config, use: Use) -> dict[str, list[str]]:
    """The key paths that a row comes from, as `orbitcfg why` takes them, each with its places."""
    places = {place.path: place for field in use.fields.values() for place in field.places if place.node is not None}
    return {config.format_path(path): list(dict.fromkeys(map(_place, place.spans))) for path, place in places.items()}


def _place(span: Span) -> str:
    begins = span.begins
    return f"{span.source.name}:{begins.line}:{begins.column}"


def _scalar(value: object) -> Scalar:
    found = as_json(value)
    return found if isinstance(found, str | int | float | bool | None) else str(found)
