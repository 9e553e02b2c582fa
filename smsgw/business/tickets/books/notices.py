"""What is told of tickets: their steps, to whoever has them and to the shop, and that they fall due or are late.

Steps are noted as they happen (`smsgw.store.notices.tickets`); a text tells all that is noted for a phone of one
ticket, as the ticket stands by then. Times are milliseconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.engine import Connection

from smsgw.business.consent.books.people import Overseers, Person, of_contacts, of_role
from smsgw.business.directory.books.regions import Regions
from smsgw.business.directory.tables import contact, dealer, phone
from smsgw.business.expectations.rules import MANAGER
from smsgw.business.notifications.books import notices as notifications
from smsgw.business.notifications.books.notices import TICKET, Hours, PendingNotice
from smsgw.business.notifications.tables import notice
from smsgw.business.tickets import rules as tickets
from smsgw.business.tickets.books.tickets import FOR_SHOP, HQ
from smsgw.business.tickets.tables import ticket, ticket_note
from smsgw.calendar.spans import Span

NEW, MORE, AGAIN, GONE, DUE = "new", "more", "again", "gone", "due"  # to whoever has it
QUESTION, ANSWER, TOLD = "question", "answer", "told"  # to the shop
MOST = 500  # phones told in one transaction
LOOK_BACK = 7 * 86_400_000  # milliseconds after which nobody is told any more that a ticket is late


@dataclass(frozen=True, slots=True)
class About:
    """A ticket as a text tells of it. `name` is that of whoever has it, '' where nobody has or there is none.

    `timezone` is the shop's, on whose clock `due_at` (aware) is told. `words` are what is to be read of it.
    """

    reference: str
    dealer: str
    subject: str | None
    phone: str
    name: str
    due_at: datetime
    timezone: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One text of what happened to one ticket."""

    pending: PendingNotice
    what: str
    about: About


@dataclass(frozen=True, slots=True)
class Late:
    """One text of tickets that are late."""

    pending: PendingNotice
    about: tuple[About, ...]


def list_steps(connection: Connection, tree: Regions, hours: Hours, now: int) -> list[Step]:
    """What is noted of tickets and may be told at `now`; what nobody needs to hear any more is dropped."""
    rows = connection.execute(
        select(notice.c.subject, notice.c.phone, contact.c.id, contact.c.language, contact.c.dealer)
        .join(phone, and_(phone.c.number == notice.c.phone, phone.c.active))
        .join(contact, and_(contact.c.id == phone.c.contact, contact.c.active))
        .where(notice.c.told_at.is_(None), notice.c.kind == TICKET)
        .order_by(notice.c.noted_at, notice.c.phone, notice.c.subject)
    ).all()
    noted: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        noted.setdefault((row.phone, row.subject.split(" ")[0]), []).append(row)
    known = _known(connection, tree, {reference for _, reference in noted})
    found: list[Step] = []
    for (number, reference), about in noted.items():
        stands, row = known[reference], about[0]
        timezone = stands.timezone if row.dealer is not None else tree.zone(stands.region)
        calendar = hours(timezone)
        if not calendar.is_open(now / 1000) or len(found) >= MOST:
            continue
        subjects = tuple(each.subject for each in about)
        person = Person(row.id, row.language, (number,))
        pending = PendingNotice(TICKET, person, row.dealer, calendar, calendar.closing(now / 1000), subjects)
        happened = _notes(connection, reference, [int(subject.split(" ")[1]) for subject in subjects])
        what, words = _what(connection, stands, row.id, number, happened)
        if what:
            found.append(Step(pending, what, stands.about(words)))
        else:
            notifications.mark_told(connection, pending, None, now)
    willing = notifications.list_allowed(connection, [step.pending for step in found])
    for step in found:
        if (TICKET, step.pending.person.contact) not in willing:
            notifications.mark_told(connection, step.pending, None, now)
    return [step for step in found if (TICKET, step.pending.person.contact) in willing]


def mark_asked(connection: Connection, reference: str, now: int) -> None:
    """Write down that the shop is asked whether a ticket is settled: after all that its phone was asked before, though
    the clock was set back."""
    number = select(ticket.c.phone).where(ticket.c.reference == reference).scalar_subquery()
    last = connection.scalar(select(func.max(ticket.c.asked_at)).where(ticket.c.phone == number)) or 0
    at = max(now, last + 1)
    connection.execute(update(ticket).where(ticket.c.reference == reference).values(asked_at=at))


def list_due(connection: Connection, tree: Regions, hours: Hours, before: Span, now: int) -> list[Step]:
    """Open tickets that fall due within a span and whose people are to be reminded of it, once for each deadline."""
    found: list[Step] = []
    ahead = _open(connection, tree, now, before.rough * 1000, now)
    having = of_contacts(connection, {stands.assignee for stands in ahead if stands.assignee is not None})
    for stands in ahead:
        calendar = hours(tree.zone(stands.region))
        person = having.get(stands.assignee) if stands.assignee is not None else None
        if person is not None and calendar.is_open(now / 1000):
            subject = f"{stands.reference} due {stands.due_at}"
            about = stands.about(stands.text)
            fresh = notifications.list_untold(connection, TICKET, [(person, calendar, [subject])], now)
            found += [Step(pending, DUE, about) for pending in fresh]
    return found


