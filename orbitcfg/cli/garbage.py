"""What nothing holds any more but itself: the collector is off, since most runs are over before a search would pay."""

import gc

_MANY = 500_000
"""Objects that were made and are there. The configuration that ORBIT ships comes to 90,000."""


def let_go() -> None:
    """Gives back the room of what nothing holds any more, where there is so much that it may be more than the result takes."""
    if gc.get_count()[0] > _MANY:
        gc.collect()
