"""The products that serve models. Data."""

import re
from typing import Literal, TypeAlias

from orbitcfg.dataclass import dataclass

NameStyle: TypeAlias = Literal["exact", "ollama", "shimmy", "dated"]
"""How a product compares a model's name with those that it lists."""


@dataclass(frozen=True, slots=True)
class VersionSource:
    """Where a product states its version: a path from the server's root, and a dotted key in the reply."""

    path: str
    key: str


@dataclass(frozen=True, slots=True)
class Product:
    """A product that serves models."""

    id: str
    """The name of its file in `live/products`."""
    name: str
    """Its name for people."""
    order: int = 100
    """Its place among the products whose fingerprints are compared, the first that fits wins."""
    providers: tuple[str, ...] = ()
    """ORBIT's providers that are meant for it."""
    others: tuple[str, ...] = ()
    """Further providers of ORBIT that can talk to it; `*` is all of them."""
    ports: tuple[int, int] = (0, 0)
    """The first and the last port that it is looked for on; zeros where it is not looked for."""
    start: str = ""
    """The command that starts it, with `{port}` to fill in."""
    restart: str = ""
    """How to restart it."""
    pull: str = ""
    """How to give it a model, with `{model}` to fill in."""
    health: str | None = None
    """The path of its health check; None where it has none that is free."""
    busy_while_loading: bool = False
    """Whether any 503 means that it still loads its model."""
    refuses_while_loading: bool = False
    """Whether it takes no connection until its model is loaded."""
    version: VersionSource | None = None
    """Where it states its version; None where it does not."""
    ignores_model: bool = False
    """Whether it answers with the model that it has, whatever name is asked for."""
    auth: bool = True
    """Whether it can be made to want a key."""
    names: NameStyle = "exact"
    """How it compares names of models."""
    details: tuple[str, ...] = ()
    """The paths where more about its models stands."""
    program: str | None = None
    """Its program on this machine."""
    alias_flag: str = ""
    """The option that gives its model another name."""
    is_gateway: bool = False
    """Whether any server may stand behind it, so that its own marks count only where no other product shows."""

    def serves(self, provider: str) -> bool:
        """Whether a provider of ORBIT can talk to it."""
        return provider in (*self.providers, *self.others) or "*" in self.others


def version_number(text: str | None) -> tuple[int, ...] | None:
    """The numbers of a version, to compare; None where it has none."""
    found = re.match(r"v?(\d+(?:\.\d+)*)", text or "")
    return tuple(int(part) for part in found[1].split(".")) if found else None
