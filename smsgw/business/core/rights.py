"""Who may do what: phones by verb, people and programs by action. Denied unless a verb or this table grants it."""

from __future__ import annotations

from enum import StrEnum

from smsgw.business.core.principal import MANAGERS, ROLES, Actor, Gateway, Person, PersonRole, Principal, Program
from smsgw.business.core.verb import Verb

# The roles that speak for one shop, their own.
SHOP_ROLES = frozenset({"owner", "clerk", "promoter"})


def allowed(role: str, verb: Verb) -> bool:
    """Whether a role has a verb at all; one that the verb does not name has nothing."""
    return role in verb.roles


def whose(verb: Verb) -> tuple[str, ...]:
    """The roles that have a verb, lowest first; headquarters goes without saying where a manager has it."""
    roles = tuple(role for role in ROLES if role in verb.roles)
    return roles[:-1] if len(roles) > 1 else roles


# ---- people at a terminal or in the console, and programs

# The scopes of a program's token.
MESSAGES, BROADCASTS, ORDERS = "messages", "broadcasts", "orders"
RECEIPTS, COUNTS, RETURNS, SALES, FEED, READ = "receipts", "counts", "returns", "sales", "feed", "read"
PROTECTION, PAYMENTS = "protection", "payments"
SCOPES = (MESSAGES, BROADCASTS, ORDERS, PAYMENTS, RECEIPTS, COUNTS, RETURNS, SALES, PROTECTION, FEED, READ)

# Those whose every action keeps to the shops of a region, where a token is for one.
OF_A_REGION = (ORDERS, RECEIPTS, RETURNS, SALES)


class Right(StrEnum):
    """What an action needs, as verb and object."""

    READ_BROADCASTS = "read broadcasts"
    WRITE_BROADCASTS = "write broadcasts"  # and start what one person may send alone, pause, cancel and retry
    APPROVE_BROADCASTS = "approve broadcasts"
    SEND_MESSAGES = "send messages"
    READ_MESSAGES = "read messages"
    READ_OWN_MESSAGES = "read own messages"
    SET_OUTCOMES = "set outcomes of messages"
    READ_TICKETS = "read tickets"
    ANSWER_TICKETS = "answer tickets"
    READ_COUNTS = "read counts"
    WRITE_COUNTS = "open rounds of counts"
    APPROVE_COUNTS = "approve counts"  # and reject
    READ_RETURNS = "read returns"
    DECIDE_RETURNS = "decide returns"
    RECEIVE_RETURNS = "receive returns"
    READ_PROTECTION = "read price protection"
    DECIDE_PROTECTION = "decide price protection"
    PLAN_PRICES = "plan prices"
    READ_HOLDS = "read sales on hold"
    DECIDE_HOLDS = "decide sales on hold"
    READ_UNDO_REQUESTS = "read requests to undo"
    DECIDE_UNDO_REQUESTS = "decide requests to undo"
    READ_ORDERS = "read orders"
    WRITE_ORDERS = "write orders"  # cancel and close
    APPROVE_ORDERS = "approve orders"  # and reject
    SHIP_ORDERS = "ship orders"
    READ_PAYMENTS = "read payments"
    DECIDE_PAYMENTS = "decide payments"  # that shops told of
    BOOK_PAYMENTS = "book payments"  # that came in
    READ_CREDIT = "read credit"
    RAISE_LIMITS = "raise credit limits"
    READ_RECEIPTS = "read receipts"
    RECEIVE_DELIVERIES = "receive deliveries"
    WRITE_OFF_SETS = "write off sets"  # that are lost, and put back what was found
    TELL_ACTIVATIONS = "tell activations"
    READ_REPORTS = "read reports"
    EXEMPT_REPORTS = "exempt from reports"
    RECORD_CONSENT = "record consent"
    IMPORT = "import"
    CONTROL_LINKS = "control links"
    MANAGE_TOKENS = "manage tokens"
    READ_TRAIL = "read the audit trail"


