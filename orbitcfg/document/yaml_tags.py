"""Why a value that begins with `!` is no YAML that ORBIT reads."""

import re

from orbitcfg.document.yaml_failure import Diagnosis, Failure

_UNKNOWN_TAG = re.compile(r"could not determine a constructor for the tag '(.*)'")
_ASKS_FOR_VALUE = re.compile(r"!(?:env|env_var|envvar|secret|secrets|var|vault|ref|sub|getatt|lookup)(?![\w-])", re.IGNORECASE)


def diagnose_tag(failure: Failure) -> Diagnosis | None:
    """A tag that ORBIT does not know: a value that begins with `!`, or what another program would put in."""
    match = _UNKNOWN_TAG.fullmatch(failure.problem)
    if match is None:
        return None
    begin, end = failure.at, failure.word(failure.at)
    written = failure.text[begin:end]
    line = failure.line_at(begin)
    follows = failure.text[end : line.start + line.length].strip(" ")
    if _ASKS_FOR_VALUE.match(written) and follows:
        help_text = "write `${NAME}` for a variable, or put the whole value in single quotes if the `!` belongs to it"
    else:
        help_text = "put the whole value in single quotes, with its `!`: without it the value is another one"
    return Diagnosis(f"ORBIT does not know the tag `{match[1]}`", help_text, begin, end, quoted=match[1])
