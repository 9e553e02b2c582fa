"""Broadcasts of programs: drafted, looked at and moved by the rules that hold for people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from smsgw.business.broadcasts.reports import progress
from smsgw.store import audit
from tests.api.programs import Programs, error, fields, settings_of
from tests.business.world import OWNER

DRAFT = {"audience": "all", "texts": {"en": "New prices from Monday", "zh": "周一起新价格"}}


@pytest.fixture
def programs(engine: Engine) -> Programs:
    return Programs(engine)


def drafted(programs: Programs, by: str = "crm", **more: Any) -> str:
    answer = programs.post("/broadcasts", {**DRAFT, **more}, by=by)
    assert answer.status == 201, answer
    return str(answer.body["reference"])


def step(programs: Programs, reference: str, verb: str, body: Any = None, by: str = "crm") -> Any:
    return programs.post(f"/broadcasts/{reference}/{verb}", body, by=by)


def test_a_draft_tells_who_would_get_it_and_what_it_costs(programs: Programs) -> None:
    answer = programs.post("/broadcasts", {**DRAFT, "name": "prices", "topic": "prices"})
    assert answer.status == 201
    assert answer.headers["Location"] == "/api/v1/broadcasts/B1001"
    expected = {
        "reference": "B1001",
        "state": "draft",
        "recipients": 4,
        "skipped": {"no_phone": 1},
        "parts": 4,
        "cost": "0.20",
        "currency": "CNY",
    }
    assert {key: answer.body[key] for key in expected} == expected
    assert list(answer.body["links"]) == ["operator-a"]
    with programs.engine.connect() as connection:
        (entry,) = audit.entries(connection, subject="B1001")
    assert (entry.who, entry.what) == ("token:crm", "broadcast created")
    assert programs.rows("SELECT author, topic, name FROM broadcast") == [("token:crm", "prices", "prices")]


def test_it_is_shown_as_the_command_line_shows_it(programs: Programs) -> None:
    reference = drafted(programs)
    answer = programs.get(f"/broadcasts/{reference.lower()}")
    with programs.engine.connect() as connection:
        assert answer.body == progress(connection, programs.settings.trade_rules(), reference, programs.now)
    assert (answer.status, answer.body["texts"]) == (200, DRAFT["texts"])
    second = drafted(programs)
    listed = programs.get("/broadcasts?limit=1").body["broadcasts"]
    assert [each["reference"] for each in listed] == [second]


def test_everything_that_can_be_said_of_one_is_kept(programs: Programs) -> None:
    reference = drafted(
        programs,
        options={"en": ["yes", "no"], "zh": ["是", "否"]},
        answers_until="2026-04-18T00:00:00+08:00",
        at="2026-04-16T09:00:00+08:00",
        link="operator-a",
        pace=60,
        window="10:00-12:00",
        valid_minutes=90,
        message_class=0,
    )
    assert programs.rows(
        'SELECT answers_until, scheduled_at, link, pace, "window", valid_minutes, message_class FROM broadcast'
    ) == [
        (
            int(datetime(2026, 4, 17, 16, tzinfo=UTC).timestamp() * 1000),
            int(datetime(2026, 4, 16, 1, tzinfo=UTC).timestamp() * 1000),
            "operator-a",
            60,
            "10:00-12:00",
            90,
            0,
        )
    ]
    assert step(programs, reference, "start").body == {"reference": reference, "state": "scheduled"}


def test_one_that_comes_again_goes_by_the_clock_it_names(programs: Programs) -> None:
    drafted(programs, cron="0 9 * * 1")
    drafted(programs, cron="0 9 * * 1", zone="Asia/Urumqi")
    assert programs.rows("SELECT zone FROM broadcast ORDER BY reference") == [("Asia/Shanghai",), ("Asia/Urumqi",)]


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"audience": "region:NORTH", "texts": {"en": "{deler}", "zh": "}"}}, ["audience", "texts.en", "texts.zh"]),
        ({"audience": "file:/etc/passwd"}, ["audience"]),
        ({"audience": "phone:+8613900000001 and ("}, ["audience"]),
        ({"topic": "weather", "link": "nowhere", "window": "9-5"}, ["topic", "link", "window"]),
        ({"at": "2026-04-01T00:00:00Z", "answers_until": "never ever"}, ["at", "answers_until"]),
        ({"zone": "Mars/Olympus", "cron": "every monday"}, ["zone", "cron"]),
        ({"zone": "../../etc/passwd"}, ["zone"]),
        ({"cron": "0 9 * * 1", "at": "2026-04-16T00:00:00Z"}, [""]),
        ({"options": {"en": ["yes", "no"]}}, ["options"]),
        ({"options": {"en": ["yes"], "zh": ["是"]}}, ["options"]),
        ({"texts": {}}, ["texts"]),
        ({"texts": {"en": "about {model_stock:Z999}"}}, ["texts.en"]),
        ({"pace": 0, "valid_minutes": 0, "message_class": 9}, ["pace", "valid_minutes", "message_class"]),
        ({"author": "li"}, ["author"]),
    ],
)
def test_every_fault_is_told_by_its_field(programs: Programs, more: dict[str, Any], wrong: list[str]) -> None:
    assert fields(programs.post("/broadcasts", {**DRAFT, **more})) == wrong
    assert programs.rows("SELECT count(*) FROM broadcast") == [(0,)]


# ---- steps


def test_the_steps_are_taken_and_each_is_on_the_trail(programs: Programs) -> None:
    reference = drafted(programs)
    states = [
        step(programs, reference, verb, body).body["state"]
        for verb, body in [
            ("approve", None),
            ("start", {}),
            ("pause", {"why": "a wrong price"}),
            ("resume", None),
            ("cancel", {"why": "another one comes"}),
        ]
    ]
    assert states == ["approved", "running", "paused", "running", "cancelled"]
    with programs.engine.connect() as connection:
        told = [(entry.who, entry.what) for entry in audit.entries(connection, subject=reference)]
    assert told == [
        ("token:crm", f"broadcast {what}")
        for what in ("created", "approved", "started", "paused", "resumed", "cancelled")
    ]


def test_a_step_that_the_state_refuses_is_a_conflict_with_the_sentence(programs: Programs) -> None:
    reference = drafted(programs)
    answer = step(programs, reference, "resume")
    assert error(answer) == (409, "refused")
    assert (
        answer.body["error"]["message"]
        == "the broadcast is a draft and cannot be resumed; what can be done: approve, start, cancel"
    )
    assert error(step(programs, reference, "retry", {"unknown": True})) == (409, "refused")


def test_a_step_of_none_is_not_found(programs: Programs) -> None:
    for verb, body in [("start", None), ("retry", {}), ("test", {"to": [OWNER]})]:
        assert error(step(programs, "B9999", verb, body)) == (404, "not_found")
    for name in ("B9999", "%00", "%ED%A0%80", "B" * 5_000, "%F0%BE%A1%AF" * 20, "%42%31"):
        assert error(programs.get(f"/broadcasts/{name}")) == (404, "not_found")
    reference = drafted(programs)
    assert programs.get("/broadcasts/" + "".join(f"%{ord(letter):02x}" for letter in reference)).status == 200


def test_one_token_alone_sends_to_no_more_than_one_person_may(programs: Programs) -> None:
    programs.settings = settings_of(approval_above_recipients=3)
    programs.token("boss", "broadcasts")
    reference = drafted(programs)
    answer = step(programs, reference, "start")
    assert error(answer) == (409, "refused")
    assert "must be approved by somebody else than token:crm" in answer.body["error"]["message"]
    assert step(programs, reference, "approve", by="boss").body["state"] == "approved"
    assert step(programs, reference, "start").body["state"] == "running"
    assert programs.rows("SELECT author, approver FROM broadcast") == [("token:crm", "token:boss")]


def test_a_test_goes_to_chosen_phones_at_once(programs: Programs) -> None:
    reference = drafted(programs)
    answer = step(programs, reference, "test", {"to": [OWNER, "13900000001", "13900000099"]})
    assert answer.status == 202
    assert programs.rows("SELECT id, recipient, text, author, calendar FROM message_out ORDER BY id") == [
        (answer.body["messages"][0], OWNER, DRAFT["texts"]["en"], "token:crm", None),  # type: ignore[index]
        (answer.body["messages"][1], "+8613900000099", DRAFT["texts"]["en"], "token:crm", None),  # type: ignore[index]
    ]
    assert fields(step(programs, reference, "test", {"to": [OWNER, "nobody"]})) == ["to.1"]
    assert fields(step(programs, reference, "test", {"to": [OWNER] * 21})) == ["to"]
    assert fields(step(programs, reference, "test")) == ["to"]
    assert fields(step(programs, reference, "start", {"now": True})) == ["now"]


# ---- audiences


def test_a_preview_counts_and_keeps_nothing(programs: Programs) -> None:
    answer = programs.post("/audiences/preview", {"audience": "dealer:D1001", "texts": {"en": "Dear {dealer}"}})
    assert answer.status == 200
    assert (answer.body["recipients"], answer.body["parts"]) == (2, 2)
    assert [each["text"] for each in answer.body["samples"]] == ["Dear D1001"] * 2
    counted = programs.post("/audiences/preview", {"audience": "dealer:D1001"})
    assert (counted.body["recipients"], counted.body["samples"]) == (2, [])
    assert fields(programs.post("/audiences/preview", {"audience": "dealer:D9999"})) == ["audience"]
    assert programs.rows("SELECT count(*) FROM broadcast") == [(0,)]
