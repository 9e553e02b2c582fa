"""Who may what: the whole table, role by role and verb by verb, and what the others are told."""

from __future__ import annotations

import pytest

from smsgw.business.core import rights
from smsgw.business.core.command import ACCEPTED, REJECTED, Command, Item, Problem
from smsgw.business.core.principal import ROLES
from smsgw.business.vocabulary import BY_NAME, VERBS
from tests.business.dict_ledger import CLERK, FIELD, HQ, MANAGER, OWNER, PROMOTER, imei, sample
from tests.business.say import keys, only, say

PHONES = dict(
    zip(
        ("owner", "clerk", "promoter", "field", "manager", "hq"),
        (OWNER, CLERK, PROMOTER, FIELD, MANAGER, HQ),
        strict=True,
    )
)
ANYBODY = "yes no help language stop start pin newnum join"

BY_IMEI = " count_open count_sets count_close"

MAY = {
    "clerk": "sale nil register count receive return stock price imei summary last codes feedback undo fix" + BY_IMEI,
    "promoter": "sale nil stock price imei last codes feedback undo fix",
    "field": "sale nil register count order order_status cancel receive return give stock balance statement paid "
    "bonus summary visit market undo fix price imei codes last late feedback" + BY_IMEI,
}
MAY["manager"] = MAY["field"].replace(" feedback", "") + " approve reject remind broadcast test block unblock"
MAY["hq"] = MAY["manager"]
# An owner has every verb but those that only field staff, managers and headquarters have.
MAY["owner"] = " ".join(
    verb.name
    for verb in VERBS
    if verb.name not in ["visit", "market", "late", "approve", "reject", "remind", "broadcast", "test"]
)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_has_its_verbs_and_no_other(role: str) -> None:
    expected = set(MAY[role].split()) | set(ANYBODY.split())
    assert {verb.name for verb in VERBS if rights.allowed(role, verb)} == expected


def test_what_is_not_granted_is_denied() -> None:
    assert not rights.allowed("owner", BY_NAME["approve"])
    assert not rights.allowed("no_such_role", BY_NAME["sale"])


def command(verb: str) -> Command:
    """A command that reads well, whatever its verb."""
    full = {
        "imeis": (imei("86012345", 1),),
        "items": (Item("A350", 1),),
        "model": "A350",
        "order": "1",
        "language": "en",
    }
    given = {name: full[name] for name in BY_NAME[verb].arguments if name in full}
    if verb == "sale":
        del given["items"], given["model"]
    if verb == "imei":
        given["imei"] = imei("86012345", 1)
    if "dealer" in BY_NAME[verb].arguments:
        given["dealer"] = "D1001"
    return Command(verb, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("verb", [verb.name for verb in VERBS])
def test_every_verb_of_every_role_is_run_denied_or_not_in_service(role: str, verb: str) -> None:
    books = sample()
    decision = say(books, PHONES[role], command(verb))
    if not rights.allowed(role, BY_NAME[verb]):
        assert (decision.records, keys(decision)) == ((), ["denied"])
    elif not BY_NAME[verb].in_service:
        assert (decision.records, keys(decision)) in (((), ["not_in_service"]), ((), ["not_in_service_instead"]))
    else:
        assert len(keys(decision)) == 1
        assert not {"denied", "not_in_service"} & set(keys(decision))


def test_a_denied_verb_says_whose_it_is_even_when_its_arguments_are_bad() -> None:
    books = sample()
    for outcome, problems in ((ACCEPTED, ()), (REJECTED, (Problem("incomplete"),))):
        reply = only(say(books, CLERK, Command("order", outcome=outcome, problems=problems)))
        assert reply.key == "denied"
        assert [role.key for role in reply.values["roles"].items] == ["role_owner", "role_field", "role_manager"]
