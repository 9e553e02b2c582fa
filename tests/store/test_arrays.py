"""A column as the text of an array means to PostgreSQL what its driver would have made of the list."""

from __future__ import annotations

import enum

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from smsgw.store.arrays import array_literal
from smsgw.store.driver import Driver

SLOW = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
MARKS = st.text("{}\",\\ 'NULnul\n\t", max_size=8)
COLUMNS = {
    "text": st.one_of(TEXT, MARKS),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "boolean": st.booleans(),
    "bytea": st.binary(),
}


class Colour(enum.StrEnum):
    RED = "red"


@pytest.mark.parametrize("kind", COLUMNS)
@SLOW
@given(data=st.data())
def test_what_a_column_holds_comes_back(engine: Engine, kind: str, data: st.DataObject) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite takes rows one by one")
    column = data.draw(st.lists(st.one_of(COLUMNS[kind], st.none()) if data.draw(st.booleans()) else COLUMNS[kind]))
    with engine.connect() as connection:
        rows = Driver(connection).ask(f"SELECT value FROM unnest(?::{kind}[]) AS value", array_literal(column))
    assert [value if value is None or kind != "bytea" else bytes(value) for (value,) in rows] == column


@pytest.mark.parametrize(
    ("column", "written"),
    [
        ([], "{}"),
        ([None], "{NULL}"),
        (["NULL", ""], '{"NULL",""}'),
        ((1,), "{1}"),
        ([True, 1, None], "{t,1,NULL}"),
        ([Colour.RED], '{"red"}'),
        ([b"\x00\xff"], '{"\\\\x00ff"}'),
        (['say "no"', "back\\slash"], '{"say \\"no\\"","back\\\\slash"}'),
    ],
)
def test_a_column_is_written_so(column: list[object], written: str) -> None:
    assert array_literal(column) == written


@pytest.mark.parametrize("value", [1.5, object(), ["nested"]])
def test_what_no_column_holds_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        array_literal([value])
