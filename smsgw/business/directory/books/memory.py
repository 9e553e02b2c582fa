"""The directory in memory: who a phone is, dealers, regions, models, prices; kept while it is unchanged."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date

from smsgw.business.catalogue.rules import Product
from smsgw.business.core.principal import Actor
from smsgw.business.core.versions import CATALOGUE, CONTACTS, DIRECTORY, PRICES
from smsgw.business.directory.rules import Dealer
from smsgw.business.prices.rules import Price
from smsgw.store.driver import Driver

_MOST_UNKNOWN = 50_000  # phones and codes kept in memory as not there; beyond it they are forgotten


class Directory:
    """Reads through: the first question about a name asks the database, later ones do not.

    `refresh` is told the versions at the beginning of each transaction and forgets what has changed since.
    """

    def __init__(self, timezone: str) -> None:
        self.timezone = timezone
        self.versions: dict[str, int] = {}
        self._actors: dict[str, Actor | None] = {}
        self._dealers: dict[str, Dealer | None] = {}
        self._regions: dict[str, tuple[str | None, str | None]] | None = None
        self._products: dict[str, Product] | None = None
        self._tacs: dict[str, str] | None = None
        self._prices: dict[str, dict[str, list[tuple[str, Price]]]] = {}

    def refresh(self, versions: Mapping[str, int]) -> None:
        """Forget what is of another version than these."""
        if versions == self.versions:
            return
        changed = {name for name in versions if versions[name] != self.versions.get(name)}
        changed |= self.versions.keys() - versions.keys()
        if CATALOGUE in changed:
            self._products = self._tacs = None
        if DIRECTORY in changed:
            self._dealers.clear()
            self._regions = None
        if CONTACTS in changed:
            self._actors.clear()
        if PRICES in changed:
            self._prices.clear()
        self.versions = dict(versions)

    def forget(self) -> None:
        """Forget everything: what was read in a transaction that was rolled back may not be so."""
        self.versions = {}
        self._actors.clear()
        self._dealers.clear()
        self._regions = self._products = self._tacs = None
        self._prices.clear()

    def contact_changed(self, contact: int) -> None:
        """Forget a contact that this very transaction changed."""
        for phone in [phone for phone, actor in self._actors.items() if actor and actor.contact == contact]:
            del self._actors[phone]

    def know(self, driver: Driver, phones: Iterable[str], dealers: Iterable[str]) -> set[str]:
        """Fetch what is not known yet of these, in one question each; the dealers of all of them."""
        missing = [phone for phone in phones if phone not in self._actors]
        if missing:
            self._fetch_actors(driver, missing)
        actors = self._actors
        wanted = {code for phone in phones if (actor := actors.get(phone)) and (code := actor.dealer)}
        wanted.update(dealers)
        absent = [code for code in wanted if code not in self._dealers]
        if absent:
            self._fetch_dealers(driver, absent)
        return wanted

    def _fetch_actors(self, driver: Driver, phones: list[str]) -> None:
        if len(self._actors) > _MOST_UNKNOWN:
            self._actors = {phone: actor for phone, actor in self._actors.items() if actor}
        self._actors.update(dict.fromkeys(phones))
        rows = driver.ask(
            "SELECT c.id, p.number, c.name, c.role, c.dealer, c.region, c.language FROM phone p "
            f"JOIN contact c ON c.id = p.contact WHERE p.active AND c.active AND {driver.among('p.number')}",
            (driver.listed(phones),),
        )
        for row in rows:
            self._actors[row[1]] = Actor(*row)

    def _fetch_dealers(self, driver: Driver, codes: list[str]) -> None:
        if len(self._dealers) > _MOST_UNKNOWN:
            self._dealers = {code: dealer for code, dealer in self._dealers.items() if dealer}
        self._dealers.update(dict.fromkeys(codes))
        rows = driver.ask(
            "SELECT code, name, region, tier, credit_limit, currency, language, timezone, terms_days, parent, active "
            f"FROM dealer WHERE {driver.among('code')}",
            (driver.listed(codes),),
        )
        for code, name, region, tier, limit, currency, language, timezone, terms, parent, active in rows:
            zone = timezone or self._zone(driver, region)
            self._dealers[code] = Dealer(
                code, name, region, tier, limit, currency, language, zone, terms, parent, bool(active)
            )

    def actor(self, driver: Driver, phone: str) -> Actor | None:
        if phone not in self._actors:
            self._fetch_actors(driver, [phone])
        return self._actors[phone]

    def dealer(self, driver: Driver, code: str) -> Dealer | None:
        if code not in self._dealers:
            self._fetch_dealers(driver, [code])
        return self._dealers[code]

    def _tree(self, driver: Driver) -> dict[str, tuple[str | None, str | None]]:
        if self._regions is None:
            rows = driver.ask("SELECT code, parent, timezone FROM region")
            self._regions = {code: (parent, timezone) for code, parent, timezone in rows}
        return self._regions

    def _way_up(self, driver: Driver, region: str) -> list[str]:
        tree, way, code = self._tree(driver), [], region
        while code and code in tree and code not in way:
            way.append(code)
            code = tree[code][0] or ""
        return way

    def _zone(self, driver: Driver, region: str) -> str:
        """The time zone of a region, else of the one it lies in, else that of the deployment."""
        tree = self._tree(driver)
        zones = (tree[code][1] for code in self._way_up(driver, region))
        return next((zone for zone in zones if zone), self.timezone)

    def covers(self, driver: Driver, region: str, dealer: Dealer) -> bool:
        """Whether the dealer's region is `region` or lies in it."""
        """Whether the dealer's region is `region` or lies in it."""
        return self.lies_in(driver, dealer.region, region)

    def lies_in(self, driver: Driver, region: str, other: str) -> bool:
        """Whether a region is `other` or lies in it."""
        return other in self._way_up(driver, region)

    def product(self, driver: Driver, code: str) -> Product | None:
        if self._products is None:
            rows = driver.ask("SELECT code, name FROM product WHERE active")
            self._products = {code: Product(code, name) for code, name in rows}
        return self._products.get(code)

    def model_of(self, driver: Driver, imei: str) -> str | None:
        if self._tacs is None:
            rows = driver.ask("SELECT tac, product FROM product_tac")
            self._tacs = {row[0]: row[1] for row in rows}
        return self._tacs.get(imei[:8])

    def price(self, driver: Driver, model: str, tier: str, on: date) -> Price | None:
        """The tier's own price in force on a day, else the price of everybody."""
        tiers = self._prices.get(model)
        if tiers is None:
            tiers = self._prices[model] = self._fetch_prices(driver, model)
        day = on.isoformat()
        for name in (tier, ""):
            series = tiers.get(name, [])
            found = bisect_right(series, day, key=lambda entry: entry[0])
            if found:
                return series[found - 1][1]
        return None

    def _fetch_prices(self, driver: Driver, model: str) -> dict[str, list[tuple[str, Price]]]:
        rows = driver.ask(
            "SELECT tier, valid_from, dealer_price, retail_price, currency FROM price "
            f"WHERE {driver.among('model')} ORDER BY valid_from",
            (driver.listed([model]),),
        )
        tiers: dict[str, list[tuple[str, Price]]] = {}
        for tier, valid_from, dealer_price, retail_price, currency in rows:
            price = Price(model, dealer_price, retail_price, currency, date.fromisoformat(valid_from))
            tiers.setdefault(tier, []).append((valid_from, price))
        return tiers
