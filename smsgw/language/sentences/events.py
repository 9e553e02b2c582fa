"""What is said of other things than a report: consent, orders decided, sets that came back, corrections, complaints."""

from __future__ import annotations

import re
from typing import Any

from smsgw.business.core.command import (
    ACCEPTED,
    CONFIRM,
    REJECTED,
    Command,
    Correction,
    Item,
    Problem,
)
from smsgw.language.sentences.denials import references_meant
from smsgw.language.sentences.frames import left_over
from smsgw.language.sentences.goods import goods_of
from smsgw.language.sentences.marks import (
    BREAK,
    COUNT,
    CUE,
    DAY,
    DEALER,
    IMEI,
    MODEL,
    NUMBER,
    OPEN,
    PLACE,
    REFERENCE,
    SERIES,
    STOP,
    Mark,
)
from smsgw.language.sentences.sentence import Sentence, command

# What is said so did not happen, or not yet, or is no more than heard.
NOT_SO = frozenset(("NEGATED", "ASKED", "WISHED", "FUTURE", "HEARD", "CORRECTED", "WITHDRAWN", "ROUGHLY"))
_SHOWN = 20  # characters of a text that an answer quotes
_REASON = 60  # characters of a reason that are kept
_BECAUSE = ("because", "as ", "since", "因为")
TO_ARRIVE = frozenset(("RECEIVE", "STATUSASK", "WAYWORD"))
_LEAST_NUMBER_OF_AN_ORDER = 1000
_MOST_LEFT_OUT = 3  # models of which one text says that none are left
# Whom a message may be for, by the names that their groups have, and the words for everybody.
_GROUP_WORDS = (
    ("OWNERS", r"\bOWNERS?\b|店主们?|(?:门)?店老板们?|老板们"),
    ("CLERKS", r"\bCLERKS?\b|\bSTAFF\b|店员们?"),
    ("PROMOTERS", r"\bPROMOTERS?\b|促销员们?|导购们?"),
    ("FIELD", r"\bFIELD(?: WORKERS?| STAFF)?\b|\bREPS?\b|业务员们?"),
    ("MANAGERS", r"\bMANAGERS?\b|(?:区域)?经理们?"),
)
_HEARERS = r"SHOPS?|STORES?|DEALERS?|OUTLETS?|EVERYBODY|EVERYONE|PEOPLE|门店|店铺|商店|经销商|大家|所有人|人|的|全体"
# The gateway's own topics, as people name them beside a STOP.
_TOPIC_WORDS = (
    ("reminders", r"\bREMINDERS?\b|提醒|催报"),
    ("shipments", r"\bSHIP(?:MENTS?|PING)\b|\bDELIVERY\b|发货"),
    ("prices", r"\bPRICES?\b|价格|调价"),
    ("orders", r"\bORDERS?\b|订单"),
    ("tickets", r"\bTICKETS?\b|工单"),
    ("approvals", r"\bAPPROVALS?\b|审批"),
    ("digest", r"\bDIGESTS?\b|日报"),
)
_CANCELS = ("CANCEL", "取消", "不要了")


def words_of_consent(s: Sentence) -> list[Command] | None:
    """Asking us to stop or to start again, or for another language: a question, and nothing where it is denied."""
    if s.names_goods:
        return None
    if "HELPASK" in s.cues and s.cues & {"OPTOUT", "STOPASK"}:
        return [command("help", topic="stop")]
    if "STARTASK" not in s.cues and _wants_no_more(s):
        return [_stopped(s)]
    if s.cues & {"STARTASK", "STOPASK"}:
        denied = any("NEGATED" in m.cues and not m.cues & {"STARTASK", "STOPASK"} for m in s.marks)
        if s.cues & {"DAMAGE", "LOSS", "PERSONASK"}:
            return None  # stop sending me broken phones
        if denied or {"STARTASK", "STOPASK"} <= s.cues:
            return []
        said = [m for m in s.marks if m.kind not in (BREAK, STOP) and "POLITE" not in m.cues]
        alone = len(said) == 1  # STOPALL, as carriers know it
        if not alone and "STARTASK" not in s.cues:
            return [_stopped(s)]
        return [command("start" if "STARTASK" in s.cues else "stop", ACCEPTED if alone else CONFIRM)]
    if "LANGASK" in s.cues and "SOLD" not in s.cues:
        return [command("language", CONFIRM, language=_language_wanted(s.typed.upper()))]
    return None


