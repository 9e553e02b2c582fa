"""Everything that concerns one phone: each word, text, gap and answer once, in the order of time, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from smsgw.business.consent.rules import ConsentGiven
from smsgw.business.directory.tables import phone
from smsgw.business.expectations.tables import reminder
from smsgw.business.figures.reports.trail import of_phone
from smsgw.business.messages.tables import broadcast, broadcast_recipient, broadcast_skipped, message_out, survey_answer
from smsgw.business.notifications.tables import notice
from smsgw.store import audit
from smsgw.store.instants import to_ms
from smsgw.store.sequencer import put_in_order
from tests.business.world import CLERK, NOON, OWNER, FixedClock, bookkeeper, furnish, inbound, record

AT = to_ms(NOON)
HOUR = 3_600_000


def job(reference: str, at: int, state: str = "running") -> Any:
    return insert(broadcast).values(
        reference=reference,
        name="" if reference == "B1" else reference,
        state=state,
        topic="",
        audience="all",
        texts="{}",
        window="",
        author="hq",
        created_at=at,
        released_at=at,
        recipients=2,
        skipped="{}",
        parts=1,
        cost=0,
        currency="CNY",
    )


def to(reference: str, position: int, number: str) -> Any:
    return insert(broadcast_recipient).values(
        broadcast=reference, zone="Asia/Shanghai", position=position, phone=number, language="en"
    )


def text(id: int, number: str, at: int, **more: Any) -> Any:
    whole = {
        "id": id,
        "recipient": number,
        "text": f"text {id}",
        "kind": "reminder",
        "priority": 2,
        "state": "delivered",
        "parts": 1,
        "attempts": 1,
        "created_at": at,
        "sent_at": at + 1000,
        "final_at": at + 2000,
    }
    return insert(message_out).values(**whole | more)


def left(reference: str, subject: str, reason: str, at: int) -> Any:
    return insert(broadcast_skipped).values(
        broadcast=reference, subject=subject, reason=reason, detail="", decided_at=at
    )


@pytest.fixture
def told(engine: Engine) -> Engine:
    """A phone that was told much, and another one that was told the same."""
    furnish(engine)
    keeper = bookkeeper(engine, FixedClock())
    with keeper.transaction(NOON) as books:
        books.receive(inbound("STOP PRICES"))
        books.apply([ConsentGiven(OWNER, "prices", False)])
        record(books, OWNER, "", False, "by phone")
        record(books, CLERK, "", False, "by phone")
    with engine.begin() as connection:
        whose = connection.scalar(select(phone.c.contact).where(phone.c.number == OWNER))
        for reference, at, state in (
            ("B1", 1, "running"),
            ("B2", 2, "running"),
            ("B3", 3, "cancelled"),
            ("B4", 4, "done"),
        ):
            connection.execute(job(reference, AT + at * HOUR, state))
        for place, number in enumerate((OWNER, CLERK), start=1):
            for reference in ("B1", "B2", "B3", "B4"):  # of the last they were left out
                connection.execute(to(reference, place, number))
            id = place * 1_000
            connection.execute(text(id, number, AT - HOUR))
            connection.execute(
                text(id + 1, number, AT - 2 * HOUR, state="queued", topic="news", sent_at=None, final_at=None)
            )
            bulk = {"kind": "broadcast", "broadcast": "B1", "state": "failed", "error": "0x0000000B"}
            connection.execute(text(id + 2, number, AT + HOUR, **bulk))
            connection.execute(text(id + 3, number, AT, kind="reply"))
            connection.execute(
                insert(reminder).values(
                    rule="sales", period="2026-04-14", dealer="D1001", level=2, phone=number, message=id, sent_at=AT
                )
            )
            connection.execute(
                insert(notice).values(
                    kind="shipped", subject="SH1", phone=number, message=id + 1, noted_at=AT, told_at=AT
                )
            )
            connection.execute(
                insert(survey_answer).values(
                    broadcast="B1", phone=number, option=place, message=9, answered_at=AT + 90 * 60_000
                )
            )
            connection.execute(left("B4", number, "stopped", AT + 4 * HOUR))
        connection.execute(left("B2", f"contact {whose}", "no_phone", AT + 2 * HOUR))
        audit.record(connection, AT + 5 * HOUR, "token:crm", "message refused", OWNER, {"reason": "stopped"})
        audit.record(connection, AT + 5 * HOUR, "token:crm", "message refused", CLERK, {})
    return engine


def test_each_event_is_told_once_in_the_order_of_time(told: Engine) -> None:
    with told.connect() as connection:
        events = of_phone(connection, OWNER)
    assert [(event["at"][11:19], event["what"]) for event in events] == [
        ("02:00:00", "reminder"),
        ("03:00:01", "reminder"),
        ("04:00:00", "STOP"),
        ("04:00:00", "STOP"),
        ("05:00:01", "broadcast"),
        ("05:30:00", "answer"),
        ("06:00:00", "broadcast"),
        ("06:00:00", "left out"),
        ("07:00:00", "broadcast"),
        ("08:00:00", "left out"),
        ("09:00:00", "message refused"),
    ]
    notice_, owed, stop, all_, failed, answer, waiting, nobody, cancelled, gone, refused = events
    assert (notice_["message"], notice_["state"], notice_["about"]) == (1001, "queued", ["shipped SH1"])
    assert notice_["topic"] == "news"
    assert (owed["message"], owed["state"], owed["about"]) == (1000, "delivered", ["sales 2026-04-14 D1001 level 2"])
    assert owed["final_at"] == "2026-04-15T03:00:02Z"
    assert (stop["topic"], stop["text"], stop["message"]) == ("prices", "STOP PRICES", 1)
    assert (all_["who"], all_["text"]) == ("li", "by phone") and "topic" not in all_
    assert (failed["broadcast"], failed["message"], failed["state"], failed["reason"]) == (
        "B1",
        1002,
        "failed",
        "0x0000000B",
    )
    assert (answer["broadcast"], answer["option"]) == ("B1", 1)
    assert (waiting["broadcast"], waiting["state"]) == ("B2", "waiting")
    assert (nobody["broadcast"], nobody["reason"]) == ("B2", "no_phone")
    assert (cancelled["broadcast"], cancelled["state"]) == ("B3", "cancelled")
    assert (gone["broadcast"], gone["reason"]) == ("B4", "stopped")
    assert (refused["who"], refused["detail"]) == ("token:crm", {"reason": "stopped"})


def test_it_begins_where_it_is_asked_to(told: Engine) -> None:
    with told.connect() as connection:
        assert [event["what"] for event in of_phone(connection, OWNER, AT + 4 * HOUR)] == [
            "left out",
            "message refused",
        ]
        assert of_phone(connection, "+8613700000001") == []


def test_a_changed_row_and_a_missing_one_break_the_chain(told: Engine) -> None:
    put_in_order(told)
    with told.begin() as connection:
        rows = list(audit.proof(connection))
        assert all(row.whole for row in rows) and len(rows) == 4
        connection.exec_driver_sql(f"UPDATE audit SET who = 'nobody' WHERE id = {rows[1].id}")
        assert [row.id for row in audit.proof(connection) if not row.whole] == [rows[1].id]
        connection.exec_driver_sql(f"DELETE FROM audit WHERE id = {rows[1].id}")
        assert [row.id for row in audit.proof(connection) if not row.whole] == [rows[2].id]
        assert len(list(audit.faults(connection))) == 1
