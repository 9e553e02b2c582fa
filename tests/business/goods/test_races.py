"""Two daemons on one PostgreSQL that get at the same goods at once: one wins, the other is told why.

Each race is run twice: the second text comes while the first is decided and not committed; and both go on together once
each holds what it names. Neither ends in an error or in a circle of locks, and the books agree afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count

import pytest

from smsgw.business.books import StoreBooks
from smsgw.business.core.session import Session
from smsgw.business.orders.actions import allocate_order, cancel_order
from smsgw.business.returns.actions import approve_return, receive_return
from smsgw.business.shipping.actions import Leaving, ship_order
from smsgw.gateway.scheduled.reminders import queue_notices
from smsgw.store.engine import open_engine
from tests.business.dict_ledger import CLERK, FIELD, HQ, MANAGER, OTHER_OWNER, OWNER, imei
from tests.business.goods.house import Deed, House, Texted, meet, race
from tests.databases import emptied

_serials = count(1)
Pair = tuple[tuple[str, str], tuple[str, str]]
Say = Callable[[str, str], str]


@pytest.fixture(scope="module")
def house(shared: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    emptied(shared)
    engine = open_engine(shared)
    house = House(engine, tmp_path_factory.mktemp("races"), daemons=2)
    yield house
    house.close()
    engine.dispose()


def sets(house: House, number: int = 1, shop: str = "D1001", note: str = "") -> list[str]:
    """New sets of A350 that were sent to a shop; of none, in a depot."""
    found = [imei("86012345", next(_serials)) for _ in range(number)]
    house.stock_depot("DEPOT-E", *((one, "A350") for one in found))
    if shop:
        note = note or f"N{next(_serials)}"
        house.ship(note, shop, *((one, "A350") for one in found), depot="DEPOT-E")
        if not note.startswith("SH"):
            house.text(OWNER if shop == "D1001" else OTHER_OWNER, f"REG {' '.join(found)}")
    return found


def reference(said: str) -> str:
    found = re.search(r"[A-Z]\d{4,}", said)
    assert found is not None, said
    return found[0]


def both(house: House, make: Callable[[], tuple[Texted | Deed, Texted | Deed]]) -> Iterator[tuple[str, str]]:
    """The answers to a pair, made anew for each way that the two may meet."""
    for way in (race, meet):
        yield way(house, *make())
        assert house.faults() == []


def of_texts(house: House, pair: Callable[[House], Pair]) -> Callable[[], tuple[Texted, Texted]]:
    def make() -> tuple[Texted, Texted]:
        first, second = pair(house)
        return house.texted(*first), house.texted(*second)

    return make


# ---- one set


def sold_twice(house: House) -> Pair:
    (one,) = sets(house)
    return (OWNER, f"S {one}"), (CLERK, f"S {one}")


def unknown_sold_in_two_shops(house: House) -> Pair:
    one = imei("86012345", next(_serials))
    return (OWNER, f"S {one}"), (OTHER_OWNER, f"S {one}")


def from_a_depot_in_two_shops(house: House) -> Pair:
    (one,) = sets(house, shop="")
    return (OWNER, f"S {one}"), (OTHER_OWNER, f"S {one}")


def sold_and_given(house: House) -> Pair:
    (one,) = sets(house)
    return (OWNER, f"S {one} RO"), (HQ, f"GIVE D1002 {one}")


def given_and_sold(house: House) -> Pair:
    (one,) = sets(house)
    return (MANAGER, f"GIVE D1002 {one}"), (CLERK, f"S {one} RO")


def given_twice(house: House) -> Pair:
    (one,) = sets(house)
    return (HQ, f"GIVE D1002 {one}"), (MANAGER, f"GIVE D2001 {one}")


def returned_twice(house: House) -> Pair:
    (one,) = sets(house)
    house.text(OWNER, f"S {one} RO")
    return (OWNER, f"RET {one} 2"), (FIELD, f"RET {one} 5 @D1001")


def sent_back_and_sold(house: House) -> Pair:
    (one,) = sets(house)
    return (FIELD, f"RET {one} 3"), (OWNER, f"S {one} RO")


def returned_and_undone(house: House) -> Pair:
    (one,) = sets(house)
    sale = reference(house.text(OWNER, f"S {one} RO"))
    return (HQ, f"RET {one} 2"), (OWNER, f"UNDO {sale}")


def registered_in_two_shops(house: House) -> Pair:
    one = imei("86012345", next(_serials))
    return (OWNER, f"REG {one}"), (OTHER_OWNER, f"REG {one}")


def found_in_two_shops(house: House) -> Pair:
    one = imei("86012345", next(_serials))
    return (FIELD, f"RCV {one} @D1001"), (MANAGER, f"RCV {one} @D1002")


@pytest.mark.parametrize(
    ("pair", "told"),
    [
        (sold_twice, "sold before|已售过"),
        (unknown_sold_in_two_shops, "sold before|已售过"),
        (from_a_depot_in_two_shops, "sold before|已售过"),
        (sold_and_given, "sold before|on its way"),
        (given_and_sold, "调货途中|on its way|sold before|已售过"),
        (given_twice, "on its way"),
        (returned_twice, "returned before|已退|X[0-9]"),
        (sent_back_and_sold, "on its way|X[0-9]"),
        (returned_and_undone, "moved on|is no reason"),
        (registered_in_two_shops, "发往他店|another (shop|dealer)"),
        (found_in_two_shops, "another shop|another dealer|elsewhere"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_of_two_that_want_one_set_one_has_it(house: House, pair: Callable[[House], Pair], told: str) -> None:
    for answers in both(house, of_texts(house, pair)):
        won = [said for said in answers if re.match(r"OK |已收", said)]
        assert len(won) == 1, answers
        (lost,) = [said for said in answers if said not in won]
        assert re.search(told, lost), answers


# ---- what was begun and is ended twice


def transfer(house: House) -> str:
    (one,) = sets(house)
    return reference(house.text(OWNER, f"GIVE D1002 {one}"))


def case(house: House) -> str:
    (one,) = sets(house)
    return reference(house.text(OWNER, f"RET {one} 3"))


def sale(house: House) -> str:
    (one,) = sets(house)
    return reference(house.text(OWNER, f"S {one} RO"))


def held(house: House) -> str:
    (one,) = sets(house, shop="D1002")
    found = reference(house.text(OWNER, f"S {one} RO").partition("not yours.")[2])
    house.text(OWNER, f"YES {found} 1")
    return found


def on_hold(house: House) -> str:
    (one,) = sets(house)
    found = reference(house.text(OTHER_OWNER, f"S {one} RO").split("D1001", 1)[1])
    house.text(OTHER_OWNER, f"YES {found} 2")
    return found


def count_(house: House) -> str:
    one, _ = sets(house, 2)
    house.text(OWNER, f"COUNT {one}")
    return reference(house.text(OWNER, "COUNT END"))


def order(house: House) -> str:
    return reference(house.text(OWNER, "ORD A350 180 RO"))


def placed(house: House) -> str:
    found = order(house)
    house.text(OWNER, f"YES {found[1:]}")
    return found


@pytest.mark.parametrize(
    ("begin", "first", "second"),
    [
        (transfer, (OTHER_OWNER, "YES {}"), (OWNER, "UNDO {}")),
        (transfer, (OTHER_OWNER, "NO {}"), (OWNER, "UNDO {}")),
        (transfer, (OWNER, "UNDO {}"), (OTHER_OWNER, "NO {}")),
        (transfer, (OWNER, "UNDO {}"), (OTHER_OWNER, "YES {}")),
        (transfer, (HQ, "UNDO {}"), (OTHER_OWNER, "NO {}")),
        (case, (HQ, "APP {}"), (MANAGER, "REJ {} no")),
        (case, (MANAGER, "REJ {} no"), (OWNER, "UNDO {}")),
        (case, (OWNER, "UNDO {}"), (MANAGER, "APP {}")),
        (sale, (OWNER, "UNDO {}"), (HQ, "UNDO {}")),
        (sale, (HQ, "UNDO {}"), (MANAGER, "UNDO {}")),
        (held, (HQ, "APP {}"), (MANAGER, "REJ {} no")),
        (held, (OWNER, "NO {}"), (MANAGER, "APP {}")),
        (held, (OTHER_OWNER, "YES {}"), (OWNER, "NO {}")),
        (held, (OTHER_OWNER, "NO {}"), (HQ, "APP {}")),
        (on_hold, (HQ, "APP {}"), (MANAGER, "REJ {} no")),
        (on_hold, (OTHER_OWNER, "UNDO {}"), (MANAGER, "APP {}")),
        (count_, (HQ, "APP {}"), (MANAGER, "REJ {}")),
        (count_, (OWNER, "UNDO {}"), (MANAGER, "APP {}")),
        (placed, (HQ, "APP {}"), (MANAGER, "REJ {} no")),
        (placed, (OWNER, "UNDO {}"), (MANAGER, "APP {}")),
    ],
)
def test_what_two_end_is_ended_once_and_the_other_hears_how(
    house: House, begin: Callable[[House], str], first: tuple[str, str], second: tuple[str, str]
) -> None:
    def pair(house: House) -> Pair:
        found = begin(house)
        return (first[0], first[1].format(found)), (second[0], second[1].format(found))

    for answers in both(house, of_texts(house, pair)):
        over = r"was (already )?\w+\. Nothing|is \w+ already|already undone"
        over += r"|未变动|未变更|has taken|gave|back already|cannot"
        lost = [said for said in answers if re.search(over, said)]
        assert len(lost) == 1, answers


def test_a_set_that_its_shop_sells_while_another_sale_of_it_is_approved(house: House) -> None:
    def make() -> tuple[Texted, Texted]:
        found = held(house)
        ((one,),) = house.rows("SELECT imei FROM sale_hold_line WHERE reference = :found", found=found)
        return house.texted(HQ, f"APP {found}"), house.texted(OTHER_OWNER, f"S {one} RO")

    for approved, sold in both(house, make):
        won = "approved" in approved
        assert won is not sold.startswith("已收"), (approved, sold)
        assert re.search("已售过", sold) if won else re.search("was sold at D1002 meanwhile", approved), (
            approved,
            sold,
        )


def test_a_set_on_hold_is_sold_by_the_shop_that_has_it_or_by_the_other(house: House) -> None:
    def make() -> tuple[Texted, Texted]:
        found = on_hold(house)
        ((one,),) = house.rows("SELECT imei FROM sale_hold_line WHERE reference = :r", r=found)
        return house.texted(HQ, f"APP {found}"), house.texted(OWNER, f"S {one} RO")

    for decided, said in both(house, make):
        assert ("approved: " in decided) is not said.startswith("OK S"), (decided, said)


def test_a_transfer_that_lapses_while_it_is_answered(house: House) -> None:
    def make() -> tuple[Deed, Texted]:
        found = transfer(house)
        house.at += timedelta(hours=25)
        lapse = house.deed(
            lambda session, books: queue_notices(house.settings, house.words, house.at.timestamp(), books)
        )
        return lapse, house.texted(OTHER_OWNER, f"YES {found}")

    for _, said in both(house, make):
        assert re.search(r"已过期|超过", said), said
        assert ("open",) not in house.rows("SELECT DISTINCT state FROM transfer")


# ---- numbers


def test_of_a_delivery_received_by_two_one_receives_it(house: House) -> None:
    def make(first: tuple[str, str], second: tuple[str, str]) -> Callable[[], tuple[Texted, Texted]]:
        def made() -> tuple[Texted, Texted]:
            note = f"SH{next(_serials)}"
            (one, _) = sets(house, 2, note=note)
            return tuple(house.texted(who, said.format(note=note, one=one)) for who, said in (first, second))  # type: ignore[return-value]

        return made

    whole, clerk, field = (OWNER, "RCV {note}"), (CLERK, "RCV {note}"), (FIELD, "RCV {note} @D1001")
    for pair in ((whole, clerk), (whole, field), (field, (MANAGER, "RCV {note} @D1001"))):
        for answers in both(house, make(*pair)):
            assert sum(bool(re.match("OK R|已收R", said)) for said in answers) == 1, answers
            assert any(re.search("received already|已收过|已收齐|nothing", said, re.I) for said in answers), answers
    for pair in ((field, (OWNER, "S {one} RO")), ((OWNER, "S {one} RO"), field)):
        for answers in both(house, make(*pair)):
            assert all(re.match("OK |已收", said) for said in answers), answers


def test_counts_at_once_leave_the_later_number_in_the_book(house: House) -> None:
    def make() -> tuple[Texted, Texted]:
        house.text(OWNER, "COUNT A350 30 RO")
        return house.texted(FIELD, "COUNT A350 41 @D1001 RO"), house.texted(MANAGER, "COUNT A350 41 @D1001 RO")

    for _ in both(house, make):
        assert house.stock()["D1001", "A350"][0] == 41


def test_the_last_sets_without_imei_are_given_once(house: House) -> None:
    def make() -> tuple[Texted, Texted]:
        ((_, known),) = house.rows("SELECT quantity, units FROM stock_level WHERE dealer = 'D1001' AND model = 'A350'")
        house.text(OWNER, f"COUNT A350 {known + 2} RO")
        return house.texted(OWNER, "GIVE D1002 A350 2 RO"), house.texted(OWNER, "GIVE D2001 A350 2 RO")

    for answers in both(house, make):
        assert sum(said.startswith("OK T") for said in answers) == 1, answers
        assert any("without IMEI" in said for said in answers), answers


def test_imeis_that_come_late_through_two_daemons_fill_a_sale_once(house: House) -> None:
    def make() -> tuple[Texted, Texted]:
        house.at += timedelta(days=10)  # what was sold by number before is not waited for any more
        house.text(OWNER, "S A350 1 RO")
        (one, other) = sets(house, 2)
        asked = house.text(OWNER, f"S {one}"), house.text(CLERK, f"S {other}")
        yes = [re.search(r"YES (S\d+)|是 (S\d+)", said) for said in asked]
        first, second = (found[1] or found[2] for found in yes if found)
        return house.texted(OWNER, f"YES {first}"), house.texted(CLERK, f"YES {second}")

    for answers in both(house, make):
        assert all(re.match("OK S|已收S", said) for said in answers), answers
        rows = house.rows("SELECT quantity, filled FROM sale_line WHERE imei IS NULL")
        assert all(filled <= quantity for quantity, filled in rows)


# ---- the last piece of a depot


def test_orders_for_the_last_piece_of_a_depot(house: House) -> None:
    def make() -> tuple[Deed, Deed]:
        (one,) = sets(house, shop="")
        orders = [reference(house.text(owner, "ORD A350 1 RO")) for owner in (OWNER, OTHER_OWNER)]
        for owner, found in zip((OWNER, OTHER_OWNER), orders, strict=True):
            house.text(owner, f"YES {found[1:]}")
        leaving = [Leaving(f"L{found}", (one,), house.at.date()) for found in orders]
        return ship(house, orders[0], leaving[0]), ship(house, orders[1], leaving[1])

    for answers in both(house, make):
        assert sorted(said == "1" for said in answers) == [False, True], answers
        assert any(re.search(r"was shipped to D100\d before", said) for said in answers), answers


def test_what_is_free_in_a_depot_is_allocated_to_one_order(house: House) -> None:
    def make() -> tuple[Deed, Deed]:
        house.stock_depot("DEPOT-E", (imei("86012347", next(_serials)), "B200"))
        orders = [reference(house.text(owner, "ORD B200 1 RO")) for owner in (OWNER, OTHER_OWNER)]
        for owner, found in zip((OWNER, OTHER_OWNER), orders, strict=True):
            house.text(owner, f"YES {found[1:]}")
            house.text(MANAGER, f"APP {found[1:]}")  # where the credit did not do
        one, other = (
            house.deed(lambda session, books, found=found: allocate_order(session, books, found)) for found in orders
        )
        return one, other

    for answers in both(house, make):
        assert sorted("none of it is free in any depot" in said for said in answers) == [False, True], answers


def test_a_set_of_a_depot_that_replaces_one_and_leaves_for_an_order(house: House) -> None:
    def make() -> tuple[Texted, Deed]:
        found, (spare,) = case(house), sets(house, shop="")
        wanted = reference(house.text(OTHER_OWNER, "ORD A350 1 RO"))
        house.text(OTHER_OWNER, f"YES {wanted[1:]}")
        leaving = Leaving(f"L{wanted}", (spare,), house.at.date())
        return house.texted(MANAGER, f"APP {found} {spare}"), ship(house, wanted, leaving)

    for said, shipped in both(house, make):
        assert (" replaced: " in said) is (shipped != "1"), (said, shipped)
        assert "not in a depot" in said or "was shipped to D1001 before" in shipped, (said, shipped)


def test_an_order_cancelled_while_it_leaves(house: House) -> None:
    def make() -> tuple[Deed, Deed]:
        (one,) = sets(house, shop="")
        found = placed_small(house)
        leaving = Leaving(f"L{found}", (one,), house.at.date())
        return house.deed(lambda s, b: cancel_order(s, b, found, "shop closes")), ship(house, found, leaving)

    for cancelled, shipped in both(house, make):
        assert (shipped == "1") is ("have left" in cancelled), (cancelled, shipped)
        assert shipped == "1" or "is cancelled" in shipped


def test_a_return_decided_at_the_desk_and_by_text_and_received_twice(house: House) -> None:
    def make() -> tuple[Deed, Texted]:
        found = case(house)
        return house.deed(lambda s, b: approve_return(s, b, found)), house.texted(HQ, f"APP {found}")

    for _, said in both(house, make):
        assert re.search(r"credited", said), said

    def twice() -> tuple[Deed, Deed]:
        found = case(house)

        def receive(session: Session, books: StoreBooks) -> object:
            return receive_return(session, books, found, "DEPOT-E")

        return house.deed(receive), house.deed(receive)

    for answers in both(house, twice):
        assert any("have all arrived" in said for said in answers), answers


def placed_small(house: House) -> str:
    found = reference(house.text(OWNER, "ORD A350 1 RO"))
    house.text(OWNER, f"YES {found[1:]}")
    return found


def ship(house: House, found: str, leaving: Leaving) -> Deed:
    return house.deed(lambda session, books: ship_order(session, books, found, leaving))
