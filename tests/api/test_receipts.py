"""Receipts of programs: told once by a key, listed and shown, by a token with the scope."""

from __future__ import annotations

from sqlalchemy import Engine

from tests.api.test_returns import Erp
from tests.business.returns.shops import A350, SPARE


def test_a_program_receives_a_delivery_once(engine: Engine) -> None:
    erp = Erp(engine, turns=True)
    told = {"of": "shipment SH1", "dealer": "d1001", "imeis": [*A350[:5], SPARE[0]]}
    for _ in range(2):
        answer = erp.ask("POST", "/receipts", told, by="receipts", key="once")
        assert answer.status == 201
        assert (answer.body["received"], answer.body["surplus"]) == ({"A350": 6}, {"A350": 1})
    assert erp.ask("POST", "/receipts", told, by="read").status == 403
    assert erp.ask("POST", "/receipts", {"dealer": "D1001", "sets": -1}, by="receipts").status == 422
    assert erp.ask("POST", "/receipts", {"of": "O9"}, by="receipts").status == 404
    assert erp.ask("POST", "/receipts", told, by="receipts").status in (409, 422)
    (listed,) = erp.ask("GET", "/receipts", by="read").body["receipts"]
    assert (listed["reference"], listed["surplus"], listed["ticket"]) == ("R1001", 1, "C1001")
    shown = erp.ask("GET", "/receipts/r1001", by="receipts").body
    assert [one["imei"] for one in shown["sets"]] == [*A350[:5], SPARE[0]]
    lost = f"/units/{A350[5]}/lost"
    assert erp.ask("POST", lost, {"why": "not in the box"}, by="read").status == 403
    for _ in range(2):
        answer = erp.ask("POST", lost, {"why": "not in the box"}, by="receipts", key="gone")
        assert (answer.status, answer.body["state"], answer.body["at"]) == (200, "lost", "D1001")
    assert erp.ask("POST", lost, {"why": "again"}, by="receipts").status == 409
    found = erp.ask("POST", f"/units/{A350[5]}/found", {"why": "behind it", "place": "DEPOT-E"}, by="receipts")
    assert found.body == {"imei": A350[5], "model": "A350", "state": "in_depot", "at": "DEPOT-E"}
    assert erp.ask("POST", "/units/1/found", {"why": "x"}, by="receipts").status in (404, 422)
    assert erp.ask("GET", "/receipts/R9", by="read").status == 404
