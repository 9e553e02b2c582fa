"""What becomes of a text by its class, what a link's own statuses mean, and until when the SMSC is to try."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from smsgw.gateway.outbound.policy import policies, verdicts
from smsgw.gateway.outbound.verdict import VERDICTS, Verdict
from smsgw.settings.sections import Delivery, Smsc
from smsgw.smpp import status
from smsgw.smpp.validity import read_time
from tests.gateway.outbound.test_pump import Row, World


def test_each_class_has_its_attempts_and_delays_and_only_answers_are_sent_again() -> None:
    found = policies(Delivery(attempts=7, retry_delay=3, reminder_attempts=2, broadcast_retry_delay=1000))
    assert {kind: (policy.attempts, policy.again) for kind, policy in found.items()} == {
        "reply": (7, True),
        "question": (7, True),
        "reminder": (2, False),
        "broadcast": (4, False),
    }
    assert [found["reply"].delay_after(attempts) for attempts in (1, 2, 3, 9, 10_000)] == [3, 6, 12, 600, 600]
    assert [found["broadcast"].delay_after(attempts) for attempts in (1, 2)] == [1000, 1000]


def test_a_class_is_given_up_after_its_own_attempts() -> None:
    world = World(Delivery(attempts=6, reminder_attempts=1))
    world.smsc.submit_statuses = [status.ESME_RSYSERR] * 2
    world.send(Row(1, kind="reminder", priority=2), Row(2))
    assert world.told("failed") == [1]
    assert world.told("later") == [2]


def test_a_link_may_read_single_statuses_its_own_way() -> None:
    smsc = Smsc(statuses={"0x450": "never", "esme_rsyserr": "slow"})
    found = verdicts(smsc)
    assert (found[0x450], found[status.ESME_RSYSERR]) == (Verdict.NEVER, Verdict.SLOW)
    assert {**found, **VERDICTS} == {**VERDICTS, 0x450: Verdict.NEVER, status.ESME_RSYSERR: Verdict.SLOW}
    world = World(statuses={"0x450": "never"})
    world.smsc.submit_statuses = [0x450]
    world.send(Row(1))
    assert world.told("failed") == [1]


@pytest.mark.parametrize(
    ("name", "said"),
    [("ESME_RTHROTLED", "did you mean ESME_RTHROTTLED"), ("0x", "0x450"), ("0", "is not a command_status")],
)
def test_a_status_that_is_none_is_told_with_the_nearest(name: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Smsc(statuses={name: "never"})


@pytest.mark.parametrize("how", ["relative", "absolute"])
def test_O3_every_part_tells_until_when_it_is_of_use(how: str) -> None:
    world = World(validity=how)
    until = world.clock.seconds() + 3600
    world.send(Row(1, "x" * 400, not_after=int(until * 1000)))
    assert len(world.smsc.submits) == 3
    for pdu in world.smsc.submits:
        now = datetime.fromtimestamp(world.clock.seconds(), UTC)
        told = read_time(pdu.validity_time, now)
        assert told is not None and abs(told.timestamp() - until) <= 1
        assert (pdu.validity_time[-1] == "R") is (how == "relative")


def test_O3_no_validity_where_none_is_wanted_or_the_text_has_none() -> None:
    world = World(validity="none")
    world.send(Row(1, not_after=int((world.clock.seconds() + 60) * 1000)))
    assert world.smsc.submits[0].validity_time == ""
    world = World()
    world.send(Row(1))
    assert world.smsc.submits[0].validity_time == ""


def test_O3_a_relative_time_goes_no_further_than_it_can_tell() -> None:
    world = World()
    world.send(Row(1, not_after=int((world.clock.seconds() + timedelta(days=90).total_seconds()) * 1000)))
    assert world.smsc.submits[0].validity_time == "000031000000000R"
