"""MSG: a word of a shop that becomes a ticket with somebody to answer it, and the YES or NO that ends it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from smsgw.business.broadcasts.verbs.broadcast import BROADCAST
from smsgw.business.consent.rules import has_stopped
from smsgw.business.conversation.rules.records import Booked, Undone
from smsgw.business.conversation.verbs.answer import YES
from smsgw.business.core.bookings import Booking
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.examples import a_model
from smsgw.business.core.field_kinds import CODE, DATE, REFERENCE, TIME, many, phrase
from smsgw.business.core.phrases import typed
from smsgw.business.core.principal import Actor
from smsgw.business.core.reply import Example, Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.rights import SHOP_ROLES
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, at_shop, covers, shop
from smsgw.business.tickets import rules as tickets
from smsgw.business.tickets.replies import WHO
from smsgw.business.tickets.rules import TOPIC, Ticket, TicketBooks, TicketMoved, TicketOpened
from smsgw.calendar.days import business_date, local

_REFERENCE = re.compile(r"[A-Z][0-9]{1,9}")
_SHOP = re.compile(r"(?<!\S)@\s?([A-Za-z]\d{1,6})(?!\S)")
_CODE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]\d{1,6}(?![A-Za-z0-9])")
_EXAMPLE = 32  # characters of the words of an example
_SPEAK_FOR_THE_SHOP = ("owner", "clerk")  # who say of any ticket of their shop that it is settled, or not
_PROMPT = 20  # characters of a ticket's words where it is one of several


def decide(command: Command, actor: Actor, books: TicketBooks) -> Decision:
    """Open a ticket of a shop, or add to one; field staff name the shop among their words, or a ticket of theirs."""
    return _decide(_with_its_shop(command, actor, books), actor, books)


def missing(command: Command, actor: Actor, books: TicketBooks) -> Reply | None:
    """What a message wants before it is asked back: of who speaks for no shop, which shop it is about."""
    found = shop(_with_its_shop(command, actor, books), actor, books)
    if not isinstance(found, Reply):
        return None
    named = books.directory.some_dealer(actor.region) if found.key == "which_dealer" else None
    if named is None:
        return found
    return Reply("which_dealer", {"example": typed(FEEDBACK.name, f"@{named} {command.text or ''}"[:_EXAMPLE].strip())})


def example(actor: Actor, books: TicketBooks) -> Example | None:
    """What field staff may send: a question about a model at a shop of theirs. None for those of a shop."""
    if actor.role in SHOP_ROLES:
        return None
    dealer, model = books.directory.some_dealer(actor.region), a_model(books)
    return Example(FEEDBACK.name, f"@{dealer} {model}?") if dealer and model else None


def _with_its_shop(command: Command, actor: Actor, books: TicketBooks) -> Command:
    """A message of field staff with the shop that it is about: the one that its words name (`@D1001`, which is no word
    of it then), or that of a ticket of the sender's own."""
    if actor.role in SHOP_ROLES or command.dealer is not None:
        return command
    words = command.text or ""
    named = _SHOP.search(words)
    if named is not None:
        rest = f"{words[: named.start()]} {words[named.end() :]}".strip()
        return replace(command, dealer=named[1].upper(), text=rest or None)
    codes = {code.upper() for code in _CODE.findall(words) if books.directory.dealer(code.upper()) is not None}
    if len(codes) == 1:
        return replace(command, dealer=codes.pop())
    reference = command.reference or words.strip().upper()
    ticket = books.tickets.find(reference) if reference.startswith(FEEDBACK.letter) else None
    return replace(command, dealer=ticket.dealer) if ticket is not None and ticket.phone == actor.phone else command


