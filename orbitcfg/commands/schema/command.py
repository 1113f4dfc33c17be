"""The command `schema`: the schemas of what ORBIT reads."""

from orbitcfg.catalog import bundle as bundles
from orbitcfg.catalog.bundle import names_in
from orbitcfg.catalog.rows import Catalog
from orbitcfg.catalog.store import shipped_store
from orbitcfg.compile import InterpolationMode
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk, Files
from orbitcfg.project.compiler import CompileOptions, Path, configuration, targets
from orbitcfg.suggest import did_you_mean


def schema(name: str | None = None, path: Path | None = None, *, bundle: bool = False, files: Files | None = None) -> str:
    """A schema as JSON text; without a name their names, a line each.

    With `bundle` all of them in one document for editors, with the names of the providers and adapters of the configuration at `path`,
    where there is one. Raises UsageError for an unknown name.
    """
    store = shipped_store()
    if bundle:
        return bundles.editor_schema(Catalog(store), _names_in_use(path, files or Disk()))
    if name is None:
        return "".join(f"{each}\n" for each in store.names)
    if name not in store.names:
        raise UsageError(f"there is no schema `{name}`" + did_you_mean(name, store.names))
    return store.text(name)


def _names_in_use(path: Path | None, files: Files) -> dict[str, tuple[str, ...]]:
    """For each section of a configuration that others refer to, the names in it; nothing where there is no configuration."""
    try:
        target = targets(files, path)[0]
    except UsageError:
        if path is not None:
            raise
        return {}
    return names_in(configuration(files, target, CompileOptions(InterpolationMode.UNKNOWN)).tree)
