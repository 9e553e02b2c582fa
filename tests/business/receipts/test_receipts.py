"""Deliveries received: whole, by number and by IMEI; short, too many, wrong, late; with receipts required or not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from smsgw.business.audiences.books.lexicon import lexicon_rows
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.core.showing import Asked
from smsgw.business.core.trade import Trade
from smsgw.business.dialogue import answer
from smsgw.business.messages.rules import Inbound
from smsgw.business.shipping.rules import ShipmentLine, merged, ship
from smsgw.business.showing import show
from smsgw.business.verify import verify
from smsgw.gateway.understanding import understanding_of
from smsgw.settings.sections import Settings
from tests.business.dict_ledger import CLERK, FIELD, OTHER_OWNER, OWNER, START, WEST_OWNER, imei, sample
from tests.business.said import settle

A = [imei("86012345", n) for n in range(1, 7)]
B = [imei("86012347", n) for n in range(1, 4)]
STRAY = imei("86012345", 99)


class Deliveries:
    """The shops of the sample, what is shipped to them, and what they text."""

    def __init__(self, engine: Engine, receipt: str) -> None:
        self.engine = engine
        settle(engine, sample())
        self.at = START
        self.trade = Trade(receipt=receipt)
        self.keeper = Bookkeeper(engine, self.trade, clock=START.timestamp)
        with engine.connect() as connection:
            self.words = understanding_of(Settings(), lexicon_rows(connection))

    def say(self, phone: str, said: str, after: timedelta = timedelta(minutes=1)) -> str:
        self.at += after
        reading = self.words.read(said, self.at.timestamp(), phone)
        inbound = Inbound("operator-a", 1, phone, "1069", said, reading.folded, said.encode(), 0, self.at)
        with self.keeper.transaction(self.at) as books:
            books.receive(inbound)
            decision = answer(reading, phone, books)
            said = self.words.word(decision.replies, decision.language)
        self.sound()
        return said

    def ship(self, note: str, imeis: list[str], dealer: str = "D1001", order: str | None = None) -> None:
        with self.keeper.transaction(self.at) as books:
            for number in imeis:
                model = "A350" if number.startswith("86012345") else "B200"
                line = ShipmentLine(note, dealer, number, model, self.at.date(), order)
                books.begin(self.at)
                books.apply(merged(ship(line, books)))
        self.sound()

    def order(self, said: str) -> str:
        """An order of the owner's that is placed; its number."""
        answered = self.say(OWNER, f"ORD {said}")
        number = answered.split("YES ")[1].split()[0]
        assert "O" + number in self.say(OWNER, f"YES {number}")
        return number

    def sound(self) -> None:
        with self.engine.connect() as connection:
            assert list(verify(connection, self.trade)) == []

    def one(self, question: str) -> list[tuple[object, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(question))]

    def stock(self, dealer: str = "D1001") -> dict[str, tuple[int, int]]:
        rows = self.one(f"SELECT model, quantity, units FROM stock_level WHERE dealer = '{dealer}'")
        return {str(model): (quantity, known) for model, quantity, known in rows if quantity or known}  # type: ignore[misc]

    def state(self, number: str) -> object:
        return self.one(f"SELECT state FROM unit WHERE imei = '{number}'")[0][0]

    def tickets(self) -> list[tuple[object, ...]]:
        return self.one("SELECT reference, state, subject, dealer, text FROM ticket ORDER BY reference")

    def order_state(self, number: str) -> tuple[object, ...]:
        return self.one(
            "SELECT state, (SELECT sum(received) FROM order_line WHERE order_reference = reference) "
            f"FROM sales_order WHERE reference = 'O{number}'"
        )[0]


@pytest.fixture(params=["required", "none"])
def shops(request: pytest.FixtureRequest, engine: Engine) -> Deliveries:
    return Deliveries(engine, request.param)


@pytest.fixture
def strict(engine: Engine) -> Deliveries:
    return Deliveries(engine, "required")


def test_a_whole_order_is_received_and_undone(shops: Deliveries) -> None:
    number = shops.order("A350 4 B200 2")
    assert f"Nothing has left for O{number} yet" in shops.say(OWNER, f"RCV {number}")
    shops.ship("SH1", A[:4] + B[:2], order=f"O{number}")
    before = shops.stock()
    said = shops.say(OWNER, f"RCV {number}")
    assert said.startswith(f"OK R1001: O{number} complete, 6 received (A350 x4, B200 x2). Stock 6.")
    assert shops.stock() == {"A350": (4, 4), "B200": (2, 2)}
    assert shops.state(A[0]) == ("received" if shops.trade.receipt == "required" else "in_stock")
    assert shops.order_state(number) == ("received", 6)
    assert "is received or reported short" in shops.say(OWNER, f"RCV {number}", timedelta(hours=13))
    assert shops.tickets() == []
    assert shops.say(OWNER, "UNDO R1001") == "OK R1001: undone, 6 are not received at D1001 again."
    assert shops.stock() == before
    assert shops.order_state(number) == ("shipped", 0)
    assert shops.state(A[0]) == "shipped"


