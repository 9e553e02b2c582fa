"""Goods: what is counted in the pieces of a report: models with their numbers, IMEIs, zeros, totals, what is odd."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from smsgw.business.core.command import Item
from smsgw.language.sentences.frames import THINGS, Piece
from smsgw.language.sentences.marks import BREAK, COUNT, CUE, IMEI, MODEL, MONEY, NUMBER, OPEN, SERIES, Mark

_PRICE = 100  # from here on a bare number beside another, or beside an IMEI, is an amount of money

_PART_OF = frozenset(("INCLUDES", "INCLUDING", "INCL", "INCLUDE", "INCLUDED", "其中", "包括", "含", "包含"))
_MOST_OF_A_MODEL = 9999

NO_TOTAL = -1  # of goods that cannot come to what was said, whatever is counted


@dataclass(slots=True)
class Goods:
    """What is counted in some pieces: sets by model and number, sets by IMEI, and what did not come out even."""

    items: dict[str, int] = field(default_factory=dict)
    zeros: list[str] = field(default_factory=list)
    imeis: list[Mark] = field(default_factory=list)
    unnumbered: list[str] = field(default_factory=list)  # models without a quantity
    series: list[Mark] = field(default_factory=list)
    odd: list[Mark] = field(default_factory=list)  # numbers that belong to nothing
    open: list[Mark] = field(default_factory=list)
    repeated: bool = False
    doubt: bool = False
    total: int | None = None
    rivals: bool = False
    priced: bool = False  # amounts of money stood beside the numbers
    label: str | None = None  # the model of all IMEIs, as the sender says

    @property
    def unsure(self) -> bool:
        """Whether something in them was repaired or guessed, or is left over."""
        return self.doubt or self.repeated or self.rivals or bool(self.odd)

    @property
    def disagree(self) -> bool:
        """Whether they do not come to the total that was said."""
        return self.total is not None and self.total not in (self.sets, len(self.imeis) or self.sets)

    @property
    def sets(self) -> int:
        return sum(self.items.values()) + len(self.imeis)


def goods_of(all_: list[Piece]) -> Goods:
    """The goods of pieces that share an event and a day; lines with IMEIs by themselves."""
    goods = Goods()
    rows: list[list[Mark]] = []
    for piece in all_:
        marks = without_rivals(piece.marks)
        goods.rivals |= len(marks) < len(piece.marks)
        if piece.hard or not rows or any(m.kind == IMEI for m in marks) != any(m.kind == IMEI for m in rows[-1]):
            rows.append([])
        if piece.colon and marks:
            rows[-1].append(Mark(BREAK, marks[0].start, marks[0].start, ":"))
        rows[-1] += marks
    each: int | None = None
    loose: list[str] = []
    for row in _headed(rows):
        if any(m.kind == IMEI for m in row):
            _row_of_imeis(row, goods)
            continue
        each = _row_of_models(row, goods, loose) or each
    _take_lone_total(rows, goods)
    _take_labels(all_, goods, loose)
    if each is not None and goods.items and all(quantity >= _PRICE for quantity in goods.items.values()):
        loose = [*goods.items, *loose]  # a list of prices, then `one of each`
        goods.items.clear()
        goods.doubt = True
    if goods.total is not None and len(loose) == 1 and any("REST" in p.cues for p in all_):
        goods.items[loose.pop()] = goods.total - sum(goods.items.values())
        goods.doubt = True
    if len(loose) == 1 and not goods.items and not goods.imeis and each is None and _sold_for(all_):
        goods.items[loose.pop()] = 1
        goods.doubt = True
    for model in loose:
        if each is not None:
            goods.items[model] = goods.items.get(model, 0) + each
        else:
            goods.unnumbered.append(model)
    return goods


def _sold_for(all_: list[Piece]) -> bool:
    """Whether one amount of money, and no number of sets, stands beside what was sold: that is the price of one."""
    marks = [m for p in all_ for m in p.marks]
    counted = any(m.kind in (COUNT, NUMBER) for m in marks)
    return sum(m.kind == MONEY for m in marks) == 1 and not counted and any("SOLD" in m.cues for m in marks)


def _headed(rows: list[list[Mark]]) -> list[list[Mark]]:
    """The rows, each line of IMEIs alone with the model that stands alone in a line over it."""
    kinds = [[m.kind for m in row if m.kind in (*THINGS, COUNT, NUMBER)] for row in rows]
    found: list[list[Mark]] = []
    heading: list[Mark] | None = None
    for row, kind in zip(rows, kinds, strict=True):
        only_imeis = bool(kind) and set(kind) == {IMEI}
        if heading is not None and not only_imeis and (not found or heading is not found[-1]):
            heading = None
        if kind == [MODEL] and any(set(k) == {IMEI} for k in kinds if k):
            heading = row
            found.append(row)
        elif heading is not None and only_imeis:
            if found and found[-1] is heading:
                found.pop()
            found.append([m for m in heading if m.kind == MODEL] + row)
        else:
            found.append(row)
    return found


def _take_lone_total(rows: list[list[Mark]], goods: Goods) -> None:
    """A number that stands without sets and is as many as all of them is their total (`…, that's nine`)."""
    for row in rows:
        numbers = [m for m in row if m.kind in (COUNT, NUMBER)]
        if len(numbers) != 1 or any(m.kind in THINGS for m in row) or goods.total is not None:
            continue
        if numbers[0].value == goods.sets and len(goods.items) + len(goods.imeis) > 1 and numbers[0] in goods.odd:
            goods.odd.remove(numbers[0])
            goods.total = numbers[0].value


def _take_labels(all_: list[Piece], goods: Goods, loose: list[str]) -> None:
    """A model in one sentence with IMEIs (`一台A350，串号8601…`) is their label, where it counts as many sets."""
    joined = any("IMEIWORD" in p.cues for p in all_) or not any(p.hard for p in all_[1:])
    if not goods.imeis or not joined or not (goods.items or loose):
        return
    models = {*goods.items, *loose}
    if sum(goods.items.values(), len(loose) if not goods.items else 0) == len(goods.imeis):
        goods.items.clear()
        loose.clear()
        goods.doubt = True
        goods.label = models.pop() if len(models) == 1 else None
    else:
        goods.total = NO_TOTAL  # so many sets and other IMEIs: they do not agree


def without_rivals(marks: list[Mark]) -> list[Mark]:
    """The marks without other makers' sets: the name, its number, and the words of its model."""
    out: list[Mark] = []
    at = 0
    while at < len(marks):
        mark = marks[at]
        if "RIVAL" not in mark.cues:
            out.append(mark)
            at += 1
            continue
        counted = bool(out) and out[-1].kind in (COUNT, NUMBER)
        if counted:
            out.pop()
        at += 1
        while at < len(marks) and (marks[at].kind == OPEN or _glued_to_word(marks, at)):
            at += 1
        if not counted and at < len(marks) and marks[at].kind in (COUNT, NUMBER):
            at += 1
    return out


