"""Prices seen at the market: texted, answered, booked, told, taken back, reported, shown and verified."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from smsgw.business.audiences.books.lexicon import lexicon_rows
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.core.showing import Asked
from smsgw.business.dialogue import answer
from smsgw.business.market.rules import compared
from smsgw.business.market.tables import market_note
from smsgw.business.messages.rules import Inbound
from smsgw.business.reporting import run_report
from smsgw.business.showing import show
from smsgw.business.verify import verify
from smsgw.errors import Refused
from smsgw.gateway.understanding import understanding_of
from smsgw.settings.sections import Settings
from smsgw.store.instants import to_ms
from smsgw.store.journal import journal
from tests.business.dict_ledger import CLERK, FIELD, HQ, MANAGER, OWNER, PROMOTER, START, STRANGER, sample
from tests.business.said import settle

ZONE = "Asia/Shanghai"


class Market:
    """A deployment that texts come to, each a minute after the one before."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        books = sample()
        settle(engine, books)
        self.at = START
        self.keeper = Bookkeeper(engine, Settings().trade_rules(), clock=START.timestamp)
        with engine.connect() as connection:
            self.words = understanding_of(Settings(), lexicon_rows(connection))

    def text(self, phone: str, said: str, after: timedelta = timedelta(minutes=1)) -> str:
        """Send a text; the answer to it."""
        self.at += after
        reading = self.words.read(said, self.at.timestamp(), phone)
        inbound = Inbound(
            "operator-a", 1, phone, "1069", said, reading.folded, said.encode("utf-8", "surrogatepass"), 0, self.at
        )
        with self.keeper.transaction(self.at) as books:
            books.receive(inbound)
            decision = answer(reading, phone, books)
            return self.words.word(decision.replies, decision.language)

    def notes(self) -> list[tuple[Any, ...]]:
        """Reference, dealer, region, brand, model, price, whether it is undone."""
        row = market_note.c
        columns = (row.reference, row.dealer, row.region, row.brand, row.model, row.price, row.reversed_at)
        with self.engine.connect() as connection:
            assert verify(connection) == []
            found = connection.execute(select(*columns).order_by(row.reference))
            return [(*one[:-1], one[-1] is not None) for one in found]

    def report(self, **given: str) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            asked = {name.strip("_"): value for name, value in given.items()}
            _, whole = run_report(connection, "market", asked, timezone=ZONE, now=to_ms(self.at))
        assert whole["total"]["notes"] == sum(row["notes"] for row in whole["rows"])
        return [tuple(row.values()) for row in whole["rows"]]


@pytest.fixture
def market(engine: Engine) -> Market:
    return Market(engine)


# ---- what is texted


def test_a_price_at_a_shop_is_noted_and_answered(market: Market) -> None:
    assert market.text(FIELD, "MKT XBRAND Galaxy A15 1,299.50 @D1001") == (
        "OK M1001: noted XBRAND Galaxy A15 1299.50 at D1001. Wrong? UNDO M1001"
    )
    assert market.text(FIELD, "comp @d1002 xbrand  y12 998") == (
        "OK M1002: noted xbrand y12 998.00 at D1002. Wrong? UNDO M1002"
    )
    assert market.notes() == [
        ("M1001", "D1001", None, "XBRAND", "GALAXY A15", 129950, False),
        ("M1002", "D1002", None, "XBRAND", "Y12", 99800, False),
    ]


def test_a_price_without_a_shop_is_of_the_region_of_the_sender(market: Market) -> None:
    assert market.text(FIELD, "MKT XBRAND Y12 998") == ("OK M1001: noted XBRAND Y12 998.00 in EAST. Wrong? UNDO M1001")
    assert market.text(MANAGER, "竞品 小米 14 Ultra 6499元") == (
        "OK M1002: noted 小米 14 Ultra 6499.00 in CHINA. Wrong? UNDO M1002"
    )
    assert [note[1:3] for note in market.notes()] == [(None, "EAST"), (None, "CHINA")]


