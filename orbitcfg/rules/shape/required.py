"""Keys that ORBIT needs."""

from collections.abc import Iterator
from itertools import islice

from orbitcfg.document.events import RequiredMissing
from orbitcfg.document.tree import KeyPath, Mapping, at
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.shape._consequence import consequence_of, what_follows
from orbitcfg.rules.shape._dead import below_dead
from orbitcfg.rules.shape.keys import meant_key

_MOST_UNKNOWN = 5_000


@rule("ORB305", consequence=Consequence.DIFFERENT, counted="missing keys")
def missing_key(config: Config) -> Iterator[Finding]:
    """A key is missing that ORBIT needs.

    What then fails stands in the finding.

    ```yaml bad
    adapters:
      - {enabled: true, type: passthrough, datasource: none, adapter: conversational, implementation: implementations.passthrough.conversational.ConversationalImplementation}
    ```

    ```yaml good
    # base: chat
    adapters: [{name: chat, enabled: true}]
    ```
    """
    required_by_loader = {event.path for event in config.events_of(RequiredMissing)}
    for mismatch in config.mismatches:
        if mismatch.keyword != "required" or not (mismatch.path or config.is_whole):
            continue
        path: KeyPath = (*mismatch.path, mismatch.wanted)
        if path in required_by_loader or below_dead(config, path) or _is_misspelt(config, path):
            continue
        row = config.catalog.at(config.tree, path)
        reaction = (row.spec.missing if row else None) or mismatch.spec.missing or mismatch.spec.wrong
        holder = config.format_path(mismatch.path)
        what = f"`{holder}` has no `{mismatch.wanted}`" if holder else f"there is no section `{mismatch.wanted}`"
        yield Finding(
            f"{what}{what_follows(config, path, reaction)}",
            path,
            f"add `{mismatch.wanted}:`",
            consequence=consequence_of(config, path, reaction),
            # a file that was not read may hold a section, and no key of one that stands in another
            blames=path if len(path) == 1 else None,
        )


def _is_misspelt(config: Config, path: KeyPath) -> bool:
    """Whether an unknown key beside the missing one is reported as a slip for it."""
    return path[-1] in config.once(_MeantKeys).beside(path[:-1])


class _MeantKeys:
    """What the unknown keys of each mapping seem to mean, worked out once for each. Of very many the first are looked at."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._known: dict[KeyPath, frozenset[str | None]] = {}

    def beside(self, path: KeyPath) -> frozenset[str | None]:
        """The keys that are meant in the mapping at a path."""
        if path not in self._known:
            catalog, tree = self._config.catalog, self._config.tree
            holder, mapping = catalog.at(tree, path), at(tree, path)
            keys = mapping.entries if holder is not None and isinstance(mapping, Mapping) else ()
            unknown = (key for key in keys if holder is not None and catalog.below(holder, mapping, key) is None)
            meant = (meant_key(self._config, (*path, key), holder) for key in islice(unknown, _MOST_UNKNOWN) if holder is not None)
            self._known[path] = frozenset(meant)
        return self._known[path]


RULES = (missing_key,)
