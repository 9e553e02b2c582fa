"""What answers to a survey are answered."""

from __future__ import annotations

from smsgw.business.core.field_kinds import COUNT, REFERENCE, TOKEN, many, phrase
from smsgw.business.core.reply_table import ReplyTable

REPLIES = ReplyTable(
    answers={
        "survey_answer": {"reference": REFERENCE, "number": COUNT, "answer": TOKEN},
        "survey_changed": {"reference": REFERENCE, "number": COUNT, "answer": TOKEN},
        "survey_already": {"reference": REFERENCE, "number": COUNT, "answer": TOKEN},
        "survey_options": {"reference": REFERENCE, "options": many(phrase("survey_option"))},
    },
    phrases={
        "survey_option": {"number": COUNT, "answer": TOKEN},
    },
)
