"""smsgw report reporting and smsgw exempt: the rates by region, dealer, rule and period, and days taken out of them."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import insert

from smsgw.business.expectations.tables import expectation
from smsgw.cli.common.opening import migrated
from smsgw.settings.loading import load
from smsgw.store import audit
from tests.cli.conftest import Smsgw
from tests.cli.test_consent import write

DAY = 86_400_000
FIRST = 1_776_211_200_000  # 2026-04-15


@pytest.fixture
def owed(furnished: Path) -> Path:
    """Two shops that owed a report on each of three days: one came on time, one late, the others are missing."""
    with (furnished / "smsgw.toml").open("a") as config:
        config.write('\n[[report]]\nname = "sales"\n')
    states = {
        ("D1001", 0): "on_time",
        ("D1001", 1): "late",
        ("D1001", 2): "missing",
        ("D1002", 0): "missing",
        ("D1002", 1): "missing",
        ("D1002", 2): "missing",
    }
    for (dealer, place), state in states.items():
        due = FIRST + place * DAY
        write(
            furnished,
            insert(expectation).values(
                rule="sales",
                period=date(2026, 4, 15 + place).isoformat(),
                dealer=dealer,
                region="EAST" if dealer == "D1001" else "WEST",
                due_at=due,
                closes_at=due + DAY,
                state=state,
                reported_at={"on_time": due - 1, "late": due + 1}.get(state),
            ),
        )
    return furnished


def rates(smsgw: Smsgw, *more: str) -> dict[str, tuple[int, int, int, int, int, float | None]]:
    """By name: expected, on time, late, missing, excused and the rate."""
    found = smsgw("report", "reporting", "--json", *more).json
    names = ("expected", "on_time", "late", "missing", "excused", "rate")
    rows = {row[found["per"]]: tuple(row[name] for name in names) for row in found["rows"]}
    return {**rows, "all": tuple(found["total"][name] for name in names)}


def test_the_rates_by_region_dealer_rule_and_period(smsgw: Smsgw, owed: Path) -> None:
    assert rates(smsgw) == {
        "EAST": (3, 1, 1, 1, 0, 0.6667),
        "WEST": (3, 0, 0, 3, 0, 0.0),
        "all": (6, 1, 1, 4, 0, 0.3333),
    }
    assert rates(smsgw, "--per", "rule") == {"sales": (6, 1, 1, 4, 0, 0.3333), "all": (6, 1, 1, 4, 0, 0.3333)}
    assert set(rates(smsgw, "--per", "period")) == {"2026-04-15", "2026-04-16", "2026-04-17", "all"}
    assert set(rates(smsgw, "--per", "dealer", "--region", "cn")) == {"D1001", "all"}
    assert rates(smsgw, "--from", "2026-04-16", "--to", "2026-04-16")["EAST"] == (1, 0, 1, 0, 0, 1.0)
    assert rates(smsgw, "--from", "2027-01-01") == {"all": (0, 0, 0, 0, 0, None)}


def test_a_table_for_people_and_one_for_programs(smsgw: Smsgw, owed: Path) -> None:
    told = smsgw("report", "reporting").out
    assert "66.7%" in told and "33.3%" in told and "on time" in told
    rows = list(csv.DictReader(io.StringIO(smsgw("report", "reporting", "--format", "csv").out)))
    assert [(row["region"], row["expected"], row["rate"]) for row in rows] == [
        ("EAST", "3", "0.6667"),
        ("WEST", "3", "0.0"),
    ]
    assert "no report was owed then" in smsgw("report", "reporting", "--from", "2027-01-01").out


def test_a_workbook_has_the_lines_of_the_csv(owed: Path) -> None:
    command = [sys.executable, "-m", "smsgw", "report", "reporting", "--format", "xlsx", "--config", "smsgw.toml"]
    written = subprocess.run(command, cwd=owed, capture_output=True, check=True).stdout
    book = openpyxl.load_workbook(io.BytesIO(written))
    assert [[cell.value for cell in row][:3] for row in book["reporting"].iter_rows()] == [
        ["region", "expected", "on_time"],
        ["EAST", 3, 1],
        ["WEST", 3, 0],
    ]


def test_days_are_excused_and_expected_again(smsgw: Smsgw, owed: Path) -> None:
    added = smsgw("exempt", "add", "west", "2026-04-15..2026-04-16", "--why", "flood", "--by", "li")
    assert added.out == "WEST need not report on 2 days from 2026-04-15 to 2026-04-16: changes 2 reports\n"
    assert rates(smsgw)["WEST"] == (1, 0, 0, 1, 2, 0.0)
    everybody = smsgw("exempt", "add", "all", "2026-04-17", "2026-04-15", "--why", "holiday", "--by", "li", "--json")
    assert everybody.json == {"whom": "all", "days": ["2026-04-15", "2026-04-17"], "reports": 3}
    assert rates(smsgw)["all"] == (1, 0, 1, 0, 5, 1.0)
    assert smsgw("exempt", "list", "--whom", "WEST", "--json").json == [
        {"whom": "WEST", "day": "2026-04-15", "why": "flood"},
        {"whom": "WEST", "day": "2026-04-16", "why": "flood"},
    ]
    assert len(smsgw("exempt", "list", "--from", "2026-04-16", "--to", "2026-04-17", "--json").json) == 2
    assert "flood" in smsgw("exempt", "list").out
    assert smsgw("exempt", "remove", "all", "2026-04-17", "--by", "wang").out == (
        "all must report on 2026-04-17: changes 2 reports\n"
    )
    assert smsgw("exempt", "remove", "all", "2026-04-15", "--by", "wang", "--json").json["reports"] == 1
    assert rates(smsgw)["WEST"] == (1, 0, 0, 1, 2, 0.0)
    engine = migrated(load(owed / "smsgw.toml"))
    with engine.connect() as connection:
        assert [
            (entry.who, entry.what, entry.subject, entry.detail["reports"])
            for entry in audit.entries(connection)
            if not entry.what.endswith(" imported")
        ] == [
            ("li", "days exempted", "WEST", 2),
            ("li", "days exempted", "all", 3),
            ("wang", "days expected again", "all", 2),
            ("wang", "days expected again", "all", 1),
        ]
        assert not list(audit.faults(connection))
    engine.dispose()


def test_a_holiday_of_the_settings_stays_excused(smsgw: Smsgw, owed: Path) -> None:
    config = owed / "smsgw.toml"
    config.write_text(config.read_text().replace("holidays = []", 'holidays = ["2026-04-17"]'))
    assert smsgw("exempt", "add", "D1001", "2026-04-17", "--why", "x", "--json").json["reports"] == 2
    assert smsgw("exempt", "remove", "d1001", "2026-04-17", "--json").json["reports"] == 0


def test_what_cannot_be_is_one_sentence(smsgw: Smsgw, owed: Path) -> None:
    before = smsgw("exempt", "list", "--json").json
    for more, said in (
        (("exempt", "add", "EASTT", "2026-04-15", "--why", "x"), "did you mean EAST?"),
        (("exempt", "add", "Q9", "2026-04-15", "--why", "x"), "or write all"),
        (("exempt", "add", "all", "2026-04-15", "--why", " "), "say why; whoever reads"),
        (("exempt", "add", "all", "2026-4-15", "--why", "x"), "is not a day"),
        (("exempt", "add", "all", "2026-04-15..2026-04-14", "--why", "x"), "ends before it begins"),
        (("exempt", "add", "all", "2026-01-01..2027-04-14", "--why", "x"), "longer than a year"),
        (("exempt", "remove", "all", "2026-04-15"), "2026-04-15 is not exempted for all"),
        (("report", "reporting", "--region", "EAT"), "did you mean EAST?"),
        (("report", "reporting", "--from", "now"), "--from 'now' is not a day"),
        (("report", "reporting", "--from", "2026-04-15", "--to", "2026-04-14"), "is before '2026-04-15'"),
        (("report", "tickets", "--from", "2026-04-15", "--to", "2026-04-14"), "is before '2026-04-15'"),
    ):
        refused = smsgw(*more)
        assert refused.status in (1, 2), more
        assert said in refused.err, refused.err
        assert "Traceback" not in refused.err
    assert smsgw("exempt", "list", "--json").json == before


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("region:XX", "there is no region 'XX'"),
        ("region:EASTT", "there is no region 'EASTT': did you mean region:EAST?"),
        ("tier:Q", "there is no tier 'Q'"),
        ("all and not dealer:D9999", "there is no dealer 'D9999'"),
        ("lang:sw", "'lang:sw' means no active dealer, so nobody owes this report"),
        ("region:EAST and region:WEST", "means no active dealer"),
    ],
)
def test_a_rule_that_asks_nobody_is_told_by_check(smsgw: Smsgw, furnished: Path, who: str, told: str) -> None:
    with (furnished / "smsgw.toml").open("a", encoding="utf-8") as config:
        config.write('\n[[report]]\nname = "sales"\n')
        config.write(f'\n[[report]]\nname = "stock"\nwho = "{who}"\nverbs = ["count"]\n')
    outcome = smsgw("check")
    (line,) = [line for line in outcome.out.splitlines() if line.startswith("reports: ")]
    assert line.startswith("reports: report[stock].who: ") and told in line and "report[sales]" not in line
    assert outcome.status == 1


def test_rules_that_ask_somebody_are_good(smsgw: Smsgw, owed: Path) -> None:
    assert "reports: good\n" in smsgw("check").out


def test_a_rule_in_a_deployment_with_nobody_in_it_is_no_fault(smsgw: Smsgw, home: Path) -> None:
    with (home / "smsgw.toml").open("a", encoding="utf-8") as config:
        config.write('\n[[report]]\nwho = "region:EAST"\n')
    assert "reports: good\n" in smsgw("check").out


def test_a_rule_that_is_new_and_a_time_without_reports_are_told_apart(smsgw: Smsgw, furnished: Path) -> None:
    assert "no report has been owed yet" in smsgw("report", "reporting").out


def test_a_time_without_reports_is_told_with_the_times_that_have_some(smsgw: Smsgw, owed: Path) -> None:
    told = smsgw("report", "reporting", "--from", "2027-01-01").out
    assert "periods from 2026-04-15 to 2026-04-17" in " ".join(told.split())
