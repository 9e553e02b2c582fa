"""Tables of tickets: what shops had to say, who answers it by when, and what became of it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from smsgw.business.tickets.rules import STATES
from smsgw.store.columns import Code, Id, Instant, Phone, Reference, metadata, one_of

# State, words and times are those that its notes lead to. `subject` is the reference that it is about, `phone` the one
# of the shop that wrote last, `keeper` the contact that is to answer it; none: headquarters. `asked_at`: when the shop
# was told that it is settled.
ticket = Table(
    "ticket",
    metadata,
    Column("reference", Reference, ForeignKey("booking.reference"), primary_key=True),
    Column("dealer", Code, ForeignKey("dealer.code"), nullable=False),
    Column("subject", Reference),
    Column("phone", Phone, nullable=False),
    Column("keeper", Id, ForeignKey("contact.id")),
    Column("state", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("answered_at", Instant),  # first
    Column("settled_at", Instant),
    Column("asked_at", Instant),
    Column("closed_at", Instant),
    one_of("state", STATES, "state"),
    Index(
        "ix_ticket_alive",
        "due_at",
        sqlite_where=text("state <> 'closed'"),
        postgresql_where=text("state <> 'closed'"),
    ),
    Index(None, "phone"),
    Index(None, "dealer"),
)


# Append-only: what happened to a ticket, by a text or (`author`) by an operator or the gateway itself.
ticket_note = Table(
    "ticket_note",
    metadata,
    Column("ticket", Reference, ForeignKey("ticket.reference"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("happening", String(12), nullable=False),
    Column("text", Text),
    Column("keeper", Id),
    Column("phone", Phone),
    Column("message", Id),
    Column("author", Text),
    Column("happened_at", Instant, nullable=False),
)
