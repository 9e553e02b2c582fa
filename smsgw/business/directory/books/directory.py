"""The directory in one transaction: who and where there is, and the locks that keep daemons out of each other's way."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from smsgw.business.core.opening import Opening
from smsgw.business.core.principal import Actor
from smsgw.business.directory.books.memory import Directory
from smsgw.business.directory.books.regions import regions
from smsgw.business.directory.rules import Dealer, Line
from smsgw.store.names import Names
from smsgw.values.storable import key_of


class StoredDirectory:
    """See `smsgw.business.directory.rules.Directory`. `shops` are the dealers that were named, or that belong to
    phones that were. `above_shops`: a phone of somebody who sees to several was named."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._driver = opening.work.driver
        self._memory = opening.memories.of(Directory)
        self._memory.stands_in(opening.trade.timezone)
        self._locked: set[str] = set()
        self.timezone = opening.trade.timezone
        self.shops: Collection[str] = ()
        self.above_shops = False

    def know(self, names: Names) -> None:
        """Fetch `phones` (E.164) with their dealers, and `dealers`."""
        phones = names["phones"]
        self.shops = self._memory.know(self._driver, phones, names["dealers"])
        if not self._driver.sqlite:
            self.lock(self.shops)
            if phones:
                self._take_turns(phones)

    def lock(self, dealers: Collection[str]) -> bool:
        """Everything that belongs to a shop is changed under a lock of its row, taken in the order of codes, so that
        several daemons neither lose each other's changes nor wait for one another in a circle.

        Whether any was free until now: what was read of it before may have been changed since.
        """
        if self._driver.sqlite:
            return False
        fresh = [code for code in dealers if code not in self._locked]
        if fresh:
            self._locked.update(fresh)
            self._driver.ask(
                "SELECT code FROM dealer WHERE code = ANY(?::text[]) ORDER BY code FOR NO KEY UPDATE", fresh
            )
        return bool(fresh)

    def _take_turns(self, phones: Collection[str]) -> None:
        """Let no other daemon claim texts of these phones; who belongs to a shop waits for its row already."""
        alone = [phone for phone in phones if (who := self.actor(phone)) is None or not who.dealer]
        if alone:
            self.above_shops = any(self.actor(phone) is not None for phone in alone)
            keys = sorted({key_of(phone) for phone in alone})
            self._driver.ask("SELECT pg_advisory_xact_lock(key) FROM unnest(?::bigint[]) AS key", keys)

    def know_dealers(self, dealers: Collection[str]) -> None:
        """Fetch these dealers, without locking them."""
        self._memory.know(self._driver, (), dealers)

    def actor(self, phone: str) -> Actor | None:
        return self._memory.actor(self._driver, phone)

    def line(self, phone: str) -> Line | None:
        rows = self._driver.ask(
            "SELECT p.active, c.active, c.id, p.number, c.name, c.role, c.dealer, c.region, c.language FROM phone p "
            "JOIN contact c ON c.id = p.contact WHERE p.number = ?",
            phone,
        )
        return next((Line(Actor(*row[2:]), bool(row[0] and row[1])) for row in rows), None)

    def dealer(self, code: str) -> Dealer | None:
        return self._memory.dealer(self._driver, code)

    def phones_of(self, dealer: str, roles: Sequence[str]) -> Sequence[str]:
        marks = ", ".join("?" for _ in roles)
        rows = self._driver.ask(
            "SELECT p.number FROM phone p JOIN contact c ON c.id = p.contact "
            f"WHERE c.dealer = ? AND c.role IN ({marks}) AND c.active AND p.active ORDER BY p.number",
            dealer,
            *roles,
        )
        return [number for (number,) in rows]

    def covers(self, region: str, dealer: Dealer) -> bool:
        return self._memory.lies_in(self._driver, dealer.region, region)

    def above(self, region: str) -> Sequence[str]:
        return self._memory.way_up(self._driver, region)

    def lies_in(self, region: str, other: str) -> bool:
        return self._memory.lies_in(self._driver, region, other)

    def in_region(self, region: str | None) -> tuple[str, tuple[str, ...]]:
        """The end of a condition that the shop `d` of a question lies in a region or below it, with its value.

        Nothing is asked where no region is given; in a region that there is not lies no shop.
        """
        if region is None:
            return "", ()
        within = regions(self._work.connection, self.timezone).within(region)
        return f" AND {self._driver.among('d.region')}", (self._driver.listed(sorted(within)),)

    def find_dealers(self, text: str, region: str | None) -> Sequence[tuple[str, str]]:
        return self._memory.find_dealers(self._driver, text, region)

    def some_dealer(self, region: str | None) -> str | None:
        return self._memory.some_dealer(self._driver, region)

    def contact_changed(self, contact: int) -> None:
        """This very transaction changed a contact."""
        self._memory.contact_changed(contact)

    def phone_changed(self, phone: str) -> None:
        """This very transaction changed who speaks from a phone."""
        self._memory.phone_changed(phone)