def test_sets_are_stock_only_when_received_and_are_coming_until_then(strict: Deliveries) -> None:
    strict.ship("SH1", A[:3])
    assert strict.stock() == {}
    assert "D1001 has 0, 0 sold in 7 days, coming 3." in strict.say(OWNER, "STOCK A350")
    assert strict.say(OWNER, f"RCV {A[0]}").startswith("OK R1001: SH1 1 received (A350 x1), 2 still to come.")
    assert "D1001 has 1, 0 sold in 7 days, coming 2." in strict.say(OWNER, "STOCK A350")
    assert strict.say(CLERK, "收货").startswith("已收R1002:SH1到齐,收2台(A350×2),库存3台。")
    assert "coming" not in strict.say(OWNER, "STOCK A350")
    assert strict.stock() == {"A350": (3, 3)}


def test_fewer_sets_than_were_sent_are_short_and_somebody_checks(shops: Deliveries) -> None:
    number = shops.order("A350 4")
    shops.ship("SH1", A[:4], order=f"O{number}")
    said = shops.say(OWNER, f"RCV {number} 3")
    assert said.startswith(f"OK R1001: O{number} 3 of 4 received, 1 short (A350 x1).")
    assert "Ticket C1001: Person 4 checks by" in said
    assert shops.stock()["A350"][0] == 3
    assert shops.order_state(number) == ("shipped", 3)
    assert shops.tickets() == [("C1001", "open", "R1001", "D1001", f"O{number} short A350 x1")]
    shops.say(OWNER, "UNDO R1001")
    assert shops.tickets()[0][1] == "closed"
    assert shops.order_state(number) == ("shipped", 0)


def test_the_set_that_is_missing_is_named_when_the_others_were_and_may_come_late(shops: Deliveries) -> None:
    number = shops.order("A350 3")
    shops.ship("SH1", A[:3], order=f"O{number}")
    assert "1 still to come" in shops.say(OWNER, f"RCV {number} {A[0]} {A[1]}")
    said = shops.say(OWNER, f"收货 {number} 2")
    assert f"2 of 3 received, 1 short (A350 x1 ..{A[2][-4:]})" in said
    assert shops.state(A[2]) == "lost"
    assert shops.stock() == {"A350": (2, 2)}
    assert shops.say(OWNER, f"RCV {number} {A[2]}").startswith(f"OK R1003: O{number} complete, 1 received (A350 x1)")
    assert shops.state(A[2]) == "in_stock"
    assert shops.stock() == {"A350": (3, 3)}
    assert shops.order_state(number) == ("received", 3)


def test_more_sets_than_were_sent_are_stock_and_somebody_checks(shops: Deliveries) -> None:
    shops.ship("SH1", A[:2])
    said = shops.say(OWNER, "RCV SH1")
    assert said.startswith("OK R1001: SH1 complete, 2 received")
    shops.ship("SH2", A[2:4])
    said = shops.say(OWNER, f"RCV {A[2]} {A[3]} {STRAY}")
    assert said.startswith("OK R1002: SH2 3 received, 1 more than sent (A350 x1).")
    assert shops.tickets()[0][4] == f"SH2 surplus A350 {STRAY}"
    assert shops.stock() == {"A350": (5, 5)}
    shops.say(OWNER, "UNDO R1002")
    assert shops.state(STRAY) == "made"


def test_a_number_above_what_was_sent_is_surplus_and_one_far_above_is_asked(shops: Deliveries) -> None:
    number = shops.order("A350 2")
    shops.ship("SH1", A[:2], order=f"O{number}")
    said = shops.say(OWNER, f"RCV {number} 200")
    assert "Only 2 were sent. Not saved." in said
    assert shops.say(OWNER, f"RCV {number} 3").startswith(f"OK R1002: O{number} 3 received, 1 more than sent (A350 x1)")
    assert shops.stock()["A350"][0] == 3
    assert shops.order_state(number) == ("received", 2)


def test_a_set_of_another_shop_is_flagged_and_stays_its(shops: Deliveries) -> None:
    shops.ship("SH1", A[:1])
    shops.ship("SH9", A[1:2], dealer="D2001")
    said = shops.say(OWNER, f"RCV {A[0]} {A[1]}")
    assert said.startswith("OK R1001: 1 received at D1001. Not saved: #2")
    assert "Ticket C1001" in said
    assert shops.tickets()[0][4] == f"SH1 wrong A350 {A[1]}"
    assert shops.one(f"SELECT kind, dealer, reference FROM unit_event WHERE imei = '{A[1]}' ORDER BY seq") == [
        ("shipped", "D2001", "SH9"),
        ("flagged", "D1001", "C1001"),
    ]
    # Its own shop receives it all the same, and the mark is in nobody's way.
    assert shops.say(WEST_OWNER, "RCV").startswith("OK R1002: SH9 complete, 1 received")
    assert shops.say(WEST_OWNER, "UNDO R1002").startswith("OK R1002: undone")
    alone = shops.say(OTHER_OWNER, f"RCV {A[1]}")
    assert "C1002" in alone and "R1003" not in alone


