"""The eligibility filter: who of an audience is excluded, and why; at the estimate, the snapshot and the sending."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import Connection

from smsgw.business.audiences.books.people import Found
from smsgw.business.consent.rules import Consent, has_stopped
from smsgw.business.messages.tables import broadcast
from smsgw.store.driver import Driver

STOPPED, BLOCKED, NO_PHONE, UNREACHABLE, DUPLICATE, NO_DEALER = (
    "stopped",
    "blocked",
    "no_phone",
    "unreachable",
    "duplicate",
    "no_dealer",
)

# A phone is unreachable when none of the last so many broadcasts of these days arrived.
FAILURES = 3
LOOK_BACK = 30 * 86_400_000  # milliseconds


@dataclass(frozen=True, slots=True)
class Excluded:
    subject: str
    reason: str
    detail: str = ""


class EligibilityFilter:
    """For one topic at `now` (milliseconds). `of_dealer`: the text says something of the recipient's dealer."""

    def __init__(self, connection: Connection, topic: str, now: int, *, of_dealer: bool) -> None:
        self._connection = connection
        self._driver = Driver(connection)
        self._topic = topic
        self._of_dealer = of_dealer
        self._recent = list(
            connection.scalars(select(broadcast.c.reference).where(broadcast.c.released_at >= now - LOOK_BACK))
        )

    def split(self, found: Sequence[Found]) -> tuple[list[Found], list[Excluded]]:
        """Who is to get it, and who is excluded."""
        kept: list[Found] = []
        out: list[Excluded] = []
        unwilling = self.unwilling(
            [who.contact for who in found if who.contact is not None],
            [who.phone for who in found if who.contact is None and who.phone is not None],
        )
        failing = self._failing([who.phone for who in found if who.phone is not None])
        for who in found:
            if who.duplicate:
                out.append(Excluded(who.subject, DUPLICATE, "the person is texted on another phone"))
            elif who.blocked:
                out.append(Excluded(who.subject, BLOCKED, who.name))
            elif who.phone is None:
                out.append(Excluded(who.subject, NO_PHONE, who.name))
            elif who.contact in unwilling or (who.contact is None and who.phone in unwilling):
                out.append(Excluded(who.subject, STOPPED))
            elif self._of_dealer and who.dealer is None:
                out.append(Excluded(who.subject, NO_DEALER, "the text says something of their dealer"))
            elif who.phone in failing:
                out.append(Excluded(who.subject, UNREACHABLE, f"the last {FAILURES} broadcasts failed"))
            else:
                kept.append(who)
        return kept, out

    def unwilling(self, contacts: Collection[int], numbers: Collection[str]) -> set[int | str]:
        return self.unwilling_of(self._driver, self._topic, contacts, numbers)

    @staticmethod
    def unwilling_of(driver: Driver, topic: str, contacts: Collection[int], numbers: Collection[str]) -> set[int | str]:
        """Those of these who said stop: people by any of their phones, and bare numbers."""
        said: dict[int | str, dict[str, list[Consent]]] = defaultdict(lambda: defaultdict(list))
        if contacts:
            rows = driver.ask(
                "SELECT p.contact, c.phone, c.topic, c.granted FROM phone p JOIN consent c ON c.phone = p.number "
                f"WHERE {driver.among('p.contact', 'bigint')} ORDER BY c.id",
                driver.listed(contacts),
            )
            for contact, phone, about, granted in rows:
                said[contact][phone].append(Consent(about, bool(granted)))
        if numbers:
            rows = driver.ask(
                f"SELECT phone, topic, granted FROM consent WHERE {driver.among('phone')} ORDER BY id",
                driver.listed(numbers),
            )
            for phone, about, granted in rows:
                said[phone][phone].append(Consent(about, bool(granted)))
        return {who for who, phones in said.items() if any(has_stopped(words, topic) for words in phones.values())}

    def _failing(self, phones: Iterable[str]) -> set[str]:
        """Phones that the last broadcasts did not reach."""
        if len(self._recent) < FAILURES:
            return set()
        driver = self._driver
        rows = driver.ask(
            "SELECT r.phone, m.state FROM broadcast_recipient r "
            "JOIN message_out m ON m.broadcast = r.broadcast AND m.recipient = r.phone "
            f"WHERE {driver.among('r.phone')} "
            f"AND {driver.among('r.broadcast')} ORDER BY r.phone, m.id DESC",
            driver.listed(list(phones)),
            driver.listed(self._recent),
        )
        latest: dict[str, list[str]] = defaultdict(list)
        for phone, state in rows:
            if len(latest[phone]) < FAILURES:
                latest[phone].append(state)
        return {
            phone
            for phone, states in latest.items()
            if len(states) == FAILURES and all(state in ("failed", "expired") for state in states)
        }
