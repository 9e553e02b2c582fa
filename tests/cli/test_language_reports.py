"""report language and replay: what stored texts say about the language."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smsgw.cli.common.opening import migrated
from smsgw.settings.loading import load
from tests.business.importing.test_importing import A1, A2, everything
from tests.cli.conftest import Smsgw
from tests.cli.said import receive

PHONE = "+8613900000001"
NOON = datetime(2026, 4, 15, 4, 0, tzinfo=UTC)
TEXTS = (
    f"S {A1[:8]}{A1[8:].replace('0', 'O')}",  # letters for digits
    f"S {A2}",
    f"SLAE {A2}",  # asked back
    "S 123456789012345",
    "frobnicate",
    "Frobnicate",
    "ORD",
    "STOCK A350",
    "SOTCK A350",  # run all the same, for it only reads
    "ORD NOKIA 5",
    "OK S1001: 2 sold",
)


@pytest.fixture
def spoken_to(furnished: Path) -> Path:
    """A deployment that has been texted at, a text an hour from noon of 15 April on."""
    receive(furnished, PHONE, [(NOON + timedelta(hours=n), text) for n, text in enumerate(TEXTS)])
    return furnished


def test_the_report_counts_repairs_problems_acceptance_and_words_that_nobody_knew(
    smsgw: Smsgw, spoken_to: Path
) -> None:
    found = smsgw("report", "language", "--json").json
    assert (found["texts"], found["ignored"]) == (len(TEXTS), 1)
    assert {row["rule"]: row["count"] for row in found["repairs"]} == {"letter": 1, "verb": 2}
    problems = {row["code"]: row["count"] for row in found["problems"]}
    assert problems == {"bad_imei": 1, "unknown_word": 2, "incomplete": 1, "unknown_model": 1}
    verbs = {row["verb"]: row for row in found["verbs"]}
    assert verbs["sale"] == {
        "verb": "sale",
        "count": 4,
        "accepted": 2,
        "partial": 0,
        "confirm": 1,
        "rejected": 1,
        "acceptance": 0.5,
    }
    assert verbs["stock"]["acceptance"] == 1.0
    assert verbs[None]["rejected"] == 2
    assert found["verbs"][0]["verb"] == "sale"
    assert found["acceptance"] == 0.4
    assert found["unknown_words"] == [{"word": "FROBNICATE", "count": 2}]


def test_the_report_of_a_time_counts_its_first_moment_and_the_whole_of_its_last_day(
    smsgw: Smsgw, spoken_to: Path
) -> None:
    def texts(*span: str) -> int:
        count = smsgw("report", "language", "--json", *span).json["texts"]
        assert isinstance(count, int)
        return count

    assert texts("--from", "2026-04-15", "--to", "2026-04-15") == len(TEXTS)  # until midnight in Shanghai
    assert texts("--from", "2026-04-16") == 0
    assert texts("--to", "2026-04-14") == 0
    assert texts("--from", "2026-04-15T05:00:00Z", "--to", "2026-04-15T07:00:00Z") == 2
    assert smsgw("report", "language", "--from", "soon").status == 2


def test_the_report_of_nothing_is_empty(smsgw: Smsgw, home: Path) -> None:
    found = smsgw("report", "language", "--format", "json").json
    assert found.pop("as_of").endswith("Z")
    assert found == {
        "report": "language",
        "texts": 0,
        "ignored": 0,
        "acceptance": None,
        "repairs": [],
        "problems": [],
        "verbs": [],
        "unknown_words": [],
    }
    assert smsgw("report", "language").status == 0


def test_the_report_is_a_table_for_people_and_csv_for_tables(smsgw: Smsgw, spoken_to: Path) -> None:
    out = smsgw("report", "language").out
    assert "11 texts, 1 ignored, taken as sent: 40.0%" in out
    assert "FROBNICATE" in out and "letter" in out
    rows = list(csv.DictReader(io.StringIO(smsgw("report", "language", "--format", "csv").out)))
    assert {(row["section"], row["name"], row["count"]) for row in rows} >= {
        ("texts", "all", "11"),
        ("repairs", "verb", "2"),
        ("verbs", "sale", "4"),
        ("unknown_words", "FROBNICATE", "2"),
    }
    assert next(row for row in rows if row["name"] == "stock")["acceptance"] == "1.0"


def test_report_names_its_reports(smsgw: Smsgw, home: Path) -> None:
    assert "language" in smsgw("report", "--help").out
    assert smsgw("report", "nothing").status == 2


def test_replay_finds_nothing_where_nothing_has_changed_and_keeps_to_the_day_of_each_text(
    smsgw: Smsgw, spoken_to: Path
) -> None:
    receive(spoken_to, PHONE, [(NOON, "NIL yesterday"), (NOON, "S A350 1 -2")])
    outcome = smsgw("replay", "--since", "2026-04-01", "--json")
    assert (outcome.status, outcome.out) == (0, "")
    assert smsgw("replay", "--since", "2026-04-01").out == "0 of 13 texts would be read otherwise\n"


def test_replay_lists_what_a_new_word_and_a_new_model_change_and_books_nothing(smsgw: Smsgw, spoken_to: Path) -> None:
    (spoken_to / "more.csv").write_text(
        "code,name,aliases,tacs,dealer_price,retail_price,currency\nN95,Nokia,,86012399,1.00,2.00,CNY\n",
        encoding="utf-8",
    )
    assert smsgw("import", "products", "more.csv").status == 0
    (spoken_to / "own").mkdir()
    (spoken_to / "own" / "own.lark").write_text('%extend STOCK_EN: "FROBNICATE"\n', encoding="utf-8")
    (spoken_to / "smsgw.toml").write_text('[gateway]\ngrammar_directory = "own"\n[[smsc]]\n', encoding="utf-8")
    engine = migrated(load(spoken_to / "smsgw.toml"))
    before = everything(engine)
    found = smsgw("replay", "--since", "2026-04-15", "--json").lines
    assert [(row["text"], row["differs"]) for row in found] == [
        ("frobnicate", ["outcome", "verb", "problems"]),
        ("Frobnicate", ["outcome", "verb", "problems"]),
        ("ORD NOKIA 5", ["outcome", "problems", "items"]),
    ]
    assert found[0]["phone"] == PHONE and found[0]["at"] == "2026-04-15T08:00:00Z"
    assert found[0]["old"]["commands"][0]["problem"]["code"] == "unknown_word"
    assert found[0]["new"] == {
        "outcome": "accepted",
        "commands": [{"verb": "stock", "outcome": "accepted", "repairs": [], "problem": None, "problems": []}],
    }
    assert found[2]["new"]["commands"][0]["items"] == [{"model": "N95", "quantity": 5}]
    assert [row["text"] for row in smsgw("replay", "--since", "2026-04-15T09:00:00Z", "--json").lines] == [
        "Frobnicate",
        "ORD NOKIA 5",
    ]
    out = smsgw("replay", "--since", "2026-04-15").out
    assert "was rejected: 'frobnicate'" in out and "now accepted: 'frobnicate'" in out
    assert out.endswith("3 of 11 texts would be read otherwise\n")
    assert everything(engine) == before
    engine.dispose()


def test_replay_wants_to_know_since_when(smsgw: Smsgw, home: Path) -> None:
    assert smsgw("replay").status == 2
    assert smsgw("replay", "--since", "lately").status == 2
