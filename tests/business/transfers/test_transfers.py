"""Sets given to another shop: asked, taken, refused, too late, taken back, told and verified."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, text

from smsgw.business.audiences.books.lexicon import lexicon_rows
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.core.showing import Asked
from smsgw.business.dialogue import answer
from smsgw.business.messages.rules import Inbound
from smsgw.business.messages.tables import message_out
from smsgw.business.showing import show
from smsgw.business.verify import verify
from smsgw.gateway.scheduled.reminders import queue_notices
from smsgw.gateway.understanding import understanding_of
from smsgw.settings.sections import Settings
from tests.business.dict_ledger import CLERK, FIELD, OTHER_OWNER, OWNER, START, STRANGER, imei, sample
from tests.business.said import settle

HOUR = timedelta(hours=1)
SETS = [imei("86012345", n) for n in range(1, 5)]


class Shops:
    """Two shops that text each other; the first holds four A350 by IMEI, and B200 by number."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        settle(engine, sample())
        self.at = START
        self.seen = 0
        self.keeper = Bookkeeper(engine, Settings().trade_rules(), clock=START.timestamp)
        with engine.connect() as connection:
            self.words = understanding_of(Settings(), lexicon_rows(connection))
        self.text(OWNER, "REG " + " ".join(SETS))
        self.text(OWNER, "COUNT B200 5")

    def text(self, phone: str, said: str, after: timedelta = timedelta(minutes=1)) -> str:
        """Send a text; the answer to it."""
        self.at += after
        reading = self.words.read(said, self.at.timestamp(), phone)
        inbound = Inbound("operator-a", 1, phone, "1069", said, reading.folded, said.encode(), 0, self.at)
        with self.keeper.transaction(self.at) as books:
            books.receive(inbound)
            decision = answer(reading, phone, books)
            said = self.words.word(decision.replies, decision.language)
        with self.engine.connect() as connection:
            assert verify(connection) == []
        return said

    def told(self) -> list[tuple[str, str]]:
        """What the daemon tells unasked when it looks now: phone and text."""
        with self.keeper.transaction(self.at) as books:
            queue_notices(Settings(), self.words, self.at.timestamp(), books)
        row = message_out.c
        with self.engine.connect() as connection:
            assert verify(connection) == []
        with self.engine.connect() as connection:
            found = connection.execute(
                select(row.id, row.recipient, row.text).where(row.id > self.seen).order_by(row.id)
            ).all()
        self.seen = max([self.seen, *(one.id for one in found)])
        return [(one.recipient, one.text) for one in found]

    def stock(self, dealer: str) -> dict[str, tuple[int, int]]:
        with self.engine.connect() as connection:
            rows = connection.execute(
                text("SELECT model, quantity, units FROM stock_level WHERE dealer = :dealer"), {"dealer": dealer}
            )
            return {model: (quantity, units) for model, quantity, units in rows if quantity or units}

    def unit(self, number: str) -> tuple[str, str]:
        with self.engine.connect() as connection:
            row = connection.execute(text("SELECT state, holder FROM unit WHERE imei = :imei"), {"imei": number}).one()
            return row.state, row.holder

    def transfer(self, reference: str) -> dict[str, object]:
        with self.engine.connect() as connection:
            shown = show(connection, "transfer", Asked(reference, self.at, "Asia/Shanghai"))
        assert shown is not None
        return shown


@pytest.fixture
def shops(engine: Engine) -> Shops:
    return Shops(engine)


def test_sets_given_are_in_nobodys_stock_until_the_receiver_says_yes(shops: Shops) -> None:
    before = shops.stock("D1001")["A350"]
    said = shops.text(OWNER, f"GIVE D1002 {SETS[0]} {SETS[1]}")
    assert said.startswith("OK T1001: A350 x2 to D1002 wait for their YES until 16Apr")
    assert shops.stock("D1001")["A350"] == (before[0] - 2, before[1] - 2)
    assert shops.stock("D1002").get("A350") is None
    assert shops.unit(SETS[0]) == ("in_transfer", "D1001")
    ((phone, asked),) = shops.told()
    assert phone == OTHER_OWNER
    assert "YES 1001" in asked or "是 1001" in asked
    assert shops.text(OTHER_OWNER, "YES 1001")
    assert shops.stock("D1002")["A350"] == (2, 2)
    assert shops.unit(SETS[0]) == ("in_stock", "D1002")
    assert [phone for phone, _ in shops.told()] == [OWNER]
    shown = shops.transfer("T1001")
    assert (shown["state"], shown["imeis"]) == ("taken", SETS[:2])
    # And on to the next one, or back.
    assert shops.text(OTHER_OWNER, f"调货 D1001 {SETS[0]}").startswith("已收T1002")
    assert shops.text(OWNER, "好的").startswith("OK T1002")
    assert shops.unit(SETS[0]) == ("in_stock", "D1001")


def test_a_no_gives_them_back_as_they_were(shops: Shops) -> None:
    before = shops.stock("D1001")
    shops.text(OWNER, f"GIVE D1002 {SETS[0]}")
    shops.text(OTHER_OWNER, "NO")
    assert shops.stock("D1001") == before
    assert shops.unit(SETS[0]) == ("in_stock", "D1001")
    assert shops.transfer("T1001")["state"] == "refused"
    assert shops.text(OTHER_OWNER, "YES T1001").startswith("T1001")  # that it is over
    assert shops.stock("D1001") == before