def _language_wanted(typed: str) -> str:
    """The language that a text asks for: the last that it names as wanted, else the one that it is written in."""
    if re.search("看不懂(?:中文|汉语)|(?:中文|汉语)(?:我)?看不懂", typed):
        return "en"
    named = re.findall("ENGLISH|英文|英语|CHINESE|中文|汉语", typed)
    if named:
        return "en" if named[-1] in ("ENGLISH", "英文", "英语") else "zh"
    return "zh" if any("\u4e00" <= c <= "\u9fff" for c in typed) else "en"


def _stopped(s: Sentence) -> Command:
    """A STOP of what is not wanted: of one topic where one is named, and of all only where nothing is to go on."""
    kept = any("KEEPWORD" in m.cues for m in s.marks)
    about = " ".join(clause for clause, goes_on in _clauses(s) if not goes_on)
    topics = [topic for topic, words in _TOPIC_WORDS if re.search(words, about)]
    if len(topics) == 1:
        return command("stop", CONFIRM, topic=topics[0])
    return command("help", topic="stop") if kept or topics else command("stop", CONFIRM)


def _clauses(s: Sentence) -> list[tuple[str, bool]]:
    """The clauses of a text, cut at commas, at `but`, and where what is to go on stands behind what is not; each with
    whether it says that something is to go on."""
    clean, cuts, stopping = s.page.clean, [0], False
    for mark in s.marks:
        if mark.kind in (BREAK, STOP) or "BUT" in mark.cues or ("KEEPWORD" in mark.cues and stopping):
            cuts.append(mark.start)
            stopping = False
        stopping |= bool(mark.cues & {"STOPASK", "UNWANTED"})
    spans = zip(cuts, [*cuts[1:], len(clean)], strict=True)
    keeps = [m.start for m in s.marks if "KEEPWORD" in m.cues]
    return [(clean[a:b], any(a <= at < b for at in keeps)) for a, b in spans]


def _wants_no_more(s: Sentence) -> bool:
    """Whether a text says that our messages are not wanted (`不想再收短信`): not wanting before what comes of us."""
    at = next((m.start for m in s.marks if "UNWANTED" in m.cues), None)
    told = s.counts or s.dealer is not None or s.first(REFERENCE) is not None
    return at is not None and not told and any("OURTEXTS" in m.cues and m.start >= at for m in s.marks)


def told_to_all(s: Sentence) -> list[Command] | None:
    """A message for the shops of a region, the people of a role, or all (`tell all EAST shops: …`): asked, with what
    the colon leads in. Whom it is for in other words (`tell all tier A shops: …`) is nobody's yet: how it is sent."""
    typed = s.typed.replace("：", ":")
    if "TELLALL" not in s.cues:
        return None
    if ":" not in typed:
        # A text that opens with the verb itself (群发) says what is wrong with it by the grammar.
        opens = "TELLALL" in s.marks[0].cues and "OURTEXTS" not in s.marks[0].cues
        return [command("help", topic="broadcast")] if opens else None
    head, text = typed.split(":", 1)
    if not text.strip():
        return None
    end = next((m.start for m in s.marks if m.kind == BREAK and m.value == ":"), len(s.page.clean))
    before = [m for m in s.marks if m.start < end]
    places = [str(m.value) for m in before if m.kind == PLACE]
    roles = [group for group, words in _GROUP_WORDS if re.search(words, head.upper())]
    groups = [*places, *roles] or ["ALL"]
    said = s.page.clean[:end]
    known = [f.span() for words in (_HEARERS, *(words for _, words in _GROUP_WORDS)) for f in re.finditer(words, said)]
    strange = any(
        m.kind not in (PLACE, CUE, BREAK, STOP) and not any(a <= m.start and m.end <= b for a, b in known)
        for m in before
    )
    if len(groups) > 1 or strange:
        return [command("help", topic="broadcast")]
    return [command("broadcast", CONFIRM, group=groups[0], text=text.strip())]


