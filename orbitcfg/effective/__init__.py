"""The effective configuration: which adapter uses which provider, model, URL, key and parameters, and why."""

from collections.abc import Iterator

from orbitcfg.catalog.rows import Catalog
from orbitcfg.effective.adapters import WITHOUT_MODEL
from orbitcfg.effective.inference import Inference
from orbitcfg.effective.use import Use
from orbitcfg.environment import Environment
from orbitcfg.tree import Mapping

__all__ = ["Use", "uses"]


def uses(tree: Mapping, catalog: Catalog, environment: Environment) -> Iterator[Use]:
    """The rows of a configuration: the default first, then each adapter in order, each with its services."""
    inference = Inference(tree, catalog, environment)
    yield inference.default()
    own = {adapter.path: inference.of_adapter(adapter) for adapter in inference.adapters if adapter.kind not in WITHOUT_MODEL}
    for adapter in inference.adapters:
        if adapter.path in own:
            yield own[adapter.path]
        yield from inference.of_choices(adapter)
