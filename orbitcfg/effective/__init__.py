"""The effective configuration: which adapter uses which provider, model, URL, key and parameters, and why."""

from collections.abc import Iterator

from orbitcfg.catalog.rows import Catalog
from orbitcfg.compile.environment import Environment
from orbitcfg.document.tree import Mapping
from orbitcfg.effective.adapters import GENERATORS, WITHOUT_MODEL, Adapter
from orbitcfg.effective.inference import Inference
from orbitcfg.effective.services import Services
from orbitcfg.effective.use import Use

__all__ = ["Use", "uses"]


def uses(tree: Mapping, catalog: Catalog, environment: Environment) -> Iterator[Use]:
    """The rows of a configuration: the default first, then each adapter in order, each with its services."""
    inference = Inference(tree, catalog, environment)
    services = Services(tree, catalog, environment)
    yield inference.default()
    yield from services.defaults()
    own = [_model_row(inference, adapter) for adapter in inference.adapters]
    for adapter, row in zip(inference.adapters, own, strict=True):
        if row is not None:
            yield row
        yield from inference.of_choices(adapter)
        yield from services.of_adapter(adapter)


def _model_row(inference: Inference, adapter: Adapter) -> Use | None:
    """The row of an adapter's language model; None for a type that has none. All come before the choices of any: so ORBIT would serve them."""
    if adapter.kind in WITHOUT_MODEL:
        return None
    return inference.of_rewriting(adapter) if adapter.kind in GENERATORS else inference.of_adapter(adapter)
