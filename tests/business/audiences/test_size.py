"""An audience counted without a text: what is counted is what a broadcast would send to, however many pages."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from smsgw.business.audiences.books import size
from smsgw.business.audiences.books.size import measure_audience
from smsgw.business.audiences.rules.expression import parse
from smsgw.business.consent.tables import consent
from smsgw.business.directory.books.regions import regions
from smsgw.store.instants import from_ms, to_ms
from tests.business.world import CLERK, FIELD, NOON, OWNER, furnish

AT = to_ms(NOON)


@pytest.mark.parametrize("page", [1, 2, 2_000])
def test_everybody_is_counted_once_or_excluded_with_a_reason(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    furnish(engine)
    monkeypatch.setattr(size, "PAGE", page)
    said = f"phone:{OWNER},{CLERK},{FIELD},+8613700000001"
    with engine.begin() as connection:
        connection.execute(consent.insert().values(phone=CLERK, topic="prices", granted=False, decided_at=AT))
        tree = regions(connection, "Asia/Shanghai")
        node = parse(said, {}, today=from_ms(AT).date())
        whole = measure_audience(connection, node, tree, "", AT, 0)
        some = measure_audience(connection, node, tree, "prices", AT, 5)
    assert (whole.recipients, sum(whole.languages.values()), whole.skipped, whole.excluded) == (4, 4, {}, ())
    assert {who.phone for who in whole.people} == {OWNER, CLERK, FIELD, "+8613700000001"}
    assert (some.recipients, some.skipped) == (3, {"stopped": 1})
    assert [(one.subject, one.reason) for one in some.excluded] == [(CLERK, "stopped")]
