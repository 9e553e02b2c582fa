"""What speaks to something said before: yes-but, no, thanks, corrections and words of taking back."""

from __future__ import annotations

from dataclasses import dataclass, field

from smsgw.business.core.command import (
    ACCEPTED,
    ACKNOWLEDGED,
    CONFIRM,
    REJECTED,
    UNSAID,
    Command,
    Correction,
    Item,
    Problem,
)
from smsgw.language.sentences.denials import denies_references, references_meant
from smsgw.language.sentences.frames import EVENTS, MOODS, Piece
from smsgw.language.sentences.goods import countable, goods_of
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
    REFERENCE,
    STOP,
    Mark,
)
from smsgw.language.sentences.reports import BOOKED
from smsgw.language.sentences.sentence import Sentence, command

_NOT_SO = frozenset(("ASKED", "WISHED", "FUTURE", "HEARD", "ROUGHLY"))
_EVENTS = frozenset(EVENTS)
_SELF = frozenset(("SELFFIX", "AMEND", "CORRECTED", "SORRY"))
_AROUND = _SELF | {"ORDERWORD", "MIDFIX", "SOLD", "ORDER", "FILL", "POLITE", "UNIT", "PERIODDAY", "REFUSED", "AGREED"}
_LEAST_PRICE = 100  # from here on a number that corrects a quantity is rather an amount of money
_WAS = ("WAS", "WERE", "是", "IT WAS")
_ONLY = ("ONLY", "JUST", "就", "只有", "只")
_OF_A_VERB = ("CANCEL", "取消")  # words that alone ask for the number of an order
_ALSO = frozenset(("AND", "ALSO", "PLUS", "N", "&", "还有", "另外", "也", "再", "加", "又", "以及"))
# The kinds of bookings that people take the last of back, by their words.
_KINDS = (
    ("sale", ("SALE", "销售", "销量", "卖")),
    ("order", ("ORDER", "订单", "订货", "那单")),
    ("count", ("COUNT", "STOCK TAKE", "STOCKTAKE", "盘点", "盘存")),
    ("receive", ("RECEIPT", "收货", "入库")),
    ("return", ("RETURN", "退货")),
)
_SENT = ("报的", "报", "发的", "REPORTED", "SENT", "REPORT")


def thanks(marks: list[Mark], clean: str) -> bool:
    """Whether a text only thanks, or says that it was read; WeChat's signs in brackets say no more."""
    said = [m for m in marks if m.kind not in (BREAK, STOP) and not _sign(m, clean)]
    polite = {"ACK", "POLITE", "AGREED"}
    return any("ACK" in m.cues for m in said) and all(m.kind == CUE and m.cues & polite for m in said)


def _sign(mark: Mark, clean: str) -> bool:
    return clean[mark.start - 1 : mark.start] == "[" and clean[mark.end : mark.end + 1] == "]"


def acknowledged(typed: str) -> Command:
    """A text to which nothing is due."""
    return Command(None, REJECTED, problems=(Problem("unknown_word", typed.strip(), 1, ("verb",), None, ACKNOWLEDGED),))


def spoken_to(s: Sentence) -> list[Command] | None:
    """A correction, a refusal or words of taking back, of what was asked or booked before; None of anything else."""
    if any(m.kind == STOP and m.value == "?" for m in s.marks) or s.cues & (_NOT_SO | {"HELPASK"}):
        return None
    if _consents(s):
        return [command("yes")]
    if "PERSONASK" in s.cues and "OURS" not in s.cues:
        return None  # a complaint, not a word on what the sender reported
    if s.cues >= {"ORDERWORD", "TAKEBACK"} and s.first(DAY) is not None and not s.names_goods:
        return None  # an order of a day: which?
    numbers = [m for m in s.marks if m.kind in (COUNT, NUMBER, IMEI)]
    if not s.names_goods and not numbers and s.first(DAY, DEALER) is None:
        if _goes_ahead(s) and s.cues & {"DECLINE", "REFUSED"}:
            return []  # never mind, do send it: who knows which?
        if "DECLINE" in s.cues and "OURS" not in s.cues:
            return _declined(s) or _taken_back(s)
        return _taken_back(s) or _declined(s)
    return _corrected(s)


