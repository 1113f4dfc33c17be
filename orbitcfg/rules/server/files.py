"""Uploads: chunks, processors, encryption."""

from collections.abc import Iterator

from orbitcfg.document.tree import at
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation
from orbitcfg.report.finding import Finding
from orbitcfg.report.verdict import VARIABLE
from orbitcfg.rules._rule import rule
from orbitcfg.rules.server._lookup import is_switched_on, number_of, path_of, value_of

_KEY_VARIABLE = "ORBIT_FILE_ENCRYPTION_KEY"
_CHUNK, _OVERLAP = 1000, 200
_ENDLESS = frozenset({"fixed", "semantic"})


@rule("ORB559", consequence=Consequence.PURPOSE_LOST)
def overlap_not_below_chunk(config: Config) -> Iterator[Finding]:
    """Chunks of an upload overlap by as much as they hold, or more.

    For `fixed` and `semantic` the first upload then never ends, and eats memory; for `token` there is no file service. `recursive` and `markdown_header` take no overlap.

    ```yaml bad
    files: {default_chunking_strategy: fixed, default_chunk_size: 500, default_chunk_overlap: 500}
    ```

    ```yaml good
    files: {default_chunking_strategy: fixed, default_chunk_size: 500, default_chunk_overlap: 50}
    ```
    """
    strategy = value_of(config, "chunking_strategy") or value_of(config, "files.default_chunking_strategy")
    size = number_of(config, "chunk_size") or number_of(config, "files.default_chunk_size", _CHUNK)
    overlap = number_of(config, "chunk_overlap") or number_of(config, "files.default_chunk_overlap", _OVERLAP)
    if strategy not in _ENDLESS | {"token"} or size is None or size <= 0 or overlap is None or overlap < size:
        return
    written = "chunk_overlap" if number_of(config, "chunk_overlap") else "files.default_chunk_overlap"
    place = written if at(config.tree, path_of(written)) is not None else "files.default_chunk_size"
    what = "the first upload never ends" if strategy in _ENDLESS else "there is no file service"
    yield Finding(
        f"chunks of {size:g} overlap by {overlap:g}: {what}",
        path_of(place),
        "write an overlap well below the chunk's size",
        value=True,
    )


@rule("ORB560", consequence=Consequence.DIFFERENT)
def processor_off(config: Config) -> Iterator[Finding]:
    """The processor that is to come first is off.

    Documents go to another one, if there is any.

    ```yaml bad
    files: {processing: {processor_priority: ai_document, ai_document_enabled: false}}
    ```

    ```yaml good
    files: {processing: {processor_priority: docling, docling_enabled: true}}
    ```
    """
    priority = value_of(config, "files.processing.processor_priority")
    if priority not in ("docling", "markitdown", "ai_document"):
        return
    switch = f"files.processing.{priority}_enabled"
    others = [
        name for name in ("docling", "markitdown", "ai_document") if name != priority and is_switched_on(config, f"files.processing.{name}_enabled")
    ]
    written = at(config.tree, path_of(switch)) is not None
    if (written or priority == "ai_document") and not is_switched_on(config, switch) and (others or priority == "ai_document"):
        yield Finding(
            f"`{priority}` is to come first, and `{switch}` is off",
            path_of("files.processing.processor_priority"),
            f"write `{switch}: true`, or name a processor that is on",
            value=True,
            related=(Annotation(config.locate(path_of(switch)), "switched off here"),) if written else (),
        )


@rule("ORB561", consequence=Consequence.PURPOSE_LOST)
def encryption_key_missing(config: Config) -> Iterator[Finding]:
    """Uploads are to be encrypted, and the key is not in the environment.

    ORBIT wants `ORBIT_FILE_ENCRYPTION_KEY`, base64 of 32 bytes, and has no file service without. With `--strict-env` it is an error.

    ```yaml bad
    files: {encryption: {enabled: true}}
    ```

    ```yaml good
    # environment: ORBIT_FILE_ENCRYPTION_KEY=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
    files: {encryption: {enabled: true}}
    ```
    """
    variable = config.environment[_KEY_VARIABLE]
    if is_switched_on(config, "files.encryption.enabled") and (variable is None or not variable.value):
        yield Finding(
            f"`{_KEY_VARIABLE}` is not set here: without it there is no file service",
            path_of("files.encryption.enabled"),
            f"set `{_KEY_VARIABLE}` to base64 of 32 bytes",
            depends_on="" if config.is_decided else f"{VARIABLE}{_KEY_VARIABLE}",
        )


@rule("ORB562", consequence=Consequence.DEGRADED)
def smoothing_unusable(config: Config) -> Iterator[Finding]:
    """The smoothing that finds topics in a text has a window that its degree does not fit.

    `filter_polyorder` must be less than `filter_window`, which should be odd.

    ```yaml bad
    files: {chunking_options: {filter_window: 3, filter_polyorder: 3}}
    ```

    ```yaml good
    files: {chunking_options: {filter_window: 5, filter_polyorder: 3}}
    ```
    """
    window, degree = (number_of(config, f"files.chunking_options.{name}") for name in ("filter_window", "filter_polyorder"))
    path = path_of("files.chunking_options.filter_window")
    if window is not None and degree is not None and degree >= window:
        yield Finding(
            f"`filter_polyorder` is {degree:g}, and must be less than `filter_window`, {window:g}",
            path,
            f"write `{int(degree) + 1 | 1}`",
            value=True,
        )
    elif window is not None and window % 2 == 0:
        yield Finding(f"`filter_window` is {window:g}, and should be odd", path, f"write `{window + 1:g}`", value=True)


RULES = (overlap_not_below_chunk, processor_off, encryption_key_missing, smoothing_unusable)
