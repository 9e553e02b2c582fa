"""The kernel's own tables: numbers handed out, versions of what is kept in memory, the journal of what
was booked, the audit trail of who did what, the files on their way into the books."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Sequence, String, Table, Text

from smsgw.store.columns import Id, Instant, metadata

# The last number given out of each kind; on SQLite only (PostgreSQL has sequences).
counter = Table(
    "counter",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Instant, nullable=False),
)


# Raised with every change of what daemons keep in memory: catalogue, directory (dealers and regions), contacts, prices.
version = Table(
    "version",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Instant, nullable=False),
)


# Append-only: one row for each Decision that booked something. `entry` is handed out before the row is written, so
# that the rows of that Decision can carry it in a column `journal`; it says nothing of order. `id` is the row's place,
# by which readers follow: 1, 2, 3 … without a gap. SQLite counts its rows so by itself. On PostgreSQL `id` is negative
# until the row is committed and has its place (`smsgw.store.sequencer`): then it is minus a number of `WRITTEN`, drawn
# when the row was written.
journal = Table(
    "journal",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("entry", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("subject", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("reference", String(64)),
    Column("message", Id),  # the text that did it
    Column("detail", Text),  # JSON; none where there is nothing to say
)
WRITTEN = Sequence("journal_written", metadata=metadata, data_type=BigInteger)


# Append-only: who did what to whom. `place` is the row's place in the chain of seals, none until it has been sealed;
# `digest` is made from the row and the digest of the place before, so that a row changed or taken out shows, and is
# empty until then.
audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", String(32), nullable=False),
    Column("subject", String(64), nullable=False, index=True),
    Column("detail", Text, nullable=False),  # JSON
    Column("digest", String(64), nullable=False),
    Column("place", Id),
    Index("uq_audit_place", "place", unique=True),
)


# Files whose import is written in several transactions, from the first to the last: one that stays was stopped.
# `runner` is the process that moves it; when a second one takes a file, the first stops.
import_under_way = Table(
    "import_under_way",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("who", Text, nullable=False),
    Column("runner", String(32), nullable=False),
    Column("lines", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("moved_at", Instant, nullable=False),
)
