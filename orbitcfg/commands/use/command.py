"""The command `use`: a provider switched on or added, and used by default or by one adapter, by edits that keep every other byte."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from orbitcfg.catalog.rows import Catalog
from orbitcfg.catalog.sections import ADAPTERS
from orbitcfg.catalog.store import shipped_store
from orbitcfg.commands.compiled import compile_config, whole_target
from orbitcfg.commands.here import orbit_here
from orbitcfg.commands.models.command import models
from orbitcfg.commands.names import check_name
from orbitcfg.commands.use.block import known_providers
from orbitcfg.commands.use.models import ModelOffer, machine_models, offered_models
from orbitcfg.commands.use.result import UseResult
from orbitcfg.commands.use.wishes import CannotSwitch, Switching, adapter_called, fixes_for
from orbitcfg.commands.validate.command import validate
from orbitcfg.compile import InterpolationMode
from orbitcfg.compile.discovery import ConfigTarget
from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.document.decode import reason
from orbitcfg.document.events import PlaceholderUsed
from orbitcfg.document.keypath import parse_key_path
from orbitcfg.document.tree import KeyPath, at
from orbitcfg.edit.fixer import FileChange, changed_paths, write_changes
from orbitcfg.edit.rewrite import Rewrite
from orbitcfg.effective.use import Use
from orbitcfg.errors import UsageError
from orbitcfg.files.atomic import check_writable
from orbitcfg.files.store import Disk, Files
from orbitcfg.project.compiler import Path, catalog_of
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Diagnostic, Report, Severity
from orbitcfg.settings.model import Settings

MAX_ROUNDS = 5
"""Rounds of edits: two keys that go into one place are written one after the other."""

Choose = Callable[[ModelOffer], str | None]
"""Has somebody choose a model; None where they take none."""


def use(
    provider: str,
    path: Path | None = None,
    settings: Settings = Settings(),
    *,
    model: str | None = None,
    adapter: str | None = None,
    choose: Choose | None = None,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
) -> UseResult:
    """What it takes to use a provider as the default, or for one adapter; `write_use` writes it.

    Without a `model` its server is asked for its list, if it is none of a vendor's, else this machine for its model files: what the configuration names is
    kept where it is among them, and else somebody must `choose`. Raises UsageError where nobody does, and for an unknown provider or adapter.
    """
    files = files or Disk()
    process = os.environ if process is None else process
    if model is not None and not model.strip():
        raise UsageError("`--model` is empty: name a model, or leave it out")
    # before the configuration: a path in its place is no provider
    check_name("provider", provider, known_providers(catalog_of(files, settings.schemas, orbit_here(files))))
    place = _Place(files, whole_target(files, path, settings.roots), settings, process)
    before = place.compiled(files)
    check_name("adapter", adapter, {each.name for each in before.adapters}, dict.fromkeys(each.key.label for each in before.adapters))
    asked = Switching(provider, model, adapter)
    try:
        if model is None:
            asked = replace(asked, model=place.chosen_model(before, asked, choose))
        return place.switched(before, asked)
    except CannotSwitch as refusal:
        return UseResult(provider, adapter, asked.model, refusal=str(refusal))


def provider_names() -> tuple[str, ...]:
    """The providers that ORBIT has a class for."""
    return tuple(known_providers(Catalog(shipped_store())))


def write_use(result: UseResult) -> None:
    """Writes what `use` found, and nothing of what is refused. Raises UsageError where a file could not be written, or has changed meanwhile; it is then as it was."""
    if not result.refusal:
        write_changes(result.changes)


@dataclass(frozen=True, slots=True)
class _News:
    """What `validate` says anew; and of that what there is no living with."""

    findings: tuple[Diagnostic, ...] = ()
    refusing: tuple[Diagnostic, ...] = ()
    known: Mapping[tuple[object, ...], Severity] = field(default_factory=dict)
    """How bad it calls today what it says already, by what makes a finding the same one."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A configuration that is to be changed, and how it is read."""

    files: Files
    target: ConfigTarget
    settings: Settings
    process: Mapping[str, str]

    def compiled(self, files: Files) -> Config:
        return compile_config(files, self.target, self.settings, InterpolationMode.ORBIT, self.process)

    def chosen_model(self, before: Config, asked: Switching, choose: Choose | None) -> str | None:
        """The model to be used where none is named; None where the provider's block decides."""
        _, after = self.rewritten(before, asked)
        found, is_new = use_of(after, asked), use_of(before, asked).provider.value != asked.provider
        # what an adapter asked another provider for is no model of this one
        is_left = is_new and asked.adapter is not None and found.model.path is not None and found.model.path[0] == ADAPTERS
        offer = offered_models(after, found, None if is_left else found.model_name, partial(self._inventory, asked.provider))
        chosen = choose(offer) if choose is not None and offer.models else None
        if chosen is None and not offer.has_current:
            raise UsageError(f"name a model with `--model`: {offer.describe()}")
        return chosen

    def _inventory(self, provider: str) -> tuple[str, ...]:
        """The models on this machine that a provider's server would list, for chats."""
        return machine_models(provider, models(self.target.root, (), self.settings, files=self.files, process=self.process))

    def rewritten(self, before: Config, asked: Switching) -> tuple[Rewrite, Config]:
        """The files as they would be, and the configuration that they give. Raises CannotSwitch where an edit cannot be made, or changes what nobody asked for."""
        rewrite, config, touched = Rewrite(self.files), before, set[KeyPath]()
        for _ in range(MAX_ROUNDS):
            fixes = fixes_for(config, asked)
            if not fixes:
                break
            touched |= {path for fix in fixes for path in fix.touches}
            further = rewrite.with_fixes(fixes)
            if further is None or further.contents == rewrite.contents:
                raise CannotSwitch(f"{_keys(before, touched)} cannot be written there without changing what is around it: write it yourself")
            rewrite, config = further, self.compiled(further.overlay)
        if fixes_for(config, asked):
            raise CannotSwitch(f"what was written to {_keys(before, touched)} is not what ORBIT would read there: write it yourself")
        others = [path for path in changed_paths(before.tree, config.tree) if not any(path[: len(each)] == each for each in touched)]
        if others:
            raise CannotSwitch(
                f"{_keys(before, touched)} is at an anchor or in a file that serves several places, so that `{config.format_path(others[0])}` would change too: "
                "give it a text of its own first"
            )
        return rewrite, config

    def switched(self, before: Config, asked: Switching) -> UseResult:
        """The whole change, held to its promise: ORBIT would use what was asked for, and `validate` has nothing new to say."""
        written, after = self.rewritten(before, asked)
        found = use_of(after, asked)
        _refuse_other(after, found, asked)
        # what a variable gave that is named like a secret is not shown
        model = found.model_name if found.model.secret_variable is None else None
        rewrite, news = self._without_new_faults(asked, written, before, after)
        after = after if rewrite is written else self.compiled(rewrite.overlay)
        changes = tuple(rewrite.changes())
        if news.refusing:
            worst = max(news.refusing, key=lambda each: each.severity)
            refusal = _refusal(before, worst, news.known.get(_identity(worst)))
            return UseResult(asked.provider, asked.adapter, model, refusal=refusal, findings=news.refusing)
        unwritable = next(filter(None, map(_unwritable, changes if isinstance(self.files, Disk) else ())), "")
        variables = _unset(before, after, asked) if changes else ()
        return UseResult(asked.provider, asked.adapter, model, changes, unwritable, news.findings, variables)

    def _without_new_faults(self, asked: Switching, rewrite: Rewrite, old: Config, new: Config) -> tuple[Rewrite, "_News"]:
        """The files, with what the provider's block says and nobody minded before it was used set right, and what `validate` has to say of them that is new."""
        if not rewrite.contents:
            return rewrite, _News()
        before = self._validated(self.files).diagnostics
        news = self._news(before, rewrite)
        fixes = [each.fix for each in news.refusing if each.fix is not None]
        changed = set(changed_paths(old.tree, new.tree))
        # never what was asked for
        cures = [fix for fix in fixes if fix.touches and all(path[:2] == asked.block and path not in changed for path in fix.touches)]
        cured = rewrite.with_fixes(cures) if cures else None
        return (rewrite, news) if cured is None else (cured, self._news(before, cured))

    def _news(self, before: Iterable[Diagnostic], rewrite: Rewrite) -> "_News":
        """What `validate` says of the new files and not of the old ones, or says as worse, since somebody needs now what it is about."""
        known = Counter(map(_identity, before))
        worst = {_identity(each): each.severity for each in sorted(before, key=lambda each: each.severity)}
        new = []
        for each in self._validated(rewrite.overlay).diagnostics:
            known[_identity(each)] -= 1
            if known[_identity(each)] < 0 or each.severity > worst[_identity(each)]:
                new.append(each)
        return _News(tuple(new), tuple(each for each in new if each.severity > Severity.INFO), worst)

    def _validated(self, files: Files) -> Report:
        return validate(self.target.root, self.settings, files=files, process=self.process)


