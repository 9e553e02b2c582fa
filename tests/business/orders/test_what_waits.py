"""APP alone: everything that waits for whoever decides, of all verbs that have what is decided."""

from __future__ import annotations

from dataclasses import replace

from smsgw.business.core.command import REJECTED, Command, Problem
from smsgw.business.core.trade import Trade
from smsgw.business.core.vocabulary import by_name
from tests.business.dict_ledger import HQ, MANAGER, OWNER, DictLedger, imei, sample
from tests.business.say import items, keys, only, sale, say

APP_ALONE = Command("approve", REJECTED, problems=(Problem("incomplete", "", 0, ("order",)),))


def counted() -> DictLedger:
    """A shop's stock-take that waits for a decision."""
    books = sample()
    books._trade = replace(Trade(), count="propose")
    say(books, OWNER, items("count", ("A350", 4)))
    return books


def test_what_waits_is_named_by_reference_whatever_it_is() -> None:
    books = counted()
    say(books, OWNER, sale(imei("86012345", 1)))
    say(books, OWNER, Command("return", imeis=(imei("86012345", 1),), reason="1"))
    for phone in (MANAGER, HQ):
        reply = only(say(books, phone, APP_ALONE))
        assert reply.key == "approve_others"
        assert list(reply.values["waiting"].items) == ["K1001", "X1001"]
        assert reply.values["reference"] == "K1001"


def test_what_is_decided_waits_no_more() -> None:
    books = counted()
    say(books, HQ, Command("approve", reference="K1001"))
    assert keys(say(books, HQ, APP_ALONE)) == ["orders_waiting_none"]


def test_every_verb_that_is_decided_says_what_waits() -> None:
    decided = [verb for verb in by_name().values() if verb.approve is not None]
    assert decided
    assert all(verb.waiting is not None for verb in decided)
