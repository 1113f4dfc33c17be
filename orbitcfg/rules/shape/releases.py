"""Keys that ORBIT reads in some of its releases, and not in the one that is meant."""

from collections.abc import Iterator

from orbitcfg.catalog.history import KeyRenaming, history
from orbitcfg.document.tree import KeyPath, Mapping, at
from orbitcfg.project.config import Config, LaterKey
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Fix, Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._fixes import key_rename_fix, replacement_edit
from orbitcfg.rules._rule import rule


@rule("ORB311", consequence=Consequence.HYGIENE, severity=Severity.WARNING, counted="keys of other releases")
def key_of_another_release(config: Config) -> Iterator[Finding]:
    """A key came with a later release of ORBIT than the one that is meant, or went with an earlier one.

    It is ignored in silence, as any key that ORBIT does not know. Which ORBIT is meant is said by `--orbit`, by the setting `orbit`, or by the code that lies
    beside the configuration or above it; the summary names it. Without any of them it is the newest release that orbitcfg knows, to which only a key under an
    older name is one.

    ```yaml bad
    # orbit: 2.13.0
    mcp_clients: {enabled: true, servers: [{name: files, command: mcp-files}]}
    ```

    ```yaml bad
    # base: chat
    # orbit: 2.9.0
    adapters: [{name: chat, allowed_image_models: [{provider: openai, model: gpt-image-1}]}]
    ```

    ```yaml bad
    conversation_threading: {enabled: true, redis_key_prefix: "thread:"}
    ```

    ```yaml good
    # orbit: 2.13.0
    mcp_client: {enabled: true, servers: [{name: files, command: mcp-files}]}
    ```
    """
    for renaming in config.renamings:
        finding = _too_early(config, renaming)
        if finding is not None:
            yield finding
    yield from (_came(config, each) for each in config.later)
    yield from _gone(config)


def _came(config: Config, key: LaterKey) -> Finding:
    is_needed = key.path[0] == "adapters" or config.demand.of(key.path[:-1]).is_demanded
    return Finding(
        f"`{key.path[-1]}` came with ORBIT {key.since}; this is {config.orbit.release}, which reads nothing of it",
        key.span,
        f"remove it, or update ORBIT to {key.since}",
        key=key.path,
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
        f"write `{renaming.was}`" if renaming.was not in mapping.entries else "remove it",
        key=renaming.earlier,
        fix=Fix((edit,), safe=True, touches=paths) if edit else None,
    )


def _gone(config: Config) -> Iterator[Finding]:
    """Keys that stand under a name that an earlier release was the last to read."""
    release = config.orbit.release
    # what is recorded of releases is not read for a tree without a key that is not known
    for renaming in history().renamings if any(config.rows.unknown()) else ():
        if release is not None and renaming.at <= release and at(config.tree, renaming.earlier) is not None:
            fix = key_rename_fix(config, renaming.earlier, renaming.now, safe=True)
            yield Finding(
                f"`{renaming.was}` is called `{renaming.now}` since ORBIT {renaming.at}; this is {release}, which reads nothing of the old name",
                renaming.earlier,
                f"write `{renaming.now}`" if at(config.tree, renaming.later) is None else "remove it",
                fix=fix,
            )


def is_told(config: Config, path: KeyPath) -> bool:
    """Whether this rule tells of a key that the ORBIT that is meant does not know."""
    release = config.orbit.release
    if release is None:
        return False
    # of a name that came later the catalogue's other one stands in the tree
    return any(path == each.earlier and (each.at <= release or each in config.renamings) for each in history().renamings)


RULES = (key_of_another_release,)
