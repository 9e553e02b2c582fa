"""IMEI: the trail of one set."""

from __future__ import annotations

from smsgw.business.core import vocabulary
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import CODE, DATE, LAST4, many, phrase
from smsgw.business.core.field_kinds import IMEI as WHOLE
from smsgw.business.core.principal import EVERYBODY, UNREGISTERED, Actor
from smsgw.business.core.reply import Example, Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, covers
from smsgw.business.units.rules.activations import Activation
from smsgw.business.units.rules.ledger import UnitBooks
from smsgw.business.units.rules.states import (
    KIND_REPLACED,
    KIND_SHIPPED,
    KINDS,
    ORIGIN_SHIPPED,
    UnitEvent,
    events_in_force,
)
from smsgw.calendar.days import business_date

# The kinds of events by which a set is swapped, each with the phrase that names the other set.
_SWAPS = {KIND_REPLACED: "swap_by", KIND_SHIPPED: "swap_for"}


def decide(command: Command, actor: Actor, books: UnitBooks) -> Decision:
    """Tell where a set has been: to a shop its own part, to field staff that of their region, to headquarters all.

    To a phone that we do not know: whether the set is genuine and since when its warranty runs, and nothing else.
    """
    if actor.role == UNREGISTERED:
        return _for_anybody(command, books)
    imei = command.imei or ""
    unit = books.units.find(imei)
    if unit is None:
        return Decision(replies=(_unknown(imei, books),))
    home = books.directory.dealer(actor.dealer) if actor.dealer else None
    zone = home.timezone if home else books.trade.timezone
    mine = [event for event in events_in_force(books.units.trail(unit.imei)) if _visible(event, actor, books)]
    values = {"last": unit.imei[-4:], "model": unit.model}
    if not mine:
        return Decision(replies=(Reply("imei_other", values),))
    swaps = {reference: other for known in vocabulary.swaps() for reference, other in known(unit.imei, books).items()}
    told = [(event.at, _step(event, zone, home, swaps.get(event.reference or ""))) for event in mine]
    told += [(seen.at, _seen(seen, zone)) for seen in books.units.activations(unit)]
    steps = TruncatableList(tuple(step for _, step in sorted(told, key=lambda pair: pair[0])))
    return Decision(replies=(Reply("imei_trail", {**values, "steps": steps}),))


def _for_anybody(command: Command, books: UnitBooks) -> Decision:
    imei = command.imei or ""
    unit = books.units.find(imei)
    if unit is None or unit.origin != ORIGIN_SHIPPED:
        return Decision(replies=(_unknown(imei, books),))
    values = {"imei": imei, "model": unit.model}
    sold = books.units.sale_of(unit.imei)
    if sold is None:
        return Decision(replies=(Reply("imei_genuine", values),))
    return Decision(replies=(Reply("imei_genuine_sold", {**values, "on": sold.on}),))


def _unknown(imei: str, books: UnitBooks) -> Reply:
    model = books.catalogue.model_of(imei)
    if model is None:
        return Reply("imei_unknown", {"imei": imei})
    return Reply("imei_type_only", {"imei": imei, "model": model})


def _visible(event: UnitEvent, actor: Actor, books: UnitBooks) -> bool:
    if actor.role == "hq":
        return True
    dealer = books.directory.dealer(event.dealer) if event.dealer else None
    return dealer is not None and covers(actor, dealer, books)


def _step(event: UnitEvent, zone: str, home: Dealer | None, other: str | None) -> Reply:
    """A step of the trail; where the set was swapped in it, with the `other` set."""
    values: dict[str, object] = {"kind": Reply(f"kind_{event.kind}"), "on": business_date(event.at, zone)}
    at = home is None and event.dealer is not None
    if at:
        values["dealer"] = event.dealer
    if other is None or event.kind not in _SWAPS:
        return Reply("step_at" if at else "step", values)
    values["swap"] = Reply(_SWAPS[event.kind], {"imei": other})
    return Reply("step_at_swapped" if at else "step_swapped", values)


def _seen(activation: Activation, zone: str) -> Reply:
    """That a set was activated: the same for every role that may see anything of it."""
    on = business_date(activation.at, zone)
    if activation.region is None:
        return Reply("step_active", {"on": on})
    return Reply("step_active_in", {"on": on, "region": activation.region})


def example(actor: Actor, books: UnitBooks) -> Example | None:
    """A set that lies in the sender's shop, or in one of the sender's area."""
    shop = actor.dealer or books.directory.some_dealer(None if actor.role == "hq" else actor.region)
    held = min(books.units.held(shop), default=None) if shop else None
    return Example(IMEI.name, held) if held is not None else None


_KIND = phrase(*(f"kind_{kind}" for kind in KINDS))  # of event

_SWAP = phrase(*_SWAPS.values())

IMEI = Verb(
    name="imei",
    place=150,
    help_place=90,
    arguments=("imei",),
    roles=(*EVERYBODY, UNREGISTERED),
    decide=decide,
    example=example,
    reads_only=True,
    by_asking=True,
    replies=ReplyTable(
        answers={
            "imei_trail": {
                "last": LAST4,
                "model": CODE,
                "steps": many(
                    phrase("step", "step_at", "step_swapped", "step_at_swapped", "step_active", "step_active_in")
                ),
            },
            "imei_other": {"last": LAST4, "model": CODE},
            "imei_genuine": {"imei": WHOLE, "model": CODE},
            "imei_genuine_sold": {"imei": WHOLE, "model": CODE, "on": DATE},
            "imei_unknown": {"imei": WHOLE},
            "imei_type_only": {"imei": WHOLE, "model": CODE},
        },
        phrases={
            "step": {
                "kind": _KIND,
                "on": DATE,
            },
            "step_at": {
                "kind": _KIND,
                "on": DATE,
                "dealer": CODE,
            },
            "step_swapped": {"kind": _KIND, "on": DATE, "swap": _SWAP},
            "step_at_swapped": {"kind": _KIND, "on": DATE, "dealer": CODE, "swap": _SWAP},
            "swap_by": {"imei": WHOLE},
            "swap_for": {"imei": WHOLE},
            "step_active": {"on": DATE},
            "step_active_in": {"on": DATE, "region": CODE},
            **{f"kind_{kind}": {} for kind in KINDS},
        },
    ),
    examples=("IMEI 860123450000129",),
    examples_zh=("串号 860123450000129",),
)
