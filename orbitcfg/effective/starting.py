"""What ORBIT cannot start without."""

from collections.abc import Iterable

from orbitcfg.catalog.conditions import fits
from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.demand import DemandGraph
from orbitcfg.effective.registry import DEFAULT
from orbitcfg.effective.use import Use
from orbitcfg.report.consequence import Consequence

_CONVERSIONS = ("int()", "float()")


def ends_start_when_empty(demand: DemandGraph, uses: Iterable[Use], path: KeyPath) -> bool:
    """Whether ORBIT does not start where empty text stands at a path, as an unset variable leaves it."""
    needed = demand.of(path)
    if not needed.is_demanded:
        return False
    if "check" in needed.kinds or path == DEFAULT:
        return True
    row = demand.catalog.at(demand.tree, path)
    if row is not None and row.spec.wrong is not None and row.spec.wrong.consequence is Consequence.NO_START and not row.spec.has_default_when_empty:
        return row.spec.reads in _CONVERSIONS or not fits(row.schema, "")
    # the default comes first, so that none but it is looked at
    default = next((use for use in uses if use.is_default), None)
    return default is not None and path in default.built_with
