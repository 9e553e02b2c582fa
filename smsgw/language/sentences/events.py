"""What is said of other things than a report: consent, orders decided, sets that came back, corrections, complaints."""

from __future__ import annotations

from typing import Any

from smsgw.business.core.command import ACCEPTED, CONFIRM, Command, Item
from smsgw.language.sentences.denials import references_meant
from smsgw.language.sentences.frames import left_over
from smsgw.language.sentences.goods import goods_of
from smsgw.language.sentences.marks import BREAK, DEALER, PLACE, REFERENCE, STOP
from smsgw.language.sentences.sentence import Sentence, command

# What is said so did not happen, or not yet, or is no more than heard.
NOT_SO = frozenset(("NEGATED", "ASKED", "WISHED", "FUTURE", "HEARD", "CORRECTED", "WITHDRAWN", "ROUGHLY"))
_REASON = 60  # characters of a reason that are kept
_BECAUSE = ("because", "as ", "since", "因为")
_TO_ARRIVE = frozenset(("RECEIVE", "STATUSASK", "WAYWORD"))
_FEWEST = 2  # marks of a text that tells of damage: what is broken, and that it is
_CANCELS = ("CANCEL", "取消", "不要了")


def words_of_consent(s: Sentence) -> list[Command] | None:
    """Asking us to stop or to start again, or for another language: a question, and nothing where it is denied."""
    if s.names_goods:
        return None
    if "STARTASK" not in s.cues and _wants_no_more(s):
        return [command("stop", CONFIRM)]
    if s.cues & {"STARTASK", "STOPASK"}:
        denied = any("NEGATED" in m.cues and not m.cues & {"STARTASK", "STOPASK"} for m in s.marks)
        if s.cues & {"DAMAGE", "LOSS", "PERSONASK"}:
            return None  # stop sending me broken phones
        if denied or {"STARTASK", "STOPASK"} <= s.cues:
            return []
        said = [m for m in s.marks if m.kind not in (BREAK, STOP) and "POLITE" not in m.cues]
        alone = len(said) == 1  # STOPALL, as carriers know it
        return [command("start" if "STARTASK" in s.cues else "stop", ACCEPTED if alone else CONFIRM)]
    if "LANGASK" in s.cues and "SOLD" not in s.cues:
        chinese = any("\u4e00" <= c <= "\u9fff" for c in s.typed) or "CHINESE" in s.typed.upper()
        return [command("language", CONFIRM, language="zh" if chinese else "en")]
    return None


def _wants_no_more(s: Sentence) -> bool:
    """Whether a text says that our messages are not wanted (`不想再收短信`): not wanting before what comes of us."""
    at = next((m.start for m in s.marks if "UNWANTED" in m.cues), None)
    told = s.counts or s.dealer is not None or s.first(REFERENCE) is not None
    return at is not None and not told and any("OURTEXTS" in m.cues and m.start >= at for m in s.marks)


def told_to_all(s: Sentence) -> list[Command] | None:
    """A message for the shops of a region, or all (`tell all EAST shops: …`): asked, with what the colon leads in."""
    place = s.first(PLACE)
    if "TELLALL" not in s.cues or ":" not in s.typed.replace("：", ":"):
        return None
    text = s.typed.replace("：", ":").split(":", 1)[1].strip()
    if not text:
        return None
    return [command("broadcast", CONFIRM, group=place.value if place is not None else "ALL", text=text)]


def orders_decided(s: Sentence) -> list[Command] | None:
    """An order named: approved, rejected, cancelled. Why is told as it was typed."""
    if s.order is None or s.names_goods:
        return None
    if "REJECTASK" in s.cues:
        return [command("reject", CONFIRM, order=s.order, reason=_after_reference(s) or None)]
    if "APPROVEASK" in s.cues and not s.moods & {"NEGATED", "ASKED", "WISHED", "FUTURE"}:
        return [command("approve", CONFIRM, order=s.order)]
    if any(word in s.typed.upper() for word in _CANCELS) and "ASKED" not in s.moods:
        return [command("cancel", CONFIRM, order=s.order)]
    return None


def _after_reference(s: Sentence) -> str:
    mark = s.first(REFERENCE)
    words = s.page.text[mark.end :].strip(" ,.:;，。\n") if mark is not None else ""
    lead = next((lead for lead in _BECAUSE if words.lower().startswith(lead)), "")
    return words[len(lead) :].strip()[:_REASON]


def received(s: Sentence) -> list[Command] | None:
    """A transfer or a claim that reached the shop, by its reference."""
    reference = next((m.value for m in s.marks if m.kind == REFERENCE and m.value[0] in "TX"), None)
    if reference is None or "RECEIVE" not in s.cues or s.names_goods:
        return None
    if s.moods & NOT_SO:
        return None
    return [command("receive", CONFIRM, reference=reference)]


