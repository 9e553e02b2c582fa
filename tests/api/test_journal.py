"""GET /api/v1/journal: what was booked, for a program that asks again after the last id."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from smsgw.store import journal
from tests.api.programs import Programs, error


@pytest.fixture
def programs(engine: Engine) -> Programs:
    return Programs(engine)


def test_a_program_follows_the_journal(programs: Programs) -> None:
    start = programs.get("/journal").body["last"]
    with programs.engine.begin() as connection:
        for reference in "ABC":
            journal.append(connection, 1_776_225_600_000, "li", "test", "written", reference, {"sets": 2})
    answer = programs.get(f"/journal?after={start}&limit=2")
    assert answer.status == 200
    assert [row["reference"] for row in answer.body["journal"]] == ["A", "B"]
    assert answer.body["journal"][0] == {
        "id": start + 1,
        "at": "2026-04-15T04:00:00Z",
        "subject": "test",
        "kind": "written",
        "reference": "A",
        "by": "li",
        "message": None,
        "detail": {"sets": 2},
    }
    assert answer.body["last"] == start + 2
    rest = programs.get(f"/journal?after={start + 2}").body
    assert ([row["reference"] for row in rest["journal"]], rest["last"]) == (["C"], start + 3)
    assert programs.get(f"/journal?after={start + 3}").body == {"journal": [], "last": start + 3}


def test_only_with_the_scope_to_read(programs: Programs) -> None:
    programs.token("sender", "messages")
    assert error(programs.get("/journal", by="sender"))[0] == 403
    assert error(programs.get("/journal?after=x"))[0] == 422
