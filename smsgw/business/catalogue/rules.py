"""A model of the catalogue."""

from __future__ import annotations

from smsgw.values.value import value


@value
class Product:
    code: str
    name: str
