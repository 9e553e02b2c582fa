"""smsgw broadcast at the desk: a draft and its cost, the two persons, and what is told of it afterwards."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.conftest import Smsgw


def create(smsgw: Smsgw, *more: object) -> str:
    made = smsgw("broadcast", "create", "--audience", "all", "--text", "Hi {name}", "--by", "li", "--json", *more)
    assert made.status == 0, made.err
    return str(made.json["reference"])


def test_a_draft_is_made_looked_at_started_and_cancelled(smsgw: Smsgw, furnished: Path) -> None:
    (furnished / "n.csv").write_text("phone,comment\n+8613700000001,x\n13700000002,y\n13700000002,again\n")
    made = smsgw("broadcast", "create", "--audience", "file:n.csv", "--text", "Hi", "--text", "zh=您好", "--json")
    assert made.json == {
        "reference": "B1001",
        "recipients": 2,
        "skipped": {},
        "parts": 2,
        "cost": "0.00",
        "currency": "CNY",
        "links": {
            "operator-a": {"alphabets": ["gsm"], "longest": 1, "average": 1.0, "parts": 2, "cost": "0.00"},
        },
    }
    assert smsgw("broadcast", "start", "b1001", "--by", "li", "--json").json == {
        "reference": "B1001",
        "state": "running",
    }
    shown = smsgw("broadcast", "show", "B1001", "--results", "--excluded", "--json").json
    assert (shown["state"], shown["recipients"], shown["queued"], shown["approver"]) == ("running", 2, 2, "li")
    assert shown["texts"] == {"en": "Hi", "zh": "您好"}
    assert [row["reference"] for row in smsgw("broadcast", "list", "--json").json] == ["B1001"]
    assert "B1001" in smsgw("broadcast", "list").out
    assert smsgw("broadcast", "cancel", "B1001", "--why", "wrong price").out == "B1001 is cancelled\n"
    refused = smsgw("broadcast", "resume", "B1001")
    said = "smsgw: the broadcast is cancelled and cannot be resumed; make a new one\n"
    assert (refused.status, refused.err) == (1, said)
    refused = smsgw("broadcast", "cancel", "B1001")
    assert (refused.status, refused.err) == (1, "smsgw: the broadcast is cancelled already; make a new one\n")


def test_a_length_of_time_is_kept_in_minutes(smsgw: Smsgw, furnished: Path) -> None:
    for said in ("30m", "4h", "2d"):
        create(smsgw, "--valid-for", said)
    with closing(sqlite3.connect(furnished / "smsgw.db")) as books:
        kept = books.execute("SELECT valid_minutes FROM broadcast ORDER BY reference").fetchall()
    assert kept == [(30,), (240,), (2880,)]
    refused = smsgw("broadcast", "create", "--audience", "all", "--text", "Hi", "--valid-for", "0h")
    assert (refused.status, refused.err) == (1, "smsgw: a broadcast is of use for 1 minute at least\n")


def test_a_survey_is_told_with_its_answers(smsgw: Smsgw, furnished: Path) -> None:
    reference = create(smsgw, "--option", "Good|Bad")
    shown = smsgw("broadcast", "show", reference)
    assert shown.status == 0
    assert "answers" in shown.out
    assert smsgw("broadcast", "show", reference, "--json").json["answers"] == {"1": 0, "2": 0}


def test_a_second_person_approves_what_is_beyond_one(smsgw: Smsgw, furnished: Path) -> None:
    config = furnished / "smsgw.toml"
    config.write_text(config.read_text().replace("approval_above_recipients = 500", "approval_above_recipients = 1"))
    reference = create(smsgw)
    refused = smsgw("broadcast", "start", reference, "--by", "li")
    assert refused.status == 1
    assert f"{reference} must be approved by somebody else than li" in refused.err
    assert smsgw("broadcast", "approve", reference, "--by", "wang").out == f"{reference} is approved\n"
    assert f"{reference} is running" in smsgw("broadcast", "start", reference, "--by", "li").out


def test_a_test_goes_to_chosen_phones(smsgw: Smsgw, furnished: Path) -> None:
    reference = create(smsgw)
    assert smsgw("broadcast", "test", reference, "--to", "13900000099").status == 0
    (sent,) = smsgw("messages", "--direction", "out", "--json").lines
    assert (sent["phone"], sent["state"]) == ("+8613900000099", "queued")
    assert sent["text"].startswith("Hi ")


def test_what_cannot_be_is_one_sentence(smsgw: Smsgw, furnished: Path) -> None:
    (furnished / "bad.csv").write_text("phone\n+8613700000001\nabc\n12\n")
    for more, said in (
        (("--audience", "region:NOWHERE", "--text", "Hi"), "there is no region 'NOWHERE'"),
        (("--audience", "all", "--text", "Hi {delaer}"), "did you mean {dealer}?"),
        (("--audience", "all", "--text", "a", "--text", "b"), "there are two texts in en"),
        (("--audience", "all", "--text", "a", "--link", "operator-b"), "did you mean operator-a?"),
        (("--audience", "all", "--text", "a", "--window", "9-10"), "is not a window of the day"),
        (("--audience", "all", "--text", "a", "--at", "2020-01-01"), "its time is over already"),
        (("--audience", "file:bad.csv", "--text", "a"), "line 3, phone 'abc'"),
        (("--audience", "file:none.csv", "--text", "a"), "none.csv cannot be read"),
    ):
        refused = smsgw("broadcast", "create", *more)
        assert refused.status == 1, more
        assert said in refused.err, refused.err
        assert "Traceback" not in refused.err
    assert smsgw("broadcast", "list", "--json").json == []


def test_a_job_is_watched_until_it_is_over(smsgw: Smsgw, furnished: Path) -> None:
    reference = create(smsgw)
    assert smsgw("broadcast", "start", reference, "--by", "li").status == 0
    assert smsgw("broadcast", "cancel", reference).status == 0
    watched = smsgw("broadcast", "watch", reference)
    assert watched.status == 0, watched.err
    assert f"{reference} cancelled" in watched.out
    assert "failed 0" in watched.out
    refused = smsgw("broadcast", "watch", "B9")
    assert (refused.status, "there is no broadcast B9" in refused.err) == (1, True)