def _glued_to_word(marks: list[Mark], at: int) -> bool:
    """Whether a number is the head of an unknown word (`13C`)."""
    following = marks[at + 1] if at + 1 < len(marks) else None
    glued = following is not None and following.kind == OPEN and following.start == marks[at].end
    return glued and marks[at].kind == NUMBER


def _row_of_imeis(row: list[Mark], goods: Goods) -> None:
    """A line with IMEIs: a model beside them is a label; a number that says how many there are is no more than that."""
    models = [m for m in row if m.kind == MODEL]
    numbers = [m for m in row if m.kind in (COUNT, NUMBER)]
    imeis = [m for m in row if m.kind == IMEI]
    seen = {m.value for m in goods.imeis}
    for mark in imeis:
        if mark.value is not None and mark.value not in seen:
            goods.imeis.append(mark)
            seen.add(mark.value)
        elif mark.value is None:
            goods.odd.append(mark)
        goods.doubt |= mark.doubt
    for mark in numbers:
        follows = [m for m in row if m.start > mark.start]
        price = mark.kind == NUMBER and mark.value >= _PRICE
        if mark.value == len(imeis) or (mark.value == 1 and len(models) == len(imeis)) or price:
            continue
        if follows and follows[0].kind == IMEI and mark.value <= len(imeis):
            continue
        goods.odd.append(mark)
    goods.series += [m for m in row if m.kind == SERIES and not imeis]
    goods.open += [m for m in row if m.kind == OPEN]