def list_late(connection: Connection, tree: Regions, hours: Hours, escalate: Span, now: int) -> list[Late]:
    """Who is to be told of tickets that are late: whoever has them and the manager, then headquarters. Once each."""
    since = now - escalate.rough * 1000 - LOOK_BACK
    overdue = {stands.reference: stands for stands in _open(connection, tree, now, 0, since)}
    if not overdue:
        return []
    overseers, office = Overseers(connection, tree), of_role(connection, HQ)
    having = of_contacts(connection, {stands.assignee for stands in overdue.values() if stands.assignee is not None})
    about: dict[int, tuple[Person, Any, list[str]]] = {}
    for stands in overdue.values():
        calendar = hours(tree.zone(stands.region))
        if not calendar.is_open(now / 1000):
            continue
        people = [*overseers.of(stands.region, MANAGER)]
        if stands.assignee in having:
            people.append(having[stands.assignee])
        gone = escalate.after(stands.due_at / 1000, tree.zone(stands.region)) * 1000 <= now
        if gone or not people:
            people += office
        for person in people:
            listed = about.setdefault(person.contact, (person, calendar, []))[2]
            subject = f"{stands.reference} late {stands.due_at}"
            if subject not in listed:
                listed.append(subject)
    return [
        Late(pending, tuple(overdue[subject.split(" ")[0]].about() for subject in pending.subjects))
        for pending in notifications.list_untold(connection, TICKET, about.values(), now)
    ]


# ---- within


@dataclass(frozen=True, slots=True)
class _Stands:
    """A ticket as it stands."""

    reference: str
    dealer: str
    region: str
    timezone: str
    subject: str | None
    phone: str
    assignee: int | None
    name: str
    state: str
    due_at: int
    text: str

    def about(self, words: str = "") -> About:
        at = datetime.fromtimestamp(self.due_at / 1000, UTC)
        return About(self.reference, self.dealer, self.subject, self.phone, self.name, at, self.timezone, words)


_COLUMNS = (
    ticket.c.reference,
    ticket.c.dealer,
    dealer.c.region,
    dealer.c.timezone,
    ticket.c.subject,
    ticket.c.phone,
    ticket.c.keeper,
    contact.c.name,
    ticket.c.state,
    ticket.c.due_at,
    ticket.c.text,
)


def _stand(row: Any, tree: Regions) -> _Stands:
    reference, code, region, timezone, subject, number, assignee, name, state, due_at, text = row
    zone = timezone or tree.zone(region)
    return _Stands(reference, code, region, zone, subject, number, assignee, name or "", state, due_at, text)


def _from() -> Any:
    return (
        select(*_COLUMNS)
        .join(dealer, dealer.c.code == ticket.c.dealer)
        .outerjoin(contact, contact.c.id == ticket.c.keeper)
    )


def _known(connection: Connection, tree: Regions, references: Iterable[str]) -> dict[str, _Stands]:
    found: dict[str, _Stands] = {}
    listed = sorted(references)
    for start in range(0, len(listed), 500):
        rows = connection.execute(_from().where(ticket.c.reference.in_(listed[start : start + 500])))
        found.update((row[0], _stand(row, tree)) for row in rows)
    return found


def _open(connection: Connection, tree: Regions, now: int, ahead: int, since: int) -> list[_Stands]:
    """The open tickets that are due within `ahead` milliseconds, or were since then, the most overdue first."""
    row = ticket.c
    wanted = _from().where(row.state == tickets.OPEN, row.due_at <= now + ahead, row.due_at > since)
    return [_stand(each, tree) for each in connection.execute(wanted.order_by(row.due_at, row.reference))]


def _notes(connection: Connection, reference: str, seqs: Sequence[int]) -> list[tuple[str, str]]:
    """What happened by the notes of these numbers, and the words of each."""
    row = ticket_note.c
    wanted = select(row.happening, row.text).where(row.ticket == reference, row.seq.in_(seqs)).order_by(row.seq)
    return [(event, words or "") for event, words in connection.execute(wanted)]


def _what(
    connection: Connection, stands: _Stands, who: int, number: str, happened: Sequence[tuple[str, str]]
) -> tuple[str, str]:
    """What is to be told of what happened, as the ticket stands, and the words with it; '' for nothing."""
    kinds = {event for event, _ in happened}
    if kinds & set(FOR_SHOP) and number == stands.phone and who != stands.assignee:
        words = " / ".join(said for event, said in happened if event in FOR_SHOP and said)
        if stands.state != tickets.SETTLED:
            return (TOLD, words) if words else ("", "")
        return (ANSWER, words) if words else (QUESTION, stands.text)
    if stands.state == tickets.CLOSED:
        return (GONE, "") if _heard(connection, stands.reference, number) else ("", "")
    if stands.state != tickets.OPEN or who != stands.assignee:
        return "", ""
    if kinds & {tickets.OPENED, tickets.ASSIGNED}:
        added = [said for event, said in happened if event in (tickets.OPENED, tickets.ADDED) and said]
        return NEW, " / ".join(added) or stands.text
    if tickets.DISAGREED in kinds:
        return AGAIN, stands.text
    return MORE, " / ".join(said for event, said in happened if event == tickets.ADDED)


def _heard(connection: Connection, reference: str, number: str) -> bool:
    """Whether a phone was told of a ticket."""
    row = notice.c
    wanted = select(row.phone).where(
        row.kind == TICKET, row.phone == number, row.subject.startswith(f"{reference} "), row.message.is_not(None)
    )
    return connection.execute(wanted.limit(1)).first() is not None
