"""The life of a unit: what the table allows, and that a trail replays to what each step made of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.business.core.trade import Trade
from smsgw.business.units.rules import states as units
from smsgw.business.units.rules.states import UnitEvent
from smsgw.values.state_table import IllegalMove

AT = datetime(2026, 4, 15, tzinfo=UTC)
KINDS = units.KINDS
STATES = units.UNIT_STATES
AWAY = {"given": "in_transfer", "returned": "returned", "sent_back": "returning", "lost": "lost"}
IN_SHOP = {"sold": "sold", **AWAY, "scrapped": "scrapped"}
GONE = {"replaced": "replaced", "lost": "lost", "scrapped": "scrapped"}


def trail(*steps: tuple[str, str | None, int | None]) -> list[UnitEvent]:
    return [
        UnitEvent("860123450000012", seq, kind, dealer, AT, f"S{seq}", None, reverses)
        for seq, (kind, dealer, reverses) in enumerate(steps, start=1)
    ]


def test_the_table_is_what_it_is() -> None:
    """The whole law, said a second time: a change of it must be meant."""
    legal = {
        "made": {"made": "made", "arrived": "in_depot", "shipped": "shipped", "found": "in_stock", "sold": "sold"},
        "in_depot": {
            "shipped": "shipped",
            "arrived": "in_depot",
            "found": "in_stock",
            "sold": "sold",
            "in_repair": "in_repair",
            **GONE,
        },
        "shipped": {
            "received": "in_stock",
            "delivered": "received",
            "sold": "sold",
            "moved": "in_stock",
            **AWAY,
            "arrived": "in_depot",
        },
        "received": {**IN_SHOP, "moved": "in_stock", "shipped": "received"},
        "in_stock": {**IN_SHOP, "moved": "in_stock", "shipped": "in_stock"},
        "sold": {"shipped": "sold", "returned": "returned", "replaced": "replaced"},
        "in_transfer": {"taken": "in_stock"},
        "returned": {
            "restocked": "in_stock",
            "sent_back": "returning",
            "arrived": "in_depot",
            "in_repair": "in_repair",
            **GONE,
        },
        "returning": {"arrived": "in_depot", "in_repair": "in_repair", **GONE},
        "in_repair": {"repaired": "in_depot", "shipped": "shipped", **GONE},
        "replaced": {"arrived": "in_depot", "in_repair": "in_repair", "scrapped": "scrapped"},
        "lost": {"found": "in_stock", "arrived": "in_depot"},
    }
    for state in STATES:
        assert units.move(state, "D1", "flagged", "D2") == (state, "D1")
        for kind in (kind for kind in KINDS if kind != "flagged"):
            after = legal.get(state, {}).get(kind)
            if after is None:
                with pytest.raises(IllegalMove):
                    units.move(state, "D1", kind, "D2")
            else:
                assert units.move(state, "D1", kind, "D2")[0] == after


def test_a_unit_is_where_its_last_event_was_but_a_late_file_moves_nothing() -> None:
    assert units.move("made", None, "shipped", "D1") == ("shipped", "D1")
    assert units.move("sold", "D1", "shipped", "D2") == ("sold", "D1")
    assert units.move("in_stock", "D1", "shipped", "D1") == ("in_stock", "D1")


@pytest.mark.parametrize(
    ("state", "kind", "after"),
    [
        ("shipped", "sent_back", ("returning", "D1")),  # the shop's, until it arrives
        ("returning", "arrived", ("in_depot", "D2")),
        ("returned", "in_repair", ("in_repair", "D2")),
        ("in_repair", "repaired", ("in_depot", "D2")),
        ("returned", "replaced", ("replaced", None)),
        ("in_depot", "lost", ("lost", None)),
        ("in_stock", "scrapped", ("scrapped", None)),
        ("lost", "found", ("in_stock", "D2")),
        ("received", "shipped", ("received", "D1")),
    ],
)
def test_whose_a_unit_is_follows_from_its_state(state: str, kind: str, after: tuple[str, str | None]) -> None:
    assert units.move(state, "D1", kind, "D2") == after


def test_a_mark_changes_nothing_and_may_be_taken_back_at_any_time() -> None:
    steps = (("shipped", "D1", None), ("flagged", "D2", None), ("sold", "D1", None))
    assert units.replay(trail(*steps)) == ("sold", "D1")
    assert units.replay(trail(*steps, ("undone", "D2", 2))) == ("sold", "D1")
    assert units.replay(trail(*steps, ("undone", "D1", 3))) == ("shipped", "D1")
    assert units.replay(trail(*steps, ("undone", "D1", 3), ("undone", "D1", 1))) == ("made", None)


def test_no_event_is_a_unit_nobody_has() -> None:
    assert units.replay([]) == ("made", None)


def test_a_reversal_restores_what_was_before() -> None:
    steps = trail(("shipped", "D1", None), ("sold", "D1", None), ("undone", "D1", 2))
    assert units.replay(steps) == ("shipped", "D1")
    assert [event.seq for event in units.events_in_force(steps)] == [1]


def test_reversals_go_back_one_by_one() -> None:
    steps = trail(("found", "D1", None), ("sold", "D1", None), ("undone", "D1", 2), ("undone", "D1", 1))
    assert units.replay(steps) == ("made", None)


@pytest.mark.parametrize(
    "steps",
    [
        (("sold", "D1", None), ("sold", "D1", None)),
        (("received", "D1", None),),
        (("shipped", "D1", None), ("sold", "D1", None), ("undone", "D1", 1)),  # not the newest
        (("sold", "D1", None), ("undone", "D1", 1), ("undone", "D1", 1)),  # twice
        (("undone", "D1", 1),),
    ],
)
def test_a_trail_that_cannot_be_is_refused(steps: tuple[tuple[str, str | None, int | None], ...]) -> None:
    with pytest.raises(IllegalMove):
        units.replay(trail(*steps))


def test_a_gap_in_a_trail_is_refused() -> None:
    steps = trail(("shipped", "D1", None), ("sold", "D1", None))
    with pytest.raises(IllegalMove):
        units.replay(steps[1:])


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.sampled_from((*KINDS, "undo")), st.sampled_from(("D1", "D2"))), max_size=12))
def test_a_trail_replays_to_what_its_steps_made_of_the_unit(wanted: list[tuple[str, str]]) -> None:
    state, holder = units.UNBORN
    before: list[tuple[int, str, str | None]] = []
    steps: list[tuple[str, str | None, int | None]] = []
    marks = 0
    for kind, dealer in wanted:
        if kind == "undo":
            if before:
                seq, state, holder = before.pop()
                steps.append(("undone", dealer, seq))
        elif kind == "flagged":
            marks += 1
            steps.append((kind, dealer, None))
        elif units.LIFE.can(state, kind):
            before.append((len(steps) + 1, state, holder))
            state, holder = units.move(state, holder, kind, dealer)
            steps.append((kind, dealer, None))
    assert units.replay(trail(*steps)) == (state, holder)
    assert len(units.events_in_force(trail(*steps))) == len(before) + marks


@pytest.mark.parametrize(
    ("state", "receipt", "counts"),
    [
        ("shipped", "none", True),
        ("shipped", "required", False),
        ("received", "none", True),
        ("received", "required", True),
        ("in_depot", "none", False),
        ("in_stock", "none", True),
        ("in_stock", "required", True),
        ("sold", "none", False),
        ("made", "none", False),
    ],
)
def test_what_counts_in_a_shops_stock(state: str, receipt: str, counts: bool) -> None:
    assert units.in_stock(state, Trade(receipt=receipt)) is counts
