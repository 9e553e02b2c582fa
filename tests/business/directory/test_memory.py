"""Who and what there is: written by code, read through memory, and read again once it has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, text

from smsgw.business.audiences.books.lexicon import lexicon_rows
from smsgw.business.audiences.books.people import delete_saved, save
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.catalogue.books import ProductRow, put_products
from smsgw.business.conversation.rules.records import LanguageChosen
from smsgw.business.directory.books.network import (
    ContactRow,
    DealerRow,
    RegionRow,
    put_contacts,
    put_dealers,
    put_regions,
)
from smsgw.business.directory.rules import Dealer
from smsgw.business.prices.books import PriceRow, list_prices, put_list_prices
from smsgw.store.names import Names
from smsgw.store.versions import versions
from tests.business.world import FIELD, NOON, OWNER, STRANGER, bookkeeper, furnish


@pytest.fixture
def keeper(engine: Engine) -> Bookkeeper:
    furnish(engine)
    return bookkeeper(engine)


def shop_of(tier: str, books: Any) -> Dealer:
    """A shop of a tier."""
    return replace(books.directory.dealer("D1001"), tier=tier)


def test_a_phone_is_a_registered_sender_or_nobody(keeper: Bookkeeper) -> None:
    with keeper.transaction(NOON) as books:
        owner = books.directory.actor(OWNER)
        assert owner is not None
        assert (owner.phone, owner.name, owner.role, owner.dealer, owner.language) == (
            OWNER,
            "Wang",
            "owner",
            "D1001",
            "en",
        )
        assert books.directory.actor(STRANGER) is None


def test_a_dealer_has_the_time_zone_of_its_region_unless_it_has_its_own(keeper: Bookkeeper) -> None:
    with keeper.engine.begin() as connection:
        put_regions(connection, [RegionRow("LONE", "Alone")])
        put_dealers(connection, [DealerRow("D3001", "Edge", "LONE", "A", None, 0, "CNY", "en")])
    with keeper.transaction(NOON) as books:
        zones = {
            code: getattr(books.directory.dealer(code), "timezone", None) for code in ("D1001", "D1002", "D3001", "D9")
        }
    assert zones == {"D1001": "Asia/Shanghai", "D1002": "Asia/Urumqi", "D3001": "Asia/Shanghai", "D9": None}


def test_a_region_covers_what_lies_in_it(keeper: Bookkeeper) -> None:
    with keeper.transaction(NOON) as books:
        dealer = books.directory.dealer("D1001")
        assert dealer is not None
        covered = [code for code in ("CN", "EAST", "WEST", "NONE") if books.directory.covers(code, dealer)]
    assert covered == ["CN", "EAST"]


def test_a_region_in_a_circle_ends_the_question(keeper: Bookkeeper) -> None:
    with keeper.engine.begin() as connection:
        put_regions(connection, [RegionRow("CN", "China", "EAST")])
    with keeper.transaction(NOON) as books:
        dealer = books.directory.dealer("D1001")
        assert dealer is not None
        assert not books.directory.covers("WEST", dealer)


@pytest.mark.parametrize(
    ("model", "tier", "on", "price"),
    [
        ("A350", "A", date(2026, 4, 15), 900_00),
        ("A350", "A", date(2026, 4, 1), 900_00),
        ("A350", "A", date(2026, 3, 31), 950_00),
        ("A350", "B", date(2026, 4, 15), 1000_00),
        ("A350", "A", date(2025, 12, 31), None),
        ("B200", "A", date(2026, 4, 15), 500_00),
        ("C9", "A", date(2026, 4, 15), None),
    ],
)
def test_the_price_in_force_is_the_tiers_own_else_everybodys(
    keeper: Bookkeeper, model: str, tier: str, on: date, price: int | None
) -> None:
    with keeper.transaction(NOON) as books:
        found = books.prices.in_force(model, shop_of(tier, books), on)
    assert (found.dealer_price if found else None) == price


def test_a_model_is_named_by_the_type_allocation_code(keeper: Bookkeeper) -> None:
    with keeper.transaction(NOON) as books:
        assert books.catalogue.model_of("860123460000017") == "B200"
        assert books.catalogue.model_of("111111110000017") is None
        assert books.catalogue.product("A350") is not None
        assert books.catalogue.product("Z1") is None


def test_a_change_by_another_process_is_seen_in_the_next_transaction(keeper: Bookkeeper) -> None:
    def seen() -> tuple[object, ...]:
        with keeper.transaction(NOON) as books:
            dealer = books.directory.dealer("D1001")
            price = books.prices.in_force("A350", shop_of("B", books), date(2026, 4, 15))
            return (
                dealer.name if dealer else None,
                getattr(books.directory.actor(OWNER), "name", None),
                books.catalogue.model_of("860999990000011"),
                price.dealer_price if price else None,
            )

    assert seen() == ("Sunny", "Wang", None, 1000_00)
    with keeper.engine.begin() as connection:
        put_dealers(connection, [DealerRow("D1001", "Sunnier", "EAST", "A", None, 0, "CNY", "en")])
        put_contacts(connection, [ContactRow(OWNER, "Wang II", "owner", "D1001", None, "en")])
        put_products(connection, [ProductRow("A350", "Aurora", (), ("86099999",))])
        put_list_prices(connection, [PriceRow("A350", "", 990_00, 1, "CNY", date.min)], date(2026, 4, 10))
    assert seen() == ("Sunnier", "Wang II", "A350", 990_00)


def test_a_language_chosen_is_seen_at_once_and_forgotten_with_a_rollback(keeper: Bookkeeper) -> None:
    def language() -> str:
        with keeper.transaction(NOON) as books:
            actor = books.directory.actor(OWNER)
            assert actor is not None
            return actor.language

    assert language() == "en"
    with keeper.transaction(NOON, keep=False) as books:
        actor = books.directory.actor(OWNER)
        assert actor is not None
        books.apply([LanguageChosen(actor.contact, "zh")])
        assert getattr(books.directory.actor(OWNER), "language", None) == "zh"
    assert language() == "en"
    with keeper.transaction(NOON) as books:
        books.apply([LanguageChosen(actor.contact, "zh"), LanguageChosen(None, "en")])
    assert language() == "zh"


def test_a_person_who_left_and_a_model_out_of_use_are_not_there(keeper: Bookkeeper) -> None:
    with keeper.engine.begin() as connection:
        connection.execute(text("UPDATE contact SET active = false WHERE name = 'Wang'"))
        connection.execute(text("UPDATE phone SET active = false WHERE number = :n"), {"n": FIELD})
        connection.execute(text("UPDATE product SET active = false WHERE code = 'B200'"))
    with keeper.transaction(NOON) as books:
        assert books.directory.actor(OWNER) is None
        assert books.directory.actor(FIELD) is None
        assert books.catalogue.product("B200") is None


def test_a_flood_of_unknown_phones_and_codes_does_not_stay_in_memory(
    keeper: Bookkeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smsgw.business.directory.books.memory._MOST_UNKNOWN", 10)
    strangers = tuple(f"+86137{number:08d}" for number in range(30))
    with keeper.transaction(NOON, Names(phones=(OWNER, *strangers), dealers=("D1001",))) as books:
        for number in range(30):
            assert books.directory.actor(strangers[number]) is None
            assert books.directory.dealer(f"X{number}") is None
        books.know(Names(phones=(*strangers, OWNER, "+8613600000001")))
        assert getattr(books.directory.actor(OWNER), "dealer", None) == "D1001"
        assert getattr(books.directory.dealer("D1001"), "name", None) == "Sunny"


def test_writing_the_same_again_changes_no_row(engine: Engine) -> None:
    def rows() -> list[object]:
        with engine.connect() as connection:
            return [
                connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")).all()
                for table in (
                    "region",
                    "dealer",
                    "contact",
                    "phone",
                    "product",
                    "product_alias",
                    "product_tac",
                    "price",
                )
            ]

    furnish(engine)
    before = rows()
    furnish(engine)
    assert rows() == before


def test_every_change_raises_the_version_that_daemons_look_at(engine: Engine) -> None:
    furnish(engine)
    with engine.connect() as connection:
        assert versions(connection) == {"directory": 2, "contacts": 1, "catalogue": 1, "prices": 1}


def test_the_lexicon_gets_names_aliases_and_codes(engine: Engine) -> None:
    furnish(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE dealer SET active = false WHERE code = 'D1002'"))
        rows = lexicon_rows(connection)
    assert rows.products == (("A350", "Aurora 350", ("a-350", "曙光350")), ("B200", "Breeze 200", ()))
    assert rows.dealers == ("D1001", "D2001")
    assert rows.regions == ("CN", "EAST", "WEST")
    assert rows.region_names == (("CN", "China"), ("EAST", "East"), ("WEST", "West"))
    assert rows.audiences == ()
    assert rows.versions["catalogue"] == 1
    before = rows.versions["directory"]
    with engine.begin() as connection:
        save(connection, "VIP", "region:EAST", "hq", 1)
        rows = lexicon_rows(connection)
    assert (rows.audiences, rows.versions["directory"]) == (("VIP",), before + 1)
    with engine.begin() as connection:
        delete_saved(connection, "vip")
        rows = lexicon_rows(connection)
    assert (rows.audiences, rows.versions["directory"]) == ((), before + 2)


def test_a_list_price_is_new_from_today_only_where_it_differs(engine: Engine) -> None:
    furnish(engine)
    today = date(2026, 4, 15)
    rows = [
        PriceRow("A350", "", 1000_00, 1299_00, "CNY", date.min),
        PriceRow("B200", "", 480_00, 699_00, "CNY", date.min),
    ]
    with engine.begin() as connection:
        put_products(connection, [ProductRow("C100", "Comet 100")])
        put_list_prices(connection, [*rows, PriceRow("C100", "", 1, 2, "CNY", date.min)], today)
        found = list_prices(connection, today)
    assert {model: (price.dealer_price, price.valid_from) for model, price in found.items()} == {
        "A350": (1000_00, date(2026, 1, 1)),
        "B200": (480_00, today),
        "C100": (1, date(2000, 1, 1)),
    }
