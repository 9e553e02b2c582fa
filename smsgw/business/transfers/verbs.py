"""GIVE: sets for another shop, by IMEI or by model and quantity; its owner's YES moves them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from smsgw.business.consent.rules import TRANSFERS
from smsgw.business.conversation.rules.records import Booked, Undone
from smsgw.business.conversation.verbs.answer import YES
from smsgw.business.core import rights
from smsgw.business.core.bookings import Booking
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.field_kinds import BOOK, CODE, COUNT, DATE, REFERENCE, SETS, TIME, many, phrase
from smsgw.business.core.phrases import sets, summary, where
from smsgw.business.core.principal import ABOVE_SHOPS, Actor
from smsgw.business.core.reply import Example, Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, covers
from smsgw.business.stock import rules as stock
from smsgw.business.stock.rules import StockMoved
from smsgw.business.transfers import rules as transfers
from smsgw.business.transfers.rules import (
    Transfer,
    TransferBegun,
    TransferBooks,
    TransferLine,
    TransferTold,
)
from smsgw.business.units.replies import BAD
from smsgw.business.units.rules import near
from smsgw.business.units.rules.sets_named import Named, missing_digit, sort_out, unsaved
from smsgw.business.units.rules.states import KIND_GIVEN, UnitMoved, in_stock, move, nobodys
from smsgw.calendar.days import business_date, local


def decide(command: Command, actor: Actor, books: TransferBooks) -> Decision:
    """Take sets out of the giver's stock and ask the owners of the receiver, who have some hours to say YES.

    The giver is the sender's own shop; of field staff and above, whoever holds the sets. What cannot be given of a list
    is told; the rest goes.
    """
    giver = _giver(command, actor, books)
    if isinstance(giver, Reply):
        return Decision(replies=(giver,))
    receiver = _receiver(command, actor, giver, books)
    if isinstance(receiver, Reply):
        return Decision(replies=(receiver,))
    asked = tuple(books.consent.owners_hearing(receiver.code, TRANSFERS))
    if not asked:
        return Decision(replies=(Reply("give_unheard", {"dealer": receiver.code}),))
    if command.items:
        return _give_items(command, giver, receiver, asked, books)
    named = sort_out(command, giver, books, lambda unit, code: None, sure=command.asked is not None)
    _leave_out_unknown(named, command)
    records: tuple[Record, ...] = ()
    replies: tuple[Reply, ...] = ()
    if named.good:
        lines: dict[str, int] = {}
        held: dict[str, int] = {}  # of those, what the giver's book has: not what is on its way and wants a receipt
        for model, unit in named.good.values():
            lines[model] = lines.get(model, 0) + 1
            if unit is not None and in_stock(unit.state, books.trade):
                held[model] = held.get(model, 0) + 1
        begun = _begin(command, giver, receiver, lines, by_imei=True, books=books)
        moved: list[Record] = []
        for imei, (model, unit) in named.good.items():
            assert unit is not None
            state, holder = move(unit.state, unit.holder, KIND_GIVEN, giver.code)
            moved.append(UnitMoved(imei, model, KIND_GIVEN, giver.code, state, holder, unit.origin, begun.reference))
        records = (*_records(begun, lines, held, asked, books), *moved)
        replies = (_waits(begun, giver),)
    return unsaved(named, command, actor, books, Decision(records, replies), letter=GIVE.letter)


def _giver(command: Command, actor: Actor, books: TransferBooks) -> Dealer | Reply:
    if actor.role in rights.SHOP_ROLES:
        return (books.directory.dealer(actor.dealer) if actor.dealer else None) or Reply("no_dealer")
    if not command.imeis:
        return Reply("give_by_imei")
    holders = {unit.holder for unit in map(books.units.find, command.imeis) if unit is not None and unit.holder}
    dealers = [books.directory.dealer(holder) for holder in sorted(holders)]
    mine = [dealer for dealer in dealers if dealer is not None and covers(actor, dealer, books)]
    if len(mine) > 1:
        return Reply("give_several", {"dealer": mine[0].code, "other": mine[1].code})
    return mine[0] if mine else Reply("give_nobodys")


def _receiver(command: Command, actor: Actor, giver: Dealer, books: TransferBooks) -> Dealer | Reply:
    """The shop that is to get the sets; a shop may name any, everybody else those of the own scope."""
    code = command.dealer or ""
    receiver = books.directory.dealer(code)
    if receiver is None:
        return Reply("unknown_dealer", {"dealer": code})
    if receiver.code == giver.code:
        return Reply("give_same", {"dealer": code})
    if actor.role not in rights.SHOP_ROLES and not covers(actor, receiver, books):
        return Reply("out_of_area", {"dealer": code})
    if not receiver.active:
        return Reply("give_inactive", {"dealer": code})
    return receiver


def _leave_out_unknown(named: Named, command: Command) -> None:
    """Only a set that the shop holds can be given: one that we do not know is among the bad ones."""
    for number, imei in enumerate(command.imeis):
        known = named.good.get(imei)
        if known is not None and (known[1] is None or nobodys(known[1])):
            del named.good[imei]
            position = command.positions[number] if command.positions else number + 1
            alone = len(command.imeis) == 1 and not command.problems
            named.bad.append((position, Reply("bad_unknown", {"where": where(imei, position, alone)})))
    named.bad.sort(key=lambda pair: pair[0])


def _give_items(
    command: Command, giver: Dealer, receiver: Dealer, asked: tuple[str, ...], books: TransferBooks
) -> Decision:
    """Sets that the shop does not know by IMEI: no more than it has of those, or the IMEIs are wanted."""
    lines: dict[str, int] = {}
    for item in command.items:
        lines[item.model] = lines.get(item.model, 0) + item.quantity
    levels = books.stock.levels(giver.code)
    for model, quantity in lines.items():
        spare = stock.unlisted(levels.get(model))
        if quantity > spare:
            values = {"model": model, "book": stock.after(levels.get(model), 0, 0).quantity, "count": spare}
            return Decision(replies=(Reply("give_short", values),))
    begun = _begin(command, giver, receiver, lines, by_imei=False, books=books)
    return Decision(_records(begun, lines, lines, asked, books), (_waits(begun, giver),))


def _begin(
    command: Command, giver: Dealer, receiver: Dealer, lines: Mapping[str, int], *, by_imei: bool, books: TransferBooks
) -> Transfer:
    return Transfer(
        reference=command.asked or books.reference(GIVE.letter),
        giver=giver.code,
        receiver=receiver.code,
        state=transfers.OPEN,
        lines=tuple(TransferLine(model, count, count if by_imei else 0) for model, count in sorted(lines.items())),
        asked_at=books.now,
        expires_at=books.now + timedelta(hours=books.trade.transfer_hours),
    )


def _records(
    begun: Transfer, lines: Mapping[str, int], held: Mapping[str, int], asked: tuple[str, ...], books: TransferBooks
) -> tuple[Record, ...]:
    """All that a transfer books but for the steps of its sets; `held` of them leave the giver's book."""
    reference = begun.reference
    giver = books.directory.dealer(begun.giver)
    assert giver is not None
    short = summary(lines.items())
    moved = [
        StockMoved(
            begun.giver, line.model, -held[line.model], -held[line.model] if line.units else 0, stock.GIVEN, reference
        )
        for line in begun.lines
        if line.model in held
    ]
    today = business_date(books.now, giver.timezone)
    booked = Booked(reference, GIVE.name, begun.giver, today, f"{short} to {begun.receiver}")
    return (booked, TransferBegun(begun), *moved, TransferTold(reference, asked))


