"""smsgw audit: who did what to what, all of one phone, and the proof of the trail."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from tests.business.importing.test_importing import FILES
from tests.cli.conftest import Smsgw
from tests.cli.test_consent import OWNER, said_by_text, write


def worked(smsgw: Smsgw) -> None:
    assert smsgw("audience", "save", "east", "region:EAST", "--by", "li").status == 0
    assert smsgw("broadcast", "create", "--audience", "east", "--text", "Hi", "--by", "li").status == 0
    assert smsgw("broadcast", "cancel", "B1001", "--by", "wang", "--why", "wrong price").status == 0
    assert smsgw("consent", "stop", OWNER, "--by", "wang", "--why", "by letter").status == 0


def test_the_trail_of_everything_of_a_broadcast_and_of_a_person(smsgw: Smsgw, furnished: Path) -> None:
    worked(smsgw)
    every = smsgw("audit", "--json").json
    assert [row["what"] for row in every[:-4]] == [f"{kind} imported" for kind in FILES]
    whole = every[-4:]
    assert all(row["sealed"] for row in every)
    assert [(row["who"], row["what"], row["subject"]) for row in whole] == [
        ("li", "audience saved", "east"),
        ("li", "broadcast created", "B1001"),
        ("wang", "broadcast cancelled", "B1001"),
        ("wang", "consent withdrawn", OWNER),
    ]
    assert smsgw("audit", "b1001", "--json").json == whole[1:3]
    assert smsgw("audit", "east", "--json").json == whole[:1]
    assert smsgw("audit", "--by", "wang", "--limit", 1, "--json").json == whole[3:]
    assert smsgw("audit", "B1001", "--since", "2999-01-01", "--json").json == []
    assert "broadcast cancelled  who wang  subject B1001  why wrong price\n" in smsgw("audit", "B1001").out


def test_all_that_concerns_a_phone(smsgw: Smsgw, furnished: Path) -> None:
    said_by_text(furnished, OWNER, "STOP PRICES", "prices", False)
    worked(smsgw)
    found = smsgw("audit", "139 0000 0001", "--json").json
    assert [(event["what"], event.get("topic"), event.get("who")) for event in found] == [
        ("STOP", "prices", None),
        ("STOP", None, "wang"),
    ]
    assert smsgw("audit", OWNER, "--by", "wang", "--json").json == found[1:]
    assert "2026-04-15 12:00  STOP  topic prices  message 7  STOP PRICES\n" in smsgw("audit", OWNER).out


def test_a_trail_that_somebody_changed_is_told(smsgw: Smsgw, furnished: Path) -> None:
    imported = smsgw("audit", "--verify", "--json").json["rows"]
    assert imported == len(FILES)
    worked(smsgw)
    proof = smsgw("audit", "--verify", "--json").json
    assert (proof["rows"], len(proof["seal"]), proof["faults"]) == (imported + 4, 64, [])
    assert smsgw("audit", "--verify").out == f"the trail is whole: {imported + 4} rows, sealed {proof['seal']}\n"
    assert smsgw("db", "verify").status == 0
    write(furnished, text("UPDATE audit SET detail = '{}' WHERE what = 'broadcast cancelled'"))
    broken = smsgw("audit", "--verify")
    assert broken.status == 1
    assert broken.out == f"audit {imported + 3} (broadcast cancelled B1001) was changed, or the row before it is gone\n"
    verified = smsgw("db", "verify")
    assert verified.status == 1
    assert verified.out.startswith(f"audit.digest {imported + 3} broadcast cancelled B1001: ")
    assert smsgw("audit", "B1001", "--verify").status == 2


def test_the_trail_of_an_empty_database_is_whole(smsgw: Smsgw, home: Path) -> None:
    assert smsgw("db", "upgrade").status == 0
    assert smsgw("audit", "--verify").out == "the trail is whole: 0 rows\n"
