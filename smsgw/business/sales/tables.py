"""Tables of what was sold: the lines of sales, their sums by day, and reports that nothing was."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, text

from smsgw.store.columns import Code, Day, Id, Imei, Instant, Phone, Reference, metadata

# A line without an IMEI that may still get its IMEIs.
_WANTING = text("imei IS NULL AND reversed_at IS NULL")

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
)
