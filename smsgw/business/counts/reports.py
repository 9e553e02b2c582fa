"""Stock-takes as they are shown: one, what a round of them comes to, and what differs from the book."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, select

from smsgw.business.conversation.tables import booking
from smsgw.business.core.reporting import COUNT, FROM, NAME, REGION, TO, Column, Findings, Question, Report
from smsgw.business.core.showing import Asked, Shown
from smsgw.business.counts import rules
from smsgw.business.counts.tables import (
    count_list,
    count_list_set,
    count_round,
    count_round_shop,
    stock_count,
    stock_count_set,
)
from smsgw.business.directory.tables import dealer
from smsgw.business.stock.tables import stock_count_line
from smsgw.store.instants import iso

_DAY = 86_400_000
_WRONG = tuple(finding for finding in rules.FINDINGS if finding != rules.HERE)


def show_count(connection: Connection, asked: Asked) -> dict[str, Any] | None:
    """A count, or the list of one that is open, by its reference; None where there is none."""
    return count_json(connection, asked.key.upper())


def count_json(connection: Connection, reference: str) -> dict[str, Any] | None:
    """A count with its lines, sets and decision; None where there is none."""
    header = connection.execute(
        select(booking).where(booking.c.reference == reference, booking.c.verb == rules.NAME)
    ).first()
    if header is None:
        return _list_json(connection, reference)
    line = stock_count_line.c
    lines = connection.execute(
        select(line.model, line.counted, line.book).where(line.reference == reference).order_by(line.line)
    ).all()
    found = connection.execute(select(stock_count).where(stock_count.c.reference == reference)).first()
    named = stock_count_set.c
    sets = connection.execute(
        select(named.imei, named.model, named.finding).where(named.reference == reference).order_by(named.imei)
    )
    return {
        "reference": reference,
        "dealer": header.dealer,
        # Counts of earlier versions were booked at once, and have no state of their own.
        "state": found.state if found is not None else rules.UNDONE if header.undone_at is not None else rules.BOOKED,
        "counted_at": iso(header.booked_at),
        "by": header.phone,
        "list_reference": found.list if found is not None else None,
        "lines": [
            {"model": model, "counted": counted, "book": book, "variance": counted - book}
            for model, counted, book in lines
        ],
        "sets": [{"imei": imei, "model": model or None, "finding": finding} for imei, model, finding in sets],
        "decided_at": iso(found.decided_at) if found is not None else None,
        "decided_by": found.decided_by if found is not None else None,
        "why": (found.why or None) if found is not None else None,
    }


def _list_json(connection: Connection, reference: str) -> dict[str, Any] | None:
    found = connection.execute(select(count_list).where(count_list.c.reference == reference)).first()
    if found is None:
        return None
    imei = count_list_set.c.imei
    return {
        "reference": reference,
        "dealer": found.dealer,
        "state": found.state,
        "by": found.phone,
        "opened_at": iso(found.opened_at),
        "expires_at": iso(found.expires_at),
        "result": found.result,
        "imeis": list(connection.scalars(select(imei).where(count_list_set.c.reference == reference).order_by(imei))),
    }


def summaries(connection: Connection, references: Sequence[str]) -> list[dict[str, Any]]:
    """Counts in the order of their references: state, sets over and under the book, and sets missing."""
    found = []
    for reference in references:
        one = count_json(connection, reference)
        assert one is not None
        over = [line["variance"] for line in one["lines"]]
        found.append(
            {
                **{name: one[name] for name in ("reference", "dealer", "state", "counted_at", "by")},
                "over": sum(change for change in over if change > 0),
                "under": -sum(change for change in over if change < 0),
                "missing": sum(each["finding"] == rules.MISSING for each in one["sets"]),
            }
        )
    return found


# ---- rounds


def round_shops(connection: Connection, number: int, now: int) -> list[dict[str, Any]]:
    """The shops of a round in the order of their codes, each with its newest live count between its beginning and its
    end, or None."""
    row = connection.execute(select(count_round).where(count_round.c.id == number)).first()
    if row is None:
        return []
    until = min(at for at in (row.ends_at, row.closed_at, now) if at is not None)
    live = and_(
        booking.c.dealer == count_round_shop.c.dealer,
        booking.c.verb == rules.NAME,
        booking.c.undone_at.is_(None),
        booking.c.booked_at >= row.opened_at,
        booking.c.booked_at <= until,
    )
    rows = connection.execute(
        select(count_round_shop.c.dealer, dealer.c.region, booking.c.reference, booking.c.booked_at)
        .join(dealer, dealer.c.code == count_round_shop.c.dealer)
        .outerjoin(booking, live)
        .where(count_round_shop.c.round == number)
        .order_by(count_round_shop.c.dealer, booking.c.booked_at)
    )
    newest = {code: (region, reference, at) for code, region, reference, at in rows}
    return [
        {"dealer": code, "region": region, "reference": reference, "counted_at": iso(at)}
        for code, (region, reference, at) in newest.items()
    ]


def rounds_open(connection: Connection, now: int) -> list[tuple[int, bool]]:
    """The rounds that go on at `now`, and whether each is in its last day or, where it is short, its second half."""
    row = count_round.c
    found = connection.execute(
        select(row.id, row.opened_at, row.ends_at)
        .where(row.ends_at > now, row.opened_at <= now, row.closed_at.is_(None))
        .order_by(row.id)
    )
    return [(number, now >= ends - min(_DAY, (ends - opened) // 2)) for number, opened, ends in found]


def round_of(connection: Connection, number: int, shop: str, now: int) -> int | None:
    """When a round ends that a shop has still to count in; None where it need not any more."""
    if all(number != one for one, _ in rounds_open(connection, now)):
        return None
    if any(one["dealer"] == shop and one["reference"] is None for one in round_shops(connection, number, now)):
        ends: int | None = connection.scalar(select(count_round.c.ends_at).where(count_round.c.id == number))
        return ends
    return None


def differences(connection: Connection, references: Sequence[str]) -> list[dict[str, Any]]:
    """What differs from the book in these counts: a row for each model whose number differs, and for each set that is
    not where the book has it."""
    found: list[dict[str, Any]] = []
    for start in range(0, len(references), 500):
        some = references[start : start + 500]
        found += _rows(connection, _lines().where(booking.c.reference.in_(some)))
        found += _rows(connection, _sets().where(booking.c.reference.in_(some)))
    return sorted(found, key=lambda row: (row["dealer"], row["reference"], row["model"], row["imei"]))


def _lines() -> Select[Any]:
    line = stock_count_line.c
    return (
        select(
            booking.c.dealer,
            booking.c.reference,
            booking.c.booked_at,
            line.model,
            line.counted,
            line.book,
            stock_count.c.state,
        )
        .join(stock_count_line, line.reference == booking.c.reference)
        .outerjoin(stock_count, stock_count.c.reference == booking.c.reference)
        .where(booking.c.undone_at.is_(None), line.counted != line.book)
    )


def _sets() -> Select[Any]:
    one = stock_count_set.c
    return (
        select(booking.c.dealer, booking.c.reference, booking.c.booked_at, one.model, one.imei, one.finding)
        .add_columns(stock_count.c.state)
        .join(stock_count_set, one.reference == booking.c.reference)
        .join(stock_count, stock_count.c.reference == booking.c.reference)
        .where(booking.c.undone_at.is_(None), one.finding.in_(_WRONG))
    )


def _rows(connection: Connection, wanted: Select[Any]) -> list[dict[str, Any]]:
    return [
        {
            "dealer": row["dealer"],
            "reference": row["reference"],
            "counted_at": iso(row["booked_at"]),
            "model": row["model"],
            "imei": row.get("imei", ""),
            "finding": row.get("finding", "number"),
            "counted": row.get("counted"),
            "book": row.get("book"),
            "difference": row["counted"] - row["book"] if "counted" in row else None,
            "state": row["state"] or rules.BOOKED,
        }
        for row in connection.execute(wanted).mappings()
    ]


def count_differences(connection: Connection, asked: Question) -> Findings:
    """The differences of all counts of a span, by shop."""
    wanted = []
    for question in (_lines(), _sets()):
        chosen = question
        if asked.since is not None:
            chosen = chosen.where(booking.c.booked_at >= asked.since)
        if asked.until is not None:
            chosen = chosen.where(booking.c.booked_at < asked.until)
        if asked.regions is not None:
            chosen = chosen.join(dealer, dealer.c.code == booking.c.dealer).where(dealer.c.region.in_(asked.regions))
        wanted.append(chosen)
    rows = [row for chosen in wanted for row in _rows(connection, chosen)]
    rows.sort(key=lambda row: (row["dealer"], row["reference"], row["model"], row["imei"]))
    return Findings(
        DIFFERENCES,
        rows,
        {"difference": sum(row["difference"] or 0 for row in rows)},
        nothing="every count agrees with the book",
    )


DIFFERENCES = (
    Column("dealer", NAME),
    Column("reference", NAME),
    Column("counted_at", NAME, title="counted"),
    Column("model", NAME),
    Column("imei", NAME),
    Column("finding", NAME),
    Column("counted", COUNT, title="sets"),
    Column("book"),
    Column("difference"),
    Column("state", NAME),
)

REPORTS = {
    "count-differences": Report(
        "What counts found over and under the book, by shop and model, and sets that are not where the book has them.",
        (FROM, TO, REGION),
        count_differences,
    )
}
SHOWN = {"count": Shown("A stock-take: what was counted against the book, and what was decided.", "REF", show_count)}
