"""Long texts: parts in any order, repeated, across links and restarts, and what cannot be or never comes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine

from smsgw.smpp.pdu import Address, DeliverSm
from smsgw.smpp.split import How, Part, split
from smsgw.sms.udh import UDHI, write_header
from tests.business.world import CLERK, OTHER_OWNER, OWNER, imei
from tests.gateway.world import IMEIS, World, settings_of, world

LONG = "S " + " ".join(f"8601234500{i:05}" for i in range(12))


def deliver_parts(
    w: World, text: str, numbers: Sequence[int], reference: int = 7, phone: str = OWNER, how: str = How.UDH8
) -> None:
    parts = split(text, reference, how=how)
    for number in numbers:
        deliver_part(w, parts[number - 1], phone)
    w.settle()


def deliver_part(w: World, part: Part, phone: str = OWNER) -> None:
    w.smsc.deliver(phone, "", tag=(phone, part), **part._asdict())


def numbered(number: int, total: int, text: str, reference: int = 7) -> Part:
    """A part that says of itself what a test wants it to."""
    return Part(write_header((0, bytes((reference, total, number)))) + text.encode(), UDHI, 0)


def overdue(w: World) -> None:
    """The time for the parts of long texts passes."""
    w.smsc.advance(61)
    w.gateway.look()
    w.settle()


def rows(w: World) -> list[tuple[Any, ...]]:
    return w.ask("SELECT text, state, parts FROM message_in ORDER BY id")


@pytest.mark.parametrize("order", [[1, 2], [2, 1], [1, 1, 2], [2, 2, 1]])
def test_I7_a_long_text_is_answered_once_when_all_its_parts_are_there(engine: Engine, order: list[int]) -> None:
    w = world(engine)
    deliver_parts(w, LONG, order)
    assert w.statuses() == [0] * len(order)
    assert w.ask("SELECT text, state, parts FROM message_in") == [(LONG, "done", 2)]
    assert len({pdu.short_message for pdu in w.smsc.submits}) == len(w.smsc.submits) >= 1


def test_I7_a_part_that_comes_again_after_its_text_was_whole_is_nothing_to_tell_anybody(engine: Engine) -> None:
    w = world(engine, settings_of(replies={"parts_minutes": 1}))
    deliver_parts(w, LONG, [1, 2, 1])
    answers = len(w.smsc.submits)
    w.smsc.advance(61)
    w.gateway.look()
    w.settle()
    assert len(w.smsc.submits) == answers
    assert w.ask("SELECT state FROM message_in ORDER BY id") == [("done",), ("ignored",)]


def test_I7_the_same_long_text_sent_again_by_a_person_is_answered_again(engine: Engine) -> None:
    w = world(engine)
    deliver_parts(w, LONG, [1, 2])
    answers = len(w.smsc.submits)
    deliver_parts(w, LONG, [1, 2])
    assert len(w.smsc.submits) > answers


def test_I7_parts_of_two_senders_with_one_reference_stay_apart(engine: Engine) -> None:
    w = world(engine)
    other = LONG.replace("8601234500", "8601234511")
    parts, others = split(LONG, 7), split(other, 7)
    for phone, part in [(OWNER, parts[0]), (OTHER_OWNER, others[1]), (OTHER_OWNER, others[0]), (OWNER, parts[1])]:
        w.smsc.deliver(phone, "", tag=0, short_message=part.short_message, esm_class=part.esm_class)
    w.settle()
    assert w.ask("SELECT sender, text FROM message_in ORDER BY sender") == [(OWNER, LONG), (OTHER_OWNER, other)]


def test_I7_parts_come_together_across_a_lost_link(engine: Engine) -> None:
    w = world(engine)
    deliver_parts(w, LONG, [1])
    w.smsc.wire.cut()
    w.smsc.advance(2)
    deliver_parts(w, LONG, [2])
    assert w.ask("SELECT text, state FROM message_in") == [(LONG, "done")]


def test_I7_parts_come_together_across_a_restart(engine: Engine) -> None:
    first = world(engine)
    deliver_parts(first, LONG, [2])
    first.kill()
    second = world(engine, clock=first.clock, smsc=first.smsc, furnished=True)
    deliver_parts(second, LONG, [1])
    assert second.ask("SELECT text, state FROM message_in") == [(LONG, "done")]


def test_I7_a_sender_whose_part_never_comes_is_told_which(engine: Engine) -> None:
    w = world(engine, settings_of(replies={"parts_minutes": 1}))
    deliver_parts(w, LONG, [1])
    w.smsc.advance(59)
    w.gateway.look()
    w.settle()
    assert w.smsc.submits == []
    w.smsc.advance(2)
    w.gateway.look()
    w.settle()
    ((phone, reply),) = w.smsc.texts()
    assert phone == OWNER
    assert reply.startswith("parts_missing en {'missing': TruncatableList(items=(2,)")
    assert w.ask("SELECT state FROM message_in") == [("failed",)]
    w.gateway.look()
    w.settle()
    assert len(w.smsc.submits) == 1


def test_a_long_hanzi_text_is_joined_before_it_is_read(engine: Engine) -> None:
    w = world(engine)
    text = "销售" * 60
    deliver_parts(w, text, [2, 1])
    assert w.ask("SELECT text FROM message_in") == [(text,)]


def test_a_long_text_by_sar_is_joined(engine: Engine) -> None:
    w = world(engine)
    for part in reversed(split(LONG, 9, how="sar")):
        w.smsc.deliver(OWNER, "", tag=0, short_message=part.short_message, tlvs=part.tlvs)
    w.settle()
    assert w.ask("SELECT text FROM message_in") == [(LONG,)]


def test_a_long_text_by_payload_is_read(engine: Engine) -> None:
    w = world(engine)
    w.smsc.deliver(OWNER, "", tag=0, short_message=b"", tlvs=((0x0424, LONG.encode()),))
    w.settle()
    assert w.ask("SELECT text FROM message_in") == [(LONG,)]


def test_a_long_text_that_breaks_the_rules_is_kept_as_failed_and_apologised_for(engine: Engine) -> None:
    w = world(engine)
    deliver_parts(w, "BAD " + "x" * 200, [1, 2])
    assert w.statuses() == [0, 0]
    assert w.ask("SELECT state FROM message_in") == [("failed",)]
    assert len(w.smsc.submits) == 1


# ---- what else phones and SMSCs do with parts

THREE = "S " + " ".join(f"8601234500{i:05}" for i in range(25))
MINUTE = settings_of(replies={"parts_minutes": 1})


def deliver_to(number: str, part: Part) -> DeliverSm:
    return DeliverSm(source=Address(1, 1, OWNER.removeprefix("+")), destination=Address(0, 1, number), **part._asdict())


@pytest.mark.parametrize("how", [How.UDH8, How.UDH16, How.SAR])
def test_I7_three_parts_come_in_every_order_some_twice(engine: Engine, how: str) -> None:
    w = world(engine)
    for reference, order in enumerate(permutations((1, 2, 3))):
        first, second, last = order
        deliver_parts(w, THREE, [first, first, second, first, second, last], reference, how=how)
    assert w.statuses() == [0] * 36
    assert rows(w) == [(THREE, "done", 3)] * 6


def test_I7_parts_with_an_8_bit_a_16_bit_and_a_sar_reference_stay_apart(engine: Engine) -> None:
    w = world(engine)
    texts = {how: LONG.replace("8601234500", f"86012345{n}0") for n, how in enumerate((How.UDH8, How.UDH16, How.SAR))}
    for number in (0, 1):
        for how, text in texts.items():
            deliver_part(w, split(text, 7, how=how)[number])
    w.settle()
    assert sorted(rows(w)) == sorted((text, "done", 2) for text in texts.values())


def test_I7_parts_to_two_of_our_numbers_stay_apart(engine: Engine) -> None:
    w = world(engine, MINUTE)
    first, second = split(LONG, 7)
    deliver_part(w, first)
    w.smsc.wire.session.submit(deliver_to("10690", second), w.clock.seconds(), "other")
    w.settle()
    assert [state for _, state, _ in rows(w)] == ["waiting", "waiting"]


def test_I7_a_total_that_changes_makes_two_texts_of_which_neither_is_whole(engine: Engine) -> None:
    w = world(engine, MINUTE)
    deliver_part(w, numbered(1, 2, "S 1"))
    deliver_part(w, numbered(2, 3, "S 2"))
    w.settle()
    assert [state for _, state, _ in rows(w)] == ["waiting", "waiting"]
    overdue(w)
    assert [state for _, state, _ in rows(w)] == ["failed", "failed"]
    told = sorted(text for _, text in w.smsc.texts())
    assert [told[0][:60], told[1][:62]] == [
        "parts_missing en {'missing': TruncatableList(items=(1, 3), s",
        "parts_missing en {'missing': TruncatableList(items=(2,), separ",
    ]


@pytest.mark.parametrize(("number", "total"), [(0, 2), (3, 2), (1, 0), (0, 0), (255, 254)])
def test_I7_a_part_that_cannot_be_is_read_at_once_for_itself(engine: Engine, number: int, total: int) -> None:
    w = world(engine, MINUTE)
    deliver_part(w, numbered(number, total, f"S {IMEIS[0]}"))
    w.settle()
    assert w.statuses() == [0]
    assert rows(w) == [(f"S {IMEIS[0]}", "done", 1)]
    assert len(w.smsc.submits) == 1
    overdue(w)
    assert len(w.smsc.submits) == 1


def test_I7_a_part_that_cannot_be_does_no_harm_to_those_that_can(engine: Engine) -> None:
    w = world(engine)
    deliver_parts(w, LONG, [1])
    deliver_part(w, numbered(0, 2, "STOCK"))
    deliver_part(w, numbered(3, 2, "STOCK"))
    deliver_parts(w, LONG, [2])
    assert (LONG, "done", 2) in rows(w)
    assert len(rows(w)) == 3


def test_I7_a_text_of_one_part_is_whole(engine: Engine) -> None:
    w = world(engine)
    deliver_part(w, numbered(1, 1, f"S {IMEIS[0]}"))
    w.settle()
    assert rows(w) == [(f"S {IMEIS[0]}", "done", 1)]


def test_I7_a_reference_used_again_for_another_text_gives_up_the_old_one(engine: Engine) -> None:
    w = world(engine)
    other = LONG.replace("8601234500", "8601234511")
    deliver_parts(w, LONG, [1])
    deliver_parts(w, other, [1, 2])
    w.gateway.look()  # and no need to wait for the rest of it
    w.settle()
    assert [state for _, state, _ in rows(w)] == ["failed", "done"]
    assert sum(text.startswith("parts_missing") for _, text in w.smsc.texts()) == 1


def test_a_long_text_in_one_payload_with_a_header_is_a_part_like_any_other(engine: Engine) -> None:
    w = world(engine)
    for part in reversed(split(LONG, 7)):
        w.smsc.deliver(OWNER, "", tag=0, short_message=b"", esm_class=UDHI, tlvs=((0x0424, part.short_message),))
    w.settle()
    assert rows(w) == [(LONG, "done", 2)]


def test_I7_the_last_part_after_the_answer_that_it_is_missing_is_not_booked(engine: Engine) -> None:
    w = world(engine, MINUTE)
    deliver_parts(w, LONG, [1])
    overdue(w)
    deliver_parts(w, LONG, [2])
    assert [state for _, state, _ in rows(w)] == ["failed", "waiting"]
    overdue(w)
    missing = [text for _, text in w.smsc.texts() if text.startswith("parts_missing")]
    assert ["items=(2,)" in text for text in missing] == [True, False]
    assert w.ask("SELECT count(*) FROM sale_line") == [(0,)]


def test_I7_it_is_told_once_across_a_restart(engine: Engine) -> None:
    first = world(engine, MINUTE)
    deliver_parts(first, LONG, [1])
    first.kill()
    second = world(engine, MINUTE, clock=first.clock, smsc=first.smsc, furnished=True)
    overdue(second)
    assert len(second.smsc.submits) == 1
    second.kill()
    third = world(engine, MINUTE, clock=first.clock, smsc=first.smsc, furnished=True)
    overdue(third)
    assert len(third.smsc.submits) == 1


def test_that_parts_are_missing_is_told_no_oftener_than_other_texts_are_answered(engine: Engine) -> None:
    limits = {"answers_per_phone_per_hour": 2, "same_answers_per_hour": 100}
    w = world(engine, settings_of(limits=limits, replies={"parts_minutes": 1}))
    for reference in range(6):
        deliver_part(w, numbered(1, 2, "x", reference))
    deliver_part(w, numbered(1, 2, "x"), OTHER_OWNER)
    overdue(w)
    told = [text.split()[0] for phone, text in w.smsc.texts() if phone == OWNER]
    assert told == ["parts_missing", "parts_missing", "too_many_answers"]
    assert len([phone for phone, _ in w.smsc.texts() if phone == OTHER_OWNER]) == 1
    assert {state for _, state, _ in rows(w)} == {"failed"}
    # They count with the others: what is not understood gets no answer either.
    w.text(OWNER, "HOW ARE YOU")
    assert len(w.smsc.submits) == 4
    w.text(OWNER, f"S {IMEIS[0]}")
    assert w.smsc.texts()[-1][1].startswith("OK S")


def test_parts_of_names_and_short_codes_are_never_answered(engine: Engine) -> None:
    w = world(engine, MINUTE)
    for source in (Address(5, 0, "BANK"), Address(0, 1, "10086"), Address(0, 1, "1069")):
        w.smsc.deliver("", "", tag=0, source=source, **numbered(1, 2, "x")._asdict())
    w.settle()
    overdue(w)
    assert w.smsc.submits == []
    assert [state for _, state, _ in rows(w)] == ["failed"] * 3


@pytest.mark.parametrize("seed", range(12))
def test_I7_whatever_happens_on_the_way_every_long_text_is_booked_once(engine: Engine, seed: int) -> None:
    """Parts of many phones mixed and repeated, in every marking, while links are lost and the daemon is killed."""
    random = Random(seed)
    w = world(engine, MINUTE)
    hows = (How.UDH8, How.UDH16, How.SAR)
    pending: list[tuple[str, Part]] = []
    expected = []
    for place, phone in enumerate((OWNER, OTHER_OWNER, CLERK)):
        for reference in range(4):  # the same for all of them
            length = random.randint(12, 35)
            text = "S " + " ".join(imei(1000 * (4 * place + reference) + n, "86012346") for n in range(length))
            expected.append((phone, text))
            pending += [(phone, part) for part in split(text, reference, how=random.choice(hows))]
    random.shuffle(pending)
    sent: list[tuple[str, Part]] = []
    while pending:
        for _ in range(random.randint(1, 4)):
            again = random.random() < 0.2 and bool(sent)
            phone, part = random.choice(sent) if again else pending.pop() if pending else sent[-1]
            deliver_part(w, part, phone)
            sent.append((phone, part))
        if random.random() < 0.8:
            w.settle()
        fate = random.random()
        if fate < 0.15:  # what was not acknowledged comes again on the next connection
            w.smsc.wire.cut()
            w.smsc.advance(2)
        elif fate < 0.25:
            w.kill()
            w = world(engine, MINUTE, clock=w.clock, smsc=w.smsc, furnished=True)
        lost = {tag for tag in w.smsc.lost if isinstance(tag, tuple)}
        w.smsc.lost.clear()
        pending += lost
    w.settle()
    overdue(w)
    done = w.ask("SELECT sender, text FROM message_in WHERE state = 'done' ORDER BY sender, text")
    assert done == sorted(expected)
    assert w.ask("SELECT count(*) FROM message_in WHERE state NOT IN ('done', 'ignored')") == [(0,)]
    sets = sum(len(text.split()) - 1 for _, text in expected)
    assert w.ask("SELECT count(*) FROM sale_line") == [(sets,)]
    assert not [text for _, text in w.smsc.texts() if text.startswith("parts_missing")]