def test_headquarters_names_the_shop_and_the_example_it_gets_works(market: Market) -> None:
    said = market.text(HQ, "MKT XBRAND Y12 998")
    assert said == "For which shop? Nothing done. Add its code, as in: MKT XBRAND Y12 998 @D1001"
    assert market.text(HQ, said.rpartition(": ")[2]).startswith("OK M1001: noted XBRAND Y12 998.00 at D1001.")


@pytest.mark.parametrize("price", ["0", "0.00", "998.555", "9999999999999"])
def test_what_is_no_price_is_refused_with_an_example_that_works(market: Market, price: str) -> None:
    said = market.text(FIELD, f"MKT XBRAND Y12 {price}")
    assert said == f"{price} is not a price in CNY. Nothing saved. Send for example: MKT XBRAND Y12 998"
    assert market.notes() == []
    assert market.text(FIELD, said.rpartition(": ")[2]).startswith("OK M1001")


def test_one_who_writes_chinese_is_answered_in_chinese(market: Market) -> None:
    market.text(FIELD, "语言 中文")
    assert market.text(FIELD, "竞品 X牌 Y12 998 @D1001") == "已收M1001:X牌 Y12 998(D1001)。有误回:撤销 M1001"
    assert market.text(FIELD, "竞品 X牌 Y12 998.5") == "已收M1002:X牌 Y12 998.50(EAST)。有误回:撤销 M1002"
    assert market.text(FIELD, "JP X牌 Y12 0") == "0不是CNY价格。未保存。例:竞品 XBRAND Y12 998"
    assert market.text(FIELD, "撤销 M1002") == "已收M1002:已撤销。"
    assert market.text(FIELD, "帮助 竞品") == "竞品 品牌 内容 金额。例:竞品 XBRAND Y12 998"


def test_the_longest_note_is_answered_within_one_text(market: Market) -> None:
    said = market.text(FIELD, f"MKT {'W' * 40} {'long ' * 60}998")
    assert said == f"OK M1001: noted {'W' * 18}.. {'long ' * 3}lon.. 998.00 in EAST. Wrong? UNDO M1001"
    (note,) = market.notes()
    assert note[4] == " ".join(["LONG"] * 60)


def test_what_no_database_can_hold_is_noted_all_the_same(market: Market) -> None:
    assert market.text(FIELD, "MKT X\ud83d Y\ud83d2 998").startswith("OK M1001")
    assert market.text(FIELD, "LAST").startswith("M1001")
    ((_, _, _, brand, model, _, _),) = market.notes()
    assert (brand, model) == ("X", "\ufffd Y\ufffd2")


def test_a_misspelt_verb_is_asked_back_with_all_that_it_said(market: Market) -> None:
    said = market.text(FIELD, "MKTT Nokix X9 998")
    assert said.startswith("Did you mean: MKT Nokix X9 998?")
    assert market.notes() == []
    assert market.text(FIELD, "YES").startswith("OK M1001: noted Nokix X9 998.00")


def test_the_same_text_again_is_the_same_note(market: Market) -> None:
    market.text(FIELD, "MKT XBRAND Y12 998")
    assert "M1001" in market.text(FIELD, "MKT XBRAND Y12 998")
    market.text(FIELD, "MKT XBRAND Y12 997")
    assert len(market.notes()) == 2


# ---- who may


@pytest.mark.parametrize("phone", [OWNER, CLERK, PROMOTER])
def test_shops_are_told_whose_it_is(market: Market, phone: str) -> None:
    said = market.text(phone, "MKT XBRAND Y12 998")
    assert ("field staff" in said) or ("业务" in said)
    assert market.notes() == []


