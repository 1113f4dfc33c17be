"""Regular expressions of a domain, as Python reads them. They are compiled, and run on nothing."""

import re
import warnings
from functools import lru_cache

MAX_LENGTH = 2_000
"""Of an expression that is compiled: the time grows with its length."""


@lru_cache
def fault_of(expression: str) -> str | None:
    """Why an expression cannot be read; None where it can, and for one that is too long to be looked at."""
    if len(expression) > MAX_LENGTH:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(expression)
    except re.error as error:
        return error.msg
    except (OverflowError, RecursionError):
        return None
    return None
