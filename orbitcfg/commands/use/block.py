"""The block of a provider as it is written anew: what ORBIT cannot do without, and no more."""

from collections.abc import Iterator

from orbitcfg.catalog.rows import Catalog, Row
from orbitcfg.catalog.specs import MODE_API
from orbitcfg.document.tree import Mapping, value_at
from orbitcfg.effective.block import SECTION
from orbitcfg.effective.keys import usual_variable
from orbitcfg.effective.switches import SWITCH

Pairs = tuple[tuple[str, str | bool], ...]


def known_providers(catalog: Catalog) -> dict[str, Row]:
    """The language-model providers that ORBIT has a class for, in the catalogue's order."""
    section = catalog.at(None, (SECTION,))
    rows = {name: catalog.at(None, (SECTION, name)) for name in (section.properties if section else ())}
    return {name: row for name, row in rows.items() if row is not None and row.provider.protocol is not None}


def new_block(catalog: Catalog, provider: str, model: str | None) -> Pairs:
    """The keys and values of a provider's block."""
    row = known_providers(catalog)[provider]
    return (
        (SWITCH, True),
        *_mode(row),
        *_address(catalog, row, provider),
        *_key(row, provider),
        *_others(catalog, row, provider),
        *_model(row, model),
    )


def usual_address(catalog: Catalog, row: Row, block: Mapping | None = None) -> str | None:
    """The address that a provider's block has where nothing else is known; None where it takes none, or has no usual one."""
    default = _default(catalog, row, row.provider.url.keys[0]) if row.provider.url.keys else None
    if not isinstance(default, str):
        return None
    # the address of some is made of two keys
    parts = {key: value_at(block, (key,)) or _default(catalog, row, key) for key in ("host", "port")}
    return default.format(**parts)


def _mode(row: Row) -> Pairs:
    modes = row.provider.modes
    return ((modes.key, MODE_API),) if modes and MODE_API in modes.values else ()


def _address(catalog: Catalog, row: Row, provider: str) -> Pairs:
    keys = [key for key in row.provider.url.keys if not key.startswith("/")]
    if not keys:
        return ()
    address = usual_address(catalog, row)
    below = catalog.below(row, None, keys[0])
    if address is None and below is not None and "null" in below.types:
        # the provider has one of its own
        return ()
    return ((keys[0], address or _variable(provider, keys[0])),)


def _key(row: Row, provider: str) -> Pairs:
    spec = row.provider.api_key
    if not spec.required or spec.key is None:
        return ()
    return ((spec.key, f"${{{next(iter(spec.env), usual_variable(provider))}}}"),)


def _others(catalog: Catalog, row: Row, provider: str) -> Pairs:
    """Keys without which the provider cannot be made, or its requests fail, each from a variable."""
    spec = row.provider
    written = {*spec.url.keys, *spec.model_keys, *spec.direct_model_keys, spec.api_key.key, SWITCH}
    return tuple((key, _variable(provider, key)) for key in _needed(catalog, row) if key not in written)


def _needed(catalog: Catalog, row: Row) -> Iterator[str]:
    for key in row.properties:
        below = catalog.below(row, None, key)
        if below is not None and (below.spec.missing is not None or "missing" in below.spec.stops_build) and "default" not in below.schema:
            yield key


def _model(row: Row, model: str | None) -> Pairs:
    keys = row.provider.model_keys
    return ((keys[0], model),) if keys and model is not None else ()


def _variable(provider: str, key: str) -> str:
    return f"${{{provider.upper()}_{key.upper()}}}"


def _default(catalog: Catalog, row: Row, key: str) -> object:
    below = catalog.below(row, None, key)
    return None if below is None else below.schema.get("default")