def test_a_shop_of_another_region_or_none_is_refused(market: Market) -> None:
    assert "D2001" in market.text(FIELD, "MKT XBRAND Y12 998 @D2001")
    assert "D9999" in market.text(FIELD, "MKT XBRAND Y12 998 @D9999")
    assert not market.text(STRANGER, "MKT XBRAND Y12 998").startswith("OK")
    assert market.notes() == []
    assert market.text(MANAGER, "MKT XBRAND Y12 998 @D2001").startswith("OK")


def test_help_and_the_card_have_it(market: Market) -> None:
    assert market.text(FIELD, "HELP MKT") == "MKT brand text amount. Example: MKT XBRAND Y12 998"


# ---- taken back


def test_undo_takes_a_note_back_by_the_rule_of_other_bookings(market: Market) -> None:
    market.text(FIELD, "MKT XBRAND Y12 998 @D1001")
    market.text(FIELD, "MKT XBRAND Y13 1098")
    assert market.text(FIELD, "UNDO") == "OK M1002: undone."
    assert market.text(MANAGER, "UNDO M1001") == "OK M1001: undone for D1001."
    assert [note[-1] for note in market.notes()] == [True, True]
    assert "M1002" in market.text(FIELD, "UNDO M1002")
    assert market.report() == []


def test_a_note_of_a_region_is_of_who_sent_it_and_of_headquarters(market: Market) -> None:
    market.text(FIELD, "MKT XBRAND Y12 998")
    for phone in (OWNER, CLERK, MANAGER):
        market.text(phone, "UNDO M1001")
    assert [note[-1] for note in market.notes()] == [False]
    assert market.text(HQ, "UNDO M1001") == "OK M1001: undone."
    market.text(FIELD, "MKT XBRAND Y12 997")
    assert "24" in market.text(FIELD, "UNDO M1002", after=timedelta(hours=24, seconds=1))
    assert [note[-1] for note in market.notes()] == [True, False]


def test_the_journal_tells_of_it(market: Market) -> None:
    market.text(FIELD, "MKT XBRAND Y12 998 @D1001")
    market.text(FIELD, "UNDO")
    with market.engine.connect() as connection:
        row = journal.c
        told = connection.execute(select(row.subject, row.kind, row.reference, row.who, row.detail).order_by(row.entry))
        assert [tuple(one) for one in told] == [
            (
                "market",
                "booked",
                "M1001",
                FIELD,
                '{"dealer":"D1001","on":"2026-04-15","summary":"XBRAND Y12 998.00"}',
            ),
            ("market", "undone", "M1001", FIELD, '{"dealer":"D1001"}'),
        ]
        carried = "SELECT count(*) FROM market_note n JOIN journal j ON j.entry = n.journal AND j.reference = 'M1001'"
        assert connection.scalar(text(carried)) == 1


# ---- reported, shown, verified


@pytest.fixture
def noted(market: Market) -> Market:
    market.text(FIELD, "MKT XBRAND Y12 998 @D1001")
    market.text(FIELD, "MKT xbrand y12 1098 @D1002")
    market.text(FIELD, "MKT XBRAND Z1 500")
    market.text(MANAGER, "MKT Nokix X9 2000 @D2001", after=timedelta(days=1))
    market.text(MANAGER, "MKT XBRAND Y12 899 @D2001")
    market.text(MANAGER, "MKT XBRAND Y12 1 @D2001")
    market.text(MANAGER, "UNDO")
    return market


def test_prices_are_told_by_brand_model_region_dealer_and_day(noted: Market) -> None:
    assert noted.report() == [
        ("NOKIX", 1, "2000.00", "2000.00", "2000.00", "CNY"),
        ("XBRAND", 4, "500.00", "899.00", "1098.00", "CNY"),
    ]
    assert noted.report(per="model") == [
        ("NOKIX X9", 1, "2000.00", "2000.00", "2000.00", "CNY"),
        ("XBRAND Y12", 3, "899.00", "899.00", "1098.00", "CNY"),
        ("XBRAND Z1", 1, "500.00", "500.00", "500.00", "CNY"),
    ]
    assert [row[:2] for row in noted.report(per="region")] == [("EAST", 3), ("WEST", 2)]
    assert [row[:2] for row in noted.report(per="dealer")] == [("D1001", 1), ("D1002", 1), ("D2001", 2), (None, 1)]
    assert [row[:2] for row in noted.report(per="day")] == [("2026-04-15", 3), ("2026-04-16", 2)]


