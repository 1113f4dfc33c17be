"""The published shape of a settings file: `schemas/settings.schema.json` is made of it."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from orbitcfg.suggest import did_you_mean

SCHEMA_ID = "settings.schema.json"
_Text: TypeAlias = Annotated[str, StringConstraints(min_length=1)]
_Level: TypeAlias = Literal["error", "warning", "info"]


class SettingsShape(BaseModel):
    """The table `[tool.orbitcfg]` of a `pyproject.toml`, or the whole of an `orbitcfg.toml`. Paths are relative to the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, title="orbitcfg's settings")

    roots: list[_Text] = Field(default=[], description="Configurations that are looked at where no path is given: folders or root files.")
    select: list[_Text] = Field(default=[], description="Only these rules: codes, beginnings of codes, or names.")
    ignore: list[_Text] = Field(default=[], description="Not these rules.")
    severity: dict[_Text, _Level] = Field(default={}, description="Other severities, by code, beginning of codes, or name.")
    unreachable: list[_Text] = Field(default=[], description="Files that are meant to be imported by nothing, as patterns: `config/old/**`.")
    fail_on: Literal["error", "warning", "info", "never"] | None = Field(
        default=None, alias="fail-on", description="The severity from which on the exit status is 1."
    )
    env_file: list[_Text] = Field(default=[], alias="env-file", description="Files of variables, instead of the search for a `.env`.")
    schemas: list[_Text] = Field(default=[], description="Schema files that add to the catalogue of what ORBIT reads, or override it.")
    orbit: _Text | None = Field(default=None, description="The ORBIT that is meant: a release, `2.15.9`, or a folder that holds ORBIT's `server/`.")


_MOST_PROBLEMS = 20
"""Problems that are told at a time."""


def problems(table: dict[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with a settings table: the setting, and what is wrong with it. Empty where it is right."""
    try:
        SettingsShape.model_validate(table)
    except ValidationError as error:
        # without the input, which may be a secret in the wrong place
        found = error.errors(include_input=False, include_url=False)[:_MOST_PROBLEMS]
        return [(str(each["loc"][0]), _problem(each["type"], each["loc"], each["msg"])) for each in found]
    return []


def json_schema() -> dict[str, Any]:
    """The shape as a JSON Schema."""
    schema = SettingsShape.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema}


def names() -> list[str]:
    """Every setting, as it is written in a file."""
    return [field.alias or name for name, field in SettingsShape.model_fields.items()]


def _problem(kind: str, location: tuple[int | str, ...], message: str) -> str:
    name = str(location[0])
    if kind == "extra_forbidden":
        return f"there is no setting `{name}`" + did_you_mean(name, names(), otherwise=f"; there are {', '.join(names())}", cutoff=0.6)
    where = f"`{name}`" + "".join(f", entry {part + 1}" if isinstance(part, int) else f", `{part}`" for part in location[1:] if part != "[key]")
    return f"{where}: {message[:1].lower()}{message[1:]}"
