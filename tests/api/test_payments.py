"""Payments of programs: booked, listed, matched and rejected, each once, by a token with the scope."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from smsgw.business.core.principal import Person
from smsgw.business.core.session import Session
from smsgw.business.core.trade import Trade
from smsgw.business.programs.actions.tokens import create_token
from smsgw.store.transaction import only_reading
from tests.api.test_returns import Erp
from tests.business.dict_ledger import OWNER


@pytest.fixture
def erp(engine: Engine) -> Erp:
    erp = Erp(engine, turns=True)
    with engine.begin() as connection:
        session = Session(Person("li"), int(erp.shops.at.timestamp() * 1000), only_reading(connection), Trade())
        erp.tokens["payments"] = create_token(session, "payments", ("payments",))
    return erp


def test_a_program_books_what_came_in_and_matches_what_shops_told_of(erp: Erp) -> None:
    erp.shops.text(OWNER, "PAID 5000 slip 8841")
    erp.shops.text(OWNER, "PAID 70")
    day = erp.shops.at.date().isoformat()
    one = {"dealer": "D1001", "amount": "5000.00", "currency": "CNY", "paid_on": day, "reference": "TT1"}
    for _ in range(2):
        answer = erp.ask("POST", "/payments", {"payments": [one]}, by="payments", key="once")
        assert (answer.status, answer.body) == (200, {"new": 1, "same": 0})
    assert erp.ask("POST", "/payments", {"payments": [one]}, by="payments").body == {"new": 0, "same": 1}
    listed = erp.ask("GET", "/payments", by="read").body["payments"]
    assert [(each["reference"], each["found"]) for each in listed] == [("F1001", ["TT1"]), ("F1002", [])]
    assert erp.ask("POST", "/payments/f1001/match", {}, by="payments").body == {
        "reference": "F1001",
        "state": "matched",
    }
    assert erp.ask("POST", "/payments/F1001/match", {}, by="payments").status == 409
    assert erp.ask("POST", "/payments/F1002/reject", {"why": "nothing came"}, by="payments").body["state"] == "rejected"
    shown = erp.ask("GET", "/payments/F1001", by="payments").body
    assert (shown["payment"], shown["settled_by"]) == ("TT1", "token:payments")
    assert erp.ask("GET", "/payments/F7", by="payments").status == 404
    assert erp.ask("POST", "/payments", {"payments": [one]}, by="read").status == 403
    wrong = {**one, "paid_on": "2026-02-30", "reference": "TT9"}
    assert erp.ask("POST", "/payments", {"payments": [wrong]}, by="payments").status in (400, 422)
