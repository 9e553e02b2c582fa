"""Questions that a query answers: stock, prices, money, orders, sales, bonuses, models, who has not reported, help.

What is asked for is found by kind: words that are of one thing alone (`库存`, `owe`), and words of asking beside what
they are about (`how many` and a model; `when` and an order). Two questions in a text are two queries, in its order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from smsgw.business.core.command import CONFIRM, REJECTED, Bare, Command, Problem
from smsgw.language.sentences.frames import MOODS, Piece, left_over
from smsgw.language.sentences.marks import (
    BREAK,
    COUNT,
    DAY,
    DEALER,
    IMEI,
    MODEL,
    MONEY,
    NUMBER,
    OPEN,
    PLACE,
    REFERENCE,
    SERIES,
    STOP,
    Mark,
)
from smsgw.language.sentences.sentence import Sentence, command

_SHORT = 6  # marks of a text that asks with one word
_MOST_OPEN = 8  # unknown words of a text that is still a question to us
_MOST_MODELS = 3  # that one question asks about
_UNSAID = MOODS - {"ASKED"}
# What tells of something that is no question, however it is asked.
_TOLD = frozenset(("DAMAGE", "LOSS", "RETURN", "GIVE", "PROTECT", "PAID", "REJECTASK", "PERSONASK"))
_BOOKED = frozenset(("SOLD", "ORDER", "RECEIVE", "COUNT"))
_WHAT_IF = ("WHAT HAPPENS IF", "WHAT IF I SEND", "会怎样", "会怎么样")
_LEAST_PRICE = 100
_OF_OTHERS = frozenset(("SOLD", "ORDER", "OWEASK", "STATUSASK", "PRICEASK"))
_STOCK_ITSELF = ("STOCK", "STK", "INVENTORY", "KUCUN", "库存")
_MYSELF = ("ME", "US", "我", "我们")  # who asks us to remind them
_SHOPS = (
    "SHOPS",
    "SHOP",
    "STORES",
    "STORE",
    "DEALERS",
    "DEALER",
    "THOSE",
    "THEM",
    "WHO",
    "OUTLETS",
    "门店",
    "经销商",
    "他们",
)
_TO_COME = frozenset(("WHENASK", "WHEREASK", "WAYWORD"))


def asked_for(s: Sentence) -> list[Command] | None:
    """The questions of a text that a query answers, one or several; an empty list for one without its order."""
    told = any("SOLD" in p.cues and p.things and not p.moods & MOODS for p in s.pieces)
    if told and (s.counts or "PRICEASK" not in s.cues):
        return None
    imeis = [m for m in s.marks if m.kind == IMEI]
    if len(imeis) == 1 and imeis[0].value is not None:
        asks = "TRACEASK" in s.cues or ("ASKED" in s.moods and not s.cues & {"DAMAGE", "RETURN", "GIVE"})
        return [command("imei", imei=imeis[0].value)] if asks else None
    alone = _alone(s)
    if alone is not None:
        return [alone]
    if len(left_over(s.pieces)) > _MOST_OPEN:
        return None
    found: list[tuple[int, Command]] = []
    for kind in (_prices, _balance, _orders, _sales, _stock):
        found += kind(s, {c.verb for _, c in found})
    return [asked for _, asked in sorted(found, key=lambda pair: pair[0])] or None


def asked_beside(s: Sentence) -> list[Command]:
    """What is asked beside a report: the stock or the price of sets that a piece names, or the stock of those sold."""
    found: list[Command] = []
    sold = [m.value for p in s.pieces if not p.asks_for_itself for m in p.things if m.kind == MODEL]
    for piece in s.pieces:
        if piece.asks_for_itself:
            verb = "price" if "PRICEASK" in piece.cues else "stock"
            found += [command(verb, **_at(s, model=m.value)) for m in piece.things if m.kind == MODEL]
        elif piece.only_asks:
            found.append(command("stock", **_at(s, model=sold[0] if len(set(sold)) == 1 else None)))
    return found[:_MOST_MODELS]


def _alone(s: Sentence) -> Command | None:
    """What is asked for by itself: the last booking, who has not reported, help, the models, the bonus."""
    cues = s.cues
    if "LASTASK" in cues:
        return command("last")
    reminded = _reminded(s)
    if reminded is not None:
        return reminded
    if _asks_who_is_late(s):
        place = s.first(PLACE)
        return command("late", region=None if place is None else place.value)
    if "HELPASK" in cues and not s.counts and not cues & {"STRANGER", "PERSONASK"}:
        return command("help", topic=_topic(s))
    if "CODEASK" in cues and s.model is not None and not s.counts:
        return command("codes", text=s.model)
    if "MODELASK" in cues and not s.counts and s.model is None and not cues & (_TOLD | {"SUMASK"}):
        return command("codes")
    if (
        "BONUSASK" in cues
        and "CUSTOMER" not in cues
        and ("ASKED" in s.moods or "NEGATED" in s.moods or len(s.marks) <= _SHORT)
    ):
        if "NEGATED" in s.moods and not s.names_goods and not _ends_in_a_question(s):
            return command("feedback", CONFIRM, text=s.typed)  # it has not been paid: somebody is to see to it
        return command("bonus", model=s.model)
    return None


def _ends_in_a_question(s: Sentence) -> bool:
    """Whether a clause asks by the word for not behind it (`提成算出来没`), or anything else does."""
    behind = [*(m.start for m in s.marks[1:]), -1]
    return "ASKED" in s.moods or any(
        m.value in ("没", "未") and m.end != at for m, at in zip(s.marks, behind, strict=True)
    )


def _reminded(s: Sentence) -> Command | None:
    """A reminder for the late shops of a region, for shops by their codes, or for all: where a word may be the name of
    another region it is never all of them, and how it is sent is told instead."""
    asks = next((m for m in s.marks if "REMINDASK" in m.cues), None)
    if asks is None or s.names_goods or s.counts or "STOPASK" in s.cues or "UNWANTED" in s.cues:
        return None
    first = asks is next((m for m in s.marks if m.kind != BREAK and "POLITE" not in m.cues), None)
    of_reports = (
        (first and "ALLOF" in s.cues)
        or s.cues & {"REPORTED", "LATEWORD", "LATEASK"}
        or any("REPORTED" in str(m.value) for m in s.marks)
    )
    following = next((m for m in s.marks if m.start >= asks.end), None)
    if not of_reports or (following is not None and following.value in _MYSELF):
        return None
    places = list(dict.fromkeys(str(m.value) for m in s.marks if m.kind == PLACE))
    shops = tuple(dict.fromkeys(str(m.value) for m in s.marks if m.kind == DEALER))
    strange = any(m.kind == OPEN and m.value not in _SHOPS for m in s.marks)
    if len(places) > 1 or (places and shops) or (strange and not places and not shops):
        return command("help", topic="remind")
    return command("remind", CONFIRM, region=places[0] if places else None, dealers=shops)


def _topic(s: Sentence) -> str | None:
    """What a question how to do something is about."""
    if any(m.value in _WHAT_IF for m in s.marks):
        return "undo"
    if "RETURN" in s.cues and s.names_goods:
        return "return"
    if s.cues & {"NOTHING", "NONE"} and s.cues & {"REPORTED", "HELPASK"} and not s.names_goods:
        return "nil"
    if any("HELPASK" in m.cues and ("报" in m.value or "REPORT" in m.value) for m in s.marks):
        return "sale"
    about = (
        ("OPTOUT", "stop"),
        ("UNDOWORD", "undo"),
        ("NOTHING", "nil"),
        ("STOCKASK", "stock"),
        ("COUNT", "count"),
        ("PRICEASK", "price"),
        ("OWEASK", "balance"),
        ("RETURN", "return"),
        ("ORDER", "order"),
        ("SOLD", "sale"),
    )
    return next((verb for cue, verb in about if cue in s.cues), None)


def _asks_who_is_late(s: Sentence) -> bool:
    """Whether a text asks who has not reported: in one word, or by who, a report, and that there is none."""
    cues = s.cues
    if s.names_goods or s.counts:
        return False
    if "LATEASK" in cues:
        return True
    none = "NEGATED" in s.moods or cues & {"LATEWORD", "MANYASK"}
    return ("WHOASK" in cues and none and "REPORTED" in cues) or (
        "WHOASK" in cues and "LATEWORD" in cues and len(s.marks) <= _SHORT
    )


Found = list[tuple[int, Command]]


def _prices(s: Sentence, asked: Iterable[str | None]) -> Found:
    """What models cost: the one that the question names, or each of a few."""
    if _asks_whether_it_costs(s):
        return [(0, command("price", **_at(s, model=s.model)))]
    if "PRICEASK" not in s.cues or s.counts or s.cues & _TOLD:
        return []
    series = [m for m in s.marks if m.kind == SERIES]
    if len(series) == 1 and s.model is None and len(series[0].value) <= _MOST_MODELS:
        return [(series[0].start, command("price", **_at(s, model=code))) for code in series[0].value]
    return [(m.start, command("price", **_at(s, model=m.value))) for m in _models(s)]


def _asks_whether_it_costs(s: Sentence) -> bool:
    """Whether a text asks of one model and one amount whether that is its price (`the gl7 is 2499 right?`)."""
    amounts = [m for m in s.marks if m.kind in (MONEY, NUMBER, COUNT)]
    if s.model is None or len(amounts) != 1 or amounts[0].kind == COUNT or s.cues & (_TOLD | _BOOKED):
        return False
    amount = amounts[0].kind == MONEY or amounts[0].value >= _LEAST_PRICE
    asked = "ASKED" in s.moods or any(m.kind == STOP and m.value == "?" for m in s.marks)
    return amount and (asked or bool(s.cues & {"TAGASK"}))


def _balance(s: Sentence, asked: Iterable[str | None]) -> Found:
    """What is owed, and what may still be ordered."""
    at = _first(s, "OWEASK")
    if "PERSONASK" in s.cues and "ASKED" not in s.moods:
        return []
    others = any(c.endswith("ASK") and c != "OWEASK" for c in s.cues)
    if at is None or not ("ASKED" in s.moods or (not s.counts and (s.model is None or others))):
        return []
    return [(at.start, command("statement" if "STATEMENTASK" in s.cues else "balance", **_at(s)))]


def _orders(s: Sentence, asked: Iterable[str | None]) -> Found:
    """How far an order is: by a word for it, by when or where beside it, or by its number in a question."""
    reference = s.first(REFERENCE)
    named = reference is not None and reference.value[0] == "O"
    order = _first(s, "ORDERWORD")
    word = _first(s, "STATUSASK")
    decided = "APPROVEASK" in s.cues and "ASKED" in s.moods and (named or order is not None)
    others = s.cues & {"APPROVEASK", "REJECTASK", "DAMAGE", "LOSS", "OWEASK"}
    if others and not (word or decided or _first(s, "WHENASK")):
        return []
    if [m.cues & {"ORDER", "STATUSASK"} for m in s.marks] == [{"ORDER"}, {"STATUSASK"}]:
        return []  # ORDER and a word of it: the terse grammar's
    named |= s.order is not None and not s.names_goods
    about = named or order is not None or ("ORDER" in s.cues and "ASKED" in s.moods)
    if word is None and about and "ASKED" in s.moods:
        word = _first(s, *_TO_COME) or reference or (order if _only_asks(s) else None)
    if s.counts and s.names_goods and not named and order is None:
        return []  # when it comes i want 5: no order is asked about
    if word is None or not (named or about or (not asked and not s.names_goods)):
        return []
    if "ASKED" not in s.moods and s.moods & {"NEGATED"} and named:
        return []  # O1001 still not here: somebody is to see to it
    fields = {"order": s.order} if s.order is not None else _at(s)
    return [(word.start, command("order_status", **fields))]


def _only_asks(s: Sentence) -> bool:
    """Whether a text is a question and names nothing but what it asks about."""
    return not s.counts and not s.names_goods and not s.cues & (_TOLD | {"STOCKASK", "SUMASK", "PRICEASK", "SOLD"})


def _sales(s: Sentence, asked: Iterable[str | None]) -> Found:
    """How much was sold, or who sold most."""
    at = _first(s, "SUMASK", "RANKASK")
    if at is None and "ASKED" in s.moods and not s.moods & {"NEGATED", "WISHED"}:
        at = _first(s, "SOLD")
    if at is not None and at.value == "S":
        at = None  # what's
    if at is None and s.dealer is not None and not s.names_goods and not left_over(s.pieces):
        at = _first(s, "SOLD")
    if at is None and s.dealer is not None and "ASKED" in s.moods and not s.names_goods:
        at = _first(s, "REPORTED")
    if at is None and "TOTAL" in s.cues and s.period is not None and not s.names_goods:
        at = _first(s, "TOTAL")
    if at is None or asked or s.cues & {"GIVE", "RETURN", "DAMAGE"} or (s.counts and not _asks_of_a_period(s)):
        return []
    return [(at.start, _of_a_day(s) or command("summary", period=_period(s), **_about(s, region=True)))]


def _asks_of_a_period(s: Sentence) -> bool:
    """Whether a number beside a question about sales is of the ranking, or of what is asked to be so (`…, right?`)."""
    return "RANKASK" in s.cues or ("TAGASK" in s.cues and s.period in ("week", "month"))


def _period(s: Sentence) -> str:
    """The period of a question about sales: the one that it names; who or what sells best is asked of a month."""
    return s.period or ("month" if "RANKASK" in s.cues else "day")


def _of_a_day(s: Sentence) -> Command | None:
    """The sales of one day that is over; refused where the day is not known, or is none yet. None of any other time."""
    days = [m for m in s.marks if m.kind == DAY]
    found = {m.value.day for m in days}
    about = _about(s, region=True)
    if found == {s.today} or (not days and s.period is not None):
        return None
    if len(found) == 1 and days[0].value.day is not None and days[0].value.day < s.today:
        return command("summary", on=days[0].value.day, **about)
    pairs = zip(s.marks, s.marks[1:], strict=False)
    strange = next((m for before, m in pairs if before.value == "ON" and m.kind == OPEN), None) if not days else days[0]
    if strange is None:
        return None
    problem = Problem("unknown_word", s.page.typed(strange.start, strange.end), 1, ("date",))
    return Command("summary", REJECTED, problems=(problem,), **about)


def _stock(s: Sentence, asked: Iterable[str | None]) -> Found:
    """What there is: by a word for it, or how many and whether there are any of a model."""
    coming = _first(s, "STATUSASK") or (_first(s, "WHENASK") if s.cues & {"WAYWORD", "RECEIVE", "FUTURE"} else None)
    if coming is not None and not asked and not s.counts and not s.cues & (_TOLD | _OF_OTHERS - {"STATUSASK"}):
        return [(coming.start, command("stock", **_at(s, model=m.value))) for m in _models(s)]  # and what is on its way
    if "summary" in asked or s.counts or s.moods & (_UNSAID - {"NEGATED"}) or s.cues & _TOLD:
        return []
    at = _first(s, "STOCKASK")
    models = _models(s)
    if at is None:
        about = frozenset(("MANYASK", "HAVEWORD", "COUNT"))
        asks = _piece(s, lambda p: bool(p.cues & about) and not p.cues & _OF_OTHERS)
        if "ASKED" not in s.moods or (asks is None and not (models and "有" in s.typed and not s.cues & _OF_OTHERS)):
            return []
        if (asks is not None and not ("HAVEWORD" in asks.cues or models)) or (asked and not s.cues & {"HAVEWORD"}):
            return []
        at = (asks or s.pieces[0]).marks[0]
    elif not ("ASKED" in s.moods or not s.cues & {"COUNT", "NEGATED", "SOLDOUT"}):
        return []
    if models:
        return [(max(at.start, m.start), command("stock", **_at(s, model=m.value))) for m in models]
    named = any(word in at.value for word in _STOCK_ITSELF)
    if s.names_goods or (set(asked) - {"price"} and not named):
        return []  # how much credit there is left, whether the order has left
    # A word alone may be another's: the text must say nothing else.
    ours = any("HAVEWORD" in m.cues and "MANYASK" not in m.cues for m in s.marks)
    known = s.dealer or "ALLOF" in s.cues or ours or asked
    said = [p for p in s.pieces if p.events and p.events != ["COUNT"]]
    unknown = left_over(s.pieces)
    short = len(s.marks) <= _SHORT and not said and not any(c.isdigit() for m in unknown for c in str(m.value))
    plain = known or len(unknown) <= short
    return [(at.start, command("stock", **_at(s)))] if plain else []


# ---- what a question names


def _first(s: Sentence, *cues: str) -> Mark | None:
    """The first mark of one of some classes."""
    return next((m for m in s.marks if m.cues & set(cues)), None)


def _piece(s: Sentence, fits: Callable[[Piece], bool]) -> Piece | None:
    return next((p for p in s.pieces if fits(p)), None)


def _models(s: Sentence) -> list[Mark]:
    """The models that a text names, each once; none where there are more than a question is about."""
    found = {m.value: m for m in reversed(s.marks) if m.kind == MODEL}
    return sorted(found.values(), key=lambda m: m.start) if len(found) <= _MOST_MODELS else []


def _at(s: Sentence, **fields: Any) -> dict[str, Any]:
    """Fields with the dealer that a question names."""
    if s.dealer is None:
        return {**fields, "bare": _theirs(s)}
    return {**fields, "dealer": s.dealer}


def _theirs(s: Sentence) -> Bare | None:
    """What a question says of a shop by a pronoun alone."""
    return Bare(theirs=True) if s.dealer is None and "THEY" in s.cues else None


def _about(s: Sentence, *, region: bool = False) -> dict[str, Any]:
    """The model, the dealer and the region that a question names."""
    place = s.first(PLACE) if region else None
    found = {"bare": _theirs(s), "model": s.model, "dealer": s.dealer, "region": None if place is None else place.value}
    return {name: value for name, value in found.items() if value is not None}
