"""Tables of orders: their lines, and what was decided of them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, text

from smsgw.business.orders.rules import STATES
from smsgw.store.columns import Code, Day, Id, Instant, Minor, Reference, metadata, one_of

sales_order = Table(
    "sales_order",
    metadata,
    Column("reference", Reference, primary_key=True),
    Column("dealer", Code, ForeignKey("dealer.code"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("total", Minor, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("message", Id),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    one_of("state", STATES, "state"),
    Index(None, "dealer", "created_at"),
    Index(  # those that wait for approval
        "ix_sales_order_waiting",
        "created_at",
        sqlite_where=text("state = 'confirmed'"),
        postgresql_where=text("state = 'confirmed'"),
    ),
    Index(  # drafts, which lapse
        "ix_sales_order_drafts",
        "expires_at",
        sqlite_where=text("state = 'draft'"),
        postgresql_where=text("state = 'draft'"),
    ),
)


order_line = Table(
    "order_line",
    metadata,
    Column("order_reference", Reference, ForeignKey("sales_order.reference"), primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("model", Code, ForeignKey("product.code"), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("price", Minor, nullable=False),
    Column("shipped", Integer, nullable=False, server_default=text("0")),
    Column("approved", Integer, nullable=False, server_default=text("0")),  # 0 as long as nothing is decided
    Column("received", Integer, nullable=False, server_default=text("0")),
    CheckConstraint("quantity > 0", name="quantity"),
    CheckConstraint("shipped >= 0", name="shipped"),
)


# What left for a dealer at once: a delivery note, and the order that it is for ('': none).
shipment = Table(
    "shipment",
    metadata,
    Column("dealer", Code, ForeignKey("dealer.code"), primary_key=True),
    Column("shipment", String(40), primary_key=True),
    Column("order_reference", Reference, primary_key=True, server_default=text("''")),
    Column("sets", Integer, nullable=False),
    Column("shipped_on", Day, nullable=False),
    Column("carrier", String(40)),  # the carrier's own number of it
    Column("due_on", Day),
    CheckConstraint("sets > 0", name="sets"),
    Index(None, "order_reference"),
)


# Each step of an order and whose text took it; the state of an order is that of its last event.
order_event = Table(
    "order_event",
    metadata,
    Column("order_reference", Reference, ForeignKey("sales_order.reference"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("message", Id),
    Column("contact", Id),
    Column("happened_at", Instant, nullable=False),
    Column("why", Text),  # where a person gave a reason
    Column("journal", Id),
    Column("author", Text),  # whoever took it where no text did
)
