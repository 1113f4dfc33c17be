"""The fixes of what `validate` finds."""

from collections.abc import Mapping

from orbitcfg.commands.compiled import compile_options, reading_of
from orbitcfg.commands.validate.command import validate
from orbitcfg.edit import fixer
from orbitcfg.edit.fixer import FixResult
from orbitcfg.files.store import Disk, Files
from orbitcfg.project.compiler import Paths, configuration, targets
from orbitcfg.project.config import Config
from orbitcfg.settings.model import Settings


def plan_fixes(
    paths: Paths = None,
    settings: Settings = Settings(),
    *,
    unsafe: bool = False,
    baseline: str | None = None,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
) -> FixResult:
    """What the fixes of `validate`'s findings make of the files, each held to its promise; `write_fixes` writes it.

    `unsafe` adds those that may change more than their finding says. Raises UsageError as `validate` does.
    """
    files = files or Disk()
    chosen = targets(files, paths, settings.roots)
    options = compile_options(settings, reading_of(settings), process)

    def compiled(seen: Files) -> list[Config]:
        return [configuration(seen, target, options) for target in chosen]

    return fixer.plan_fixes(files, lambda seen: validate(paths, settings, baseline=baseline, files=seen, process=process), compiled, unsafe=unsafe)


def write_fixes(result: FixResult) -> None:
    """Writes what fixes make of files. Raises UsageError where one could not be written, or has changed meanwhile; it is then as it was."""
    fixer.write_fixes(result)
