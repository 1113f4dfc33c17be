"""The command `resolve`: the configuration as ORBIT's loader returns it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from orbitcfg.commands.names import check_name
from orbitcfg.commands.reporting import lint_result
from orbitcfg.commands.why import origin_label
from orbitcfg.compile import InterpolationMode
from orbitcfg.document.masked import as_json, masked_node
from orbitcfg.document.tree import Mapping as MappingNode
from orbitcfg.document.tree import plain
from orbitcfg.document.yaml_writer import annotated_yaml, to_yaml
from orbitcfg.effective.excerpt import excerpt
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk, Files
from orbitcfg.project.compiler import Path, configuration, summary_of, targets
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Report
from orbitcfg.rules import LOADING
from orbitcfg.settings.model import Settings


@dataclass(frozen=True, slots=True)
class Resolution:
    """A configuration as ORBIT's loader returns it.

    `tree` is None where the loader would raise; `report` then says why, and otherwise what `validate` would say.
    """

    tree: MappingNode | None
    report: Report

    @property
    def value(self) -> object:
        """The configuration as Python's own types, nothing masked; None where ORBIT's loader would raise."""
        return None if self.tree is None else plain(self.tree)


def resolve(
    path: Path | None = None,
    settings: Settings = Settings(),
    *,
    symbolic: bool = False,
    adapter: str | None = None,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
) -> Resolution:
    """The configuration as ORBIT would see it; `symbolic` leaves every placeholder as it was written.

    With `adapter`, only that adapter and everything that it will use. Raises UsageError for one that is not there.
    """
    files = files or Disk()
    target = replace(targets(files, path, settings.roots)[0], only=None, fragment=False)
    config = configuration(files, target, settings, process, InterpolationMode.SYMBOLIC if symbolic else InterpolationMode.ORBIT)
    result = lint_result(config, settings, LOADING)
    report = Report(result.fatal or result.diagnostics, summary_of(config), crashed=result.crashed)
    if result.fatal:
        return Resolution(None, report)
    return Resolution(config.tree if adapter is None else _excerpt(config, adapter), report)


def _excerpt(config: Config, adapter: str) -> MappingNode:
    found = excerpt(config.tree, config.uses, adapter)
    if found is None:
        check_name("adapter", adapter, list(dict.fromkeys(use.adapter.name for use in config.uses if use.adapter is not None)))
        raise UsageError(f"the adapter `{adapter}` has nothing to show")
    return found


def printed(resolution: Resolution, format_name: str, *, show_secrets: bool, annotate: bool) -> str | None:
    """A resolution as YAML or JSON text; None where ORBIT would not start."""
    tree = resolution.tree
    if tree is None:
        return None
    value = plain(tree) if show_secrets else masked_node(tree)
    if format_name == "json":
        if annotate:
            raise UsageError("--annotate needs YAML: JSON has no comments")
        return json.dumps(as_json(value), indent=2, ensure_ascii=False) + "\n"
    text = to_yaml(value)
    return annotated_yaml(text, lambda path: origin_label(tree, path)) if annotate else text
