"""Single settings by their dotted names."""

from orbitcfg.compile.requirements import REQUIRED_BY_SWITCH
from orbitcfg.document.tree import KeyPath, Unknown, at, value_at
from orbitcfg.effective.switches import is_set
from orbitcfg.project.config import Config


def path_of(text: str) -> KeyPath:
    """The key path of a dotted name."""
    return tuple(text.split("."))


def value_of(config: Config, text: str) -> object:
    """The value at a dotted name; None where there is none, or where it is not known here."""
    value = value_at(config.tree, path_of(text))
    return None if isinstance(value, Unknown) else value


def number_of(config: Config, text: str, default: float | None = None) -> float | None:
    """The number at a dotted name; the default where there is none."""
    value = value_of(config, text)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else default


def texts_of(config: Config, text: str) -> frozenset[str] | None:
    """The texts of a list, in small letters; None where there is no list."""
    node = at(config.tree, path_of(text))
    items = getattr(node, "items", None)
    return None if not isinstance(items, tuple) else frozenset(str(getattr(item, "value", "")).lower() for item in items)


def is_switched_on(config: Config, text: str) -> bool:
    """Whether the switch at a dotted name is on, or may be, as its consumer reads it."""
    return config.switches.is_on(path_of(text))


def is_given(config: Config, text: str) -> bool:
    """Whether something stands at a dotted name that is neither null nor empty text; an unknown value counts as given."""
    return is_set(at(config.tree, path_of(text)))


def switching_on(config: Config, section: str, otherwise: str) -> str:
    """The remedy that switches a section on, or another one where ORBIT's loader would then miss something in it."""
    needed = REQUIRED_BY_SWITCH.get(path_of(section), ())
    lacks = [key for key in needed if not is_given(config, f"{section}.{key}")]
    return f"{otherwise}, or set up `{section}`" if lacks else f"write `{section}.enabled: true`"
