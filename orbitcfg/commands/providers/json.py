"""For programs: the published shape of `schemas/effective.schema.json`."""

from typing import Any, Literal

from pydantic import Field

from orbitcfg.catalog.store import orbit_version
from orbitcfg.commands.providers.origin import named, places, safe
from orbitcfg.commands.providers.usage import Usage
from orbitcfg.document.masked import as_json
from orbitcfg.effective.use import State, Use
from orbitcfg.project.config import Config
from orbitcfg.report.json import Shape, document
from orbitcfg.report.style import Style

Scalar = str | int | float | bool | None


class Row(Shape):
    """What one adapter will use for one service."""

    adapter: str | None = Field(
        description="The adapter's name; null for the default; NAME@ENTRY for an entry of its list of models that clients may choose."
    )
    service: str = Field(
        description="What it is used for: inference, embedding, reranking, vision, speech-to-text, text-to-speech, image, video, rewriting, moderation."
    )
    provider: str | None = Field(description="The provider; null where there is none, or an unset variable names it.")
    model: Scalar = Field(description="The model that is asked for, as it is sent.")
    url: str | None = Field(description="The base address that ORBIT's client will use, the version path included; null for what runs inside ORBIT.")
    parameters: dict[str, Any] = Field(description="The parameters of an ordinary request, by their name on the wire.")
    key_variable: str | None = Field(description="The variable that gives the API key, or would.")
    key_set: bool = Field(description="Whether there is an API key to send.")
    state: State = Field(
        description="Whether it will work: ok; off (switched off); disabled (its provider is); unknown (no such block); unregistered (ORBIT has no such "
        "provider); incomplete (a setting is missing or wrong); keyless (its API key is missing); failing (its requests fail inside ORBIT); ignored (ORBIT "
        "does not look at it); undecided (it hangs on an unset variable)."
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
    rows: list[Row] = Field(description="The default first, then the adapters in their order.")


def render(usage: Usage, _style: Style) -> str:
    """The rows as one JSON document."""
    return document(Effective(version=1, orbit=orbit_version(), rows=[_row(usage.config, use) for use in usage.rows]))


def _row(config: Config, use: Use) -> Row:
    return Row(
        adapter=use.adapter and named(use.adapter),
        service=use.service,
        provider=use.provider and named(use.provider),
        model=_scalar(safe(config, use, "model", use.model if use.sent_model is None else use.sent_model)),
        url=_text(safe(config, use, "url", use.url)),
        parameters=_parameters(config, use, use.parameters, ""),
        key_variable=use.key_variable,
        key_set=use.key_set,
        state=use.state,
        order_dependent=use.order_dependent,
        origins=places(config, use),
    )


def _parameters(config: Config, use: Use, values: Any, prefix: str) -> dict[str, Any]:
    return {
        name: _parameters(config, use, value, f"{prefix}{name}.") if isinstance(value, dict) else as_json(safe(config, use, prefix + name, value))
        for name, value in values.items()
    }


def _scalar(value: object) -> Scalar:
    shown = as_json(value)
    return shown if isinstance(shown, str | int | float | bool | None) else str(shown)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