def _consents(s: Sentence) -> bool:
    """Whether a text is a yes and nothing else (`that's right`, `没错`, `好啊`)."""
    said = [m for m in s.marks if m.kind not in (BREAK, STOP)]
    return any("CONSENT" in m.cues for m in said) and all(m.cues & {"CONSENT", "POLITE"} and not m.doubt for m in said)


def _taken_back(s: Sentence) -> list[Command] | None:
    """Words that take back what was sent last, or a reference."""
    references = references_meant(s.marks)
    if denies_references(s.marks) and len(references) != 1:
        return []  # not this one: which?
    takes = [m for m in s.marks if m.cues & {"TAKEBACK", "WITHDRAWN"}]
    if len(s.marks) == 1 and s.marks[0].value in _OF_A_VERB:
        return None
    wrong = any("CORRECTED" in m.cues for m in s.marks)
    if not takes and not (wrong and "OURS" in s.cues):
        return None
    named = any(m.value[0] == "O" for m in references)
    newest = _kind_taken_back(s) == "order"
    if named or s.cues & {"STOPASK", "STARTASK", "PERSONASK"} or ("ORDERWORD" in s.cues and not newest):
        return None
    denied = [m for m in s.marks if "NEGATED" in m.cues and not m.cues & {"TAKEBACK", "WITHDRAWN", "REFUSED"}]
    if denied and not ("OURS" in s.cues and takes and denied[0].start > takes[-1].end):
        return None  # 别删: leave it
    if len(references) > 1:
        plain = all(m.kind in (REFERENCE, BREAK) or m.cues & {"TAKEBACK", "FILL", "POLITE"} for m in s.marks)
        return [command("undo", ACCEPTED if plain else CONFIRM, reference=m.value) for m in references]
    if references:
        return [command("undo", CONFIRM, reference=references[0].value)]
    strange = [m for m in s.marks if m.kind == OPEN]
    kind = _kind_taken_back(s)
    if kind is not None and takes:
        return [command("undo", CONFIRM, topic=kind)]
    if "OURS" in s.cues or len(strange) == 0:
        return [command("undo", CONFIRM)]
    return None


def _goes_ahead(s: Sentence) -> bool:
    """Whether what is named behind other words is to be done all the same."""
    pairs = zip(s.marks, s.marks[1:], strict=False)
    return any("GOAHEAD" in mark.cues and "NOTDO" not in before.cues for before, mark in pairs)


def _kind_taken_back(s: Sentence) -> str | None:
    """The verb of what is taken back, where a text says of what kind its last is (`undo the last sale`)."""
    if not s.cues & {"OURS", "LASTWORD"}:
        return None
    said = [str(m.value) for m in s.marks if m.kind in (CUE, OPEN)]
    kinds = {verb for verb, words in _KINDS for word in words for text in said if word in text}
    return kinds.pop() if len(kinds) == 1 else None


def _declined(s: Sentence) -> list[Command] | None:
    """A no to the open question, with reasons or without."""
    if s.first(REFERENCE) is not None or s.cues & {"STOPASK", "STARTASK", "SOLD", "NOTHING", "RECEIVE"}:
        return None
    said = [m for m in s.marks if m.kind not in (BREAK, STOP)]
    first = next((m for m in said if m.cues - {"POLITE", "FILL"} or m.kind == OPEN), None)
    strange = sum(m.kind == OPEN for m in said)  # of one word alone nobody can tell (no credit)
    refused = first is not None and "REFUSED" in first.cues and len(said) > 1 and strange != 1
    if refused or any("DECLINE" in m.cues for m in said):
        return [command("no")]
    return None