def _identity(finding: Diagnostic) -> tuple[object, ...]:
    """What makes a finding the same one when lines have moved, however bad it is and whatever it names beside its own place."""
    return finding.code, finding.file, finding.key


def use_of(config: Config, asked: Switching) -> Use:
    """The row of whoever is to use the provider. Raises CannotSwitch where that has no language model."""
    if asked.adapter is None:
        return next(each for each in config.uses if each.is_default)
    adapter = adapter_called(config, asked.adapter)
    rows = (each for each in config.uses if adapter is not None and each.path == adapter.path and each.service in ("inference", "rewriting"))
    found = next(rows, None)
    if found is None:
        raise CannotSwitch(f"adapter `{asked.adapter}` asks no language model")
    return found


def _refuse_other(config: Config, found: Use, asked: Switching) -> None:
    """Raises CannotSwitch where ORBIT would use another provider or model than what was asked for."""
    whose = "the default" if asked.adapter is None else f"adapter `{asked.adapter}`"
    if found.provider.value != asked.provider:
        other = f"`{found.provider.value}`" if found.provider.value else "another one"
        place = f" ({config.locate(found.provider.path).label})" if found.provider.path else ""
        raise CannotSwitch(f"{whose} would still use {other}{place}")
    if asked.model is not None and found.model_name != asked.model:
        raise CannotSwitch(f"{whose} would be answered by another model{_served_by(found, asked)}")


