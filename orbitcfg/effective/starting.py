"""What ORBIT cannot start without."""

from collections.abc import Iterable

from orbitcfg.catalog.conditions import fits
from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.demand import DemandGraph
from orbitcfg.effective.use import Use
from orbitcfg.report.consequence import Consequence

_CONVERSIONS = ("int()", "float()")


def ends_start_when_empty(demand: DemandGraph, uses: Iterable[Use], path: KeyPath) -> bool:
    """Whether ORBIT does not start where empty text stands at a path, as an unset variable leaves it."""
    needed = demand.of(path)
    if not needed.is_demanded:
        return False
    if "check" in needed.kinds or path == ("general", "inference_provider"):
        return True
    row = demand.catalog.at(demand.tree, path)
    if row is not None and row.spec.wrong is not None and row.spec.wrong.consequence is Consequence.NO_START and not row.spec.has_default_when_empty:
        return row.spec.reads in _CONVERSIONS or not fits(row.schema, "")
    return any(use.is_default and _is_built_with(use, path) for use in uses)


def _is_built_with(use: Use, path: KeyPath) -> bool:
    """Whether the default cannot be made without what stands at a path."""
    return path in use.built_with