def _leaves_a_line_out(s: Sentence) -> bool:
    """Whether a model of an order is not wanted any more (`1001里的B200不要了`): the rest stays."""
    denied = "NEGATED" in s.moods or s.cues & {"REMOVE", "DECLINE"}
    if not denied or "ASKED" in s.moods or s.cues & {"SOLD", "RECEIVE"}:
        return False
    number = next((m for m in s.marks if m.kind == REFERENCE or (m.kind == NUMBER and m.value > 999)), None)
    if number is None:
        return False
    clean = s.page.clean
    before = next((m for m in reversed(s.marks) if m.end <= number.start), None)
    led = before is not None and ("ORDERWORD" in before.cues or before.value in ("FROM", "IN", "OF", "从"))
    return number.kind == REFERENCE or led or clean[number.end : number.end + 1] in tuple("里号的那中订")


def _approves_some_order(s: Sentence) -> bool:
    """Whether the order of a shop is approved, and no number says which."""
    said = "APPROVEASK" in s.cues and s.dealer is not None and bool(s.cues & {"ORDER", "ORDERWORD"})
    return said and not s.names_goods and not s.counts and not s.moods


def none_left(s: Sentence) -> list[Command] | None:
    """Models of which there are none left (`a350没货了`): a count of none, asked."""
    models = list(dict.fromkeys(str(m.value) for m in s.marks if m.kind == MODEL))
    events = {event for p in s.pieces for event in p.events}
    if "NONELEFT" not in s.cues or not events <= {"SOLDOUT", "COUNT"} or not 0 < len(models) <= _MOST_LEFT_OUT:
        return None
    asks = any(c.endswith("ASK") for c in s.cues) or any(m.kind == STOP and m.value == "?" for m in s.marks)
    other = any(m.kind in (SERIES, IMEI, DEALER, COUNT, NUMBER, OPEN, DAY) for m in s.marks)
    if asks or other or s.moods:
        return None
    return [command("count", CONFIRM, items=tuple(Item(model, 0) for model in models))]


def _asks_what_waits(s: Sentence) -> bool:
    """Whether a text asks what there is to approve (`what's pending for me to approve`)."""
    all_ = "APPROVEASK" in s.cues and "ALLOF" in s.cues  # approve everything: which are there?
    asked = all_ or ("APPROVEASK" in s.cues and "ASKED" in s.moods and bool(s.cues & {"LATEWORD", "AWAITS"}))
    return asked and not s.names_goods and not s.counts


def orders_decided(s: Sentence) -> list[Command] | None:
    """An order named: approved, rejected, cancelled. Why is told as it was typed."""
    if s.order is not None and s.names_goods and _leaves_a_line_out(s):
        without = tuple(Item(str(m.value), 0) for m in s.marks if m.kind == MODEL)
        return [command("fix", CONFIRM, reference=s.order, correction=Correction(without))] if without else []
    if s.order is None and (_approves_some_order(s) or _asks_what_waits(s)):
        return [Command("approve", REJECTED, problems=(Problem("incomplete", s.typed[:_SHOWN], 1, ("order",)),))]
    if s.order is None and cancels_some_order(s):
        return [Command("cancel", REJECTED, problems=(Problem("incomplete", s.typed[:_SHOWN], 1, ("order",)),))]
    if s.order is None or s.names_goods:
        return None
    if "REJECTASK" in s.cues:
        return [command("reject", CONFIRM, order=s.order, reason=_after_reference(s) or None)]
    if "APPROVEASK" in s.cues and not s.moods & {"NEGATED", "ASKED", "WISHED", "FUTURE"}:
        return [command("approve", CONFIRM, order=s.order)]
    if any(word in s.typed.upper() for word in _CANCELS) and "ASKED" not in s.moods:
        return [command("cancel", CONFIRM, order=s.order)]
    return None


