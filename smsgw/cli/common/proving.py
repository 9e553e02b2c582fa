"""The proof of a database as the commands ask for it: its engine finds it whole, and its books agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from smsgw.business.core.trade import Trade


def faults_of(engine: Engine, trade: Trade) -> list[str]:
    """What `smsgw db verify` finds wrong with a migrated database, in sentences; nothing where all is well."""
    from smsgw.business.verify import verify
    from smsgw.store.engine import reading
    from smsgw.store.integrity import damages
    from smsgw.store.sequencer import put_in_order

    damage = damages(engine, whole=True)
    if damage:
        return damage
    put_in_order(engine)
    with reading(engine).connect() as connection:
        found = verify(connection, trade)
    return [f"{each.cache} {each.key}: {each.stored} is kept, {each.computed} is right" for each in found]
