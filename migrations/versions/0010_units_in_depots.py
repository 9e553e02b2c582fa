"""Units in depots, on their way back, in repair, replaced and lost: more states, and depots that hold units.

Revision: 0010
Follows: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BEFORE = "'made', 'shipped', 'in_stock', 'sold', 'in_transfer', 'returned', 'scrapped'"
AFTER = (
    "'made', 'in_depot', 'shipped', 'received', 'in_stock', 'sold', 'in_transfer', 'returned', 'returning', "
    "'in_repair', 'replaced', 'lost', 'scrapped'"
)
STATE = "state IN ({})"
DEPOT = "(depot IS NOT NULL) = (state IN ('in_depot', 'in_repair'))"
PLACE = "depot IS NULL OR holder IS NULL"
HELD_BEFORE = "state IN ('shipped', 'in_stock')"
HELD_AFTER = "state IN ('shipped', 'received', 'in_stock')"


def upgrade() -> None:
    op.create_table(
        "depot",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(["region"], ["region.code"], name=op.f("fk_depot_region")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_depot")),
    )
    op.create_table(
        "depot_stock",
        sa.Column("depot", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["depot"], ["depot.code"], name=op.f("fk_depot_stock_depot")),
        sa.ForeignKeyConstraint(["model"], ["product.code"], name=op.f("fk_depot_stock_model")),
        sa.PrimaryKeyConstraint("depot", "model", name=op.f("pk_depot_stock")),
        sqlite_with_rowid=False,
    )
    op.drop_index("ix_unit_held", table_name="unit")
    if _sqlite():
        _restate_sqlite(
            ("events INTEGER NOT NULL, ", "events INTEGER NOT NULL, \n\tdepot VARCHAR(32), "),
            (f"({STATE.format(BEFORE)})", f"({STATE.format(AFTER)})"),
            (
                "CONSTRAINT fk_unit_holder ",
                f"CONSTRAINT ck_unit_depot CHECK ({DEPOT}), \n\tCONSTRAINT ck_unit_place CHECK ({PLACE}), \n\t"
                "CONSTRAINT fk_unit_depot FOREIGN KEY(depot) REFERENCES depot (code), \n\tCONSTRAINT fk_unit_holder ",
            ),
        )
    else:
        op.add_column("unit", sa.Column("depot", sa.String(length=32), nullable=True))
        op.drop_constraint(op.f("ck_unit_state"), "unit", type_="check")
        op.create_check_constraint(op.f("ck_unit_state"), "unit", STATE.format(AFTER))
        op.create_check_constraint(op.f("ck_unit_depot"), "unit", DEPOT)
        op.create_check_constraint(op.f("ck_unit_place"), "unit", PLACE)
        op.create_foreign_key(op.f("fk_unit_depot"), "unit", "depot", ["depot"], ["code"])
    _index_held(HELD_AFTER)


def downgrade() -> None:
    """Possible while no unit is in a state, or in a depot, that the older schema does not know."""
    op.drop_index("ix_unit_held", table_name="unit")
    if _sqlite():
        raise RuntimeError("restore the backup that was made before the upgrade")
    op.drop_constraint(op.f("ck_unit_state"), "unit", type_="check")
    op.create_check_constraint(op.f("ck_unit_state"), "unit", STATE.format(BEFORE))
    op.drop_column("unit", "depot")
    _index_held(HELD_BEFORE)
    op.drop_table("depot_stock")
    op.drop_table("depot")


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _index_held(condition: str) -> None:
    op.create_index(
        "ix_unit_held",
        "unit",
        ["holder"],
        unique=False,
        sqlite_where=sa.text(condition),
        postgresql_where=sa.text(condition),
    )


def _restate_sqlite(*changes: tuple[str, str]) -> None:
    """Say anew what SQLite checks of units, without copying them: there may be millions, and other rows point at them.

    SQLite describes this way for changes that leave the rows as they are (a column at the end is one). What was there
    already satisfies the new checks: no unit was in a depot.
    """
    bind = op.get_bind()
    said = bind.execute(sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'unit'")).scalar_one()
    for before, after in changes:
        if said.count(before) != 1:
            raise RuntimeError(
                f"the table of units is not as the revision before made it: {before!r} is not in it once"
            )
        said = said.replace(before, after)
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.execute(sa.text("UPDATE sqlite_master SET sql = :said WHERE type = 'table' AND name = 'unit'"), {"said": said})
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = OFF")