def amended(s: Sentence) -> list[Command] | None:
    """A sale or an order of one model that the same text puts right (`sold 3 a350, sorry 2`): asked as it is right."""
    if not s.cues & {"SOLD", "ORDER", "ORDERWORD"}:
        return None
    at = next((i for i, m in enumerate(s.marks) if "SELFFIX" in m.cues), 0)
    turned = at or turns_at(s)
    head, tail = s.marks[: turned or 0], s.marks[(turned or 0) + bool(at) :]
    if turned and not at:
        tail = [m for m in tail if "MIDFIX" not in m.cues]
    events = {c for m in head for c in m.cues if c in _EVENTS and m.kind == CUE}
    if turned and not events and any("ORDERWORD" in m.cues for m in head):
        events = {"ORDER"}  # ordered 10 a350, no, 12
    if len(events) != 1 or not events <= {"SOLD", "ORDER"} or any(m.kind == STOP and m.value == "?" for m in s.marks):
        return None
    models, numbers = _of_kind(head, MODEL), _of_kind(head, COUNT, NUMBER)
    right, count = _of_kind(tail, MODEL), _of_kind(tail, COUNT, NUMBER)
    if at and len(right) > 1:
        return _all_anew(s, events, models, tail)
    if not models and len(right) == 1 and len(count) == 1:
        models = right  # sold 3, no, 4 a350
    if len(models) != 1 or len(numbers) != 1 or len(right) > 1 or len(count) > 1 or not (right or count):
        return None
    if not at and right and right[0].value != models[0].value:
        return None  # sold 3 a350 no 2 b200
    plain = all(m.kind in (MODEL, COUNT, NUMBER, BREAK, STOP, DAY) or m.cues & _AROUND for m in (*head, *tail))
    days = _of_kind(head, DAY)
    quantity = (count or numbers)[0].value
    spoken = any(m.cues & MOODS and not m.cues & (_EVENTS | _SELF) for m in (*head, *tail) if "ORDERWORD" not in m.cues)
    if not plain or spoken or _of_kind(tail, DAY) or len(days) > 1 or not 0 < quantity < _LEAST_PRICE:
        return None
    on = days[0].value.day if days else None
    if days and (on is None or on > s.today):
        return None
    items = (Item((right or models)[0].value, quantity),)
    return [command(BOOKED[events.pop()], CONFIRM, items=items, on=on)]


def _all_anew(s: Sentence, events: set[str], models: list[Mark], tail: list[Mark]) -> list[Command]:
    """What is told anew behind a word that puts right (`sold 3 a350, sorry 2 a350 and 1 b200`), where it names again
    all that was told before it; else nothing."""
    goods = goods_of([Piece(marks=[m for m in tail if m.kind in (MODEL, COUNT, NUMBER)])])
    plain = all(m.kind in (MODEL, COUNT, NUMBER, BREAK, STOP) or m.cues & _AROUND or m.value in _ALSO for m in tail)
    named = {str(m.value) for m in models} <= goods.items.keys()
    if not (plain and named and countable(goods) and goods.items):
        return []
    items = tuple(Item(model, quantity) for model, quantity in goods.items.items())
    return [command(BOOKED[events.pop()], CONFIRM, items=items)]


def turns_at(s: Sentence) -> int | None:
    """Where a plain no or wait stands between two numbers, the second of which is meant (`3 no 4`, `三台 不 四台`).

    Behind a number `no` may have been read as its unit; the place is then that of the mark behind it.
    """
    before: Mark | None = None  # the number or model that is spoken of
    turned: int | None = None
    for at, mark in enumerate(s.marks):
        if mark.kind == BREAK or "UNIT" in mark.cues:
            continue
        if "MIDFIX" in mark.cues:
            turned = at if before is not None and turned is None else turned
        elif mark.kind in (COUNT, NUMBER):
            if turned is not None:
                return turned
            if before is not None and before.kind == COUNT and s.page.clean.endswith("NO", before.start, before.end):
                return at
            before, turned = mark, None
        else:
            before, turned = mark if mark.kind == MODEL else None, None
    return None


