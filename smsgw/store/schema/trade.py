"""Tables of the trade: what each reference booked, append-only, and the caches that are sums of those rows."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, SmallInteger, String, Table, Text, text

from smsgw.retail.orders import STATES
from smsgw.store.schema.base import Code, Day, Id, Imei, Instant, Minor, Phone, Reference, metadata, one_of

UNIT_STATES = ("made", "shipped", "in_stock", "sold", "in_transfer", "returned", "scrapped")

# The header of everything that one reference did.
booking = Table(
    "booking",
    metadata,
    Column("reference", Reference, primary_key=True),
    Column("verb", String(24), nullable=False),
    Column("dealer", Code, ForeignKey("dealer.code")),
    Column("phone", Phone),
    Column("contact", Id),
    Column("message", Id, ForeignKey("message_in.id")),
    Column("booked_on", Day, nullable=False),
    Column("booked_at", Instant, nullable=False),
    Column("place", SmallInteger, nullable=False),  # among the bookings of its message, from 0
    Column("summary", Text, nullable=False),
    Column("undone_at", Instant),
    Column("undone_by", Id),  # the message that undid it; none where a person at a desk did
    Index(None, "phone", "booked_at"),
    Index(None, "booked_at"),
    Index(
        "ix_booking_undone",
        "undone_at",
        sqlite_where=text("undone_at IS NOT NULL"),
        postgresql_where=text("undone_at IS NOT NULL"),
    ),
    sqlite_with_rowid=False,
)

# Cache of unit_event: state, holder and the number of events follow from the trail.
unit = Table(
    "unit",
    metadata,
    Column("imei", Imei, primary_key=True),
    Column("imei2", Imei),
    Column("model", Code, ForeignKey("product.code"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("holder", Code, ForeignKey("dealer.code")),
    Column("origin", String(8), nullable=False),
    Column("events", Integer, nullable=False),
    one_of("state", UNIT_STATES, "state"),
    one_of("origin", ("shipped", "unknown"), "origin"),
    Index(
        "uq_unit_imei2",
        "imei2",
        unique=True,
        sqlite_where=text("imei2 IS NOT NULL"),
        postgresql_where=text("imei2 IS NOT NULL"),
    ),
    # A shop's own sets, for IMEIs that were mistyped. A set sold leaves the index.
    Index(
        "ix_unit_held",
        "holder",
        sqlite_where=text("state IN ('shipped', 'in_stock')"),
        postgresql_where=text("state IN ('shipped', 'in_stock')"),
    ),
    sqlite_with_rowid=False,
)

unit_event = Table(
    "unit_event",
    metadata,
    Column("imei", Imei, ForeignKey("unit.imei"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("dealer", Code),
    Column("reference", String(64)),
    Column("message", Id),
    Column("reverses", Integer),
    Column("happened_at", Instant, nullable=False),
    Index(None, "reference"),
    CheckConstraint("seq > 0", name="seq"),
    sqlite_with_rowid=False,
)

sale_line = Table(
    "sale_line",
    metadata,
    Column("reference", Reference, ForeignKey("booking.reference"), primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("dealer", Code, nullable=False),
    Column("sold_on", Day, nullable=False),
    Column("model", Code, ForeignKey("product.code"), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("imei", Imei),
    Column("reversed_at", Instant),
    Column("reversed_by", Id),
    CheckConstraint("quantity > 0", name="quantity"),
    # A set is in one live sale at most.
    Index(
        "uq_sale_line_live_imei",
        "imei",
        unique=True,
        sqlite_where=text("imei IS NOT NULL AND reversed_at IS NULL"),
        postgresql_where=text("imei IS NOT NULL AND reversed_at IS NULL"),
    ),
    sqlite_with_rowid=False,
)

# Cache of the live sale lines.
sales_day = Table(
    "sales_day",
    metadata,
    Column("dealer", Code, primary_key=True),
    Column("sold_on", Day, primary_key=True),
    Column("model", Code, primary_key=True),
    Column("quantity", Integer, nullable=False),
    sqlite_with_rowid=False,
)

nil_report = Table(
    "nil_report",
    metadata,
    Column("reference", Reference, ForeignKey("booking.reference"), primary_key=True),
    Column("dealer", Code, ForeignKey("dealer.code"), nullable=False),
    Column("reported_on", Day, nullable=False),
    Column("reversed_at", Instant),
    Column("reversed_by", Id),
)

stock_count_line = Table(
    "stock_count_line",
    metadata,
    Column("reference", Reference, ForeignKey("booking.reference"), primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("dealer", Code, ForeignKey("dealer.code"), nullable=False),
    Column("model", Code, ForeignKey("product.code"), nullable=False),
    Column("counted", Integer, nullable=False),
    Column("book", Integer, nullable=False),
    Column("reversed_at", Instant),
    Column("reversed_by", Id),
    CheckConstraint("counted >= 0", name="counted"),
)

stock_entry = Table(
    "stock_entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("dealer", Code, nullable=False),
    Column("model", Code, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("units", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("reference", String(64)),
    Column("message", Id),
    Column("happened_at", Instant, nullable=False),
    Index(None, "reference"),
)

# Cache of stock_entry.
stock_level = Table(
    "stock_level",
    metadata,
    Column("dealer", Code, ForeignKey("dealer.code"), primary_key=True),
    Column("model", Code, ForeignKey("product.code"), primary_key=True),
    Column("quantity", Integer, nullable=False),
    Column("units", Integer, nullable=False),
    sqlite_with_rowid=False,
)

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
    CheckConstraint("quantity > 0", name="quantity"),
    CheckConstraint("shipped >= 0", name="shipped"),
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
)

ledger_entry = Table(
    "ledger_entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", String(64), nullable=False),
    Column("dealer", Code, ForeignKey("dealer.code"), nullable=False),
    Column("account", String(24), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("amount", Minor, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("due_on", Day),
    Column("message", Id),
    Column("posted_at", Instant, nullable=False),
    Index(None, "reference"),
    Index(None, "dealer", "account"),
)

# Cache of ledger_entry.
account_balance = Table(
    "account_balance",
    metadata,
    Column("dealer", Code, ForeignKey("dealer.code"), primary_key=True),
    Column("account", String(24), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("amount", Minor, nullable=False),
)
