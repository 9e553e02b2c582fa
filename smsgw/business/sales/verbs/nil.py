"""NIL: nothing sold on a day. Of a NIL and sales of one day the newest holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from smsgw.business.conversation.rules.questions import PLAIN, answer_word, ask
from smsgw.business.conversation.rules.records import Booked, Undone
from smsgw.business.conversation.rules.taking_back import takes_back
from smsgw.business.conversation.verbs import undo
from smsgw.business.core.bookings import Booking
from smsgw.business.core.command import Command, Item
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.field_kinds import CODE, COUNT, DATE, DAY, REFERENCE, many
from smsgw.business.core.phrases import date_refused
from smsgw.business.core.principal import EVERYBODY, Actor
from smsgw.business.core.reply import Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.rights import SHOP_ROLES
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, at_shop
from smsgw.business.sales.rules.ledger import SalesBooks
from smsgw.business.sales.rules.lines import NAME as SALE
from smsgw.business.sales.rules.lines import NilBooked
from smsgw.calendar.days import business_date

_SHOWN = 4  # sales that a question can name, so that it shows all that a YES would take back


@at_shop
def decide(command: Command, actor: Actor, dealer: Dealer, books: SalesBooks) -> Decision:
    """Book that a shop sold nothing on a day.

    Where the book has sales of that day, it is asked whether they are to be taken back; the YES does both or neither.
    Refused where that cannot be asked: sales that the sender could not undo, or more of them than a question shows.
    """
    today = business_date(books.now, dealer.timezone)
    on = command.on or today
    refused = date_refused(on, today, books)
    if refused is not None:
        return Decision(replies=(refused,))
    sold = sum(books.sales.sold(dealer.code, on, on).values())
    sales: Sequence[str] = ()
    taken: list[Record] = []
    if sold:
        sales = _to_take_back(actor, dealer, on, sold, books)
        if not sales:
            return Decision(replies=(Reply("nil_but_sold", {"dealer": dealer.code, "on": on, "count": sold}),))
        for reference in sales:
            undone = undo.decide_in_time(Command(undo.UNDO.name, reference=reference), actor, books)
            if not takes_back(undone):
                return Decision(replies=undone.replies)
            taken += undone.records
        if not set(sales) <= set(command.undoes):
            return _ask(replace(command, on=on), actor, dealer, sold, sales, books)
    reference = command.asked or books.reference(NIL.letter)
    values = {"reference": reference, "dealer": dealer.code, "on": on}
    records = (
        *taken,
        Booked(reference, NIL.name, dealer.code, on),
        NilBooked(reference, dealer.code, on, tuple(sales)),
    )
    if sales:
        return Decision(records, (Reply("nil_instead", {**values, "sales": TruncatableList(tuple(sales), " ")}),))
    last = books.sales.last_sale_on(dealer.code)
    reply = Reply("nil", values) if last is None or last > on else Reply("nil_since", {**values, "last": last})
    return Decision(records, (reply,))


def _ask(
    command: Command, actor: Actor, dealer: Dealer, sold: int, sales: Sequence[str], books: SalesBooks
) -> Decision:
    """Ask whether the sales of the day are to be taken back; its YES is for these and no others."""
    reference, records = ask(books, actor, [[replace(command, undoes=tuple(sales))]], PLAIN)
    values = {
        "dealer": dealer.code,
        "on": command.on,
        "count": sold,
        "sales": TruncatableList(tuple(sales), " "),
        "answer": answer_word(reference),
    }
    return Decision(tuple(records), (Reply("nil_question", values),))


def _to_take_back(actor: Actor, dealer: Dealer, on: date, sold: int, books: SalesBooks) -> Sequence[str]:
    """The sales that are all that a shop sold on a day, the newest first; none where they cannot all be named."""
    since = books.now - timedelta(hours=books.trade.undo_hours)
    phones = dict.fromkeys((actor.phone, *books.directory.phones_of(dealer.code, sorted(SHOP_ROLES))))
    found = books.sales.bookings_of(dealer.code, on, tuple(phones), since)
    lines = [line for reference in found for line in books.sales.lines(reference)]
    # With an IMEI that came later its sale by number would be there again.
    whole = all(line.on == on and line.fills is None for line in lines) and sum(line.quantity for line in lines) == sold
    return tuple(reversed(found)) if whole and len(found) <= _SHOWN else ()


def is_repeat(booking: Booking, phone: str, books: SalesBooks) -> bool:
    """Whether the same text again says what is known: not where sales of that day came since."""
    return booking.dealer is None or not books.sales.sold(booking.dealer, booking.on, booking.on)


def undo_nil(booking: Booking, actor: Actor, books: SalesBooks) -> Decision:
    """Take a NIL back; the sales that it took back are booked anew, each with its own answer."""
    sold = [_again(reference, booking, books) for reference in books.sales.undone_by_nil(booking.reference)]
    reply = Reply("undone", {"reference": booking.reference, "dealer": booking.dealer or ""})
    return Decision((Undone(booking.reference),), (reply,), then=tuple(sale for sale in reversed(sold) if sale))


def _again(reference: str, nil: Booking, books: SalesBooks) -> Command | None:
    """The command that sells again what a sale that was taken back had sold."""
    lines = books.sales.undone_lines(reference)
    if not lines:
        return None
    return Command(
        SALE,
        imeis=tuple(line.imei for line in lines if line.imei is not None),
        items=tuple(Item(line.model, line.quantity) for line in lines if line.imei is None),
        on=nil.on,
        dealer=nil.dealer,
        customer=lines[0].customer,
    )


NIL = Verb(
    name="nil",
    place=20,
    help_place=50,
    arguments=("on", "dealer"),
    roles=EVERYBODY,
    decide=decide,
    alone=True,
    letter="N",
    words_ask_back=True,
    reports=True,
    is_repeat=is_repeat,
    undo=undo_nil,
    replies=ReplyTable(
        bookings={
            "nil": {"reference": REFERENCE, "dealer": CODE, "on": DATE},
            "nil_since": {"reference": REFERENCE, "dealer": CODE, "on": DATE, "last": DATE},
            "nil_instead": {"reference": REFERENCE, "dealer": CODE, "on": DATE, "sales": many(REFERENCE)},
        },
        answers={
            "nil_but_sold": {"dealer": CODE, "on": DATE, "count": COUNT},
            "nil_question": {
                "dealer": CODE,
                "on": DATE,
                "count": COUNT,
                "sales": many(REFERENCE),
                "answer": REFERENCE,
            },
            "nil_over": {"nil": REFERENCE, "day": DAY},
        },
        whole=frozenset(("nil_question",)),
    ),
    examples=("NIL", "NIL yesterday"),
    examples_zh=("无销量",),
)