def _of_kind(marks: list[Mark], *kinds: str) -> list[Mark]:
    return [m for m in marks if m.kind in kinds]


# ---- corrections


@dataclass(slots=True)
class _Group:
    """A model and a number that are said together, as right or as wrong."""

    model: str = ""
    quantity: int = UNSAID

    @property
    def item(self) -> Item:
        return Item(self.model, self.quantity)


@dataclass(slots=True)
class _Said:
    """What the marks of a correction say, as they are read from the left."""

    right: list[_Group] = field(default_factory=list)
    wrong: list[_Group] = field(default_factory=list)
    denied: bool = False  # what comes next is wrong
    growing: _Group | None = None  # what the next model or number may still belong to

    def put(self, *, model: str = "", quantity: int = UNSAID) -> None:
        """Add a model or a number; behind what is wrong, the next that does not belong to it is right (not 3, 2)."""
        group = self.growing
        if group is None or (model and group.model) or (UNSAID not in (quantity, group.quantity)):
            self.denied &= not self.wrong
            group = self.growing = _Group()
            (self.wrong if self.denied else self.right).append(group)
        group.model = model or group.model
        group.quantity = group.quantity if quantity == UNSAID else quantity

    def deny(self) -> None:
        self.denied, self.growing = True, None

    def affirm(self) -> None:
        if self.denied and self.wrong:
            self.denied, self.growing = False, None


def _corrected(s: Sentence) -> list[Command] | None:
    """A FIX with what is said to be right: one that names goods and says so is asked, one that leans on what was said
    before is incomplete by itself."""
    correction = _correction(s)
    explicit = s.names_goods and bool({"CORRECTED", "OURS"} & s.cues)
    if correction is None:
        return None
    reference = next((m.value for m in s.marks if m.kind == REFERENCE), None)
    if explicit or (reference is not None and s.names_goods):
        return [command("fix", CONFIRM, reference=reference, correction=correction)]
    problem = Problem("incomplete", s.typed[:20], 1, ("reference",))
    return [Command("fix", REJECTED, reference=reference, correction=correction, problems=(problem,))]


def _correction(s: Sentence) -> Correction | None:
    """What a text says is right; None where it is no correction, or holds what is none."""
    cues = s.cues
    events = [m for m in s.marks if m.cues & _EVENTS and not m.cues & {"CORRECTED", "ACK"} and not _asides(m)]
    sign = bool(cues & {"CORRECTED", "AMEND", "SORRY", "ADD", "REMOVE"}) or s.typed.startswith("*")
    if (events and "CORRECTED" not in cues and not (sign and "SOLD" in cues and s.first(DAY))) or cues & {
        "RIVAL",
        "LOSS",
        "DAMAGE",
        "RETURN",
        "DEMO",
        "GIVE",
    }:
        return None
    if any(m.kind == OPEN for m in s.marks) and "CORRECTED" not in cues:
        return None
    said, days, imeis = _read(s)
    answer = _leading(s)
    pairs = zip(s.marks, s.marks[1:], strict=False)
    of_days = [m for m, behind in pairs if m.value in _WAS and behind.kind == DAY]  # 都是今天的
    was = any(m.value in _WAS and (len(said.right) < 2 or m not in of_days) for m in s.marks)
    leans = answer or was or any(m.value in _ONLY for m in s.marks)
    right = _merged(said)
    if any(g.quantity >= _LEAST_PRICE and not g.model for g in right):
        return None
    if "REMOVE" in cues:
        right = [_Group(g.model, 0) for g in right if g.model]
    if len({m.value.day for m in days}) > 1:
        return None  # a list of days
    of = days[0].value.day if days else None
    dealers = {str(m.value) for m in s.marks if m.kind == DEALER}
    if dealers:
        alone = len(dealers) == 1 and not (right or said.wrong or imeis or days or events)
        return Correction(dealer=dealers.pop()) if alone and (sign or answer or was) else None
    if not right and not said.wrong and not imeis:
        dated = was or "SORRY" in cues or any(m.value == "的" for m in s.marks) or "CORRECTED" in cues
        return Correction(on=of) if of is not None and dated and not events else None
    if not right and not imeis:
        return None
    if not (sign or said.wrong or leans):
        return None
    if leans and not sign and not said.wrong and not answer and not all(g.quantity != UNSAID for g in right):
        return None
    if said.wrong and not sign and not answer and events:
        return None
    return Correction(
        tuple(g.item for g in right),
        tuple(g.item for g in said.wrong),
        tuple(m.value for m in imeis),
        of=of,
        more="ADD" in cues or (_agreed(s) and _adds(s)),
    )


