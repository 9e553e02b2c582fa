"""Tables of receipts: what arrived, by model, and what of it was short or too much."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table

from smsgw.store.columns import Code, Id, Reference, metadata

# `about` is what the receipt is of, as it is told: an order or a delivery note. `ticket` is about what is wrong.
receipt = Table(
    "receipt",
    metadata,
    Column("reference", Reference, ForeignKey("booking.reference"), primary_key=True),
    Column("dealer", Code, ForeignKey("dealer.code"), nullable=False),
    Column("order_reference", Reference, ForeignKey("sales_order.reference")),
    Column("about", String(40), nullable=False),
    Column("ticket", Reference, ForeignKey("ticket.reference")),
    Column("journal", Id),
    Index(None, "order_reference"),
)


# `received` of the sets that were sent, of which `units` by IMEI; `surplus` on top of them. `ordered` of those received
# are counted for the order.
receipt_line = Table(
    "receipt_line",
    metadata,
    Column("reference", Reference, ForeignKey("receipt.reference"), primary_key=True),
    Column("model", Code, ForeignKey("product.code"), primary_key=True),
    Column("received", Integer, nullable=False),
    Column("short", Integer, nullable=False),
    Column("surplus", Integer, nullable=False),
    Column("units", Integer, nullable=False),
    Column("ordered", Integer, nullable=False),
    Column("journal", Id),
    CheckConstraint("received >= 0 AND short >= 0 AND surplus >= 0 AND units >= 0 AND ordered >= 0", name="sets"),
)