def cancels_some_order(s: Sentence) -> bool:
    """Whether an order is to be cancelled, and no number says which (`取消昨天的订单`)."""
    said = any("ORDERWORD" in m.cues for m in s.marks) and any(m.value in _CANCELS for m in s.marks)
    others = s.names_goods or s.counts or s.cues & {"OURS", "LASTWORD", "STOPASK", "PERSONASK", "OURTEXTS"}
    return said and s.first(DAY) is not None and not others and "ASKED" not in s.moods


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


def delivered_short(s: Sentence) -> list[Command] | None:
    """Fewer sets than were to come (`only 8 b200 instead of 10 arrived`): a word for a person, and of an order that is
    named so many received; never a count or a sale."""
    numbers = sorted({m.value for m in s.marks if m.kind in (COUNT, NUMBER) and m.value < _LEAST_NUMBER_OF_AN_ORDER})
    models = {m.value for m in s.marks if m.kind in (MODEL, SERIES)}
    if "RECEIVE" not in s.cues or "SHORT" not in s.cues or s.cues & {"SOLD", "OURS"} or len(models) > 1:
        return None
    if len(numbers) != 2 or any(m.kind == STOP and m.value == "?" for m in s.marks) or s.moods & {"FUTURE", "WISHED"}:
        return None
    if s.order is not None and s.model is not None:
        return [command("receive", CONFIRM, reference=s.order, items=(Item(s.model, numbers[0]),))]
    return [command("feedback", CONFIRM, text=s.typed)]


def restocked(s: Sentence) -> list[Command] | None:
    """What is left of one model, and how many more of it are asked for (`we have 2 a350 left, send 10 more`)."""
    told = [p for p in s.pieces if p.events or p.things or any(m.kind in (COUNT, NUMBER) for m in p.marks)]
    if len(told) != 2 or s.model is None or any(m.kind in (SERIES, IMEI, STOP) and m.value != "." for m in s.marks):
        return None
    held, asked = told
    numbers = [m.value for m in asked.marks if m.kind in (COUNT, NUMBER)]
    stated = bool(held.cues & {"COUNT", "STOCKASK"}) and not held.moods - {"NEGATED"} and "SOLD" not in s.cues
    if not stated or asked.things or asked.events != ["ORDER"] or asked.moods or len(numbers) != 1:
        return None
    aside = s.left_aside([Mark(OPEN, held.marks[0].start, held.marks[-1].end)])
    return [command("order", CONFIRM, items=(Item(s.model, numbers[0]),), problems=aside)]


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
    numbers = sum(m.kind in (COUNT, NUMBER) for m in s.marks)
    models = [m.value for m in s.marks if m.kind == MODEL]
    if "PAID" in s.cues or len(models) > len(set(models)):
        return []  # money went back, or one came and another went
    if "SOLD" in s.cues and goods.items and (numbers > 1 or not _came_first(s)):
        return []  # sold 2, 1 came back: which?
    items = goods.items or dict.fromkeys(goods.unnumbered, 1)
    if len(items) != 1 or not all(0 < n < _LEAST_NUMBER_OF_AN_ORDER for n in items.values()):
        return []
    if "SWAP" in s.cues and (len(set(models)) > 1 or "RIVAL" in s.cues):
        return []  # one came and another went
    return [command("return", CONFIRM, items=tuple(Item(m, q) for m, q in items.items()))]


def _came_first(s: Sentence) -> bool:
    """Whether a text says first that sets came back, and then of which sale (`got back 1 gl7 that i sold …`)."""
    return next(m for m in s.marks if m.cues & {"RETURN", "SOLD"}).cues.isdisjoint({"SOLD"})


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
    if s.names_goods and "SOLD" in cues and "NEGATED" in moods and reference is None:
        return [command("help", topic="undo")]  # not sold, a mistake: which booking nobody has said
    if s.names_goods:
        return [command("fix", CONFIRM)] if "CORRECTED" in moods else []
    if s.counts or "NEGATED" in moods:
        return []
    if "OURS" in cues or ("WITHDRAWN" in moods and not left_over(s.pieces)):
        return [command("undo", CONFIRM)]
    return []
