"""Whom something is for: an adapter, or one of the models that its clients may choose."""

from orbitcfg.dataclass import dataclass, field
from orbitcfg.masking.url import shown_name


@dataclass(frozen=True, slots=True)
class AdapterKey:
    """An adapter by its name, or one entry of a list of models that its clients may choose."""

    name: str
    entry: str | None = None
    shown: str | None = field(default=None, compare=False)
    """The name as it may be shown, where it is another: a variable gave it."""

    @property
    def label(self) -> str:
        """The adapter's name as it may be shown."""
        return shown_name(self.name) if self.shown is None else self.shown

    def __str__(self) -> str:
        """`NAME` or `NAME@ENTRY`, as people write and read it, and as it may be shown."""
        return self.label if self.entry is None else f"{self.label}@{shown_name(self.entry)}"

    def is_meant_by(self, text: str) -> bool:
        """Whether a user who writes `NAME` or `NAME@ENTRY` means it; an adapter's name means its entries too."""
        return text in (self.name, f"{self.name}@{self.entry}", str(self))
