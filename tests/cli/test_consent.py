"""smsgw consent: what a phone said by text, what the desk says for it, and what holds then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from smsgw.business.consent.tables import consent
from smsgw.business.directory.tables import phone
from smsgw.business.messages.tables import message_in, message_out
from smsgw.cli.common.opening import migrated
from smsgw.settings.loading import load
from smsgw.store import audit
from tests.cli.conftest import Smsgw

OWNER, SECOND = "+8613900000001", "+8613900000002"
AT = 1_776_225_600_000  # 2026-04-15T04:00:00Z


def write(home: Path, *statements: Any) -> None:
    engine = migrated(load(home / "smsgw.toml"))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)
    engine.dispose()


def ask(home: Path, question: str) -> list[tuple[Any, ...]]:
    engine = migrated(load(home / "smsgw.toml"))
    with engine.connect() as connection:
        assert not list(audit.faults(connection))
        found = [tuple(row) for row in connection.execute(text(question))]
    engine.dispose()
    return found


def said_by_text(home: Path, number: str, words: str, topic: str, granted: bool, id: int = 7) -> None:
    """A STOP or START that came as a text."""
    whole = {
        "id": id,
        "link": "operator-a",
        "sender": number,
        "recipient": "1069",
        "text": words,
        "folded": words,
        "payload": words.encode(),
        "data_coding": 0,
        "parts": 1,
        "state": "done",
        "received_at": AT,
        "arrived_at": AT,
        "handled_at": AT,
        "content_key": id,
        "repeat_key": id,
    }
    write(
        home,
        insert(message_in).values(**whole),
        insert(consent).values(phone=number, topic=topic, granted=granted, message=id, decided_at=AT),
    )


def test_what_was_texted_is_shown_with_its_text_and_what_holds(smsgw: Smsgw, furnished: Path) -> None:
    said_by_text(furnished, OWNER, "STOP PRICES", "prices", False)
    found = smsgw("consent", "show", "13900000001", "--json").json
    assert found["phone"] == OWNER
    assert (found["person"]["name"], found["person"]["dealer"]) == ("Zhang Wei", "D1001")
    assert found["words"] == [
        {
            "at": "2026-04-15T04:00:00Z",
            "word": "STOP",
            "topic": "prices",
            "message": 7,
            "text": "STOP PRICES",
            "author": None,
            "why": None,
        }
    ]
    assert found["notices"] == {"": True, "prices": False}
    told = smsgw("consent", "show", OWNER).out
    assert "2026-04-15 12:00 STOP prices  text 7: STOP PRICES\n  takes notices\n  takes no notices of prices\n" in told


def test_the_desk_says_stop_and_start_for_a_phone(smsgw: Smsgw, furnished: Path) -> None:
    queued = {
        "recipient": OWNER,
        "text": "x",
        "priority": 2,
        "state": "queued",
        "parts": 1,
        "attempts": 0,
        "created_at": AT,
    }
    write(
        furnished,
        insert(message_out).values(id=1, kind="reminder", run=None, **queued),
        insert(message_out).values(id=2, kind="reminder", run=9, **queued),
        insert(message_out).values(id=3, kind="reply", run=None, **queued),
    )
    stopped = smsgw("consent", "stop", OWNER, "--why", "letter of 2 May", "--by", "li", "--json").json
    assert stopped == {"phone": OWNER, "topic": "", "takes": False, "changed": True, "in_flight": [2]}
    assert ask(furnished, "SELECT id, state FROM message_out ORDER BY id") == [
        (1, "cancelled"),
        (2, "queued"),
        (3, "queued"),
    ]
    again = smsgw("consent", "stop", OWNER, "--why", "another letter", "--by", "li")
    assert again.out == f"{OWNER} takes no notices already\nin flight and not sent any more, unless under way: 2\n"
    assert smsgw("consent", "start", OWNER, "--topic", "Prices", "--why", "asked at the fair").status == 0
    assert smsgw("consent", "show", OWNER, "--json").json["notices"] == {"": False, "prices": True}
    started = smsgw("consent", "start", OWNER, "--why", "rang up", "--by", "wang", "--json").json
    assert (started["takes"], started["changed"]) == (True, True)
    assert smsgw("consent", "start", OWNER, "--why", "rang up", "--json").json["changed"] is False
    words = smsgw("consent", "show", OWNER, "--json").json["words"]
    assert [(word["word"], word["topic"], word["why"]) for word in words] == [
        ("STOP", "", "letter of 2 May"),
        ("START", "prices", "asked at the fair"),
        ("START", "", "rang up"),
    ]
    assert "li: letter of 2 May" in smsgw("consent", "show", OWNER).out
    assert ask(furnished, "SELECT who, what, subject, detail FROM audit WHERE what LIKE 'consent %' ORDER BY id")[
        ::2
    ] == [
        ("li", "consent withdrawn", OWNER, '{"topic":"","why":"letter of 2 May"}'),
        ("wang", "consent given", OWNER, '{"topic":"","why":"rang up"}'),
    ]


def test_another_phone_of_the_person_holds_back(smsgw: Smsgw, furnished: Path) -> None:
    ((number,),) = ask(furnished, f"SELECT contact FROM phone WHERE number = '{OWNER}'")
    write(furnished, insert(phone).values(number=SECOND, contact=number, active=True))
    smsgw("consent", "stop", SECOND, "--why", "by phone")
    assert smsgw("consent", "show", OWNER, "--json").json["held_back_by"] == {SECOND: [""]}
    assert f"{SECOND} of the same person said stop: all notices" in smsgw("consent", "show", OWNER).out


def test_phones_are_listed_by_topic(smsgw: Smsgw, furnished: Path) -> None:
    smsgw("consent", "stop", OWNER, "--why", "x")
    smsgw("consent", "start", OWNER, "--why", "x", "--topic", "prices")
    smsgw("consent", "stop", "+8613700000001", "--why", "x", "--topic", "prices")

    def listed(*more: str) -> list[tuple[str, bool]]:
        return [(row["phone"], row["takes"]) for row in smsgw("consent", "list", *more, "--json").json]

    assert listed() == [(OWNER, False)]
    assert listed("--topic", "prices") == [("+8613700000001", False), (OWNER, True)]
    assert listed("--topic", "prices", "--stopped") == [("+8613700000001", False)]
    assert "+8613700000001" in smsgw("consent", "list", "--topic", "prices").out


def test_those_who_said_stop_are_excluded_from_an_audience(smsgw: Smsgw, furnished: Path) -> None:
    assert smsgw("consent", "stop", OWNER, "--topic", "prices", "--why", "by phone").status == 0
    assert smsgw("audience", "show", "region:EAST", "--json").json["recipients"] == 1
    found = smsgw("audience", "show", "region:EAST", "--topic", "prices", "--excluded", "--json").json
    assert (found["recipients"], found["excluded"]) == (0, [{"subject": OWNER, "reason": "stopped", "detail": ""}])


def test_what_cannot_be_is_one_sentence(smsgw: Smsgw, furnished: Path) -> None:
    config = furnished / "smsgw.toml"
    config.write_text(
        config.read_text().replace("# topics = []", 'topics = ["prices"]').replace("topics = []", 'topics = ["prices"]')
    )
    assert smsgw("consent", "stop", OWNER).status == 2
    assert "say why: what was said" in smsgw("consent", "stop", OWNER, "--why", " ").err
    assert "did you mean prices?" in smsgw("consent", "stop", OWNER, "--why", "x", "--topic", "price").err
    assert "32 characters at most" in smsgw("consent", "stop", OWNER, "--why", "x", "--topic", "p" * 33).err
    assert "is not a phone number" in smsgw("consent", "show", "abc").err
    assert smsgw("consent", "stop", OWNER, "--why", "x", "--topic", "reminders").status == 0


def test_a_misspelt_topic_of_the_gateways_own_is_refused(smsgw: Smsgw, furnished: Path) -> None:
    refused = smsgw("consent", "stop", OWNER, "--topic", "pices", "--why", "rang up")
    assert (refused.status, refused.err) == (
        1,
        "smsgw: 'pices' is not quite a topic of the gateway's own; did you mean prices?\n",
    )
    refused = smsgw("broadcast", "create", "--audience", "all", "--text", "Hi", "--topic", "order")
    assert refused.status == 1
    assert "did you mean orders?" in refused.err
    assert smsgw("broadcast", "create", "--audience", "all", "--text", "Hi", "--topic", "offers").status == 0
