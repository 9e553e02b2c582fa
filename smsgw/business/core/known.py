"""What is known before a file is read: the codes, names and phones that its lines are checked against."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from smsgw.calendar.days import business_date


@dataclass(frozen=True, slots=True)
class KnownRegion:
    code: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class KnownDealer:
    code: str
    parent: str | None
    tier: str
    currency: str
    timezone: str  # never empty
    postings: bool  # whether its account was ever posted to


@dataclass(frozen=True, slots=True)
class KnownProduct:
    code: str
    name: str
    aliases: tuple[str, ...]
    tacs: tuple[str, ...]
    currency: str | None  # of its list price


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the deployment sets and, by code, what the database holds when a file is checked.

    `verb_words` are the words of every verb in every language, folded; a model may not be named like one.
    """

    regions: dict[str, KnownRegion] = field(default_factory=dict)
    dealers: dict[str, KnownDealer] = field(default_factory=dict)
    depots: frozenset[str] = frozenset()
    products: dict[str, KnownProduct] = field(default_factory=dict)
    verb_words: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ("en", "zh")
    language: str = "en"
    country: str = "CN"
    timezone: str = "Asia/Shanghai"
    today: date = date.min
    now: datetime | None = None  # aware; None: only the day counts
    retail_below_dealer: bool = False  # whether prices may be so: whoever imports says that they are meant

    @property
    def latest_today(self) -> date:
        """The date where the day has got furthest among the dealers and the deployment."""
        if self.now is None:
            return self.today
        zones = {dealer.timezone for dealer in self.dealers.values()}
        return max(self.today, *(business_date(self.now, zone) for zone in zones)) if zones else self.today


class Tacs:
    """Whether an IMEI can be a set of a model, by the type allocation codes of the catalogue."""

    def __init__(self, known: Snapshot) -> None:
        self._owners = {tac: product.code for product in known.products.values() for tac in product.tacs}
        self._without = frozenset(product.code for product in known.products.values() if not product.tacs)

    def against(self, imei: str, model: str) -> str | None:
        """What speaks against it; nothing for a model whose TACs the catalogue does not know."""
        owner = self._owners.get(imei[:8])
        if owner == model or (owner is None and model in self._without):
            return None
        if owner is None:
            return f"TAC {imei[:8]} belongs to no product; add it to the TACs of {model}"
        return f"TAC {imei[:8]} is that of {owner}, not of {model}"