@at_shop
def _decide(command: Command, actor: Actor, dealer: Dealer, books: TicketBooks) -> Decision:
    """Open a ticket, with whoever sees to the shop to answer it by a deadline; with the reference of one, add to it.

    A ticket that was settled or closed is open again. A reference that is not the shop's opens nothing. The reference
    of a ticket alone asks how it stands; another reference alone says nothing of it.
    """
    named, words = command.reference, command.text or ""
    if named is None and _REFERENCE.fullmatch(words.upper()) and books.catalogue.product(words.upper()) is None:
        return _bare(words.upper(), actor, dealer, books)
    if named is not None and named.startswith(FEEDBACK.letter):
        ticket = _own(named, actor, dealer, books)
        if ticket is not None or books.catalogue.product(named) is None:
            return _add(named, ticket, words, actor, dealer, books)
    if named is not None and not _known(named, dealer, books):
        if books.catalogue.product(named) is None:
            return _only("ticket_no_subject", reference=named)
        named, words = None, f"{named} {words}"  # a model whose code looks like a reference
    ticket = Ticket(
        reference=command.asked or books.reference(FEEDBACK.letter),
        dealer=dealer.code,
        subject=named,
        phone=actor.phone,
        assignee=books.tickets.assignee(dealer, actor.contact),
        state=tickets.OPEN,
        due_at=tickets.due_at(dealer, books),
        text=words,
    )
    on = business_date(books.now, dealer.timezone)
    records: tuple[Record, ...] = (
        Booked(ticket.reference, FEEDBACK.name, dealer.code, on, words[:_PROMPT]),
        TicketOpened(ticket),
    )
    return Decision(records, (_due_reply("ticket", ticket, dealer),))


def take_answer(command: Command, phone: str, books: TicketBooks) -> Decision | None:
    """What a YES or NO says of a ticket; None when it says nothing of one.

    Whoever has the ticket, or a manager above, says by YES that it is dealt with; then the shop is asked, and closes it
    by YES or has it open again by NO. A YES or NO alone is about the one ticket that the phone was asked about.
    """
    actor = books.directory.actor(phone)
    if actor is None or command.option is not None:
        return None
    named = command.reference
    if named is None:
        waiting = books.tickets.asked_about(phone)
        if len(waiting) > 1:
            return _only("questions_open", questions=_listed(waiting), first=waiting[0].reference)
        ticket = waiting[0] if waiting else None
    elif named.isdigit() or named.startswith(FEEDBACK.letter):
        ticket = books.tickets.find(FEEDBACK.letter + named if named.isdigit() else named)
        if ticket is not None and named.isdigit() and ticket.state == tickets.CLOSED:
            return None  # rather an order with these digits
    else:
        return None
    dealer = books.directory.dealer(ticket.dealer) if ticket else None
    if ticket is None or dealer is None:
        return None
    yes = command.verb == YES.name
    if _has(actor, ticket, dealer, books):
        return _settle(ticket, dealer, books) if yes else _keep(ticket, dealer)
    if phone == ticket.phone or (actor.dealer == dealer.code and actor.role in _SPEAK_FOR_THE_SHOP):
        return _agree(ticket, dealer) if yes else _disagree(ticket, dealer, books)
    return None


def ask_which(command: Command, phone: str, books: TicketBooks) -> Decision | None:
    """Ask which ticket is meant by a YES or NO alone of somebody who has open ones; None where they have none.

    A YES of a phone that said STOP is about that: it wants its notices again.
    """
    actor = books.directory.actor(phone)
    if actor is None or actor.contact is None or command.option is not None:
        return None
    if command.verb == YES.name and has_stopped(books.consent.history(phone)):
        return None
    kept = books.tickets.assigned_to(actor.contact)
    if not kept:
        return None
    return _only("ticket_which", tickets=_listed(kept), first=kept[0].reference)


def undo(booking: Booking, actor: Actor, books: TicketBooks) -> Decision:
    """Withdraw a ticket of the actor's shop: nobody needs to answer it. Who is to answer one cannot.

    What somebody opened they take back, though it be they who are to answer: as a field worker who told of a shop's
    wrong set.
    """
    ticket = books.tickets.find(booking.reference)
    own = actor.phone == booking.phone or (ticket is not None and ticket.phone == actor.phone)
    if actor.dealer != booking.dealer and not own:
        return _only("undo_not_yours", reference=booking.reference)
    if ticket is None or not tickets.can(ticket.state, tickets.WITHDRAWN):
        return _only("ticket_closed_already", reference=booking.reference)
    records = (TicketMoved(ticket.reference, tickets.WITHDRAWN), Undone(ticket.reference))
    return Decision(records, (Reply("undone_ticket", {"reference": ticket.reference, "dealer": booking.dealer}),))


