"""Tables of the programs that speak to us over HTTP: their tokens, what they asked already, and whom to call back."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, SmallInteger, String, Table, Text, text

from smsgw.store.columns import Code, Id, Instant, metadata

# A token is shown once; only its digest is kept. `scopes` are words with spaces between.
api_token = Table(
    "api_token",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
    Column("used_at", Instant),
    Column("region", Code),  # of whose shops alone it opens anything; none: of all
)


# A request with a key of the program's own: the same key again gets the same answer and does nothing.
api_request = Table(
    "api_request",
    metadata,
    Column("token", String(40), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("digest", String(64), nullable=False),  # of the request
    Column("status", SmallInteger, nullable=False),
    Column("answer", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
)


# Whom to tell over HTTP what became of a text. `told` is the last state told, `due_at` when to try next.
callback = Table(
    "callback",
    metadata,
    Column("message", Id, ForeignKey("message_out.id"), primary_key=True),
    Column("url", Text, nullable=False),
    Column("mask", SmallInteger, nullable=False),
    Column("told", String(12)),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant),
    Index(
        "ix_callback_due",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
)
