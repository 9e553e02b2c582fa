"""Which sets are protected, over random courses of what can happen to one, against a model that knows none of ours.

The model keeps a notebook of plain facts by the minute: who had the set, whether it was sold, on its way, or faulty.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.business.core.trade import Trade
from smsgw.business.protection.rules.eligibility import Cut, History, judge
from smsgw.business.units.rules.states import UnitEvent

ZONES = ["Asia/Shanghai", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu"]
FIRST = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)


@dataclass
class Notebook:
    """What is true of one set, kept by hand while a course is told; each fact with the moment from which it holds."""

    events: list[UnitEvent] = field(default_factory=list)
    facts: list[tuple[datetime, str, str | None, datetime | None]] = field(default_factory=list)  # where, whose, since
    sold_on: dict[str, date] = field(default_factory=dict)

    def note(self, at: datetime, kind: str, shop: str | None, where: str, whose: str | None, *, fresh: bool) -> None:
        since = at if fresh else (self.facts[-1][3] if self.facts else None)
        self.events.append(UnitEvent("1", len(self.events) + 1, kind, shop, at, f"R{len(self.events)}", None))
        self.facts.append((at, where, whose, since))

    def at(self, moment: datetime) -> tuple[str, str | None, datetime | None]:
        now: tuple[str, str | None, datetime | None] = ("nowhere", None, None)
        for at, where, whose, since in self.facts:
            if at < moment:
                now = (where, whose, since)
        return now


def course(chance: random.Random, zone: str) -> tuple[Notebook, datetime | None]:
    """A set that is shipped, received, sold, brought back, sold again, given away and sent back, in any order that can
    be, at any time of forty days; and when it was first in use."""
    book, at, active = Notebook(), FIRST, None
    book.note(at, "shipped", "A", "way", "A", fresh=True)
    for _ in range(chance.randrange(9)):
        at += timedelta(minutes=chance.randrange(1, 9 * 24 * 60))
        where, whose, _ = book.at(datetime.max.replace(tzinfo=UTC))
        other = "B" if whose == "A" else "A"
        steps = {
            "way": ["received", "sold", "returned"],
            "shop": ["sold", "given", "returned"],
            "given": ["taken"],
            "sold": ["returned"],
            "faulty": ["restocked", "sent_back"],
            "back": ["arrived"],
            "depot": ["shipped"],
        }[where]
        step = chance.choice(steps)
        if step == "received":
            book.note(at, "received", whose, "shop", whose, fresh=True)
        elif step == "sold":
            book.note(at, "sold", whose, "sold", whose, fresh=False)
            book.sold_on[book.events[-1].reference or ""] = at.astimezone(ZoneInfo(zone)).date()
            active = active or (at + timedelta(minutes=chance.randrange(3000)) if chance.random() < 0.3 else None)
        elif step == "given":
            book.note(at, "given", whose, "given", whose, fresh=False)
        elif step == "taken":
            book.note(at, "taken", other, "shop", other, fresh=True)
        elif step == "returned":
            book.note(at, "returned", whose, "faulty", whose, fresh=False)
        elif step == "restocked":
            book.note(at, "restocked", whose, "shop", whose, fresh=False)
        elif step == "sent_back":
            book.note(at, "sent_back", whose, "back", whose, fresh=False)
        elif step == "arrived":
            book.note(at, "arrived", "DEPOT", "depot", None, fresh=False)
        else:
            book.note(at, "shipped", chance.choice("AB"), "way", None, fresh=True)
            at_, where_, _, since_ = book.facts[-1]
            book.facts[-1] = (at_, where_, book.events[-1].dealer, since_)
    return book, active


def expected(book: Notebook, active: datetime | None, shop: str, cut: Cut, trade: Trade) -> bool:
    """Whether the cut is made good for the set, from the notebook alone."""
    moment = datetime.combine(cut.on, datetime.min.time(), ZoneInfo(cut.timezone))
    where, whose, since = book.at(moment)
    if whose != shop or where not in ("way", "shop", "given") or since is None:
        return False
    if active is not None and active < moment:
        return False
    if where == "way" and trade.receipt == "required":
        later = [fact for fact in book.facts if fact[0] >= moment]
        if not later or later[0][2] != shop:
            return False
        arrived = later[0][0].astimezone(ZoneInfo(cut.timezone)).date()
        return (arrived - cut.on).days <= trade.protection_transit_days
    if trade.protection_days == 0:
        return True
    return (cut.on - since.astimezone(ZoneInfo(cut.timezone)).date()).days <= trade.protection_days


@settings(max_examples=400, deadline=None)
@given(
    st.integers(0, 10**9),
    st.integers(0, 45),
    st.sampled_from(ZONES),
    st.sampled_from(["none", "required"]),
    st.sampled_from([0, 3, 12, 90]),
    st.sampled_from([0, 2, 14]),
)
def test_what_is_protected_agrees_with_a_notebook(
    seed: int, day: int, zone: str, receipt: str, days: int, transit: int
) -> None:
    book, active = course(random.Random(seed), zone)
    trade = Trade(receipt=receipt, protection_days=days, protection_transit_days=transit)
    cut = Cut("A350", FIRST.date() + timedelta(days=day), 100, 90, "CNY", zone)
    for shop in ("A", "B"):
        said = judge(History(book.events, book.sold_on, active), shop, cut, trade)
        assert (said == "protected") == expected(book, active, shop, cut, trade), (said, book.facts)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("minutes", [-1, 0, 1])
def test_the_cut_is_at_midnight_of_the_shops_zone(zone: str, minutes: int) -> None:
    """A set that is sold a minute before is not protected, one that is sold at midnight is."""
    midnight = datetime(2026, 3, 9, tzinfo=ZoneInfo(zone))
    sold = midnight.astimezone(UTC) + timedelta(minutes=minutes)
    trail = [
        UnitEvent("1", 1, "shipped", "A", FIRST, "SH1", None),
        UnitEvent("1", 2, "sold", "A", sold, "S1", None),
    ]
    told = {"S1": sold.astimezone(ZoneInfo(zone)).date()}
    cut = Cut("A350", date(2026, 3, 9), 100, 90, "CNY", zone)
    assert judge(History(trail, told), "A", cut, Trade()) == ("sold" if minutes < 0 else "protected")


def test_a_sale_counts_on_the_day_that_it_was_told_for_and_one_taken_back_never_was() -> None:
    at = datetime(2026, 3, 12, tzinfo=UTC)
    cut = Cut("A350", date(2026, 3, 9), 100, 90, "CNY", "Asia/Shanghai")
    trail = [
        UnitEvent("1", 1, "shipped", "A", FIRST, "SH1", None),
        UnitEvent("1", 2, "sold", "A", at, "S1", None),
    ]
    for told, said in ((date(2026, 3, 8), "sold"), (date(2026, 3, 9), "protected")):
        assert judge(History(trail, {"S1": told}), "A", cut, Trade()) == said
    undone = [*trail, UnitEvent("1", 3, "undone", "A", at, "S1", None, reverses=2)]
    assert judge(History(undone, {"S1": date(2026, 3, 8)}), "A", cut, Trade()) == "protected"
