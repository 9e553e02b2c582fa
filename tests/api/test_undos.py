"""Requests to take a booking back, of programs: listed, shown and decided, each once, by a token with the scope."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from smsgw.business.core.principal import Person
from smsgw.business.core.session import Session
from smsgw.business.core.trade import Trade
from smsgw.business.programs.actions.tokens import create_token
from smsgw.store.transaction import only_reading
from tests.api.test_returns import Erp
from tests.business.dict_ledger import OWNER


def test_a_program_lists_and_decides_requests_once(engine: Engine) -> None:
    erp = Erp(engine, turns=True)
    with engine.begin() as connection:
        session = Session(Person("li"), int(erp.shops.at.timestamp() * 1000), only_reading(connection), Trade())
        erp.tokens["sales"] = create_token(session, "sales", ("sales",))
    for said in ("S A350 2", "S B200 1"):
        erp.shops.text(OWNER, said)
    erp.shops.at += timedelta(days=1, minutes=1)
    erp.shops.text(OWNER, "UNDO S1001 S1002")
    listed = erp.ask("GET", "/undo-requests", by="read").body["requests"]
    assert [(one["reference"], one["summary"]) for one in listed] == [("S1001", "A350 x2"), ("S1002", "B200 x1")]
    for _ in range(2):
        answer = erp.ask("POST", "/undo-requests/s1001/approve", {}, by="sales", key="once")
        assert (answer.status, answer.body) == (200, {"reference": "S1001", "state": "approved"})
    assert erp.shops.sold() == 1
    assert erp.ask("POST", "/undo-requests/S1001/reject", {"why": "no"}, by="sales").status == 409
    assert erp.ask("POST", "/undo-requests/S1002/reject", {"why": "sold"}, by="sales").body["state"] == "rejected"
    shown = erp.ask("GET", "/undo-requests/S1002", by="sales").body
    assert (shown["state"], shown["why"], shown["decided_by"]) == ("rejected", "sold", "token:sales")
    assert erp.ask("GET", "/undo-requests/S7", by="sales").status == 404
    assert erp.ask("POST", "/undo-requests/S1002/approve", {}, by="read").status == 403
    assert erp.ask("GET", "/undo-requests", by="returns").status == 403
