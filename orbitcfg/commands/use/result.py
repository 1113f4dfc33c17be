"""What `use` finds and does."""

from typing import Literal, TypeAlias

from orbitcfg.dataclass import dataclass
from orbitcfg.edit.fixer import FileChange
from orbitcfg.report.diagnostics import Diagnostic

ProviderSwitch: TypeAlias = Literal["on", "off", "absent"]
"""Whether a provider's block is switched on, off, or not there."""


@dataclass(frozen=True, slots=True)
class ProviderState:
    """A provider: its switch, who uses it, and whether its server is reachable from here; None where nothing was asked.

    `models` are what the server lists, `users` adapters, with `default` for the default.
    """

    name: str
    switch: ProviderSwitch
    url: str | None = None
    reachable: bool | None = None
    models: tuple[str, ...] = ()
    users: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProviderList:
    """Every provider that ORBIT has a class for, those of the configuration first. `root` is the configuration's file."""

    root: str
    providers: tuple[ProviderState, ...]


@dataclass(frozen=True, slots=True)
class UseResult:
    """What it takes to use a provider; nothing is written yet.

    `model` is the one that will be used, None where that is not known here. `refusal` says why it cannot be done; nothing is written then, and `changes` are
    those to files that cannot be written. `findings` are what `validate` would say anew: of what is worth knowing alone where nothing is refused.
    `variables` are those that must be set first, and are not set here.
    """

    provider: str
    adapter: str | None
    model: str | None = None
    changes: tuple[FileChange, ...] = ()
    refusal: str = ""
    findings: tuple[Diagnostic, ...] = ()
    variables: tuple[str, ...] = ()

    @property
    def diff(self) -> str:
        """The changes as a unified diff in which no secret stands."""
        return "".join(change.diff for change in self.changes)

    def summary_line(self, *, dry_run: bool) -> str:
        """What is done, in one line."""
        what = f"`{self.provider}`" + (f" with `{self.model}`" if self.model else "")
        whose = "the default" if self.adapter is None else f"adapter `{self.adapter}`"
        if self.refusal:
            return f"refused, and nothing is written: {self.refusal}"
        if not self.changes:
            return f"{whose} uses {what} already"
        files = ", ".join(f"`{change.name}`" for change in self.changes)
        note = f"; set {', '.join(f'`{each}`' for each in self.variables)}" if self.variables else ""
        return f"{whose} {'would use' if dry_run else 'uses'} {what}: {'would change' if dry_run else 'changed'} {files}{note}"


UseOutcome: TypeAlias = UseResult | ProviderList
"""What the command prints: a change, or without a provider the list of them."""