def _row_of_models(row: list[Mark], goods: Goods, loose: list[str]) -> int | None:
    """A line of models with quantities before or behind them; `各两台` for all that have none."""
    each: int | None = None
    line: list[Mark] = []
    at = 0
    while at < len(row):
        mark = row[at]
        following = row[at + 1] if at + 1 < len(row) else None
        if "EACH" in mark.cues and mark.kind == CUE and _of_money(row, at):
            pass  # `$180 each`
        elif "EACH" in mark.cues and mark.kind == CUE:
            nothing = following is None or following.kind not in (COUNT, NUMBER)
            before = line[-1] if line and line[-1].kind in (COUNT, NUMBER) else None
            if nothing and before is not None and len([m for m in line if m.kind == MODEL]) != 1:
                each = line.pop().value
            elif nothing:
                if not (mark.cues & {"UNIT"}) or len(mark.value) > 4:
                    each = 1
            else:
                each = following.value if following is not None else 1
                at += 1
        elif mark.value in _PART_OF and _said_again(line, row[at + 1 :], goods) is not None:
            goods.open += row[at : at + 1]  # some of those that were counted (11 n60, includes 2 n60 reserved)
            goods.doubt = True
            break
        elif "TOTAL" in mark.cues:
            again = _said_again(line, row[at + 1 :], goods)
            total = _total(row, at)
            if again is not None:
                goods.doubt = True
                goods.total = goods.total if again else NO_TOTAL
                break
            if total is not None:
                goods.total = total.value
                at = row.index(total)
        elif mark.kind in (MODEL, COUNT, NUMBER, SERIES):
            line.append(mark)
        elif "NONE" in mark.cues and line and line[-1].kind == MODEL:
            line.append(Mark(NUMBER, mark.start, mark.end, 0))
        elif mark.kind == OPEN:
            goods.open.append(mark)
        elif (
            mark.kind == CUE
            and mark.cues == {"UNIT"}
            and following is not None
            and following.kind == MODEL
            and mark.value in ("个", "只", "台", "部")
            and (at == 0 or row[at - 1].kind not in (MODEL, SERIES, COUNT, NUMBER))
        ):
            line.append(Mark(COUNT, mark.start, mark.end, 1))
        at += 1
    _pair(line, goods, loose)
    return each


def _said_again(line: list[Mark], behind: list[Mark], goods: Goods) -> bool | None:
    """Whether what follows a word for a total is what the text has counted before, model by model (`sold 3 a350, total
    3 a350 today`); False where its numbers are others, None where it is no such list."""
    before, after = Goods(items=dict(goods.items)), Goods()
    if not goods.items and not any(m.kind == MODEL for m in line):
        return None
    if not any(m.kind == MODEL for m in behind):
        return None
    _pair(line, before, [])
    _row_of_models(behind, after, [])
    if not after.items or not after.items.keys() <= before.items.keys():
        return None
    return all(before.items[model] == quantity for model, quantity in after.items.items())


def _of_money(row: list[Mark], at: int) -> bool:
    return any(m.kind == MONEY for m in row[max(at - 1, 0) : at + 2])


def _total(row: list[Mark], at: int) -> Mark | None:
    """The number that a word for a total at a place of a line says; None where a model follows (`共卖8台A350`)."""
    for place, mark in enumerate(row[at + 1 : at + 4], at + 1):
        if mark.kind == MODEL:
            return None
        if mark.kind in (COUNT, NUMBER):
            following = row[place + 1] if place + 1 < len(row) else None
            return None if following is not None and following.kind in (MODEL, SERIES) else mark
    return None


