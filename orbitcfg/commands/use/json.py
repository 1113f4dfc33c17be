"""For programs: the published shape of `schemas/use.schema.json`."""

from typing import Literal

from pydantic import Field

from orbitcfg.commands.use.result import ProviderList, ProviderState, ProviderSwitch, UseOutcome, UseResult
from orbitcfg.masking.url import shown_name
from orbitcfg.report.json import Shape, ShortFinding, document, short_finding
from orbitcfg.report.style import Style


class ProviderShape(Shape):
    """A provider that ORBIT has a class for."""

    name: str = Field(description="ORBIT's name for it.")
    switch: ProviderSwitch = Field(description="Whether its block is on, off, or absent.")
    url: str | None = Field(description="The address that was asked, or where its server usually is; null where it has none.")
    reachable: bool | None = Field(description="Whether a server on this machine answered with a list of models; null where none was asked.")
    models: list[str] = Field(description="The models to chat with that it lists.")
    users: list[str] = Field(description="The adapters that use it, and `default`.")


class UseChange(Shape):
    """What it takes to use a provider."""

    provider: str = Field(description="The provider.")
    adapter: str | None = Field(description="The adapter that is to use it; null for the default.")
    model: str | None = Field(description="The model that will be used; null where that is not known here.")
    refusal: str | None = Field(description="Why it is not done; null where it is.")
    files: list[str] = Field(description="The files that change.")
    diff: str = Field(description="The change, with secrets masked.")
    variables: list[str] = Field(description="The variables that must be set, and are not set here.")
    findings: list[ShortFinding] = Field(description="What `validate` would say anew.")


class UseShape(Shape):
    """The result of `orbitcfg use --format json`."""

    version: Literal[1] = Field(description="The version of this shape.")
    root: str | None = Field(description="The root file; null beside a change.")
    providers: list[ProviderShape] = Field(description="Every provider, those in use first; none beside a change.")
    change: UseChange | None = Field(description="The change; null where none was asked for.")


def render(result: UseOutcome, _style: Style) -> str:
    """The providers, or the change, as one JSON document."""
    if isinstance(result, ProviderList):
        return document(UseShape(version=1, root=result.root, providers=[_provider(each) for each in result.providers], change=None))
    return document(UseShape(version=1, root=None, providers=[], change=_change(result)))


def _provider(state: ProviderState) -> ProviderShape:
    return ProviderShape(
        name=state.name, switch=state.switch, url=state.url, reachable=state.reachable, models=list(state.models), users=list(state.users)
    )


def _change(result: UseResult) -> UseChange:
    return UseChange(
        provider=result.provider,
        adapter=result.adapter and shown_name(result.adapter),
        model=result.model and shown_name(result.model),
        refusal=result.refusal or None,
        files=[each.name for each in result.changes],
        diff=result.diff,
        variables=list(result.variables),
        findings=[short_finding(each) for each in result.findings],
    )
