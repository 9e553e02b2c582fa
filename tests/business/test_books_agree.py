"""Whatever is texted and shipped in whatever order, the books agree with themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.business.core.command import CONFIRM, Command, Item
from smsgw.business.money.rules import receive_payment
from smsgw.business.shipping.rules import ShipmentLine, ship
from smsgw.errors import CannotBook
from tests.business.dict_ledger import CLERK, FIELD, MANAGER, OTHER_OWNER, OWNER, imei, sample
from tests.business.say import say

IMEIS = [imei("86012345", n) for n in range(4)] + [imei("86012347", n) for n in range(3)]
phones = st.sampled_from([OWNER, CLERK, OTHER_OWNER, FIELD, MANAGER])
imeis = st.lists(st.sampled_from(IMEIS), min_size=1, max_size=4).map(tuple)
items = st.lists(st.builds(Item, st.sampled_from(["A350", "B200"]), st.integers(1, 30)), min_size=1, max_size=2).map(
    tuple
)
references = st.builds("{}{}".format, st.sampled_from("SKROST"), st.integers(1001, 1006))


def command(verb: str, **fields: st.SearchStrategy[object]) -> st.SearchStrategy[Command]:
    return st.builds(lambda **values: Command(verb, **values), **fields)


commands = st.one_of(
    command("sale", imeis=imeis),
    command("sale", items=items),
    command("sale", imeis=imeis, doubtful=imeis),
    command("register", imeis=imeis),
    command("count", items=items),
    command("order", items=items),
    command("undo", reference=st.none() | references),
    command("yes", reference=st.none() | references),
    command("yes", reference=st.none() | references, option=st.integers(1, 2)),
    command("approve", reference=references),
    command("reject", reference=references, reason=st.sampled_from(["no", ""])),
    command("no"),
    command("give", imeis=imeis, dealer=st.sampled_from(["D1001", "D1002"])),
    command("give", items=items, dealer=st.sampled_from(["D1001", "D1002"])),
    command("receive", imeis=imeis),
    command("receive", order=st.sampled_from(["1001", "SH0", "SH1", "SH2"])),
    command("receive", order=st.sampled_from(["SH0", "SH1", "SH2"]), quantity=st.integers(1, 4)),
    command("nil"),
    command("stock"),
    command("balance"),
).flatmap(lambda c: st.sampled_from([c, c, c, replace(c, outcome=CONFIRM)] if c.verb == "sale" else [c]))


def at_a_shop(said: Command, phone: str) -> Command:
    needs = said.verb in ("sale", "register", "count", "order", "nil", "stock", "balance", "receive")
    return replace(said, dealer="D1001") if phone in (FIELD, MANAGER) and needs else said


steps = st.one_of(
    st.tuples(st.just("say"), phones, st.lists(commands, min_size=1, max_size=3)),
    st.tuples(st.just("ship"), st.sampled_from(["D1001", "D1002"]), st.sampled_from(IMEIS)),
    st.tuples(st.just("pay"), st.sampled_from(["D1001", "D1002"]), st.integers(1, 10**6)),
    st.tuples(st.just("wait"), st.just(""), st.integers(1, 30)),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(steps, max_size=25))
def test_any_course_of_trade_leaves_books_that_agree(course: list[tuple[str, str, object]]) -> None:
    books = sample()
    for number, (what, who, given_) in enumerate(course):
        if what == "say":
            assert isinstance(given_, list)
            said = [at_a_shop(c, who) for c in given_]
            if len(said) > 1 and books.message % 2:
                said = said[:1]
            decision = say(books, who, *said)
            assert tuple(books.applied) == decision.records
            assert decision.replies or decision.outcome == "ignored"
        elif what == "ship":
            books.begin()
            model = "A350" if str(given_).startswith("86012345") else "B200"
            try:
                books.apply(ship(ShipmentLine(f"SH{number}", who, str(given_), model, date(2026, 4, 14)), books))
            except CannotBook:
                continue
        elif what == "pay":
            assert isinstance(given_, int)
            dealer = books.directory.dealer(who)
            assert dealer is not None
            books.apply(receive_payment(dealer, given_, "CNY", f"P{number}"))
        else:
            assert isinstance(given_, int)
            books.begin(after=timedelta(hours=given_))
        assert books.faults() == []
    live = [line.imei for line in books._live_lines() if line.imei]
    assert len(live) == len(set(live))


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(phones, commands), max_size=12))
def test_undoing_everything_newest_first_brings_the_books_back(course: list[tuple[str, Command]]) -> None:
    books = sample()
    for who, said in course:
        if said.verb not in ("undo", "yes", "no", "reject"):
            say(books, who, at_a_shop(said, who))
    for booking in list(books.headers.values())[::-1]:
        assert booking.phone is not None
        say(books, booking.phone, Command("undo", reference=booking.reference))
    assert all(booking.undone for booking in books.headers.values())
    assert all(
        not any((level.quantity, level.units)) for code in books.dealers for level in books.stock.levels(code).values()
    )
    assert all((unit.state, unit.holder) == ("made", None) for unit in books.units.values())
    assert all(order.state in ("cancelled", "expired") for order in books.placed.values())
    assert books.sales.sold("D1001", date(2026, 1, 1), date(2026, 12, 31)) == {}
