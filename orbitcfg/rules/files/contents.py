"""Files that give no configuration, or less than is written in them."""

import re
from collections.abc import Iterator

from orbitcfg.compile.environment import MAX_BLANKS, MAX_ENTRIES
from orbitcfg.dataclass import replace
from orbitcfg.document.events import DuplicateKey, FileFault, FileProblem, OddBlank
from orbitcfg.document.odd_blanks import blank_name
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import Mapping, Node, Scalar, Sequence
from orbitcfg.document.yaml_values import MAX_DIGITS
from orbitcfg.limits import MAX_CHAIN, MAX_CHARACTERS, MAX_DEPTH, MAX_FILE_BYTES, MAX_FILES, MAX_IMPORTS, MAX_NODES
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation, Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.files.imports import EVERYTHING


@rule("ORB101", consequence=Consequence.MISLEADS)
def syntax_error(config: Config) -> Iterator[Finding]:
    """A file is not valid YAML.

    In the root file, ORBIT does not start. An imported file is lost as a whole, with everything that it would have
    imported; ORBIT only logs a warning, and whatever needs the file fails later. A running ORBIT takes the adapters of such a
    file off at its next reload, and answers that it went well.

    ```yaml bad
    general:
      inference_provider: shimmy
      port: [3000
    ```

    ```yaml bad
    messages:
      collection_not_found: "nothing here
      no_results_found: "nothing found"
    ```

    ```yaml bad
    messages:
    <<<<<<< HEAD
      no_results_found: nothing found
    =======
      no_results_found: nothing
    >>>>>>> main
    ```

    ```yaml good
    general:
      inference_provider: shimmy
      port: 3000
    ```
    """
    for fault in _faults(config, FileProblem.SYNTAX, FileProblem.RECURSION):
        if fault.problem is FileProblem.RECURSION:
            yield _lost(config, fault, "an anchor contains itself", "write the values out where they are needed")
        else:
            yield _lost(config, fault, fault.shown_detail, fault.remedy or "write valid YAML")


@rule("ORB102", consequence=Consequence.MISLEADS)
def wrong_encoding(config: Config) -> Iterator[Finding]:
    """A file is not UTF-8.

    ORBIT reads UTF-8 and nothing else. It does not start where the root file is in another encoding, and loses an imported
    file as a whole.

    ```yaml bad
    # encoding: latin-1
    messages:
      collection_not_found: café
    ```

    ```yaml good
    messages:
      collection_not_found: café
    ```
    """
    for fault in _faults(config, FileProblem.ENCODING):
        message = "this is UTF-16 (Notepad, PowerShell's `>`)" if _is_utf16(fault) else f"this is not UTF-8: {fault.detail} is not valid here"
        yield _lost(config, fault, message, "save the file as UTF-8")


@rule("ORB103", consequence=Consequence.MISLEADS)
def several_documents(config: Config) -> Iterator[Finding]:
    """A file holds more than one YAML document.

    ORBIT refuses the whole file.

    ```yaml bad
    performance: {workers: 1}
    ---
    messages: {}
    ```

    ```yaml good
    ---
    general: {port: 3000, inference_provider: shimmy}
    ```
    """
    for fault in _faults(config, FileProblem.SEVERAL_DOCUMENTS):
        yield _lost(
            config, fault, "a second YAML document begins here: ORBIT reads neither", "remove the `---`, or move what follows into a file of its own"
        )


@rule("ORB104", consequence=Consequence.MISLEADS, counted="imported files that hold nothing")
def no_mapping(config: Config) -> Iterator[Finding]:
    """A file holds no mapping of keys to values.

    The root file must hold one, or ORBIT does not start. Of an imported file that is empty or holds only comments, a list
    or a single value, ORBIT logs a warning and merges nothing; an empty one is info.

    ```yaml bad
    - general
    - auth
    ```

    ```yaml good
    messages: {}
    ```
    """
    for fault in _faults(config, FileProblem.NOT_A_MAPPING, FileProblem.EMPTY):
        is_root = _source(fault) is config.graph.root.source
        empty = fault.problem is FileProblem.EMPTY
        message = "the file holds nothing" if empty else f"the file holds {fault.detail}, not a mapping"
        help_text = "write `key: value` lines, or remove the import" if not is_root else "write `key: value` lines"
        yield _lost(config, fault, message, help_text, is_worth_knowing=empty and not is_root)


