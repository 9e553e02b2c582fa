"""Returns of programs: listed and shown, decided and received, each once, by a token with the scope."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from sqlalchemy import Engine

from smsgw.api.answer import Answer
from smsgw.api.desk import Desk, Request
from smsgw.api.routes import ALL
from smsgw.business.core.principal import Person
from smsgw.business.core.session import Session
from smsgw.business.core.trade import Trade
from smsgw.business.programs.actions.tokens import create_token
from smsgw.settings.sections import Http, Settings
from smsgw.store import audit
from smsgw.store.transaction import Transaction, only_reading
from tests.api.programs import fits
from tests.business.dict_ledger import OWNER
from tests.business.returns.shops import A350, PRICE, SPARE, Shops

T = TypeVar("T")


class Erp:
    """A program that decides what comes back; in transactions of its own, or (`turns`) in those of the writer."""

    def __init__(self, engine: Engine, *, turns: bool) -> None:
        self.shops = Shops(engine)
        settings = Settings(http=Http(api=True))
        self.desk = Desk(ALL, lambda: settings, engine, self.shops.at.timestamp, transact=self._turn if turns else None)
        now = int(self.shops.at.timestamp() * 1000)
        with engine.begin() as connection:
            session = Session(Person("li"), now, only_reading(connection), Trade())
            self.tokens = {
                name: create_token(session, name, (name,)) for name in ("returns", "receipts", "read", "messages")
            }

    def _turn(self, effect: Callable[[Transaction], T]) -> T:
        with self.shops.keeper.transaction(self.shops.at) as books, books.connection.begin_nested():
            return effect(Transaction(books.connection, books.work.numbers.take_some, books))

    def ask(self, method: str, path: str, body: Any = None, by: str = "returns", key: str = "") -> Answer:
        headers = {"authorization": f"Bearer {self.tokens[by]}", "content-type": "application/json"}
        if key:
            headers["idempotency-key"] = key
        octets = b"" if body is None else json.dumps(body).encode()
        answer = self.desk.answer(Request(method, f"/api/v1{path}", "", headers, octets))
        fits(method, f"/api/v1{path}", answer)
        self.shops.verified()
        return answer


@pytest.fixture(params=[False, True], ids=["own", "turns"])
def erp(engine: Engine, request: pytest.FixtureRequest) -> Erp:
    return Erp(engine, turns=request.param)


def test_a_program_lists_credits_and_receives_a_return_once(erp: Erp) -> None:
    owed = erp.shops.owed()
    erp.shops.text(OWNER, f"RET {A350[0]} 1")
    listed = erp.ask("GET", "/returns", by="read").body["returns"]
    assert [(one["reference"], one["sets"]) for one in listed] == [("X1001", 1)]
    for _ in range(2):
        answer = erp.ask("POST", "/returns/x1001/approve", {}, key="once")
        assert (answer.status, answer.body) == (200, {"reference": "X1001", "state": "credited"})
    assert erp.shops.owed() == owed - PRICE
    assert erp.ask("POST", "/returns/X1001/reject", {"why": "no"}).status == 409
    assert erp.ask("POST", "/returns/X1001/receive", {"depot": "DEPOT-E", "sound": True}).status == 200
    assert erp.shops.unit(A350[0]) == ("in_depot", "DEPOT-E")
    shown = erp.ask("GET", "/returns/X1001", by="read").body
    assert (shown["credit"], shown["sets"][0]["depot"], shown["settled_by"]) == ("1000.00", "DEPOT-E", "token:returns")
    with erp.shops.engine.connect() as connection:
        trail = audit.entries(connection, subject="X1001")
    assert [(one.who, one.what) for one in trail] == [
        ("token:returns", "return credited"),
        ("token:returns", "return received"),
    ]


def test_what_cannot_be_is_refused_and_nothing_is_kept(erp: Erp) -> None:
    erp.shops.text(OWNER, f"RET {A350[0]} 1")
    assert erp.ask("POST", "/returns/X1001/approve", {}, by="read").status == 403
    assert erp.ask("GET", "/returns", by="messages").status == 403
    assert erp.ask("POST", "/returns/X9/approve", {}).status == 404
    assert erp.ask("POST", "/returns/X1001/approve", {"imeis": [A350[1]]}).status == 409
    assert erp.ask("POST", "/returns/X1001/receive", {"depot": "NOWHERE"}).status == 404
    assert erp.ask("POST", "/returns/X1001/reject", {}).status in (400, 422)
    assert erp.shops.show("return", "X1001")["state"] == "open"
    assert erp.ask("POST", "/returns/X1001/approve", {"imeis": [SPARE[0]]}).body["state"] == "replaced"
    assert erp.shops.unit(SPARE[0]) == ("shipped", "D1001")