def test_silence_gives_them_back(shops: Shops) -> None:
    before = shops.stock("D1001")
    shops.text(OWNER, f"GIVE D1002 {SETS[0]}")
    shops.told()
    shops.at += 24 * HOUR
    told = shops.told()
    assert [phone for phone, _ in told] == [OWNER]
    assert "again" in told[0][1]
    assert shops.stock("D1001") == before
    assert shops.text(OTHER_OWNER, "YES T1001").startswith("T1001")
    assert shops.stock("D1001") == before


def test_an_answer_that_comes_too_late_gives_them_back_before_anybody_has_looked(shops: Shops) -> None:
    before = shops.stock("D1001")
    shops.text(OWNER, f"GIVE D1002 {SETS[0]}")
    shops.text(OTHER_OWNER, "YES 1001", after=24 * HOUR)
    assert shops.stock("D1001") == before
    assert shops.transfer("T1001")["state"] == "lapsed"


def test_a_transfer_that_waits_can_be_undone_and_one_that_was_taken_cannot(shops: Shops) -> None:
    before = shops.stock("D1001")
    shops.text(OWNER, f"GIVE D1002 {SETS[0]}")
    shops.told()
    assert shops.text(OWNER, "UNDO T1001").startswith("OK T1001")
    assert shops.stock("D1001") == before
    assert [phone for phone, _ in shops.told()] == [OTHER_OWNER]
    shops.text(OTHER_OWNER, "YES T1001")
    assert shops.unit(SETS[0]) == ("in_stock", "D1001")
    shops.text(OWNER, f"GIVE D1002 {SETS[0]}", after=13 * HOUR)
    shops.text(OTHER_OWNER, "YES")
    assert "give it back" in shops.text(OWNER, "UNDO")
    assert shops.unit(SETS[0]) == ("in_stock", "D1002")


def test_sets_without_imei_are_given_by_number_up_to_what_the_book_has(shops: Shops) -> None:
    had = shops.stock("D1001")["B200"]
    spare = had[0] - had[1]
    refused = shops.text(OWNER, f"GIVE D1002 B200 {spare + 1}")
    assert str(spare) in refused and "nothing was given" in refused
    assert shops.text(OWNER, f"GIVE D1002 B200 {spare}").startswith("OK T1001")
    assert shops.stock("D1001").get("B200", (0, 0))[0] == had[0] - spare
    shops.text(OTHER_OWNER, "YES 1001")
    assert shops.stock("D1002")["B200"][0] >= spare


def test_what_cannot_be_given_of_a_list_is_told_and_the_rest_goes(shops: Shops) -> None:
    unknown = imei("86012345", 777)
    shops.text(OWNER, f"S {SETS[2]}")
    said = shops.text(OWNER, f"GIVE D1002 {SETS[0]} {unknown} {SETS[2]}")
    assert said.startswith("OK T1001: 1 to D1002") and "2" in said
    assert shops.transfer("T1001")["imeis"] == [SETS[0]]
    nothing = shops.text(OWNER, f"GIVE D1002 {unknown}")
    assert "T1002" not in nothing
    assert shops.unit(SETS[2]) == ("sold", "D1001")


@pytest.mark.parametrize(
    ("phone", "said", "part"),
    [
        (OWNER, "GIVE D1001 {}", "D1001 has them already"),
        (OWNER, "GIVE D9999 {}", "D9999"),
        (CLERK, "GIVE D1002 {}", None),
        (FIELD, "GIVE D1002 A350 1", "Which sets?"),
        (STRANGER, "GIVE D1002 {}", None),
    ],
)
def test_who_cannot_give_is_told_why_and_nothing_moves(shops: Shops, phone: str, said: str, part: str | None) -> None:
    answer_to = shops.text(phone, said.format(SETS[0]))
    assert part is None or part in answer_to
    assert shops.unit(SETS[0]) == ("in_stock", "D1001")


def test_a_field_worker_gives_between_shops_of_the_region(shops: Shops) -> None:
    assert shops.text(FIELD, f"GIVE D1002 {SETS[0]}").startswith("OK T1001")
    shops.told()
    shops.text(OTHER_OWNER, "是")
    assert shops.unit(SETS[0]) == ("in_stock", "D1002")
    assert {phone for phone, _ in shops.told()} == {OWNER, FIELD}


def test_only_the_receiver_answers(shops: Shops) -> None:
    shops.text(OWNER, f"GIVE D1002 {SETS[0]}")
    for phone in (OWNER, CLERK, FIELD, STRANGER):
        for said in ("YES T1001", "NO T1001", "YES 1001", "YES"):
            shops.text(phone, said)
    assert shops.unit(SETS[0]) == ("in_transfer", "D1001")


def test_with_several_waiting_a_bare_yes_is_asked_which(shops: Shops) -> None:
    shops.text(OWNER, f"GIVE D1002 {SETS[0]}")
    shops.text(OWNER, f"GIVE D1002 {SETS[1]}")
    said = shops.text(OTHER_OWNER, "YES")
    assert "T1001" in said and "T1002" in said
    shops.text(OTHER_OWNER, "YES 1002")
    shops.text(OTHER_OWNER, "NO")
    assert (shops.unit(SETS[0]), shops.unit(SETS[1])) == (("in_stock", "D1001"), ("in_stock", "D1002"))


def test_a_set_in_a_transfer_is_not_sold_given_or_counted_meanwhile(shops: Shops) -> None:
    shops.text(OWNER, f"GIVE D1002 {SETS[0]}")
    for said in (f"S {SETS[0]}", f"GIVE D1002 {SETS[0]} {SETS[1]}", f"REG {SETS[0]}"):
        shops.text(OWNER, said)
    assert shops.unit(SETS[0]) == ("in_transfer", "D1001")
    shops.text(OTHER_OWNER, f"S {SETS[0]}")
    assert shops.unit(SETS[0]) == ("in_transfer", "D1001")
