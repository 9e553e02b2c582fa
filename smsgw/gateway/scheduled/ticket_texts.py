"""Texts of ticket notices: what happened to a ticket, that it falls due, which are late."""

from __future__ import annotations

from smsgw.business.core.reply import Reply, TruncatableList
from smsgw.business.tickets.books.notices import AGAIN, ANSWER, DUE, GONE, MORE, NEW, QUESTION, TOLD, About, Late, Step
from smsgw.calendar.days import local
from smsgw.gateway.understanding import Understanding
from smsgw.sms.length import with_words

# The reply that words a step.
_KEYS = {
    NEW: "ticket_new",
    MORE: "ticket_more",
    AGAIN: "ticket_back",
    DUE: "ticket_due",
    GONE: "ticket_gone",
    QUESTION: "ticket_question",
    ANSWER: "ticket_answer",
    TOLD: "ticket_told",
}

# Whose the words are that follow; else of those who opened it.
_WHOSE = {QUESTION: "words_yours", ANSWER: "words_ours", TOLD: "words_ours"}


def word_step(step: Step, understanding: Understanding) -> str:
    """A text about one ticket, in the language of whoever gets it, with the words that belong to it."""
    about = step.about
    values: dict[str, object] = {"reference": about.reference}
    if step.what == GONE:
        values["dealer"] = about.dealer
    elif step.what in (NEW, MORE, AGAIN, DUE):
        at = local(about.due_at, about.timezone)
        subject = about.subject
        on = Reply("ticket_of_about", {"dealer": about.dealer, "subject": subject}) if subject else None
        values["of"] = on or Reply("ticket_of", {"dealer": about.dealer})
        values |= {"phone": about.phone, "on": at.date(), "time": at}
    language = step.pending.person.language
    text = understanding.word((Reply(_KEYS[step.what], values),), language)
    if about.words:
        text = f"{text} {understanding.word((Reply(_WHOSE.get(step.what, 'words_theirs')),), language)}"
    return with_words(text, about.words, understanding.max_parts)


def word_late(late: Late, understanding: Understanding) -> str:
    """A text about tickets that are late, for whoever has them or is above."""
    listed = tuple(
        Reply("ticket_late", {"reference": about.reference, "dealer": about.dealer, "who": _assignee_reply(about)})
        for about in late.about
    )
    reply = Reply("tickets_late", {"count": len(listed), "tickets": TruncatableList(listed)})
    return understanding.word((reply,), late.pending.person.language)


def _assignee_reply(about: About) -> Reply:
    return Reply("ticket_person", {"name": about.name}) if about.name else Reply("ticket_office")
