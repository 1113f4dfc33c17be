"""New blocks as the catalogue knows them: what has to be written of a provider, or of an adapter, so that ORBIT takes it."""

from collections.abc import Mapping

from orbitcfg.catalog.rows import Row
from orbitcfg.catalog.specs import MODE_API
from orbitcfg.masking.names import is_secret_name
from orbitcfg.record import NamedTuple

CLASSES: Mapping[str, tuple[str, str, str, str]] = {
    "conversational": ("passthrough", "none", "conversational", "implementations.passthrough.conversational.ConversationalImplementation"),
    "multimodal": ("passthrough", "none", "multimodal", "implementations.passthrough.multimodal.MultimodalImplementation"),
}
"""By what a new adapter is for: its type, datasource, adapter and implementation."""

MODEL_HERE = "MODEL"
"""What stands in a new block where the user's model belongs."""


class NewKey(NamedTuple):
    """A key of a new block, its value as YAML, and whether that is for the user to choose."""

    key: str
    value: str
    is_open: bool = False


def provider_block(row: Row) -> tuple[NewKey, ...]:
    """The keys of a new provider: its switch, its address where one is usual, its key where one is needed, and its model."""
    spec = row.provider
    keys = [NewKey("enabled", "true")]
    if spec.modes is not None:
        keys.append(NewKey(spec.modes.key, MODE_API))
    urls = [key for key in spec.url.keys if key in row.properties]
    if urls and (spec.location != "cloud" or urls[0] in row.schema.get("required", ())):
        default = _default(row, urls[0])
        keys.append(NewKey(urls[0], f'"{default or "https://HOST"}"', is_open=True))
    if spec.api_key.required and spec.api_key.key is not None:
        keys.append(NewKey(spec.api_key.key, f"${{{(*spec.api_key.env, 'API_KEY')[0]}}}"))
    keys += [NewKey(key, MODEL_HERE, is_open=True) for key in spec.model_keys[:1]]
    known = {each.key for each in keys}
    keys += [_required(row, key) for key in row.schema.get("required", ()) if key not in known]
    return tuple(keys)


def adapter_block(purpose: str, provider: str) -> tuple[NewKey, ...]:
    """The keys of a new adapter for one of the purposes of `CLASSES`, on a provider."""
    kind, datasource, adapter, implementation = CLASSES[purpose]
    return (
        NewKey("name", f"new-{purpose}", is_open=True),
        NewKey("enabled", "true"),
        NewKey("type", kind),
        NewKey("datasource", datasource),
        NewKey("adapter", adapter),
        NewKey("implementation", implementation),
        NewKey("inference_provider", provider, is_open=True),
    )


def _required(row: Row, key: str) -> NewKey:
    """A key that must be there: a variable for a secret, else a value for the user to choose."""
    return NewKey(key, f"${{{key.upper()}}}") if is_secret_name(key) else NewKey(key, f'"{_default(row, key) or key.upper()}"', is_open=True)


def _default(row: Row, key: str) -> str:
    value = row.properties[key].get("default") if key in row.properties else None
    return value if isinstance(value, str) else ""
