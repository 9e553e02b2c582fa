"""Tokens with which programs show who they are: kept as digests, found by what is shown."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.engine import Connection

from smsgw.business.core.principal import Program
from smsgw.business.programs.tables import api_token

_PREFIX = "smsgw_"  # so that a token that has leaked is known for what it is
_BYTES = 32  # of chance
_NOTED = 60_000  # milliseconds: the use of a token is written down once a minute at most


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token. Times are in milliseconds since the epoch."""

    name: str
    scopes: frozenset[str]
    author: str
    created_at: int
    expires_at: int | None = None
    revoked_at: int | None = None
    used_at: int | None = None
    region: str | None = None

    @property
    def who(self) -> str:
        """What the trail calls the program."""
        return self.principal.who

    @property
    def principal(self) -> Program:
        """Who acts where this token is shown."""
        return Program(self.name, self.scopes, self.region)

    def holds(self, now: int) -> bool:
        """Whether it opens anything at a time: it is neither revoked nor over."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def use_is_recorded(self, now: int) -> bool:
        """Whether its use is written down: this one need not be."""
        return self.used_at is not None and now < self.used_at + _NOTED


def insert_token(
    connection: Connection,
    name: str,
    scopes: str,
    author: str,
    now: int,
    expires_at: int | None,
    region: str | None = None,
) -> str:
    """Keep a new token by its digest; the token itself. `scopes` are separated by spaces."""
    secret = _PREFIX + secrets.token_urlsafe(_BYTES)
    connection.execute(
        insert(api_token).values(
            name=name,
            digest=digest_of(secret),
            scopes=scopes,
            author=author,
            created_at=now,
            expires_at=expires_at,
            region=region,
        )
    )
    return secret


def find_token(connection: Connection, name: str) -> Token | None:
    """The token of a name, kept from everybody else until the transaction ends."""
    row = connection.execute(select(api_token).where(api_token.c.name == name).with_for_update()).mappings().first()
    return None if row is None else _token(row)


def find_by_secret(connection: Connection, token: str, now: int) -> Token | None:
    """Who shows this token; None where nobody has it, or it holds no longer. Nothing is written.

    It is looked for by its digest: how long that takes says nothing about tokens that are near.
    """
    digest = digest_of(token)
    row = connection.execute(select(api_token).where(api_token.c.digest == digest)).mappings().first()
    if row is None or not hmac.compare_digest(row["digest"], digest):
        return None
    found = _token(row)
    return found if found.holds(now) else None


def find(connection: Connection, token: str, now: int) -> Token | None:
    """The same, and its use is written down: the connection must be one that may write."""
    found = find_by_secret(connection, token, now)
    if found is not None and not found.use_is_recorded(now):
        used = api_token.c.used_at
        connection.execute(
            update(api_token)
            .where(api_token.c.name == found.name, or_(used.is_(None), used <= now - _NOTED))
            .values(used_at=now)
        )
    return found


def revoke(connection: Connection, name: str, now: int) -> None:
    """From now on the token opens nothing."""
    connection.execute(update(api_token).where(api_token.c.name == name).values(revoked_at=now))


def list_tokens(connection: Connection) -> list[Token]:
    """Every token there ever was, by name."""
    return [_token(row) for row in connection.execute(select(api_token).order_by(api_token.c.name)).mappings()]


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _token(row: Any) -> Token:
    return Token(
        row["name"],
        frozenset(row["scopes"].split()),
        row["author"],
        row["created_at"],
        row["expires_at"],
        row["revoked_at"],
        row["used_at"],
        row["region"],
    )
