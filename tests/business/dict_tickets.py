"""Tickets of a ledger over dictionaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from smsgw.business.consent.rules import Consent, has_stopped
from smsgw.business.core.principal import Actor
from smsgw.business.directory.rules import Dealer
from smsgw.business.tickets import rules as tickets
from smsgw.business.tickets.rules import Assignee, Ticket, TicketMoved

if TYPE_CHECKING:
    from tests.business.dict_ledger import DictLedger


class DictTickets:
    """`steps` are what happened to each, in its order."""

    def __init__(self, ledger: DictLedger) -> None:
        self.all = ledger
        self.kept: dict[str, Ticket] = {}
        self.steps: dict[str, list[str]] = {}

    def assignee(self, dealer: Dealer, sender: int | None = None) -> Assignee | None:
        above: list[str] = []
        at: str | None = dealer.region
        while at is not None:
            above.append(at)
            at = self.all.parents.get(at)
        others = [actor for actor in self.all.actors.values() if sender is None or actor.contact != sender]
        return self._chosen(above, others, self.all.words)

    def find(self, reference: str) -> Ticket | None:
        return self.kept.get(reference)

    def _chosen(
        self, above: Sequence[str], actors: Iterable[Actor], words: Mapping[str, Sequence[Consent]]
    ) -> Assignee | None:
        """Whoever sees to a shop: `above` are its region and those it lies in, the nearest first."""
        listed = list(actors)
        for role in ("field", "manager"):
            nearest = next(
                (people for step in above if (people := [a for a in listed if (a.role, a.region) == (role, step)])), []
            )
            found = self._least(nearest, words)
            if found is not None:
                return found
        return self._least([actor for actor in listed if actor.role == "hq"], words)

    def _least(self, people: Sequence[Actor], words: Mapping[str, Sequence[Consent]]) -> Assignee | None:
        able = [actor for actor in people if not has_stopped(words.get(actor.phone, ()), tickets.TOPIC)]
        if not able:
            return None

        def load(actor: Actor) -> tuple[int, int]:
            mine = [t for t in self.kept.values() if t.assignee and t.assignee.contact == actor.contact]
            return sum(t.state == tickets.OPEN for t in mine), actor.contact

        chosen = min(able, key=load)
        return Assignee(chosen.contact, chosen.name)

    def asked_about(self, phone: str) -> list[Ticket]:
        return [
            ticket
            for ticket in reversed(self.kept.values())
            if ticket.phone == phone and ticket.state == tickets.SETTLED and ticket.asked_at is not None
        ]

    def oldest_open(self, dealer: str) -> str | None:
        mine = (each for each in self.kept.values() if each.dealer == dealer and each.state == tickets.OPEN)
        return next((each.reference for each in mine), None)

    def assigned_to(self, contact: int) -> list[Ticket]:
        open_ones = [
            t for t in self.kept.values() if t.state == tickets.OPEN and t.assignee and t.assignee.contact == contact
        ]
        return sorted(open_ones, key=lambda t: (t.due_at, len(t.reference), t.reference))

    def ask(self, reference: str, now: datetime) -> None:
        """The shop is told that its ticket is settled."""
        self.kept[reference] = replace(self.kept[reference], asked_at=now)

    def open(self, ticket: Ticket) -> None:
        assert ticket.reference not in self.kept
        self.kept[ticket.reference] = ticket
        self.steps[ticket.reference] = [tickets.OPENED]

    def move(self, record: TicketMoved, phone: str | None) -> None:
        before = self.kept[record.reference]
        self.steps[record.reference].append(record.event)
        state = tickets.move(before.state, record.event)
        after = replace(before, state=state, asked_at=before.asked_at if state == before.state else None)
        if record.event == tickets.ADDED:
            after = replace(after, text=record.text or "", phone=phone or before.phone)
        if record.due_at is not None:
            after = replace(after, due_at=record.due_at)
        if record.assignee is not None:
            after = replace(after, assignee=record.assignee)
        self.kept[record.reference] = after
        assert tickets.replay(self.steps[record.reference]) == after.state
