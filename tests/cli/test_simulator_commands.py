"""smsc as a process, and the parts of the demo that a whole demo does not show."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from rich.cells import cell_len
from rich.console import Console
from sqlalchemy import Engine, insert

from smsgw.business.messages.tables import message_in, message_out
from smsgw.cli.common.opening import migrated
from smsgw.cli.demo import network
from smsgw.cli.demo.command import program
from smsgw.cli.demo.effects import Picture, difference
from smsgw.cli.demo.phones import Exchange, Inboxes, Phones
from smsgw.cli.demo.show import Stage
from smsgw.cli.demo.talk import HELP, talk
from smsgw.cli.operator import Operator
from smsgw.settings.loading import load
from tests.cli.conftest import Smsgw


def test_smsc_lists_its_scenarios(smsgw: Smsgw) -> None:
    assert {"plain", "throttle", "drop"} <= {entry["name"] for entry in smsgw("smsc", "--list", "--json").lines}
    assert "throttle" in smsgw("smsc", "--list").out


def test_smsc_refuses_a_scenario_that_there_is_not(smsgw: Smsgw) -> None:
    outcome = smsgw("smsc", "--scenario", "nonsense")
    assert outcome.status == 1
    assert "no scenario 'nonsense'; there are plain" in outcome.err


def test_smsc_takes_several_scenarios_at_once(smsgw: Smsgw) -> None:
    outcome = smsgw("smsc", "--scenario", "receipts_tlv", "--scenario", "nonsense")
    assert "no scenario 'nonsense'" in outcome.err
    names = [option for name in ("receipts_vendor", "ids_hex") for option in ("--scenario", name)]
    command = [sys.executable, "-P", "-m", "smsgw", "smsc", "--port", "0", *names]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "scenario receipts_vendor+ids_hex" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_smsc_serves_without_a_terminal_until_it_is_told_to_stop() -> None:
    command = [sys.executable, "-P", "-m", "smsgw", "smsc", "--port", "0"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "listening on 127.0.0.1:" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_smsc_says_when_its_port_is_taken() -> None:
    command = [sys.executable, "-P", "-m", "smsgw", "smsc", "--port"]
    with subprocess.Popen([*command, "0"], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        port = process.stderr.readline().split(":")[1].split(",")[0]
        second = subprocess.run(
            [*command, port], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20, check=False
        )
        process.send_signal(signal.SIGTERM)
        process.wait(10)
    assert second.returncode == 1
    assert f"port {port} of 127.0.0.1 cannot be had" in second.stderr


def test_the_sample_network_is_the_same_every_time(tmp_path: Path) -> None:
    first = network.write(tmp_path / "a", date(2026, 4, 15))
    assert network.write(tmp_path / "b", date(2026, 4, 15)) == first
    for kind in network.KINDS:
        assert (tmp_path / "a" / f"{kind}.csv").read_bytes() == (tmp_path / "b" / f"{kind}.csv").read_bytes()


def test_no_slip_makes_one_set_of_the_sample_another(tmp_path: Path) -> None:
    from smsgw.business.units.rules.near import one_slip

    sample = network.write(tmp_path, date(2026, 4, 15))
    for dealer, model in ((d, m) for d, m in sample.units if d in network.STOCKED):
        units = sample.units[dealer, model]
        assert not any(one_slip(a, b) for a in units for b in units)


def test_the_difference_of_two_pictures_is_told_in_short_phrases() -> None:
    before = Picture({"stock": {("D1", "A350"): (3,)}, "unit": {("860123450000012",): ("A350", "shipped", "D1")}})
    after = Picture(
        {
            "stock": {("D1", "A350"): (2,)},
            "unit": {("860123450000012",): ("A350", "sold", "D1"), ("860123450000020",): ("A350", "sold", "D1")},
            "booking": {("S1001",): ("sale", None)},
            "order": {("O1001",): ("draft", 100, "CNY")},
        }
    )
    assert difference(before, after) == [
        "D1 A350 3→2",
        "..0012 shipped→sold",
        "..0020 unknown→sold",
        "S1001 sale booked",
        "O1001 draft",
    ]
    assert difference(after, after) == []


class Echo:
    """Phones that answer with what they were sent; each text brings a notice to another phone."""

    def __init__(self) -> None:
        self.notices: list[tuple[str, str]] = []

    def unread(self) -> list[tuple[str, str]]:
        told, self.notices = self.notices, []
        return told

    def exchange(self, phone: str, text: str) -> Exchange:
        self.notices.append(("+8613900000600", f"notice of {text}"))
        return Exchange(f"{phone} said {text}", ["D1 A350 3→2"], 4.2)


def lines(*texts: str) -> Callable[[str], str]:
    """A person who types these lines and then leaves."""
    left = list(texts)

    def read(prompt: str) -> str:
        if not left:
            raise EOFError
        return left.pop(0)

    return read


def talked(tmp_path: Path, *texts: str) -> str:
    out = io.StringIO()
    stage = Stage(Console(file=out, width=120, highlight=False))
    talk(stage, Echo(), network.write(tmp_path, date(2026, 4, 15)), lines(*texts))
    return out.getvalue()


def test_a_person_may_text_from_any_phone_of_the_sample(tmp_path: Path) -> None:
    out = talked(tmp_path, "STK", "@ d1002 OWNER", "bal\\nstk", "@nobody", "@stranger", "hi", "@")
    assert "+8613900000100 said STK" in " ".join(out.split())
    assert "+8613900000101 said bal" in " ".join(out.split())
    assert "there is no phone 'nobody'" in out
    assert "+8613911112222 said" in out
    assert "D1 A350 3→2" in out


def test_what_may_be_typed_is_told_line_by_line(tmp_path: Path) -> None:
    shown = [line.rstrip() for line in talked(tmp_path).splitlines()]
    for line in HELP.splitlines():
        assert line in shown


def test_what_reaches_other_phones_is_shown_once(tmp_path: Path) -> None:
    out = talked(tmp_path, "STK", "@", "BAL")
    assert out.count("→ hq: notice of STK") == 1 and out.count("→ hq: notice of BAL") == 1


class Operated:
    """An operator that books a text at once, with the answer, and brings other texts to the phone before it."""

    def __init__(self, engine: Engine, inboxes: Inboxes) -> None:
        self.engine, self.inboxes, self.count = engine, inboxes, 0

    def send(self, phone: str, address: str, text: str) -> None:
        self.count += 1
        number = self.count
        whole = {
            "id": number,
            "link": "operator-a",
            "sender": phone,
            "recipient": address,
            "text": text,
            "folded": text,
            "payload": text.encode(),
            "data_coding": 0,
            "parts": 1,
            "state": "done",
            "received_at": number,
            "arrived_at": number,
            "handled_at": number,
            "content_key": number,
            "repeat_key": number,
        }
        out = {
            "id": 100 + number,
            "recipient": phone,
            "text": f"answer to {text}",
            "kind": "reply",
            "priority": 0,
            "attempts": 1,
            "parts": 1,
            "state": "sent",
            "in_reply_to": number,
            "created_at": number,
        }
        with self.engine.begin() as connection:
            connection.execute(insert(message_in).values(**whole))
            if text != "silence":
                connection.execute(insert(message_out).values(**out))
        self.inboxes.arrived(phone, address, f"notice before {text}")
        if text != "silence":
            self.inboxes.arrived(phone, address, f"answer to {text}")


def test_a_notice_that_comes_before_the_answer_is_not_taken_for_it(home: Path) -> None:
    engine = migrated(load(home / "smsgw.toml"))
    inboxes = Inboxes()
    phones = Phones(cast(Operator, Operated(engine, inboxes)), inboxes, engine)
    for text, answer in (("one", "answer to one"), ("silence", None), ("two", "answer to two")):
        assert phones.exchange("+8613900000001", text).answer == answer
        assert phones.unread() == [("+8613900000001", f"notice before {text}")]
    engine.dispose()


def test_an_empty_line_ends_the_talk(tmp_path: Path) -> None:
    assert "STK" not in talked(tmp_path, "", "STK").split("ends the demo")[1]


@pytest.mark.parametrize("word", ["quit", "exit", "QUIT", " Exit "])
def test_quit_and_exit_end_the_talk_and_are_not_texted(tmp_path: Path, word: str) -> None:
    out = talked(tmp_path, "STK", word, "BAL").split("ends the demo")[1]
    assert "said STK" in out and "said BAL" not in out and f"said {word.strip()}" not in out


@pytest.mark.parametrize(
    ("typed", "number", "told"),
    [
        ("@manager", "+8613900000500", "EAST manager is taken; others so named: NORTH manager"),
        ("@field", "+8613900000400", "EAST field is taken; others so named: NORTH field"),
        ("@D1006", "+8613900000105", "D1006 owner is taken; others so named: D1006 promoter"),
        ("@ d1001  CLERK ", "+8613900000200", ""),
        ("@HQ", "+8613900000600", ""),
    ],
)
def test_a_phone_is_taken_by_any_words_of_its_name(tmp_path: Path, typed: str, number: str, told: str) -> None:
    out = talked(tmp_path, typed, "STK")
    assert f"{number} said STK" in " ".join(out.split())
    assert told in out and ("is taken" in out) == bool(told)


def test_the_list_of_phones_names_shop_and_language(tmp_path: Path) -> None:
    out = talked(tmp_path, "@")
    assert "D1002    owner +8613900000101  (Harbour Phones, EAST, zh)" in out
    assert "EAST     field +8613900000400; manager +8613900000500" in out


def on_a_terminal(width: int, height: int = 24) -> tuple[Stage, io.StringIO]:
    out = io.StringIO()
    plain = Console(file=out, width=width, height=height, highlight=False, force_terminal=True, color_system=None)
    return Stage(plain), out


def play_some(stage: Stage) -> None:
    stage.head()
    stage.act("Morning: sales as people type them")
    for number in range(12):
        stage.text(
            "CENTRAL manager",
            f"销售 86012352000088{number} 860123520001115 860123520001222 860123520001388 860123520001552",
            f"OK S10{number:02d}: 2 sold at D1001 (B200 x2). Today 2, week 2. Wrong? UNDO S10{number:02d}",
            ["D1001 B200 11→9", "..0208, ..0448 shipped→sold", "S1001 sale booked"],
            1234.5,
            right=True,
        )
    stage.text("hq", "robot", None, [], 3.0, right=True, silence="robots")


@pytest.mark.parametrize("width", [40, 80, 99, 100, 120, 160])
def test_the_play_fits_the_terminal(width: int) -> None:
    stage, out = on_a_terminal(width)
    play_some(stage)
    lines = out.getvalue().splitlines()
    assert max(cell_len(line.rstrip()) for line in lines) <= width
    assert "robots)" in out.getvalue()
    assert len([line for line in lines if not line.strip()]) == 0


def test_a_pipe_gets_the_whole_table() -> None:
    out = io.StringIO()
    play_some(Stage(Console(file=out, highlight=False)))
    assert "changed in" in out.getvalue()


def test_a_part_of_the_day_is_shown_again_a_screen_at_a_time(tmp_path: Path) -> None:
    stage, out = on_a_terminal(80)
    play_some(stage)
    stage.end_acts()
    played = out.getvalue()
    asked: list[int] = []

    def goes_on() -> bool:
        asked.append(len(out.getvalue()))
        return len(asked) < 2

    stage.text("hq", "of no part", "OK", [], 3.0, right=True)
    before = len(out.getvalue())
    stage.show_act(1, goes_on)
    shown = out.getvalue()[before:]
    assert len(asked) == 2 and shown in played and "of no part" not in shown
    assert len(out.getvalue()[asked[0] : asked[1]].splitlines()) <= 22
    talk(stage, Echo(), network.write(tmp_path, date(2026, 4, 15)), lines("@1", "", "", "STK"))
    assert out.getvalue().count("robots)") == 2 and "said STK" in out.getvalue()


def test_what_the_demo_says_to_type_finds_this_very_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beside, other = tmp_path / "bin of mine" / "smsgw", tmp_path / "other" / "smsgw"
    beside.parent.mkdir()
    other.parent.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", str(beside.parent / "python"))
    assert program() == "'bin of mine/python' -m smsgw"
    for path in (beside, other):
        path.write_text("#!/bin/sh\n", encoding="utf-8")
        path.chmod(0o755)
    for found in (str(other.parent), "/nonexistent"):
        monkeypatch.setenv("PATH", found)
        assert program() == "'bin of mine/smsgw'"
    monkeypatch.setenv("PATH", str(beside.parent))
    assert program() == "smsgw"
    monkeypatch.chdir(other.parent)
    monkeypatch.setenv("PATH", "/nonexistent")
    assert program() == f"'{beside}'"
