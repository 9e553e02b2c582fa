"""Questions that a query answers: stock, prices, money, orders, sales, bonuses, who has not reported, help."""

from __future__ import annotations

from typing import Any

from smsgw.business.core.command import CONFIRM, Command
from smsgw.language.sentences.frames import MOODS, left_over
from smsgw.language.sentences.marks import IMEI, PLACE, REFERENCE
from smsgw.language.sentences.sentence import Sentence, command

_SHORT = 6  # marks of a text that asks with one word


def asked_for(s: Sentence) -> list[Command] | None:
    """Questions that a query answers, several in one text with several; an empty list for one without its order."""
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
    found: list[Command] = []
    if "PRICEASK" in s.cues and not s.counts and s.model is not None:
        found.append(command("price", model=s.model))
    if "OWEASK" in s.cues and ("ASKED" in s.moods or (not s.counts and s.model is None)):
        found.append(command("balance"))
    if "STATUSASK" in s.cues and (s.first(REFERENCE) is not None or (not found and s.cues & {"ORDERWORD", "ORDER"})):
        if s.order is None:
            return []
        found.append(command("order_status", order=s.order))
    if not found and _asks_for_sales(s):
        found.append(command("summary", period=s.period or "day", **_about(s, region=True)))
    elif "STOCKASK" in s.cues and _asks_for_stock(s):
        about = _about(s)
        if about or (not found and ("ALLOF" in s.cues or not left_over(s.pieces))):
            found.append(command("stock", **about))
    return found or None


def _alone(s: Sentence) -> Command | None:
    """What is asked for by itself: the last booking, who has not reported, help, the bonus."""
    cues = s.cues
    if "LASTASK" in cues:
        return command("last")
    if "LATEASK" in cues:
        if "REMINDASK" in cues:
            return command("remind", CONFIRM)
        place = s.first(PLACE)
        return command("late", region=None if place is None else place.value)
    if "HELPASK" in cues and not s.counts and "STRANGER" not in cues:
        return command("help", topic="sale" if "SOLD" in cues else None)
    if "BONUSASK" in cues and "CUSTOMER" not in cues and ("ASKED" in s.moods or len(s.marks) <= _SHORT):
        return command("bonus", model=s.model)
    return None


def _asks_for_sales(s: Sentence) -> bool:
    """Whether a text asks how much was sold."""
    asks = "SUMASK" in s.cues or ("SOLD" in s.cues and "ASKED" in s.moods and not s.moods & {"NEGATED", "WISHED"})
    return asks and not s.counts and not s.cues & {"GIVE", "RETURN", "DAMAGE"}


def _asks_for_stock(s: Sentence) -> bool:
    """Whether a text asks what there is."""
    return not s.counts and ("ASKED" in s.moods or not s.cues & {"COUNT", "NEGATED", "SOLDOUT"})


def _about(s: Sentence, *, region: bool = False) -> dict[str, Any]:
    """The model, the dealer and the region that a question names."""
    place = s.first(PLACE) if region else None
    found = {"model": s.model, "dealer": s.dealer, "region": None if place is None else place.value}
    return {name: value for name, value in found.items() if value is not None}
