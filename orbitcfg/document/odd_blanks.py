"""Characters that look like a blank, or like nothing, and are letters to YAML."""

ODD_BLANKS = frozenset("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f\u2060\u3000\ufeff")

ODD_BLANK = "[\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]"
"""One such character, as an expression."""

_INVISIBLE = "\u200b\u2060\ufeff"


def blank_name(character: str) -> str:
    """What to call such a character: `a non-breaking blank (U+00A0)`."""
    name = "a non-breaking blank" if character == "\u00a0" else "an invisible character" if character in _INVISIBLE else "a blank of another kind"
    return f"{name} (U+{ord(character):04X})"
