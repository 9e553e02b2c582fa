"""MSG: a ticket from its first word to its last, text by text, in both languages and as people type."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from smsgw.business.consent.rules import Consent
from smsgw.business.core.command import Command
from smsgw.business.core.principal import Actor
from smsgw.business.tickets import rules as tickets
from smsgw.business.tickets.rules import TicketMoved
from tests.business.conversation.test_conversation import text
from tests.business.dict_ledger import (
    CLERK,
    FIELD,
    HQ,
    MANAGER,
    OTHER_OWNER,
    OWNER,
    PROMOTER,
    WEST_OWNER,
    DictLedger,
    sample,
)
from tests.business.say import keys, say

NOTHING = "No question of ours is open: nothing to answer. Nothing changed. All commands: HELP"


def opened(words: str = "MSG box was wet", phone: str = OWNER) -> DictLedger:
    """The sample network with a ticket C1001 of D1001, which the field worker of the east has."""
    books = sample()
    assert "C1001" in text(books, phone, words)
    return books


def state(books: DictLedger, reference: str = "C1001") -> str:
    return books.tickets.kept[reference].state


def settled() -> DictLedger:
    """The ticket is settled, and its shop was asked."""
    books = opened()
    text(books, FIELD, "YES C1001")
    books.tickets.ask("C1001", books.now)
    return books


@pytest.mark.parametrize(
    ("phone", "said", "answered"),
    [
        (OWNER, "MSG box was wet", "OK C1001: noted. Person 4 answers by 16Apr 18:00. Add more: MSG C1001 + text"),
        (CLERK, "反馈 箱子湿了", "已收C1001:已记录,4月16日 18:00前由Person 4答复。补充回:反馈 C1001 内容"),
        (CLERK, "投诉箱子湿了，请回电！", "已收C1001:已记录,4月16日 18:00前由Person 4答复。补充回:反馈 C1001 内容"),
        (OWNER, "fb:  the display stand never came", "OK C1001: noted. Person 4 answers by 16Apr 18:00."),
        (WEST_OWNER, "complain nobody calls me back", "OK C1001: noted. Person 5 answers by 16Apr 18:00."),
    ],
)
def test_a_word_of_a_shop_has_somebody_to_answer_it_by_a_deadline(phone: str, said: str, answered: str) -> None:
    assert text(sample(), phone, said).startswith(answered)


def test_the_words_are_kept_as_they_were_typed_and_the_reference_beside_them() -> None:
    books = sample()
    text(books, OWNER, "S A350 1")
    text(books, OWNER, "msg s1001 Wrong colour,\ncall me -- Wang!")
    ticket = books.tickets.kept["C1001"]
    assert (ticket.subject, ticket.text) == ("S1001", "Wrong colour,\ncall me -- Wang!")
    assert books.headers["C1001"].dealer == "D1001"


def test_a_reference_that_is_not_the_shops_opens_nothing() -> None:
    books = sample()
    text(books, OTHER_OWNER, "S A350 1")
    for said in ("MSG S1001 not mine", "MSG O7731 box was wet", "MSG B12 what is this"):
        assert "Nothing was recorded" in text(books, OWNER, said)
    assert "未记录" in text(books, CLERK, "反馈 O7731 箱子湿了")
    assert books.tickets.kept == {}


def test_a_reference_alone_opens_nothing() -> None:
    books = opened()
    text(books, OWNER, "S A350 1")
    assert text(books, OWNER, "MSG s1001") == (
        "What about S1001? Nothing was recorded yet. Please send your words too: MSG S1001 + text"
    )
    assert "We do not know O9999" in text(books, OWNER, "MSG O9999")
    assert "没有您的工单C9999" in text(books, CLERK, "反馈 C9999")
    assert "We do not know a ticket C1001 of yours" in text(books, WEST_OWNER, "MSG C1001")
    assert text(books, OWNER, "MSG C1001").startswith("C1001 is open")
    assert list(books.tickets.kept) == ["C1001"]


def test_a_word_of_whoever_has_tickets_that_names_none_is_asked_back() -> None:
    books = opened()
    text(books, OTHER_OWNER, "MSG nobody calls me back")
    for said in ("yes", "YES please", "no"):
        assert text(books, FIELD, said) == (
            "Which ticket? You have C1001 (box was wet), C1002 (nobody calls me back). "
            "When one is settled: YES C1001. Nothing changed."
        )
    assert books.tickets.steps == {"C1001": ["opened"], "C1002": ["opened"]}


def test_the_same_text_again_is_one_ticket() -> None:
    books = opened()
    assert text(books, OWNER, "msg Box was wet").startswith("Already saved as C1001 at")
    assert list(books.tickets.kept) == ["C1001"]
    assert "OK C1002" in text(books, OWNER, "MSG another box was wet")


def test_more_is_added_and_the_same_once() -> None:
    books = opened()
    assert text(books, CLERK, "反馈 C1001 还有两箱") == "已收C1001:已补充,4月16日 18:00前由Person 4答复。"
    assert text(books, CLERK, "反馈 C1001 还有两箱").startswith("已收C1001")
    assert books.tickets.steps["C1001"] == ["opened", "added"]
    assert books.tickets.kept["C1001"].phone == CLERK
    assert "We do not know a ticket C1001 of yours" in text(books, WEST_OWNER, "MSG C1001 me too")
    assert "C4711" in text(books, OWNER, "MSG C4711 hello there")
    assert books.tickets.steps == {"C1001": ["opened", "added"]}


def test_settled_by_whoever_has_it_and_closed_by_the_shop() -> None:
    books = opened()
    assert text(books, OWNER, "yes c1001") == (
        "C1001 is open: Person 4 answers by 16Apr 18:00. Add more: MSG C1001 + text"
    )
    assert text(books, FIELD, "no C1001") == (
        "C1001 stays with you: answer by 16Apr 18:00. When it is settled: YES C1001"
    )
    assert text(books, FIELD, "Yes C1001.") == "C1001: we ask D1001 whether it is settled."
    assert text(books, FIELD, "YES C1001") == "C1001: we ask D1001 whether it is settled."
    assert books.tickets.steps["C1001"] == ["opened", "done"]
    books.tickets.ask("C1001", books.now)
    assert text(books, OWNER, "Y") == "C1001 is closed. Thank you."
    assert text(books, OWNER, "Y") == NOTHING
    assert text(books, OWNER, "YES C1001") == "C1001 is closed. Is there more to say? MSG C1001 + text"
    assert text(books, FIELD, "YES C1001") == "C1001 is not open any more. Nothing changed."


def test_not_settled_says_the_shop_and_the_deadline_begins_anew() -> None:
    books = settled()
    books._now += timedelta(days=2)  # Friday
    assert text(books, OWNER, "NO") == "OK C1001: open again. Person 4 answers by 20Apr 18:00."
    assert state(books) == tickets.OPEN
    assert books.tickets.asked_about(OWNER) == []


def test_more_to_say_of_a_closed_ticket_opens_it_again() -> None:
    books = settled()
    text(books, OWNER, "YES C1001")
    assert text(books, OWNER, "MSG C1001 it is wet again").startswith("OK C1001: open again. Person 4 answers by")
    assert books.tickets.steps["C1001"] == ["opened", "done", "agreed", "added"]


def test_a_yes_alone_answers_another_question_first() -> None:
    books = settled()
    text(books, OWNER, "ORD A350 1")
    assert "placed" in text(books, OWNER, "YES")
    assert state(books) == tickets.SETTLED
    assert text(books, OWNER, "ok") == "C1001 is closed. Thank you."


def test_a_yes_alone_between_two_tickets_is_asked_which() -> None:
    books = settled()
    text(books, OWNER, "MSG the poster is torn")
    text(books, FIELD, "YES C1002")
    books.tickets.ask("C1002", books.now)
    said = text(books, OWNER, "YES")
    assert "C1001 (box was wet)" in said and "C1002 (the poster is torn)" in said
    assert text(books, OWNER, "NO 1002").startswith("OK C1002: open again")
    assert text(books, OWNER, "YES 1001") == "C1001 is closed. Thank you."


def test_a_yes_alone_says_nothing_of_a_ticket_that_nobody_asked_about() -> None:
    books = opened()
    text(books, FIELD, "YES C1001")
    assert text(books, OWNER, "YES") == NOTHING
    assert state(books) == tickets.SETTLED


def test_a_yes_alone_of_whoever_has_tickets_and_said_stop_changes_nothing() -> None:
    books = opened()
    assert "C1001" in text(books, FIELD, "YES")
    books.words[FIELD].append(Consent("", False))
    assert text(books, FIELD, "YES").startswith("No question of ours is open. Nothing changed: you get no notices.")
    assert state(books) == tickets.OPEN


def test_only_those_concerned_have_a_say() -> None:
    books = opened()
    for phone in (PROMOTER, OTHER_OWNER, WEST_OWNER):
        for said in ("YES C1001", "NO C1001"):
            text(books, phone, said)
    assert books.tickets.steps["C1001"] == ["opened"]
    assert text(books, MANAGER, "YES C1001") == "C1001: we ask D1001 whether it is settled."


def test_a_shop_that_takes_no_notices_is_to_be_told_by_hand() -> None:
    books = opened()
    books.words[OWNER].append(Consent("", False))
    assert "please tell them" in text(books, FIELD, "YES C1001")
    assert state(books) == tickets.SETTLED


def test_a_promoter_has_a_ticket_of_their_own() -> None:
    books = sample()
    assert "OK C1001" in text(books, PROMOTER, "MSG call me")
    assert state(books) == tickets.OPEN
    text(books, FIELD, "YES C1001")
    assert text(books, PROMOTER, "YES C1001") == "C1001 is closed. Thank you."
    assert state(books) == tickets.CLOSED


@pytest.mark.parametrize(
    "said", ["MSG @D1001 they want a visit", "MSG they want a visit @D1001", "反馈 @D1001 要人来看"]
)
def test_field_staff_name_the_shop_and_are_answered_by_their_manager(said: str) -> None:
    books = sample()
    assert "OK C1001" in text(books, FIELD, said) or "已收C1001" in text(books, FIELD, "MSG C1001")
    ticket = books.tickets.kept["C1001"]
    assert (ticket.dealer, ticket.phone) == ("D1001", FIELD)
    assert ticket.assignee is not None and ticket.assignee.contact == books.actors[MANAGER].contact
    assert "@" not in ticket.text
    assert "OK C1001" in text(books, FIELD, "MSG C1001 and soon")


@pytest.mark.parametrize("said", ["call me", "i want to complain", "人工", "投诉"])
def test_field_staff_who_ask_for_a_person_are_asked_for_the_shop(said: str) -> None:
    books = sample()
    answered = text(books, FIELD, said)
    assert "@D1" in answered, answered
    assert books.tickets.kept == {}


@pytest.mark.parametrize("said", ["call me", "please call me", "人工", "找人工", "我要投诉"])
def test_a_promoter_who_asks_for_a_person_is_asked_and_gets_a_ticket(said: str) -> None:
    books = sample()
    text(books, PROMOTER, said)
    assert books.tickets.kept == {}
    text(books, PROMOTER, "YES")
    assert [t.dealer for t in books.tickets.kept.values()] == ["D1001"]


def test_field_staff_take_their_own_ticket_back() -> None:
    books = sample()
    text(books, FIELD, "MSG @D1001 they want a visit")
    assert "withdrawn" in text(books, FIELD, "UNDO C1001")


def test_who_may_not_speak_for_a_shop_opens_none() -> None:
    for phone in (MANAGER, HQ):
        books = sample()
        assert keys(say(books, phone, Command("feedback", text="hello"))) == ["denied"]
        assert books.tickets.kept == {}


def test_a_ticket_is_withdrawn() -> None:
    books = opened()
    assert text(books, OWNER, "UNDO") == "OK C1001: withdrawn for D1001. Nobody needs to answer."
    assert state(books) == tickets.CLOSED
    assert text(books, OWNER, "UNDO C1001") == "C1001 is undone already. Nothing changed."
    assert "OK C1002" in text(books, OWNER, "MSG box was wet")


def test_who_has_a_ticket_cannot_withdraw_it() -> None:
    books = opened()
    for phone in (FIELD, MANAGER, HQ, PROMOTER):
        assert "Nothing changed" in text(books, phone, "UNDO C1001")
    assert state(books) == tickets.OPEN


def test_the_reference_alone_asks_how_a_ticket_stands() -> None:
    books = opened()
    assert text(books, OWNER, "msg c1001").startswith("C1001 is open: Person 4 answers by 16Apr 18:00.")
    text(books, FIELD, "YES C1001")
    assert text(books, CLERK, "反馈 C1001") == "C1001:我们得知已解决,对吗?请回:是 C1001 或 否 C1001。"
    text(books, OWNER, "YES C1001")
    assert "closed" in text(books, OWNER, "MSG C1001")


def test_a_model_that_looks_like_a_ticket_is_a_model() -> None:
    books = sample()
    assert "OK C1001" in text(books, OWNER, "MSG C100 does not charge")
    assert books.tickets.kept["C1001"].text == "C100 does not charge"


def test_last_tells_of_tickets() -> None:
    assert "C1001 box was wet" in text(opened(), OWNER, "LAST")


def test_the_least_burdened_has_the_next_and_nobody_who_said_stop() -> None:
    books = sample()
    books.actors["+8613900000020"] = Actor(20, "+8613900000020", "Person 20", "field", None, "EAST", "en")
    assert "Person 4 answers" in text(books, OWNER, "MSG one")
    assert "Person 20 answers" in text(books, OWNER, "MSG two")
    assert "Person 4 answers" in text(books, OWNER, "MSG three")
    books.words[FIELD].append(Consent("tickets", False))
    assert "Person 20 answers" in text(books, OWNER, "MSG four")
    books.words["+8613900000020"].append(Consent("", False))
    assert "Person 5 answers" in text(books, OWNER, "MSG five")
    for phone in (MANAGER, HQ):
        books.words[phone].append(Consent("", False))
    assert "Our office answers" in text(books, OWNER, "MSG six")


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-04-15 10:00", "16Apr 18:00"),  # Wednesday
        ("2026-04-15 17:59", "16Apr 18:00"),
        ("2026-04-15 18:00", "17Apr 18:00"),  # as if it came on Thursday
        ("2026-04-17 08:00", "20Apr 18:00"),  # Friday
        ("2026-04-18 12:00", "21Apr 18:00"),  # Saturday
    ],
)
def test_a_deadline_is_of_working_days(at: str, due: str) -> None:
    books = sample()
    books._now = datetime.fromisoformat(f"{at}+08:00") - timedelta(minutes=1)
    assert f"answers by {due}" in text(books, OWNER, "MSG box was wet")


def test_a_misspelt_verb_is_asked_back_and_keeps_its_reference() -> None:
    books = sample()
    assert "YES C1001" in text(books, OWNER, "COMPLAN the box was wet")
    assert text(books, OWNER, "YES").startswith("OK C1001: noted.")


class Tickets(RuleBasedStateMachine):
    """Anybody says anything of two tickets, in any order: no step is illegal, and none is taken by a stranger."""

    @initialize()
    def begin(self) -> None:
        self.books = sample()
        self.count = 0
        for words in ("MSG box was wet", "MSG poster is torn"):
            text(self.books, OWNER, words)

    @rule(
        phone=st.sampled_from([OWNER, CLERK, PROMOTER, FIELD, MANAGER, OTHER_OWNER, WEST_OWNER]),
        said=st.sampled_from(
            ["YES C1001", "NO C1001", "YES C1002", "NO C1002", "YES", "NO", "UNDO C1001", "UNDO", "MSG C1002 same"]
        ),
    )
    def anybody(self, phone: str, said: str) -> None:
        before = dict(self.books.tickets.kept)
        assert text(self.books, phone, said)
        for record in self.books.applied:
            if isinstance(record, TicketMoved):
                assert tickets.can(before[record.reference].state, record.event)
                assert phone in (OWNER, CLERK) or record.event == tickets.DONE

    @rule(phone=st.sampled_from([OWNER, CLERK]))
    def more(self, phone: str) -> None:
        self.count += 1
        assert "C1001" in text(self.books, phone, f"MSG C1001 more of {self.count}")
        assert state(self.books) == tickets.OPEN

    @rule()
    def told(self) -> None:
        for reference, ticket in self.books.tickets.kept.items():
            if ticket.state == tickets.SETTLED:
                self.books.tickets.ask(reference, self.books.now)

    @invariant()
    def somebody_has_each(self) -> None:
        for reference, ticket in getattr(self, "books", sample()).tickets.kept.items():
            assert ticket.assignee is not None and ticket.assignee.contact == 4
            assert tickets.replay(self.books.tickets.steps[reference]) == ticket.state


Tickets.TestCase.settings = settings(deadline=None, max_examples=30, stateful_step_count=25)
TestTickets = Tickets.TestCase
