"""A limit that is raised for some days: who did it and why, what it lets a dealer order, and its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.core.principal import Person, PersonRole
from smsgw.business.core.session import Session
from smsgw.business.core.trade import Trade
from smsgw.business.figures.reports.dealers import show_dealer
from smsgw.business.money.actions import end_raise, list_raises, raise_limit
from smsgw.business.orders.rules import credit_left
from smsgw.business.verify import verify
from smsgw.errors import Refused
from smsgw.store.instants import to_ms
from tests.business.world import NOON, TODAY, furnish

LIN = Person("Lin", PersonRole.MANAGER)


class Desk:
    """A network in which limits are raised, at a moment that moves on."""

    def __init__(self, engine: Engine) -> None:
        furnish(engine)
        self.engine, self.at = engine, NOON
        self.keeper = Bookkeeper(engine, Trade(), clock=NOON.timestamp)

    @contextmanager
    def session(self, who: Person = LIN) -> Iterator[Session]:
        with self.keeper.transaction(self.at) as books:
            yield Session(who, to_ms(self.at), books.transaction, Trade())

    def raised(self, amount: str, until: date = TODAY, why: str = "festival", who: Person = LIN) -> dict[str, Any]:
        with self.session(who) as session:
            return raise_limit(session, "D1002", amount, until, why)

    def listed(self, *, ended: bool = False) -> list[tuple[str, str, str]]:
        with self.session() as session:
            return [(each["amount"], each["by"], each["state"]) for each in list_raises(session, ended=ended)]

    def left(self) -> int:
        """What D1002, whose limit is nothing, may still order, in minor units."""
        with self.keeper.transaction(self.at) as books:
            dealer = books.directory.dealer("D1002")
            assert dealer is not None
            return credit_left(dealer, books.orders.balance("D1002", self.at.date()))

    def shown(self) -> dict[str, Any]:
        with self.engine.connect() as connection:
            found = show_dealer(connection, "D1002", self.at, "Asia/Shanghai")
        assert found is not None
        return dict(found["balance"])


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


def test_a_raised_limit_counts_until_its_day_is_over(desk: Desk) -> None:
    assert desk.left() == 0
    assert desk.raised("200.50")["amount"] == "200.50"
    assert (desk.left(), desk.listed()) == (20_050, [("200.50", "Lin", "in force")])
    assert {name: desk.shown()[name] for name in ("limit", "free", "lent", "lent_until")} == {
        "limit": "0.00",
        "free": "200.50",
        "lent": "200.50",
        "lent_until": TODAY.isoformat(),
    }
    desk.at += timedelta(days=1)
    assert (desk.left(), desk.listed(), desk.listed(ended=True)) == (0, [], [("200.50", "Lin", "over")])
    assert "lent" not in desk.shown()
    desk.raised("10", TODAY + timedelta(days=3))
    assert (desk.left(), [each[2] for each in desk.listed(ended=True)]) == (1_000, ["over", "in force"])
    with desk.engine.connect() as connection:
        assert list(verify(connection, Trade())) == []


def test_it_is_raised_once_at_a_time_and_ended_with_a_reason(desk: Desk) -> None:
    desk.raised("10")
    with pytest.raises(Refused, match=r"raised by 10\.00 CNY until 2026-04-15"):
        desk.raised("20")
    with desk.session() as session:
        assert end_raise(session, "D1002", "paid late")["amount"] == "10.00"
    assert (desk.left(), desk.listed(ended=True)) == (0, [("10.00", "Lin", "revoked")])
    with pytest.raises(Refused, match="is not raised"), desk.session() as session:
        end_raise(session, "D1002", "again")


@pytest.mark.parametrize(
    ("amount", "until", "why", "said"),
    [
        ("ten", TODAY, "x", "not an amount"),
        ("0", TODAY, "x", "more than nothing"),
        ("-5", TODAY, "x", "more than nothing"),
        ("10", TODAY - timedelta(days=1), "x", "is over"),
        ("10", TODAY, " ", "say why"),
    ],
)
def test_what_is_no_grant_is_refused_with_what_is_wrong(
    desk: Desk, amount: str, until: date, why: str, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        desk.raised(amount, until, why)
    assert desk.listed(ended=True) == []


def test_only_who_may_raises_it(desk: Desk) -> None:
    with pytest.raises(Refused, match="may not raise credit limits"):
        desk.raised("10", who=Person("Ada", PersonRole.AGENT))


def test_a_day_is_that_of_the_dealer(desk: Desk) -> None:
    desk.at = datetime(2026, 4, 14, 20, tzinfo=UTC)
    desk.raised("10", TODAY)
    assert desk.left() == 1_000
