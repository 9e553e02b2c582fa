"""What nobody asked for and somebody may want to hear: of shipments, prices, and orders that wait or are decided."""

from __future__ import annotations

from smsgw.business.core.field_kinds import (
    BRIEF,
    CODE,
    COUNT,
    DATE,
    IMEI,
    MONEY,
    NUMBER,
    REASON,
    REFERENCE,
    SETS,
    SUMMARY,
    TIME,
    TOKEN,
    many,
    phrase,
)
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.orders.verbs.standing import ORDER_STATE

_PART = {"reference": REFERENCE, "lines": SETS, "total": MONEY, "rest": COUNT}

REPLIES = ReplyTable(
    answers={
        "shipped": {"dealer": CODE, "orders": many(phrase("order_shipped", "order_shipped_due"))},
        "shipped_for": {"orders": many(phrase("order_shipped_for"))},
        "order_placed_for": {"reference": REFERENCE, "lines": SETS, "total": MONEY, "state": ORDER_STATE},
        "order_closed": {"reference": REFERENCE, "count": COUNT},
        "order_closed_for": {"reference": REFERENCE, "dealer": CODE, "count": COUNT},
        "undo_told_approved": {"reference": REFERENCE, "summary": SUMMARY},
        "undo_told_rejected": {"reference": REFERENCE, "summary": SUMMARY, "why": REASON, "brief": BRIEF},
        "draft_lapsed": {"reference": REFERENCE, "lines": SETS},
        "new_prices": {"on": DATE, "prices": many(phrase("new_price"))},
        "order_decided_approved": {"reference": REFERENCE, "lines": SETS, "total": MONEY},
        "order_decided_approved_for": {"reference": REFERENCE, "dealer": CODE, "lines": SETS, "total": MONEY},
        "order_decided_part": {"reference": REFERENCE, "lines": SETS, "total": MONEY, "rest": COUNT},
        "order_decided_part_for": {
            "reference": REFERENCE,
            "dealer": CODE,
            "lines": SETS,
            "total": MONEY,
            "rest": COUNT,
        },
        "order_decided_rejected": {"reference": REFERENCE, "why": REASON, "brief": BRIEF},
        "order_decided_rejected_for": {"reference": REFERENCE, "dealer": CODE, "why": REASON, "brief": BRIEF},
        "orders_cancelled": {"orders": many(REFERENCE), "first": REFERENCE},
        "orders_decided": {"orders": many(phrase("decided_approved", "decided_part", "decided_rejected"))},
        "told_count_approved": {"reference": REFERENCE, "dealer": CODE},
        "told_count_rejected": {"reference": REFERENCE, "dealer": CODE},
        "told_count_rejected_why": {"reference": REFERENCE, "dealer": CODE, "why": REASON, "brief": BRIEF},
        "round_begins": {"dealer": CODE, "until": TIME, "on": DATE},
        "round_ends": {"dealer": CODE, "until": TIME, "on": DATE},
        "told_count_lapsed": {"reference": REFERENCE, "dealer": CODE, "count": COUNT},
        "order_wants_second": {
            "reference": REFERENCE,
            "lines": SETS,
            "total": MONEY,
            "number": NUMBER,
            "until": TIME,
        },
        "transfer_waits": {
            "reference": REFERENCE,
            "dealer": CODE,
            "lines": SETS,
            "number": NUMBER,
            "until": TIME,
            "on": DATE,
        },
        "transfer_taken": {"reference": REFERENCE, "dealer": CODE, "lines": SETS},
        "transfer_kept": {"reference": REFERENCE, "dealer": CODE, "lines": SETS},
        "transfer_withdrawn": {"reference": REFERENCE, "dealer": CODE, "lines": SETS},
        "return_told_credited": {"reference": REFERENCE, "dealer": CODE, "lines": SETS, "total": MONEY},
        "return_told_replaced": {"reference": REFERENCE, "dealer": CODE, "lines": SETS, "imei": IMEI},
        "return_told_rejected": {
            "reference": REFERENCE,
            "dealer": CODE,
            "lines": SETS,
            "why": REASON,
            "brief": BRIEF,
        },
        "returns_wait": {"count": COUNT, "returns": many(phrase("return_waits")), "reference": REFERENCE},
        "returns_late": {"count": COUNT, "returns": many(phrase("return_waits")), "reference": REFERENCE},
    },
    phrases={
        "return_waits": {"reference": REFERENCE, "dealer": CODE, "due": DATE},
        "order_shipped_for": {"reference": REFERENCE, "dealer": CODE, "quantity": COUNT},
        "order_shipped_due": {"reference": TOKEN, "quantity": COUNT, "due": DATE},
        "order_shipped": {"reference": TOKEN, "quantity": COUNT},
        "new_price": {"model": CODE, "price": MONEY},
        "decided_approved": {"reference": REFERENCE},
        "decided_part": {"reference": REFERENCE},
        "decided_rejected": {"reference": REFERENCE, "brief": BRIEF},
    },
)
