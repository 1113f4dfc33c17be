"""What is known of the products that serve models: one file each in `products/`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from orbitcfg.live.shapes import at, list_rows, parsed_json
from orbitcfg.observed.endpoint import Product


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign by which a product is known: what the answer to a path holds. Every word that is given must fit.

    `path` `*` means any answer, `models` the list of models. `json` leads from a dotted path to a value; `keys` must all be there.
    """

    path: str
    status: int | None = None
    header: Mapping[str, str] = field(default_factory=dict)
    header_present: str | None = None
    json: Mapping[str, Any] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    text: str | None = None
    owned_by: str | None = None
    row_has: str | None = None

    def fits(self, path: str, status: int, headers: Mapping[str, str], body: str) -> bool:
        """Whether an answer carries the sign."""
        if self.path not in ("*", path) or (self.status is not None and status != self.status):
            return False
        if any(headers.get(name, "").lower() != value.lower() for name, value in self.header.items()):
            return False
        if self.header_present and self.header_present not in headers:
            return False
        return (self.text is None or body.strip() == self.text) and self._fits_json(body)

    def _fits_json(self, body: str) -> bool:
        if not (self.json or self.keys or self.owned_by or self.row_has):
            return True
        value = parsed_json(body)
        if any(at(value, key) != wanted for key, wanted in self.json.items()):
            return False
        if any(not isinstance(value, dict) or key not in value for key in self.keys):
            return False
        rows = list_rows(value) or []
        if self.owned_by and not any(row.get("owned_by") == self.owned_by for row in rows):
            return False
        return not self.row_has or any(self.row_has in row for row in rows)


@dataclass(frozen=True, slots=True)
class Known:
    """A product and its marks."""

    product: Product
    marks: tuple[Mark, ...]


@cache
def known() -> tuple[Known, ...]:
    """All products, in the order in which their marks are compared."""
    folder = Path(__file__).parent / "products"
    found = [_known(path.stem, tomllib.loads(path.read_text("utf-8"))) for path in sorted(folder.glob("*.toml"))]
    return tuple(sorted(found, key=lambda each: each.product.order))


def meant_by(provider: str) -> Product | None:
    """The product that a provider of ORBIT is meant for."""
    return next((each.product for each in known() if provider in each.product.providers), None)


def recognised(path: str, status: int, headers: Mapping[str, str], body: str) -> Product | None:
    """The product whose mark an answer carries."""
    return next((each.product for each in known() if any(mark.fits(path, status, headers, body) for mark in each.marks)), None)


def _known(name: str, words: dict[str, Any]) -> Known:
    marks = tuple(_mark(mark) for mark in words.pop("marks", ()))
    version = words.pop("version", None)
    plain: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in words.items()}
    return Known(Product(id=name, version_at=(version["path"], version["key"]) if version else None, **plain), marks)


def _mark(words: Mapping[str, Any]) -> Mark:
    header = {name.lower(): value for name, value in words.get("header", {}).items()}
    return Mark(**{**words, "header": header, "keys": tuple(words.get("keys", ()))})