@rule("ORB105", consequence=Consequence.MISLEADS)
def duplicate_key(config: Config) -> Iterator[Finding]:
    """A mapping has one key twice.

    ORBIT keeps the last and drops the first without a word. A whole section is lost that way (error); of a single value only
    one of the two counts (warning).

    ```yaml bad
    moderations:
      openai: {model: a}
    moderations:
      anthropic: {model: b}
    ```

    ```yaml good
    moderations:
      openai: {model: a}
      anthropic: {model: b}
    ```
    """
    for event in config.events_of(DuplicateKey):
        section = not isinstance(event.lost, Scalar) and _size(event.lost) > 0
        size = _size(event.lost)
        lost = "the first is lost" if not section else "one entry of the first is lost" if size == 1 else f"{size} entries of the first are lost"
        yield Finding(
            f"`{event.key}` is written twice in one mapping: {lost}",
            event.second,
            "merge the two, or remove the one that is not meant" if section else "remove one of the two",
            consequence=Consequence.MISLEADS if section else Consequence.DIFFERENT,
            related=(Annotation(event.first, "dropped by ORBIT"),),
        )


@rule("ORB107", consequence=Consequence.MISLEADS)
def beyond_limits(config: Config) -> Iterator[Finding]:
    """A configuration is larger, or nested deeper, than can be read.

    ORBIT's reader ends in a recursion error at a few hundred levels, and writes every alias out in full, until memory runs out; what imports and
    variables repeat, too. orbitcfg refuses what lies far beyond any real configuration: files of over 2 MiB, 2,000 files, 1,000,000 values once aliases and
    imports are written out.

    ```yaml bad
    deep: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
    ```

    ```yaml good
    language_detection: {backends: [langid]}
    ```
    """
    for fault in _faults(config, *BEYOND_LIMITS):
        finding = _lost(config, fault, *BEYOND_LIMITS[fault.problem])
        if fault.problem not in _OF_ONE_FILE:
            finding = replace(finding, consequence=Consequence.NO_START, related=())
        # what ORBIT reads all the same is missing here, so that nothing that is worked out without it would be right
        yield replace(finding, fatal=finding.fatal or fault.problem not in _LOST_IN_ORBIT)


@rule("ORB108", consequence=Consequence.MISLEADS)
def unreadable_file(config: Config) -> Iterator[Finding]:
    """A file cannot be read.

    Its permissions forbid it, or it is no regular file. ORBIT does not start where it is the root file.

    ```yaml bad
    # unreadable: config/config.yaml
    ```

    ```yaml good
    messages: {}
    ```
    """
    for fault in _faults(config, FileProblem.UNREADABLE):
        yield _lost(config, fault, f"the file cannot be read: {fault.detail}", "fix the path or its permissions")


@rule("ORB109", consequence=Consequence.HYGIENE, severity=Severity.WARNING)
def odd_blank(config: Config) -> Iterator[Finding]:
    """A key begins with a non-breaking blank, or another that YAML takes for a letter.

    It comes along with text that is copied from a web page or a chat. To ORBIT it is a part of the name, so that nothing reads the key, and no
    indentation, so that the key may belong to another mapping than it seems to.

    ```yaml bad
    inference:
      \u00a0\u00a0vllm: {enabled: false}
    ```

    ```yaml good
    inference:
      vllm: {enabled: false}
    ```
    """
    for event in config.events_of(OddBlank):
        message = f"the key `{event.key[1:].strip()}` begins with {blank_name(event.key[0])}, which is a part of its name"
        yield Finding(message, event.place, "write ordinary blanks in its place")


