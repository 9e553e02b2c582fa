"""APPROVE and REJECT: who may, what can be decided, what is answered, and who is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.business.consent.rules import Consent
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.principal import Actor
from smsgw.business.core.reply import Money, Reply
from smsgw.business.dialogue import answer
from smsgw.business.orders import rules as orders
from smsgw.business.orders.rules import OrderDecided, OrderMoved
from smsgw.language.grammar.words import Words
from smsgw.language.replies.replies import Replies
from tests.business.dict_ledger import (
    CLERK,
    FIELD,
    HQ,
    MANAGER,
    OTHER_OWNER,
    OWNER,
    PROMOTER,
    STRANGER,
    WEST_OWNER,
    DictLedger,
    sample,
)
from tests.business.say import items, keys, only, say
from tests.language.sample import TODAY, reader

EAST_MANAGER = "+8613900000021"


def approve(number: str) -> Command:
    return Command("approve", order=number)


def reject(number: str, why: str | None = "no credit") -> Command:
    return Command("reject", order=number, reason=why)


def over(books: DictLedger, phone: str = OWNER, sets: int = 120, dealer: str | None = None) -> str:
    """Order more than the credit allows; its reference."""
    say(books, phone, items("order", ("A350", sets), dealer=dealer))
    assert keys(say(books, phone, Command("yes"))) == ["order_placed"]
    return next(reversed(books.placed))


@pytest.fixture
def books() -> DictLedger:
    """Books in which O1001 of D1001 waits: 120 sets at 1,000.00 against a limit of 100,000.00."""
    made = sample()
    made.actors[EAST_MANAGER] = Actor(21, EAST_MANAGER, "Person 21", "manager", None, "EAST", "en")
    assert over(made) == "O1001"
    return made


def typed(books: DictLedger, phone: str, text: str) -> Decision:
    """A text as somebody types it."""
    reading = reader().understand(text, today=TODAY)
    books.begin(phone, reading.folded)
    return answer(reading, phone, books)


@cache
def replies() -> Replies:
    return Replies.load(vocabulary=Words(reader().grammar))


def worded(decision: Decision, language: str = "en") -> str:
    return replies().render(decision.replies, language)


# ---- what is decided and answered


def test_an_approval_overrides_the_limit_and_says_by_how_much(books: DictLedger) -> None:
    decision = say(books, MANAGER, approve("1001"))
    assert decision.records == (OrderMoved("O1001", "approved"), OrderDecided("O1001", (OWNER,)))
    assert books.placed["O1001"].state == "approved"
    reply = only(decision)
    assert reply.key == "approve_last"
    assert reply.values["credit"].values == {"over": Money(2_000_000, "CNY")}
    assert worded(decision) == (
        "O1001 approved: D1001 120000.00, 20000.00 over the limit. The dealer will be told. No other order waits."
    )
    assert worded(decision, "zh") == "O1001已批准(D1001 120000),超额度20000。将通知店家。无其他待批订单。"


def test_an_approval_of_what_has_been_paid_for_since_says_what_credit_is_left(books: DictLedger) -> None:
    books.dealers["D1001"] = replace(books.dealers["D1001"], credit_limit=12_500_000)
    assert "credit left 5000.00." in worded(say(books, MANAGER, approve("1001")))


def test_a_rejection_names_the_reason_and_what_else_waits(books: DictLedger) -> None:
    over(books, OTHER_OWNER)
    over(books, WEST_OWNER)
    decision = say(books, HQ, reject("1001", "no  credit\nuntil May"))
    assert decision.records == (OrderMoved("O1001", "rejected", "no credit until May"), OrderDecided("O1001", (OWNER,)))
    assert worded(decision) == (
        "O1001 rejected: D1001 120000.00. Reason: no credit until May. The dealer will be told. 2 wait: O1002 O1003"
    )
    assert worded(decision, "zh") == "O1001已驳回(D1001 120000):no credit until May。将通知店家。待批2:O1002 O1003"
    assert books.placed["O1001"].state == "rejected"
    assert books.orders.balance("D1001", TODAY).open_orders == 0


def test_only_what_waits_in_the_own_region_is_named_the_oldest_first(books: DictLedger) -> None:
    over(books, WEST_OWNER)
    over(books, OTHER_OWNER)
    over(books)
    decision = say(books, EAST_MANAGER, approve("1003"))
    assert only(decision).values["waiting"].items == ("O1001", "O1004")
    assert only(say(books, HQ, approve("1004"))).values["waiting"].items == ("O1001", "O1002")


def test_a_rejection_without_a_reason_asks_for_it_and_does_nothing(books: DictLedger) -> None:
    for why in (None, "", " \n "):
        decision = say(books, MANAGER, reject("1001", why))
        assert (decision.records, keys(decision)) == ((), ["reject_why"])
    assert "REJ 1001 no credit" in worded(decision)
    assert "驳回 1001 额度不足" in worded(decision, "zh")
    assert books.placed["O1001"].state == "confirmed"


@pytest.mark.parametrize("again", [approve("1001"), reject("1001")])
@pytest.mark.parametrize(("first", "state"), [(approve("1001"), "approved"), (reject("1001"), "rejected")])
def test_nothing_is_decided_twice(books: DictLedger, first: Command, state: str, again: Command) -> None:
    say(books, MANAGER, first)
    decision = say(books, HQ, again)
    assert (decision.records, keys(decision)) == ((), ["order_not_waiting"])
    assert worded(decision) == f"O1001 is {state} already: nothing to approve or reject. Nothing changed."
    assert [step.state for step in books.steps] == ["confirmed", state]


@pytest.mark.parametrize("state", orders.STATES)
@pytest.mark.parametrize("command", [approve("1001"), reject("1001"), reject("1001", None)])
def test_only_what_waits_is_moved_whatever_the_state(books: DictLedger, state: str, command: Command) -> None:
    books.placed["O1001"] = replace(books.placed["O1001"], state=state)
    decision = say(books, MANAGER, command)
    if state == "confirmed" and command.reason is None and command.verb == "reject":
        assert keys(decision) == ["reject_why"]
    elif state == "confirmed":
        assert keys(decision) == [f"{command.verb}_last"]
    elif state == "draft":
        assert (decision.records, keys(decision)) == ((), ["order_still_draft"])
    else:
        assert (decision.records, keys(decision)) == ((), ["order_not_waiting"])


def test_a_draft_past_its_deadline_lapses_when_somebody_would_decide_it() -> None:
    books = sample()
    say(books, OWNER, items("order", ("A350", 120)))
    decision = say(books, MANAGER, approve("1001"), after=timedelta(hours=1))
    assert decision.records == (OrderMoved("O1001", "expired"),)
    assert only(decision).values["state"].key == "order_is_expired"


def test_a_suspended_dealer_gets_nothing_approved_but_can_be_told_no(books: DictLedger) -> None:
    books.dealers["D1001"] = replace(books.dealers["D1001"], active=False)
    decision = say(books, MANAGER, approve("1001"))
    assert (decision.records, keys(decision)) == ((), ["approve_inactive"])
    assert books.placed["O1001"].state == "confirmed"
    assert keys(say(books, MANAGER, reject("1001"))) == ["reject_last"]


# ---- who may


@pytest.mark.parametrize("command", [approve("1001"), reject("1001")])
@pytest.mark.parametrize(
    ("phone", "key"),
    [
        (OWNER, "denied"),
        (CLERK, "denied"),
        (PROMOTER, "denied"),
        (FIELD, "denied"),
        (OTHER_OWNER, "denied"),
        (STRANGER, "unregistered_closed"),
        (EAST_MANAGER, "last"),
        (MANAGER, "last"),
        (HQ, "last"),
    ],
)
def test_a_manager_of_the_region_decides_and_nobody_else(
    books: DictLedger, phone: str, key: str, command: Command
) -> None:
    decision = say(books, phone, command)
    assert keys(decision) == [f"{command.verb}_last" if key == "last" else key]
    assert (books.placed["O1001"].state == "confirmed") is (key != "last")


@pytest.mark.parametrize("command", [approve("1002"), reject("1002"), reject("1002", None), approve("9999")])
def test_an_order_of_another_region_is_as_unknown_as_one_that_there_is_not(books: DictLedger, command: Command) -> None:
    assert over(books, WEST_OWNER) == "O1002"
    decision = say(books, EAST_MANAGER, command)
    assert (decision.records, keys(decision)) == ((), ["order_unknown"])
    assert books.placed["O1002"].state == "confirmed"


def test_a_manager_without_a_region_decides_nothing(books: DictLedger) -> None:
    books.actors[EAST_MANAGER] = replace(books.actors[EAST_MANAGER], region=None)
    assert keys(say(books, EAST_MANAGER, approve("1001"))) == ["order_unknown"]


# ---- who is told


@pytest.mark.parametrize("topic", ["", "orders"])
def test_the_answer_says_when_nobody_of_the_shop_can_be_told(books: DictLedger, topic: str) -> None:
    books.words[OWNER].append(Consent(topic, False))
    decision = say(books, MANAGER, approve("1001"))
    assert books.decided == {"O1001": ()}
    assert "Nobody there can be told: please call." in worded(decision)
    assert "店家无人可通知,请致电。" in worded(decision, "zh")


def test_a_stop_of_another_topic_is_none_of_this_one(books: DictLedger) -> None:
    books.words[OWNER].append(Consent("prices", False))
    say(books, MANAGER, approve("1001"))
    assert books.decided == {"O1001": (OWNER,)}


def test_a_field_worker_who_ordered_is_told_beside_the_shop(books: DictLedger) -> None:
    assert over(books, FIELD, dealer="D1002") == "O1002"
    say(books, MANAGER, reject("1002"))
    assert books.decided == {"O1002": (OTHER_OWNER, FIELD)}


def test_a_field_worker_who_said_stop_is_not_told(books: DictLedger) -> None:
    over(books, FIELD, dealer="D1002")
    books.words[FIELD].append(Consent("orders", False))
    say(books, MANAGER, reject("1002"))
    assert books.decided == {"O1002": (OTHER_OWNER,)}


def test_whoever_decides_an_order_of_their_own_is_not_told_twice(books: DictLedger) -> None:
    assert over(books, MANAGER, dealer="D1002") == "O1002"
    say(books, MANAGER, approve("1002"))
    assert books.decided == {"O1002": (OTHER_OWNER,)}


def test_a_phone_that_is_registered_no_more_is_not_told(books: DictLedger) -> None:
    over(books, FIELD, dealer="D1002")
    del books.actors[FIELD], books.actors[OTHER_OWNER]
    assert "Nobody there" in worded(say(books, HQ, approve("1002")))
    assert books.decided == {"O1002": ()}


# ---- as people type it


@pytest.mark.parametrize(
    "text",
    [
        *("APP 1001", "app o1001", "Approve O1001", "APP1001", "approve order 1001", "app 1001 pls", "APP: O1001."),
        *("批准 1001", "批准o1001", "批准订单1001", "批准１００１", "PZ 1001", "请批准 1001"),
    ],
)
def test_an_approval_as_people_type_it(books: DictLedger, text: str) -> None:
    assert keys(typed(books, MANAGER, text)) == ["approve_last"]
    assert books.placed["O1001"].state == "approved"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("REJ 1001 no credit limit", "no credit limit"),
        ("rej o1001, no credit", "no credit"),
        ("Reject order 1001 5 A350 at most", "5 A350 at most"),
        ("驳回1001 额度不足", "额度不足"),
        ("驳回 O1001：额度不足", "额度不足"),
        ("驳回订单1001 额度不足", "额度不足"),
        ("BH1001 没钱", "没钱"),
    ],
)
def test_a_rejection_as_people_type_it(books: DictLedger, text: str, why: str) -> None:
    assert keys(typed(books, MANAGER, text)) == ["reject_last"]
    assert books.steps[-1] == OrderMoved("O1001", "rejected", why)


@pytest.mark.parametrize(("text", "state"), [("aprove 1001", "approved"), ("rejct 1001 no credit", "rejected")])
def test_a_misspelt_decision_is_asked_back(books: DictLedger, text: str, state: str) -> None:
    assert keys(typed(books, MANAGER, text)) == ["did_you_mean"]
    assert books.placed["O1001"].state == "confirmed"
    say(books, MANAGER, Command("yes"))
    assert books.placed["O1001"].state == state


def test_several_in_one_text_are_decided_one_by_one(books: DictLedger) -> None:
    over(books, OTHER_OWNER)
    over(books, WEST_OWNER)
    decision = typed(books, MANAGER, "APP 1001; APP 1001; REJ 1002 wait for May\nAPP 9999")
    assert keys(decision) == ["approve", "order_not_waiting", "reject", "order_unknown"]
    assert [books.placed[f"O100{n}"].state for n in (1, 2, 3)] == ["approved", "rejected", "confirmed"]


@pytest.mark.parametrize(
    ("text", "key", "example"),
    [("APP", "approve_orders", "APP 1001"), ("REJ", "refuse_incomplete", "REJ 1001 no credit")],
)
def test_a_verb_alone_shows_what_may_be_sent(books: DictLedger, text: str, key: str, example: str) -> None:
    decision = typed(books, MANAGER, text)
    assert keys(decision) == [key]
    assert example in worded(decision)


def test_two_orders_after_one_verb_are_no_decision(books: DictLedger) -> None:
    over(books, OTHER_OWNER)
    decision = typed(books, MANAGER, "APP 1001 1002")
    assert decision.records == ()
    assert {order.state for order in books.placed.values()} == {"confirmed"}


# ---- whatever is said in whatever order


YES, UNDO, STOP = Command("yes"), Command("undo", reference="O1001"), Command("stop", topic="orders")
placed = st.sampled_from(
    [(items("order", ("A350", 120), dealer="D1001"), YES), (items("order", ("A350", 1), dealer="D1002"), YES)]
)
orderers = st.tuples(st.sampled_from([OWNER, OTHER_OWNER, FIELD, HQ]), placed)
deciders = st.tuples(
    st.sampled_from([FIELD, EAST_MANAGER, MANAGER, HQ]),
    st.sampled_from([approve("1001"), approve("O1002"), reject("O1001"), reject("1002"), reject("1002", None)]).map(
        lambda command: (command,)
    ),
)
others = st.tuples(
    st.sampled_from([OWNER, FIELD]), st.sampled_from([(UNDO,), (STOP,), (items("order", ("A350", 120)),)])
)
courses = st.lists(st.tuples(orderers | deciders | others, st.integers(1, 40)), max_size=20)


@settings(deadline=None, max_examples=100)
@given(courses)
def test_whatever_is_said_an_order_takes_legal_steps_and_is_decided_once_by_whoever_may(
    course: list[tuple[tuple[str, tuple[Command, ...]], int]],
) -> None:
    books = sample()
    books.actors[EAST_MANAGER] = Actor(21, EAST_MANAGER, "Person 21", "manager", None, "EAST", "en")
    states = {over(books): ["confirmed"], over(books, FIELD, dealer="D1002"): ["confirmed"]}
    for (phone, said), minutes in course:
        before = {reference: order.state for reference, order in books.placed.items()}
        decision = say(books, phone, *said, after=timedelta(minutes=minutes))
        told = [record for record in decision.records if isinstance(record, OrderDecided)]
        decided = [record for record in told if not record.cancelled]
        for reference, order in books.placed.items():
            was = before.get(reference)
            if was != order.state:
                assert was is None or order.state in [
                    after for (at, _), after in orders.LIFE.moves.items() if at == was
                ]
                states.setdefault(reference, []).append(order.state)
            by_manager = was == "confirmed" and order.state in ("approved", "rejected")
            assert ([reference] == [one.reference for one in decided]) is by_manager
            assert not by_manager or phone in (EAST_MANAGER, MANAGER, HQ)
        assert all(phone not in one.phones and not books.stopped(each, "orders") for one in told for each in one.phones)
        waiting = [reference for reference, order in books.placed.items() if order.state == "confirmed"]
        assert sorted(books.orders.waiting(None)) == sorted(waiting)
    for steps in states.values():
        assert len(steps) == len(set(steps))


def test_who_asks_for_a_rejected_order_hears_why(books: DictLedger) -> None:
    typed(books, MANAGER, "REJ 1001 no credit")
    assert (
        worded(typed(books, OWNER, "ORD 1001")) == "O1001 of 15Apr: rejected. Reason: no credit. 120000.00 (A350 x120)"
    )


def test_an_order_that_somebody_else_takes_back_is_told_to_the_shop(books: DictLedger) -> None:
    typed(books, MANAGER, "APP 1001")
    answered = typed(books, MANAGER, "UNDO O1001")
    assert worded(answered) == (
        "OK O1001: order of D1001 cancelled, nothing shipped. 120000.00 is free again. The dealer will be told."
    )
    assert OrderDecided("O1001", (OWNER,), cancelled=True) in answered.records


def test_where_nobody_of_the_shop_hears_it_the_manager_calls(books: DictLedger) -> None:
    books.words[OWNER].append(Consent("orders", False))
    answered = typed(books, MANAGER, "UNDO O1001")
    assert worded(answered).endswith("Nobody there can be told: please call.")
    assert OrderDecided("O1001", (), cancelled=True) in answered.records


def test_a_draft_that_somebody_else_takes_back_is_told_to_nobody(books: DictLedger) -> None:
    said = typed(books, FIELD, "ORD A350 1 @D1001")
    reference = said.records[0].reference
    answered = typed(books, MANAGER, f"UNDO {reference}")
    assert worded(answered) == f"OK {reference}: draft for D1001 cancelled. Nothing was ordered, 1000.00 stays free."
    assert not [record for record in answered.records if isinstance(record, OrderDecided)]


def test_a_shop_that_takes_its_own_order_back_is_told_nothing(books: DictLedger) -> None:
    answered = typed(books, OWNER, "UNDO O1001")
    assert not [record for record in answered.records if isinstance(record, OrderDecided)]


def test_a_short_answer_names_the_shop_too(books: DictLedger) -> None:
    answered = worded(typed(books, MANAGER, "驳回1001额度不足"))
    assert "D1001" in answered
    assert "额度不足" in answered


def test_a_reason_in_hanzi_is_told_further_than_the_question_after_it() -> None:
    why = "十月以来的货款一直没有付清，我们已经三次发函催款，付清之后请重新下单，届时优先发货，谢谢理解"
    said = Reply("order_decided_rejected", {"reference": "O1001", "why": why, "brief": why})
    assert replies().render([said], "zh") == f"订单O1001未获批准:{why}。"
