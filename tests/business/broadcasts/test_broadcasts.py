"""A broadcast from its draft to its end: approval, snapshot, slices, hours, pace, consent, retry, and the trail."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, insert, text, update
from sqlalchemy.engine import Connection

from smsgw.business.audiences.books.lists import keep
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.broadcasts import actions
from smsgw.business.broadcasts.books import broadcasts, release
from smsgw.business.broadcasts.books.dispatching import Dispatched, Dispatcher
from smsgw.business.broadcasts.rules.draft import BroadcastRefused, Draft
from smsgw.business.broadcasts.rules.states import JobRefused
from smsgw.business.consent.tables import consent
from smsgw.business.core.principal import Person
from smsgw.business.core.session import Session
from smsgw.business.core.tariff import Measured
from smsgw.business.core.trade import Trade
from smsgw.business.directory.books.regions import regions
from smsgw.business.directory.tables import contact
from smsgw.business.messages.books.lives import begin_run, claim, recover
from smsgw.business.messages.books.outbox import OutboxRow
from smsgw.business.messages.books.outcomes import Taken
from smsgw.business.messages.tables import broadcast, message_out
from smsgw.calendar.hours import Calendar
from smsgw.errors import INVALID, Refused
from smsgw.store import audit
from smsgw.store.instants import to_ms
from smsgw.store.numbers import draw_some
from smsgw.store.sequencer import put_in_order
from smsgw.store.transaction import Transaction
from tests.business.world import CLERK, FIELD, NOON, OTHER_OWNER, OWNER, FixedClock, bookkeeper, furnish

AT = to_ms(NOON)  # noon in Shanghai
HOUR = 3_600_000
TRADE = Trade(timezone="Asia/Shanghai", sending=Calendar.of("UTC", "09:00-20:00").key)


class Tariff:
    """Ten characters a part, two cents each."""

    currency = "CNY"

    def __init__(self, links: tuple[str, ...]) -> None:
        self.links = links

    def measure(self, text: str, link: str | None, message_class: int | None) -> Measured:
        parts = -(-len(text) // 10)
        return Measured("gsm", parts, 2 * parts)

    def cost(self, parts: int, link: str | None) -> int:
        return 2 * parts


@dataclass
class Desk:
    """Headquarters and a daemon on one database, with the test's clock."""

    engine: Engine
    keeper: Bookkeeper
    run: int
    dispatcher: Dispatcher
    now: int = AT
    links: tuple[str, ...] = ("operator-a",)

    def session(self, connection: Connection, who: str = "li", trade: Trade = TRADE) -> Session:
        numbers = partial(draw_some, connection)
        return Session(Person(who), self.now, Transaction(connection, numbers), trade, Tariff(self.links))

    def draft(self, audience: str = "all", texts: dict[str, str] | None = None, **more: Any) -> str:
        with self.engine.begin() as connection:
            session = self.session(connection)
            made = Draft(audience, {"en": "New prices"} if texts is None else texts, **more)
            return actions.create(session, actions.estimate(session, made))

    def do(self, verb: str, reference: str, who: str = "li", trade: Trade = TRADE, **more: Any) -> Any:
        with self.engine.begin() as connection:
            moved = getattr(actions, verb)(self.session(connection, who, trade), reference, **more)
        return moved.texts if verb == "retry" else moved.state

    def start(self, audience: str = "all", texts: dict[str, str] | None = None, **more: Any) -> str:
        reference = self.draft(audience, texts, **more)
        self.do("start", reference)
        return reference

    def freeze(self) -> None:
        over = False
        while not over:
            with self.engine.begin() as connection:
                frozen = release.freeze(connection, regions(connection, "Asia/Shanghai"), self.now)
            over = frozen is None or frozen.over

    def dispatch(self, most: int = 100) -> Dispatched:
        with self.keeper.transaction(at(self.now)) as books:
            return self.dispatcher.dispatch(books, most, self.now)

    def sent(self, rows: list[OutboxRow], state: str = "sent") -> None:
        with self.keeper.transaction(at(self.now)) as books:
            for row in rows:
                if state == "sent":
                    taken = [Taken(1, f"{row.id}", f"{row.id}")]
                    books.outcomes.record_sent(row.id, self.now, "operator-a", taken, attempts=1, parts=1)
                else:
                    books.outcomes.record_failed(row.id, self.now, "ESME_RINVDSTADR", attempts=1)

    def finish(self) -> list[str]:
        with self.engine.begin() as connection:
            return release.finish(connection, self.now)

    def due(self) -> list[str]:
        with self.engine.begin() as connection:
            return release.release_due(connection, self.now)

    def counts(self, reference: str) -> dict[str, Any]:
        with self.engine.connect() as connection:
            found = broadcasts.counts(connection, reference)
        if found["state"] not in ("draft", "approved", "scheduled"):
            assert sum(found[state] for state in broadcasts.COUNTED) == found["recipients"]
        return found

    def stop(self, phone: str, topic: str = "", granted: bool = False) -> None:
        with self.engine.begin() as connection:
            connection.execute(
                insert(consent).values(phone=phone, topic=topic, granted=granted, decided_at=self.now, wording="STOP")
            )

    def trail(self, reference: str) -> list[str]:
        with self.engine.connect() as connection:
            assert list(audit.faults(connection)) == []
            return [entry.what for entry in audit.entries(connection, subject=reference)]