# ---- within


def _bare(reference: str, actor: Actor, dealer: Dealer, books: TicketBooks) -> Decision:
    """The answer to a reference without a word about it: no ticket is made of that."""
    if reference.startswith(FEEDBACK.letter):
        ticket = _own(reference, actor, dealer, books)
        if ticket is None:
            return _only("ticket_unknown", reference=reference)
        return _as_it_stands(ticket, dealer)
    return _only("ticket_no_words" if _known(reference, dealer, books) else "ticket_no_subject", reference=reference)


def _add(
    reference: str, ticket: Ticket | None, words: str, actor: Actor, dealer: Dealer, books: TicketBooks
) -> Decision:
    if ticket is None:
        return _only("ticket_unknown", reference=reference)
    if ticket.state == tickets.OPEN:
        added = (
            () if ticket.text == words else (TicketMoved(reference, tickets.ADDED, words),)
        )  # twice sent counts once
        return Decision(added, (_due_reply("ticket_added", ticket, dealer),))
    assignee = ticket.assignee or books.tickets.assignee(dealer)
    again = replace(ticket, due_at=tickets.due_at(dealer, books), assignee=assignee)
    moved = TicketMoved(reference, tickets.ADDED, words, again.due_at, again.assignee)
    return Decision((moved,), (_due_reply("ticket_again", again, dealer),))


def _own(reference: str, actor: Actor, dealer: Dealer, books: TicketBooks) -> Ticket | None:
    """A ticket that a sender may speak of: any of the shop for its owner and clerks, for others one of their own.

    Another is as unknown as one that does not exist.
    """
    ticket = books.tickets.find(reference)
    if ticket is None or ticket.dealer != dealer.code:
        return None
    return ticket if ticket.phone == actor.phone or actor.role in _SPEAK_FOR_THE_SHOP else None


def _has(actor: Actor, ticket: Ticket, dealer: Dealer, books: TicketBooks) -> bool:
    """Whether it is the actor's to settle a ticket: its assignee's, or a manager's of the area."""
    if ticket.assignee is not None and ticket.assignee.contact == actor.contact:
        return True
    return actor.role in ("manager", "hq") and covers(actor, dealer, books)


def _settle(ticket: Ticket, dealer: Dealer, books: TicketBooks) -> Decision:
    if ticket.state == tickets.CLOSED:
        return _only("ticket_not_open", reference=ticket.reference)
    moved = (TicketMoved(ticket.reference, tickets.DONE),) if ticket.state == tickets.OPEN else ()
    heard = books.directory.actor(ticket.phone) is not None and not has_stopped(
        books.consent.history(ticket.phone), TOPIC
    )
    key = "ticket_asked" if heard else "ticket_unheard"
    return Decision(moved, (Reply(key, {"reference": ticket.reference, "dealer": dealer.code}),))


def _keep(ticket: Ticket, dealer: Dealer) -> Decision:
    if ticket.state != tickets.OPEN:
        return _only("ticket_not_open", reference=ticket.reference)
    due = local(ticket.due_at, dealer.timezone)
    return _only("ticket_yours", reference=ticket.reference, on=due.date(), time=due)


def _agree(ticket: Ticket, dealer: Dealer) -> Decision:
    if ticket.state == tickets.SETTLED:
        moved = TicketMoved(ticket.reference, tickets.AGREED)
        return Decision((moved,), (Reply("ticket_closed", {"reference": ticket.reference}),))
    return _as_it_stands(ticket, dealer)


