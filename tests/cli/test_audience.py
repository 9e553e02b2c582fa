"""smsgw audience: saved, looked at with those excluded, and deleted; the trail tells of each change."""

from __future__ import annotations

from pathlib import Path

from smsgw.cli.common.opening import migrated
from smsgw.settings.loading import load
from smsgw.store import audit
from tests.cli.conftest import Smsgw

OWNER = "+8613900000001"


def trail(home: Path) -> list[tuple[str, str, str]]:
    engine = migrated(load(home / "smsgw.toml"))
    with engine.connect() as connection:
        rows = [entry for entry in audit.entries(connection) if not entry.what.endswith(" imported")]
        found = [(entry.who, entry.what, entry.subject) for entry in rows]
        assert not list(audit.faults(connection))
    engine.dispose()
    return found


def test_an_audience_is_saved_shown_used_and_deleted(smsgw: Smsgw, furnished: Path) -> None:
    made = smsgw("audience", "save", "East", "region:east", "--by", "li", "--json")
    assert made.json == {
        "name": "East",
        "expression": "region:east",
        "recipients": 1,
        "languages": {"en": 1},
        "skipped": {},
        "people": [{"phone": OWNER, "name": "Zhang Wei", "dealer": "D1001", "region": "EAST", "language": "en"}],
        "excluded": [],
    }
    shown = smsgw("audience", "show", "east", "--json").json
    assert (shown["expression"], shown["recipients"]) == ("region:EAST", 1)
    assert smsgw("audience", "save", "both", f"east or phone:{OWNER}", "--by", "li").status == 0
    assert [(row["name"], row["expression"], row["author"]) for row in smsgw("audience", "list", "--json").json] == [
        ("East", "region:east", "li"),
        ("both", f"east or phone:{OWNER}", "li"),
    ]
    assert "region:east" in smsgw("audience", "list").out
    refused = smsgw("audience", "delete", "EAST")
    assert refused.err == "smsgw: the saved audience both is made of EAST; save both without it first\n"
    assert smsgw("audience", "delete", "both", "--by", "wang").out == "both is deleted\n"
    assert smsgw("audience", "delete", "EAST", "--by", "wang").status == 0
    assert smsgw("audience", "list", "--json").json == []
    assert trail(furnished) == [
        ("li", "audience saved", "East"),
        ("li", "audience saved", "both"),
        ("wang", "audience deleted", "both"),
        ("wang", "audience deleted", "East"),
    ]


def test_a_preview_counts_and_keeps_nothing(smsgw: Smsgw, furnished: Path) -> None:
    (furnished / "n.csv").write_text("phone\n13700000001\n13700000002\n")
    found = smsgw("audience", "preview", "file:n.csv or role:field or dealer:D1002", "--json").json
    assert found["expression"].startswith("list:")
    assert (found["recipients"], found["languages"], found["skipped"]) == (3, {"": 2, "en": 1}, {"no_phone": 1})
    told = smsgw("audience", "show", "file:n.csv or dealer:D1002", "--excluded").out
    assert "  2 people (unknown 2)\n  excluded: no_phone 1\n" in told
    assert told.endswith("  excluded D1002: no_phone (Harbour)\n")
    assert smsgw("audience", "list", "--json").json == []
    assert trail(furnished) == []


def test_a_saved_file_is_kept_as_it_is_now(smsgw: Smsgw, furnished: Path) -> None:
    (furnished / "n.csv").write_text("phone\n13700000001\n13700000002\n")
    kept = smsgw("audience", "save", "some", "file:n.csv", "--json").json
    assert kept["expression"].startswith("list:")
    (furnished / "n.csv").unlink()
    assert smsgw("audience", "show", "some", "--json").json["recipients"] == 2


def test_what_cannot_be_is_one_sentence(smsgw: Smsgw, furnished: Path) -> None:
    for more, said in (
        (("save", "and", "all"), "'and' is not a name for an audience"),
        (("save", "东或西", "all"), "'东或西' is not a name for an audience"),
        (("save", "1x", "all"), "'1x' is not a name for an audience"),
        (("save", "x", "region:EASTT"), "did you mean region:EAST?"),
        (("save", "x", "y"), "there is no saved audience 'y'"),
        (("save", "x", "file:none.csv"), "none.csv cannot be read"),
        (("show", "nobody"), "there is no saved audience 'nobody'"),
        (("delete", "x"), "there is no saved audience 'x'"),
    ):
        refused = smsgw("audience", *more)
        assert refused.status == 1, more
        assert said in refused.err, refused.err
    assert smsgw("audience", "save", "x", "all").status == 0
    assert "leads back to itself" in smsgw("audience", "save", "x", "x and region:EAST").err
    assert [row["expression"] for row in smsgw("audience", "list", "--json").json] == ["all"]
