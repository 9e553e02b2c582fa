"""A deployment's own grammar and answers on the command line: used by every command, and refused by each when wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.business.importing.test_importing import A1
from tests.cli.conftest import Smsgw
from tests.language.sample import DATA

OWN = '[gateway]\ngrammar_directory = "own"\n[replies]\ndirectory = "own"\n[[smsc]]\naddress = "1069"\n'


@pytest.fixture
def french(furnished: Path) -> Path:
    """A deployment that speaks French, with a contact who does."""
    shutil.copytree(DATA / "french", furnished / "own")
    (furnished / "smsgw.toml").write_text(OWN, encoding="utf-8")
    (furnished / "marie.csv").write_text(
        "phone,name,role,dealer,region,language\n+8613900000077,Marie,owner,D1001,,fr\n", encoding="utf-8"
    )
    return furnished


def test_a_french_contact_texts_in_french_and_is_answered_in_french(smsgw: Smsgw, french: Path) -> None:
    assert smsgw("check").status == 0
    assert smsgw("import", "contacts", "marie.csv").status == 0
    found = smsgw("try", "--from", "+8613900000077", "--json", f"Vendu {A1} svp").json
    assert found["reply"] == "OK S1001: 1 vendus chez D1001 (A350 x1). Jour 1, semaine 1. Erreur? ANNULER S1001"
    assert smsgw("try", "--from", "+8613900000077", "--json", "solde").json["reply"].startswith("D1001: doit ")
    # An owner who reads English chooses French by name, and is answered in it at once.
    found = smsgw("try", "--from", "+8613900000001", "--json", "LANG FR").json
    assert found["reply"] == "Nous vous répondrons en français."
    assert found["records"][0]["language"] == "fr"


def test_without_french_answers_a_contact_cannot_be_french(smsgw: Smsgw, french: Path) -> None:
    (french / "smsgw.toml").write_text('[[smsc]]\naddress = "1069"\n', encoding="utf-8")
    outcome = smsgw("import", "contacts", "marie.csv")
    assert outcome.status == 1
    assert "fr" in outcome.out + outcome.err


@pytest.mark.parametrize(
    "command",
    [
        ("parse", "S"),
        ("try", "--from", "+8613900000001", "S"),
        ("import", "contacts", "marie.csv"),
        ("stats",),
        ("messages",),
        ("card",),
        ("db", "check"),
        ("run",),
    ],
)
def test_a_directory_that_is_not_there_is_told_by_every_command(
    smsgw: Smsgw, french: Path, command: tuple[str, ...]
) -> None:
    (french / "smsgw.toml").write_text(
        '[gateway]\ngrammar_directory = "gone"\n[replies]\ndirectory = "lost"\n', encoding="utf-8"
    )
    outcome = smsgw(*command)
    assert (outcome.status, outcome.out) == (1, "")
    first, second = outcome.err.splitlines()
    assert first.startswith("smsgw: smsgw.toml: gateway.grammar_directory: there is no directory ") and "/gone" in first
    assert second.startswith("smsgw: smsgw.toml: replies.directory: there is no directory ") and "/lost" in second


@pytest.mark.parametrize("command", [("parse", "S"), ("import", "contacts", "marie.csv"), ("card",), ("run",)])
def test_fragments_that_conflict_are_refused_in_one_sentence(
    smsgw: Smsgw, french: Path, command: tuple[str, ...]
) -> None:
    (french / "own" / "zone.lark").write_text('LAST_FR: "VENTE"\n', encoding="utf-8")
    outcome = smsgw(*command)
    assert (outcome.status, outcome.out) == (1, "")
    assert "SALE_FR of own/words.lark and LAST_FR of own/zone.lark both claim the word 'VENTE'" in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_check_tells_conflicts_of_words_and_faults_of_answers_together(smsgw: Smsgw, french: Path) -> None:
    (french / "own" / "clash.lark").write_text('SALE_FR: "X"\n%extend nope: MODEL\n', encoding="utf-8")
    (french / "own" / "replies.en.toml").write_text('[sale]\ntext = "OK {nonsense}"\n', encoding="utf-8")
    outcome = smsgw("check", "--json")
    assert outcome.status == 1
    faults = [fault["fault"] for fault in outcome.json["faults"]]
    assert any("SALE_FR of own/words.lark is defined in own/clash.lark already" in fault for fault in faults)
    assert any("nonsense" in fault for fault in faults)
