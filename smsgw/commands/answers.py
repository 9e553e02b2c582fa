"""What each answer may say: the fields of every reply, and for each field the longest value it may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from smsgw.retail.decision import Example, Money, Syntax, Word


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of field. `longest` are values that between them show how long it can get, in any language.

    `limit` is the most characters that a free text may have; longer ones are cut with two dots. For a phrase `keys`
    names the replies that may stand there; for a list `items` is the kind of its items.
    """

    name: str
    longest: tuple[Any, ...] = ()
    limit: int = 0
    keys: tuple[str, ...] = ()
    items: Kind | None = None


REFERENCE = Kind("reference", ("S999999999",))
NUMBER = Kind("number", ("999999999",))  # the digits of a reference, as one types them after YES
CODE = Kind("code", ("W" * 12,))  # a model's or dealer's code
COUNT = Kind("count", (99999,))
CHANGE = Kind("change", ("+99999", "-99999"))
BOOK = Kind("book", (-99999,))
MONEY = Kind("money", (Money(99999999999, "CNY"),))
OWED = Kind("money", (Money(-99999999999, "CNY"),))  # may be below zero
PLACE = Kind("count", (999,))  # of an IMEI in the sender's list
LISTED = Kind("token", ("W" * 17,), limit=17)  # an IMEI as the sender wrote it
DATE = Kind("date", (date(2026, 9, 30), date(2026, 12, 30)))
TIME = Kind("time", (time(23, 59),))
NAME = Kind("name", ("W" * 20,), limit=20)
TOKEN = Kind("token", ("W" * 20,), limit=20)
IMEI = Kind("imei", ("860123450000012",))
LAST4 = Kind("last4", ("0012",))
ARGUMENTS = Kind("arguments", ("W" * 32,), limit=32)  # of a command written out
SUMMARY = Kind("summary", ("W" * 20,), limit=20)
WORD = Kind("word", (Word("*"),))
SYNTAX = Kind("syntax", (Syntax("*"),))
EXAMPLE = Kind("example", (Example("*"),))


def phrase(*keys: str) -> Kind:
    return Kind("phrase", keys=keys)


def many(kind: Kind) -> Kind:
    return Kind("list", items=kind)


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
STATES = (
    "draft",
    "confirmed",
    "approved",
    "allocated",
    "part_shipped",
    "shipped",
    "received",
    "closed",
    "rejected",
    "cancelled",
    "expired",
)
AREA = phrase("area", "everywhere")
ORDER_STATE = phrase(*(f"order_is_{state}" for state in STATES))
LATE_SHOPS = many(phrase("silent_shop", "late_shop"))
LEFT_OUT = ("not_reachable", "not_willing", "not_again", "not_yours", "not_late")
NOT_REMINDED = many(phrase(*LEFT_OUT, "not_yet"))
UNIT_STATES = ("made", "shipped", "in_stock", "sold", "in_transfer", "returned", "scrapped")
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

# Phrases: pieces of the answers below.
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
    "order_shipped": {"reference": REFERENCE, "quantity": COUNT},
    "new_price": {"model": CODE, "price": MONEY},
    "order_waits": {"reference": REFERENCE, "dealer": CODE, "total": MONEY},
    "survey_option": {"number": COUNT, "answer": TOKEN},
    **{f"role_{role}": {} for role in ("owner", "clerk", "promoter", "field", "manager", "hq")},
    **{f"type_{name}": {} for name in TYPES},
    **{f"order_is_{state}": {} for state in STATES},
    **{f"unit_{state}": {} for state in UNIT_STATES},
}

# Bookings. Each opens `OK S48213:` or its like in the language, so that it is known when it is sent back.
BOOKINGS: dict[str, dict[str, Kind]] = {
    "sale": {"reference": REFERENCE, "count": COUNT, "dealer": CODE, "models": SETS, "today": COUNT, "week": COUNT},
    "sale_on": {
        "reference": REFERENCE,
        "count": COUNT,
        "dealer": CODE,
        "models": SETS,
        "on": DATE,
        "today": COUNT,
        "week": COUNT,
    },
    "sale_partial": {"reference": REFERENCE, "count": COUNT, "dealer": CODE, "bad": many(BAD), "again": COUNT},
    "sale_items": {"reference": REFERENCE, "dealer": CODE, "models": SETS, "today": COUNT, "week": COUNT},
    "sale_items_short": {"reference": REFERENCE, "dealer": CODE, "models": SETS, "short": CODE, "book": BOOK},
    "nil": {"reference": REFERENCE, "dealer": CODE, "on": DATE},
    "nil_since": {"reference": REFERENCE, "dealer": CODE, "on": DATE, "last": DATE},
    "register": {"reference": REFERENCE, "count": COUNT, "dealer": CODE, "models": SETS, "stock": BOOK},
    "register_partial": {"reference": REFERENCE, "count": COUNT, "dealer": CODE, "bad": many(BAD), "again": COUNT},
    "count": {"reference": REFERENCE, "dealer": CODE, "lines": many(phrase("counted", "counted_same"))},
    "count_missing": {
        "reference": REFERENCE,
        "dealer": CODE,
        "lines": many(phrase("counted", "counted_same")),
        "missing": many(phrase("booked")),
        "first": CODE,
    },
    "order_placed": {"reference": REFERENCE, "number": NUMBER, "total": MONEY, "time": TIME},
    "order_approved": {"reference": REFERENCE, "number": NUMBER, "total": MONEY, "time": TIME, "left": OWED},
    "undone_sale": {"reference": REFERENCE, "count": COUNT, "dealer": CODE, "today": COUNT, "week": COUNT},
    "undone": {"reference": REFERENCE, "dealer": CODE},
    "undone_count": {"reference": REFERENCE, "dealer": CODE},
    "undone_order": {"reference": REFERENCE, "total": MONEY},
}

