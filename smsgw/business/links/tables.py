"""Tables of the links: how each stands, told by its daemon, and what people ask the daemon to do with it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from smsgw.store.columns import Id, Instant, metadata, one_of

ORDERS = ("pause", "resume", "rebind", "capture")


# One row for each link of a living daemon. `detail` is JSON, as `smsgw links --json` prints it.
link_status = Table(
    "link_status",
    metadata,
    Column("link", String(64), primary_key=True),
    Column("run", Id, ForeignKey("run.id"), primary_key=True, autoincrement=False),
    Column("updated_at", Instant, nullable=False),
    Column("detail", Text, nullable=False),
)


# Append-only but for its answer. The latest pause or resume of a link holds, through restarts too. `begun_at`: a daemon
# has taken it up; `refused` says why it came to nothing.
link_order = Table(
    "link_order",
    metadata,
    Column("id", Id, primary_key=True),
    Column("link", String(64), nullable=False),
    Column("what", String(8), nullable=False),
    Column("seconds", Integer),  # of a capture
    Column("file", Text),  # of a capture, on the daemon's machine
    Column("asked_at", Instant, nullable=False),
    Column("begun_at", Instant),
    Column("done_at", Instant),
    Column("refused", Text),
    one_of("what", ORDERS, "what"),
)
