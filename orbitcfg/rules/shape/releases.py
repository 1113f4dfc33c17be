"""Keys that ORBIT reads in some of its releases, and not in the one that is meant."""

from collections.abc import Iterator

from orbitcfg.catalog.history import KeyRenaming, history
from orbitcfg.catalog.rows import Row
from orbitcfg.document.tree import KeyPath, Mapping, at
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Fix, Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._fixes import key_rename_fix, replacement_edit
from orbitcfg.rules._rule import rule


@rule("ORB311", consequence=Consequence.HYGIENE, severity=Severity.WARNING, counted="keys of other releases")
def key_of_another_release(config: Config) -> Iterator[Finding]:
    """A key came with a later release of ORBIT than the one that is meant, or went with an earlier one.

    It is ignored in silence, as any key that ORBIT does not know. Which ORBIT is meant is said by `--orbit`, by the setting `orbit`, or by the code that lies
    beside the configuration or above it; the summary names it. Without any of them it is the newest release that orbitcfg knows, to which this rule has nothing
    to say.

    ```yaml bad
    # orbit: 2.13.0
    mcp_clients: {enabled: true, servers: [{name: files, command: mcp-files}]}
    ```

    ```yaml bad
    # base: chat
    # orbit: 2.9.0
    adapters: [{name: chat, allowed_image_models: [{provider: openai, model: gpt-image-1}]}]
    ```

    ```yaml good
    # orbit: 2.13.0
    mcp_client: {enabled: true, servers: [{name: files, command: mcp-files}]}
    ```
    """
    if config.orbit.is_catalogued or config.orbit.release is None:
        return
    for renaming in config.renamings:
        finding = _too_early(config, renaming)
        if finding is not None:
            yield finding
    for path, _, row, holder in config.rows if config.orbit.release < (config.orbit.catalogue or config.orbit.release) else ():
        since = came_with(config, path, holder) if row is None else None
        if since is not None:
            yield _came(config, path, since)
    yield from _gone(config)


def came_with(config: Config, path: KeyPath, holder: Row) -> str | None:
    """The release that a key came with, which the ORBIT that is meant does not know yet; None where that is not why."""
    rows = (holder, *config.catalog.branches(holder, at(config.tree, path[:-1])))
    return next((since for row in rows if (since := row.spec.later.get(str(path[-1]))) is not None), None)


def _came(config: Config, path: KeyPath, since: str) -> Finding:
    is_needed = path[0] == "adapters" or config.demand.of(path[:-1]).is_demanded
    return Finding(
        f"`{path[-1]}` came with ORBIT {since}; this is {config.orbit.release}, which reads nothing of it",
        path,
        f"remove it, or update ORBIT to {since}",
        severity=Severity.WARNING if is_needed else Severity.INFO,
    )


def _too_early(config: Config, renaming: KeyRenaming) -> Finding | None:
    """A key that stands under the name that it gets later."""
    mapping = at(config.written, renaming.under)
    entry = mapping.entries.get(renaming.now) if isinstance(mapping, Mapping) else None
    if entry is None or not isinstance(mapping, Mapping):
        return None
    edit = replacement_edit(entry.key_span, renaming.now, renaming.was) if renaming.was not in mapping.entries else None
    paths = (renaming.later, renaming.earlier)
    return Finding(
        f"`{renaming.now}` is called `{renaming.was}` before ORBIT {renaming.at}; this is {config.orbit.release}, which reads nothing of it",
        entry.key_span,
        f"write `{renaming.was}`" if edit else "remove it",
        key=renaming.earlier,
        fix=Fix((edit,), safe=True, touches=paths) if edit else None,
    )


def _gone(config: Config) -> Iterator[Finding]:
    """Keys that stand under a name that an earlier release was the last to read."""
    release = config.orbit.release
    for renaming in history().renamings:
        if release is not None and renaming.at <= release and at(config.tree, renaming.earlier) is not None:
            fix = key_rename_fix(config, renaming.earlier, renaming.now, safe=True)
            yield Finding(
                f"`{renaming.was}` is called `{renaming.now}` since ORBIT {renaming.at}; this is {release}, which reads nothing of the old name",
                renaming.earlier,
                f"write `{renaming.now}`" if fix else "remove it",
                fix=fix,
            )


def is_told(config: Config, path: KeyPath, holder: Row) -> bool:
    """Whether this rule tells of a key that the ORBIT that is meant does not know."""
    release = config.orbit.release
    if config.orbit.is_catalogued or release is None:
        return False
    if not config.orbit.is_newest and came_with(config, path, holder) is not None:
        return True
    # of a name that came later the catalogue's other one stands in the tree
    return any(path == each.earlier and (each.at <= release or each in config.renamings) for each in history().renamings)


RULES = (key_of_another_release,)
