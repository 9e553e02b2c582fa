"""BLOCK and UNBLOCK: a phone that was lost, stolen, or is somebody else's by now speaks for nobody."""

from __future__ import annotations

from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import EXAMPLE, NAME, PHONE, TIME, TOKEN
from smsgw.business.core.principal import MANAGERS, Actor
from smsgw.business.core.reply import Example, Reply
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import DirectoryBooks, Line
from smsgw.business.people.rules import PhoneBlocked, PhoneUnblocked, sees_to
from smsgw.calendar.days import local
from smsgw.values.phones import masked, read_phone
from smsgw.values.unreadable import Unreadable


def block(command: Command, actor: Actor, books: DirectoryBooks) -> Decision:
    """Let a phone speak for nobody from now on; what it was asked lapses, and no notice goes to it."""
    found = _line(command, actor, books)
    if isinstance(found, Reply):
        return Decision(replies=(found,))
    owner = found.owner
    if owner.phone == actor.phone:
        return Decision(replies=(Reply("block_own"),))
    values = {"phone": masked(owner.phone), "name": owner.name}
    if not found.active:
        return Decision(replies=(Reply("block_already", values),))
    record = PhoneBlocked(owner.phone, owner.dealer, command.reason)
    return Decision((record,), (Reply("block", {**values, "time": _now(actor, books)}),))


def unblock(command: Command, actor: Actor, books: DirectoryBooks) -> Decision:
    """Let a phone speak for its owner again."""
    found = _line(command, actor, books)
    if isinstance(found, Reply):
        return Decision(replies=(found,))
    owner = found.owner
    values = {"phone": masked(owner.phone), "name": owner.name}
    if found.active:
        return Decision(replies=(Reply("unblock_already", values),))
    record = PhoneUnblocked(owner.phone, owner.dealer, command.reason)
    return Decision((record,), (Reply("unblock", {**values, "time": _now(actor, books)}),))


def _line(command: Command, actor: Actor, books: DirectoryBooks) -> Line | Reply:
    """The phone that is meant; one of which the sender is not to know is answered as one that is not registered."""
    said = command.phone or ""
    try:
        number = read_phone(said, books.trade.country)
    except Unreadable:
        return Reply("phone_unreadable", {"token": said, "example": Example(command.verb or BLOCK.name)})
    found = books.directory.line(number)
    if found is None or not sees_to(actor, found.owner, books):
        return Reply("phone_unknown", {"phone": masked(number)})
    return found


def _now(actor: Actor, books: DirectoryBooks) -> object:
    dealer = books.directory.dealer(actor.dealer) if actor.dealer else None
    return local(books.now, dealer.timezone if dealer else books.trade.timezone)


_WHOSE = {"phone": PHONE, "name": NAME}

BLOCK = Verb(
    name="block",
    place=400,
    help_place=187,
    arguments=("phone", "reason"),
    roles=("owner", *MANAGERS),
    decide=block,
    fragment="people",
    replies=ReplyTable(
        answers={
            "block": {**_WHOSE, "time": TIME},
            "block_already": _WHOSE,
            "block_own": {},
            "phone_unknown": {"phone": PHONE},
            "phone_unreadable": {"token": TOKEN, "example": EXAMPLE},
        }
    ),
    examples=("BLOCK 13900000001 lost",),
    examples_zh=("停用 13900000001 丢失",),
)

UNBLOCK = Verb(
    name="unblock",
    place=410,
    help_place=195,
    arguments=("phone", "reason"),
    roles=("owner", *MANAGERS),
    decide=unblock,
    fragment="people",
    replies=ReplyTable(answers={"unblock": {**_WHOSE, "time": TIME}, "unblock_already": _WHOSE}),
    examples=("UNBLOCK 13900000001",),
    examples_zh=("启用 13900000001",),
)
