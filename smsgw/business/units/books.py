"""The books of units: the state of each, the trail of events that led to it, and what lies in depots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from smsgw.business.conversation.books import StoredConversation
from smsgw.business.core.bookings import Booking
from smsgw.business.core.importing import Changes
from smsgw.business.core.opening import Effect, Fact, Opening
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.units import tables
from smsgw.business.units.rules.activations import Activation
from smsgw.business.units.rules.states import AT_A_DEPOT, IN_A_SHOP, IN_DEPOT, SHIPPED, Unit, UnitEvent, UnitMoved
from smsgw.store.instants import from_ms, to_ms
from smsgw.store.names import Names
from smsgw.store.statements import added, insert
from smsgw.store.upserts import upsert

_SELECTED = "imei, imei2, model, state, coalesce(holder, depot), origin, events"  # as the fields of a Unit
_DISPOSABLE = ", ".join(f"'{state}'" for state in IN_A_SHOP)

UNIT = insert(
    tables.unit,
    "imei imei2 model state holder origin events depot",
    "(imei) DO UPDATE SET imei2 = excluded.imei2, model = excluded.model, state = excluded.state, "
    "holder = excluded.holder, origin = excluded.origin, events = excluded.events, depot = excluded.depot",
)
DEPOT_STOCK = added(tables.depot_stock, "depot model", "quantity")
UNIT_EVENT = insert(tables.unit_event, "imei seq kind dealer reference message reverses happened_at journal")

_AT_ONCE = 500  # activations that are looked up together

_EVENT = "SELECT imei, seq, kind, dealer, happened_at, reference, message, reverses FROM unit_event "


class StoredUnits:
    """See `smsgw.business.units.rules.ledger.Units`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._conversation = opening.books(StoredConversation)
        self._directory = opening.books(StoredDirectory)
        self._units: dict[str, Unit | None] = {}  # by first and by second IMEI
        self._changed = self._work.states(UNIT, _row)
        self._depots = self._work.sums(DEPOT_STOCK)
        self._events = self._work.rows(UNIT_EVENT)

    def know(self, names: Names) -> None:
        """Fetch the units of `imeis`."""
        fresh = [imei for imei in names["imeis"] if imei not in self._units]
        if fresh and self._directory.above_shops:
            fresh = self._with_their_shops(fresh)
        if fresh:
            self._fetch(fresh)

    def _with_their_shops(self, imeis: list[str]) -> list[str]:
        """Lock the shops of sets before the sets, as whoever belongs to a shop does; those of the sets that a shop has.

        Whoever sees to several shops names sets of any. Sets of none are left until they are asked for: the shop that
        they are wanted for is locked by then.
        """
        driver = self._work.driver
        found: dict[str, str] = {}
        for column in ("imei", "imei2"):
            found.update(
                driver.ask(
                    f"SELECT {column}, holder FROM unit WHERE {driver.among(column)} AND holder IS NOT NULL",
                    driver.listed(imeis),
                )
            )
        self._directory.lock(sorted(set(found.values())))
        return [imei for imei in imeis if imei in found]

    def _fetch(self, imeis: list[str]) -> None:
        for imei in imeis:
            self._units[imei] = None
        driver = self._work.driver
        named = driver.listed(imeis)
        if driver.sqlite:
            rows = driver.ask(
                f"SELECT {_SELECTED} FROM unit WHERE imei IN (SELECT value FROM json_each(?1)) UNION ALL "
                f"SELECT {_SELECTED} FROM unit WHERE imei2 IN (SELECT value FROM json_each(?1))",
                named,
            )
        else:
            # Two questions: with OR the planner would rather read the whole table than use two indexes.
            rows = []
            for column in ("imei", "imei2"):
                rows += driver.ask(
                    f"SELECT {_SELECTED} FROM unit WHERE {column} = ANY(?::text[]) AND {column} IS NOT NULL "
                    "ORDER BY imei FOR NO KEY UPDATE",
                    named,
                )
        for row in rows:
            self._keep(Unit(*row))

    def _keep(self, unit: Unit) -> None:
        self._units[unit.imei] = unit
        if unit.imei2:
            self._units[unit.imei2] = unit

    def find(self, imei: str) -> Unit | None:
        if imei not in self._units:
            self._fetch([imei])
        return self._units[imei]

    def _first(self, imei: str) -> str:
        unit = self.find(imei)
        return unit.imei if unit else imei

    def sale_of(self, imei: str) -> Booking | None:
        found = self._conversation.found(
            "JOIN unit_event e ON e.reference = b.reference WHERE e.imei = ? AND e.kind = 'sold' "
            "AND b.undone_at IS NULL ORDER BY e.seq DESC LIMIT 1",
            self._first(imei),
        )
        return found[0] if found else None

    def held(self, dealer: str) -> Mapping[str, str]:
        units: dict[str, str] = {}
        for imei, imei2, model in self._work.ask(
            f"SELECT imei, imei2, model FROM unit WHERE holder = ? AND state IN ({_DISPOSABLE}) ORDER BY imei",
            dealer,
        ):
            units[imei] = model
            if imei2:
                units[imei2] = model
        return units

    def returned(self, dealer: str) -> Mapping[str, int]:
        rows = self._work.ask(
            "SELECT model, count(*) FROM unit WHERE holder = ? AND state = 'returned' GROUP BY model", dealer
        )
        return {model: int(count) for model, count in rows}

    def supplied(self, model: str, region: str) -> int:
        rows = self._work.ask(
            "SELECT s.quantity - s.allocated, d.region FROM depot_stock s JOIN depot d ON d.code = s.depot "
            "WHERE s.model = ? AND s.quantity > s.allocated AND d.active",
            model,
        )
        near = [quantity for quantity, of in rows if self._directory.lies_in(region, of)]
        return sum(near or [quantity for quantity, _ in rows])

    def coming(self, dealer: str, model: str) -> int:
        rows = self._work.ask(
            f"SELECT count(*) FROM unit WHERE holder = ? AND state IN ({_DISPOSABLE}) AND state = '{SHIPPED}' "
            "AND model = ?",
            dealer,
            model,
        )
        return int(rows[0][0])

    def in_transit(self, dealer: str) -> Mapping[str, int]:
        rows = self._work.ask(
            "SELECT e.reference, count(*) FROM unit u JOIN unit_event e ON e.imei = u.imei AND e.seq = "
            "(SELECT max(x.seq) FROM unit_event x WHERE x.imei = u.imei AND x.kind = 'shipped' AND x.reverses IS NULL) "
            f"WHERE u.holder = ? AND u.state IN ({_DISPOSABLE}) AND u.state = '{SHIPPED}' "
            "GROUP BY e.reference ORDER BY min(e.happened_at), e.reference",
            dealer,
        )
        return {note: int(count) for note, count in rows if note is not None}

    def activations(self, unit: Unit) -> Sequence[Activation]:
        return tuple(
            Activation(imei, kind, from_ms(at), region)
            for imei, kind, at, region in self._work.ask(
                "SELECT imei, kind, activated_at, region FROM activation WHERE imei IN (?, ?) "
                "ORDER BY activated_at, imei, kind",
                unit.imei,
                unit.imei2 or unit.imei,
            )
        )

    def trail(self, imei: str) -> Sequence[UnitEvent]:
        return _events(self._work.ask(_EVENT + "WHERE imei = ? ORDER BY seq", self._first(imei)))

    def events(self, reference: str) -> Sequence[UnitEvent]:
        return _events(self._work.ask(_EVENT + "WHERE reference = ? ORDER BY imei, seq", reference))

    def move(self, record: UnitMoved) -> None:
        work = self._work
        before = self.find(record.imei)
        seq = before.events + 1 if before else 1
        imei = before.imei if before else record.imei
        imei2 = record.imei2 or (before.imei2 if before else None)
        unit = Unit(imei, imei2, record.model, record.state, record.holder, record.origin, seq)
        self._keep(unit)
        self._changed[imei] = unit
        if before is not None and before.state == IN_DEPOT and before.holder:
            self._depots.add((before.holder, before.model), -1)
        if record.state == IN_DEPOT and record.holder:
            self._depots.add((record.holder, record.model), 1)
        at = work.at if record.at is None else to_ms(record.at)
        reference = record.reference
        entry = work.entries.get(reference)
        self._events.append(
            (imei, seq, record.kind, record.dealer, reference, work.message, record.reverses, at, entry)
        )


