"""What answers say of sets: why one cannot be booked, which is meant, in what state it is."""

from __future__ import annotations

from smsgw.business.core.field_kinds import CODE, COUNT, DATE, IMEI, REFERENCE, TOKEN, WHERE, many, phrase
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.units.rules.states import UNIT_STATES

UNIT_STATE = phrase(*(f"unit_{state}" for state in UNIT_STATES))
BAD = phrase(
    "bad_sold",
    "bad_elsewhere",
    "bad_not_here",
    "bad_returned",
    "bad_unknown",
    "bad_mismatch",
    "bad_model",
    "bad_state",
    "bad_same",
    "bad_held",
    "bad_imei",
    "bad_fourteen",
    "bad_length",
    "bad_phone",
    "bad_serial",
)

REPLIES = ReplyTable(
    answers={
        "none_saved": {"bad": many(BAD)},
        "imei_question": {"imei": IMEI, "answer": REFERENCE},
        "imei_question_more": {"imei": IMEI, "more": COUNT, "answer": REFERENCE},
        "near_question": {"token": TOKEN, "imei": IMEI, "model": CODE, "answer": REFERENCE},
    },
    phrases={
        "bad_sold": {"where": WHERE, "reference": REFERENCE, "on": DATE},
        "bad_elsewhere": {"where": WHERE},
        "bad_not_here": {"where": WHERE},
        "bad_returned": {"where": WHERE, "reference": REFERENCE},
        "bad_unknown": {"where": WHERE},
        "bad_mismatch": {"where": WHERE, "model": CODE},
        "bad_model": {"where": WHERE},
        "bad_state": {"where": WHERE, "state": UNIT_STATE},
        "bad_same": {"where": WHERE},
        "bad_held": {"where": WHERE},
        "bad_imei": {"where": WHERE},
        "bad_fourteen": {"where": WHERE},
        "bad_length": {"where": WHERE, "digits": COUNT},
        "bad_phone": {"where": WHERE},
        "bad_serial": {"where": WHERE},
        **{f"unit_{state}": {} for state in UNIT_STATES},
    },
)