def test_who_told_of_a_wrong_set_takes_it_back_though_it_be_they_who_answer_it(shops: Deliveries) -> None:
    shops.ship("SH9", A[1:2], dealer="D2001")
    assert "Ticket C1001" in shops.say(FIELD, f"RCV {A[1]} @D1001")
    assert shops.say(FIELD, "UNDO C1001").startswith("OK C1001: ")
    assert shops.one("SELECT state FROM ticket") == [("closed",)]


def test_which_sets_are_short_of_several_models_is_asked(shops: Deliveries) -> None:
    number = shops.order("A350 2 B200 1")
    shops.ship("SH1", A[:2] + B[:1], order=f"O{number}")
    said = shops.say(OWNER, f"RCV {number} 2")
    assert said.startswith(f"Which of O{number} are short (A350 x2, B200 x1)?")
    assert shops.one("SELECT count(*) FROM receipt") == [(0,)]
    assert shops.say(OWNER, f"RCV {number} 3").startswith(f"OK R1001: O{number} complete, 3 received")


def test_several_deliveries_are_told_apart(shops: Deliveries) -> None:
    assert "Nothing is on its way to D1001" in shops.say(OWNER, "RCV")
    shops.ship("SH1", A[:1])
    shops.ship("SH2", A[1:3])
    assert shops.say(OWNER, "RCV", timedelta(hours=13)) == ("On their way: SH1 1, SH2 2. Which one came? Send RCV SH1")
    assert shops.say(OWNER, "RCV SH2").startswith("OK R1001: SH2 complete, 2 received")
    assert shops.say(FIELD, "RCV @D1001").startswith("OK R1002: SH1 complete, 1 received")
    assert shops.state(A[0]) != "shipped"


def test_sets_sold_before_they_were_received_count_for_the_order(shops: Deliveries) -> None:
    number = shops.order("A350 3")
    shops.ship("SH1", A[:3], order=f"O{number}")
    assert shops.say(OWNER, f"S {A[0]}").startswith("OK S1001")
    assert shops.say(OWNER, f"RCV {number}").startswith(f"OK R1001: O{number} complete, 2 received")
    assert shops.order_state(number) == ("received", 3)
    assert shops.stock() == {"A350": (2, 2)}
    assert shops.say(OWNER, "UNDO R1001").startswith("OK R1001: undone, 2")
    assert shops.order_state(number) == ("shipped", 0)


def test_a_set_that_moved_on_keeps_the_receipt(shops: Deliveries) -> None:
    shops.ship("SH1", A[:2])
    shops.say(OWNER, "RCV SH1")
    shops.say(OWNER, f"S {A[0]}")
    said = shops.say(OWNER, "UNDO R1001")
    assert not said.startswith("OK") and A[0][-4:] in said
    assert shops.say(OWNER, f"RCV {A[1]}").startswith("Nothing saved")
    assert shops.stock() == {"A350": (1, 1)}


def test_an_order_of_another_shop_is_as_one_that_is_not_there(shops: Deliveries) -> None:
    number = shops.order("A350 1")
    shops.ship("SH1", A[:1], order=f"O{number}")
    other = shops.say(WEST_OWNER, f"RCV {number}")
    assert other == shops.say(WEST_OWNER, "RCV 7777").replace("7777", number)
    assert shops.say(FIELD, f"RCV {number}").startswith(f"OK R1001: O{number} complete")  # the shop is in its region


def test_a_receipt_is_shown(shops: Deliveries) -> None:
    shops.ship("SH1", A[:2])
    shops.say(OWNER, f"RCV {A[0]}")
    with shops.engine.connect() as connection:
        shown = show(connection, "receipt", Asked("r1001", shops.at, "Asia/Shanghai"))
    assert shown is not None
    assert (shown["dealer"], shown["of"], shown["ticket"]) == ("D1001", "SH1", None)
    assert shown["lines"] == [{"model": "A350", "received": 1, "short": 0, "surplus": 0}]
    assert [each["imei"] for each in shown["sets"]] == [A[0]]


def test_what_does_not_agree_is_found(shops: Deliveries) -> None:
    number = shops.order("A350 2")
    shops.ship("SH1", A[:2], order=f"O{number}")
    shops.say(OWNER, f"RCV {number}")
    with shops.engine.begin() as connection:
        connection.execute(text("UPDATE receipt_line SET units = 1, ordered = 1"))
        connection.execute(text("UPDATE shipment SET sets = 5"))
    with shops.engine.connect() as connection:
        found = {finding.cache for finding in verify(connection, shops.trade)}
    assert {"receipt_line.units", "order_line.received", "shipment.sets"} <= found
