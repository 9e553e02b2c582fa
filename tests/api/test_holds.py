"""Sales on hold of programs: listed, shown and decided, each once, by a token with the scope."""

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
from tests.business.returns.shops import SPARE


@pytest.fixture
def erp(engine: Engine) -> Erp:
    erp = Erp(engine, turns=True)
    with engine.begin() as connection:
        session = Session(Person("li"), int(erp.shops.at.timestamp() * 1000), only_reading(connection), Trade())
        erp.tokens["sales"] = create_token(session, "sales", ("sales",))
    erp.shops.ship([(each, "A350") for each in SPARE], "shipment SH2", "D1002")
    return erp


def test_a_program_lists_and_decides_sales_on_hold_once(erp: Erp) -> None:
    for each in SPARE[:2]:
        erp.shops.text(OWNER, f"S {each}")
    erp.shops.text(OWNER, "YES S1001 2")
    listed = erp.ask("GET", "/sales-on-hold", by="read").body["sales"]
    assert [(one["reference"], one["reason"], one["holder"]) for one in listed] == [
        ("S1001", "bought", "D1002"),
        ("S1002", None, "D1002"),
    ]
    for _ in range(2):
        answer = erp.ask("POST", "/sales-on-hold/s1001/approve", {}, by="sales", key="once")
        assert (answer.status, answer.body) == (200, {"reference": "S1001", "state": "approved"})
    assert erp.shops.unit(SPARE[0]) == ("sold", "D1001")
    assert erp.ask("POST", "/sales-on-hold/S1001/reject", {"why": "no"}, by="sales").status == 409
    assert erp.ask("POST", "/sales-on-hold/S1002/reject", {"why": "no papers"}, by="sales").body["state"] == "rejected"
    shown = erp.ask("GET", "/sales-on-hold/S1002", by="sales").body
    assert (shown["state"], shown["hold"]["why"], shown["hold"]["settled_by"]) == (
        "rejected",
        "no papers",
        "token:sales",
    )
    assert erp.ask("GET", "/sales-on-hold/S7", by="sales").status == 404
    assert erp.ask("POST", "/sales-on-hold/S1002/approve", {}, by="read").status == 403
    assert erp.ask("GET", "/sales-on-hold", by="returns").status == 403
