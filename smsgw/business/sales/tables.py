"""Tables of what was sold: the lines of sales, their sums by day, sales on hold, and reports that nothing was."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, text

from smsgw.business.sales.rules.holds import STATES
from smsgw.store.columns import Code, Day, Id, Imei, Instant, Phone, Reference, metadata, one_of

# A line without an IMEI that may still get its IMEIs.
_WANTING = text("imei IS NULL AND reversed_at IS NULL")

_WITH_IMEI = text("imei IS NOT NULL")

# Of a line without an IMEI `filled` sets are told by IMEI since, each a line of another booking that `fills` this one
# and is sold on its day: it is of so many fewer, and reversed once it is of none.
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
    Column("journal", Id),
    Column("filled", Integer, nullable=False, server_default=text("0")),
    Column("fills", Reference),
    Column("customer", Phone),
    Column("returned", Reference),  # the return that reversed it, and not its booking
    CheckConstraint("quantity > 0", name="quantity"),
    # A set is in one live sale at most.
    Index(
        "uq_sale_line_live_imei",
        "imei",
        unique=True,
        sqlite_where=text("imei IS NOT NULL AND reversed_at IS NULL"),
        postgresql_where=text("imei IS NOT NULL AND reversed_at IS NULL"),
    ),
    Index("ix_sale_line_sets", "sold_on", "dealer", sqlite_where=_WITH_IMEI, postgresql_where=_WITH_IMEI),
    Index("ix_sale_line_wanted", "dealer", "sold_on", sqlite_where=_WANTING, postgresql_where=_WANTING),
    Index(
        "ix_sale_line_fills",
        "fills",
        sqlite_where=text("fills IS NOT NULL"),
        postgresql_where=text("fills IS NOT NULL"),
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
    Index(None, "sold_on"),  # for what all shops sold in a period, however long they have sold
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
    Column("journal", Id),
    Column("undid", Text),  # the sales of that day that it took back, by reference, parted by spaces
    Index(None, "dealer", "reported_on"),
)


# Sets of another shop that were told as sold: in nobody's sales until whoever answers for that shop agrees.
sale_hold = Table(
    "sale_hold",
    metadata,
    Column("reference", Reference, ForeignKey("booking.reference"), primary_key=True),
    Column("dealer", Code, ForeignKey("dealer.code"), nullable=False),
    Column("holder", Code, ForeignKey("dealer.code"), nullable=False),
    Column("sold_on", Day, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Integer),
    Column("words", Text),
    Column("phone", Phone),
    Column("customer", Phone),
    Column("asked_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("reminded_at", Instant),
    Column("settled_at", Instant),
    Column("settled_by", String(64)),  # as the trail calls who acts
    Column("why", Text),  # it was rejected
    Column("journal", Id),
    one_of("state", STATES, "state"),
    CheckConstraint("dealer <> holder", name="shops"),
    Index(  # those that wait for an answer
        "ix_sale_hold_open",
        "expires_at",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)


sale_hold_line = Table(
    "sale_hold_line",
    metadata,
    Column("reference", Reference, ForeignKey("sale_hold.reference"), primary_key=True),
    Column("imei", Imei, ForeignKey("unit.imei"), primary_key=True),
    Column("model", Code, ForeignKey("product.code"), nullable=False),
    Column("fills", Reference),  # the sale by number that it may be an IMEI of
    Column("journal", Id),
    Index(None, "imei"),
)
