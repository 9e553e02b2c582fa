"""A model of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from smsgw.business.directory.rules import DirectoryBooks
from smsgw.values.value import value


@value
class Product:
    code: str
    name: str


class Catalogue(Protocol):
    """What may be asked about the models that there are."""

    def product(self, code: str) -> Product | None: ...

    def model_of(self, imei: str) -> str | None:
        """The catalogue code that the IMEI's type allocation code (its first 8 digits) belongs to."""

    def find_products(self, text: str) -> Sequence[Product]:
        """The models whose code, name or an alias has the text in it, by code; all for ''. Case, width, spaces, hyphens
        and dots make no difference."""

    def some_model(self) -> str | None:
        """The code of a model to name in an example, one with a letter where there is any; None for no models."""


class CatalogueBooks(DirectoryBooks, Protocol):
    """The books as far as catalogue and what they stand on."""

    @property
    def catalogue(self) -> Catalogue: ...
