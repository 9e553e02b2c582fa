"""What whoever has to do with a ticket hears of it, unasked."""

from __future__ import annotations

from smsgw.business.core.field_kinds import CODE, COUNT, DATE, NAME, PHONE, REFERENCE, TIME, many, phrase
from smsgw.business.core.reply_table import ReplyTable

WHO = phrase("ticket_person", "ticket_office")
OF = phrase("ticket_of", "ticket_of_about")
_TICKET = {"reference": REFERENCE, "of": OF, "phone": PHONE, "on": DATE, "time": TIME}
# Texts that somebody's words may follow, which nobody can know in advance.
_CARRYING = ("new", "more", "back", "due", "gone", "question", "answer", "told")

REPLIES = ReplyTable(
    answers={
        "ticket_new": _TICKET,
        "ticket_more": _TICKET,
        "ticket_back": _TICKET,
        "ticket_due": _TICKET,
        "ticket_gone": {"reference": REFERENCE, "dealer": CODE},
        "ticket_question": {"reference": REFERENCE},
        "ticket_answer": {"reference": REFERENCE},
        "ticket_told": {"reference": REFERENCE},
        "words_theirs": {},
        "words_yours": {},
        "words_ours": {},
        "tickets_late": {"count": COUNT, "tickets": many(phrase("ticket_late"))},
    },
    phrases={
        "ticket_person": {"name": NAME},
        "ticket_office": {},
        "ticket_of": {"dealer": CODE},
        "ticket_of_about": {"dealer": CODE, "subject": REFERENCE},
        "ticket_late": {"reference": REFERENCE, "dealer": CODE, "who": WHO},
    },
    carrying=frozenset(f"ticket_{what}" for what in _CARRYING),
)
