"""Values of YAML, as PyYAML's resolver and constructors make them, and what of them reads otherwise than a person would think."""

import re
from collections.abc import Callable, Hashable
from typing import Any

import yaml

from orbitcfg.document.events import DuplicateKey, Event, FileFault, FileProblem, OddBlank, Reinterpreted
from orbitcfg.document.odd_blanks import ODD_BLANKS
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import AnyEntry, Scalar, ScalarEntry
from orbitcfg.document.yaml_faults import diagnosed, unfit
from orbitcfg.document.yaml_loaders import YAML_TAG

MAX_DIGITS = 300
"""Of a number. Longer ones are no floating-point numbers, and from 4,300 on Python does not even write them out."""

STR, _NULL, _BOOL = YAML_TAG + "str", YAML_TAG + "null", YAML_TAG + "bool"
MAP, SEQ = YAML_TAG + "map", YAML_TAG + "seq"
# PyYAML's flattening also makes text of a key `=`
MERGE_TAGS = frozenset({YAML_TAG + "merge", YAML_TAG + "value"})
_CONSTRUCTION_FAULTS = (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, OverflowError)
"""What PyYAML's constructors raise on text that their explicit tag does not fit; ORBIT dies of each."""

make_scalar: Callable[[type[Scalar], tuple[object, Source, int]], Scalar] = tuple.__new__
make_scalar_entry: Callable[[type[ScalarEntry], tuple[object, Source, int]], ScalarEntry] = tuple.__new__
# what is made of every value, without the detour over its class


class DoubtfulError(Exception):
    """The C parser may have read this otherwise than the pure one."""


class StopError(Exception):
    """Reading ends here: the file gives no configuration."""

    def __init__(self, event: FileFault) -> None:
        self.event = event


class ValueReader:
    """Makes values for one file.

    `size`, `characters` and `depth` are those of what was read so far. `quick` are constructors that are called without PyYAML's own dispatch. `doubt` says that
    the C parser reads.
    """

    def __init__(self, source: Source, loader: Any, *, doubt: bool) -> None:
        self.source = source
        self.loader = loader
        self.doubt = doubt
        self.events: list[Event] = []
        self.in_flow = 0
        self.quick = {_BOOL: loader.construct_yaml_bool, YAML_TAG + "int": loader.construct_yaml_int, YAML_TAG + "float": loader.construct_yaml_float}
        self.size = 0
        self.characters = 0
        self.depth = 0

    def key(self, node: yaml.Node) -> Hashable:
        """The value of a key that is not plain text; a list or a mapping is none."""
        # PyYAML raises on what Python cannot hash, which ends ORBIT's start (loader §4.3)
        if not isinstance(node, yaml.ScalarNode):
            raise StopError(diagnosed(self.source, "a list or a mapping cannot be a key", node.start_mark.index))
        value = self.value(node, is_key=True)
        if not isinstance(value, Hashable):
            raise StopError(diagnosed(self.source, "this cannot be a key", node.start_mark.index))
        return value

    def value(self, node: yaml.ScalarNode, *, is_key: bool = False) -> object:
        """The value of a scalar, by its tag."""
        text: str = node.value
        plain = not node.style
        if node.tag == STR:
            if plain and self.doubt and self.is_doubtful(text):
                raise DoubtfulError
            if plain and not is_key and text[:1].isdigit() and re.fullmatch(_LOOKS_LIKE_NUMBER, text):
                self.events.append(Reinterpreted(self.span(node), text, text))
            return text
        if node.tag == _NULL and plain:
            return None
        value = self.constructed(node)
        if isinstance(value, int) and value.bit_length() > _MAX_BITS:
            raise StopError(FileFault(FileProblem.TOO_LONG_A_NUMBER, self.span(node)))
        if plain and text not in _PLAIN_BOOLEANS and not _PLAIN_NUMBER.fullmatch(text):
            self.events.append(Reinterpreted(self.span(node), text, value, is_key))
        return value

    def is_doubtful(self, text: str) -> bool:
        """Whether the pure parser reads otherwise what is plain text to libyaml: `[a?b]` is an error, `- !` null, and in `[!!str, a]` the comma is the tag's."""
        return not text or (self.in_flow > 0 and "?" in text)

    def constructed(self, node: yaml.Node) -> object:
        """What PyYAML makes of a node."""
        quick = self.quick.get(node.tag)
        if quick and len(node.value) > MAX_DIGITS:
            raise StopError(FileFault(FileProblem.TOO_LONG_A_NUMBER, self.span(node)))
        try:
            # `deep`: otherwise PyYAML returns a set or an ordered map empty, and fills it later
            return quick(node) if quick else self.loader.construct_object(node, deep=True)
        except RecursionError:
            raise StopError(FileFault(FileProblem.RECURSION, self.span(node))) from None
        except _CONSTRUCTION_FAULTS as error:
            detail = error.problem if isinstance(error, yaml.MarkedYAMLError) and error.problem else unfit(node.tag)
            raise StopError(diagnosed(self.source, detail, node.start_mark.index)) from None

    def span(self, node: yaml.Node) -> Span:
        """Where a node stands."""
        return Span(self.source, node.start_mark.index, node.end_mark.index)

    def noticed_key(self, key: Hashable, start: int, *, quoted: bool) -> None:
        """Notes a key that begins with what looks like a blank."""
        if isinstance(key, str) and key[:1] in ODD_BLANKS and not quoted:
            self.events.append(OddBlank(key, Span(self.source, start, start + 1)))

    def noticed_again(self, key: Hashable, lost: AnyEntry, entry: AnyEntry) -> None:
        """Notes a key that is written twice."""
        self.events.append(DuplicateKey(key, lost.key_span, entry.key_span, lost.node, entry.node))


OFTEN = 40
"""Characters of a text that is likely to be written more than once."""

_MAX_BITS = (10**MAX_DIGITS - 1).bit_length() - 1
_PLAIN_BOOLEANS = frozenset({"true", "false", "True", "False", "TRUE", "FALSE"})
_PLAIN_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9]|\.0)?")
"""Numbers that mean the same to YAML 1.1 and to a person: not `010` (octal), `1_000`, `12:30` (base 60), `3.10` (3.1)."""

_LOOKS_LIKE_NUMBER = r"[0-9]+(?:\.[0-9]*)?[eE][-+]?[0-9]+|0[0-9]+|0o[0-7]+"
"""Plain text that a person takes for a number and YAML 1.1 for text: `1e5` lacks its dot and its plus or minus, `08` is no octal number, `0o7` is YAML 1.2."""