def test_days_and_a_region_narrow_them(noted: Market) -> None:
    assert [row[:2] for row in noted.report(from_="2026-04-16")] == [("NOKIX", 1), ("XBRAND", 1)]
    assert [row[:2] for row in noted.report(to="2026-04-15", region="china")] == [("XBRAND", 3)]
    assert noted.report(region="WEST", to="2026-04-15") == []
    with pytest.raises(Refused, match="turn them round"):
        noted.report(from_="2026-04-16", to="2026-04-15")


def test_currencies_are_never_added_up(noted: Market) -> None:
    with noted.engine.begin() as connection:
        connection.execute(text("UPDATE market_note SET currency = 'JPY' WHERE dealer = 'D1002'"))
    assert noted.report(per="model")[1:3] == [
        ("XBRAND Y12", 2, "899.00", "899.00", "998.00", "CNY"),
        ("XBRAND Y12", 1, "109800", "109800", "109800", "JPY"),
    ]


def test_a_note_is_shown_by_its_reference(noted: Market) -> None:
    with noted.engine.connect() as connection:
        asked = Asked("m1001", datetime(2026, 4, 20, tzinfo=UTC), ZONE)
        assert show(connection, "market", asked) == {
            "reference": "M1001",
            "phone": FIELD,
            "dealer": "D1001",
            "region": None,
            "words": "XBRAND Y12",
            "brand": "XBRAND",
            "model": "Y12",
            "price": "998.00",
            "currency": "CNY",
            "on": "2026-04-15",
            "at": "2026-04-15T02:01:00Z",
            "undone_at": None,
        }
        assert show(connection, "market", Asked("M1006", asked.now, ZONE))["undone_at"] is not None
        with pytest.raises(Refused, match="there is no market note M9; check it for a slip"):
            show(connection, "market", Asked("M9", asked.now, ZONE))


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        ("UPDATE market_note SET reversed_at = 1 WHERE reference = 'M1001'", ("reversed_at", "M1001", "reversed")),
        ("UPDATE market_note SET phone = '+1' WHERE reference = 'M1001'", ("phone", "M1001", "+1")),
        ("UPDATE market_note SET dealer = 'D1002' WHERE reference = 'M1001'", ("dealer", "M1001", "D1002")),
        ("UPDATE market_note SET dealer = 'D1002', region = NULL WHERE region = 'EAST'", ("dealer", "M1003", "D1002")),
        (
            "UPDATE market_note SET noted_on = '2026-01-01' WHERE reference = 'M1004'",
            ("noted_on", "M1004", "2026-01-01"),
        ),
        ("DELETE FROM market_note WHERE reference = 'M1002'", ("", "M1002", "no note")),
    ],
)
def test_damage_is_found(noted: Market, damage: str, finding: tuple[str, str, str]) -> None:
    noted.notes()  # they are sound
    with noted.engine.begin() as connection:
        connection.execute(text(damage))
    with noted.engine.connect() as connection:
        (found,) = verify(connection)
    column, key, stored = finding
    assert (found.cache, found.key, found.stored) == (f"market_note.{column}".rstrip("."), key, stored)


@pytest.mark.parametrize(
    ("one", "other"),
    [("galaxy  a15", "Galaxy A15"), (" x牌 ", "X牌"), ("Nokix\tX9", "NOKIX X9"), ("straße", "STRASSE")],
)
def test_names_are_compared_whatever_their_case_and_spaces(one: str, other: str) -> None:
    assert compared(one) == compared(other)
