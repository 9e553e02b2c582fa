"""smsgw token: printed once, listed without it, and taken back."""

from __future__ import annotations

from pathlib import Path

from smsgw.business.programs.books import tokens
from smsgw.cli.common.opening import migrated
from smsgw.settings.loading import load
from tests.cli.conftest import Smsgw


def test_a_token_is_printed_once_listed_and_taken_back(smsgw: Smsgw, home: Path) -> None:
    made = smsgw("token", "create", "crm", "--scope", "read", "--scope", "messages", "--by", "li")
    assert made.status == 0, made.err
    secret = made.out.strip()
    assert secret.startswith("smsgw_")
    engine = migrated(load(home / "smsgw.toml"))
    with engine.begin() as connection:
        found = tokens.find(connection, secret, 1)
    engine.dispose()
    assert found is not None and (found.name, found.scopes) == ("crm", {"messages", "read"})
    listed = smsgw("token", "list", "--json")
    assert secret not in listed.out
    (row,) = listed.json
    assert (row["state"], row["scopes"], row["author"]) == ("open", ["messages", "read"], "li")
    assert row["used_at"] == "1970-01-01T00:00:00.001Z"
    assert "crm" in smsgw("token", "list").out
    assert smsgw("token", "revoke", "crm", "--by", "wang", "--json").json == {"name": "crm", "state": "revoked"}
    assert smsgw("token", "list", "--json").json[0]["state"] == "revoked"
    assert smsgw("token", "revoke", "crm").err == "smsgw: the token 'crm' is revoked already\n"


def test_a_token_ends_with_its_day(smsgw: Smsgw, home: Path) -> None:
    made = smsgw("token", "create", "crm", "--scope", "broadcasts", "--expires", "2999-12-31", "--json").json
    assert made["scopes"] == ["broadcasts"]
    assert made["expires_at"] == "2999-12-31T16:00:00Z"
    over = smsgw("token", "create", "old", "--scope", "broadcasts", "--expires", "2020-01-01")
    assert (over.status, over.out) == (1, "")
    assert "over already" in over.err


def test_a_scope_that_is_not_there_is_one_sentence(smsgw: Smsgw, home: Path) -> None:
    refused = smsgw("token", "create", "crm", "--scope", "message")
    assert refused.err == "smsgw: there is no scope 'message'; did you mean messages?\n"
    assert smsgw("token", "create", "crm").status == 2