def _agreed(s: Sentence) -> bool:
    """Whether a text begins with a yes and takes nothing of it back."""
    first = next((m for m in s.marks if m.kind not in (BREAK, STOP)), None)
    return first is not None and "AGREED" in first.cues and not s.cues & {"BUT", "AMEND", "NEGATED", "REMOVE"}


def _adds(s: Sentence) -> bool:
    """Whether what comes is more of the same (`yes and also 1 gl7`, `对，还有1台GL7`)."""
    return any(m.value in _ALSO for m in s.marks)


def content_of(s: Sentence) -> Correction | None:
    """What `FIX reference content` says: all that there is, or what is right of it; None where that cannot be told."""
    goods = goods_of(s.pieces)
    days = [m for m in s.marks if m.kind == DAY]
    uneven = goods.unsure or goods.unnumbered or goods.series or goods.open or goods.zeros or s.moods
    if uneven or bool(goods.items) == bool(goods.imeis):
        return _correction(s)
    on = days[0].value.day if days else None
    imeis = tuple(m.value for m in goods.imeis)
    return Correction(tuple(Item(m, q) for m, q in goods.items.items()), imeis=imeis, on=on, whole=True)


def _asides(mark: Mark) -> bool:
    """Whether a word of an event only says what is meant (昨天报的, my last report)."""
    return mark.value in _SENT or "OURS" in mark.cues


def _leading(s: Sentence) -> bool:
    """Whether a text begins with a yes or a no to what was asked."""
    said = [m for m in s.marks if m.kind not in (BREAK, STOP)]
    first = next((m for m in said if m.cues - {"POLITE", "FILL"} or m.kind != CUE), None)
    return (first is not None and bool(first.cues & {"REFUSED", "AGREED"})) or bool(
        said and said[0].cues & {"REFUSED", "AGREED"}
    )


def _read(s: Sentence) -> tuple[_Said, list[Mark], list[Mark]]:
    said, days, imeis = _Said(), [], []
    first = True
    for mark in s.marks:
        if mark.kind == DAY:
            days.append(mark)
        elif mark.kind == IMEI and mark.value is not None:
            imeis.append(mark)
        elif mark.kind == MODEL:
            said.put(model=mark.value)
        elif mark.kind in (COUNT, NUMBER):
            said.put(quantity=mark.value)
        elif mark.kind in (BREAK, STOP):
            said.growing = None
        elif mark.cues & {"REFUSED", "NEGATED"} and not mark.cues & {"TAKEBACK", "DECLINE"}:
            if not (first and mark.value in ("NO", "NO NO", "NONO", "NOPE", "NAH", "不", "不对", "否", "错")):
                said.deny()
        elif mark.cues & {"BUT", "AMEND"} or mark.value in _WAS:
            said.affirm()
        first = first and (mark.kind in (BREAK, STOP) or bool(mark.cues & {"POLITE", "SORRY", "REFUSED", "AGREED"}))
    return said, days, imeis


def _merged(said: _Said) -> list[_Group]:
    """What is right; a model that heads the text is that of the numbers behind it (C100不是1台是2台)."""
    right = said.right
    if len(right) == 2 and right[0].model and right[0].quantity == UNSAID and not right[1].model:
        right = [_Group(right[0].model, right[1].quantity)]
    if len(right) == 1 and right[0].model and said.wrong and not said.wrong[0].model:
        said.wrong[0].model = right[0].model
    return right
