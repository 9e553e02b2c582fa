"""What managers are told unasked of returns: that some wait for a decision, and that the promised day is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from smsgw.business.consent.books.people import MANAGER, Overseers, Person, of_role
from smsgw.business.core.reply import Reply, TruncatableList
from smsgw.business.directory.books.regions import Regions
from smsgw.business.notifications.books.notices import RETURN_WAITS, Hours, PendingNotice, list_untold
from smsgw.business.returns.books import OpenReturn, open_returns
from smsgw.calendar.hours import Calendar
from smsgw.calendar.spans import Span

_HQ = "hq"
_LATE = "late"  # behind the reference of a return whose promised day is over


def list_waiting(connection: Connection, tree: Regions, hours: Hours, after: Span, now: int) -> list[PendingNotice]:
    """Who is to be told of returns that wait: managers of those that have waited for so long, and with headquarters of
    those whose promised day is over. `now` is in milliseconds.
    """
    waiting = open_returns(connection)
    overseers = Overseers(connection, tree) if waiting else None
    office: list[Person] | None = None
    about: dict[int, tuple[Person, Calendar, list[str]]] = {}
    for one in waiting:
        zone = tree.zone(one.region)
        calendar = hours(zone)
        if overseers is None or not calendar.is_open(now / 1000):
            continue
        people = [*overseers.of(one.region, MANAGER)]
        late = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(zone)).date() > one.due_on
        if late or not people:
            office = of_role(connection, _HQ) if office is None else office
            people += [person for person in office if all(person.contact != other.contact for other in people)]
        if not late and after.after(one.asked_at / 1000, zone) * 1000 > now:
            continue
        for person in people:
            subject = f"{one.reference} {_LATE}" if late else one.reference
            about.setdefault(person.contact, (person, calendar, []))[2].append(subject)
    return list_untold(connection, RETURN_WAITS, about.values(), now)


def word_waiting(connection: Connection, subjects: Sequence[str]) -> Reply:
    """Returns that wait, each with the day that was promised, and how the first is decided."""
    named = [subject.partition(" ")[0] for subject in subjects]
    known = {one.reference: one for one in open_returns(connection) if one.reference in named}
    found: list[OpenReturn] = sorted(known.values(), key=lambda one: (one.due_on, one.reference))
    items = tuple(
        Reply("return_waits", {"reference": one.reference, "dealer": one.dealer, "due": one.due_on}) for one in found
    )
    values = {"count": len(items), "returns": TruncatableList(items), "reference": found[0].reference}
    late = any(subject.endswith(f" {_LATE}") for subject in subjects)
    return Reply("returns_late" if late else "returns_wait", values)
