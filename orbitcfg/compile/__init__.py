"""From an import graph to the tree that ORBIT works with: merge, interpolate, presets, and what its loader insists on."""

from typing import TYPE_CHECKING

from orbitcfg.compile.environment import Environment
from orbitcfg.compile.interpolate import InterpolationMode, interpolate
from orbitcfg.compile.merge import merge_imports
from orbitcfg.compile.presets import apply_presets
from orbitcfg.compile.requirements import check_requirements
from orbitcfg.document.events import Event
from orbitcfg.document.graph import ImportGraph
from orbitcfg.document.memo import NOTHING_KEPT, Memo
from orbitcfg.document.tree import Mapping

if TYPE_CHECKING:
    from orbitcfg.catalog.history import KeyRenaming

__all__ = ["InterpolationMode", "compile_graph"]


def compile_graph(
    graph: ImportGraph,
    environment: Environment,
    mode: InterpolationMode,
    renamings: "tuple[KeyRenaming, ...]" = (),
    memo: Memo = NOTHING_KEPT,
) -> tuple[Mapping | None, list[Event]]:
    """The compiled tree, None where the root file holds no mapping or placeholders come to more than is taken on, and what happened on the way.

    All is in the words of the catalogue; `renamings` are the keys that ORBIT knows by other names. `memo` holds what was made of files before.
    """
    merged, events = merge_imports(graph)
    if merged is None:
        return None, events
    if renamings:
        from orbitcfg.compile.renaming import in_words_of_catalogue, with_names_swapped  # to the newest ORBIT nothing has another name

        merged, events = with_names_swapped(merged, renamings), in_words_of_catalogue(events, renamings)
    filled, filling_events = interpolate(merged, environment, mode, memo)
    events += filling_events
    if filled is None:
        return None, events
    events += check_requirements(filled)  # in ORBIT's order: before the presets, whose values are filled already
    tree, preset_events = apply_presets(filled, memo)
    return tree, events + preset_events
