"""A transfer: sets on their way from a shop to another, and what each answer makes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from smsgw.business.core.decision import Record
from smsgw.business.sales.rules.ledger import SalesBooks
from smsgw.business.stock import rules as stock
from smsgw.business.stock.rules import StockMoved
from smsgw.business.units.rules import states as units
from smsgw.business.units.rules.reversal import take_back
from smsgw.business.units.rules.states import UnitMoved
from smsgw.values.state_table import StateTable
from smsgw.values.value import value

OPEN, TAKEN, REFUSED, LAPSED, UNDONE = "open", "taken", "refused", "lapsed", "undone"
STATES = (OPEN, TAKEN, REFUSED, LAPSED, UNDONE)
LIFE = StateTable(
    "a transfer",
    STATES,
    {(OPEN, "take"): TAKEN, (OPEN, "refuse"): REFUSED, (OPEN, "lapse"): LAPSED, (OPEN, "undo"): UNDONE},
)


@value
class TransferLine:
    """So many sets of a model, of which `units` are known by IMEI: all of them or none."""

    model: str
    quantity: int
    units: int


@value
class Transfer:
    """Sets that `giver` hands to `receiver`; they are in nobody's stock until it is settled."""

    reference: str
    giver: str
    receiver: str
    state: str
    lines: tuple[TransferLine, ...]
    asked_at: datetime
    expires_at: datetime


@value
class TransferBegun(Record):
    transfer: Transfer


@value
class TransferSettled(Record):
    reference: str
    state: str


@value
class TransferTold(Record):
    """These phones are to be told that a transfer waits for them or, when it is settled, what became of it."""

    reference: str
    phones: tuple[str, ...]
    settled: bool = False


class Transfers(Protocol):
    """What may be asked about transfers."""

    def find(self, reference: str) -> Transfer | None: ...

    def waiting(self, receiver: str, now: datetime) -> Sequence[str]:
        """The transfers that a shop may still answer, by reference, the oldest first."""

    def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        """The open transfers whose time is over, by reference, `limit` at most."""


class TransferBooks(SalesBooks, Protocol):
    """The books as far as transfers and what they stand on."""

    @property
    def transfers(self) -> Transfers: ...


def sets_of(transfer: Transfer) -> Mapping[str, int]:
    """How many sets of each model."""
    return {line.model: line.quantity for line in transfer.lines}


def expired(transfer: Transfer, now: datetime) -> bool:
    """Whether nobody may answer any more."""
    return transfer.state == OPEN and transfer.expires_at <= now


def take(transfer: Transfer, books: TransferBooks) -> list[Record]:
    """The records by which the sets become the receiver's."""
    reference, receiver = transfer.reference, transfer.receiver
    records: list[Record] = [TransferSettled(reference, LIFE.move(transfer.state, "take"))]
    for event in books.units.events(reference):
        unit = books.units.find(event.imei)
        assert unit is not None  # it was given
        state, holder = units.move(unit.state, unit.holder, units.KIND_TAKEN, receiver)
        records.append(
            UnitMoved(unit.imei, unit.model, units.KIND_TAKEN, receiver, state, holder, unit.origin, reference)
        )
    for line in transfer.lines:
        records.append(StockMoved(receiver, line.model, line.quantity, line.units, stock.TAKEN, reference))
    return records


def keep(transfer: Transfer, step: str, books: TransferBooks) -> list[Record]:
    """The records by which the sets are the giver's again, as they were before: `refuse`, `lapse` or `undo`."""
    reference = transfer.reference
    records: list[Record] = [TransferSettled(reference, LIFE.move(transfer.state, step))]
    back: Counter[str] = Counter()
    for imei in dict.fromkeys(event.imei for event in books.units.events(reference)):
        restored = take_back(imei, reference, books, units.KIND_KEPT)
        assert restored is not None  # a set in a transfer moves by nothing else
        records += restored
        after = next((each for each in reversed(restored) if isinstance(each, UnitMoved)), None)
        if after is not None and units.in_stock(after.state, books.trade):
            back[after.model] += 1
    for line in transfer.lines:
        quantity = back[line.model] if line.units else line.quantity
        if quantity:
            known = quantity if line.units else 0
            records.append(StockMoved(transfer.giver, line.model, quantity, known, stock.KEPT, reference))
    return records
