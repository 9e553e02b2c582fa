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
    TIME,
    TOKEN,
    many,
    phrase,
)
from smsgw.business.core.reply_table import ReplyTable

REPLIES = ReplyTable(
    answers={
        "shipped": {"dealer": CODE, "orders": many(phrase("order_shipped"))},
        "new_prices": {"on": DATE, "prices": many(phrase("new_price"))},
        "approve_orders": {"count": COUNT, "orders": many(phrase("order_waits")), "number": NUMBER},
        "order_decided_approved": {"reference": REFERENCE, "lines": SETS, "total": MONEY},
        "order_decided_approved_for": {"reference": REFERENCE, "dealer": CODE, "lines": SETS, "total": MONEY},
        "order_decided_rejected": {"reference": REFERENCE, "why": REASON, "brief": BRIEF},
        "order_decided_rejected_for": {"reference": REFERENCE, "dealer": CODE, "why": REASON, "brief": BRIEF},
        "orders_cancelled": {"orders": many(REFERENCE), "first": REFERENCE},
        "orders_decided": {"orders": many(phrase("decided_approved", "decided_rejected"))},
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
    },
    phrases={
        "order_shipped": {"reference": TOKEN, "quantity": COUNT},
        "new_price": {"model": CODE, "price": MONEY},
        "order_waits": {"reference": REFERENCE, "dealer": CODE, "total": MONEY},
        "decided_approved": {"reference": REFERENCE},
        "decided_rejected": {"reference": REFERENCE, "brief": BRIEF},
    },
)
