"""parse, try and check: what reads texts."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from smsgw.cli.common.opening import migrated
from smsgw.settings.loading import load
from tests.business.importing.test_importing import A1, A2, everything
from tests.business.world import STRANGER, imei
from tests.cli.conftest import Smsgw


def typed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))


def test_parse_reads_its_arguments_each_a_message_and_books_nothing(smsgw: Smsgw, furnished: Path) -> None:
    engine = migrated(load(furnished / "smsgw.toml"))
    before = everything(engine)
    found = smsgw("parse", "--json", f"S {A1}", "库存 曙光3.5\\nbal").lines
    assert found[0]["commands"][0]["imeis"] == [A1]
    assert found[1]["text"] == "库存 曙光3.5\nbal"
    assert [(c["verb"], c.get("model")) for c in found[1]["commands"]] == [("stock", "A350"), ("balance", None)]
    assert everything(engine) == before
    engine.dispose()


def test_parse_reads_a_message_a_line_with_escapes_empty_ones_and_octets_that_are_no_utf8(
    smsgw: Smsgw, furnished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, b"NIL\\nBAL\n\nSTK\\\\n\r\n" + b"STK \xff\n" + f"销售 {A1}".encode())
    found = smsgw("parse", "--json").lines
    assert [message["text"] for message in found] == ["NIL\nBAL", "", "STK\\n", "STK \ufffd", f"销售 {A1}"]
    assert [message["outcome"] for message in found][:2] == ["accepted", "ignored"]
    assert found[1]["commands"] == []


def test_parse_for_people_tells_repairs_and_problems(smsgw: Smsgw, furnished: Path) -> None:
    out = smsgw("parse", f"S {A1[:11]}{A1[11:].replace('0', 'O')}", "ORD", "ORD A350 5").out
    assert "(letter)" in out and "incomplete" in out and "items=A350x5" in out


def test_ten_thousand_lines_are_parsed_in_seconds(
    smsgw: Smsgw, furnished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "".join(f"S {imei(n)}\n" for n in range(10_000)).encode())
    assert smsgw("parse", "--json").out.count('"accepted", "imeis"') == 10_000


def test_try_says_what_a_text_would_do_and_keeps_nothing_so_that_it_may_be_tried_again(
    smsgw: Smsgw, furnished: Path
) -> None:
    engine = migrated(load(furnished / "smsgw.toml"))
    before = everything(engine)
    found = smsgw("try", "--from", "13900000001", "--json", f"S {A1} {A2}").json
    assert found["phone"] == "+8613900000001"
    assert found["reply"].startswith("OK S1001: 2 sold at D1001 (A350 x2)")
    assert (found["alphabet"], found["parts"]) == ("gsm", 1)
    assert [record["record"] for record in found["records"]].count("UnitMoved") == 2
    assert smsgw("try", "--from", "13900000001", "--json", f"S {A1} {A2}").json["reply"] == found["reply"]
    assert everything(engine) == before
    engine.dispose()


def test_try_answers_strangers_and_keeps_silent_where_nothing_is_due(smsgw: Smsgw, furnished: Path) -> None:
    assert "not registered" in smsgw("try", "--from", STRANGER, "--json", f"S {A1}").json["reply"]
    silent = smsgw("try", "--from", "13900000001", "--json", "OK S1001: 2 sold").json
    assert (silent["outcome"], silent["reply"], silent["parts"]) == ("ignored", None, 0)


def test_try_for_people_shows_answer_and_records(smsgw: Smsgw, furnished: Path) -> None:
    out = smsgw("try", "--from", "13900000001", "S", A1).out
    assert "OK S1001: 1 sold" in out and "1 part)" in out and "StockMoved" in out


def test_check_finds_nothing_wrong_with_what_init_made(smsgw: Smsgw, home: Path) -> None:
    outcome = smsgw("check")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == "database: good\ngrammar and answers: good\nlinks: good\n"


def test_check_tells_every_fault_at_once(smsgw: Smsgw, home: Path) -> None:
    (home / "own").mkdir()
    (home / "own" / "replies.en.toml").write_text('[sale]\ntext = "OK {nonsense}"\n', encoding="utf-8")
    (home / "smsgw.toml").write_text(
        '[database]\nurl = "sqlite:///elsewhere.db"\n[gateway]\ngrammar_directory = "none"\n'
        '[replies]\ndirectory = "own"\n'
        '[[smsc]]\naddress = ""\ntls_ca = "ca.pem"\n',
        encoding="utf-8",
    )
    outcome = smsgw("check", "--json")
    assert outcome.status == 1
    faults = {(fault["part"], fault["fault"].split(":")[0]) for fault in json.loads(outcome.out)["faults"]}
    assert {part for part, _ in faults} == {"database", "grammar and answers", "links"}
    text = outcome.out
    for word in ("elsewhere.db", "nonsense", "ca.pem", "address", "/none"):
        assert word in text, word


def test_check_wants_a_link(smsgw: Smsgw, home: Path) -> None:
    (home / "smsgw.toml").write_text("", encoding="utf-8")
    assert "no [[smsc]] entry" in smsgw("check").out
