"""What shops hear that have not reported, and what others hear of them."""

from __future__ import annotations

from smsgw.business.core.field_kinds import CODE, COUNT, DATE, SETS, many, phrase
from smsgw.business.core.reply_table import ReplyTable

REPLIES = ReplyTable(
    answers={
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
    },
    phrases={
        "day": {"on": DATE},
    },
)
