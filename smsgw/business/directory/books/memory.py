"""The directory in memory: who a phone is, dealers, regions; kept while it is unchanged."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from smsgw.business.core.principal import Actor
from smsgw.business.core.versions import CONTACTS, DIRECTORY
from smsgw.business.directory.rules import Dealer
from smsgw.store.driver import Driver

_MOST_UNKNOWN = 50_000  # phones and codes kept in memory as not there; beyond it they are forgotten


class Directory:
    """Reads through: the first question about a name asks the database, later ones do not.

    Without time zones of their own, dealers are in that of the deployment (`stands_in`).
    """

    def __init__(self) -> None:
        self._timezone = ""
        self._actors: dict[str, Actor | None] = {}
        self._dealers: dict[str, Dealer | None] = {}
        self._regions: dict[str, tuple[str | None, str | None]] | None = None
        self._examples: dict[str | None, str | None] = {}  # by region

    def stands_in(self, timezone: str) -> None:
        """The time zone of the deployment."""
        if timezone != self._timezone:
            self.forget()
            self._timezone = timezone

    def refresh(self, changed: Collection[str]) -> None:
        """Forget what has changed."""
        if DIRECTORY in changed:
            self._dealers.clear()
            self._regions = None
            self._examples.clear()
        if CONTACTS in changed:
            self._actors.clear()

    def forget(self) -> None:
        """Forget everything: what was read in a transaction that was rolled back may not be so."""
        self._actors.clear()
        self._dealers.clear()
        self._regions = None
        self._examples.clear()

    def contact_changed(self, contact: int) -> None:
        """Forget a contact that this very transaction changed."""
        for phone in [phone for phone, actor in self._actors.items() if actor and actor.contact == contact]:
            del self._actors[phone]

    def phone_changed(self, phone: str) -> None:
        """Forget a phone that this very transaction changed."""
        self._actors.pop(phone, None)

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
            driver.listed(phones),
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
            driver.listed(codes),
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

    def way_up(self, driver: Driver, region: str) -> list[str]:
        """A region and those it lies in, the nearest first."""
        tree, way, code = self._tree(driver), [], region
        while code and code in tree and code not in way:
            way.append(code)
            code = tree[code][0] or ""
        return way

    def _zone(self, driver: Driver, region: str) -> str:
        """The time zone of a region, else of the one it lies in, else that of the deployment."""
        tree = self._tree(driver)
        zones = (tree[code][1] for code in self.way_up(driver, region))
        return next((zone for zone in zones if zone), self._timezone)

    def lies_in(self, driver: Driver, region: str, other: str) -> bool:
        """Whether a region is `other` or lies in it."""
        return other in self.way_up(driver, region)

    def some_dealer(self, driver: Driver, region: str | None) -> str | None:
        """A dealer of a region for examples: the first by its code."""
        if region not in self._examples:
            found = self.find_dealers(driver, "", region)
            self._examples[region] = found[0][0] if found else None
        return self._examples[region]

    def find_dealers(self, driver: Driver, text: str, region: str | None) -> list[tuple[str, str]]:
        """Asked of the database each time: who looks for a dealer does so rarely, and their names are many."""
        exactly = text.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
        rows = driver.ask(
            "SELECT code, name, region FROM dealer "
            "WHERE active AND (lower(code) LIKE ? ESCAPE '!' OR lower(name) LIKE ? ESCAPE '!') ORDER BY code",
            *(f"%{exactly}%",) * 2,
        )
        return [(code, name) for code, name, at in rows if region is None or self.lies_in(driver, at, region)]
