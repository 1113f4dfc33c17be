"""For programs: the published shape of `schemas/init.schema.json`."""

from typing import Literal

from pydantic import Field

from orbitcfg.commands.init.result import NewConfiguration
from orbitcfg.masking.url import shown_name
from orbitcfg.report.json import Shape, document
from orbitcfg.report.style import Style


class NewFileShape(Shape):
    """A file of the new configuration."""

    name: str = Field(description="Its name below the new folder, with POSIX slashes.")
    text: str = Field(description="What it holds.")


class InitShape(Shape):
    """The result of `orbitcfg init --format json`."""

    version: Literal[1] = Field(description="The version of this shape.")
    folder: str = Field(description="The new folder.")
    provider: str = Field(description="The provider that answers.")
    model: str | None = Field(description="Its model.")
    source: str = Field(description="Why it is these.")
    files: list[NewFileShape] = Field(description="The files.")
    variables: list[str] = Field(description="The variables that must be set before ORBIT starts.")


def render(result: NewConfiguration, _style: Style) -> str:
    """The new configuration as one JSON document."""
    return document(
        InitShape(
            version=1,
            folder=result.folder,
            provider=result.provider,
            model=result.model and shown_name(result.model),
            source=result.source,
            files=[NewFileShape(name=each.name, text=each.text) for each in result.files],
            variables=list(result.variables),
        )
    )
