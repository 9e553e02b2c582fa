"""A list of IMEIs sorted out: which a shop may book, which are bad and why, which are too doubtful not to ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from smsgw.business.conversation.rules.questions import answer_word, ask
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.phrases import where
from smsgw.business.core.principal import Actor
from smsgw.business.core.refusals import bad_imei
from smsgw.business.core.reply import Reply, TruncatableList
from smsgw.business.directory.rules import Dealer
from smsgw.business.units.rules.ledger import UnitBooks
from smsgw.business.units.rules.states import IN_A_SHOP, NOBODYS, ORIGIN_UNKNOWN, SOLD, Unit, nobodys

# By the unit's first IMEI: its model, and the unit where we know it.
Sets: TypeAlias = dict[str, tuple[str, Unit | None]]

COMPLETED = "complete"  # the repair that adds the check digit
_WITHOUT_CHECK_DIGIT = 14


@dataclass(slots=True)
class Named:
    good: Sets = field(default_factory=dict)
    bad: list[tuple[int, Reply]] = field(default_factory=list)  # place in the text, reason
    doubtful: list[str] = field(default_factory=list)
    others: list[tuple[str, Unit]] = field(default_factory=list)  # in the stock of another shop: as named, and the set


def sort_out(
    command: Command,
    dealer: Dealer,
    books: UnitBooks,
    refused: Callable[[Unit, str], Reply | None],
    *,
    sure: bool,
    apart: bool = False,
) -> Named:
    """What of a command's IMEIs can be booked at a shop; with `apart` those that another shop has are told apart.

    `refused` says why a verb cannot have a unit that the shop holds. An IMEI that was repaired, completed or cut is
    doubtful unless the shop holds the unit, or the sender is `sure` (has said YES). One of fourteen digits that are no
    set of ours has a digit too few, wherever it is missing. Two IMEIs of one set are one set.
    """
    code = dealer.code
    imeis = command.imeis
    alone = len(imeis) == 1 and not command.problems
    named = Named()
    good = named.good
    typed = {} if sure else _completed(command)
    for number, imei in enumerate(imeis):
        unit = books.units.find(imei)
        name = imei if unit is None else unit.imei
        model = unit.model if unit is not None else (books.catalogue.model_of(imei) or command.model or "")
        if unit is None and imei in typed:
            place = command.positions[number] if command.positions else number + 1
            named.bad.append((place, Reply("bad_fourteen", {"where": where(typed[imei], place, alone)})))
            continue
        reason = Reply("bad_same") if name in good else _bad(name, unit, model, command.model, code, books)
        if reason is None and unit is not None and not nobodys(unit):
            reason = refused(unit, code)
        if reason is not None:
            doubted = imei in command.doubtful and not sure
            if apart and unit is not None and reason.key == "bad_elsewhere" and unit.state in IN_A_SHOP:
                if doubted:
                    named.doubtful.append(imei)
                elif all(name != other.imei for _, other in named.others):
                    named.others.append((imei, unit))
                continue
            position = command.positions[number] if command.positions else number + 1
            reason.values["where"] = where(imei, position, alone)
            named.bad.append((position, reason))
        elif imei in command.doubtful and not sure and (unit is None or unit.holder != code):
            named.doubtful.append(imei)
        else:
            good[name] = model, unit
    if command.problems:
        named.bad += [(problem.position, bad_imei(problem)) for problem in command.problems]
        named.bad.sort(key=lambda pair: pair[0])
    return named


def missing_digit(command: Command, actor: Actor, books: UnitBooks) -> Reply | None:
    """That an IMEI has fourteen digits, and where all fifteen are to be seen: of one that completed is no set of ours,
    so that there is nothing to ask about. None of all others."""
    for imei, typed in _completed(command).items():
        if books.units.find(imei) is None:
            return Reply("refuse_imei_length", {"token": typed, "digits": _WITHOUT_CHECK_DIGIT})
    return None


def _completed(command: Command) -> dict[str, str]:
    """The IMEIs of a command to which the check digit was added, each with its fourteen digits."""
    found = (repair.result for repair in command.repairs if repair.rule == COMPLETED)
    return {imei: imei[:_WITHOUT_CHECK_DIGIT] for imei in found}


def _bad(imei: str, unit: Unit | None, model: str, claimed: str | None, code: str, books: UnitBooks) -> Reply | None:
    """Why a shop cannot book a set whatever the verb, as a phrase without its place in the list."""
    if not model:
        return Reply("bad_model")
    if claimed is not None and claimed != model:
        return Reply("bad_mismatch", {"model": model})
    if unit is None or nobodys(unit):
        if books.trade.unknown_units == "refuse" and (unit is None or unit.origin == ORIGIN_UNKNOWN):
            return Reply("bad_unknown")
        return None
    if unit.state == SOLD:
        first = books.units.sale_of(imei)
        if first is None:
            return Reply("bad_state", {"state": Reply("unit_sold")})
        return Reply("bad_sold", {"reference": first.reference, "on": first.on})
    if unit.holder != code and unit.state not in NOBODYS:
        return Reply("bad_elsewhere")
    if unit.state in IN_A_SHOP:
        return None
    return Reply("bad_state", {"state": Reply(f"unit_{unit.state}")})


def unsaved(
    named: Named, command: Command, actor: Actor, books: UnitBooks, booked: Decision, *, letter: str
) -> Decision:
    """What was booked of a list, with the answers about the rest: the bad ones told, the doubtful ones asked."""
    if not named.bad and not named.doubtful:
        return booked
    verb = command.verb or ""
    records = booked.records
    replies = list(booked.replies)
    if named.bad:
        reasons = TruncatableList(tuple(reason for _, reason in named.bad))
        if named.good:
            known = replies[0].values
            values = {"reference": known["reference"], "count": known["count"], "dealer": known["dealer"]}
            replies[0] = Reply(f"{verb}_partial", {**values, "bad": reasons, "again": len(named.bad)})
        else:
            replies.append(Reply("none_saved", {"bad": reasons}))
    if named.doubtful:
        again = replace(command, imeis=tuple(named.doubtful), doubtful=(), positions=(), problems=())
        reference, question = ask(books, actor, [[again]], letter)
        records += tuple(question)
        values = {"imei": named.doubtful[0], "answer": answer_word(reference)}
        if len(named.doubtful) == 1:
            replies.append(Reply("imei_question", values))
        else:
            replies.append(Reply("imei_question_more", {**values, "more": len(named.doubtful) - 1}))
    return Decision(records, tuple(replies))
