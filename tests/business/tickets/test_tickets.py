"""Tickets over SQL: from the shop's text to the last word, with what is told to whom, when, and when not."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text, update

from smsgw.business.audiences.books.lexicon import lexicon_rows
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.consent.books import consents
from smsgw.business.core.command import Command, Reading
from smsgw.business.dialogue import answer
from smsgw.business.directory.books.network import ContactRow, put_contacts
from smsgw.business.directory.tables import contact
from smsgw.business.messages.tables import message_out
from smsgw.business.notifications.tables import notice
from smsgw.business.tickets.books import notices as ticket_notices
from smsgw.business.tickets.books import tickets
from smsgw.business.tickets.rules import ANSWERED, ENDED, SETTLED, Assignee, TicketMoved
from smsgw.business.tickets.tables import ticket
from smsgw.business.verify import verify
from smsgw.gateway.scheduled.reminders import reminder_job
from smsgw.gateway.understanding import understanding_of
from smsgw.settings.sections import Broadcast, Settings, Tickets
from smsgw.values.state_table import IllegalMove
from tests.business.dict_ledger import CLERK, FIELD, HQ, MANAGER, OWNER, START, WEST_OWNER, DictLedger, sample
from tests.business.said import settle

SETTINGS = Settings(broadcast=Broadcast(window="09:00-20:00"), tickets=Tickets())
TEN = START  # in Shanghai, on 15 April, a Wednesday
NOON = START + timedelta(hours=2)
DUE = datetime(2026, 4, 16, 10, tzinfo=UTC)  # 18:00 there, a day of work later


class Office:
    """A deployment whose clock the test moves: texts come in, and the look after notices tells what is to be told."""

    def __init__(self, engine: Engine, books: DictLedger, settings: Settings = SETTINGS) -> None:
        settle(engine, books)
        self.engine = engine
        self.settings = settings
        self.at = TEN
        self.keeper = Bookkeeper(engine, settings.trade_rules(), clock=START.timestamp)
        with engine.connect() as connection:
            self.words = understanding_of(settings, lexicon_rows(connection))

    def text(self, phone: str, said: str) -> str:
        """Send a text; the answer to it."""
        self.at += timedelta(seconds=1)
        reading = self.words.read(said, self.at.timestamp(), phone)
        with self.keeper.transaction(self.at) as books:
            books.work.phone = phone
            decision = answer(reading, phone, books)
            return self.words.word(decision.replies, decision.language)

    def desk(self, *records: TicketMoved) -> None:
        with self.keeper.transaction(self.at) as books:
            books.apply(records)

    def look(self, **later: float) -> list[tuple[str, str]]:
        """Look after notices, so much later; the texts that were queued by it."""
        self.at += timedelta(**later)
        with self.keeper.transaction(self.at) as books:
            reminder_job(self.settings, self.words, self.at.timestamp()).run(books)
        told = self.texts()
        with self.keeper.transaction(self.at) as books:  # whatever was told is told once
            assert reminder_job(self.settings, self.words, self.at.timestamp()).run(books) == 0
        return told

    def texts(self) -> list[tuple[str, str]]:
        """The texts queued since this was last asked."""
        with self.engine.begin() as connection:
            rows = connection.execute(
                select(message_out.c.recipient, message_out.c.text, message_out.c.calendar)
                .where(message_out.c.state == "queued")
                .order_by(message_out.c.id)
            ).all()
            connection.execute(update(message_out).values(state="sent"))
        assert all(calendar for _, _, calendar in rows)
        return [(phone, text) for phone, text, _ in rows]

    def state(self, reference: str = "C1001") -> str:
        with self.engine.connect() as connection:
            assert verify(connection) == []
            found = connection.scalar(select(ticket.c.state).where(ticket.c.reference == reference))
        assert found is not None
        return str(found)


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office(engine, sample())


def test_from_the_first_word_to_the_last(office: Office) -> None:
    assert office.text(OWNER, "MSG box was wet") == (
        "OK C1001: noted. Person 4 answers by 16Apr 18:00. Add more: MSG C1001 + text"
    )
    assert office.look(minutes=1) == [
        (FIELD, f"Ticket C1001, D1001, {OWNER}: answer by 16Apr 18:00. Settled? YES C1001. They say: box was wet")
    ]
    assert office.text(CLERK, "反馈 C1001 还有两箱").startswith("已收C1001:已补充")
    assert office.look(minutes=1) == [
        (FIELD, f"More on C1001, D1001, {CLERK}: answer by 16Apr 18:00. Settled? YES C1001. They say: 还有两箱")
    ]
    assert office.text(FIELD, "YES C1001") == "C1001: we ask D1001 whether it is settled."
    assert office.look(minutes=1) == [
        (CLERK, "C1001:我们得知已解决,对吗?请回:是 C1001 或 否 C1001。 您说: 还有两箱")  # who wrote last
    ]
    assert office.text(CLERK, "否") == "已收C1001:已重新受理,4月16日 18:00前由Person 4答复。"
    assert office.look(minutes=1) == [
        (
            FIELD,
            f"C1001 is not settled, says D1001, {CLERK}: answer by 16Apr 18:00. Settled? YES C1001. They say: 还有两箱",
        )
    ]
    office.text(FIELD, "yes c1001")
    assert [phone for phone, _ in office.look(minutes=1)] == [CLERK]
    assert office.text(CLERK, "是") == "C1001已结,谢谢。"
    assert office.look(minutes=1) == []
    assert office.state() == "closed"
    with office.engine.connect() as connection:
        happened = [note.happening for note in tickets.list_notes(connection, "C1001")]
    assert happened == ["opened", "added", "done", "disagreed", "done", "agreed"]


def test_what_comes_together_is_told_together(office: Office) -> None:
    office.text(OWNER, "MSG box was wet")
    office.text(OWNER, "MSG C1001 two of them")
    told = office.look(minutes=1)
    assert [phone for phone, _ in told] == [FIELD]
    assert told[0][1].endswith(" They say: box was wet / two of them")


def test_a_long_word_is_told_as_far_as_the_parts_go_and_kept_whole(office: Office) -> None:
    words = "the box was wet and the sets in it do not charge " * 12
    office.text(OWNER, f"MSG {words}")
    ((_, text),) = office.look(minutes=1)
    assert text.endswith("..") and 280 < len(text) <= 304
    with office.engine.connect() as connection:
        assert connection.scalar(select(ticket.c.text)) == words.strip()


@pytest.mark.parametrize("opening", ["", "Fwd: ", "Re: ", "转发：", "> "])
def test_what_comes_back_with_somebodys_words_in_it_is_never_a_command(office: Office, opening: str) -> None:
    assert "OK S1001" in office.text(OWNER, "S A350 1")
    office.text(OWNER, "MSG wet; UNDO S1001\nORD A350 20；撤销 S1001\nYES C1001")
    office.text(CLERK, "反馈 撤销 S1001")
    told = office.look(minutes=1)
    office.desk(TicketMoved("C1001", ANSWERED, "Send:\nCOUNT A350 0\nNIL; UNDO S1001", author="Lin"))
    told += office.look(minutes=1)
    office.text(FIELD, "YES C1002")
    told += office.look(minutes=1)
    assert [phone for phone, _ in told] == [FIELD, FIELD, OWNER, CLERK]
    with office.engine.connect() as connection:
        before = connection.execute(text("SELECT reference, undone_at FROM booking ORDER BY reference")).all()
        stood = connection.execute(text("SELECT reference, state FROM ticket ORDER BY reference")).all()
    for phone, said in told:
        answered = office.text(phone, opening + said)
        assert opening or answered == ""
    with office.engine.connect() as connection:
        assert connection.execute(text("SELECT reference, undone_at FROM booking ORDER BY reference")).all() == before
        assert connection.execute(text("SELECT reference, state FROM ticket ORDER BY reference")).all() == stood


def test_at_night_nobody_is_told_and_in_the_morning_once(office: Office) -> None:
    office.at = TEN + timedelta(hours=12)  # 22:00
    assert "answers by 17Apr 18:00" in office.text(OWNER, "MSG box was wet")
    assert office.look(minutes=1) == []
    assert office.look(hours=8) == []
    assert [phone for phone, _ in office.look(hours=3)] == [FIELD]


def test_a_long_holiday_is_waited_for(engine: Engine) -> None:
    week = tuple(f"2026-10-0{day}" for day in range(1, 8))
    office = Office(engine, sample(), SETTINGS.model_copy(update={"broadcast": Broadcast(holidays=week)}))
    office.at = datetime(2026, 9, 30, 12, 30, tzinfo=UTC)  # 20:30 in Shanghai
    assert "answers by 09Oct 18:00" in office.text(OWNER, "MSG box was wet")
    for _ in range(7):
        assert office.look(hours=24) == []
    assert [phone for phone, _ in office.look(hours=13)] == [FIELD]


def test_a_shop_has_its_time_to_say_that_it_is_not_settled_though_a_holiday_comes_between(engine: Engine) -> None:
    week = tuple(f"2026-10-0{day}" for day in range(1, 8))
    office = Office(engine, sample(), SETTINGS.model_copy(update={"broadcast": Broadcast(holidays=week)}))
    office.at = datetime(2026, 9, 30, 12, 30, tzinfo=UTC)
    office.text(OWNER, "MSG box was wet")
    office.text(FIELD, "YES C1001")
    for _ in range(7):
        assert office.look(hours=24) == []
    assert [phone for phone, _ in office.look(hours=13)] == [OWNER]
    office.look(hours=71)
    assert office.state() == SETTLED
    office.look(hours=1)
    assert office.state() == "closed"


def test_reminded_before_it_is_due_then_told_to_those_above(office: Office) -> None:
    office.text(OWNER, "MSG box was wet")
    office.look(minutes=1)
    office.at = DUE - timedelta(hours=4, minutes=1)
    assert office.look() == []
    assert office.look(minutes=1) == [
        (FIELD, f"C1001, D1001, {OWNER}: your answer is due 16Apr 18:00. Settled? YES C1001. They say: box was wet")
    ]
    office.at = DUE - timedelta(minutes=1)
    assert office.look() == []
    late = "1 late without an answer: C1001 D1001 (Person 4)."
    assert sorted(office.look(minutes=1)) == sorted([(FIELD, late), (MANAGER, late)])
    assert office.look(minutes=30) == []
    assert office.look(hours=23) == []
    assert office.look(minutes=31) == [(HQ, late)]
    for day in range(10):
        assert office.look(hours=24) == [], day
    assert office.text(MANAGER, "YES C1001") == "C1001: we ask D1001 whether it is settled."


def test_a_deadline_that_begins_anew_is_reminded_of_anew(office: Office) -> None:
    office.text(OWNER, "MSG box was wet")
    office.text(FIELD, "YES C1001")
    office.look(minutes=1)
    office.at = DUE + timedelta(hours=15, minutes=30)  # 9:30 the day after
    office.text(OWNER, "NO")
    assert [phone for phone, _ in office.look(minutes=1)] == [FIELD]
    office.at = DUE + timedelta(days=4) - timedelta(hours=4)  # on Monday
    assert [text[:5] for _, text in office.look()] == ["C1001"]
    assert sorted(phone for phone, _ in office.look(hours=4)) == sorted([FIELD, MANAGER])


def test_several_late_ones_are_one_text(office: Office) -> None:
    for words in ("one", "two", "three"):
        office.text(OWNER, f"MSG {words}")
    office.text(WEST_OWNER, "MSG four")
    office.look(minutes=1)
    office.at = DUE
    told = dict(office.look())
    assert told[MANAGER].startswith("4 late without an answer: C1001 D1001 (Person 4), C1002 ")
    assert "C1004 D2001 (Person 5)" in told[MANAGER]
    assert told[FIELD].startswith("3 late without an answer: ")


def test_a_settled_ticket_is_closed_when_the_shop_says_nothing(office: Office) -> None:
    office.text(OWNER, "MSG box was wet")
    office.text(FIELD, "YES C1001")
    office.look(minutes=1)
    assert office.look(hours=71, minutes=58) == []
    assert office.state() == SETTLED
    office.look(minutes=2)
    assert office.state() == "closed"
    assert "closed" in office.text(OWNER, "YES C1001")


def test_stop_is_heeded_on_either_side(office: Office) -> None:
    office.text(OWNER, "MSG box was wet")
    with office.keeper.transaction(office.at) as books:
        consents.decide(books.work, FIELD, "tickets", False)
    assert office.look(minutes=1) == []
    office.text(OWNER, "MSG another")
    assert [phone for phone, _ in office.look(minutes=1)] == [MANAGER]  # who takes them has it
    with office.keeper.transaction(office.at) as books:
        consents.decide(books.work, OWNER, "", False)
    assert "please tell them" in office.text(MANAGER, "YES C1002")
    assert office.look(minutes=1) == []
    office.at = DUE + timedelta(minutes=1)
    assert [phone for phone, _ in office.look()] == [MANAGER]


def test_settled_before_anybody_was_told_tells_the_shop_alone(office: Office) -> None:
    office.text(OWNER, "MSG box was wet")
    office.text(FIELD, "YES C1001")
    assert [phone for phone, _ in office.look(minutes=1)] == [OWNER]


def test_withdrawn_is_told_to_who_was_told_of_it(office: Office) -> None:
    office.text(OWNER, "MSG box was wet")
    office.text(OWNER, "UNDO")
    assert office.look(minutes=1) == []
    office.text(OWNER, "MSG another box was wet")
    office.look(minutes=1)
    office.text(OWNER, "UNDO C1002")
    assert office.look(minutes=1) == [(FIELD, "C1002 of D1001 is closed: nothing more to do.")]


def test_the_office_answers_and_the_shop_is_asked(office: Office) -> None:
    office.text(OWNER, "MSG box was wet")
    office.desk(TicketMoved("C1001", ANSWERED, "Two new ones are on their way.", author="Lin"))
    assert office.look(minutes=1) == [
        (OWNER, "C1001: is it settled? YES C1001 or NO C1001. Our answer: Two new ones are on their way.")
    ]
    office.desk(TicketMoved("C1001", ANSWERED, "They left today.", author="Lin"))
    assert [text[-29:] for _, text in office.look(minutes=1)] == [" Our answer: They left today."]
    assert office.text(OWNER, "ok") == "C1001 is closed. Thank you."
    with pytest.raises(IllegalMove):
        office.desk(TicketMoved("C1001", ANSWERED, "late", author="Lin"))


def test_an_answer_is_told_though_there_was_more_to_say_before(office: Office) -> None:
    office.text(OWNER, "MSG box was wet")
    office.look(minutes=1)
    office.desk(TicketMoved("C1001", ANSWERED, "Two new ones come.", author="Lin"))
    office.text(OWNER, "MSG C1001 and the third")
    told = office.look(minutes=1)
    assert (OWNER, "To your ticket C1001. Our answer: Two new ones come.") in told
    assert [phone for phone, _ in told if phone != OWNER] == [FIELD]


def test_ended_by_the_office_with_a_word_or_without(office: Office) -> None:
    for words in ("one", "two"):
        office.text(OWNER, f"MSG {words}")
    office.look(minutes=1)
    office.desk(
        TicketMoved("C1001", ENDED, "See the card of May.", author="Lin"), TicketMoved("C1002", ENDED, author="Lin")
    )
    assert office.look(minutes=1) == [
        (OWNER, "To your ticket C1001. Our answer: See the card of May."),
        (FIELD, "C1001 of D1001 is closed: nothing more to do."),
        (FIELD, "C1002 of D1001 is closed: nothing more to do."),
    ]


def test_somebody_else_gets_it_and_who_had_it_hears_no_more(office: Office) -> None:
    office.text(OWNER, "MSG box was wet")
    office.look(minutes=1)
    office.desk(TicketMoved("C1001", "assigned", assignee=Assignee(5, "Person 5"), author="Lin"))
    assert [phone for phone, _ in office.look(minutes=1)] == [MANAGER]
    office.text(OWNER, "MSG C1001 hello?")
    assert [phone for phone, _ in office.look(minutes=1)] == [MANAGER]


def test_tickets_of_somebody_who_is_gone_go_to_the_next(office: Office) -> None:
    office.text(OWNER, "MSG box was wet")
    office.look(minutes=1)
    with office.engine.begin() as connection:
        connection.execute(update(contact).where(contact.c.id == 4).values(active=False))
    assert [phone for phone, _ in office.look(minutes=1)] == [MANAGER]
    with office.engine.connect() as connection:
        (row,) = tickets.list_rows(connection)
    assert (row.keeper, row.assignee_name, row.state) == (5, "Person 5", "open")


def test_without_anybody_in_the_field_it_is_headquarters_that_is_late(engine: Engine) -> None:
    books = sample()
    del books.actors[FIELD], books.actors[MANAGER], books.actors[HQ]
    office = Office(engine, books)
    assert office.text(OWNER, "MSG box was wet").startswith("OK C1001: noted. Our office answers by")
    assert office.look(minutes=1) == []
    with engine.begin() as connection:
        put_contacts(connection, [ContactRow(HQ, "Person 6", "hq", None, None, "en")])
    office.at = DUE
    assert office.look() == [(HQ, "1 late without an answer: C1001 D1001 (Our office).")]


def test_reminders_and_escalation_can_be_switched_off(engine: Engine) -> None:
    office = Office(engine, sample(), replace_settings(remind="", escalate=""))
    office.text(OWNER, "MSG box was wet")
    office.look(minutes=1)
    for _ in range(5):
        assert office.look(hours=24) == []


def replace_settings(**rules: Any) -> Settings:
    return SETTINGS.model_copy(update={"tickets": Tickets(**rules)})


def test_listing(office: Office) -> None:
    office.text(OWNER, "MSG one")
    office.text(WEST_OWNER, "MSG two")
    office.text(FIELD, "YES C1001")
    with office.engine.connect() as connection:

        def listed(**wanted: Any) -> list[str]:
            return [row.reference for row in tickets.list_rows(connection, **wanted)]

        assert listed() == ["C1001", "C1002"]
        assert listed(states=("settled",)) == ["C1001"]
        assert listed(dealer="D2001") == ["C1002"]
        due = int(DUE.timestamp() * 1000)
        assert listed(late_at=due - 1) == [] and listed(late_at=due) == ["C1002"]


def test_verify_finds_a_ticket_whose_state_its_notes_do_not_lead_to(office: Office) -> None:
    office.text(OWNER, "MSG box was wet")
    with office.engine.begin() as connection:
        connection.execute(update(ticket).values(state="closed"))
        (finding,) = verify(connection)
        assert (finding.cache, finding.key, finding.stored, finding.computed) == (
            "ticket.state",
            "C1001",
            "closed",
            "open",
        )


@pytest.mark.parametrize("seed", range(6))
def test_the_store_says_what_the_ledger_of_dictionaries_says(engine: Engine, seed: int) -> None:
    chance = random.Random(seed)
    books = sample()
    office = Office(engine, books)
    said = ("feedback", "yes", "no", "undo")
    for _ in range(60):
        phone = chance.choice([OWNER, OWNER, CLERK, FIELD, FIELD, MANAGER, WEST_OWNER])
        verb, reference = chance.choice(said), chance.choice(["C1001", "C1002", "C1003", None, None])
        words = f"words {chance.randrange(40)}" if verb == "feedback" else None
        command = Command(verb, reference=reference, text=words)
        if chance.random() < 0.3:
            for known in books.tickets.kept.values():
                if known.state == SETTLED and known.asked_at is None:
                    books.tickets.ask(known.reference, office.at)
                    with engine.begin() as connection:
                        ticket_notices.mark_asked(connection, known.reference, int(office.at.timestamp() * 1000))
        office.at += timedelta(minutes=chance.randrange(1, 300))
        reading = Reading(f"{verb} {reference} {words}", f"{verb} {reference} {words}", "accepted", (command,))
        books._now = office.at
        books.begin(phone, reading.folded, timedelta(0))
        expected = answer(replace(reading, folded=str(office.at)), phone, books)
        with office.keeper.transaction(office.at) as store:
            store.work.phone = phone
            actor = store.directory.actor(phone)
            store.work.contact = actor.contact if actor else None
            assert answer(reading, phone, store) == expected
    with engine.connect() as connection:
        rows = tickets.list_rows(connection)
        assert {(r.reference, r.state, r.keeper, r.text, r.phone) for r in rows} == {
            (t.reference, t.state, t.assignee.contact if t.assignee else None, t.text, t.phone)
            for t in books.tickets.kept.values()
        }
        for reference, steps in books.tickets.steps.items():
            assert [note.happening for note in tickets.list_notes(connection, reference)] == steps
        assert verify(connection) == []
        assert connection.execute(select(notice).where(notice.c.kind == "ticket")).first() is not None