def _waits(begun: Transfer, giver: Dealer) -> Reply:
    until = local(begun.expires_at, giver.timezone)
    values = {
        "reference": begun.reference,
        "count": sum(transfers.sets_of(begun).values()),
        "models": sets(transfers.sets_of(begun)),
        "dealer": begun.receiver,
        "until": until,
        "on": until.date(),
    }
    return Reply("give", values)


# ---- answers


def answer(command: Command, phone: str, books: TransferBooks) -> Decision | None:
    """What a YES or NO of the receiver's owner does to the transfer that it names, or to the only one that waits.

    None where the phone speaks for no receiver of such a one: it is as unknown as one that does not exist.
    """
    actor = books.directory.actor(phone)
    if actor is None or actor.dealer is None or not rights.allowed(actor.role, GIVE):
        return None
    found = _meant(command, actor.dealer, books)
    if found is None or isinstance(found, Decision):
        return found
    if transfers.expired(found, books.now):
        late = Reply("give_late", {"reference": found.reference, "dealer": found.giver})
        return Decision(tuple(let_lapse(found, books)), (late,))
    if found.state != transfers.OPEN:
        over = {"reference": found.reference, "state": Reply(f"transfer_is_{found.state}")}
        return Decision(replies=(Reply("give_over", over),))
    values = {"reference": found.reference, "models": sets(transfers.sets_of(found)), "dealer": found.giver}
    if command.verb == YES.name:
        records = [*transfers.take(found, books), _told(found, books, phone)]
        return Decision(tuple(records), (Reply("give_taken", values),))
    records = [*transfers.keep(found, "refuse", books), _told(found, books, phone)]
    return Decision(tuple(records), (Reply("give_refused", values),))


def _meant(command: Command, receiver: str, books: TransferBooks) -> Transfer | Decision | None:
    """The transfer to a shop that an answer is about; a Decision that asks which, where several wait."""
    reference = command.reference
    if command.option not in (None, 1):
        return None
    if reference is None:
        waiting = books.transfers.waiting(receiver, books.now)
        if len(waiting) > 1:
            which = {"transfers": TruncatableList(tuple(waiting), " "), "first": waiting[0]}
            return Decision(replies=(Reply("give_which", which),))
        return books.transfers.find(waiting[0]) if waiting else None
    found = books.transfers.find(reference if reference.startswith(GIVE.letter) else GIVE.letter + reference)
    if found is None or found.receiver != receiver:
        return None
    if reference.isdigit() and found.state != transfers.OPEN:  # then the digits are rather those of something open
        return None
    return found


