"""Orders for programs: read, decided and shipped by the actions of the desk, in a transaction of its own or a turn."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest
from sqlalchemy import Engine

from smsgw.api.answer import Answer
from smsgw.api.turns import turn_job
from smsgw.business.core.command import Command, Item, Reading
from smsgw.business.dialogue import answer
from smsgw.business.verify import verify
from smsgw.store.writer import Inline
from tests.api.programs import Programs, error, fields
from tests.business.world import NOON, OWNER, bookkeeper, imei


@pytest.fixture
def programs(engine: Engine) -> Programs:
    """Programs of a deployment in which O1001 of D1001 waits: 200 sets of A350, 10 of B200; and O1002 is a draft."""
    made = Programs(engine)
    keeper = bookkeeper(engine)
    for command in (
        Command("order", items=(Item("A350", 200), Item("B200", 10))),
        Command("yes"),
        Command("order", items=(Item("B200", 1),)),
    ):
        with keeper.transaction(NOON) as books:
            books.work.phone = OWNER
            answer(Reading("text", "text", "accepted", (command,)), OWNER, books)
    return made


def in_turns(programs: Programs) -> Programs:
    """The same programs, whose work is done in turns of a writer, as with SQLite."""
    writer = Inline(bookkeeper(programs.engine))

    def transact(effect: Any) -> Any:
        over: Future[Any] = Future()
        writer.put(turn_job(effect, programs.at.timestamp(), over))
        return over.result(0)

    programs.desk.transact = transact  # type: ignore[assignment]
    return programs


@pytest.mark.parametrize("turns", [False, True])
def test_some_sets_are_approved_shipped_and_the_rest_is_closed(programs: Programs, turns: bool) -> None:
    if turns:
        in_turns(programs)
    listed = programs.get("/orders?state=confirmed")
    assert [each["reference"] for each in listed.body["orders"]] == ["O1001"]
    approved = programs.post("/orders/o1001/approve", {"lines": [{"model": "a350", "quantity": 2}]})
    assert approved == Answer(200, {"reference": "O1001", "state": "approved"})
    sets = [imei(701), imei(702)]
    shipping = {"shipment": "SH9", "imeis": sets[:1], "carrier": "SF1", "due_on": "2026-04-17"}
    assert programs.post("/orders/O1001/ship", shipping).body["state"] == "part_shipped"
    assert programs.post("/orders/O1001/ship", shipping).body["state"] == "part_shipped"  # it has left already
    shown = programs.get("/orders/O1001").body
    assert [(line["model"], line["approved"], line["shipped"]) for line in shown["lines"]] == [
        ("A350", 2, 1),
        ("B200", 0, 0),
    ]
    assert [event["by"] for event in shown["events"]] == [None, None, "token:crm", "token:crm"]
    assert error(programs.post("/orders/O1001/cancel", {"why": "shop closes"})) == (409, "refused")
    assert programs.post("/orders/O1001/close", {"why": "no more of it"}).body["state"] == "closed"
    who = programs.rows("SELECT DISTINCT who FROM audit WHERE subject = 'O1001'")
    assert who == [("token:crm",)]
    with programs.engine.connect() as connection:
        assert verify(connection) == []


@pytest.mark.parametrize("turns", [False, True])
def test_everything_that_is_wrong_is_told_and_nothing_is_kept(programs: Programs, turns: bool) -> None:
    if turns:
        in_turns(programs)
    lines = [{"model": "B200", "quantity": 11}, {"model": "C100", "quantity": 1}, {"model": "A350", "quantity": 201}]
    assert fields(programs.post("/orders/O1001/approve", {"lines": lines})) == ["lines.1", "lines", "lines"]
    assert fields(programs.post("/orders/O1001/reject", {"why": ""})) == ["why"]
    assert fields(programs.post("/orders/O1001/ship", {"shipment": "S", "imeis": ["1" * 15], "on": "2026-02-30"})) == [
        "on"
    ]
    assert fields(programs.post("/orders/O1001/ship", {"shipment": "S", "imeis": ["1" * 15]})) == ["imeis.0"]
    programs.post("/orders/O1001/approve", {"lines": [{"model": "A350", "quantity": 1}]})
    three = [imei(701), imei(702), imei(701)]
    assert fields(programs.post("/orders/O1001/ship", {"shipment": "S", "imeis": three})) == ["imeis.2", "imeis"]
    assert error(programs.get("/orders/O7777")) == (404, "not_found")
    assert error(programs.post("/orders/O1002/approve")) == (409, "refused")
    assert fields(programs.get("/orders?state=waiting")) == ["state"]
    assert error(programs.get("/orders?region=NOWHERE")) == (404, "not_found")
    assert programs.rows("SELECT sum(shipped) FROM order_line") == [(0,)]


def test_what_a_token_may_do_is_by_its_scopes(programs: Programs) -> None:
    programs.token("reader", "read")
    programs.token("desk", "orders")
    assert programs.get("/orders/O1001", by="reader").status == 200
    assert error(programs.post("/orders/O1001/approve", by="reader")) == (403, "forbidden")
    assert programs.post("/orders/O1001/reject", {"why": "no credit"}, by="desk").status == 200


def test_a_request_that_is_sent_again_is_done_once(programs: Programs) -> None:
    headers = {"idempotency-key": "k1"}
    first = programs.post("/orders/O1001/approve", headers=headers)
    again = programs.post("/orders/O1001/approve", headers=headers)
    assert (
        (first.status, first.body) == (again.status, again.body) == (200, {"reference": "O1001", "state": "approved"})
    )
    assert error(programs.post("/orders/O1001/approve")) == (409, "refused")
