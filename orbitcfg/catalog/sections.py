"""ORBIT's sections, as the catalogue lists them."""

from collections.abc import Mapping
from functools import cache

from orbitcfg.catalog.annotation import section_spec
from orbitcfg.catalog.specs import SectionSpec
from orbitcfg.catalog.store import ANNOTATION, ROOT, Store, shipped_store

ADAPTERS = "adapters"
"""The section that lists the adapters."""


def sections_of(store: Store) -> Mapping[str, SectionSpec]:
    """What the sections at the top of a configuration hold, by name, in the catalogue's order, as far as a store says so.

    It stands beside the references in the root schema, so that no other file is read for it.
    """
    properties = store.documents[ROOT]["properties"]
    found = {name: section_spec(schema.get(ANNOTATION, {})) for name, schema in properties.items() if isinstance(schema, dict)}
    return {name: spec for name, spec in found.items() if spec is not None}


@cache
def orbits_sections() -> Mapping[str, SectionSpec]:
    """The same of orbitcfg's own schemas."""
    return sections_of(shipped_store())


@cache
def preset_sections() -> Mapping[str, str]:
    """The inference providers that have presets, each with the section that holds them."""
    return {spec.presets_of: name for name, spec in orbits_sections().items() if spec.presets_of is not None}
