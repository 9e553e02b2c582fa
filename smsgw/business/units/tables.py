"""Tables of units: each with its state, the events of its trail, and how many of them lie in each depot."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, text

from smsgw.business.units.rules import activations
from smsgw.business.units.rules.states import AT_A_DEPOT, IN_A_SHOP, UNIT_STATES
from smsgw.store.columns import Code, Id, Imei, Instant, metadata, one_of

_DISPOSABLE = f"state IN ({', '.join(repr(state) for state in IN_A_SHOP)})"

# Cache of unit_event: state, holder and the number of events follow from the trail. Whose a unit is stands in `holder`
# (a shop) or in `depot`, as its state says.
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
    Column("depot", Code, ForeignKey("depot.code")),
    one_of("state", UNIT_STATES, "state", hot=True),
    CheckConstraint(
        f"(depot IS NOT NULL) = (state IN ({', '.join(repr(state) for state in sorted(AT_A_DEPOT))}))", name="depot"
    ),
    CheckConstraint("depot IS NULL OR holder IS NULL", name="place"),
    one_of("origin", ("shipped", "unknown"), "origin", hot=True),
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
        sqlite_where=text(_DISPOSABLE),
        postgresql_where=text(_DISPOSABLE),
    ),
    Index(  # a shop's sets that are not for sale
        "ix_unit_returned",
        "holder",
        sqlite_where=text("state = 'returned'"),
        postgresql_where=text("state = 'returned'"),
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
    Column("journal", Id),
    Index(None, "reference"),
    CheckConstraint("seq > 0", name="seq"),
    sqlite_with_rowid=False,
)


# Cache of unit: what lies in a depot, by model; not what is in repair there.
depot_stock = Table(
    "depot_stock",
    metadata,
    Column("depot", Code, ForeignKey("depot.code"), primary_key=True),
    Column("model", Code, ForeignKey("product.code"), primary_key=True),
    Column("quantity", Integer, nullable=False),
    Column("allocated", Integer, nullable=False, server_default=text("0")),  # of these, promised to orders
    sqlite_with_rowid=False,
)


# When a set was seen in a network. Its unit may not be known (yet), and its number may be the second one of a unit.
activation = Table(
    "activation",
    metadata,
    Column("imei", Imei, primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("activated_at", Instant, nullable=False),
    Column("region", Code, ForeignKey("region.code")),
    Column("noted_at", Instant, nullable=False),
    one_of("kind", activations.KINDS, "kind"),
    sqlite_with_rowid=False,
)
