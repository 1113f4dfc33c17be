"""What is known of the products that serve models: one file each in `products/`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from orbitcfg.dataclass import dataclass, field
from orbitcfg.live.shapes import Body, list_rows
from orbitcfg.observed.foreign_json import at
from orbitcfg.observed.product import Product, VersionSource


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What the answer to a path holds where a product gives it. Every part that is given must fit."""

    path: str
    """From the server's root; `*` means any answer, `models` the list of models."""
    status: int | None = None
    """The HTTP status."""
    header: Mapping[str, str] = field(default_factory=dict)
    """Headers with the beginnings of their values, the names in lower case."""
    header_present: str | None = None
    """A header with any value."""
    json: Mapping[str, object] = field(default_factory=dict)
    """Dotted paths with their values in the JSON body."""
    keys: tuple[str, ...] = ()
    """Keys that the JSON body has."""
    text: str | None = None
    """The whole body."""
    owned_by: str | None = None
    """Whom a row of the list says that its model is owned by."""
    row_has: str | None = None
    """A key of a row of the list."""
    every_row: Mapping[str, object] = field(default_factory=dict)
    """Keys with their values that all rows of the list have."""

    def fits(self, path: str, status: int, headers: Mapping[str, str], body: Body) -> bool:
        """Whether an answer has it."""
        if self.path not in ("*", path) or (self.status is not None and status != self.status):
            return False
        if any(not headers.get(name, "").lower().startswith(value.lower()) for name, value in self.header.items()):
            return False
        if self.header_present and self.header_present not in headers:
            return False
        return (self.text is None or body.text.strip() == self.text) and self._fits_json(body)

    def _fits_json(self, body: Body) -> bool:
        if not (self.json or self.keys or self.owned_by or self.row_has or self.every_row):
            return True
        value = body.value
        if any(at(value, key) != expected for key, expected in self.json.items()):
            return False
        if any(not isinstance(value, dict) or key not in value for key in self.keys):
            return False
        rows = list_rows(value) or []
        if self.owned_by and not any(row.get("owned_by") == self.owned_by for row in rows):
            return False
        if self.every_row and not (rows and all(row.get(key) == expected for row in rows for key, expected in self.every_row.items())):
            return False
        return not self.row_has or any(self.row_has in row for row in rows)


@dataclass(frozen=True, slots=True)
class KnownProduct:
    """A product and its fingerprints."""

    product: Product
    fingerprints: tuple[Fingerprint, ...]


@cache
def known_products() -> tuple[KnownProduct, ...]:
    """All products, in the order in which their fingerprints are compared."""
    folder = Path(__file__).parent / "products"
    found = [_read(path) for path in sorted(folder.glob("*.toml"))]
    return tuple(sorted(found, key=lambda each: each.product.order))


def product_called(product_id: str) -> Product:
    """The product of this file name."""
    return next(each.product for each in known_products() if each.product.id == product_id)


def product_meant_by(*providers: str) -> Product | None:
    """The product that the first of some providers of ORBIT is meant for that is meant for any."""
    meant = (each.product for provider in providers for each in known_products() if provider in each.product.providers)
    return next(meant, None)


def recognise(path: str, status: int, headers: Mapping[str, str], body: Body) -> Product | None:
    """The product whose fingerprint an answer has."""
    return next((each.product for each in known_products() if any(one.fits(path, status, headers, body) for one in each.fingerprints)), None)


def _read(path: Path) -> KnownProduct:
    table = tomllib.loads(path.read_text("utf-8"))
    fingerprints = tuple(Fingerprint(**_without_lists(each)) for each in table.pop("fingerprints", ()))
    version = table.pop("version", None)
    return KnownProduct(Product(id=path.stem, version=VersionSource(**version) if version else None, **_without_lists(table)), fingerprints)


def _without_lists(table: Mapping[str, Any]) -> dict[str, Any]:
    """A table of a product's file as arguments; the test of the files checks their types."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
