"""Drafts that nobody confirms lapse by the clock, and a YES that comes later is told so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, text

from smsgw.business.messages.tables import message_out
from smsgw.gateway.scheduled import order_texts
from smsgw.gateway.scheduled.reminders import queue_notices
from smsgw.settings.sections import Reminders, Settings
from tests.business.dict_ledger import FIELD, OWNER
from tests.business.returns.shops import Shops


def look(shops: Shops, minutes: int, *, told: bool = False) -> list[tuple[str, str]]:
    """What the daemon tells when it looks so much later: phone and text."""
    shops.at += timedelta(minutes=minutes)
    with shops.books() as books:
        queue_notices(Settings(reminders=Reminders(drafts=told)), shops.words, shops.at.timestamp(), books)
    row = message_out.c
    with shops.engine.connect() as connection:
        return [(one[0], one[1]) for one in connection.execute(select(row.recipient, row.text).order_by(row.id))]


def states(shops: Shops) -> dict[str, str]:
    with shops.engine.connect() as connection:
        found = connection.execute(text("SELECT reference, state FROM sales_order ORDER BY reference"))
        return {row.reference: row.state for row in found}


def test_a_draft_lapses_by_the_clock_and_a_late_yes_is_told_so(engine: Engine) -> None:
    shops = Shops(engine)
    shops.text(OWNER, "ORD A350 2")
    shops.text(OWNER, "ORD A350 1")
    assert shops.text(OWNER, "YES O1002").startswith("OK O1002")
    assert look(shops, 25) == []
    assert states(shops) == {"O1001": "draft", "O1002": "approved"}
    assert look(shops, 5) == []  # silent, unless it is set
    assert states(shops) == {"O1001": "expired", "O1002": "approved"}
    assert shops.text(OWNER, "YES 1001").startswith("O1001 was not confirmed in time")
    assert "O1001" not in shops.text(OWNER, "YES")  # told once


@pytest.mark.parametrize("language", ["en", "zh"])
def test_who_ordered_is_told_once_where_that_is_set(engine: Engine, language: str) -> None:
    shops = Shops(engine)
    shops.text(OWNER, f"LANG {language}")
    shops.text(OWNER, "ORD A350 2")
    shops.text(FIELD, "STOP orders")
    shops.text(FIELD, "ORD A350 1 @D1001")
    ((phone, said),) = look(shops, 40, told=True)
    assert phone == OWNER and said.startswith("O1001")
    assert ("lapsed" in said) is (language == "en")
    assert len(look(shops, 5, told=True)) == 1
    assert set(states(shops).values()) == {"expired"}


def test_many_drafts_lapse_in_several_looks(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_texts, "DRAFTS_AT_ONCE", 1)
    shops = Shops(engine)
    shops.text(OWNER, "ORD A350 1")
    shops.text(OWNER, "ORD A350 2")
    look(shops, 60)
    assert states(shops) == {"O1001": "expired", "O1002": "draft"}
    look(shops, 1)
    assert states(shops) == {"O1001": "expired", "O1002": "expired"}