def at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def open_desk(engine: Engine, window: str = "09:00-20:00", pace: int = 0, **more: Any) -> Desk:
    with engine.begin() as connection:
        run = begin_run(connection, "here", 1, AT)
    dispatcher = Dispatcher(
        lambda own, zone: Calendar.of(zone, own or window, **more), "Asia/Shanghai", 24 * HOUR, pace
    )
    return Desk(engine, bookkeeper(engine, FixedClock(), run=run), run, dispatcher)


@pytest.fixture
def desk(engine: Engine) -> Desk:
    furnish(engine)
    return open_desk(engine)


# ---- before it is sent


def test_a_draft_tells_who_gets_it_and_what_it_costs(desk: Desk) -> None:
    reference = desk.draft("all", {"en": "Dear {name}", "zh": "您好{name}"})
    with desk.engine.connect() as connection:
        row = broadcasts.find(connection, reference.lower())
        assert (row["state"], row["recipients"], row["parts"], row["cost"]) == ("draft", 4, 4, 8)
        assert json.loads(row["skipped"]) == {"no_phone": 1}  # D2001 has nobody
        with pytest.raises(BroadcastRefused, match="there is no broadcast B9"):
            broadcasts.find(connection, "B9")
    assert desk.counts(reference) | {"skipped": None} == {
        "reference": "B1001",
        "state": "draft",
        "recipients": 4,
        **dict.fromkeys(broadcasts.COUNTED, 0),
        "skipped": None,
    }
    assert desk.trail(reference) == ["broadcast created"]


