"""Activations told by programs: kept once, all or none, and by programs with the scope alone."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from smsgw.api.answer import Answer
from tests.api.programs import Programs, error, fields
from tests.business.world import imei

TOLD = {"imei": imei(1), "activated_at": "2026-04-12T08:00:00+08:00", "region": "west"}


@pytest.fixture
def programs(engine: Engine) -> Programs:
    return Programs(engine)


def test_activations_are_kept_once_and_the_earliest_counts(programs: Programs) -> None:
    body = {"activations": [TOLD, {**TOLD, "imei": imei(2), "region": None}, {**TOLD, "kind": "second"}]}
    assert programs.post("/activations", body) == Answer(200, {"new": 3, "changed": 0, "same": 0})
    assert programs.post("/activations", body) == Answer(200, {"new": 0, "changed": 0, "same": 3})
    earlier = {"activations": [{**TOLD, "activated_at": "2026-04-11T08:00:00Z"}]}
    assert programs.post("/activations", earlier).body == {"new": 0, "changed": 1, "same": 0}
    with programs.engine.connect() as connection:
        rows = connection.execute(text("SELECT imei, kind, region FROM activation ORDER BY imei, kind")).all()
    assert [tuple(row) for row in rows] == [
        (imei(1), "first", "WEST"),
        (imei(1), "second", "WEST"),
        (imei(2), "first", None),
    ]


def test_everything_that_is_wrong_is_told_and_nothing_kept(programs: Programs) -> None:
    body = {
        "activations": [
            TOLD,
            {**TOLD, "imei": imei(2), "region": "NORTH"},
            {**TOLD, "imei": imei(3), "activated_at": "2027-01-01T00:00:00Z"},
        ]
    }
    answer = programs.post("/activations", body)
    assert error(answer) == (422, "invalid")
    assert fields(answer) == ["activations.1.region", "activations.2.activated_at"]
    unread = programs.post("/activations", {"activations": [{**TOLD, "imei": "860123450000013"}]})
    assert fields(unread) == ["activations.0.imei"]
    with programs.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM activation")).scalar_one() == 0