def _disagree(ticket: Ticket, dealer: Dealer, books: TicketBooks) -> Decision:
    if ticket.state == tickets.SETTLED:
        again = replace(
            ticket, due_at=tickets.due_at(dealer, books), assignee=ticket.assignee or books.tickets.assignee(dealer)
        )
        moved = TicketMoved(ticket.reference, tickets.DISAGREED, None, again.due_at, again.assignee)
        return Decision((moved,), (_due_reply("ticket_again", again, dealer),))
    return _as_it_stands(ticket, dealer)


def _as_it_stands(ticket: Ticket, dealer: Dealer) -> Decision:
    """How a ticket stands, for its shop."""
    if ticket.state == tickets.SETTLED:
        return _only("ticket_question", reference=ticket.reference)
    if ticket.state == tickets.CLOSED:
        return _only("ticket_closed_already", reference=ticket.reference)
    return Decision(replies=(_due_reply("ticket_waits", ticket, dealer),))


def _due_reply(key: str, ticket: Ticket, dealer: Dealer) -> Reply:
    """Who answers a ticket by when, on the shop's clock."""
    due = local(ticket.due_at, dealer.timezone)
    return Reply(key, {"reference": ticket.reference, "who": who_answers(ticket), "on": due.date(), "time": due})


def _listed(several: Sequence[Ticket]) -> TruncatableList:
    return TruncatableList(
        tuple(Reply("open_question", {"answer": t.reference, "prompt": t.text[:_PROMPT]}) for t in several)
    )


def who_answers(ticket: Ticket) -> Reply:
    """Who answers a ticket."""
    assignee = ticket.assignee
    return Reply("ticket_person", {"name": assignee.name}) if assignee and assignee.name else Reply("ticket_office")


def _known(reference: str, dealer: Dealer, books: TicketBooks) -> bool:
    """Whether a reference is one that the shop can know of: a booking of its own, or a broadcast that it was sent."""
    booking = books.conversation.booking(reference)
    if booking is not None and booking.verb != BROADCAST.name:
        return booking.dealer == dealer.code
    return reference.startswith(BROADCAST.letter) and books.broadcasts.was_sent_to(reference, dealer.code)


def _only(key: str, **values: object) -> Decision:
    return Decision(replies=(Reply(key, values),))


FEEDBACK = Verb(
    name=tickets.VERB,
    place=310,
    help_place=120,
    arguments=("reference", "text"),
    roles=("owner", "clerk", "promoter", "field"),
    decide=decide,
    missing=missing,
    example=example,
    letter=tickets.LETTER,
    takes_words=True,
    told_as=("ticket", "opened"),
    on_answer=take_answer,
    ask_which=ask_which,
    undo=undo,
    replies=ReplyTable(
        bookings={
            "ticket": {"reference": REFERENCE, "who": WHO, "on": DATE, "time": TIME},
            "ticket_added": {"reference": REFERENCE, "who": WHO, "on": DATE, "time": TIME},
            "ticket_again": {"reference": REFERENCE, "who": WHO, "on": DATE, "time": TIME},
            "undone_ticket": {"reference": REFERENCE, "dealer": CODE},
        },
        answers={
            "ticket_unknown": {"reference": REFERENCE},
            "ticket_no_words": {"reference": REFERENCE},
            "ticket_no_subject": {"reference": REFERENCE},
            "ticket_waits": {"reference": REFERENCE, "who": WHO, "on": DATE, "time": TIME},
            "ticket_asked": {"reference": REFERENCE, "dealer": CODE},
            "ticket_unheard": {"reference": REFERENCE, "dealer": CODE},
            "ticket_yours": {"reference": REFERENCE, "on": DATE, "time": TIME},
            "ticket_closed": {"reference": REFERENCE},
            "ticket_closed_already": {"reference": REFERENCE},
            "ticket_not_open": {"reference": REFERENCE},
            "ticket_which": {"tickets": many(phrase("open_question")), "first": REFERENCE},
        },
    ),
    examples=("MSG the box was wet", "MSG O7731 box was wet"),
    examples_zh=("反馈 箱子湿了", "反馈 O7731 箱子湿了"),
)

VERBS = (FEEDBACK,)
