"""Texts of programs: whom they go to, when, and what is told of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.consent.books.consents import decide
from smsgw.calendar.hours import Calendar
from tests.api.programs import CALLED, Programs, error, fields, settings_of
from tests.business.world import CLERK, NOON, OTHER_OWNER, OWNER, STRANGER, bookkeeper, inbound


@pytest.fixture
def programs(engine: Engine) -> Programs:
    return Programs(engine)


def say(programs: Programs, phone: str, topic: str, granted: bool) -> None:
    keeper: Bookkeeper = bookkeeper(programs.engine)
    with keeper.transaction(NOON) as books:
        decide(books.work, phone, topic, granted, author="li", wording="on the telephone")


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def test_a_text_is_queued_for_each_phone(programs: Programs) -> None:
    answer = programs.post("/messages", {"to": [OWNER, "139 0000 0002"], "text": "已发货"})
    assert answer.status == 202
    assert [each["to"] for each in answer.body["messages"]] == [OWNER, CLERK]
    assert answer.body["skipped"] == []
    rows = programs.rows(
        "SELECT id, recipient, text, kind, priority, state, run, author, not_after, calendar FROM message_out"
    )
    hours = "Asia/Shanghai 09:00-20:00 1234567"
    until = ms(NOON) + 12 * 3_600_000
    ids = [each["id"] for each in answer.body["messages"]]
    assert rows == [
        (ids[0], OWNER, "已发货", "reminder", 2, "queued", None, "token:crm", until, hours),
        (ids[1], CLERK, "已发货", "reminder", 2, "queued", None, "token:crm", until, hours),
    ]
    assert programs.submitted == 1


def test_who_said_stop_is_left_out_by_any_of_their_words(programs: Programs) -> None:
    say(programs, OWNER, "", granted=False)
    say(programs, CLERK, "prices", granted=False)
    say(programs, STRANGER, "", granted=False)
    everybody = [OWNER, CLERK, STRANGER, OTHER_OWNER, OTHER_OWNER]
    answer = programs.post("/messages", {"to": everybody, "text": "x", "topic": "prices"})
    assert answer.status == 202
    assert [each["to"] for each in answer.body["messages"]] == [OTHER_OWNER]
    assert [(each["to"], each["reason"]) for each in answer.body["skipped"]] == [
        (OWNER, "stopped"),
        (CLERK, "stopped"),
        (STRANGER, "stopped"),
        (OTHER_OWNER, "duplicate"),
    ]
    assert programs.post("/messages", {"to": [CLERK], "text": "x"}).body["skipped"] == []


def test_who_takes_part_no_longer_gets_none(programs: Programs) -> None:
    with programs.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE dealer SET active = false WHERE code = 'D1002'")
    answer = programs.post("/messages", {"to": [OTHER_OWNER], "text": "x"})
    assert answer.body["messages"] == []
    assert answer.body["skipped"][0]["reason"] == "blocked"
    assert programs.rows("SELECT count(*) FROM message_out") == [(0,)]


def test_quiet_hours_are_those_of_the_recipient_unless_it_is_urgent(programs: Programs) -> None:
    programs.at = datetime(2026, 4, 15, 12, 30, tzinfo=UTC)  # 20:30 in Shanghai, 18:30 in Urumqi
    programs.post("/messages", {"to": [OWNER, OTHER_OWNER], "text": "x"})
    programs.post("/messages", {"to": [OWNER], "text": "x", "urgent": True})
    (late, late_end), (_, open_end), (urgent, urgent_end) = programs.rows(
        "SELECT calendar, not_after FROM message_out ORDER BY id"
    )
    opens = datetime(2026, 4, 16, 1, 0, tzinfo=UTC)
    assert Calendar.read(late).opening(programs.at.timestamp()) == opens.timestamp()
    assert late_end == ms(opens) + 12 * 3_600_000  # it is of use from when it may be sent
    assert open_end == programs.now + 12 * 3_600_000
    assert (urgent, urgent_end) == (None, programs.now + 12 * 3_600_000)


def test_what_is_told_of_how_it_is_sent_is_kept(programs: Programs) -> None:
    asked = {
        "to": [OWNER],
        "text": "x",
        "link": "operator-a",
        "message_class": 0,
        "valid_minutes": 30,
        "at": "2026-04-15T13:00:00+08:00",
        "callback": CALLED + "told?order=1",
    }
    number = programs.post("/messages", asked).body["messages"][0]["id"]
    at = ms(datetime(2026, 4, 15, 5, 0, tzinfo=UTC))
    assert programs.rows("SELECT link, message_class, not_before, not_after FROM message_out") == [
        ("operator-a", 0, at, at + 30 * 60_000)
    ]
    assert programs.rows("SELECT message, url, mask, told, due_at FROM callback") == [
        (number, CALLED + "told?order=1", 31 + 256, None, at + 1000)
    ]


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({}, ["to", "text"]),
        ({"to": [], "text": ""}, ["to", "text"]),
        ({"to": ["x", OWNER, "12", "+1"], "text": "x"}, ["to.0", "to.2", "to.3"]),
        ({"to": OWNER, "text": 5}, ["to", "text"]),
        ({"to": [OWNER] * 1001, "text": "x"}, ["to"]),
        ({"to": [OWNER], "text": "x" * 1001}, ["text"]),
        ({"to": [OWNER], "text": "a\x00b"}, ["text"]),
        ({"to": [OWNER], "text": "x", "topic": "weather", "link": "nowhere"}, ["topic", "link"]),
        ({"to": [OWNER], "text": "x", "topic": "No Topic"}, ["topic"]),
        ({"to": [OWNER], "text": "x", "link": "silent"}, ["link"]),
        ({"to": [OWNER], "text": "x", "message_class": 4, "valid_minutes": 0}, ["message_class", "valid_minutes"]),
        ({"to": [OWNER], "text": "x", "message_class": True}, ["message_class"]),
        ({"to": [OWNER], "text": "x", "urgent": 1, "from": "1069"}, ["urgent", "from"]),
        ({"to": [OWNER], "text": "x", "at": "tomorrow at nine"}, ["at"]),
        ({"to": [OWNER], "text": "x", "at": "2026-04-16T09:00:00"}, ["at"]),
        ({"to": [OWNER], "text": "x", "at": "2026-04-15T03:59:59Z"}, ["at"]),
        ({"to": [OWNER], "text": "x", "at": "2027-05-01T00:00:00Z"}, ["at"]),
        ({"to": [OWNER], "text": "x", "at": "0001-01-01T00:00:00+14:00"}, ["at"]),
        ({"to": [OWNER], "text": "x", "callback": "https://elsewhere.example/"}, ["callback"]),
        ({"to": [OWNER], "text": "x", "callback": "file:///etc/passwd"}, ["callback"]),
    ],
)
def test_every_fault_is_told_by_its_field(programs: Programs, asked: dict[str, Any], wrong: list[str]) -> None:
    assert fields(programs.post("/messages", asked)) == wrong
    assert programs.rows("SELECT count(*) FROM message_out") == [(0,)]
    assert programs.submitted == 0


def test_a_fault_repeats_nothing_of_what_was_sent(programs: Programs) -> None:
    answer = programs.post("/messages", {"to": ["secret-one"], "text": "x", "<secret two>": 1, "topic": "SECRET"})
    assert "secret" not in str(answer.body).lower()


def test_without_the_setting_nobody_is_called(programs: Programs) -> None:
    programs.settings = settings_of().model_copy(
        update={"http": settings_of().http.model_copy(update={"callbacks": ()})}
    )
    answer = programs.post("/messages", {"to": [OWNER], "text": "x", "callback": CALLED})
    assert fields(answer) == ["callback"]
    assert "http.callbacks is empty" in answer.body["error"]["message"]


def test_one_alone_texts_no_more_phones_than_one_alone_may_send_to(programs: Programs) -> None:
    programs.settings = settings_of(approval_above_recipients=2)
    assert programs.post("/messages", {"to": [OWNER, CLERK], "text": "x"}).status == 202
    answer = programs.post("/messages", {"to": [OWNER, CLERK, OTHER_OWNER], "text": "x"})
    assert error(answer) == (409, "needs_approval")
    programs.settings = settings_of(approval_above_recipients=0)
    assert programs.post("/messages", {"to": [OWNER], "text": "x"}).status == 202


def test_a_thousand_phones_are_one_request(programs: Programs) -> None:
    programs.settings = settings_of(approval_above_recipients=1000)
    phones = [f"+86137{number:08d}" for number in range(1000)]
    answer = programs.post("/messages", {"to": phones, "text": "x"})
    ids = [each["id"] for each in answer.body["messages"]]
    assert len(set(ids)) == 1000
    assert programs.rows("SELECT count(*), min(id), max(id) FROM message_out") == [(1000, ids[0], ids[-1])]


# ---- looking one up


def test_a_program_sees_its_own_texts_and_with_read_every_one(programs: Programs) -> None:
    programs.token("shop", "messages")
    programs.token("watcher", "read")
    number = programs.post("/messages", {"to": [OWNER], "text": "Hello"}).body["messages"][0]["id"]
    found = programs.get(f"/messages/{number}")
    assert found.status == 200
    assert {key: found.body[key] for key in ("id", "direction", "phone", "text", "state", "kind", "author")} == {
        "id": number,
        "direction": "out",
        "phone": OWNER,
        "text": "Hello",
        "state": "queued",
        "kind": "reminder",
        "author": "token:crm",
    }
    assert programs.get(f"/messages/{number}", by="watcher").body == found.body
    assert error(programs.get(f"/messages/{number}", by="shop")) == (404, "not_found")


def test_texts_that_came_in_are_seen_with_read_alone(programs: Programs) -> None:
    programs.token("sender", "messages")
    with bookkeeper(programs.engine).transaction(NOON) as books:
        number = books.receive(inbound("STOCK")).message
        books.reply("A350 2")
    found = programs.get(f"/messages/{number}")
    assert found.status == 200
    assert (found.body["direction"], found.body["phone"], found.body["text"]) == ("in", OWNER, "STOCK")
    answer = programs.get(f"/messages/{found.body['answer']}").body
    assert (answer["kind"], answer["in_reply_to"], answer["author"]) == ("reply", number, None)
    assert error(programs.get(f"/messages/{number}", by="sender")) == (404, "not_found")


@pytest.mark.parametrize("said", ["0", "999", "x", "-1", "9" * 30, "١", "1.0"])
def test_what_is_no_text_is_not_found(programs: Programs, said: str) -> None:
    assert error(programs.get(f"/messages/{said}")) == (404, "not_found")
