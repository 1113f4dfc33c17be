"""The blocks of providers, of models and of services alike."""

from collections.abc import Iterator

from orbitcfg.catalog.rows import Row
from orbitcfg.catalog.specs import MODE_API, MODE_DIRECT
from orbitcfg.dataclass import dataclass
from orbitcfg.document.tree import KeyPath, Mapping, Unknown, at, value_at
from orbitcfg.effective.block import SECTION
from orbitcfg.effective.switches import SWITCH, Switches


@dataclass(frozen=True, slots=True)
class Provider:
    """One block: its path, its node, what the catalogue says of it, and whether its own switch is on (None: not known here)."""

    path: KeyPath
    node: Mapping
    row: Row
    switch: bool | None

    @property
    def name(self) -> str:
        """The provider's name."""
        return str(self.path[1])

    @property
    def is_on(self) -> bool:
        """Whether its own switch is on, or may be."""
        return self.switch is not False

    @property
    def is_inference(self) -> bool:
        """Whether it is one of language models."""
        return self.path[0] == SECTION

    @property
    def mode(self) -> str | None:
        """The mode that it works in; None where it has but one, or where that is not known here."""
        modes = self.row.provider.modes
        if modes is None:
            return None
        written = value_at(self.node, (modes.key,))
        mode = modes.default if written is None else written
        return mode if isinstance(mode, str) and not isinstance(mode, Unknown) else None

    @property
    def is_api(self) -> bool:
        """Whether it calls a server."""
        return self.row.provider.modes is None or self.mode == MODE_API

    @property
    def is_direct(self) -> bool:
        """Whether it loads the model itself."""
        return self.mode == MODE_DIRECT

    def text(self, key: str) -> str | None:
        """The text under a key; None where there is none, or it is not known here."""
        value = value_at(self.node, (key,))
        return value if isinstance(value, str) and value and not isinstance(value, Unknown) else None


def providers_of(switches: Switches) -> Iterator[Provider]:
    """Every block of a provider, in the order of the sections."""
    tree, catalog = switches.tree, switches.catalog
    for section, spec in catalog.sections.items():
        node = at(tree, (section,)) if spec.holds == "providers" else None
        for name, entry in node.entries.items() if isinstance(node, Mapping) else ():
            row = catalog.at(tree, (section, name))
            if isinstance(entry.node, Mapping) and row is not None:
                yield Provider((section, name), entry.node, row, switches.at((section, name, SWITCH)))