def came_back(s: Sentence) -> list[Command] | None:
    """Sets that a customer brought back."""
    said = [p.own_moods for p in s.pieces if "RETURN" in p.cues]
    if not said or any(moods & NOT_SO for moods in said) or s.moods & (NOT_SO - {"NEGATED"}):
        return None
    reference = s.first(REFERENCE)
    goods = goods_of(s.pieces)
    if goods.imeis:
        return [command("return", CONFIRM, imeis=tuple(m.value for m in goods.imeis))]
    if reference is not None:
        return [command("return", CONFIRM, reference=reference.value)]
    if "SOLD" in s.cues and goods.items:
        return []  # sold 2, 1 came back: which?
    items = goods.items or dict.fromkeys(goods.unnumbered, 1)
    if len(items) != 1 or not all(items.values()):
        return []
    return [command("return", CONFIRM, items=tuple(Item(m, q) for m, q in items.items()))]


def claimed(s: Sentence) -> list[Command] | None:
    """A claim of price protection."""
    if "PROTECT" not in s.cues or s.moods & NOT_SO:
        return None
    items = goods_of(s.pieces).items
    fields: dict[str, Any] = {"items": tuple(Item(m, q) for m, q in items.items())} if items else {"model": s.model}
    return [command("protect", CONFIRM, **fields)]


def given(s: Sentence) -> list[Command] | None:
    """Sets handed to another shop."""
    if s.dealer is None or s.moods & (NOT_SO - {"NEGATED"}):
        return None
    for before, mark in zip(s.marks, s.marks[1:], strict=False):
        if mark.kind == DEALER and "FROM" in before.cues and "GIVE" in s.cues:
            return []  # it came from there
    if "TOUS" in s.cues:
        return []  # it came here: from whom?
    stated = [p for p in s.pieces if "GIVE" in p.cues and "NEGATED" not in p.moods]
    goods = goods_of(s.pieces)
    dealers = {m.value for m in s.marks if m.kind == DEALER}
    denied = "NEGATED" in s.moods and not any("SOLD" in p.cues and "NEGATED" in p.moods for p in s.pieces)
    if not stated or denied or len(dealers) != 1 or not (goods.items or goods.imeis):
        return None
    fields: dict[str, Any] = {"dealer": s.dealer}
    if goods.imeis:
        fields["imeis"] = tuple(m.value for m in goods.imeis)
    if goods.items:
        fields["items"] = tuple(Item(m, q) for m, q in goods.items.items())
    return [command("give", CONFIRM, **fields)]


def taken_back(s: Sentence) -> list[Command] | None:
    """Words that take back or correct what was booked: a question about the reference, or the last one."""
    cues, moods = s.cues, s.moods
    reference = next(iter(references_meant(s.marks)), None)
    if sum(m.kind == REFERENCE for m in s.marks) > 1 and len(references_meant(s.marks)) != 1:
        return []  # one of several: which?
    if s.names_goods and s.counts and "OURS" in cues and "NEGATED" in moods:
        return [command("fix", CONFIRM)]
    if not moods & {"CORRECTED", "WITHDRAWN"}:
        return None
    if reference is None and "PERSONASK" in cues and "OURS" not in cues and not s.names_goods:
        return None  # a wrong invoice, not a wrong report
    if reference is not None and reference.value[0] != "O":
        if s.counts and not s.names_goods:
            return []
        return [command("fix" if s.names_goods else "undo", CONFIRM, reference=reference.value)]
    if s.names_goods:
        return [command("fix", CONFIRM)] if "CORRECTED" in moods else []
    if s.counts or "NEGATED" in moods:
        return []
    if "OURS" in cues or ("WITHDRAWN" in moods and not left_over(s.pieces)):
        return [command("undo", CONFIRM)]
    return []


def for_a_person(s: Sentence) -> list[Command] | None:
    """Complaints, damage and losses: a ticket, asked first; with the reference that they name."""
    certain = frozenset(c for m in s.marks if not m.doubt for c in m.cues)
    reference = s.first(REFERENCE)
    bad = certain & {"DAMAGE", "LOSS"}
    waits = reference is not None and "NEGATED" in s.moods and bool(certain & _TO_ARRIVE) and not s.names_goods
    complains = "PERSONASK" in certain or (waits and "ASKED" not in s.moods)
    if not complains and not bad:
        return None
    if any(p.cues & {"SOLD", "RECEIVE"} and p.things and not p.cues & {"DAMAGE", "LOSS", "DEMO"} for p in s.pieces):
        return None
    if not complains:
        if "DEMO" in certain:
            return []
        if "RETURN" in certain:
            return None
        if len(s.marks) < _FEWEST:
            return []
    return [command("feedback", CONFIRM, text=s.typed, reference=None if reference is None else reference.value)]