@pytest.mark.parametrize(
    ("texts", "more", "said"),
    [
        ({}, {}, "needs a text"),
        ({"en": "{dealr}"}, {}, "there is no field {dealr}: did you mean {dealer}"),
        ({"en": "{model_stock:X9}"}, {}, "the catalogue has no such model"),
        ({"en": "x" * 1001}, {}, "1000 are enough"),
        ({"en": "Hi"}, {"topic": "New Prices"}, "is not a topic"),
        ({"en": "Hi"}, {"cron": "0 25 * * *", "zone": "UTC"}, "is not a rule"),
        ({"en": "Hi"}, {"cron": "0 9 * * *", "zone": "UTC", "at": AT}, "not both"),
        ({"en": "Hi"}, {"pace": 0}, "1 at least"),
        ({"en": "Hi"}, {"valid_minutes": 0}, "1 minute at least"),
        ({"en": "Hi"}, {"message_class": 4}, "message class"),
        ({"en": "Hi", "zh": "Hi"}, {"options": {"en": ("Yes", "No")}}, "every language"),
        ({"en": "Hi"}, {"options": {"en": ("Yes",)}}, "2 to 9 options"),
        ({"en": "Hi", "zh": "X"}, {"options": {"en": ("a", "b"), "zh": ("a", "b", "c")}}, "same number"),
        ({"en": "Hi"}, {"options": {"en": ("Yes", "x" * 31)}}, "1 to 30 characters"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_what_could(
    desk: Desk, texts: dict[str, str], more: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        desk.draft("all", texts, **more)
    assert desk.trail("B1001") == []


def test_everything_that_is_wrong_with_a_draft_is_told_at_once(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        desk.draft(
            "region:NORTH",
            {"en": "{dealr}", "zh": "{model_stock:X9}"},
            topic="remindrs",
            link="operator-b",
            window="9-5",
            cron="0 25 * * *",
            at=AT,
            pace=0,
        )
    assert [fault.field for fault in refused.value.faults] == [
        "audience",
        "texts.en",
        "cron",
        "",
        "pace",
        "texts.zh",
        "topic",
        "link",
        "window",
    ]
    assert (refused.value.code, desk.trail("B1001")) == (INVALID, [])


def test_a_preview_writes_to_some_and_measures_the_longest(desk: Desk) -> None:
    made = Draft(
        "region:EAST", {"en": "{dealer} {dealer_name} {region} has {model_stock:A350} of {stock}, {sold_week}"}
    )
    with desk.engine.connect() as connection:
        expected = actions.estimate(desk.session(connection), made).estimate
    assert expected.recipients == 3
    assert expected.excluded == {"no_dealer": 1}  # the field staff
    assert {sample.text for sample in expected.samples} == {
        "D1001 Sunny East has 0 of 0, 0",
        "D1002 Moon East has 0 of 0, 0",
    }
    assert expected.longest > max(sample.parts for sample in expected.samples)
    assert expected.parts == 9
    assert expected.average == 3.0
    (cost,) = expected.links
    assert (cost.link, cost.alphabets, cost.parts, cost.cost) == ("operator-a", ("gsm",), 9, 18)


def test_above_the_limits_of_one_person_a_second_one_must_approve(desk: Desk) -> None:
    reference = desk.draft()
    few = replace(TRADE, approval_above_recipients=3)
    for verb in ("approve", "start"):
        with pytest.raises(BroadcastRefused, match="by somebody else than li: it has 4 recipients"):
            desk.do(verb, reference, trade=few)
    with pytest.raises(BroadcastRefused, match=r"it costs 0\.08 CNY, and one person alone may spend 0\.05 CNY"):
        desk.do("start", reference, trade=replace(TRADE, approval_above_cost=5))
    assert desk.do("approve", reference, "wang", few) == "approved"
    assert desk.do("start", reference, trade=few) == "running"
    assert desk.trail(reference) == ["broadcast created", "broadcast approved", "broadcast started"]


def test_what_goes_to_nobody_is_not_approved(desk: Desk) -> None:
    with pytest.raises(BroadcastRefused, match="would go to nobody"):
        desk.do("start", desk.draft("role:hq"))


def test_a_test_goes_to_chosen_phones_filled_in_as_for_the_first(desk: Desk) -> None:
    reference = desk.draft("dealer:D1002", {"en": "{dealer} has {stock}", "zh": "{dealer}有{stock}台"})
    with desk.engine.begin() as connection:
        sent = actions.send_test(desk.session(connection), reference, [OWNER, CLERK, "+8613700000009"])
        ids = sent.messages
        found = connection.execute(
            text("SELECT id, recipient, text, kind, run, broadcast FROM message_out ORDER BY id")
        ).all()
    assert [tuple(one) for one in found] == [
        (ids[0], OWNER, "D1002 has 0", "reminder", None, None),
        (ids[1], CLERK, "D1002有0台", "reminder", None, None),
        (ids[2], "+8613700000009", "D1002 has 0", "reminder", None, None),
    ]
    assert desk.trail(reference)[-1] == "broadcast tested"


# ---- on its way


def test_everybody_gets_it_once_in_their_language_and_it_is_done_when_all_is_submitted(desk: Desk) -> None:
    reference = desk.start("all", {"en": "New prices", "zh": "新价格"})
    assert desk.counts(reference)["queued"] == 4
    desk.freeze()
    first = desk.dispatch(3)
    assert len(first.rows) == 3
    assert first.again_at == desk.now
    assert desk.counts(reference)["queued"] == 4
    second = desk.dispatch(3)
    assert second.again_at is None
    rows = first.rows + second.rows
    assert {(row.recipient, row.text) for row in rows} == {
        (OWNER, "New prices"),
        (CLERK, "新价格"),
        (FIELD, "New prices"),
        (OTHER_OWNER, "新价格"),
    }
    assert all(row.broadcast == reference and row.kind == "broadcast" for row in rows)
    assert all(row.not_after == desk.now + 24 * HOUR for row in rows)
    assert desk.finish() == []
    desk.sent(rows[:3])
    assert desk.finish() == []
    desk.sent(rows[3:], "failed")
    assert desk.finish() == [reference]
    found = desk.counts(reference)
    assert (found["state"], found["sent"], found["failed"], found["skipped"]) == ("done", 3, 1, {"no_phone": 1})
    assert desk.trail(reference)[-2:] == ["broadcast frozen", "broadcast done"]


def test_a_snapshot_is_taken_in_stretches_and_goes_on_where_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "PAGE", 1)
    numbers = [f"+86137000000{n:02d}" for n in range(20)]
    with desk.engine.begin() as connection:
        digest = keep(connection, numbers)
    reference = desk.start(f"all or list:{digest} or phone:{OWNER}")
    for _ in range(5):
        with desk.engine.begin() as connection:
            assert release.freeze(connection, regions(connection, "Asia/Shanghai"), desk.now) is not None
    again = open_desk(desk.engine)  # the daemon died, and another goes on
    again.freeze()
    assert again.dispatch().rows
    with desk.engine.connect() as connection:
        found = connection.execute(text("SELECT zone, position, phone FROM broadcast_recipient")).all()
        zones = dict(connection.execute(text("SELECT zone, total FROM broadcast_zone")).all())  # type: ignore[arg-type]
    assert sorted(phone for _, _, phone in found) == sorted([*numbers, OWNER, CLERK, FIELD, OTHER_OWNER])
    assert Counter(zone for zone, _, _ in found) == zones
    for zone, total in zones.items():
        assert sorted(position for at, position, _ in found if at == zone) == list(range(1, total + 1))
    assert again.counts(reference)["skipped"] == {"no_phone": 1}


def test_a_text_goes_out_in_the_hours_of_its_own_zone_only(desk: Desk) -> None:
    desk.now = AT - 3 * HOUR  # 9:00 in Shanghai, 7:00 in Urumqi
    reference = desk.start(texts={"en": "Hi"})
    desk.freeze()
    dispatched = desk.dispatch()
    assert OTHER_OWNER not in {row.recipient for row in dispatched.rows}  # whose shop is in Urumqi
    assert dispatched.again_at == desk.now + 2 * HOUR
    desk.now += 2 * HOUR - 1
    assert desk.dispatch().rows == []
    desk.now += 1
    (row,) = desk.dispatch().rows
    assert row.recipient == OTHER_OWNER
    assert row.calendar is not None and Calendar.read(row.calendar).is_open(desk.now / 1000)
    assert desk.counts(reference)["queued"] == 4


def test_a_stop_after_the_snapshot_is_honoured_and_a_start_after_it_too(desk: Desk) -> None:
    reference = desk.start(topic="prices")
    desk.freeze()
    desk.stop(OWNER)
    desk.stop(CLERK, "prices")
    desk.stop(FIELD, "offers")
    desk.stop(OTHER_OWNER)
    desk.stop(OTHER_OWNER, "prices", granted=True)
    assert {row.recipient for row in desk.dispatch().rows} == {FIELD, OTHER_OWNER}
    found = desk.counts(reference)
    assert found["recipients"] == 2
    assert found["skipped"] == {"no_phone": 1, "stopped": 2}
    with desk.engine.connect() as connection:
        gone = broadcasts.excluded(connection, reference)
    assert {(one["subject"], one["reason"], one["detail"]) for one in gone} >= {
        (OWNER, "stopped", "after the snapshot")
    }


def test_whoever_left_since_the_snapshot_gets_nothing(desk: Desk) -> None:
    reference = desk.start()
    desk.freeze()
    with desk.engine.begin() as connection:
        connection.execute(update(contact).where(contact.c.name == "Li").values(active=False))
    assert CLERK not in {row.recipient for row in desk.dispatch().rows}
    assert desk.counts(reference)["skipped"] == {"blocked": 1, "no_phone": 1}


def test_nothing_is_queued_while_it_is_paused_and_it_goes_on_where_it_was(desk: Desk) -> None:
    reference = desk.start()
    desk.freeze()
    (row,) = desk.dispatch(1).rows
    assert desk.do("pause", reference, "wrong price") == "paused"
    assert desk.dispatch().rows == []
    with desk.engine.connect() as connection:
        assert release.list_resting(connection, desk.now) == {reference: "paused"}
    with desk.keeper.transaction(NOON) as books:
        books.outcomes.record_released([row.id])
    with desk.engine.begin() as connection:
        assert claim(connection, desk.run, desk.now, 10) == []
    assert desk.do("resume", reference) == "running"
    with desk.engine.begin() as connection:
        assert [one.id for one in claim(connection, desk.run, desk.now, 10)] == [row.id]
    assert len(desk.dispatch().rows) == 3
    assert desk.trail(reference)[-2:] == ["broadcast paused", "broadcast resumed"]


def test_what_is_cancelled_is_never_sent(desk: Desk) -> None:
    reference = desk.start()
    desk.freeze()
    rows = desk.dispatch(2).rows
    desk.sent(rows[:1])
    with desk.keeper.transaction(NOON) as books:
        books.outcomes.record_released([rows[1].id])
    assert desk.do("cancel", reference) == "cancelled"
    assert desk.dispatch().rows == []
    with desk.engine.begin() as connection:
        assert claim(connection, desk.run, desk.now, 10) == []
    found = desk.counts(reference)
    assert (found["sent"], found["cancelled"], found["queued"]) == (1, 3, 0)
    with pytest.raises(JobRefused, match="the broadcast is cancelled and cannot be resumed"):
        desk.do("resume", reference)


def test_what_failed_is_sent_again_all_or_by_reason(desk: Desk) -> None:
    reference = desk.start()
    desk.freeze()
    rows = desk.dispatch().rows
    desk.sent(rows[:2])
    desk.sent(rows[2:], "failed")
    assert desk.finish() == [reference]
    with pytest.raises(BroadcastRefused, match="failed for these reasons"):
        desk.do("retry", reference, reasons=["ESME_RSYSERR"])
    assert desk.do("retry", reference, reasons=["ESME_RINVDSTADR"]) == 2
    assert desk.finish() == []
    with desk.engine.begin() as connection:
        again = claim(connection, desk.run, desk.now, 10)
    assert {row.recipient for row in again} == {row.recipient for row in rows[2:]}
    desk.sent(again)
    assert desk.finish() == [reference]
    assert desk.counts(reference)["sent"] == 4
    with desk.engine.connect() as connection:
        results = broadcasts.results(connection, reference)
    assert sum(one["texts"] for one in results) == 4
    assert {one["region"] for one in results} == {"EAST"}


def test_what_is_of_no_use_any_more_is_crossed_off(desk: Desk) -> None:
    reference = desk.start(valid_minutes=30)
    desk.freeze()
    assert all(row.not_after == AT + HOUR // 2 for row in desk.dispatch(1).rows)
    desk.now += HOUR // 2
    while desk.dispatch().again_at is not None:
        pass
    found = desk.counts(reference)
    assert (found["recipients"], found["skipped"]) == (1, {"no_phone": 1, "too_late": 3})


def test_a_time_is_waited_for_and_a_pause_before_it_holds(desk: Desk) -> None:
    reference = desk.draft(at=AT + HOUR)
    assert desk.do("start", reference) == "scheduled"
    assert desk.due() == []
    assert desk.do("pause", reference) == "paused"
    desk.now = AT + HOUR
    assert desk.due() == []
    assert desk.do("resume", reference) == "scheduled"
    assert desk.due() == [reference]
    assert desk.counts(reference)["state"] == "running"


def test_started_twice_it_still_waits_for_its_time_unless_told_not_to(desk: Desk) -> None:
    reference = desk.draft(at=AT + HOUR)
    assert desk.do("start", reference) == "scheduled"
    with pytest.raises(BroadcastRefused, match="waits for its time already, 2"):
        desk.do("start", reference)
    assert desk.counts(reference)["state"] == "scheduled"
    assert desk.do("start", reference, early=True) == "running"


def test_a_rule_brings_a_job_each_time_and_lets_go_what_it_missed_by_far(desk: Desk) -> None:
    series = desk.draft(cron="0 14 * * *", zone="Asia/Shanghai")
    assert desk.do("start", series) == "scheduled"
    with pytest.raises(BroadcastRefused, match="comes again by its rule"):
        desk.do("start", series)
    desk.now = AT + 2 * HOUR
    (first,) = desk.due()
    assert desk.due() == []
    desk.freeze()
    assert len(desk.dispatch().rows) == 4
    desk.now += 24 * HOUR + 1000
    (second,) = desk.due()
    assert second != first
    desk.now += 3 * 24 * HOUR + 2 * HOUR  # three days without a daemon
    assert desk.due() == []
    desk.now += 22 * HOUR
    assert len(desk.due()) == 1
    assert desk.do("cancel", series) == "cancelled"
    desk.now += 24 * HOUR
    assert desk.due() == []
    with desk.engine.connect() as connection:
        children = [row for row in broadcasts.list_broadcasts(connection) if row["series"] == series]
    assert len(children) == 3


def test_an_audience_that_cannot_be_asked_any_more_pauses_its_job(desk: Desk) -> None:
    reference = desk.start("tier:B")
    with desk.engine.begin() as connection:
        connection.execute(update(broadcast).values(audience="tier:Q"))
    desk.freeze()
    with desk.engine.connect() as connection:
        row = broadcasts.find(connection, reference)
    assert row["state"] == "paused"
    assert row["why"].startswith("there is no tier 'Q'")


def test_a_text_that_a_person_sends_again_goes_out_though_its_job_is_done(desk: Desk) -> None:
    reference = desk.start()
    desk.freeze()
    rows = desk.dispatch().rows
    desk.sent(rows)
    assert desk.finish() == [reference]
    with desk.engine.begin() as connection:
        connection.execute(update(message_out).where(message_out.c.id == rows[0].id).values(state="queued", run=None))
        assert [row.id for row in claim(connection, desk.run, desk.now, 10)] == [rows[0].id]


# ---- pace, and several jobs and daemons


def fill(desk: Desk, number: int) -> str:
    with desk.engine.begin() as connection:
        return f"list:{keep(connection, [f'+8613{n:09d}' for n in range(number)])}"


def test_a_pace_is_kept_over_slices_and_daemons(desk: Desk) -> None:
    desk.start(fill(desk, 400), pace=600)  # ten a second
    desk.freeze()
    other = open_desk(desk.engine)
    sent: list[int] = []
    for _ in range(2000):
        who = (desk, other)[len(sent) % 2]
        who.now = desk.now
        dispatched = who.dispatch(7)
        sent += [desk.now] * len(dispatched.rows)
        desk.now = max(desk.now + 3, dispatched.again_at or 0)
        if len(sent) == 400:
            break
    assert len(sent) == 400
    for moment in sent:
        assert len([one for one in sent if moment <= one < moment + 1000]) <= 20  # a second may be made up for
    assert (sent[-1] - sent[0]) / 1000 == pytest.approx(39.9, abs=1.1)


def test_the_pace_of_all_jobs_together_is_kept(engine: Engine) -> None:
    furnish(engine)
    desk = open_desk(engine, pace=1200)
    for _ in range(2):
        desk.start(fill(desk, 100))
        desk.freeze()
    began, sent = desk.now, 0
    while sent < 200:
        dispatched = desk.dispatch(50)
        sent += len(dispatched.rows)
        assert dispatched.again_at is not None or sent == 200
        desk.now = max(desk.now + 1, dispatched.again_at or 0)
    assert (desk.now - began) / 1000 == pytest.approx(10, abs=1.1)


def test_jobs_share_the_room_and_a_small_one_does_not_wait_for_a_large_one(desk: Desk) -> None:
    large = desk.start(fill(desk, 300))
    desk.freeze()
    small = desk.start("all")
    desk.freeze()
    rows = desk.dispatch(10).rows
    assert Counter(row.broadcast for row in rows) == {large: 5, small: 4}
    assert {row.recipient for row in rows if row.broadcast == small} == {OWNER, CLERK, FIELD, OTHER_OWNER}


def test_two_daemons_share_a_job_and_nobody_gets_it_twice(desk: Desk) -> None:
    reference = desk.start(fill(desk, 200))
    desk.freeze()
    other = open_desk(desk.engine)
    rows: list[OutboxRow] = []
    for turn in range(40):
        rows += (desk, other)[turn % 2].dispatch(7).rows
    assert len(rows) == len({row.recipient for row in rows}) == 200
    # One dies: what it had claimed has an unknown outcome, all the rest is as it was.
    desk.sent(rows[:150])
    with desk.engine.begin() as connection:
        connection.execute(text("UPDATE run SET heartbeat_at = 0"))
        third = begin_run(connection, "there", 2, AT)
        assert recover(connection, third, AT, bulk=100).rows == ()
    found = desk.counts(reference)
    assert (found["sent"], found["unknown"], found["queued"]) == (150, 50, 0)
    assert desk.finish() == [reference]
    assert desk.do("retry", reference, unknown=True) == 50


def test_a_daemon_that_finds_another_at_work_looks_again_soon(desk: Desk) -> None:
    desk.start()
    desk.freeze()
    if desk.engine.dialect.name == "sqlite":
        pytest.skip("a SQLite database has one daemon")
    other = open_desk(desk.engine)
    with desk.keeper.transaction(at(desk.now)) as books:
        assert len(desk.dispatcher.dispatch(books, 2, desk.now).rows) == 2
        dispatched = other.dispatch(2)
        assert (dispatched.rows, dispatched.again_at) == ([], desk.now + 20)
    assert len(other.dispatch(2).rows) == 2


def test_a_slice_that_is_rolled_back_leaves_the_cursor_where_it_was(desk: Desk) -> None:
    reference = desk.start()
    desk.freeze()
    with desk.keeper.transaction(NOON, keep=False) as books:
        assert len(desk.dispatcher.dispatch(books, 10, AT).rows) == 4
    assert len(desk.dispatch().rows) == 4
    assert desk.dispatch().rows == []
    assert desk.counts(reference)["queued"] == 4


def test_a_job_of_a_link_is_fed_by_a_daemon_that_has_it(desk: Desk) -> None:
    desk.links = ("operator-a", "operator-b")
    desk.start(link="operator-b")
    desk.freeze()
    desk.dispatcher = Dispatcher(
        lambda own, zone: Calendar.of(zone, own or "09:00-20:00"), "UTC", HOUR, links=("operator-a",)
    )
    assert desk.dispatch().rows == []
    desk.dispatcher = Dispatcher(
        lambda own, zone: Calendar.of(zone, own or "09:00-20:00"), "UTC", HOUR, links=("operator-b",)
    )
    rows = desk.dispatch().rows
    assert len(rows) == 4
    assert {row.link for row in rows} == {"operator-b"}


def test_a_survey_says_its_options_and_takes_answers_until_its_time(desk: Desk) -> None:
    options = {"en": ("Good {so far}", "Bad"), "zh": ("好", "不好")}
    texts = {"en": "How is the A350?", "zh": "A350怎么样?"}
    reference = desk.start(texts=texts, options=options, answers_until=AT + HOUR)
    desk.freeze()
    rows = desk.dispatch().rows
    assert {row.text for row in rows} == {"How is the A350?\n1 Good {so far}\n2 Bad", "A350怎么样?\n1 好\n2 不好"}
    with desk.keeper.transaction(at(desk.now)) as books:
        assert books.broadcasts.survey(OWNER) is None  # it was not sent yet
    desk.sent(rows)
    with desk.keeper.transaction(at(desk.now)) as books:
        asked = books.broadcasts.survey(CLERK)
        assert asked is not None
        assert (asked.reference, asked.options) == (reference, ("好", "不好"))
    with desk.keeper.transaction(at(AT + HOUR)) as books:
        assert books.broadcasts.survey(CLERK) is None


# ---- the trail


def test_a_row_that_was_changed_or_taken_out_of_the_trail_shows(desk: Desk) -> None:
    desk.draft()
    desk.draft()
    desk.draft()
    put_in_order(desk.engine)
    with desk.engine.begin() as connection:
        assert list(audit.faults(connection)) == []
        assert [entry.who for entry in audit.entries(connection, who="li")] == ["li"] * 3
        second = audit.entries(connection)[1].id
        connection.execute(text("UPDATE audit SET who = 'wang' WHERE id = :id"), {"id": second})
        assert len(list(audit.faults(connection))) == 1
        connection.execute(text("DELETE FROM audit WHERE id = :id"), {"id": second})
        (fault,) = audit.faults(connection)
        assert "B1003" in fault
    with desk.engine.connect() as connection:
        assert connection.execute(message_out.select()).all() == []