def _pair(line: list[Mark], goods: Goods, loose: list[str]) -> None:
    counted = len(line)
    line = _without_prices(line)
    goods.priced |= len(line) < counted
    goods.doubt |= any(m.doubt for m in line)
    before = line and line[0].kind in (COUNT, NUMBER) and line[-1].kind in (MODEL, SERIES)
    pending: Mark | None = None
    models = [m for m in line if m.kind == MODEL]
    if (
        len(models) > 1
        and not any(m.kind in (COUNT, NUMBER) for m in line)
        and len({m.value for m in models}) < len(models)
    ):
        goods.repeated = True
        for mark in models:
            goods.items[mark.value] = goods.items.get(mark.value, 0) + 1
        return
    for mark in line:
        if mark.kind in (COUNT, NUMBER):
            if not before and pending is not None:
                _put(pending, mark.value, goods)
                pending = None
            elif before and pending is None:
                pending = mark
            else:
                goods.odd.append(mark)
        elif before:
            if pending is not None:
                _put(mark, pending.value, goods)
                pending = None
            else:
                _lone(mark, goods, loose)
        else:
            if pending is not None:
                _lone(pending, goods, loose)
            pending = mark
    if pending is not None:
        if pending.kind in (MODEL, SERIES):
            _lone(pending, goods, loose)
        else:
            goods.odd.append(pending)


def _without_prices(line: list[Mark]) -> list[Mark]:
    """A line without amounts: a large bare number beside another number of the same model."""
    out: list[Mark] = []
    for at, mark in enumerate(line):
        neighbours = [line[i] for i in (at - 1, at + 1) if 0 <= i < len(line)]
        beside = any(n.kind in (COUNT, NUMBER) and n.value < _PRICE for n in neighbours)
        # `2 A350 8999`: each model has its number before it
        behind = at > 1 and line[at - 1].kind == MODEL and line[at - 2].kind in (COUNT, NUMBER) and at + 1 == len(line)
        if mark.kind == NUMBER and mark.value >= _PRICE and (beside or behind):
            continue
        if mark.kind == COUNT and mark.value >= _PRICE and at and line[at - 1].kind == NUMBER:
            continue  # `2 x 8999`
        out.append(mark)
    return out


def _lone(mark: Mark, goods: Goods, loose: list[str]) -> None:
    if mark.kind == MODEL:
        loose.append(mark.value)
    else:
        goods.series.append(mark)


def _put(mark: Mark, quantity: int, goods: Goods) -> None:
    if mark.kind == SERIES:
        if len(mark.value) == 1:
            goods.items[mark.value[0]] = goods.items.get(mark.value[0], 0) + quantity
            goods.doubt = True
        else:
            goods.series.append(mark)
    elif quantity == 0:
        goods.zeros.append(mark.value)
    else:
        goods.items[mark.value] = goods.items.get(mark.value, 0) + quantity


def parts_of(goods: Goods) -> list[dict[str, Any]]:
    """The fields of a booking of sets by IMEI, and of one of sets by number."""
    found: list[dict[str, Any]] = []
    if goods.imeis:
        found.append(
            {
                "imeis": tuple(m.value for m in goods.imeis),
                "positions": tuple(range(1, len(goods.imeis) + 1)),
                "doubtful": tuple(m.value for m in goods.imeis if m.doubt),
            }
        )
    if goods.items:
        found.append({"items": tuple(Item(model, quantity) for model, quantity in goods.items.items())})
    return found


def totals_of(group: list[Piece]) -> list[Mark]:
    """The totals that are said, each with its word (`Total 6`)."""
    found: list[Mark] = []
    marks = [mark for piece in group for mark in piece.marks]
    for at, mark in enumerate(marks):
        number = next((m for m in marks[at + 1 : at + 4] if m.kind in (COUNT, NUMBER)), None)
        if "TOTAL" in mark.cues and number is not None:
            found.append(Mark(OPEN, mark.start, number.end))
    return found


def countable(goods: Goods) -> bool:
    """Whether each model has its number, each number its model, all come to the total, and may be so many sets."""
    even = not goods.series and not goods.unnumbered and not any(m.kind in (COUNT, NUMBER) for m in goods.odd)
    return even and not goods.disagree and all(0 <= quantity <= _MOST_OF_A_MODEL for quantity in goods.items.values())
