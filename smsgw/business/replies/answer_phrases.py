"""The pieces that answers are made of, such as a list of shops: the fields of each, and what may stand in a field."""

from __future__ import annotations

from smsgw.business.broadcasts.rules import states as job
from smsgw.business.consent.rules import TOPICS
from smsgw.business.core.field_kinds import (
    ARGUMENTS,
    BOOK,
    BRIEF,
    CHANGE,
    CODE,
    COUNT,
    DATE,
    EXAMPLE,
    LAST4,
    LISTED,
    MONEY,
    NAME,
    OWED,
    PLACE,
    REFERENCE,
    SUMMARY,
    TIME,
    TOKEN,
    WORD,
    Kind,
    many,
    phrase,
)
from smsgw.business.orders.rules import STATES
from smsgw.business.units.rules.states import UNIT_STATES

SETS = many(phrase("sets"))
WHERE = phrase("at", "whole")
ROLE = phrase("role_owner", "role_clerk", "role_promoter", "role_field", "role_manager", "role_hq")
CLAUSE = phrase("clause", "verb_alone", "example")
TYPES = (
    "imei",
    "model",
    "quantity",
    "dealer",
    "reference",
    "date",
    "money",
    "phone",
    "pin",
    "reason",
    "period",
    "language",
    "region",
    "group",
    "text",
    "verb",
    "month",
    "name",
    "order",
    "topic",
    "option",
    "brand",
)
TYPE = phrase(*(f"type_{name}" for name in TYPES))
AREA = phrase("area", "everywhere")
ORDER_STATE = phrase(*(f"order_is_{state}" for state in STATES))
CREDIT = phrase("credit_left", "credit_over")
ABOUT = phrase("about", *(f"about_{topic}" for topic in TOPICS))
TOLD = phrase("dealer_told", "dealer_not_told")
LATE_SHOPS = many(phrase("silent_shop", "late_shop"))
LEFT_OUT = ("not_reachable", "not_willing", "not_again", "not_yours", "not_late")
NOT_REMINDED = many(phrase(*LEFT_OUT, "not_yet"))
PEOPLE = phrase("people", "one_person", "people_over")
EACH = phrase("one_part", "parts")
TEXTS = phrase("texts", "texts_cost")
LEFT_OUT_OF = many(phrase("out_stopped", "out_no_phone", "out_blocked", "out_others"))
WHO = phrase("ticket_person", "ticket_office")
OF = phrase("ticket_of", "ticket_of_about")
UNIT_STATE = phrase(*(f"unit_{state}" for state in UNIT_STATES))
BAD = phrase(
    "bad_sold",
    "bad_elsewhere",
    "bad_unknown",
    "bad_mismatch",
    "bad_model",
    "bad_state",
    "bad_same",
    "bad_held",
    "bad_imei",
    "bad_length",
    "bad_phone",
    "bad_serial",
)

PHRASES: dict[str, dict[str, Kind]] = {
    "sets": {"model": CODE, "quantity": COUNT},
    "at": {"position": PLACE, "last": LAST4},
    "whole": {"token": LISTED},
    "clause": {"verb": WORD, "arguments": ARGUMENTS},
    "verb_alone": {"verb": WORD},
    "example": {"example": EXAMPLE},
    "bad_sold": {"where": WHERE, "reference": REFERENCE, "on": DATE},
    "bad_elsewhere": {"where": WHERE},
    "bad_unknown": {"where": WHERE},
    "bad_mismatch": {"where": WHERE, "model": CODE},
    "bad_model": {"where": WHERE},
    "bad_state": {"where": WHERE, "state": UNIT_STATE},
    "bad_same": {"where": WHERE},
    "bad_held": {"where": WHERE},
    "bad_imei": {"where": WHERE},
    "bad_length": {"where": WHERE, "digits": COUNT},
    "bad_phone": {"where": WHERE},
    "bad_serial": {"where": WHERE},
    "counted": {"model": CODE, "counted": COUNT, "book": BOOK, "change": CHANGE},
    "counted_same": {"model": CODE, "counted": COUNT},
    "booked": {"model": CODE, "book": BOOK},
    "in_stock": {"model": CODE, "quantity": BOOK},
    "step": {"kind": phrase("kind_shipped", "kind_received", "kind_found", "kind_sold", "kind_undone"), "on": DATE},
    "step_at": {
        "kind": phrase("kind_shipped", "kind_received", "kind_found", "kind_sold", "kind_undone"),
        "on": DATE,
        "dealer": CODE,
    },
    "kind_shipped": {},
    "kind_received": {},
    "kind_found": {},
    "kind_sold": {},
    "kind_undone": {},
    "past_today": {"reference": REFERENCE, "summary": SUMMARY, "time": TIME},
    "past": {"reference": REFERENCE, "summary": SUMMARY, "on": DATE},
    "past_undone": {"reference": REFERENCE},
    "open_question": {"answer": REFERENCE, "prompt": SUMMARY},
    "open_reading": {"answer": REFERENCE, "verb": WORD},
    "choice": {"number": COUNT, "clause": CLAUSE},
    "day": {"on": DATE},
    "area": {"region": CODE},
    "everywhere": {},
    "silent_shop": {"dealer": CODE, "days": COUNT},
    "late_shop": {"dealer": CODE},
    "not_reachable": {"dealer": CODE},
    "not_willing": {"dealer": CODE},
    "not_again": {"dealer": CODE},
    "not_yours": {"dealer": CODE},
    "not_late": {"dealer": CODE},
    "not_yet": {"dealer": CODE, "time": TIME},
    "people": {"count": COUNT},
    "one_person": {},
    "people_over": {"count": COUNT},
    "one_part": {},
    "parts": {"count": COUNT},
    "texts": {"count": COUNT},
    "texts_cost": {"count": COUNT, "cost": MONEY},
    "out_stopped": {"count": COUNT},
    "out_no_phone": {"count": COUNT},
    "out_blocked": {"count": COUNT},
    "out_others": {"count": COUNT},
    **{f"broadcast_is_{state}": {} for state in job.STATES},
    "order_shipped": {"reference": TOKEN, "quantity": COUNT},
    "new_price": {"model": CODE, "price": MONEY},
    "order_waits": {"reference": REFERENCE, "dealer": CODE, "total": MONEY},
    "credit_left": {"left": OWED},
    "credit_over": {"over": MONEY},
    "about": {"topic": TOKEN},
    **{f"about_{topic}": {} for topic in TOPICS},
    "dealer_told": {},
    "dealer_not_told": {},
    "decided_approved": {"reference": REFERENCE},
    "decided_rejected": {"reference": REFERENCE, "brief": BRIEF},
    "ticket_person": {"name": NAME},
    "ticket_office": {},
    "ticket_of": {"dealer": CODE},
    "ticket_of_about": {"dealer": CODE, "subject": REFERENCE},
    "ticket_late": {"reference": REFERENCE, "dealer": CODE, "who": WHO},
    "survey_option": {"number": COUNT, "answer": TOKEN},
    **{f"role_{role}": {} for role in ("owner", "clerk", "promoter", "field", "manager", "hq")},
    **{f"type_{name}": {} for name in TYPES},
    **{f"order_is_{state}": {} for state in STATES},
    **{f"unit_{state}": {} for state in UNIT_STATES},
}
