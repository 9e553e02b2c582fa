"""Tokens of a region: whatever is asked of a shop outside it is answered as if it were not there, on every route."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from smsgw.api.routes import ALL
from smsgw.business.core.principal import Person
from smsgw.business.core.rights import OF_A_REGION, SCOPES
from smsgw.business.core.session import Session
from smsgw.business.core.trade import Trade
from smsgw.business.programs.actions.tokens import create_token
from smsgw.errors import Refused
from smsgw.store.transaction import only_reading
from tests.api.test_returns import Erp
from tests.business.dict_ledger import OWNER, WEST_OWNER
from tests.business.returns.shops import A350, B200, SPARE

# By the kind of thing, one of D1001 in the east, and one that there is not.
OF_D1001 = {
    "orders": ("O1001", "O99"),
    "returns": ("X1001", "X99"),
    "receipts": ("R1001", "R99"),
    "sales-on-hold": ("S1002", "S99"),
    "undo-requests": ("S1001", "S99"),
    "units": (A350[1], SPARE[3]),
}
BODIES: dict[str, dict[str, Any]] = {
    "/orders/{reference}/ship": {"shipment": "SH9", "imeis": [SPARE[0]]},
    "/returns/{reference}/receive": {"depot": "DEPOT-E"},
    "/undo-requests/{reference}/reject": {"why": "no"},
    "/sales-on-hold/{reference}/reject": {"why": "no"},
    "/returns/{reference}/reject": {"why": "no"},
    "/orders/{reference}/reject": {"why": "no"},
    "/orders/{reference}/cancel": {"why": "no"},
    "/orders/{reference}/close": {"why": "no"},
    "/orders/{reference}/release": {"why": "no"},
    "/units/{imei}/lost": {"why": "no"},
    "/units/{imei}/found": {"why": "no"},
}
ROUTES = [route for route in ALL if set(route.scopes) & set(OF_A_REGION)]


@pytest.fixture
def erp(engine: Engine) -> Erp:
    """Something of each kind that waits at D1001, which is in the east, with tokens of the west and of the east."""
    erp = Erp(engine, turns=True)
    shops = erp.shops
    with engine.begin() as connection:
        session = Session(Person("li"), int(shops.at.timestamp() * 1000), only_reading(connection), Trade())
        for region in ("EAST", "WEST"):
            erp.tokens[region] = create_token(session, region.lower(), OF_A_REGION, region=region)
    shops.text(OWNER, "S B200 1")
    shops.at += timedelta(days=1, minutes=1)
    shops.text(OWNER, "UNDO S1001")
    shops.ship([(SPARE[0], "A350")], "shipment SH3", "D1002")
    shops.text(WEST_OWNER, f"S {A350[5]}")  # the owner of a shop in the west
    shops.text(OWNER, f"RET {B200[0]} 3")
    shops.text(OWNER, f"RCV {A350[0]}")
    shops.text(OWNER, "ORD A350 20")
    shops.text(OWNER, "YES")
    return erp


def test_every_route_answers_of_another_region_as_of_what_is_not_there(erp: Erp) -> None:
    seen = 0
    for route in ROUTES:
        path = route.path.removeprefix("/api/v1")
        if "{" not in path:
            continue
        theirs, nothing = OF_D1001[path.split("/")[1]]
        name = "{imei}" if "{imei}" in path else "{reference}"
        body = None if route.method == "GET" else BODIES.get(path, {})
        told = []
        for one in (theirs, nothing):
            answer = erp.ask(route.method, path.replace(name, one), body, by="WEST")
            told.append((answer.status, str(answer.body).replace(one, "…")))
        assert told[0] == told[1], path
        assert told[0][0] == 404, path
        if route.method == "GET":
            assert erp.ask("GET", path.replace(name, theirs), by="EAST").status == 200, path
        seen += 1
    assert seen >= 20


def test_lists_hold_what_lies_in_the_region_alone(erp: Erp) -> None:
    for path, name in (
        ("/orders", "orders"),
        ("/returns", "returns"),
        ("/receipts", "receipts"),
        ("/undo-requests", "requests"),
        ("/sales-on-hold", "sales"),
    ):
        assert erp.ask("GET", path, by="WEST").body[name] == [], path
        assert erp.ask("GET", path, by="EAST").body[name] != [], path
    assert erp.ask("POST", "/receipts", {"of": "shipment SH1", "dealer": "D1001"}, by="WEST").status == 404
    assert erp.ask("GET", "/messages/1", by="WEST").status == 403


def test_a_token_of_a_region_has_scopes_that_are_kept_to_it(engine: Engine, erp: Erp) -> None:
    with engine.begin() as connection:
        session = Session(Person("li"), 1, only_reading(connection), Trade())
        for scope in set(SCOPES) - set(OF_A_REGION):
            with pytest.raises(Refused, match="cannot be kept to a region"):
                create_token(session, "one", (scope,), region="EAST")
        with pytest.raises(Refused, match="no region 'NORTH'"):
            create_token(session, "one", ("orders",), region="NORTH")
