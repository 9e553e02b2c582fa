"""Tokens of programs: only a digest is kept, and one that is over, taken back or nobody's opens nothing."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from sqlalchemy import Connection, Engine, select

from smsgw.business.core.principal import Person, PersonRole
from smsgw.business.core.rights import BROADCASTS, MESSAGES
from smsgw.business.core.session import Session
from smsgw.business.core.trade import Trade
from smsgw.business.programs.actions.tokens import create_token, revoke_token
from smsgw.business.programs.books import tokens
from smsgw.business.programs.tables import api_token
from smsgw.errors import Refused
from smsgw.store import audit
from smsgw.store.transaction import only_reading

NOW = 1_776_250_000_000
MINUTE = 60_000


def session(connection: Connection, who: str = "li", now: int = NOW) -> Session:
    return Session(Person(who), now, only_reading(connection), Trade())


def test_a_token_is_found_by_itself_and_kept_as_a_digest(engine: Engine) -> None:
    with engine.begin() as connection:
        secret = create_token(session(connection), "crm", [BROADCASTS, MESSAGES])
    assert secret.startswith("smsgw_")
    assert len(secret) == len("smsgw_") + 43  # 32 bytes in base64
    with engine.begin() as connection:
        found = tokens.find(connection, secret, NOW)
        assert found is not None
        assert (found.name, found.scopes, found.who) == ("crm", {MESSAGES, BROADCASTS}, "token:crm")
        for wrong in ("", secret[:-1], secret + "x", secret.upper(), secret.removeprefix("smsgw_"), "\ud800"):
            assert tokens.find(connection, wrong, NOW) is None
        kept = connection.execute(select(api_token)).one()
        assert secret not in map(str, kept)
        assert kept.scopes == "messages broadcasts"
        (entry,) = audit.entries(connection, subject="token:crm")
        assert (entry.who, entry.what) == ("li", "token created")
        assert secret not in str(entry.detail)


def test_its_use_is_noted_once_a_minute(engine: Engine) -> None:
    with engine.begin() as connection:
        secret = create_token(session(connection), "crm", [MESSAGES])
        noted = []
        for at in (NOW, NOW + MINUTE - 1, NOW + MINUTE, NOW + MINUTE + 1):
            assert tokens.find(connection, secret, at) is not None
            found = tokens.find_by_secret(connection, secret, at)
            assert found is not None and found.use_is_recorded(at)
            noted.append(tokens.list_tokens(connection)[0].used_at)
    assert noted == [NOW, NOW, NOW + MINUTE, NOW + MINUTE]


def test_one_that_is_over_or_taken_back_opens_nothing(engine: Engine) -> None:
    with engine.begin() as connection:
        short = create_token(session(connection), "short", [MESSAGES], NOW + MINUTE)
        other = create_token(session(connection), "other", [MESSAGES])
        assert tokens.find(connection, short, NOW + MINUTE - 1) is not None
        assert tokens.find(connection, short, NOW + MINUTE) is None
        revoke_token(session(connection, "wang", NOW + 1), "other")
        assert tokens.find(connection, other, NOW + 1) is None
        assert [(each.name, each.revoked_at) for each in tokens.list_tokens(connection)] == [
            ("other", NOW + 1),
            ("short", None),
        ]
        assert [entry.what for entry in audit.entries(connection, who="wang")] == ["token revoked"]
        assert not list(audit.faults(connection))


@pytest.mark.parametrize(
    ("name", "scopes", "expires", "said"),
    [
        ("a b", [MESSAGES], None, "is not a name for a token"),
        ("x" * 41, [MESSAGES], None, "is not a name for a token"),
        ("one", [], None, "without a scope"),
        ("one", ["message"], None, "did you mean messages?"),
        ("one", [MESSAGES], NOW, "over already"),
        ("crm", [MESSAGES], None, "there is a token 'crm' already"),
    ],
)
def test_what_cannot_be_made_is_said(
    engine: Engine, name: str, scopes: Collection[str], expires: int | None, said: str
) -> None:
    with engine.begin() as connection:
        create_token(session(connection), "crm", [MESSAGES])
        with pytest.raises(Refused, match=said.replace("?", r"\?")):
            create_token(session(connection), name, scopes, expires)


def test_only_one_that_is_there_can_be_taken_back_and_once(engine: Engine) -> None:
    with engine.begin() as connection:
        create_token(session(connection), "crm", [MESSAGES])
        with pytest.raises(Refused, match="did you mean crm"):
            revoke_token(session(connection), "crn")
        revoke_token(session(connection), "crm")
        with pytest.raises(Refused, match="is revoked already"):
            revoke_token(session(connection), "crm")


def test_everything_that_is_wrong_is_said_at_once(engine: Engine) -> None:
    with engine.begin() as connection, pytest.raises(Refused) as refused:
        create_token(session(connection), "a b", ["message", "reed"], NOW)
    assert [wrong.field for wrong in refused.value.faults] == ["name", "scope", "scope", "expires"]


def test_only_those_who_may_make_tokens(engine: Engine) -> None:
    with engine.begin() as connection, pytest.raises(Refused, match="eve may not manage tokens"):
        create_token(
            Session(Person("eve", PersonRole.AUDITOR), NOW, only_reading(connection), Trade()), "crm", [MESSAGES]
        )
