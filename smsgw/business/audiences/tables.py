"""Tables of audiences: saved expressions, and the numbers of files."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from smsgw.store.columns import Code, Instant, Phone, metadata

# A saved expression, used by its name wherever an audience is asked for.
audience = Table(
    "audience",
    metadata,
    Column("name", Code, primary_key=True),
    Column("expression", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
)


# The numbers of a file; `list` is made from its content, so that the same file is the same list.
audience_number = Table(
    "audience_number",
    metadata,
    Column("list", String(64), primary_key=True),
    Column("number", Phone, primary_key=True),
    sqlite_with_rowid=False,
)
