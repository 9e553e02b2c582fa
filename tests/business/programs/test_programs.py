"""What programs ask of the store, on both databases: keys, texts to phones, and whom to call back."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, insert, select, update

from smsgw.business.consent.books import consents
from smsgw.business.core.principal import Program
from smsgw.business.core.session import Session
from smsgw.business.core.trade import Trade
from smsgw.business.messages.books.lives import begin_run
from smsgw.business.messages.tables import delivery_receipt, message_out
from smsgw.business.programs.actions.submissions import Submission, Submitted, send
from smsgw.business.programs.books import callbacks, idempotency
from smsgw.business.programs.books.callbacks import (
    BUFFERED,
    DELIVERED,
    EVENTS,
    FAILED,
    REJECTED,
    SUBMITTED,
    Call,
    Callback,
)
from smsgw.business.programs.books.idempotency import Answered, IdempotencyKey, KeyUsed
from smsgw.business.programs.tables import callback
from smsgw.calendar.hours import Calendar
from smsgw.gateway.outbound.tariff import LinkTariff
from smsgw.settings.sections import Settings
from smsgw.store.numbers import MESSAGE, draw_some
from smsgw.store.transaction import Transaction, own_transaction
from tests.business.world import CLERK, NOON, OTHER_OWNER, OWNER, STRANGER, bookkeeper, furnish

NOW = int(NOON.timestamp() * 1000)
HOUR, DAY = 3_600_000, 86_400_000
URL = "https://erp.example.com/told"


# ---- keys


def test_a_request_is_answered_once_and_kept_for_a_day(engine: Engine) -> None:
    keyed = IdempotencyKey("crm", "k1", "d1")
    with engine.begin() as connection:
        idempotency.lock_key(connection, keyed)
        assert idempotency.find_answer(connection, keyed, NOW) is None
        idempotency.keep_answer(connection, keyed, Answered(202, {"messages": [1], "to": "你好"}), NOW)
    with engine.begin() as connection:
        assert idempotency.find_answer(connection, keyed, NOW + DAY - 1) == Answered(
            202, {"messages": [1], "to": "你好"}
        )
        assert idempotency.find_answer(connection, IdempotencyKey("shop", "k1", "d1"), NOW) is None
        with pytest.raises(KeyUsed, match="'k1' was given with another request"):
            idempotency.find_answer(connection, IdempotencyKey("crm", "k1", "d2"), NOW)
        assert idempotency.find_answer(connection, IdempotencyKey("crm", "k1", "d2"), NOW + DAY) is None
        idempotency.keep_answer(connection, IdempotencyKey("crm", "k1", "d2"), Answered(200, {}), NOW + DAY)
        assert idempotency.forget_answers(connection, NOW + 2 * DAY - 1) == 0
        assert idempotency.forget_answers(connection, NOW + 2 * DAY) == 1


def test_the_same_key_at_the_same_time_is_one_request(engine: Engine) -> None:
    keyed = IdempotencyKey("crm", "k1", "d1")
    done: list[int] = []

    def ask() -> Answered:
        with engine.begin() as connection:
            idempotency.lock_key(connection, keyed)
            before = idempotency.find_answer(connection, keyed, NOW)
            if before is None:
                done.append(draw_some(connection, MESSAGE, 1)[0])
                before = Answered(202, {"id": done[-1]})
                idempotency.keep_answer(connection, keyed, before, NOW)
            return before

    with ThreadPoolExecutor(8) as pool:
        answers = [asked.result() for asked in [pool.submit(ask) for _ in range(16)]]
    assert len(done) == 1
    assert answers == [Answered(202, {"id": done[0]})] * 16


# ---- texts


def submitted(engine: Engine, phones: Sequence[str], *, wanted: Callback | None = None, topic: str = "") -> Submitted:
    what = Submission(phones, "Hello", topic=topic, callback=wanted)
    trade = Trade(timezone="Asia/Shanghai", topics=("prices", "offers"), sending=Calendar.of("UTC", "09:00-20:00").key)
    crm = Program("crm", frozenset({"messages"}))

    def queued(transaction: Transaction) -> Submitted:
        return send(Session(crm, NOW, transaction, trade, LinkTariff(Settings())), what)

    return own_transaction(engine)(queued)


def test_texts_go_by_the_clock_of_whoever_they_go_to(engine: Engine) -> None:
    furnish(engine)
    done = submitted(engine, [OWNER, OTHER_OWNER, STRANGER, OWNER])
    assert [phone for phone, _ in done.queued] == [OWNER, OTHER_OWNER, STRANGER]
    assert [(one.subject, one.reason) for one in done.skipped] == [(OWNER, "duplicate")]
    with engine.connect() as connection:
        out = message_out.c
        rows = connection.execute(select(out.id, out.recipient, out.calendar).order_by(out.id)).all()
    assert [row.id for row in rows] == [number for _, number in done.queued]
    assert [row.calendar.split()[0] for row in rows] == ["Asia/Shanghai", "Asia/Urumqi", "Asia/Shanghai"]


def test_nobody_is_no_text(engine: Engine) -> None:
    furnish(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE contact SET active = false")
    done = submitted(engine, [OWNER, CLERK], wanted=Callback(URL, EVENTS))
    assert done.queued == ()
    assert [one.reason for one in done.skipped] == ["blocked", "blocked"]


def test_a_stop_is_about_the_texts_of_its_topic(engine: Engine) -> None:
    furnish(engine)
    keeper = bookkeeper(engine)
    for topic in ("prices", "offers", ""):
        submitted(engine, [OWNER], topic=topic)
    with keeper.transaction(NOON) as books:
        consents.decide(books.work, OWNER, "prices", granted=False, author="li", wording="on the telephone")
    with engine.connect() as connection:
        out = message_out.c
        assert connection.execute(select(out.topic, out.state).order_by(out.id)).all() == [
            ("prices", "cancelled"),
            ("offers", "queued"),
            (None, "queued"),
        ]
    # STOP and then START offers leaves texts of offers alone, also where some daemon has claimed them.
    with keeper.transaction(NOON) as books:
        consents.decide(books.work, OTHER_OWNER, "", granted=False, author="li", wording="on the telephone")
        consents.decide(books.work, OTHER_OWNER, "offers", granted=True, author="li", wording="on the telephone")
    assert submitted(engine, [OTHER_OWNER], topic="prices").queued == ()
    ((_, message),) = submitted(engine, [OTHER_OWNER], topic="offers").queued
    with keeper.transaction(NOON) as books:
        assert consents.list_forbidden(books.work, NOW - HOUR) == []
    with engine.begin() as connection:
        run = begin_run(connection, "here", 1, NOW)
        connection.execute(update(message_out).where(message_out.c.id == message).values(run=run))
    with keeper.transaction(NOON) as books:
        consents.decide(books.work, OTHER_OWNER, "offers", granted=False, author="li", wording="on the telephone")
        assert consents.list_forbidden(books.work, NOW - HOUR) == [message]


def test_numbers_drawn_together_are_given_to_nobody_else(engine: Engine) -> None:
    with engine.begin() as connection:
        first = draw_some(connection, MESSAGE, 5)
    with bookkeeper(engine).transaction(NOON) as books:
        books.outbox.put(OWNER, "x")
    with engine.begin() as connection:
        taken = set(connection.scalars(select(message_out.c.id)))
        more = draw_some(connection, MESSAGE, 3)
    assert first == sorted(first)
    assert len({*first, *more, *taken}) == 9


# ---- whom to tell


@pytest.fixture
def waiting(engine: Engine) -> int:
    """A text to be told of; its id."""
    furnish(engine)
    return submitted(engine, [OWNER], wanted=Callback(URL, EVENTS)).queued[0][1]


def became(engine: Engine, message: int, **values: object) -> None:
    with engine.begin() as connection:
        connection.execute(update(message_out).where(message_out.c.id == message).values(**values))


def due(engine: Engine, now: int) -> list[Call]:
    with engine.begin() as connection:
        return callbacks.claim_due(connection, now, 10)


def tell(engine: Engine, now: int) -> list[tuple[int, str]]:
    """Tell all there is to tell at a time."""
    found = []
    while calls := due(engine, now):
        for call in calls:
            found.append((call.event, call.state))
            with engine.begin() as connection:
                callbacks.mark_told(connection, call, now)
    return found


def due_at(engine: Engine) -> int | None:
    with engine.connect() as connection:
        found: int | None = connection.scalar(select(callback.c.due_at))
        return found


def test_each_state_is_told_once_in_its_order(engine: Engine, waiting: int) -> None:
    assert tell(engine, NOW + 1_000) == []
    became(engine, waiting, state="sent", sent_at=NOW + 1_500, link="operator-a")
    assert tell(engine, NOW + 2_000) == [(SUBMITTED, "sent")]
    with engine.begin() as connection:
        enroute = {"link": "operator-a", "smsc_id": "7", "state": "enroute", "status": "ENROUTE", "error": ""}
        connection.execute(insert(delivery_receipt).values(**enroute, received_at=NOW + 2_500, message=waiting))
    assert tell(engine, NOW + 4_000) == [(BUFFERED, "enroute")]
    became(engine, waiting, state="delivered", final_at=NOW + 5_000)
    assert tell(engine, NOW + 6_000) == [(DELIVERED, "delivered")]
    assert tell(engine, NOW + DAY) == []
    assert due_at(engine) is None


@pytest.mark.parametrize(
    ("state", "sent_at", "told"),
    [
        ("delivered", NOW, [(SUBMITTED, "sent"), (DELIVERED, "delivered")]),
        ("failed", NOW, [(SUBMITTED, "sent"), (FAILED, "failed")]),
        ("expired", NOW, [(SUBMITTED, "sent"), (FAILED, "expired")]),
        ("failed", None, [(REJECTED, "failed")]),
        ("expired", None, [(REJECTED, "expired")]),
        ("cancelled", None, [(REJECTED, "cancelled")]),
        ("unknown", NOW, []),
        ("held", None, []),
        ("queued", None, []),
    ],
)
def test_what_happened_between_two_looks_is_told_together(
    engine: Engine, waiting: int, state: str, sent_at: int | None, told: list[tuple[int, str]]
) -> None:
    became(engine, waiting, state=state, sent_at=sent_at, final_at=NOW if state in ("delivered", "failed") else None)
    assert tell(engine, NOW + 1_000) == told


def test_only_what_was_asked_for_is_told(engine: Engine) -> None:
    furnish(engine)
    _, message = submitted(engine, [OWNER], wanted=Callback(URL, DELIVERED | FAILED)).queued[0]
    became(engine, message, state="sent", sent_at=NOW)
    assert tell(engine, NOW + 1_000) == []
    became(engine, message, state="delivered", final_at=NOW + 2_000)
    assert tell(engine, NOW + 3_000) == [(DELIVERED, "delivered")]
    _, message = submitted(engine, [OWNER], wanted=Callback(URL, SUBMITTED)).queued[0]
    became(engine, message, state="failed", final_at=NOW)
    assert tell(engine, NOW + 3_000) == []
    assert due_at(engine) is None


def test_a_text_is_looked_at_less_often_the_older_it_is(engine: Engine, waiting: int) -> None:
    waits = []
    for age in (1_000, 60_000, HOUR, 48 * HOUR):
        with engine.begin() as connection:
            connection.execute(update(callback).values(due_at=NOW))
        assert due(engine, NOW + age) == []
        waits.append((due_at(engine) or 0) - NOW - age)
    assert waits == [1_000, 6_000, 360_000, 600_000]
    with engine.begin() as connection:
        connection.execute(update(callback).values(due_at=NOW))
    assert due(engine, NOW + 8 * DAY) == []
    assert due_at(engine) is None


def test_a_call_is_in_one_daemons_hands_and_comes_back_when_that_dies(engine: Engine, waiting: int) -> None:
    became(engine, waiting, state="sent", sent_at=NOW)
    assert len(due(engine, NOW + 1_000)) == 1
    assert due(engine, NOW + 30_000) == []
    assert len(due(engine, NOW + 61_000)) == 1


def test_what_fails_is_tried_again_later_each_time_and_for_a_day(engine: Engine, waiting: int) -> None:
    became(engine, waiting, state="sent", sent_at=NOW)
    now, waits, again = NOW + 1_000, [], True
    while again:
        (call,) = due(engine, now)
        with engine.begin() as connection:
            again = callbacks.mark_failed(connection, call, now)
        if again:
            waits.append((due_at(engine) or 0) - now)
            now += waits[-1]
    assert waits[:10] == [10_000 * 2**n for n in range(9)] + [3_600_000]
    assert waits[-1] == 3_600_000
    assert 22 * HOUR < now - NOW <= DAY
    became(engine, waiting, state="delivered", final_at=now)
    assert tell(engine, now + HOUR) == [(DELIVERED, "delivered")]  # the end is told all the same


def test_a_call_says_what_an_address_may_ask_about(engine: Engine, waiting: int) -> None:
    became(
        engine, waiting, state="failed", sent_at=None, final_at=NOW + 500, link="operator-a", error="ESME_RINVDSTADR"
    )
    (call,) = due(engine, NOW + 1_000)
    assert call == Call(
        message=waiting,
        url=URL,
        mask=EVENTS,
        event=REJECTED,
        state="failed",
        at=NOW + 500,
        recipient=OWNER,
        source=None,
        link="operator-a",
        smsc_id=None,
        error="ESME_RINVDSTADR",
        attempts=0,
        first_at=NOW,
    )
