"""What the subjects offer, gathered in their order: each file of a subject has it under one fixed name.

    verbs.VERBS      the verbs, each with all its facts
    verbs.LISTENERS  what may take a whole message before it is read as commands
    verbs.REVERSALS  what takes back the rows that a reference wrote
    verbs.AWAITED    what counts the sets of a model that a shop waits for
    verbs.SWAPS      what names the set that a set was swapped for, by the reference of it
    replies.REPLIES  replies that are no verb's: what several verbs say, and what nobody asked for
    books.BOOKS      the class of its books in one transaction
    books.RECORDS    how each record of its own is booked: type → function
    actions.RECORDS  the same, of records by which a text asks for an action
    imports.KINDS    kinds of file
    imports.ALSO     what a kind of file brings for this subject too: kind → function
    reports.REPORTS  named reports
    reports.SHOWN    kinds of things that can be shown by their key: name → Shown
    reports.ADDED    what it adds to things that subjects before it show: name → function of what is shown
    checks.CHECKS    what `smsgw db verify` proves
    checks.USED      the numbers that are in use, which must have been given out
    books.ANSWERS    what it does when an earlier subject tells of something (`tell`): event → function

The events that are told of:

    withdraw(work, phone, topic)  a STOP: nothing about the topic ('': nothing unasked) is to go to the phone any more
    shipped(books, sets, now)   sets have left for shops: (dealer, order or shipment, day) → how many
    priced(books, prices, now)  prices are new or different: (model, whom for, code, first day)

A file of a subject that is not there offers nothing; nothing registers itself, and nothing is imported before it is
asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from smsgw.business import SUBJECTS


def tell(event: str, *about: Any) -> None:
    """Tell every subject that has an answer to an event, in their order and in the caller's transaction."""
    for answers in gather("books", "ANSWERS"):
        if event in answers:
            answers[event](*about)


def gather(file: str, name: str) -> Iterator[Any]:
    """What each subject's `file` offers under `name`, in the order of the subjects; who offers nothing is left out."""
    for _, offered in gather_by_subject(file, name):
        yield offered


def gather_by_subject(file: str, name: str) -> Iterator[tuple[str, Any]]:
    """The same, with the names of the subjects."""
    for subject in SUBJECTS:
        module = f"smsgw.business.{subject}.{file}"
        if find_spec(module) is not None:
            offered = getattr(import_module(module), name, None)
            if offered is not None:
                yield subject, offered
