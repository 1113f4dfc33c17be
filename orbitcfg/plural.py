"""Numbers with their nouns."""


def counted(number: int, noun: str) -> str:
    """A number with its noun in the singular or the plural: `1 key`, `3 keys`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
