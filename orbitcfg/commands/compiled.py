"""The configuration that a command looks at, and the user's settings split up for the rooms that make it."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from orbitcfg.compile import InterpolationMode
from orbitcfg.compile.discovery import ConfigTarget
from orbitcfg.dataclass import replace
from orbitcfg.files.store import Files
from orbitcfg.project.compiler import CompileOptions, EnvironmentChoice, Path, configuration, targets
from orbitcfg.project.config import Config
from orbitcfg.settings.model import Settings

if TYPE_CHECKING:
    from orbitcfg.catalog.code import Code


def compile_options(settings: Settings, mode: InterpolationMode, process: Mapping[str, str] | None = None) -> CompileOptions:
    """What the settings say of compiling; `process` None is the environment of this process."""
    environment = None if settings.no_env else EnvironmentChoice(os.environ if process is None else process, settings.env_files)
    return CompileOptions(
        mode,
        environment,
        settings.schemas,
        strict_env=settings.strict_env,
        unreachable=settings.unreachable,
        every=settings.every,
        orbit=settings.orbit,
        read_code=remembered_code,
    )


def remembered_code(folder: str) -> "Code | None":
    """What ORBIT's code in a folder says, read anew only where one of its files has changed."""
    from orbitcfg.files.signed import SignedFolder
    from orbitcfg.project.code_reader import DiskCode  # where no question needs the code, it is not read

    return DiskCode(lambda: SignedFolder.of_user(os.environ))(folder)


def reading_of(settings: Settings) -> InterpolationMode:
    """What an unset variable means to `validate`: nothing that is known here, or with `strict_env` the empty text that ORBIT makes of it."""
    return InterpolationMode.ORBIT if settings.strict_env else InterpolationMode.UNKNOWN


def whole_target(files: Files, path: Path | None, roots: tuple[str, ...] = ()) -> ConfigTarget:
    """The root file that a path means; `roots` are those that the settings name. All of it is meant, also where the path is an imported file."""
    return replace(targets(files, path, roots)[0], only=None, fragment=False)


def compile_config(files: Files, target: ConfigTarget, settings: Settings, mode: InterpolationMode, process: Mapping[str, str] | None) -> Config:
    """The compiled configuration of a root file, with what the settings say. Raises UsageError where they name what cannot be used."""
    return configuration(files, target, compile_options(settings, mode, process))
