"""The order of what waits: higher classes first, each in the order of the outbox, and nobody starved."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from smsgw.gateway.outbound.shipment import Shipment
from smsgw.gateway.outbound.waiting import CLASSES, SHARE, Waiting
from tests.gateway.outbound.test_pump import Row


@dataclass(frozen=True)
class Step:
    """So many texts of a class come, then so many go."""

    priority: int
    come: int
    go: int


steps = st.lists(
    st.builds(Step, st.integers(0, CLASSES - 1), st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=25
)


def put(waiting: Waiting, number: int, priority: int) -> None:
    waiting.put(Shipment(Row(number, priority=priority), None))


@given(steps)
def test_order_within_a_class_is_kept_and_no_class_waits_for_more_than_its_share(course: list[Step]) -> None:
    waiting = Waiting()
    queued: list[list[int]] = [[] for _ in range(CLASSES)]
    passed = [0] * CLASSES
    number = 0
    for step in course:
        for _ in range(step.come):
            number += 1
            put(waiting, number, step.priority)
            queued[step.priority].append(number)
        for _ in range(min(step.go, sum(map(len, queued)))):
            shipment, part = waiting.pop()
            served = shipment.row.priority
            assert part == 0
            assert queued[served].pop(0) == shipment.row.id
            top = min([at for at, queue in enumerate(queued) if queue] + [served])
            for lower in range(top + 1, CLASSES):
                if queued[lower] and lower != served:
                    passed[lower] += 1
                    # All lower classes may have become due at once: then one goes after the other.
                    assert passed[lower] <= SHARE + CLASSES
            passed[served] = 0
    assert len(waiting) == sum(map(len, queued))
    assert waiting.counts() == [len(queue) for queue in queued]


def test_a_reply_is_passed_by_one_text_of_a_lower_class_in_twenty_at_most() -> None:
    waiting = Waiting()
    for number in range(1, 201):
        put(waiting, number, 0)
        put(waiting, 1000 + number, 3)
    order = [waiting.pop()[0].row.priority for _ in range(210)]
    assert order[:SHARE] == [0] * SHARE
    assert order.count(3) == 10
    assert all(3 not in order[at : at + SHARE - 1] or order[at : at + SHARE - 1].count(3) == 1 for at in range(190))


def test_what_matches_is_taken_out_in_its_order_and_texts_begun_stay() -> None:
    waiting = Waiting()
    for number in (5, 3, 4, 1, 2):
        put(waiting, number, 3)
    begun = Shipment(Row(9, priority=3), None)
    waiting.put_part(begun, 2)
    taken = waiting.remove(lambda shipment: shipment.row.id in (2, 5, 3, 9))
    assert [shipment.row.id for shipment in taken] == [2, 3, 5]
    assert waiting.pop() == (begun, 2)
    assert [waiting.pop()[0].row.id for _ in range(2)] == [1, 4]
    assert not waiting
