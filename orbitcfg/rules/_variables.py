"""Where the value of a variable is written."""

from orbitcfg.document.source import Span
from orbitcfg.document.tree import Interpolated, KeyPath, Node, Scalar, at
from orbitcfg.project.config import Config


def filling(node: Node) -> Interpolated | None:
    """How the placeholders of a text were filled; None where it holds none."""
    return next((step for step in node.steps if isinstance(step, Interpolated)), None)


def is_filled(node: Node) -> bool:
    """Whether a text is made with placeholders, so that another one stands in the file."""
    return filling(node) is not None


def env_line(config: Config, name: str | None) -> Span | None:
    """The line of the env file that sets a variable; None where none does."""
    variable = config.environment[name] if name else None
    return variable.place if variable is not None else None


def whole_variable(config: Config, path: KeyPath) -> str | None:
    """The variable that gives all of the text at a path; None where none does."""
    node = at(config.tree, path)
    steps = [step for step in node.steps if isinstance(step, Interpolated)] if isinstance(node, Scalar) else []
    if len(steps) != 1 or len(steps[0].substitutions) != 1:
        return None
    only = steps[0].substitutions[0]
    is_whole = (
        only.is_set and only.source != "default" and steps[0].template.startswith("${") and steps[0].template.find("}") == len(steps[0].template) - 1
    )
    return only.name if is_whole else None
