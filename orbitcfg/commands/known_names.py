"""The names of a configuration that a shell completes. Neither the network is asked nor the environment."""

from collections.abc import Callable, Iterable

from orbitcfg.commands.compiled import compile_config, whole_target
from orbitcfg.compile import InterpolationMode
from orbitcfg.document.tree import Unknown
from orbitcfg.files.store import Disk, Files
from orbitcfg.project.config import Config
from orbitcfg.settings.model import Settings


def known_names(kind: str, path: str | None = None, *, files: Files | None = None) -> tuple[str, ...]:
    """The names of a kind, in the order of the configuration. Raises UsageError where there is none."""
    files = files or Disk()
    config = compile_config(files, whole_target(files, path, ()), Settings(no_env=True), InterpolationMode.ORBIT, {})
    # a name may be anything in a broken file
    return tuple(dict.fromkeys(name for name in KINDS[kind](config) if isinstance(name, str) and name and not isinstance(name, Unknown)))


KINDS: dict[str, Callable[[Config], Iterable[object]]] = {
    "adapters": lambda config: (each.name for each in config.adapters),
    "models": lambda config: (each.model_name for each in config.uses),
    "providers": lambda config: (each.path[-1] for each in config.providers),
    "services": lambda config: (each.service for each in config.uses),
}