def compare_activations(connection: Connection, found: Iterable[Activation]) -> tuple[Changes, list[dict[str, Any]]]:
    """What activations would change, and their rows: of two the earlier one counts, with the region of either."""
    changes, rows = Changes(), dict[tuple[str, str], dict[str, Any]]()
    table = tables.activation
    known: dict[tuple[str, str], tuple[int, str | None]] = {}
    for start in range(0, len(several := list(found)), _AT_ONCE):
        some = several[start : start + _AT_ONCE]
        for row in connection.execute(select(table).where(table.c.imei.in_({one.imei for one in some}))):
            known.setdefault((row.imei, row.kind), (row.activated_at, row.region))
        for one in some:
            key, at = (one.imei, one.kind), to_ms(one.at)
            was = known.get(key)
            if was is None:
                kept = at, one.region
            elif at < was[0]:
                kept = at, one.region or was[1]
            else:
                kept = was[0], was[1] or one.region
            if changes.differs(key, was, kept):
                known[key] = kept
                rows[key] = {"imei": one.imei, "kind": one.kind, "activated_at": kept[0], "region": kept[1]}
    return changes, list(rows.values())


def keep_activations(connection: Connection, found: Iterable[Activation], now: datetime) -> Changes:
    """Keep activations by IMEI and kind, and say what that changed."""
    changes, rows = compare_activations(connection, found)
    noted = [row | {"noted_at": to_ms(now)} for row in rows]
    for start in range(0, len(noted), _AT_ONCE):
        upsert(connection, tables.activation, noted[start : start + _AT_ONCE], ("imei", "kind"))
    return changes


def _row(unit: Unit) -> tuple[Any, ...]:
    """A unit as it is written: whose it is stands in the column that its state asks for."""
    at_a_depot = unit.state in AT_A_DEPOT
    holder, depot = (None, unit.holder) if at_a_depot else (unit.holder, None)
    return unit.imei, unit.imei2, unit.model, unit.state, holder, unit.origin, unit.events, depot


def _events(rows: Iterable[Sequence[Any]]) -> tuple[UnitEvent, ...]:
    return tuple(
        UnitEvent(imei, seq, kind, dealer, from_ms(at), reference, message, reverses)
        for imei, seq, kind, dealer, at, reference, message, reverses in rows
    )


def _tell(record: UnitMoved) -> Fact:
    return "unit", record.kind, record.reference, {"dealer": record.dealer}


BOOKS = StoredUnits
RECORDS = {UnitMoved: Effect(StoredUnits.move, moves=_tell)}
