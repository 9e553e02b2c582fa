"""smsgw unknown on a deployment with texts of which nobody can tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from smsgw.cli.common.opening import migrated
from smsgw.settings.loading import load
from smsgw.store.instants import iso, to_ms
from tests.business.world import NOON, OWNER, bookkeeper
from tests.cli.conftest import Smsgw


@pytest.fixture
def ids(furnished: Path) -> list[int]:
    """Three texts of unknown outcome."""
    engine = migrated(load(furnished / "smsgw.toml"))
    keeper = bookkeeper(engine)
    with keeper.transaction(NOON) as books:
        rows = [books.outbox.put(OWNER, words, link="operator-a") for words in ("OK S1001", "OK S1002", "库存 3")]
    with keeper.transaction(NOON) as books:
        for row in rows:
            books.outcomes.record_unknown(row.id, to_ms(NOON), attempts=3, link="operator-a")
    engine.dispose()
    return [row.id for row in rows]


def test_the_list_says_of_whom_on_which_link_and_since_when_but_not_what(smsgw: Smsgw, ids: list[int]) -> None:
    lines = smsgw("unknown", "list", "--json").lines
    assert [line["id"] for line in lines] == ids
    assert lines[0] == {
        "id": ids[0],
        "phone": OWNER,
        "kind": "reply",
        "link": "operator-a",
        "since": iso(to_ms(NOON)),
        "error": "no answer",
        "text": "[8 characters]",
    }
    said = smsgw("unknown", "list").out
    assert OWNER in said
    assert "S1001" not in said


def test_what_they_say_is_shown_on_request(smsgw: Smsgw, ids: list[int]) -> None:
    assert [line["text"] for line in smsgw("unknown", "list", "--show", "--json").lines] == [
        "OK S1001",
        "OK S1002",
        "库存 3",
    ]
    assert "库存 3" in smsgw("unknown", "list", "--show", "--limit", "1").out


def test_they_are_sent_again_or_closed_and_are_listed_no_more(smsgw: Smsgw, ids: list[int]) -> None:
    assert smsgw("unknown", "resend", ids[0], "--json").json == {"id": ids[0], "state": "queued"}
    assert smsgw("unknown", "close", ids[1], "--as", "failed").out == f"text {ids[1]}: closed as failed\n"
    assert smsgw("unknown", "close", ids[2], "--as", "sent", "--json").json == {"id": ids[2], "state": "sent"}
    assert smsgw("unknown", "list").out == ""
    assert [line["state"] for line in smsgw("messages", "--json").lines if line["id"] in ids] == [
        "queued",
        "failed",
        "sent",
    ]


def test_what_is_not_unknown_is_refused_and_nothing_is_done(smsgw: Smsgw, ids: list[int]) -> None:
    smsgw("unknown", "close", ids[0], "--as", "sent")
    outcome = smsgw("unknown", "resend", ids[1], ids[0])
    assert (outcome.status, outcome.out) == (1, "")
    assert f"text {ids[0]} is sent, not unknown; nothing was done" in outcome.err
    assert [line["id"] for line in smsgw("unknown", "list", "--json").lines] == ids[1:]
    assert smsgw("unknown", "resend", 123456).status == 1


def test_settle_wants_to_know_as_what(smsgw: Smsgw, ids: list[int]) -> None:
    assert smsgw("unknown", "close", ids[0]).status == 2
    assert smsgw("unknown", "close", ids[0], "--as", "delivered").status == 2
