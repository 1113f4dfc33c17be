"""What could not be judged."""

from collections.abc import Iterator

from orbitcfg.document.events import NamesUnjudged
from orbitcfg.masking.url import shown_name
from orbitcfg.project.config import Config
from orbitcfg.release import OLDEST_JUDGED
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule

_LISTED = 6


@rule("ORB906", consequence=Consequence.HYGIENE, severity=Severity.INFO)
def not_judged(config: Config) -> Iterator[Finding]:
    """The ORBIT that is meant knows something that orbitcfg does not, so that nothing is said of it.

    It is of another release than the one that orbitcfg knows in full. Keys, providers, classes and words that its code names and orbitcfg does not know are no
    mistakes. Where its code is not at hand and it is newer than that, this cannot be known, and only what is plainly misspelt is reported.

    Releases before 2.6.0 are not judged at all: of such only the files themselves are looked at.

    ```yaml bad
    # orbit: 2.7.4
    personaplex: {enabled: false}
    ```

    ```yaml good
    # orbit: 2.7.4
    language_detection: {enabled: false}
    ```
    """
    for event in config.events_of(NamesUnjudged):
        source = config.graph.root.source
        if event.is_older:
            fact = f"ORBIT {config.orbit.release} is older than {OLDEST_JUDGED}, the first release that is judged: only the files themselves were looked at"
            yield Finding(fact, source, f"name another release with `--orbit`, or update ORBIT to {OLDEST_JUDGED} or later")
            continue
        names = ", ".join(f"`{shown_name(name)}`" for name in event.names[:_LISTED]) + (" …" if len(event.names) > _LISTED else "")
        code = config.knowledge.code
        is_certain = code.is_whole if code is not None else not config.orbit.is_newest
        knows = "knows" if is_certain else "may know"
        whole = f"ORBIT {config.orbit.release}" if config.orbit.release is not None else "this ORBIT"
        fact = f"{names} {_verb(event)} not checked: {whole} {knows} {'it' if len(event.names) == 1 else 'them'}, and orbitcfg, which knows {config.orbit.catalogue}, does not"
        yield Finding(fact, source, "check this part by hand")


def _verb(event: NamesUnjudged) -> str:
    return "is" if len(event.names) == 1 else "are"


RULES = (not_judged,)
