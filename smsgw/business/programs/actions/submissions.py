"""Texts that programs send: who of those named may get one, each of those queued once; and what became of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, insert, select, true
from sqlalchemy.engine import Connection

from smsgw.business.audiences.books.eligibility import BLOCKED, DUPLICATE, STOPPED, EligibilityFilter, Excluded
from smsgw.business.consent.rules import read_topic
from smsgw.business.core.rights import Right, has
from smsgw.business.core.session import Session, action
from smsgw.business.core.tariff import require_sending
from smsgw.business.directory.books.regions import Regions, regions
from smsgw.business.directory.tables import contact, dealer, phone
from smsgw.business.messages.books.outbox import PRIORITY
from smsgw.business.messages.reports import show_message
from smsgw.business.messages.tables import message_out
from smsgw.business.programs.books import callbacks
from smsgw.calendar.hours import Calendar
from smsgw.errors import NEEDS_APPROVAL, Faults, refuse
from smsgw.store.driver import Driver
from smsgw.store.numbers import MESSAGE
from smsgw.values.storable import storable

KIND = "reminder"
_CHUNK = 500
_MINUTE = 60_000
_HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class Submission:
    """A text to phones (E.164). Times are milliseconds since the epoch.

    source          the address that it comes from; None: the link's own
    at              when it is to be sent; None: now
    valid_minutes   for how long after that it is of use; None: as the deployment says, from when it may be sent
    urgent          at any hour
    callback        whom to tell, and of what (see `callbacks`); None: nobody
    """

    phones: Sequence[str]
    text: str
    topic: str = ""
    link: str | None = None
    source: str | None = None
    message_class: int | None = None
    at: int | None = None
    valid_minutes: int | None = None
    urgent: bool = False
    callback: callbacks.Callback | None = None


@dataclass(frozen=True, slots=True)
class Submitted:
    """The ids of the texts by phone, and who gets none, with why."""

    queued: tuple[tuple[str, int], ...]
    skipped: tuple[Excluded, ...]


@action(Right.SEND_MESSAGES)
def send(session: Session, what: Submission, faults: Faults | None = None) -> Submitted:
    """Queue a text to everybody who may get one, for whichever daemon takes it.

    Whoever said stop by any of their phones is excluded, and so is one who takes part no longer. `faults` are those
    that were found in what the submission was read from. Raises Refused with all faults, or where it goes to more
    phones than one alone may send to; one phone is anybody's to text.
    """
    assert session.tariff is not None, "nobody said which links send"
    faults = faults if faults is not None else Faults()
    with faults.at("topic"):
        what = replace(what, topic=read_topic(what.topic, session.trade.topics))
    with faults.at("link"):
        require_sending(what.link, session.tariff.links)
    faults.settle()
    most = max(1, session.trade.approval_above_recipients)
    if len(set(what.phones)) > most:
        refuse(
            f"one alone may send to {most:,} (broadcast.approval_above_recipients); "
            "make a broadcast, which somebody else approves",
            NEEDS_APPROVAL,
        )
    return _queue(session, what)


def _queue(session: Session, what: Submission) -> Submitted:
    connection, now = session.connection, session.now
    tree = regions(connection, session.trade.timezone)
    people = _people(connection, what.phones, tree)
    unwilling = EligibilityFilter.unwilling_of(
        Driver(connection),
        what.topic,
        sorted({one.contact for one in people.values() if one.contact is not None}),
        [number for number in what.phones if number not in people],
    )
    willing: dict[str, str] = {}
    skipped: list[Excluded] = []
    for number in what.phones:
        one = people.get(number, _Person(None, tree.timezone, False))
        if number in willing:
            skipped.append(Excluded(number, DUPLICATE, "it is named twice"))
        elif one.blocked:
            skipped.append(Excluded(number, BLOCKED, "they take part no longer"))
        elif (number if one.contact is None else one.contact) in unwilling:
            skipped.append(Excluded(number, STOPPED, "they said STOP"))
        else:
            willing[number] = one.zone
    ids = session.transaction.numbers(MESSAGE, len(willing)) if willing else []
    start = now if what.at is None else what.at
    calendars = {zone: _lately(session.trade.hours(zone), start) for zone in set(willing.values())}
    rows = []
    for (number, zone), message in zip(willing.items(), ids, strict=True):
        calendar = None if what.urgent else calendars[zone]
        rows.append(
            {
                "id": message,
                "recipient": number,
                "text": storable(what.text),
                "kind": KIND,
                "priority": PRIORITY[KIND],
                "link": what.link,
                "source": what.source,
                "state": "queued",
                "parts": 1,
                "attempts": 0,
                "created_at": now,
                "not_before": what.at,
                "not_after": _end(what, start, calendar, session.trade.notice_hours * _HOUR),
                "calendar": None if calendar is None else calendar.key,
                "message_class": what.message_class,
                "author": session.who,
                "topic": what.topic or None,
            }
        )
    if rows:
        connection.execute(insert(message_out), rows)
        if what.callback is not None:
            callbacks.ask(connection, ids, what.callback, start)
    return Submitted(tuple(zip(willing, ids, strict=True)), tuple(skipped))


@dataclass(frozen=True, slots=True)
class _Person:
    contact: int | None
    zone: str
    blocked: bool


def _people(connection: Connection, phones: Sequence[str], tree: Regions) -> dict[str, _Person]:
    """Whose phones these are, as far as the directory has them."""
    found: dict[str, _Person] = {}
    for start in range(0, len(phones), _CHUNK):
        rows = connection.execute(
            select(
                phone.c.number,
                phone.c.contact,
                func.coalesce(dealer.c.region, contact.c.region),
                dealer.c.timezone,
                and_(phone.c.active, contact.c.active, func.coalesce(dealer.c.active, true())),
            )
            .select_from(
                phone.join(contact, contact.c.id == phone.c.contact).outerjoin(
                    dealer, dealer.c.code == contact.c.dealer
                )
            )
            .where(phone.c.number.in_(phones[start : start + _CHUNK]))
        )
        for number, who, region, zone, active in rows:
            clock = zone or (tree.zone(region) if region is not None else tree.timezone)
            found[number] = _Person(who, clock, not active)
    return found


def _lately(calendar: Calendar, now: int) -> Calendar:
    """The calendar without what is long over, which makes its key shorter."""
    return calendar.since((datetime.fromtimestamp(now / 1000, UTC) - timedelta(days=1)).date())


def _end(what: Submission, start: int, calendar: Calendar | None, usual: int) -> int:
    """When a text is no longer of use (milliseconds)."""
    if what.valid_minutes is not None:
        return start + what.valid_minutes * _MINUTE
    return (start if calendar is None else int(calendar.opening(start / 1000) * 1000)) + usual


@action(Right.READ_OWN_MESSAGES)
def show(session: Session, message: int) -> dict[str, Any] | None:
    """A text and what became of it; None where there is none, or none that whoever asks may see.

    Who may not read all messages sees those that it sent.
    """
    out = message_out.c
    author = session.connection.scalar(select(out.author).where(out.id == message))
    if author != session.who and not has(session.principal, Right.READ_MESSAGES):
        return None
    found = show_message(session.connection, message)
    return None if found is None else found | {"author": author}
