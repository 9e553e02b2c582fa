"""What people are shown: times on the deployment's clock, tables that fit a terminal, nothing that is empty."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from smsgw.cli.common.output import on_clock, pairs, table

EAST = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ("2026-12-02T10:00:00Z", "2026-12-02 18:00"),
        ("2026-12-02T20:00:05Z", "2026-12-03 04:00:05"),
        ("2026-12-02T10:00:00.250Z", "2026-12-02 18:00"),
        ({"at": "2026-12-02T10:00:00Z", "text": "at 2026-12-02T10:00:00Z"}, None),
        ([{"events": [{"at": "2026-12-02T10:00:00Z"}]}], [{"events": [{"at": "2026-12-02 18:00"}]}]),
        ("2026-12-02", "2026-12-02"),
        (None, None),
        (7, 7),
    ],
)
def test_instants_are_told_on_a_clock_and_all_else_as_it_is(found: object, told: object) -> None:
    if isinstance(found, dict):
        told = {"at": "2026-12-02 18:00", "text": found["text"]}
    assert on_clock(found, EAST) == told


def test_what_holds_nothing_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    pairs({"name": "B1", "topic": "", "why": None, "failed": 0, "skipped": {}, "events": [], "phones": ["+1", "+2"]})
    assert capsys.readouterr().out == "name    B1\nfailed  0\nphones  +1, +2\n"


def test_a_table_of_many_columns_cuts_nothing_off(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    names = ("region", "opened", "open", "late", "settled", "closed", "not settled after all", "answered")
    table((*names, "hours to the first answer"), [("SHANGHAI", *range(1, 9))])
    table(
        ("", "name", "state", "people", "author", "created", "scheduled"),
        [("B1001", "New prices of spring", "scheduled", 120, "wang", "2026-12-02 18:00", "2026-12-03 09:00")],
    )
    out = capsys.readouterr().out
    assert max(map(cell_len, out.splitlines())) <= 80
    assert "…" not in out
    for word in ["settled", "answered", "SHANGHAI", "scheduled", "2026-12-03", "09:00", "prices"]:
        assert word in out
