"""The terms of books follow the settings: a transaction has those that hold when it begins."""

from __future__ import annotations

from sqlalchemy import Engine

from smsgw.business.bookkeeper import Bookkeeper, Terms
from smsgw.business.core.trade import Trade
from tests.business.world import NOON, FixedClock


def test_the_next_transaction_has_the_terms_of_a_reload(engine: Engine) -> None:
    terms = Terms(Trade(timezone="UTC"))
    keeper = Bookkeeper.following(engine, lambda: terms, run=1, clock=FixedClock())
    with keeper.transaction(NOON) as books:
        assert books.trade.timezone == "UTC"
    terms = Terms(Trade(timezone="Asia/Shanghai"))
    with keeper.transaction(NOON) as books:
        assert books.trade.timezone == "Asia/Shanghai"
