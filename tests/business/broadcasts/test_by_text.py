"""Broadcasts that a phone asks for, over SQL: what the ledger of dictionaries says, and what becomes of the rows."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update

from smsgw.business.audiences.books.lexicon import lexicon_rows
from smsgw.business.audiences.books.people import save
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.broadcasts import actions
from smsgw.business.broadcasts.books import broadcasts, by_text, release
from smsgw.business.broadcasts.rules.broadcasts import BroadcastStarted
from smsgw.business.consent.books import consents
from smsgw.business.consent.rules import Consent
from smsgw.business.conversation.tables import booking, pending_question
from smsgw.business.core.principal import Person
from smsgw.business.core.session import Session
from smsgw.business.dialogue import answer
from smsgw.business.directory.books.network import ContactRow, put_contacts
from smsgw.business.directory.books.regions import regions
from smsgw.business.directory.tables import dealer
from smsgw.business.messages.rules import Inbound
from smsgw.business.messages.tables import broadcast, broadcast_recipient, message_out
from smsgw.business.verify import verify
from smsgw.errors import Refused
from smsgw.gateway.outbound.tariff import LinkTariff
from smsgw.gateway.understanding import understanding_of
from smsgw.settings.sections import Broadcast, Settings, Smsc
from smsgw.store import audit
from smsgw.store.instants import to_ms
from smsgw.store.transaction import only_reading
from tests.business.dict_ledger import FIELD, HQ, MANAGER, OTHER_OWNER, OWNER, START, DictLedger, sample
from tests.business.said import settle

SETTINGS = Settings(
    smsc=(Smsc(name="a", host="h", system_id="s", part_cost=0.05),),
    broadcast=Broadcast(window="09:00-20:00", approval_above_recipients=5),
)


class Phones:
    """A deployment that phones text to; the clock moves on a minute with each text."""

    def __init__(self, engine: Engine, books: DictLedger, settings: Settings = SETTINGS) -> None:
        settle(engine, books)
        with engine.begin() as connection:
            for name, expression in books.audiences.items():
                save(connection, name, expression, "hq", 1)
        self.engine = engine
        self.at = START
        self.keeper = Bookkeeper(engine, settings.trade_rules(), tariff=LinkTariff(settings), clock=START.timestamp)
        with self.keeper.transaction(START) as store:
            for phone, words in books.words.items():
                for word in words:
                    consents.decide(store.work, phone, word.topic, word.granted)
        with engine.connect() as connection:
            self.words = understanding_of(settings, lexicon_rows(connection))

    def say(self, phone: str, said: str, after: timedelta = timedelta(minutes=1)) -> str:
        self.at += after
        reading = self.words.read(said, self.at.timestamp(), phone)
        text = Inbound("a", 1, phone, "1069", said, reading.folded, said.encode("utf-8", "surrogatepass"), 0, self.at)
        with self.keeper.transaction(self.at) as books:
            assert not books.receive(text).redelivery
            decision = answer(reading, phone, books)
            return self.words.word(decision.replies, decision.language)

    def row(self, reference: str) -> dict[str, Any]:
        with self.engine.connect() as connection:
            return dict(broadcasts.find(connection, reference))

    def states(self) -> dict[str, str]:
        with self.engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(select(broadcast.c.reference, broadcast.c.state))}

    def texts(self) -> list[tuple[str, str, str, str | None]]:
        out = message_out.c
        with self.engine.connect() as connection:
            rows = connection.execute(select(out.recipient, out.text, out.kind, out.author).order_by(out.id))
            return [tuple(row) for row in rows]

    def frozen(self, reference: str) -> list[str]:
        """Freeze audiences, and who is to get a broadcast."""
        now = to_ms(self.at)
        with self.keeper.transaction(self.at) as books:
            connection = books.connection
            while release.freeze(connection, regions(connection, "Asia/Shanghai"), now) is not None:
                pass
        to = broadcast_recipient.c
        with self.engine.connect() as connection:
            return sorted(connection.scalars(select(to.phone).where(to.broadcast == reference)))

    def faults(self) -> list[Any]:
        with self.engine.connect() as connection:
            return list(verify(connection))


@pytest.fixture
def phones(engine: Engine) -> Phones:
    return Phones(engine, sample())


def chances(seed: int) -> tuple[random.Random, DictLedger]:
    """The sample network with words of STOP, closed shops and saved audiences by chance."""
    chance = random.Random(seed)
    books = sample()
    books.audiences = {"VIP": "tier:A and role:owner", "Rest": "not tier:A", "Gone": "region:EAST or role:clerk"}
    for phone in books.actors:
        if chance.random() < 0.25:
            books.words[phone].append(Consent(chance.choice(["", "prices"]), False))
    for phone in [phone for phone in books.actors if chance.random() < 0.2]:
        if phone not in (MANAGER, HQ):
            del books.actors[phone]
    return chance, books


@pytest.mark.parametrize("seed", range(5))
def test_the_store_says_what_the_ledger_of_dictionaries_says(engine: Engine, seed: int) -> None:
    chance, books = chances(seed)
    books.tariff = LinkTariff(SETTINGS)
    phones = Phones(engine, books)
    groups = ["CHINA", "EAST", "WEST", "VIP", "REST", "GONE", "ALL", "OWNERS", "CLERKS", "PROMOTERS", "FIELD", "NONE"]
    with phones.keeper.transaction(START) as store:
        for group in groups:
            for area in (None, "CHINA", "EAST", "WEST"):
                text = chance.choice(["hi", "x" * 161, "新价" * 40, "{dealer} ｛name｝ }{"])
                found = store.broadcasts.estimate(group, area, text)
                if found is not None:
                    found = replace(found, samples=(), links=())  # which a text does not tell
                assert found == books.broadcasts.estimate(group, area, text), (group, area)


def test_a_draft_is_a_row_that_yes_starts(phones: Phones) -> None:
    assert phones.say(MANAGER, "BC EAST New prices {from} Monday").startswith(
        "B1001 EAST: 5 people, 1 part, 5 SMS = 0.25. Left out: 0 STOP."
    )
    row = phones.row("B1001")
    assert (row["state"], row["author"], row["audience"]) == ("draft", MANAGER, "region:CHINA and region:EAST")
    assert (row["recipients"], row["parts"], row["cost"]) == (5, 5, 25)
    assert phones.say(MANAGER, "TEST").startswith("B1001 comes to you alone.")
    assert phones.texts() == [(MANAGER, "New prices {from} Monday", "reminder", MANAGER)]
    assert phones.say(MANAGER, "YES").startswith("OK B1001: goes to 5 people now.")
    row = phones.row("B1001")
    assert (row["state"], row["approver"], row["released_at"]) == ("running", MANAGER, to_ms(phones.at))
    assert phones.frozen("B1001") == [f"+861390000000{n}" for n in (1, 2, 3, 4, 7)]
    with phones.engine.connect() as connection:
        trail = [(entry.what, entry.who) for entry in audit.entries(connection)]
    assert [what for what in trail if what[1] == MANAGER] == [
        (f"broadcast {what}", MANAGER) for what in ("created", "tested", "approved", "started")
    ]
    assert phones.say(MANAGER, "bc east New prices {from} Monday").startswith("The same text is B1001 ")
    assert phones.say(MANAGER, "UNDO").startswith("OK B1001: stopped.")
    assert phones.states() == {"B1001": "cancelled"}
    assert phones.faults() == []


def test_no_drops_a_later_draft_replaces_and_a_lapsed_one_is_cancelled(phones: Phones) -> None:
    phones.say(MANAGER, "BC EAST one")
    phones.say(MANAGER, "BC EAST two")
    assert phones.states() == {"B1001": "cancelled", "B1002": "draft"}
    assert phones.say(MANAGER, "NO") == "B1002 dropped. Nothing was sent."
    phones.say(MANAGER, "BC EAST two")
    assert phones.say(MANAGER, "YES", after=timedelta(hours=3)).startswith("B1003 was not confirmed in time")
    assert set(phones.states().values()) == {"cancelled"}
    assert phones.row("B1003")["why"] == "not confirmed"
    assert phones.say(MANAGER, "YES").startswith("No question of ours is open")
    with phones.engine.connect() as connection:
        undone = select(booking.c.reference).where(booking.c.undone_at.is_not(None))
        assert sorted(connection.scalars(undone)) == ["B1001", "B1002", "B1003"]
    assert phones.faults() == []


def test_the_daemon_cancels_drafts_that_nobody_answers(phones: Phones) -> None:
    def lapsed(at: datetime) -> list[str]:
        with phones.engine.begin() as connection:
            return release.lapse(connection, to_ms(at))

    phones.say(MANAGER, "BC EAST one")
    asked = phones.at
    assert lapsed(asked + timedelta(minutes=29)) == []
    assert lapsed(asked + timedelta(hours=2)) == ["B1001"]
    assert lapsed(asked + timedelta(hours=2)) == []
    assert phones.states() == {"B1001": "cancelled"}
    assert phones.say(MANAGER, "YES", after=timedelta(hours=2)).startswith("B1001 was not confirmed in time")
    # What waits for somebody else's approval, or is of the desk, does not lapse.
    phones.say(MANAGER, "BC ALL two")
    assert phones.say(MANAGER, "YES").startswith("B1002 to 7 people waits for somebody else's approval")
    assert lapsed(phones.at + timedelta(days=3)) == []
    assert phones.states()["B1002"] == "draft"
    with phones.engine.begin() as connection:

        def session(who: str) -> Session:
            return Session(Person(who), to_ms(phones.at), only_reading(connection), SETTINGS.trade_rules())

        with pytest.raises(broadcasts.BroadcastRefused):
            actions.approve(session(MANAGER), "B1002")
        assert actions.approve(session("wang"), "B1002").state == "approved"


def test_counting_ends_with_one_more_than_is_counted(
    phones: Phones, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_text, "MOST_COUNTED", 3)
    with phones.keeper.transaction(START) as store:
        found = store.broadcasts.estimate("ALL", None, "hi")
    assert found is not None and (found.recipients, found.parts, found.cost) == (4, 4, 20)


def test_an_audience_that_speaks_of_what_is_gone_is_told(engine: Engine) -> None:
    books = sample()
    books.audiences = {"Top": "tier:A"}
    phones = Phones(engine, books)
    with engine.begin() as connection:
        connection.execute(update(dealer).where(dealer.c.tier == "A").values(tier="B"))
        connection.exec_driver_sql("DELETE FROM price WHERE tier = 'A'")
        connection.exec_driver_sql("DELETE FROM tier WHERE code = 'A'")
    assert phones.say(HQ, "BC top hi") == "There is no group TOP any more. Nothing was sent."
    assert phones.states() == {}


def test_a_deployment_writes_what_a_phone_says_and_nobody_elses_question_is_answered(phones: Phones) -> None:
    odd = "a\x00b \ud800 end"
    phones.say(MANAGER, f"BC EAST {odd}")
    with phones.engine.connect() as connection:
        assert connection.scalar(select(pending_question.c.kind)) == "broadcast"
    assert phones.say(HQ, "YES").startswith("No question of ours is open")
    assert phones.say(OWNER, "TEST").startswith("Hello! This number takes reports")  # it tries whether we are there
    assert phones.say(FIELD, "BC EAST hi").startswith("BC is for managers")
    with phones.engine.begin() as connection:
        put_contacts(connection, [ContactRow(MANAGER, "M", "field", None, "EAST", "en")])
    assert phones.say(MANAGER, "YES").startswith("BC is for managers")
    assert phones.states() == {"B1001": "cancelled"}


def test_what_a_text_asks_for_is_the_action_of_its_phone_and_what_lapses_is_of_nobody(phones: Phones) -> None:
    phones.say(MANAGER, "BC EAST one")
    phones.say(MANAGER, "BC EAST two")  # in the place of the one before
    phones.say(MANAGER, "NO")
    phones.say(MANAGER, "BC EAST three")
    phones.say(MANAGER, "YES")
    phones.say(MANAGER, "BC EAST four")
    with phones.engine.begin() as connection:
        put_contacts(connection, [ContactRow(MANAGER, "M", "field", None, "EAST", "en")])
    assert phones.say(MANAGER, "UNDO B1003").startswith("BC is for managers")
    assert phones.say(MANAGER, "YES").startswith("BC is for managers")
    assert phones.states() == {"B1001": "cancelled", "B1002": "cancelled", "B1003": "running", "B1004": "cancelled"}
    with phones.engine.connect() as connection:
        cancelled = [
            (entry.subject, entry.who, entry.detail["why"])
            for entry in audit.entries(connection)
            if entry.what == "broadcast cancelled"
        ]
    assert cancelled == [
        ("B1001", "smsgw", "replaced by a later one"),
        ("B1002", MANAGER, "not wanted"),
        ("B1004", "smsgw", "its author has lost the right"),
    ]
    assert phones.faults() == []


def test_the_action_itself_refuses_what_a_phone_may_not(phones: Phones) -> None:
    phones.say(MANAGER, "BC ALL to more than one person may send to alone")
    for phone, told in ((OWNER, "may not write broadcasts"), (FIELD, "may not write"), (MANAGER, "somebody else than")):
        with phones.keeper.transaction(phones.at) as books:
            books.work.phone = phone
            with pytest.raises(Refused, match=told):
                books.apply([BroadcastStarted("B1001")])
    assert phones.states() == {"B1001": "draft"}


def test_a_rule_and_a_phone_draw_their_references_from_one_series(phones: Phones) -> None:
    phones.say(MANAGER, "BC EAST one")
    with phones.keeper.transaction(phones.at) as books:
        books.work.phone = MANAGER
        assert books.reference("B") == "B1002"
        books.work.flush()
        assert release.release_due(books.connection, to_ms(phones.at), lambda: books.reference("B")) == []
    assert phones.say(MANAGER, "BC EAST two").startswith("B1003 ")


TEXTS = ("BC EAST one", "bc all two", "群发 CHINA 三", "BC VIP four", "BC NOBODY five", "BC OWNERS six")
BARE = ("YES", "NO", "TEST", "UNDO", "LAST", "1")
NAMED = ("YES B1001", "NO 1002", "TEST 1003", "UNDO B1002", "2", "UNDO 1004")


@pytest.mark.parametrize("seed", range(5))
def test_any_walk_of_texts_and_answers_goes_as_in_the_ledger_of_dictionaries(engine: Engine, seed: int) -> None:
    chance, books = chances(seed)
    books.tariff = LinkTariff(SETTINGS)
    books._trade = SETTINGS.trade_rules()
    phones = Phones(engine, books)
    for _ in range(60):
        phone = chance.choice((MANAGER, MANAGER, HQ))
        said = chance.choice(chance.choice((TEXTS, TEXTS, BARE, BARE, BARE, NAMED)))
        after = timedelta(minutes=chance.choice((1, 1, 1, 1, 1, 5, 61)))
        reading = phones.words.read(said, (phones.at + after).timestamp(), phone)
        books.begin(phone, reading.folded, after)
        decision = answer(reading, phone, books)
        expected = phones.words.word(decision.replies, decision.language)
        assert phones.say(phone, said, after) == expected, said
        if books.sent and chance.random() < 0.15:  # an operator starts one, or ends it
            reference = chance.choice(sorted(books.sent))
            state = books.sent[reference].state
            step, then = chance.choice((("cancel", "cancelled"), ("start", "running")))
            if state == "draft" or (state == "running" and then == "cancelled"):
                with engine.begin() as connection:
                    trade = SETTINGS.trade_rules()
                    wang = Session(Person("wang"), to_ms(phones.at), only_reading(connection), trade)
                    getattr(actions, step)(wang, reference)
                books._broadcast_is(reference, then)
        assert phones.states() == {sent.reference: sent.state for sent in books.sent.values()}
        for who in (MANAGER, HQ):
            asked = [question for question in books.conversation.questions(who) if question.kind == "broadcast"]
            assert len(asked) <= 1
    assert len([row for row in phones.texts() if row[2] == "reminder"]) == len(books.tried)
    assert phones.faults() == []


def test_a_shop_that_was_not_sent_a_broadcast_cannot_ask_about_it(phones: Phones) -> None:
    phones.say(MANAGER, "BC EAST A350 price changes 20Apr")
    with phones.keeper.transaction(phones.at) as books:
        out = {"id": 70, "recipient": OWNER, "text": "hi", "kind": "broadcast", "priority": 3, "state": "sent"}
        books.connection.execute(
            insert(message_out).values(**out, parts=1, attempts=1, created_at=1, broadcast="B1001")
        )
    assert phones.say(OWNER, "MSG B1001 from when on?").startswith("OK C1001")
    missing = phones.say(OTHER_OWNER, "MSG B1009 from when on?")
    assert phones.say(OTHER_OWNER, "MSG B1001 from when on?") == missing.replace("B1009", "B1001")