# right: the roles of people, and the scopes of programs, that have it
PEOPLE_AND_PROGRAMS: dict[Right, tuple[frozenset[str], frozenset[str]]] = {
    right: (frozenset((PersonRole.ADMIN, *people)), frozenset(scopes))
    for right, people, scopes in (
        (Right.READ_BROADCASTS, (PersonRole.MANAGER, PersonRole.EDITOR, PersonRole.AUDITOR), (BROADCASTS, READ)),
        (Right.WRITE_BROADCASTS, (PersonRole.EDITOR,), (BROADCASTS,)),
        (Right.APPROVE_BROADCASTS, (PersonRole.MANAGER,), (BROADCASTS,)),
        (Right.SEND_MESSAGES, (PersonRole.AGENT,), (MESSAGES,)),
        (Right.READ_MESSAGES, (PersonRole.AGENT, PersonRole.OPERATOR, PersonRole.AUDITOR), (READ,)),
        (Right.READ_OWN_MESSAGES, (PersonRole.AGENT, PersonRole.OPERATOR, PersonRole.AUDITOR), (MESSAGES, READ)),
        (Right.SET_OUTCOMES, (PersonRole.OPERATOR,), ()),
        (Right.READ_TICKETS, (PersonRole.MANAGER, PersonRole.AGENT, PersonRole.AUDITOR), ()),
        (Right.ANSWER_TICKETS, (PersonRole.AGENT,), ()),
        (Right.READ_COUNTS, (PersonRole.MANAGER, PersonRole.DATA, PersonRole.AUDITOR), (COUNTS, READ)),
        (Right.WRITE_COUNTS, (PersonRole.MANAGER, PersonRole.DATA), (COUNTS,)),
        (Right.APPROVE_COUNTS, (PersonRole.MANAGER,), (COUNTS,)),
        (
            Right.READ_RETURNS,
            (PersonRole.MANAGER, PersonRole.AGENT, PersonRole.DATA, PersonRole.AUDITOR),
            (RETURNS, READ),
        ),
        (Right.DECIDE_RETURNS, (PersonRole.MANAGER,), (RETURNS,)),
        (Right.RECEIVE_RETURNS, (PersonRole.DATA,), (RETURNS,)),
        (
            Right.READ_PROTECTION,
            (PersonRole.MANAGER, PersonRole.AGENT, PersonRole.DATA, PersonRole.AUDITOR),
            (PROTECTION, READ),
        ),
        (Right.DECIDE_PROTECTION, (PersonRole.MANAGER,), (PROTECTION,)),
        (Right.PLAN_PRICES, (PersonRole.MANAGER, PersonRole.DATA), ()),
        (
            Right.READ_HOLDS,
            (PersonRole.MANAGER, PersonRole.AGENT, PersonRole.DATA, PersonRole.AUDITOR),
            (SALES, READ),
        ),
        (Right.DECIDE_HOLDS, (PersonRole.MANAGER,), (SALES,)),
        (
            Right.READ_UNDO_REQUESTS,
            (PersonRole.MANAGER, PersonRole.AGENT, PersonRole.DATA, PersonRole.AUDITOR),
            (SALES, READ),
        ),
        (Right.DECIDE_UNDO_REQUESTS, (PersonRole.MANAGER,), (SALES,)),
        (
            Right.READ_ORDERS,
            (PersonRole.MANAGER, PersonRole.AGENT, PersonRole.DATA, PersonRole.AUDITOR),
            (ORDERS, READ),
        ),
        (Right.WRITE_ORDERS, (PersonRole.MANAGER, PersonRole.AGENT), (ORDERS,)),
        (Right.APPROVE_ORDERS, (PersonRole.MANAGER,), (ORDERS,)),
        (Right.SHIP_ORDERS, (PersonRole.DATA,), (ORDERS,)),
        (
            Right.READ_PAYMENTS,
            (PersonRole.MANAGER, PersonRole.AGENT, PersonRole.DATA, PersonRole.AUDITOR),
            (PAYMENTS, READ),
        ),
        (Right.DECIDE_PAYMENTS, (PersonRole.MANAGER, PersonRole.DATA), (PAYMENTS,)),
        (Right.BOOK_PAYMENTS, (PersonRole.DATA,), (PAYMENTS,)),
        (Right.READ_CREDIT, (PersonRole.MANAGER, PersonRole.AUDITOR), ()),
        (Right.RAISE_LIMITS, (PersonRole.MANAGER,), ()),
        (
            Right.READ_RECEIPTS,
            (PersonRole.MANAGER, PersonRole.AGENT, PersonRole.DATA, PersonRole.AUDITOR),
            (RECEIPTS, READ),
        ),
        (Right.RECEIVE_DELIVERIES, (PersonRole.MANAGER, PersonRole.AGENT, PersonRole.DATA), (RECEIPTS,)),
        (Right.WRITE_OFF_SETS, (PersonRole.MANAGER, PersonRole.DATA), (RECEIPTS,)),
        (Right.TELL_ACTIVATIONS, (PersonRole.DATA,), (FEED,)),
        (Right.READ_REPORTS, (PersonRole.MANAGER, PersonRole.EDITOR, PersonRole.AUDITOR), (READ,)),
        (Right.EXEMPT_REPORTS, (PersonRole.DATA,), ()),
        (Right.RECORD_CONSENT, (PersonRole.AGENT, PersonRole.DATA), ()),
        (Right.IMPORT, (PersonRole.DATA,), ()),
        (Right.CONTROL_LINKS, (PersonRole.OPERATOR,), ()),
        (Right.MANAGE_TOKENS, (), ()),
        (Right.READ_TRAIL, (PersonRole.AUDITOR,), ()),
    )
}


# right: the roles of phones whose texts ask for its actions. Whatever else a phone may do, its verbs do by themselves.
BY_TEXT: dict[Right, tuple[str, ...]] = {Right.WRITE_BROADCASTS: MANAGERS}


def has(principal: Principal, right: Right) -> bool:
    """Whether a principal may do what needs a right."""
    roles, scopes = PEOPLE_AND_PROGRAMS[right]
    match principal:
        case Person():
            return principal.role in roles
        case Program():
            return not scopes.isdisjoint(principal.scopes)
        case Gateway():
            return True
        case Actor():
            return principal.role in BY_TEXT.get(right, ())


def scopes_of(right: Right) -> tuple[str, ...]:
    """The scopes any of which gives a program a right."""
    return tuple(scope for scope in SCOPES if scope in PEOPLE_AND_PROGRAMS[right][1])


def reach_of(principal: Principal) -> str:
    """How far what a principal may do goes: `shop` (the own one), `region` (the own one and what lies in it), `all`."""
    match principal:
        case Actor(role=role):
            return "shop" if role in SHOP_ROLES else "all" if role == "hq" else "region"
        case Person(region=str()) | Program(region=str()):
            return "region"
        case _:
            return "all"