def _served_by(found: Use, asked: Switching) -> str:
    """Whose model answers in the place of another one, and what to do about it, in words."""
    if found.served_by is None:
        return ""
    owner = found.served_by.owner
    whose, option = ("the default", "") if owner is None else (f"adapter `{owner}`", f" --adapter {owner}")
    command = f"orbitcfg use {asked.provider} --model {asked.model}{option}"
    return f": for each provider ORBIT takes the model of whoever is loaded first, here {whose}; `{command}` first"


def _unwritable(change: FileChange) -> str:
    """Why a file cannot be written; empty where it can."""
    try:
        check_writable(change.path)
    except OSError as error:
        return f"`{change.name}` cannot be written: {reason(error)}"
    return ""


_AS = {Severity.INFO: "info", Severity.WARNING: "a warning", Severity.ERROR: "an error"}


def _refusal(before: Config, worst: Diagnostic, today: Severity | None) -> str:
    """Why nothing is written, with the place of what is wrong in the files as they are, and what to do about it; `today` is how bad it is already."""
    path = parse_key_path(worst.key) if worst.key else None
    place = f"{before.locate(path).label}, " if path and at(before.tree, path) is not None else ""
    remedy = f": {worst.help}" if worst.help else ""
    says = (
        "find what it does not find today" if today is None or today >= worst.severity else f"call {_AS[worst.severity]} what is {_AS[today]} today"
    )
    return f"`validate` would {says}: {worst.message} ({place}{worst.code}){remedy}"


def _unset(before: Config, after: Config, asked: Switching) -> tuple[str, ...]:
    """The variables that the new configuration alone reads, or that stand in the provider's block, and that are not set here."""
    known = {event.substitution.name for event in before.events_of(PlaceholderUsed)}
    used = ((event.substitution, event.path[:2] == asked.block) for event in after.events_of(PlaceholderUsed))
    return tuple(dict.fromkeys(each.name for each, is_own in used if each.source is None and (is_own or each.name not in known)))


def _keys(config: Config, paths: set[KeyPath]) -> str:
    return ", ".join(sorted(f"`{config.format_path(path)}`" for path in paths))