def let_lapse(found: Transfer, books: TransferBooks) -> list[Record]:
    """The records that end a transfer which nobody has answered in time; the giver is told."""
    return [*transfers.keep(found, "lapse", books), _told(found, books, None)]


def undo(booking: Booking, actor: Actor, books: TransferBooks) -> Decision:
    """The giver takes an open transfer back; one that was taken can only be given back."""
    found = books.transfers.find(booking.reference)
    if found is None:
        return Decision(replies=(Reply("undo_unknown", {"reference": booking.reference}),))
    if found.state != transfers.OPEN:
        key = "give_undo_taken" if found.state == transfers.TAKEN else "give_undo_back"
        return Decision(replies=(Reply(key, {"reference": found.reference, "dealer": found.receiver}),))
    asked = tuple(books.consent.owners_hearing(found.receiver, TRANSFERS))
    records = [
        *transfers.keep(found, "undo", books),
        Undone(found.reference),
        TransferTold(found.reference, asked, settled=True),
    ]
    values = {"reference": found.reference, "models": sets(transfers.sets_of(found)), "dealer": found.giver}
    return Decision(tuple(records), (Reply("give_undone", values),))


def _told(found: Transfer, books: TransferBooks, by: str | None) -> TransferTold:
    """Whoever gave the sets is told what became of them: the giver's owners and the phone that texted it."""
    booking = books.conversation.booking(found.reference)
    phones = [*books.consent.owners_hearing(found.giver, TRANSFERS)]
    sender = booking.phone if booking is not None else None
    if sender is not None and sender not in phones and books.directory.actor(sender) is not None:
        phones.append(sender)
    return TransferTold(found.reference, tuple(phone for phone in phones if phone != by), settled=True)


def example(actor: Actor, books: Any) -> Example | None:
    """Sets that the sender could give, to another shop of the region; None where there is none."""
    dealer = books.directory.dealer(actor.dealer) if actor.dealer else None
    region = dealer.region if dealer is not None else actor.region
    other = books.directory.some_dealer(region)
    if other == actor.dealer:
        other = next((code for code, _ in books.directory.find_dealers("", region) if code != actor.dealer), None)
    held = next(iter(books.units.held(actor.dealer)), None) if actor.dealer else None
    model = books.catalogue.some_model()
    sets_ = held or (f"{model} 2" if model is not None else None)
    return Example(GIVE.name, f"{other} {sets_}") if other is not None and sets_ is not None else None


STATE = phrase(*(f"transfer_is_{state}" for state in transfers.STATES if state != transfers.OPEN))
_OVER = {"reference": REFERENCE, "models": SETS, "dealer": CODE}

GIVE = Verb(
    name="give",
    place=130,
    help_place=115,
    arguments=("dealer", "imeis", "items"),
    roles=("owner", *ABOVE_SHOPS),
    decide=decide,
    missing=missing_digit,
    letter="T",
    good_parts_alone=True,
    on_rejected=near.offer,
    on_answer=answer,
    example=example,
    undo=undo,
    replies=ReplyTable(
        bookings={
            "give": {
                "reference": REFERENCE,
                "count": COUNT,
                "models": SETS,
                "dealer": CODE,
                "until": TIME,
                "on": DATE,
            },
            "give_partial": {"reference": REFERENCE, "count": COUNT, "dealer": CODE, "bad": many(BAD), "again": COUNT},
            "give_taken": _OVER,
            "give_refused": _OVER,
            "give_undone": _OVER,
        },
        answers={
            "give_unheard": {"dealer": CODE},
            "give_by_imei": {},
            "give_several": {"dealer": CODE, "other": CODE},
            "give_nobodys": {},
            "give_same": {"dealer": CODE},
            "give_inactive": {"dealer": CODE},
            "give_short": {"model": CODE, "book": BOOK, "count": COUNT},
            "give_late": {"reference": REFERENCE, "dealer": CODE},
            "give_which": {"transfers": many(REFERENCE), "first": REFERENCE},
            "give_over": {"reference": REFERENCE, "state": STATE},
            "give_undo_taken": {"reference": REFERENCE, "dealer": CODE},
            "give_undo_back": {"reference": REFERENCE, "dealer": CODE},
        },
        phrases={f"transfer_is_{state}": {} for state in transfers.STATES if state != transfers.OPEN},
    ),
    examples=("GIVE D1002 860123450000103", "GIVE D1002 A350 2"),
    examples_zh=("调货 D1002 860123450000103",),
)

VERBS = (GIVE,)
