"""Sets told otherwise than by model and number: by the end of an IMEI, by where they lie, by who took them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from smsgw.business.core.command import CONFIRM, REJECTED, Command, Item, Problem
from smsgw.language.sentences.events import NOT_SO
from smsgw.language.sentences.frames import Piece
from smsgw.language.sentences.goods import Goods, countable, goods_of
from smsgw.language.sentences.marks import COUNT, CUE, DEALER, IMEI, MODEL, NUMBER, OPEN, REFERENCE, SERIES, STOP, Mark
from smsgw.language.sentences.reports import BOOKED, reports
from smsgw.language.sentences.sentence import Sentence, command

# What is told of one set by the end of its IMEI, and how many digits that may be.
_OF_A_SET = {"SOLD": "sale", "RETURN": "return"}
_TAILS = range(4, 7)
_MOST_OF_A_MODEL = 999  # that lie in one place of a shop
_TROUBLE = frozenset(("PERSONASK", "DAMAGE", "LOSS", "SHORT", "RETURN", "SOLD", "GIVE", "HELPASK"))


def by_last_digits(s: Sentence) -> list[Command] | None:
    """A set told by the end of its IMEI (`sold the n60 ending 2234`, `尾号2234的卖了`): offered by its whole IMEI,
    where the shop holds one such."""
    if "TAIL" not in s.cues:
        return None
    tails = [str(m.value) for m in s.marks if m.kind == OPEN and str(m.value).isdecimal()]
    events = {e for p in s.pieces for e in p.events}
    verb = _OF_A_SET.get(events.pop()) if len(events) == 1 else None
    if len(tails) != 1 or verb is None or s.moods & NOT_SO or _is_asked(s):
        return None
    counted = any(m.kind in (COUNT, NUMBER) and m.value != 1 for m in s.marks)
    if counted or any(m.kind == IMEI for m in s.marks) or len(tails[0]) not in _TAILS:
        return None
    return [Command(verb, REJECTED, problems=(Problem("bad_imei", tails[0], 1, ("imei",), None, "length"),))]


def _is_asked(s: Sentence) -> bool:
    return any(m.kind == STOP and m.value == "?" for m in s.marks)


def by_place(s: Sentence) -> list[Command] | None:
    """What lies in several places of a shop (`a350在架3台 仓库2台`, `shelf 4 store 3 c150`): a count of all, asked."""
    places = sum(["KEPT" in m.cues for m in s.marks]) if "KEPT" in s.cues else 0
    if places < 2:
        return None
    events = {e for p in s.pieces for e in p.events}
    if events - {"COUNT"} or s.moods or _is_asked(s) or s.cues & {"CUSTOMER", "VISIT"}:
        return None
    if any(m.kind in (SERIES, IMEI, REFERENCE) for m in s.marks):
        return None
    numbers = [m.value for m in s.marks if m.kind in (COUNT, NUMBER)]
    if s.model is not None and len(numbers) == places and all(n <= _MOST_OF_A_MODEL for n in numbers):
        return [command("count", CONFIRM, items=(Item(s.model, sum(numbers)),), **_shop(s))]
    goods = goods_of(s.pieces)
    if s.model is not None or not goods.items or goods.imeis or goods.odd or not countable(goods):
        return None
    items = tuple(Item(model, n) for model, n in goods.items.items())
    return [command("count", CONFIRM, items=items, **_shop(s))]


def against_the_book(s: Sentence) -> list[Command] | None:
    """What there is beside what the book says (`你们账上l20 3台 我这只有2台`): a count of what there is, asked."""
    if "BOOKSAYS" not in s.cues:
        return None
    says = [m for m in s.marks if "BOOKSAYS" in m.cues]
    numbers = [m for m in s.marks if m.kind in (COUNT, NUMBER)]
    if len(says) != 1 or len(numbers) != 2 or s.model is None or s.cues & {"SOLD", "ORDER", "RETURN", "LOSS", "DAMAGE"}:
        return None
    behind = next((m for m in numbers if m.start > says[0].start), None)
    if behind is None:
        return None
    there = next(m for m in numbers if m is not behind)
    return [command("count", CONFIRM, items=(Item(s.model, there.value),), **_shop(s))]


def _shop(s: Sentence) -> dict[str, Any]:
    return {} if s.dealer is None else {"dealer": s.dealer}


def taken_by_a_shop(s: Sentence) -> list[Command] | None:
    """Sets that another shop fetched (`Harbour Phones took 3 of my 3310`): handed to it, asked."""
    if "TOOK" not in s.cues:
        return None
    at = next((i for i, m in enumerate(s.marks) if m.kind == DEALER), None)
    if at is None or sum(m.kind == DEALER for m in s.marks) > 1 or s.moods & NOT_SO or _is_asked(s):
        return None
    took = any("TOOK" in m.cues for m in s.marks[at + 1 :])
    goods = goods_of(s.pieces)
    if not took or s.cues & {"CUSTOMER", "RETURN", "ORDER"} or _whole(goods) is None:
        return None
    return [command("give", CONFIRM, dealer=s.dealer, **(_whole(goods) or {}))]


def _whole(goods: Goods) -> dict[str, Any] | None:
    """The fields of sets by IMEI or by number; None of both together, of neither, and where they are not even."""
    if bool(goods.imeis) == bool(goods.items) or goods.odd or not countable(goods):
        return None
    if goods.imeis:
        return {"imeis": tuple(m.value for m in goods.imeis)}
    return {"items": tuple(Item(model, n) for model, n in goods.items.items())}


def from_another_shop(s: Sentence) -> list[Command] | None:
    """Sets that came from another shop, or are wanted of one (`can D1010 give me a gl7?`): it is the other shop that
    hands them over, so a person is asked to see to it."""
    if not s.cues & {"GIVENUS", "GIVE", "BORROWED"} or not any(m.kind in (MODEL, SERIES, IMEI) for m in s.marks):
        return None
    dealer = next((i for i, m in enumerate(s.marks) if m.kind == DEALER), None)
    asked = "ASKED" in s.moods or _is_asked(s)
    if "GIVENUS" in s.cues and (dealer is not None or asked):
        return [command("feedback", CONFIRM, text=s.typed)]
    led = any(
        "FROM" in before.cues and (m.kind == DEALER or (m.kind == OPEN and not m.cues))
        for before, m in zip(s.marks, s.marks[1:], strict=False)
    )
    one = len({m.value for m in s.marks if m.kind == DEALER}) < 2
    if led and s.cues & {"GIVE", "BORROWED"} and not s.cues & {"SOLD", "ORDER"} and one:
        return [command("feedback", CONFIRM, text=s.typed)]
    return None


def registered(s: Sentence) -> list[Command] | None:
    """Sets that came and are to be taken in (`新到的机器8601…录进去`): registered, asked."""
    if "TAKEIN" not in s.cues:
        return None
    sets = [m for m in s.marks if m.kind == IMEI]
    imeis = tuple(str(m.value) for m in sets)
    if any(m.doubt or m.value is None for m in sets) or not any(
        m.kind in (CUE, OPEN) and "TAKEIN" not in m.cues for m in s.marks
    ):
        return None  # no more than the verb and IMEIs: the terse grammar's
    said = [p for p in s.pieces if "TAKEIN" in p.cues]
    if not imeis or not said or _is_asked(s) or s.moods & (NOT_SO - {"NEGATED"}):
        return None
    if any(_denied_before(p, "TAKEIN") for p in said):
        return None
    if s.cues & {"SOLD", "RETURN", "GIVE", "DAMAGE", "LOSS", "ORDER"} or s.counts:
        return None
    return [command("register", CONFIRM, imeis=imeis, positions=tuple(range(1, len(imeis) + 1)))]


def _denied_before(piece: Piece, cue: str) -> bool:
    """Whether a piece denies what a word of it asks for (`dont register it`)."""
    at = next(i for i, m in enumerate(piece.marks) if cue in m.cues)
    return any(m.cues & {"NEGATED", "NOTDO"} for m in piece.marks[:at])


def goods_came(s: Sentence) -> list[Command] | None:
    """That the goods came (`货收到，数目对`, `parcel arrived, all ok`), without saying which: asked."""
    if "RECEIVE" not in s.cues or "GOODSWORD" not in s.cues or s.names_goods or s.counts:
        return None
    if s.moods & NOT_SO or s.cues & _TROUBLE or _is_asked(s) or s.first(REFERENCE) is not None:
        return None
    return [command("receive", CONFIRM, **_shop(s))]


def of_several_shops(s: Sentence) -> list[Command] | None:
    """The reports of several shops in one text (`Harbour 2 a350 sold, Sunny 3 b200`): each asked with its own shop."""
    if len({m.value for m in s.marks if m.kind == DEALER}) < 2:
        return None
    parts = _by_shop(s.pieces)
    if len(parts) < 2 or len({str(dealer.value) for dealer, _ in parts}) < len(parts) or s.moods & NOT_SO:
        return None
    told = next((m for m in s.marks if m.cues & BOOKED.keys() and "ORDER" not in m.cues), None)
    found: list[Command] = []
    for _, pieces in parts:
        if told is not None and not any(p.events for p in pieces):
            pieces[-1].add(Mark(told.kind, told.start, told.end, told.value, told.cues, told.doubt))
        marks = [m for p in pieces for m in p.marks]
        said = reports(Sentence(pieces, marks, s.page, s.today, s.back_days))
        if not said or any(c.dealer is None for c in said):
            return []
        found += said
    return [replace(c, outcome=CONFIRM) for c in found]


def _by_shop(all_: list[Piece]) -> list[tuple[Mark, list[Piece]]]:
    """The pieces cut where one begins with a shop; none where a shop stands elsewhere, or nothing leads them in."""
    found: list[tuple[Mark, list[Piece]]] = []
    for piece in all_:
        dealers = [m for m in piece.marks if m.kind == DEALER]
        first = next((m for m in piece.marks if m.cues.isdisjoint(("FILL", "POLITE"))), None)
        if len(dealers) > 1 or (dealers and dealers[0] is not first):
            return []
        if dealers:
            found.append((dealers[0], []))
        if not found:
            if piece.things or any(m.kind in (COUNT, NUMBER) for m in piece.marks):
                return []
            continue
        found[-1][1].append(piece)
    return found
