"""Surveys in the database: open to whom they went, for as long as they take answers; each phone counts once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.broadcasts.books import surveys
from smsgw.business.broadcasts.rules.broadcasts import Survey, SurveyAnswered
from smsgw.business.messages.tables import broadcast, broadcast_recipient, message_out
from smsgw.store.instants import to_ms
from tests.business.world import CLERK, FIELD, NOON, OWNER, FixedClock, bookkeeper, furnish

AT = to_ms(NOON)
DAY = 86_400_000


@pytest.fixture
def keeper(engine: Engine) -> Bookkeeper:
    furnish(engine)
    return bookkeeper(engine, FixedClock())


def job(keeper: Bookkeeper, reference: str, *phones: str, until: int = AT + DAY, released: int = AT - DAY) -> None:
    """A survey that was sent to the phones."""
    with keeper.engine.begin() as connection:
        connection.execute(
            insert(broadcast).values(
                reference=reference,
                name="",
                state="running",
                topic="",
                audience="all",
                texts="{}",
                options='{"en": ["yes", "no"], "zh": ["是", "否"]}',
                answers_until=until,
                window="",
                author="hq",
                created_at=released,
                released_at=released,
                recipients=len(phones),
                skipped="{}",
                parts=1,
                cost=0,
                currency="CNY",
            )
        )
        for position, phone in enumerate(phones, start=1):
            connection.execute(
                insert(broadcast_recipient).values(
                    broadcast=reference,
                    zone="Asia/Shanghai",
                    position=position,
                    phone=phone,
                    language="zh" if phone == CLERK else "fr",
                )
            )
            connection.execute(
                insert(message_out).values(
                    id=int(reference[1:]) * 1000 + position,
                    recipient=phone,
                    text="Q",
                    kind="broadcast",
                    priority=3,
                    state="sent",
                    parts=1,
                    attempts=1,
                    created_at=released,
                    sent_at=released,
                    broadcast=reference,
                )
            )


def test_the_newest_survey_that_still_takes_answers_is_open_in_the_language_it_was_sent_in(keeper: Bookkeeper) -> None:
    job(keeper, "B1", OWNER, CLERK, released=AT - 2 * DAY)
    job(keeper, "B2", OWNER)
    job(keeper, "B3", OWNER, until=AT)
    with keeper.transaction(NOON) as books:
        assert books.broadcasts.survey(OWNER) == Survey("B2", ("yes", "no"), "fr")
        assert books.broadcasts.survey(CLERK) == Survey("B1", ("是", "否"), "zh")
        assert books.broadcasts.survey(FIELD) is None
    with keeper.transaction(NOON + timedelta(days=1)) as books:
        assert books.broadcasts.survey(OWNER) is None


def test_a_survey_that_has_not_been_sent_to_a_phone_is_not_open_to_it(keeper: Bookkeeper) -> None:
    job(keeper, "B1", OWNER)
    with keeper.engine.begin() as connection:
        connection.execute(message_out.update().values(state="queued", sent_at=None))
    with keeper.transaction(NOON) as books:
        assert books.broadcasts.survey(OWNER) is None


def test_every_answer_is_kept_and_the_latest_of_each_phone_counts(keeper: Bookkeeper) -> None:
    job(keeper, "B1", OWNER, CLERK, FIELD)
    with keeper.transaction(NOON) as books:
        books.apply([SurveyAnswered("B1", OWNER, 1), SurveyAnswered("B1", CLERK, 2), SurveyAnswered("B1", OWNER, 2)])
        found = books.broadcasts.survey(OWNER)
        assert found is not None and found.answer == 2
    with keeper.engine.connect() as connection:
        assert surveys.results(connection, "B1") == {1: 0, 2: 2}
        assert len(connection.execute(surveys.survey_answer.select()).all()) == 3
