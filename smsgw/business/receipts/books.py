"""The books of receipts: each with its lines."""

from __future__ import annotations

from collections.abc import Sequence

from smsgw.business.core.opening import Effect, Opening
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.receipts.rules.arrivals import Receipt, ReceiptBooked, ReceiptLine, Sent


class StoredReceipts:
    """See `smsgw.business.receipts.rules.arrivals.Receipts`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._directory = opening.books(StoredDirectory)

    def find(self, reference: str) -> Receipt | None:
        ask = self._work.ask
        for dealer, order, about, ticket in ask(
            "SELECT dealer, order_reference, about, ticket FROM receipt WHERE reference = ?", reference
        ):
            lines = ask(
                "SELECT model, received, short, surplus, units, ordered FROM receipt_line WHERE reference = ? "
                "ORDER BY model",
                reference,
            )
            return Receipt(reference, dealer, order, about, tuple(ReceiptLine(*line) for line in lines), ticket)
        return None

    def sent(self, dealer: str, shipments: Sequence[str]) -> Sequence[Sent]:
        if not shipments:
            return ()
        self._directory.lock([dealer])  # whoever asks may receive them
        marks = ", ".join("?" for _ in shipments)
        rows = self._work.ask(
            "SELECT u.imei, u.model, u.state, coalesce(u.holder, u.depot), e.reference, EXISTS ("
            "SELECT 1 FROM unit_event t JOIN receipt r ON r.reference = t.reference WHERE t.imei = e.imei "
            "AND t.seq > e.seq AND t.reverses IS NULL AND NOT EXISTS "
            "(SELECT 1 FROM unit_event x WHERE x.imei = t.imei AND x.reverses = t.seq)) "
            f"FROM unit_event e JOIN unit u ON u.imei = e.imei WHERE e.reference IN ({marks}) AND e.dealer = ? "
            "AND e.kind = 'shipped' AND e.reverses IS NULL AND NOT EXISTS "
            "(SELECT 1 FROM unit_event x WHERE x.imei = e.imei AND x.reverses = e.seq) ORDER BY u.imei",
            *shipments,
            dealer,
        )
        return [Sent(imei, model, state, holder, note, bool(told)) for imei, model, state, holder, note, told in rows]

    def book(self, record: ReceiptBooked) -> None:
        made, work = record.receipt, self._work
        entry = work.entries.get(made.reference)
        work.say(
            "INSERT INTO receipt (reference, dealer, order_reference, about, ticket, journal) "
            "VALUES (?, ?, CAST(? AS VARCHAR), ?, CAST(? AS VARCHAR), CAST(? AS BIGINT))",
            made.reference,
            made.dealer,
            made.order,
            made.about,
            made.ticket,
            entry,
        )
        for line in made.lines:
            work.say(
                "INSERT INTO receipt_line (reference, model, received, short, surplus, units, ordered, journal) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, CAST(? AS BIGINT))",
                made.reference,
                line.model,
                line.received,
                line.short,
                line.surplus,
                line.units,
                line.ordered,
                entry,
            )


BOOKS = StoredReceipts
RECORDS = {ReceiptBooked: Effect(StoredReceipts.book)}
