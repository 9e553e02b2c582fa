"""In what actions run: who may do what, role by role and scope by scope, and how everything wrong is told at once."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import Engine

import smsgw.business
from smsgw.business.core import rights
from smsgw.business.core.principal import ROLES, SMSGW, UNREGISTERED, Actor, Person, PersonRole, Principal, Program
from smsgw.business.core.rights import SCOPES, Right
from smsgw.business.core.session import Session, action
from smsgw.business.core.trade import Trade
from smsgw.business.figures.actions import list_trail, list_trail_of_phone, prove_trail
from smsgw.business.tickets.actions import list_tickets
from smsgw.errors import FORBIDDEN, Faults, Refused, SmsgwError, refuse
from smsgw.store import audit
from smsgw.store.transaction import only_reading

NOW = 1_776_250_000_000

# Role or scope: what it may do, besides what every person may not.
MAY = {
    "admin": set(Right),
    "manager": {
        "read payments",
        "decide payments",
        "read credit",
        "raise credit limits",
        "plan prices",
        "read price protection",
        "decide price protection",
        "read broadcasts",
        "approve broadcasts",
        "read tickets",
        "read returns",
        "read receipts",
        "receive deliveries",
        "write off sets",
        "decide returns",
        "read sales on hold",
        "read requests to undo",
        "decide sales on hold",
        "decide requests to undo",
        "read orders",
        "write orders",
        "approve orders",
        "read counts",
        "open rounds of counts",
        "approve counts",
        "read reports",
    },
    "editor": {"read broadcasts", "write broadcasts", "read reports"},
    "agent": {
        "read payments",
        "read price protection",
        "send messages",
        "read messages",
        "read own messages",
        "read tickets",
        "read returns",
        "read receipts",
        "receive deliveries",
        "read sales on hold",
        "read requests to undo",
        "answer tickets",
        "read orders",
        "write orders",
        "record consent",
    },
    "data": {
        "read payments",
        "decide payments",
        "book payments",
        "plan prices",
        "read price protection",
        "exempt from reports",
        "record consent",
        "read counts",
        "open rounds of counts",
        "read orders",
        "read returns",
        "read receipts",
        "receive deliveries",
        "write off sets",
        "read sales on hold",
        "read requests to undo",
        "receive returns",
        "ship orders",
        "tell activations",
        "import",
    },
    "operator": {"read messages", "read own messages", "set outcomes of messages", "control links"},
    "auditor": {
        "read payments",
        "read credit",
        "read price protection",
        "read broadcasts",
        "read messages",
        "read own messages",
        "read tickets",
        "read returns",
        "read receipts",
        "read sales on hold",
        "read requests to undo",
        "read orders",
        "read counts",
        "read reports",
        "read the audit trail",
    },
    "messages": {"send messages", "read own messages"},
    "broadcasts": {"read broadcasts", "write broadcasts", "approve broadcasts"},
    "counts": {"read counts", "open rounds of counts", "approve counts"},
    "returns": {"read returns", "decide returns", "receive returns"},
    "receipts": {"read receipts", "receive deliveries", "write off sets"},
    "sales": {
        "read sales on hold",
        "read requests to undo",
        "decide sales on hold",
        "decide requests to undo",
    },
    "orders": {"read orders", "write orders", "approve orders", "ship orders"},
    "read": {
        "read payments",
        "read price protection",
        "read broadcasts",
        "read messages",
        "read own messages",
        "read orders",
        "read counts",
        "read returns",
        "read receipts",
        "read sales on hold",
        "read requests to undo",
        "read reports",
    },
    "feed": {"tell activations"},
    "payments": {"read payments", "decide payments", "book payments"},
    "protection": {"read price protection", "decide price protection"},
}


@pytest.mark.parametrize("role", PersonRole)
def test_a_person_has_the_rights_of_the_role_and_no_other(role: PersonRole) -> None:
    assert {right.value for right in Right if rights.has(Person("li", role), right)} == {str(one) for one in MAY[role]}


@pytest.mark.parametrize("scope", SCOPES)
def test_a_program_has_the_rights_of_its_scopes_and_no_other(scope: str) -> None:
    assert {right.value for right in Right if rights.has(Program("crm", frozenset({scope})), right)} == MAY[scope]


def test_what_is_not_granted_is_denied() -> None:
    phone = Actor(1, "+8613900000001", "Li", "owner", "D1001", None, "en")
    for nobody in (Person("li", "no such role"), Program("crm", frozenset()), phone):
        assert not any(rights.has(nobody, right) for right in Right)
    assert all(rights.has(SMSGW, right) for right in Right)


@pytest.mark.parametrize("role", [*ROLES, UNREGISTERED])
def test_a_phone_has_the_rights_of_actions_that_its_texts_ask_for(role: str) -> None:
    phone = Actor(1, "+8613900000001", "Li", role, None, None, "en")
    may = {right.value for right in Right if rights.has(phone, right)}
    assert may == ({"write broadcasts"} if role in ("manager", "hq") else set())


@pytest.mark.parametrize(
    ("principal", "reach"),
    [
        (Actor(1, "+1", "", "clerk", "D1001", None, "en"), "shop"),
        (Actor(1, "+1", "", "manager", None, "EAST", "en"), "region"),
        (Actor(1, "+1", "", "hq", None, None, "en"), "all"),
        (Person("li", "manager", "EAST"), "region"),
        (Person("li"), "all"),
        (Program("crm", frozenset({"read"})), "all"),
    ],
)
def test_a_right_goes_as_far_as_the_shop_the_region_or_everywhere(principal: Principal, reach: str) -> None:
    assert rights.reach_of(principal) == reach


def test_the_trail_calls_each_by_its_own_name() -> None:
    named = [Person("li"), Program("crm", frozenset()), SMSGW, Actor(1, "+8613900000001", "Li", "hq", None, None, "en")]
    assert [one.who for one in named] == ["li", "token:crm", "smsgw", "+8613900000001"]


@action(Right.CONTROL_LINKS)
def note(session: Session, subject: str) -> str:
    session.record("noted", subject, {"on": str(session.today)})
    return session.who


def test_an_action_runs_for_those_who_may_and_is_on_the_trail(engine: Engine) -> None:
    with engine.begin() as connection:
        session = Session(Person("li", "operator"), NOW, only_reading(connection), Trade(timezone="UTC"))
        assert note(session, "operator-a") == "li"
        (entry,) = audit.entries(connection)
    assert (entry.who, entry.what, entry.subject, entry.detail) == ("li", "noted", "operator-a", {"on": "2026-04-15"})


@pytest.mark.parametrize(
    ("principal", "told"),
    [
        (Person("wang", "editor"), "wang may not control links; somebody with that right must do it"),
        (Program("crm", frozenset(SCOPES)), "the token 'crm' has not the scope for it; no program may do this"),
    ],
)
def test_who_may_not_is_told_and_nothing_is_done(engine: Engine, principal: Principal, told: str) -> None:
    with engine.begin() as connection:
        with pytest.raises(Refused) as refused:
            note(Session(principal, NOW, only_reading(connection), Trade()), "operator-a")
        assert audit.entries(connection) == []
    assert (refused.value.code, str(refused.value)) == (FORBIDDEN, told)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    faults = Faults()
    with faults.at("topic"):
        raise SmsgwError("there is no topic 'x'")
    with faults.at("link"):
        pass
    with faults.at("at"):
        refuse("its time is over")
    with pytest.raises(Refused) as refused:
        faults.settle()
    assert [(one.field, one.message) for one in refused.value.faults] == [
        ("topic", "there is no topic 'x'"),
        ("at", "its time is over"),
    ]
    Faults().settle()


def actions() -> Iterator[tuple[str, Callable[..., object]]]:
    """Every function that a face may call with a session."""
    root = Path(smsgw.business.__file__).parent
    for path in sorted(root.glob("*/actions.py")) + sorted(root.glob("*/actions/*.py")):
        name = ".".join(("smsgw.business", *path.relative_to(root).with_suffix("").parts))
        for function in vars(import_module(name)).values():
            if not inspect.isfunction(function) or function.__name__.startswith("_") or function.__module__ != name:
                continue
            if next(iter(inspect.signature(function).parameters), "") == "session":
                yield f"{name}.{function.__name__}", function


def test_every_action_names_the_right_that_it_needs_and_denies_who_has_it_not() -> None:
    found = dict(actions())
    assert len(found) > 20
    assert [name for name, function in found.items() if not isinstance(getattr(function, "right", None), Right)] == []
    nobody = Session(Person("nobody", "no such role"), NOW, only_reading(None), Trade())  # type: ignore[arg-type]
    for name, function in found.items():
        with pytest.raises(Refused) as refused:
            function(nobody)
        assert refused.value.code == FORBIDDEN, name


@pytest.mark.parametrize("role", PersonRole)
def test_tickets_and_the_trail_are_read_by_those_who_may(engine: Engine, role: PersonRole) -> None:
    reads: list[tuple[Right, Callable[[Session], object]]] = [
        (Right.READ_TICKETS, list_tickets),
        (Right.READ_TRAIL, list_trail),
        (Right.READ_TRAIL, lambda session: list_trail_of_phone(session, "+8613900000001")),
        (Right.READ_TRAIL, prove_trail),
    ]
    with engine.connect() as connection:
        session = Session(Person("wu", role), NOW, only_reading(connection), Trade(timezone="UTC"))
        for right, read in reads:
            if role == PersonRole.ADMIN or right.value in MAY[role]:
                read(session)
            else:
                with pytest.raises(Refused, match=f"wu may not {right.value}"):
                    read(session)
