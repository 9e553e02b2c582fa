"""COUNT by IMEI: a list that several texts add to, and what the shop has and lacks when it is ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import wraps

from smsgw.business.conversation.rules.questions import ask, choose
from smsgw.business.conversation.rules.records import Booked, Undone
from smsgw.business.core.bookings import Booking
from smsgw.business.core.command import ACCEPTED, PARTIAL, Command, Reading
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.field_kinds import BOOK, CHANGE, CODE, COUNT, DATE, REFERENCE, TIME, Kind, many, phrase
from smsgw.business.core.phrases import summary
from smsgw.business.core.principal import ABOVE_SHOPS, Actor
from smsgw.business.core.refusals import bad_imei
from smsgw.business.core.reply import Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.rights import SHOP_ROLES, allowed
from smsgw.business.core.verb import Verb
from smsgw.business.counts import rules as counts
from smsgw.business.counts.rules import (
    CountBooks,
    Counted,
    CountedSet,
    CountList,
    CountTold,
    ListEnded,
    ListOpened,
    SetsListed,
)
from smsgw.business.directory.rules import Dealer, covers, shop
from smsgw.business.stock import rules as stock
from smsgw.business.stock.rules import CountLineBooked
from smsgw.business.units.replies import BAD
from smsgw.business.units.rules import near
from smsgw.business.units.rules.sets_named import Named, unsaved
from smsgw.calendar.days import business_date, local

AtShop = Callable[[Command, Actor, Dealer, CountBooks], Decision]


def at_the_shop_counted(decide: AtShop) -> Callable[[Command, Actor, CountBooks], Decision]:
    """A decision at the shop of the command; of people above shops who name none, that of the list they have open."""

    @wraps(decide)
    def decided(command: Command, actor: Actor, books: CountBooks) -> Decision:
        if command.dealer is None and actor.role not in SHOP_ROLES:
            mine = books.counts.open_list_of(actor.phone)
            if mine is not None:
                command = replace(command, dealer=mine.dealer)
        dealer = shop(command, actor, books)
        if isinstance(dealer, Reply):
            return Decision(replies=(dealer,))
        return decide(command, actor, dealer, books)

    return decided


# ---- opening


@at_the_shop_counted
def decide_open(command: Command, actor: Actor, dealer: Dealer, books: CountBooks) -> Decision:
    """Open a list for the sets of a shop, or say which one is open."""
    found, records = _open_list(dealer, books)
    if found is not None:
        return Decision(replies=(Reply("count_is_open", {**_until(found, dealer), "count": found.sets}),))
    opened, more = _open(dealer, books)
    return Decision((*records, *more), (Reply("count_open", _until(opened, dealer)),))


def open_instead(command: Command, actor: Actor, books: CountBooks) -> Decision | None:
    """COUNT with nothing behind it opens a list; the answer also says how one counts by number."""
    problem = command.problem
    alone = problem is not None and problem.code == "incomplete" and len(command.problems) == 1 and not command.items
    return decide_open(command, actor, books) if alone and command.model is None else None


def _open_list(dealer: Dealer, books: CountBooks) -> tuple[CountList | None, list[Record]]:
    """The open list of a shop; one whose time is over is ended by these records, and is none."""
    found = books.counts.open_list(dealer.code)
    if found is None or found.expires_at > books.now:
        return found, []
    return None, let_lapse(found, books)


def _open(dealer: Dealer, books: CountBooks, asked: str | None = None) -> tuple[CountList, list[Record]]:
    reference = asked or books.reference(COUNT_OPEN.letter)
    expires = books.now + timedelta(hours=books.trade.count_hours)
    opened = CountList(reference, dealer.code, None, counts.OPEN, books.now, expires, 0)
    today = business_date(books.now, dealer.timezone)
    booked = Booked(reference, COUNT_OPEN.name, dealer.code, today)
    return opened, [booked, ListOpened(reference, dealer.code, expires)]


def _until(found: CountList, dealer: Dealer) -> dict[str, object]:
    until = local(found.expires_at, dealer.timezone)
    return {"reference": found.reference, "dealer": found.dealer, "until": until, "on": until.date()}


def let_lapse(found: CountList, books: CountBooks) -> list[Record]:
    """The records that end a list which nobody has ended in time: nothing is booked, and whoever opened it is told."""
    records: list[Record] = [ListEnded(found.reference, counts.LIST_LIFE.move(found.state, "lapse"))]
    if found.sets and found.phone is not None:
        records.append(CountTold(found.reference, (found.phone,), lapsed=True))
    return records


# ---- adding


@at_the_shop_counted
def decide_sets(command: Command, actor: Actor, dealer: Dealer, books: CountBooks) -> Decision:
    """Put sets on the open list of a shop, which is opened where there is none; two IMEIs of one set are one set.

    A repaired or completed IMEI of a set that the shop does not hold is asked back.
    """
    named, imeis = Named(), []
    sure = command.asked is not None
    for imei in command.imeis:
        unit = books.units.find(imei)
        if imei in command.doubtful and not sure and (unit is None or unit.holder != dealer.code):
            named.doubtful.append(imei)
            continue
        name = imei if unit is None else unit.imei
        imeis.append(name)
        named.good[name] = "", unit
    named.bad = [(problem.position, bad_imei(problem)) for problem in command.problems]
    records: tuple[Record, ...] = ()
    replies: tuple[Reply, ...] = ()
    if imeis:
        records, reply = _put(imeis, dealer, books)
        replies = (reply,)
    return unsaved(named, command, actor, books, Decision(records, replies), letter=COUNT_SETS.letter)


def _put(imeis: list[str], dealer: Dealer, books: CountBooks) -> tuple[tuple[Record, ...], Reply]:
    found, records = _open_list(dealer, books)
    if found is None:
        found, opening = _open(dealer, books)
        records += opening
    known = {one.imei for one in books.counts.listed(found.reference, imeis)} if found.sets else set()
    new = [imei for imei in dict.fromkeys(imeis) if imei not in known]
    expires = books.now + timedelta(hours=books.trade.count_hours)
    records.append(SetsListed(found.reference, tuple(new), expires))
    values = {"reference": found.reference, "dealer": dealer.code, "count": len(new), "total": found.sets + len(new)}
    return tuple(records), Reply("count_sets", values)


def listen(reading: Reading, phone: str, books: CountBooks) -> Decision | None:
    """A text of IMEIs alone while its sender has a list open: counted or sold? It says neither, so it is asked."""
    if len(reading.commands) != 1:
        return None
    (command,) = reading.commands
    if command.word or not command.imeis or command.outcome not in (ACCEPTED, PARTIAL):
        return None
    found = books.counts.open_list_of(phone)
    actor = books.directory.actor(phone)
    if found is None or found.expires_at <= books.now or actor is None or not allowed(actor.role, COUNT_SETS):
        return None
    counted = replace(command, verb=COUNT_SETS.name, dealer=command.dealer or _named(found, actor))
    _, question = ask(books, actor, [[counted], [command]], COUNT_SETS.letter)
    return Decision(tuple(question), (choose([counted, command], books),))


def _named(found: CountList, actor: Actor) -> str | None:
    return None if actor.role in SHOP_ROLES else found.dealer


# ---- ending


@at_the_shop_counted
def decide_close(command: Command, actor: Actor, dealer: Dealer, books: CountBooks) -> Decision:
    """End the open list of a shop and tell what differs from the book.

    Models of which no set is on the list are named, not taken for missing. What is new goes into the book, at once or
    once headquarters agrees; what is missing is written off by that decision alone.
    """
    found, records = _open_list(dealer, books)
    if found is None:
        return Decision(tuple(records), (Reply("count_none_open", {"dealer": dealer.code}),))
    if not found.sets:
        empty = {"reference": found.reference, "dealer": dealer.code}
        return Decision(tuple(records), (Reply("count_empty", empty),))
    reference = books.reference(counts.LETTER)
    sets = _findings(found, dealer.code, books)
    lines = _lines(reference, dealer.code, sets, books)
    propose = books.trade.count == "propose"
    draft = counts.Count(reference, dealer.code, counts.BOOKED, lines, sets)
    lost = any(one.finding == counts.MISSING for one in sets)
    changes = lost or bool(counts.unexplained(draft)) or any(one.finding == counts.NEW for one in sets)
    state = counts.WAITING if propose and changes else counts.PART if lost else counts.BOOKED
    listed = {line.model: line.counted for line in lines}
    today = business_date(books.now, dealer.timezone)
    records += [Booked(reference, counts.NAME, dealer.code, today, summary(listed.items())), *lines]
    records += [
        Counted(reference, dealer.code, state, sets, found.reference),
        ListEnded(found.reference, counts.LIST_LIFE.move(found.state, "end"), reference),
    ]
    if state != counts.WAITING:
        records += counts.to_book(draft, books, numbers=True, lost=False)
    told = _told(draft, actor, books)
    values = {"reference": reference, "dealer": dealer.code, "count": found.sets}
    if not told:
        return Decision(tuple(records), (Reply("count_ended", values),))
    key = {counts.BOOKED: "count_found", counts.PART: "count_found_part", counts.WAITING: "count_found_waits"}[state]
    return Decision(tuple(records), (Reply(key, {**values, "findings": TruncatableList(tuple(told), "; ")}),))


def _findings(found: CountList, code: str, books: CountBooks) -> tuple[CountedSet, ...]:
    listed = books.counts.listed(found.reference)
    sets: list[CountedSet] = []
    for one in listed:
        unit = books.units.find(one.imei)
        model = unit.model if unit is not None else (books.catalogue.model_of(one.imei) or "")
        sets.append(CountedSet(one.imei, model, counts.place(unit, model, one, code, books)))
    models = {one.model for one in sets if one.finding in (counts.HERE, counts.NEW)}
    lacking = counts.missing(code, [one.imei for one in listed], models, found.opened_at, books)
    sets += [CountedSet(unit.imei, unit.model, counts.MISSING) for unit in lacking]
    return tuple(sorted(sets, key=lambda one: one.imei))


def _lines(reference: str, code: str, sets: tuple[CountedSet, ...], books: CountBooks) -> tuple[CountLineBooked, ...]:
    """What was counted of each model of which a set was on the list: the sets in its book, less and more those found.

    Sets that came or went while the list was open are in the book, or not, whether they were listed or not.
    """
    levels = books.stock.levels(code)
    lines = []
    for model in sorted({one.model for one in sets if one.finding in (counts.HERE, counts.NEW)}):
        level = levels.get(model, stock.EMPTY)
        of_model = [one.finding for one in sets if one.model == model]
        counted = level.units - of_model.count(counts.MISSING) + of_model.count(counts.NEW)
        lines.append(CountLineBooked(reference, code, model, counted, level.quantity))
    return tuple(lines)


def _told(count: counts.Count, actor: Actor, books: CountBooks) -> list[Reply]:
    """What differs, most urgent first: sets by their last digits, numbers without IMEI, models not counted."""
    groups: dict[tuple[str, str], list[str]] = {}
    for finding in counts.TOLD:
        for one in count.sets:
            if one.finding == finding:
                groups.setdefault((finding, _other_shop(one, actor, books)), []).append(one.imei[-4:])
    shown = 3 if len(groups) < 3 else 2
    told = []
    for (finding, other), ends in groups.items():
        more = f" +{len(ends) - shown}" if len(ends) > shown else ""
        values: dict[str, object] = {"count": len(ends), "sets": " ".join(ends[:shown]) + more}
        told.append(Reply("found_at", {**values, "dealer": other}) if other else Reply(f"found_{finding}", values))
    counted = {line.model: line for line in count.lines}
    told += [
        Reply("found_number", {"model": model, "book": counted[model].book, "change": f"{change:+d}"})
        for model, change in counts.unexplained(count).items()
    ]
    told += [
        Reply("found_uncounted", {"model": model, "book": level.quantity})
        for model, level in books.stock.levels(count.dealer).items()
        if model not in counted and level.quantity
    ]
    return told


def _other_shop(one: CountedSet, actor: Actor, books: CountBooks) -> str:
    """The shop in whose book a set is, for people above shops in whose scope it lies; for nobody else."""
    unit = books.units.find(one.imei) if one.finding == counts.ELSEWHERE else None
    other = books.directory.dealer(unit.holder) if unit is not None and unit.holder else None
    if other is None or actor.role in SHOP_ROLES or not covers(actor, other, books):
        return ""
    return other.code


def undo_open(booking: Booking, actor: Actor, books: CountBooks) -> Decision:
    """Drop an open list; of one that was ended, take back what was counted on it."""
    found = books.counts.list(booking.reference)
    if found is not None and found.state == counts.ENDED and found.result is not None:
        return Decision(then=(Command("undo", reference=found.result),))
    if found is None or found.state != counts.OPEN:
        return Decision(replies=(Reply("undo_already", {"reference": booking.reference}),))
    records = (ListEnded(found.reference, counts.LIST_LIFE.move(found.state, "drop")), Undone(found.reference))
    values = {"reference": found.reference, "dealer": found.dealer, "count": found.sets}
    return Decision(records, (Reply("count_dropped", values),))


def _is_no_repeat(booking: Booking, phone: str, books: CountBooks) -> bool:
    """The same IMEIs again are on the list already, and COUNT again says which list is open: never a second booking."""
    return False


_ROLES = ("owner", "clerk", *ABOVE_SHOPS)
_ENDS = Kind("token", ("W" * 20,), limit=20)  # the last digits of some sets, and how many more there are
_LIST = {"reference": REFERENCE, "dealer": CODE, "until": TIME, "on": DATE}
_FOUND = phrase(*(f"found_{finding}" for finding in counts.TOLD), "found_at", "found_number", "found_uncounted")
_ENDED: Mapping[str, Kind] = {"reference": REFERENCE, "dealer": CODE, "count": COUNT}

COUNT_OPEN = Verb(
    name="count_open",
    place=41,
    arguments=("dealer",),
    roles=_ROLES,
    decide=decide_open,
    letter=counts.LETTER,
    alone=True,
    fragment="count",
    is_repeat=_is_no_repeat,
    undo=undo_open,
    replies=ReplyTable(
        bookings={"count_open": _LIST, "count_dropped": _ENDED},
        answers={"count_is_open": {**_LIST, "count": COUNT}},
    ),
    examples=("COUNT START",),
    examples_zh=("盘点开始",),
)

COUNT_SETS = Verb(
    name="count_sets",
    place=42,
    arguments=("imeis", "dealer"),
    roles=_ROLES,
    decide=decide_sets,
    letter=counts.LETTER,
    good_parts_alone=True,
    on_rejected=near.offer,
    fragment="count",
    replies=ReplyTable(
        bookings={
            "count_sets": {**_ENDED, "total": COUNT},
            "count_sets_partial": {**_ENDED, "bad": many(BAD), "again": COUNT},
        },
    ),
    examples=("COUNT 860123450000103",),
    examples_zh=("盘点 860123450000103",),
)

COUNT_CLOSE = Verb(
    name="count_close",
    place=43,
    arguments=("dealer",),
    roles=_ROLES,
    decide=decide_close,
    alone=True,
    fragment="count",
    replies=ReplyTable(
        bookings={
            "count_ended": _ENDED,
            **{
                key: {**_ENDED, "findings": many(_FOUND)}
                for key in ("count_found", "count_found_part", "count_found_waits")
            },
        },
        answers={
            "count_none_open": {"dealer": CODE},
            "count_empty": {"reference": REFERENCE, "dealer": CODE},
        },
        phrases={
            **{f"found_{finding}": {"count": COUNT, "sets": _ENDS} for finding in counts.TOLD},
            "found_at": {"count": COUNT, "sets": _ENDS, "dealer": CODE},
            "found_number": {"model": CODE, "book": BOOK, "change": CHANGE},
            "found_uncounted": {"model": CODE, "book": BOOK},
        },
    ),
    examples=("COUNT END",),
    examples_zh=("盘点结束",),
)