_MIB = MAX_CHARACTERS // 1024 // 1024
BEYOND_LIMITS = {
    FileProblem.TOO_DEEP: (f"the file is nested over {MAX_DEPTH} levels deep", "flatten it"),
    FileProblem.TOO_LARGE: (
        f"the file is larger than {MAX_FILE_BYTES // 1024 // 1024} MiB",
        "split the file, or move what is no configuration out of it",
    ),
    FileProblem.TOO_LONG_A_NUMBER: (f"this number has over {MAX_DIGITS:,} digits", "write a smaller number"),
    FileProblem.TOO_MANY_ALIASES: (
        f"the aliases of this file stand for over {MAX_NODES:,} values, or {_MIB} MiB of text",
        "write the values out where they are needed",
    ),
    FileProblem.TOO_MANY_NODES: (
        f"with this import the configuration holds over {MAX_NODES:,} values, or {_MIB} MiB of text",
        "import each file once, and less of them",
    ),
    FileProblem.TOO_MANY_IMPORTS: (f"with this import the configuration has over {MAX_IMPORTS:,} imports", "import each file once"),
    FileProblem.TOO_MANY_FILES: (f"with this import the configuration has over {MAX_FILES:,} files", "put several files into one"),
    FileProblem.TOO_DEEP_AN_IMPORT: (f"what this import brings is nested over {MAX_DEPTH} levels deep", "import it further out"),
    FileProblem.TOO_LONG_A_CHAIN: (f"this import is the last of over {MAX_CHAIN} files that import each other", "import the files from one"),
    FileProblem.TOO_MANY_CHARACTERS: (
        "what variables give to this value is too long to be written out",
        "set the variables to less, or use fewer of them",
    ),
    FileProblem.TOO_MANY_BLANKS: (f"over {MAX_BLANKS} blanks in a row are here, so that reading takes too long", "remove them"),
    FileProblem.TOO_MANY_ENTRIES: (f"with this line the file has over {MAX_ENTRIES:,} entries", "remove what is not needed"),
}
"""For what is too large to be read, the fact and what to do about it."""

_OF_ONE_FILE = frozenset({FileProblem.TOO_DEEP, FileProblem.TOO_LARGE, FileProblem.TOO_LONG_A_NUMBER, FileProblem.TOO_MANY_ALIASES})
"""What costs a file alone; anything else costs the whole configuration."""

_LOST_IN_ORBIT = frozenset({FileProblem.TOO_DEEP, FileProblem.TOO_LONG_A_NUMBER})
"""What ORBIT's own reader fails at, too."""


def _faults(config: Config, *kinds: FileProblem) -> Iterator[FileFault]:
    return (event for event in config.events_of(FileFault) if event.problem in kinds)


def _source(fault: FileFault) -> Source:
    return fault.place.source if isinstance(fault.place, Span) else fault.place


def _lost(config: Config, fault: FileFault, message: str, help_text: str, *, is_worth_knowing: bool = False) -> Finding:
    """A finding about a file that gives nothing, with the import that is lost with it."""
    source = _source(fault)
    noticed = () if fault.noticed is None else (Annotation(fault.noticed, "ORBIT gives up here"),)
    emptied = ", and takes its adapters off a running server at the next reload" if re.search(r"^adapters[ \t]*:", source.text, re.MULTILINE) else ""
    imported = (Annotation(each.span, f"imported here: ORBIT skips the whole file{emptied}") for each in config.graph.importers.get(source, ()))
    is_root = source is config.graph.root.source
    consequence = Consequence.NO_START if is_root else Consequence.HYGIENE if is_worth_knowing else Consequence.MISLEADS
    return Finding(
        message,
        fault.place,
        help_text,
        consequence=consequence,
        related=(*noticed, *imported),
        fatal=is_root,
        explains=EVERYTHING if is_root or fault.problem is not FileProblem.EMPTY else (),
    )


def _is_utf16(fault: FileFault) -> bool:
    """Whether a file begins with the mark of UTF-16, or holds what its text looks like as bytes."""
    marked = isinstance(fault.place, Span) and fault.place.start == 0 and fault.detail in ("byte 0xff", "byte 0xfe")
    return marked or fault.detail == "UTF-16"


def _size(node: Node) -> int:
    match node:
        case Mapping(entries=entries):
            return len(entries)
        case Sequence(items=items):
            return len(items)
    return 0


RULES = (syntax_error, wrong_encoding, several_documents, no_mapping, duplicate_key, beyond_limits, unreadable_file, odd_blank)
