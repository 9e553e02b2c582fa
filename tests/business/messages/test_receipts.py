"""Which text a receipt is for: by id, phone and link; what settles unknown outcomes; what is parked, and how long."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from smsgw.business.messages.books import parked_receipts as parked
from smsgw.business.messages.books.outcomes import Taken
from smsgw.business.messages.books.receipts import Match, Receipt
from tests.business.messages.test_outbox import AT, Post
from tests.business.world import CLERK, NOON, OWNER

LINK = "operator-a"
HOUR = 3_600_000


class Office(Post):
    """A post whose texts and receipts tell their phones."""

    def went(self, phone: str, smsc_id: str, link: str = LINK) -> int:
        """A text to a phone that the SMSC took under an id."""
        row: Any = self.tell(lambda books: books.outbox.put(phone, "hello"))
        self.took(row.id, phone, smsc_id, link=link)
        return int(row.id)

    def took(self, message: int, phone: str, *ids: str, parts: int = 0, link: str = LINK) -> None:
        taken = [Taken(number, smsc_id, smsc_id.lower(), phone) for number, smsc_id in enumerate(ids, start=1)]
        self.tell(
            lambda books: books.outcomes.record_sent(message, AT, link, taken, attempts=1, parts=parts or len(ids)),
        )

    def lost(self, phone: str = OWNER, *ids: str, link: str | None = LINK, parts: int = 1) -> int:
        """A text to a phone of unknown outcome, but for the parts that have ids."""
        row: Any = self.tell(lambda books: books.outbox.put(phone, "hello", kind="broadcast"))
        taken = [Taken(number, smsc_id, smsc_id.lower(), phone) for number, smsc_id in enumerate(ids, start=1)]
        self.tell(
            lambda books: books.outcomes.record_unknown(row.id, AT, attempts=1, link=link, taken=taken, parts=parts),
        )
        return int(row.id)

    def says(
        self,
        *keys: str,
        state: str = "delivered",
        phone: str | None = OWNER,
        link: str = LINK,
        firm: bool = False,
        after: timedelta = timedelta(),
    ) -> tuple[int | None, Match]:
        smsc_id = keys[0] if keys else ""
        return self.told(Receipt(link, smsc_id, keys, state, NOON + after, phone=phone, firm=firm))

    def claimed(self, after: int = 0) -> int:
        """Look after parked receipts, so many milliseconds after they came."""
        found: int = self.tell(lambda books: parked.claim(books.work, books.outcomes.receipts, AT + after))
        return found

    def expired(self, before: int) -> Counter[str]:
        found: Counter[str] = self.tell(lambda books: parked.expire(books.work, before))
        return found

    def count(self, table: str) -> int:
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office(engine)


# ---- which text


def test_of_two_texts_that_an_id_may_mean_the_one_to_its_phone_is_meant(office: Office) -> None:
    decimal = office.went(OWNER, "16")
    hexadecimal = office.went(CLERK, "10")
    assert office.says("16", "10", "22", phone=CLERK) == (hexadecimal, Match.MATCHED)
    assert office.says("16", "10", "22", phone=OWNER) == (decimal, Match.MATCHED)
    assert office.says("16", "10", "22", phone=None) == (decimal, Match.MATCHED)


def test_a_number_in_national_form_is_the_same_phone(office: Office) -> None:
    office.went(CLERK, "16")
    row = office.went(OWNER, "10")
    assert office.says("16", "10", phone=OWNER[3:]) == (row, Match.MATCHED)


def test_a_text_to_another_phone_is_meant_only_where_the_id_is_firm(office: Office) -> None:
    row = office.went(OWNER, "16")
    assert office.says("16", "10", phone=CLERK).match is Match.PARKED  # type: ignore[attr-defined]
    assert office.says("10", "16", phone=CLERK, firm=True).match is Match.PARKED  # type: ignore[attr-defined]
    assert office.says("16", "10", phone=CLERK, firm=True) == (row, Match.MATCHED)


def test_an_id_of_another_link_is_meant_only_by_a_receipt_for_its_phone_and_after_a_while(office: Office) -> None:
    row = office.went(OWNER, "7", link="operator-b")
    assert office.says("7", phone=None) == (None, Match.PARKED)
    assert office.says("7", phone=CLERK, firm=True) == (None, Match.PARKED)
    assert office.says("7", "8", phone=OWNER) == (None, Match.PARKED)
    assert office.claimed(after=300_000) == 0
    assert office.claimed(after=300_001) == 1
    assert office.state(row) == "delivered"
    assert office.rows("SELECT message FROM delivery_receipt WHERE message IS NOT NULL") == [(row,)]
    assert office.count("parked_receipt") == 2


def test_a_parked_receipt_waits_for_the_text_of_its_phone_and_link(office: Office) -> None:
    assert office.says("16", "10", phone=OWNER) == (None, Match.PARKED)
    assert office.says("9", phone=None) == (None, Match.PARKED)
    office.went(CLERK, "16")
    office.went(CLERK, "9", link="operator-b")
    assert office.count("parked_receipt") == 3
    mine, other = office.went(OWNER, "10"), office.went(CLERK, "9")
    assert (office.state(mine), office.state(other)) == ("delivered", "delivered")
    assert office.count("parked_receipt") == 0


def test_a_receipt_without_an_id_is_kept_and_parked_under_nothing(office: Office) -> None:
    office.lost()
    assert office.says() == (None, Match.NAMELESS)
    assert (office.count("delivery_receipt"), office.count("parked_receipt")) == (1, 0)


def test_a_late_answer_undoes_nothing_that_a_receipt_told(office: Office) -> None:
    row = office.went(OWNER, "7")
    office.says("7", state="failed")
    office.took(row, OWNER, "7")
    assert office.rows("SELECT state FROM message_out_part") == [("failed",)]
    office.says("7")
    assert office.state(row) == "failed"
    assert office.rows("SELECT state FROM message_out_part") == [("failed",)]


# ---- texts of unknown outcome


@pytest.mark.parametrize(
    ("told", "state"), [("delivered", "delivered"), ("failed", "failed"), ("expired", "expired"), ("enroute", "sent")]
)
def test_a_receipt_that_nobody_knows_settles_the_one_unknown_text_of_its_phone(
    office: Office, told: str, state: str
) -> None:
    row = office.lost()
    other = office.lost(CLERK)
    assert office.says("77", state=told) == (row, Match.SETTLED)
    assert (office.state(row), office.state(other)) == (state, "unknown")
    assert office.says("77") == (row, Match.MATCHED)  # it has that id now
    assert office.state(row) == ("delivered" if state == "sent" else state)
    assert office.rows("SELECT link, error FROM message_out WHERE state <> 'unknown'") == [(LINK, None)]


def test_two_unknown_texts_of_a_phone_are_not_told_apart(office: Office) -> None:
    office.lost()
    office.lost()
    assert office.says("77") == (None, Match.PARKED)


@pytest.mark.parametrize(
    ("hours", "link", "match"),
    [
        (71, LINK, Match.SETTLED),
        (73, LINK, Match.PARKED),
        (1, None, Match.SETTLED),
        (1, "operator-b", Match.PARKED),
    ],
)
def test_an_unknown_text_is_settled_within_72_hours_on_its_link(
    office: Office, hours: int, link: str | None, match: Match
) -> None:
    office.lost(link=link)
    assert office.says("77", after=timedelta(hours=hours))[1] is match


def test_while_another_text_to_the_phone_is_under_way_its_receipt_settles_nothing(office: Office) -> None:
    lost = office.lost()
    fresh = office.tell(lambda books: books.outbox.put(OWNER, "hello"))
    assert office.says("77") == (None, Match.PARKED)
    assert office.claimed() == 0
    office.took(fresh.id, OWNER, "77")
    assert (office.state(lost), office.state(fresh.id)) == ("unknown", "delivered")


@pytest.mark.parametrize("now", [True, False])
def test_the_receipt_of_a_text_that_becomes_unknown_afterwards_settles_it(office: Office, now: bool) -> None:
    office.clock.at = NOON - timedelta(seconds=1)
    row = office.tell(lambda books: books.outbox.put(OWNER, "hello", kind="broadcast"))
    assert office.says("77") == (None, Match.PARKED)
    assert office.says("77") == (None, Match.PARKED)  # and once more
    assert office.claimed() == 0
    with_link = LINK if now else None
    office.tell(lambda books: books.outcomes.record_unknown(row.id, AT, attempts=1, link=with_link))
    assert office.claimed() == (0 if now else 2)
    assert office.state(row.id) == "delivered"
    assert office.count("parked_receipt") == 0
    assert office.rows("SELECT message, number FROM delivery_receipt") == [(row.id, 1)] * 2


def test_more_ids_than_parts_settle_nothing(office: Office) -> None:
    office.clock.at = NOON - timedelta(seconds=1)
    row = office.tell(lambda books: books.outbox.put(OWNER, "hello", kind="broadcast"))
    office.says("77")
    office.says("78")
    office.tell(lambda books: books.outcomes.record_unknown(row.id, AT, attempts=1, link=LINK))
    assert office.claimed() == 0
    assert office.state(row.id) == "unknown"


def test_of_a_long_text_that_becomes_unknown_afterwards_each_receipt_finds_its_part(office: Office) -> None:
    office.clock.at = NOON - timedelta(seconds=1)
    row = office.tell(lambda books: books.outbox.put(OWNER, "hello", kind="broadcast"))
    office.says("134", "86", state="failed")
    office.says("135", "87")
    taken = [Taken(1, "86", "86", OWNER)]
    office.tell(lambda books: books.outcomes.record_unknown(row.id, AT, attempts=1, link=LINK, taken=taken, parts=2))
    assert office.state(row.id) == "failed"
    assert office.rows("SELECT smsc_id, number FROM delivery_receipt ORDER BY id") == [("134", 1), ("135", 2)]
    assert office.count("parked_receipt") == 0


def test_of_a_long_text_each_part_is_settled(office: Office) -> None:
    row = office.lost(OWNER, "A", parts=3)
    assert office.says("a") == (row, Match.MATCHED)
    assert office.says("b") == (row, Match.SETTLED)
    assert office.state(row) == "unknown"
    assert office.says("c", state="enroute") == (row, Match.SETTLED)
    assert office.state(row) == "sent"
    assert office.says("d") == (None, Match.PARKED)
    assert office.says("c") == (row, Match.MATCHED)
    assert office.state(row) == "delivered"


def test_the_answer_to_a_settled_submit_changes_its_id_and_nothing_else(office: Office) -> None:
    row = office.lost()
    office.says("16", "10")
    office.took(row, OWNER, "10")
    assert office.rows("SELECT smsc_id, state FROM message_out_part") == [("10", "delivered")]
    assert office.says("16", "10") == (row, Match.MATCHED)
    assert office.state(row) == "delivered"


# ---- parked


def test_parked_receipts_are_given_up_after_a_time_and_kept(office: Office) -> None:
    office.says("1", "2", after=timedelta(hours=-73))
    office.says("3", after=timedelta(hours=-72), link="operator-b")
    office.says("4", after=timedelta(hours=-71))
    assert office.expired(AT - 72 * HOUR) == {LINK: 1}
    assert office.expired(AT - 72 * HOUR + 1) == {"operator-b": 1}
    assert office.expired(AT - 72 * HOUR) == {}
    assert office.rows("SELECT match_key FROM parked_receipt") == [("4",)]
    assert office.count("delivery_receipt") == 3


def test_a_receipt_parked_while_another_daemon_wrote_down_its_submit_is_claimed(office: Office) -> None:
    office.says("5", phone=None)
    office.says("16", "10", phone=OWNER)
    # Neither of two transactions sees the other's rows.
    row = office.tell(lambda books: books.outbox.put(OWNER, "hello"))
    office.tell(
        lambda books: [
            books.work.say(
                "INSERT INTO message_out_part (message, number, link, smsc_id, match_key, state) "
                "VALUES (?, ?, ?, ?, ?, 'sent')",
                row.id,
                number,
                LINK,
                key,
                key,
            )
            for number, key in enumerate(("5", "10"), start=1)
        ]
    )
    assert office.claimed() == 2
    assert office.claimed() == 0
    assert office.rows("SELECT state FROM message_out_part") == [("delivered",)] * 2


def test_a_receipt_is_not_claimed_by_a_text_to_another_phone(office: Office) -> None:
    office.says("16", "10", phone=OWNER)
    office.went(CLERK, "16")
    assert office.claimed() == 0
