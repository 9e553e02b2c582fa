"""Which texts an SMSC is asked for, when, and until when; and that this is found by an index."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from smsgw.business.messages.books import status_queries as asking
from smsgw.business.messages.books.outcomes import Taken
from smsgw.business.messages.books.status_queries import ASKED_FOR, NEVER, UnansweredPart
from tests.business.messages.test_outbox import AT, Post
from tests.business.world import OWNER

AFTER = 3_600_000
DUE = AT + AFTER


@pytest.fixture
def post(engine: Engine) -> Post:
    return Post(engine)


def untold(post: Post, now: int = DUE, link: str = "operator-a", **more: Any) -> list[UnansweredPart]:
    options = {"receipts": True, "limit": 100, **more}
    found: list[UnansweredPart] = post.tell(
        lambda books: asking.list_unanswered(books.work, link, now, AFTER, **options)
    )
    return found


def asked(post: Post, which: UnansweredPart, now: int = DUE, **more: Any) -> None:
    post.tell(lambda books: asking.record_query(books.work, which, now, AFTER, **more))


def taken(post: Post, *ids: str, **more: Any) -> int:
    row = post.put("OK", **more)
    post.sent(row.id, *ids)
    return int(row.id)


def test_a_sent_text_without_a_receipt_is_asked_for_when_its_time_has_come(post: Post) -> None:
    number = taken(post, "A1", source="10690")
    taken(post, "B2")
    post.receipt("B2")
    post.put("waits")
    assert untold(post, DUE - 1) == []
    assert untold(post) == [UnansweredPart(number, 1, "operator-a", "A1", "a1", OWNER, "10690", AT)]
    assert untold(post, link="operator-b") == []


def test_where_no_receipts_are_wanted_only_unknown_texts_with_an_id_are_asked_for(post: Post) -> None:
    taken(post, "A1")
    half, none = post.put("x" * 200), post.put("lost")
    post.tell(
        lambda books: books.outcomes.record_unknown(
            half.id, AT, attempts=1, link="operator-a", taken=[Taken(2, "C3", "c3", OWNER)], parts=2
        )
    )
    post.tell(lambda books: books.outcomes.record_unknown(none.id, AT, attempts=1, link="operator-a"))
    assert [(each.message, each.number) for each in untold(post, receipts=False)] == [(half.id, 2)]
    assert [each.smsc_id for each in untold(post)] == ["A1", "C3"]


def test_every_part_without_a_receipt_is_asked_for(post: Post) -> None:
    number = taken(post, "A1", "A2", "A3")
    post.receipt("A2")
    assert [(each.message, each.number) for each in untold(post)] == [(number, 1), (number, 3)]


def test_a_text_that_was_asked_for_is_asked_for_again_after_others_and_as_long_again(post: Post) -> None:
    first = taken(post, "A1")
    asked(post, untold(post)[0])
    second = taken(post, "B2")
    assert [each.message for each in untold(post, DUE + AFTER - 1)] == [second]
    assert [each.message for each in untold(post, DUE + AFTER)] == [second, first]
    assert [each.message for each in untold(post, DUE + AFTER, limit=1)] == [second, first]  # of either kind


def test_a_text_is_asked_for_no_more_when_it_is_old_or_the_smsc_knows_nothing_of_it(post: Post) -> None:
    taken(post, "A1")
    (each,) = untold(post)
    assert untold(post, AT + ASKED_FOR + 1) == []
    asked(post, each, AT + ASKED_FOR - AFTER)
    assert untold(post, AT + ASKED_FOR) == [each]
    asked(post, each, AT + ASKED_FOR - AFTER + 1)
    assert post.rows("SELECT queried_at FROM message_out") == [(NEVER,)]
    asked(post, each, DUE)
    asked(post, each, DUE, in_vain=True)
    assert untold(post, DUE + 2 * AFTER) == []


def test_a_part_that_was_sent_again_under_another_id_is_not_the_one_that_was_asked_for(post: Post) -> None:
    number = taken(post, "A1")
    (each,) = untold(post)
    assert post.tell(lambda books: asking.stands(books.work, each))
    post.sent(number, "B2")
    assert not post.tell(lambda books: asking.stands(books.work, each))


@pytest.mark.parametrize("receipts", [True, False])
def test_they_are_found_by_an_index_of_their_own(post: Post, receipts: bool) -> None:
    if post.engine.dialect.name != "sqlite":
        pytest.skip("what PostgreSQL does depends on how many there are")
    plans: list[str] = []

    def explained(books: Any) -> None:
        ask = books.work.ask

        class Explaining:
            def ask(self, question: str, *values: object) -> list[Any]:
                plans.extend(str(row) for row in ask(f"EXPLAIN QUERY PLAN {question}", *values))
                return []

        asking.list_unanswered(Explaining(), "operator-a", DUE, AFTER, receipts=receipts, limit=10)  # type: ignore[arg-type]

    post.tell(explained)
    assert sum("ix_message_out_untold" in plan for plan in plans) == 2
    assert not any("SCAN" in plan for plan in plans)
