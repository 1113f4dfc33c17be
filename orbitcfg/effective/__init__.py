"""The effective configuration: which adapter uses which provider, model, URL, key and parameters, and why."""

from collections.abc import Iterator

from orbitcfg.catalog.rows import Catalog
from orbitcfg.effective.use import Use
from orbitcfg.environment import Environment
from orbitcfg.tree import Mapping

__all__ = ["Use", "uses"]


def uses(tree: Mapping, catalog: Catalog, environment: Environment) -> Iterator[Use]:
    """The rows of a configuration: the default first, then each adapter in order, each with its services."""
    yield from ()
