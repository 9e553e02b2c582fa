"""Returns that wait: managers are told once when they have waited for long, and with headquarters when one is late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from smsgw.gateway.scheduled.reminders import queue_notices
from smsgw.settings.sections import Broadcast, Reminders, Settings
from tests.business.dict_ledger import CLERK, HQ, MANAGER, OWNER
from tests.business.returns.shops import A350, Shops

WATCHED = Settings(broadcast=Broadcast(window="09:00-20:00"), reminders=Reminders(approvals="4h"))


class Watched(Shops):
    def told(self) -> list[tuple[str, str]]:
        with self.books() as books:
            queue_notices(WATCHED, self.words, self.at.timestamp(), books)
        return super().told()

    def later(self, **spans: int) -> list[tuple[str, str]]:
        self.at += timedelta(**spans)
        return self.told()


@pytest.fixture
def shops(engine: Engine) -> Watched:
    there = Watched(engine)
    there.text(OWNER, f"S {A350[0]}")
    there.text(OWNER, f"RET {A350[0]} 1")
    return there


def test_managers_are_told_once_of_what_waits_and_headquarters_of_what_is_late(shops: Watched) -> None:
    assert shops.later(hours=3) == []
    (only,) = shops.later(hours=2)
    assert only == (MANAGER, "Returns that wait for you (1): X1001 D1001 by 18Apr. APP X1001, or REJ X1001 and why")
    assert shops.later(minutes=1) == []
    shops.text(CLERK, f"RET {A350[1]} 3")
    shops.at += timedelta(days=3)  # the 18th: the day that was promised
    assert [words.split(":")[0] for _, words in shops.told()] == ["Returns that wait for you (1)"]
    told = dict(shops.later(days=1))
    assert told.keys() == {MANAGER, HQ}
    assert told[HQ].startswith(
        "Returns that are late (2): X1001 D1001 by 18Apr, X1002 D1001 by 18Apr. APP X1001, or REJ"
    )
    assert shops.later(hours=1) == []


def test_what_is_decided_is_told_no_more_and_by_night_nobody(shops: Watched) -> None:
    shops.text(MANAGER, "APP X1001")
    shops.told()
    shops.text(CLERK, f"RET {A350[1]} 3")
    assert shops.later(hours=10) == []  # it is night
    assert [phone for phone, _ in shops.later(hours=14)] == [MANAGER]
    shops.text(MANAGER, "STOP approvals")
    assert [phone for phone, _ in shops.later(days=5)] == [HQ]
