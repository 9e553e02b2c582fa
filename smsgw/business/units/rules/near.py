"""A mistyped or shortened IMEI matched against the sets that the shop holds, and offered by its full number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from smsgw.business.conversation.rules.questions import answer_word, ask
from smsgw.business.core import vocabulary
from smsgw.business.core.command import Command, Problem
from smsgw.business.core.decision import Decision
from smsgw.business.core.principal import Actor
from smsgw.business.core.refusals import digits_of
from smsgw.business.core.reply import Reply
from smsgw.business.directory.rules import shop
from smsgw.business.units.rules.ledger import UnitBooks

# What a token that may be the end of an IMEI is taken for: a bad IMEI, or a quantity or word that cannot be.
_CODES = frozenset({"bad_imei", "bad_quantity", "unknown_word"})

# A short IMEI is the last four to six digits of one.
_SHORT = range(4, 7)


def offer(command: Command, actor: Actor, books: UnitBooks) -> Decision | None:
    """A question that offers the one set of the shop that a bad IMEI can mean; None where there is none or several.

    One slip is looked for (a digit wrong, left out, put in, or two neighbours swapped), or the last four to six digits.
    """
    problem = command.problem
    if command.verb is None or problem is None or problem.code not in _CODES:
        return None
    if len(command.problems) > 1 or command.imeis or command.items:
        return None
    dealer = shop(command, actor, books)
    if isinstance(dealer, Reply):
        return None
    held = books.units.held(dealer.code)
    imei = _meant(problem, held)
    if imei is None:
        return None
    meant = replace(command, imeis=(imei,), problems=())
    reference, question = ask(books, actor, [[meant]], vocabulary.by_name()[command.verb].letter)
    token = problem.token.strip()[:20]
    values = {"token": token, "imei": imei, "model": held[imei], "answer": answer_word(reference)}
    return Decision(tuple(question), (Reply("near_question", values),))


def _meant(problem: Problem, held: Mapping[str, str]) -> str | None:
    token = digits_of(problem.token)
    if len(token) in _SHORT and problem.token.strip().isdecimal():
        found = [imei for imei in held if imei.endswith(token)]
    elif 13 <= len(token) <= 16:
        found = [imei for imei in held if one_slip(token, imei)]
    else:
        return None
    return found[0] if len(found) == 1 else None


def one_slip(typed: str, meant: str) -> bool:
    """Whether one wrong, missing or extra digit, or two neighbours swapped, makes `typed` of `meant`."""
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    start = 0
    shortest = min(len(typed), len(meant))
    while start < shortest and typed[start] == meant[start]:
        start += 1
    if len(typed) == len(meant):
        if typed[start + 1 :] == meant[start + 1 :]:
            return True
        swapped = meant[start + 1 : start + 2] + meant[start : start + 1]
        return typed[start : start + 2] == swapped and typed[start + 2 :] == meant[start + 2 :]
    if len(typed) < len(meant):
        return typed[start:] == meant[start + 1 :]
    return typed[start + 1 :] == meant[start:]
