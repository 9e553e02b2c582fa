"""What becomes of a text: run, asked back, a query, a word for a person, or nothing.

The table is read from above: the first rule that fits takes the text. Nothing books at once unless every mark is
understood and nothing says that it did not happen, is asked, wished or to come; whatever is left open makes a question
of it, and a mood that nothing else explains makes nothing of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from smsgw.business.core.command import REJECTED, Command, Problem
from smsgw.language.characters.fold import Folded
from smsgw.language.sentences.corrections import amended, spoken_to
from smsgw.language.sentences.events import (
    came_back,
    claimed,
    delivered_short,
    given,
    none_left,
    orders_decided,
    received,
    restocked,
    taken_back,
    told_to_all,
    words_of_consent,
)
from smsgw.language.sentences.exchanged import partly_returned, swapped
from smsgw.language.sentences.for_people import about_a_feature, for_a_person, rival_priced, to_the_desk
from smsgw.language.sentences.frames import pieces
from smsgw.language.sentences.marks import Mark
from smsgw.language.sentences.one_of_several import one_was_another
from smsgw.language.sentences.payments import paid
from smsgw.language.sentences.queries import asked_beside, asked_for
from smsgw.language.sentences.redated import redated
from smsgw.language.sentences.reports import BOOKED, reports
from smsgw.language.sentences.sentence import Sentence
from smsgw.language.sentences.sets_told import (
    against_the_book,
    by_last_digits,
    by_place,
    from_another_shop,
    goods_came,
    of_several_shops,
    registered,
    taken_by_a_shop,
)

RULES = (
    *(
        words_of_consent,
        told_to_all,
        to_the_desk,
        delivered_short,
        by_place,
        against_the_book,
        swapped,
        partly_returned,
        one_was_another,
        amended,
        redated,
        spoken_to,
        none_left,
    ),
    *(by_last_digits, from_another_shop, about_a_feature, rival_priced, paid),
    *(asked_for, orders_decided, received, registered, came_back, claimed, restocked, taken_by_a_shop, given),
    *(taken_back, for_a_person, goods_came, of_several_shops, reports),
)
_SHOWN = 40  # characters of a text that a refusal quotes


def decide(marks: list[Mark], page: Folded, today: date, back_days: int) -> list[Command] | None:
    """The commands of a text; None where no rule has anything to say of it; an empty list: nothing may be done."""
    sentence = Sentence(pieces(marks), marks, page, today, back_days)
    if not sentence.pieces:
        return None
    for rule in RULES:
        found = rule(sentence)
        if found is not None:
            if rule is reports and any(c.verb != BOOKED["COUNT"] for c in found):
                found = [*found, *asked_beside(sentence)]
            said = sentence.typed[:_SHOWN]
            return [replace(c, repairs=tuple(replace(r, token=r.token or said) for r in c.repairs)) for c in found]
    return None


def refused(typed: str) -> Command:
    """Nothing that may be done; the sender is told what was not understood."""
    return Command(None, REJECTED, problems=(Problem("unknown_word", typed.strip()[:_SHOWN], 1, ("verb",)),))
