"""What a model can do. Data."""

from enum import Enum


class Ability(Enum):
    """Something that a request asks of a model; the value is the word for people."""

    CHAT = "chat"
    EMBED = "embed"
    SEE = "read pictures"
    TOOLS = "call tools"
    THINK = "think"
