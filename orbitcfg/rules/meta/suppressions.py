"""Comments and baseline entries that silence nothing."""

from collections.abc import Iterator

from orbitcfg.document.events import BaselineEntryGone, IgnoreMalformed, IgnoreUnused
from orbitcfg.document.source import Span
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Edit, Fix, Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule


@rule("ORB902", consequence=Consequence.HYGIENE, severity=Severity.WARNING, counted="comments that silence nothing")
def unused_ignore(config: Config) -> Iterator[Finding]:
    """A comment silences a finding that is not there.

    `# orbitcfg: ignore[CODE] reason` silences a finding that has a place on its own line, `# orbitcfg: ignore-file[CODE] reason` all
    findings of the rule in its file. One that silences nothing would hide the next mistake. Findings that depend on variables, servers
    or model files come and go with the machine: a comment for those is never reported.

    ```yaml bad
    general:
      port: 3000  # orbitcfg: ignore[ORB121] the main file wins on purpose
      inference_provider: shimmy
    ```

    ```yaml good
    # file: config/example.yaml
    import: [a.yaml, b.yaml]
    # file: config/a.yaml
    reranker: {provider: cohere}
    # file: config/b.yaml
    reranker: {provider: jina}  # orbitcfg: ignore[ORB121] kept for the day when cohere is gone
    ```
    """
    for event in config.events_of(IgnoreUnused):
        yield Finding(
            f"there is no `{event.name.text}` here to silence",
            event.name,
            "put the comment behind the line that it is meant for, or remove it" if event.stands_alone else "remove it",
            fix=Fix((Edit(_with_blanks(event.comment), ""),), safe=True) if event.comment else None,
        )


@rule("ORB903", consequence=Consequence.HYGIENE, severity=Severity.INFO, counted="entries of the baseline that match nothing any more")
def stale_baseline(config: Config) -> Iterator[Finding]:
    """The baseline expects a finding that is no more.

    A baseline holds the findings that were there when it was written, by rule, key path and text; `--baseline FILE` leaves them out.
    One that was fixed since should leave the file too, or it may come back unseen. There is no example: the baseline is no part of
    a configuration.
    """
    for event in config.events_of(BaselineEntryGone):
        where = f" in `{event.file}`" if event.file else ""
        yield Finding(
            f"the baseline expects {event.code}{where}, which is not found any more: {event.message}",
            event.place,
            "write the baseline again with `--write-baseline`",
        )


@rule("ORB904", consequence=Consequence.HYGIENE, severity=Severity.WARNING)
def malformed_ignore(config: Config) -> Iterator[Finding]:
    """A comment is meant for orbitcfg, but says nothing to it.

    It silences nothing. There are two forms, `ignore[CODE]` for its own line and `ignore-file[CODE]` for the whole file; several codes
    are parted by commas, the name of a rule does as well as its code, and the reason behind them is for people.

    ```yaml bad
    general:
      port: 3000  # orbitcfg: ignore
      inference_provider: shimmy
    ```

    ```yaml good
    messages:
      collection_not_found: "# orbitcfg: this is no comment"
    ```
    """
    for event in config.events_of(IgnoreMalformed):
        yield Finding(event.reason, event.span, event.remedy)


def _with_blanks(comment: Span) -> Span:
    """The comment and the blanks before it; its whole line where nothing else stands there."""
    text, number = comment.source.text, comment.begins.line
    line = comment.source.line(number)
    before = line[: comment.begins.column - 1].rstrip(" \t")
    start = comment.start - (comment.begins.column - 1) + len(before)
    end = comment.end
    if not before:
        end += 2 if text.startswith("\r\n", end) else int(end < len(text))
    return Span(comment.source, start, end)


RULES = (unused_ignore, stale_baseline, malformed_ignore)