ANSWERS: dict[str, dict[str, Kind]] = {
    "none_saved": {"bad": many(BAD)},
    "imei_question": {"imei": IMEI, "answer": REFERENCE},
    "imei_question_more": {"imei": IMEI, "more": COUNT, "answer": REFERENCE},
    "near_question": {"token": TOKEN, "imei": IMEI, "model": CODE, "answer": REFERENCE},
    "absurd_count": {"model": CODE, "quantity": COUNT, "book": BOOK, "answer": REFERENCE},
    "absurd_sale": {"model": CODE, "quantity": COUNT, "book": BOOK, "answer": REFERENCE},
    "nil_but_sold": {"dealer": CODE, "on": DATE, "count": COUNT},
    "already": {"reference": REFERENCE, "time": TIME, "repeat": CLAUSE},
    "already_on": {"reference": REFERENCE, "on": DATE, "repeat": CLAUSE},
    "already_once": {"reference": REFERENCE, "time": TIME},
    "already_once_on": {"reference": REFERENCE, "on": DATE},
    "already_draft": {"reference": REFERENCE, "number": NUMBER, "until": TIME},
    "stock_model": {"dealer": CODE, "model": CODE, "quantity": BOOK, "week": COUNT, "time": TIME, "on": DATE},
    "stock_ordered": {
        "dealer": CODE,
        "model": CODE,
        "quantity": BOOK,
        "week": COUNT,
        "ordered": COUNT,
        "time": TIME,
        "on": DATE,
    },
    "stock_all": {"dealer": CODE, "levels": many(phrase("in_stock")), "total": BOOK},
    "stock_none": {"dealer": CODE},
    "price": {"model": CODE, "dealer_price": MONEY, "retail_price": MONEY, "valid_from": DATE},
    "price_none": {"model": CODE},
    "order_draft": {
        "reference": REFERENCE,
        "number": NUMBER,
        "lines": SETS,
        "total": MONEY,
        "left": OWED,
        "until": TIME,
    },
    "order_draft_over": {
        "reference": REFERENCE,
        "number": NUMBER,
        "lines": SETS,
        "total": MONEY,
        "over": MONEY,
        "until": TIME,
    },
    "order_no_price": {"model": CODE},
    "order_inactive": {"dealer": CODE},
    "order_status": {
        "reference": REFERENCE,
        "state": ORDER_STATE,
        "lines": SETS,
        "total": MONEY,
        "shipped": COUNT,
        "quantity": COUNT,
        "on": DATE,
    },
    "order_unknown": {"reference": REFERENCE},
    "order_not_draft": {"reference": REFERENCE, "state": ORDER_STATE},
    "order_expired": {"reference": REFERENCE},
    "order_dropped": {"reference": REFERENCE},
    "balance": {
        "dealer": CODE,
        "owed": OWED,
        "limit": MONEY,
        "open": MONEY,
        "free": OWED,
        "overdue": MONEY,
        "on": DATE,
        "time": TIME,
    },
    "imei_trail": {"last": LAST4, "model": CODE, "steps": many(phrase("step", "step_at"))},
    "imei_other": {"last": LAST4, "model": CODE},
    "imei_genuine": {"imei": IMEI, "model": CODE},
    "imei_genuine_sold": {"imei": IMEI, "model": CODE, "on": DATE},
    "imei_unknown": {"imei": IMEI},
    "imei_type_only": {"imei": IMEI, "model": CODE},
    "undo_nothing": {},
    "undo_unknown": {"reference": REFERENCE},
    "undo_already": {"reference": REFERENCE},
    "undo_late": {"reference": REFERENCE, "hours": COUNT},
    "undo_moved": {"reference": REFERENCE, "last": LAST4},
    "undo_shipped": {"reference": REFERENCE, "state": ORDER_STATE},
    "undo_not_yours": {"reference": REFERENCE},
    "last": {"past": many(phrase("past_today", "past", "past_undone"))},
    "last_none": {},
    "language": {},
    "stop": {},
    "start": {},
    "stop_topic": {"topic": TOKEN},
    "start_topic": {"topic": TOKEN},
    "start_already": {},
    "start_already_topic": {"topic": TOKEN},
    "late": {
        "area": AREA,
        "on": DATE,
        "reported": COUNT,
        "expected": COUNT,
        "rate": COUNT,
        "shops": LATE_SHOPS,
        "next": CLAUSE,
    },
    "late_only": {
        "area": AREA,
        "on": DATE,
        "reported": COUNT,
        "expected": COUNT,
        "rate": COUNT,
        "shops": LATE_SHOPS,
    },
    "late_nobody": {"area": AREA, "on": DATE, "expected": COUNT},
    "late_nothing_due": {"area": AREA},
    "remind": {"area": AREA, "late": COUNT, "count": COUNT, "shops": many(CODE)},
    "remind_some": {"area": AREA, "late": COUNT, "count": COUNT, "others": NOT_REMINDED},
    "remind_later": {"area": AREA, "late": COUNT, "count": COUNT, "time": TIME, "on": DATE},
    "remind_later_some": {
        "area": AREA,
        "late": COUNT,
        "count": COUNT,
        "time": TIME,
        "on": DATE,
        "others": many(phrase(*LEFT_OUT)),
    },
    "remind_nobody": {"area": AREA, "late": COUNT, "others": NOT_REMINDED},
    "help": {"verbs": many(WORD)},
    "help_verb": {"syntax": SYNTAX, "example": EXAMPLE},
    "no_question": {},
    "question_unknown": {"answer": REFERENCE},
    "question_expired": {"answer": REFERENCE},
    "questions_open": {"questions": many(phrase("open_question")), "first": REFERENCE},
    "question_dropped": {"answer": REFERENCE},
    "no_such_option": {"option": COUNT, "count": COUNT},
    "survey_answer": {"reference": REFERENCE, "number": COUNT, "answer": TOKEN},
    "survey_changed": {"reference": REFERENCE, "number": COUNT, "answer": TOKEN},
    "survey_already": {"reference": REFERENCE, "number": COUNT, "answer": TOKEN},
    "survey_options": {"reference": REFERENCE, "options": many(phrase("survey_option"))},
    "choose": {"choices": many(phrase("choice"))},
    "did_you_mean": {"clauses": many(CLAUSE), "answer": REFERENCE},
    "left_out": {"token": TOKEN},
    "unregistered": {},
    "unregistered_closed": {},
    "denied": {"verb": WORD, "roles": many(ROLE)},
    "not_your_shop": {"dealer": CODE},
    "out_of_area": {"dealer": CODE},
    "unknown_dealer": {"dealer": CODE},
    "which_dealer": {"example": CLAUSE},
    "no_dealer": {},
    "no_region": {},
    "not_in_service": {"verb": WORD},
    "date_future": {"on": DATE},
    "date_old": {"on": DATE, "days": COUNT},
    "refuse_unknown": {"token": TOKEN, "example": CLAUSE},
    "refuse_in": {"token": TOKEN, "verb": WORD, "expected": many(TYPE), "example": CLAUSE},
    "refuse_empty": {},
    "refuse_incomplete": {"syntax": SYNTAX, "example": EXAMPLE},
    "refuse_imei": {"token": TOKEN},
    "refuse_imei_length": {"token": TOKEN, "digits": COUNT},
    "refuse_imei_phone": {"token": TOKEN},
    "refuse_imei_serial": {"token": TOKEN},
    "refuse_imei_repeated": {"token": TOKEN},
    "refuse_model": {"token": TOKEN},
    "refuse_model_near": {"token": TOKEN, "suggestion": CODE},
    "refuse_dealer_near": {"token": TOKEN, "suggestion": CODE},
    "refuse_no_quantity": {"token": TOKEN, "example": CLAUSE},
    "refuse_quantity": {"token": TOKEN, "example": CLAUSE},
    "refuse_ambiguous": {"token": TOKEN, "example": CLAUSE},
    "refuse_too_long": {},
    "refuse_unreadable": {},
    "refuse_example": {"syntax": SYNTAX},
    "refuse_not_allowed": {"token": TOKEN, "verb": WORD},
    # Of the gateway itself.
    "failed": {},
    "too_many_texts": {"limit": COUNT},
    "too_many_answers": {},
    "parts_missing": {"missing": many(COUNT), "total": COUNT},
    # What nobody asked for.
    "remind_report": {"dealer": CODE, "days": many(phrase("day"))},
    "remind_count": {"dealer": CODE, "days": many(phrase("day"))},
    "silent_shops": {"days": many(phrase("day")), "count": COUNT, "dealers": many(CODE)},
    "digest": {
        "region": CODE,
        "on": DATE,
        "reported": COUNT,
        "expected": COUNT,
        "sold": COUNT,
        "before": COUNT,
        "models": SETS,
    },
    "digest_unsold": {"region": CODE, "on": DATE, "reported": COUNT, "expected": COUNT, "before": COUNT},
    "digest_sales": {"region": CODE, "on": DATE, "sold": COUNT, "before": COUNT, "models": SETS},
    "digest_nothing": {"region": CODE, "on": DATE, "before": COUNT},
    "shipped": {"dealer": CODE, "orders": many(phrase("order_shipped"))},
    "new_prices": {"on": DATE, "prices": many(phrase("new_price"))},
    "approve_orders": {"count": COUNT, "orders": many(phrase("order_waits"))},
}

EVERY: Mapping[str, Mapping[str, Kind]] = {**PHRASES, **BOOKINGS, **ANSWERS}
