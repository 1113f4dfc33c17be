"""What ORBIT does about a fault: the one scale that severities, the order of findings and the verdict come from."""

from enum import Enum


class Consequence(Enum):
    """What a fault comes to, the worst first; the value says it for the user."""

    NO_START = "ORBIT does not start"
    NO_SIGN_IN = "nobody can sign in or make a key"
    NO_REQUEST = "no request is answered, so that it never gets ready"
    ADAPTER_MISSING = "an adapter does not load"
    ADAPTER_FAILS = "an adapter does not answer"
    CHOICE_FAILS = "a model or a skill that a client may choose fails"
    PURPOSE_LOST = "it answers, without what it exists for"
    MISLEADS = "another thing than written, about data, money or safety"
    DIFFERENT = "another thing than written"
    DEGRADED = "a service is off, or data are lost"
    EXPOSED = "a secret, a guard or a door is open"
    WITHOUT_EFFECT = "nothing reads it"
    HYGIENE = "it may confuse whoever reads it"

    # each is itself alone; that of an `Enum` goes by the name, and is asked for at each look into a table
    __hash__ = object.__hash__

    @property
    def rank(self) -> int:
        """Its place in the order, from 0 for the worst."""
        return _RANKS[self]


_RANKS = {consequence: rank for rank, consequence in enumerate(Consequence)}

FOR_ALL = frozenset({Consequence.NO_START, Consequence.NO_SIGN_IN, Consequence.NO_REQUEST})
"""What strikes everybody, whoever asks for the faulty part."""

ENDING = frozenset({Consequence.NO_START, Consequence.NO_REQUEST})
"""What keeps ORBIT from getting ready: without an answer to `/health` it never is."""

OF_ADAPTERS = frozenset({Consequence.ADAPTER_MISSING, Consequence.ADAPTER_FAILS})
"""What keeps an adapter from answering."""

BY_RULE = frozenset({Consequence.EXPOSED, Consequence.HYGIENE})
"""Consequences of which the rule says how bad they are."""
