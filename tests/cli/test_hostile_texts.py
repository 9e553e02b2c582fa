"""Hostile names and texts, through every command, report and notice: nothing that acts comes out."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
import typer
from sqlalchemy import select

import smsgw.cli
from smsgw.business.audiences.books.lexicon import lexicon_rows
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.dialogue import answer
from smsgw.business.importing import kinds
from smsgw.business.messages.rules import Inbound
from smsgw.business.messages.tables import message_out
from smsgw.business.reporting import reports
from smsgw.cli.app import app
from smsgw.cli.common.opening import migrated
from smsgw.gateway.outbound.tariff import LinkTariff
from smsgw.gateway.scheduled.reminders import reminder_job
from smsgw.gateway.understanding import understanding_of
from smsgw.settings.loading import load
from tests.business.importing.test_importing import FILES
from tests.cli.conftest import Smsgw

OWNER, FIELD, MANAGER, STRANGER = "+8613900000001", "+8613900000010", "+8613900000020", "+8613999999999"
CLI = Path(smsgw.cli.__file__).parent
HOSTILE = [
    "\x1b]0;PWNED\x07",
    "\x1b[2J\x1b[1;1H\x9b31m",
    "paid\rOK S9999: 99 sold",
    "\u202egnp.txt",
    "\u2066a\u2069\u200b\ufeff",
    "=cmd|' /C calc'!A0",
    "+cmd|x",
    "-cmd|calc",
    "@SUM(A1)",
]
ALL = " ".join(HOSTILE)
NEVER = {"Cc", "Cf", "Zl", "Zp", "Cs"}  # Unicode categories of what is not seen
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _needed(name: str) -> tuple[str, ...]:
    """What a report cannot do without."""
    return tuple(word for each in reports()[name].parameters if each.needed for word in (f"--{each.name}", "D1001"))


# Every command with what it is to show; those that serve, or make a directory, stand apart.
LINES: list[tuple[str, ...]] = [
    ("check",),
    ("db", "current"),
    ("db", "check"),
    ("db", "verify"),
    ("db", "upgrade"),
    ("db", "copy", ALL),
    ("db", "copy", "sqlite:///contacts.csv"),
    ("backup", ALL.replace("/", "")),
    ("backup", f"no/{ALL}"),
    ("restore", ALL),
    ("restore", "contacts.csv"),
    ("parse", ALL, *HOSTILE),
    ("try", "--from", OWNER, "MSG", ALL),
    ("try", "--from", STRANGER, ALL),
    ("show", "unit", ALL),
    ("show", "dealer", "D1001"),
    ("show", "dealer", ALL),
    ("show", "order", "O1001"),
    ("show", "market"),
    ("show", "visit"),
    ("show", "transfer", "T1001"),
    ("show", "message", "1"),
    ("messages",),
    ("stats",),
    ("links",),
    ("links", "pause", ALL),
    ("links", "resume", ALL),
    ("links", "rebind", ALL),
    ("links", "capture", ALL),
    ("unknown", "list", "--show"),
    ("unknown", "resend", "1"),
    ("unknown", "close", "1", "--as", "sent"),
    ("broadcast", "create", "--to", "role:owner", "--text", f"en={ALL}"),
    ("broadcast", "list"),
    ("broadcast", "show", "B1001", "--results"),
    ("broadcast", "approve", "B1001", "--by", ALL),
    ("broadcast", "start", "B1001", "--by", ALL),
    ("broadcast", "pause", "B1001"),
    ("broadcast", "resume", "B1001"),
    ("broadcast", "retry", "B1001"),
    ("broadcast", "cancel", "B1001"),
    ("broadcast", "test", "B1001", "--to", OWNER),
    ("broadcast", "watch", "B1001"),
    ("audience", "save", ALL, "role:owner"),
    ("audience", "save", "vip", ALL),
    ("audience", "list"),
    ("audience", "show", "role:owner"),
    ("audience", "preview", "role:owner"),
    ("audience", "delete", ALL),
    ("consent", "stop", OWNER, "--why", ALL, "--by", ALL),
    ("consent", "show", OWNER),
    ("consent", "start", OWNER, "--why", ALL),
    ("consent", "list"),
    ("audit",),
    ("audit", OWNER),
    ("audit", FIELD),
    ("token", "create", ALL),
    ("token", "list"),
    ("token", "revoke", ALL),
    ("order", "list"),
    ("order", "show", "O1001"),
    ("order", "approve", "O1001", "--lines", f"{ALL}=1", "--by", ALL),
    ("order", "reject", "O1001", "--why", ALL, "--by", ALL),
    ("order", "allocate", "O1001", "--depot", ALL, "--by", ALL),
    ("order", "release", "O1001", "--why", ALL, "--by", ALL),
    ("order", "ship", "O1001", ALL, "--shipment", ALL),
    ("order", "close", "O1001", "--why", ALL),
    ("order", "cancel", "O1001", "--why", ALL),
    ("payment", "list", "--state", "all"),
    ("payment", "show", ALL),
    ("show", "payment", "F1001"),
    ("payment", "match", "F1001", "--payment", ALL, "--by", ALL),
    ("payment", "match", "F1001", "--book"),
    ("payment", "reject", "F1001", ALL, "--by", ALL),
    ("credit", "list", "--all"),
    ("credit", "override", "D1001", "--amount", "100", "--until", "2099-01-01", "--why", ALL, "--by", ALL),
    ("credit", "revoke", "D1001", "--why", ALL, "--by", ALL),
    ("ticket", "list"),
    ("ticket", "show", "C1001"),
    ("ticket", "answer", "C1001", ALL, "--by", ALL),
    ("ticket", "assign", "C1001", FIELD),
    ("ticket", "close", "C1001", "--text", ALL),
    ("count", "list"),
    ("count", "list", "--state", "booked"),
    ("count", "show", ALL),
    ("count", "approve", ALL, "--by", ALL),
    ("count", "reject", "K1001", "--why", ALL, "--by", ALL),
    ("count", "open", "--audience", ALL, "--until", "2026-06-30"),
    ("count", "open", "--audience", "role:owner", "--until", "2099-06-30", "--by", ALL),
    ("count", "rounds"),
    ("count", "round", "1"),
    ("count", "differences", "1"),
    ("count", "differences", "1", "--csv"),
    ("count", "close", "1", "--by", ALL),
    ("show", "count", "K1001"),
    ("show", "receipt", ALL),
    ("receipt", "list", "--dealer", ALL),
    ("receipt", "list", "--wrong"),
    ("unit", "lost", ALL, "--why", ALL, "--by", ALL),
    ("unit", "found", ALL, "--at", ALL, "--why", ALL),
    ("receipt", "show", ALL),
    ("receipt", "receive", ALL, ALL, "--dealer", "D1001", "--by", ALL),
    ("receipt", "receive", ALL, "--sets", "2", "--sure"),
    ("return", "list", "--state", "all"),
    ("return", "show", "X1001"),
    ("show", "return", "X1001"),
    ("return", "approve", "X1001", "--by", ALL),
    ("return", "reject", "X1001", ALL, "--by", ALL),
    ("return", "receive", "X1001", "--depot", ALL, "--by", ALL),
    ("price", "plan", "A350", "1", "--from", "2030-01-01", "--tier", ALL, "--by", ALL),
    ("price", "announce", "A350", "--from", "2030-01-01", "--dealer", ALL, "--by", ALL),
    ("price", "list"),
    ("protection", "list", "--state", "all", "--dealer", ALL, "--model", ALL),
    ("protection", "show", "P1001"),
    ("show", "claim", "P1001"),
    ("protection", "approve", "P1001", "--by", ALL),
    ("protection", "reject", "P1001", ALL, "--by", ALL),
    ("sale", "list", "--state", "all"),
    ("sale", "show", "S1001"),
    ("show", "sale", "S1001"),
    ("undo", "list", "--state", "all"),
    ("undo", "show", "S1001"),
    ("undo", "approve", "S1001", "--by", ALL),
    ("undo", "reject", "S1001", ALL, "--by", ALL),
    ("sale", "approve", "S1001", "--by", ALL),
    ("sale", "reject", "S1001", ALL, "--by", ALL),
    *(("report", name, *_needed(name)) for name in reports()),
    ("report", "tickets", "--per", "assignee"),
    ("exempt", "add", "D1001", "2026-05-07", "--why", ALL),
    ("exempt", "remove", "D1001", ALL),
    ("exempt", "list"),
    ("export", "journal"),
    ("replay", "--since", "2026-01-01"),
    ("import", "contacts", "bad.csv"),
    ("import", ALL, "bad.csv"),
    ("import", "contacts", f"{ALL}.csv".replace("/", "")),
    ("card",),
    ("corpus", "--count", "3"),
    ("help",),
    ("help", "start"),
    ("help", ALL),
    ("help", "--search", ALL),
    ("version",),
]
APART = {("demo",), ("init",), ("run",), ("smsc",)}


def leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if hasattr(command, "list_commands"):
        for name in command.list_commands(None):
            yield from leaves(command.get_command(None, name), (*path, name))
    else:
        yield path


class House:
    """A deployment with hostile names, to which hostile texts come."""

    def __init__(self, home: Path, smsgw: Smsgw) -> None:
        self.home = home
        rows = dict(FILES)
        rows["contacts"] = (
            "phone,name,role,dealer,region,language\n"
            + f"{OWNER},{_cell(HOSTILE[0])},owner,D1001,,en\n"
            + f"{FIELD},{_cell(HOSTILE[5])},field,,EAST,en\n{MANAGER},{_cell(HOSTILE[3])},manager,,EAST,en\n"
        )
        rows["dealers"] = rows["dealers"].replace("Sunny Mobile", _cell(HOSTILE[5]))
        for kind in kinds():
            (home / f"{kind}.csv").write_text(rows[kind], encoding="utf-8")
            if kind == "contacts":  # a name with an escape in it may be refused; nobody may know it as it came
                assert smsgw("import", kind, home / f"{kind}.csv").status in (0, 1)
                rows[kind] = rows[kind].replace(HOSTILE[0], "Zhang Wei").replace(HOSTILE[3], "Sun Li")
                (home / f"{kind}.csv").write_text(rows[kind], encoding="utf-8")
            told = smsgw("import", kind, home / f"{kind}.csv")
            assert told.status == 0, told.err
        (home / "bad.csv").write_text(f"phone,name,role\n{_cell(ALL)},{_cell(ALL)},{_cell(ALL)}\n", encoding="utf-8")
        self.settings = load(home / "smsgw.toml")
        self.engine = migrated(self.settings)
        self.keeper = Bookkeeper(self.engine, self.settings.trade_rules(), tariff=LinkTariff(self.settings))
        with self.engine.connect() as connection:
            self.words = understanding_of(self.settings, lexicon_rows(connection))
        self.at = datetime(2026, 4, 15, 2, tzinfo=UTC)

    def text(self, phone: str, said: str) -> str:
        """A text as the daemon takes it: kept, decided, and its answer put into the outbox."""
        self.at += timedelta(minutes=1)
        reading = self.words.read(said, self.at.timestamp(), phone)
        written = json.dumps(reading.as_json(), ensure_ascii=False)
        inbound = Inbound(
            "a", 1, phone, "1069", said, reading.folded, said.encode(), 8, self.at, reading=written, state="done"
        )
        with self.keeper.transaction(self.at) as books:
            books.receive(inbound)
            decision = answer(reading, phone, books)
            told = self.words.word(decision.replies, decision.language)
            if told:
                books.outbox.put(phone, told, in_reply_to=books.work.message)
            return told

    def sent(self) -> list[str]:
        with self.engine.connect() as connection:
            return list(connection.scalars(select(message_out.c.text)))


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@pytest.fixture
def house(home: Path, smsgw: Smsgw) -> Iterator[House]:
    house = House(home, smsgw)
    yield house
    house.engine.dispose()


def unseen(text: str) -> set[str]:
    return {repr(c) for c in text if c != "\n" and unicodedata.category(c) in NEVER}


def fill(house: House) -> list[str]:
    """Texts of every kind with hostile words in them; the answers."""
    told = [house.text(phone, words) for phone in (OWNER, STRANGER, FIELD) for words in HOSTILE]
    for words in HOSTILE:
        told += [house.text(OWNER, f"{verb} {words}") for verb in ("S", "ORD A350 2", "COUNT", "UNDO", "YES", "PRICE")]
    told += [house.text(OWNER, f"MSG box {words}") for words in HOSTILE]
    for _ in HOSTILE:
        told += [house.text(OWNER, "ORD A350 9"), house.text(OWNER, "YES")]
    for number, words in enumerate(HOSTILE, start=1001):
        told += [house.text(MANAGER, f"REJ {number} late {words}"), house.text(OWNER, f"ORD {number}")]
        told += [house.text(MANAGER, f"BC EAST news {words}"), house.text(MANAGER, "TEST"), house.text(MANAGER, "YES")]
    return told


def test_every_command_is_in_the_table() -> None:
    named = {
        line[: len(path)] for path in leaves(typer.main.get_command(app)) for line in LINES if line[: len(path)] == path
    }
    assert set(leaves(typer.main.get_command(app))) - APART == named


def test_everything_goes_through_one_place() -> None:
    printing = re.compile(r"(?<![.\w])print\(|typer\.echo\(|json\.dumps\([^\n]*\+ \"\\n\"")
    found = [path.name for path in CLI.rglob("*.py") if printing.search(path.read_text(encoding="utf-8"))]
    assert found == ["output.py"]


def test_no_command_prints_what_steers_a_terminal(house: House, smsgw: Smsgw) -> None:
    fill(house)
    told = 0
    for line in LINES:
        for extra in ((), ("--json",)):
            shown = smsgw(*line, *extra)
            told += "PWNED" in shown.out + shown.err
            assert not unseen(shown.out + shown.err), (line, extra, shown)
            assert "Traceback" not in shown.err, (line, shown.err)
    assert told > 20  # the words are there to be read


def test_no_report_has_a_formula_in_it(house: House, smsgw: Smsgw) -> None:
    fill(house)
    cells: list[str] = []
    for name in reports():
        since = ("--from", "2026-04-01") if "from" in {each.name for each in reports()[name].parameters} else ()
        since += _needed(name)
        for more in [since, (*since, "--per", "assignee")] if name == "tickets" else [since]:
            written = smsgw("report", name, *more, "--format", "csv")
            assert not unseen(written.out), (name, written.out)
            cells += [cell for row in csv.reader(io.StringIO(written.out)) for cell in row]
            book = _workbook(name, more, house.home)
            for row in book.worksheets[0].iter_rows():
                assert all(cell.data_type != "f" for cell in row)
                cells += [cell.value for cell in row if isinstance(cell.value, str)]
    assert any("cmd|" in cell for cell in cells)
    assert [cell for cell in cells if cell.startswith(FORMULA) and not cell[1:].replace(".", "").isdigit()] == []


def _workbook(name: str, more: tuple[str, ...], home: Path) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "smsgw", "report", name, *more, "--format", "xlsx"],
        capture_output=True,
        cwd=home,
        env=os.environ,
        check=True,
    )
    return openpyxl.load_workbook(io.BytesIO(done.stdout))


def test_nothing_hostile_goes_on_to_phones(house: House, smsgw: Smsgw) -> None:
    answers = fill(house)
    smsgw("ticket", "answer", "C1001", ALL)
    for hours in (1, 30, 60):
        later = house.at + timedelta(hours=hours)
        with house.keeper.transaction(later) as books:
            reminder_job(house.settings, house.words, later.timestamp()).run(books)
    for text in [*answers, *house.sent()]:
        assert not unseen(text), text
    assert sum("PWNED" in text for text in house.sent()) > 3
