"""The timers: invented times in, what is due out."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.smpp.settings import SessionSettings
from smsgw.smpp.timers import Timers

SETTINGS = SessionSettings(
    enquire_link=30.0, inactivity=100.0, response_timeout=20.0, bind_timeout=10.0, partial_timeout=5.0
)


def bound(now: float = 0.0) -> Timers:
    timers = Timers(SETTINGS, now)
    timers.is_bound(now)
    return timers


def test_without_a_bind_the_connection_is_given_up() -> None:
    timers = Timers(SETTINGS, 0.0)
    assert timers.deadline() == 10.0
    assert timers.due(9.9) == []
    assert timers.due(10.0) == ["bind_timeout"]
    timers.binding(8.0)
    assert timers.due(17.0) == []
    assert timers.due(18.0) == ["bind_timeout"]


def test_M1_an_idle_link_is_asked_and_traffic_puts_it_off() -> None:
    """M1: nothing heard for the interval, counted from the last PDU."""
    timers = bound()
    assert timers.due(29.9) == []
    timers.read(1, 0, 29.9)
    assert timers.due(59.8) == []
    assert timers.due(59.9) == ["enquire_link"]


def test_M1_octets_of_an_unfinished_pdu_are_no_sign_of_life() -> None:
    """M1: a peer that drips is not a peer that speaks."""
    timers = bound()
    timers.read(0, 7, 29.0)
    assert timers.due(30.0) == ["enquire_link"]


def test_M2_a_question_without_answer_ends_the_link() -> None:
    """M2: other traffic does not answer it."""
    timers = bound()
    timers.enquired_at = 30.0
    timers.read(1, 0, 45.0)
    assert timers.due(49.9) == []
    assert timers.due(50.0) == ["enquire_link_timeout"]
    timers.enquired_at = None
    assert timers.due(50.0) == []


def test_M3_a_silent_peer_is_given_up_even_if_nobody_asks() -> None:
    """M3: inactivity, with enquire_link switched off."""
    timers = Timers(SessionSettings(enquire_link=None, inactivity=100.0), 0.0)
    timers.is_bound(0.0)
    timers.read(1, 0, 50.0)
    assert timers.due(149.9) == []
    assert timers.due(150.0) == ["inactivity"]


def test_F8_a_pdu_that_does_not_get_on_is_given_up() -> None:
    """F8: from its first octets; each PDU that becomes whole begins the time of the next."""
    timers = bound()
    timers.read(0, 3, 1.0)
    timers.read(0, 4, 5.0)
    assert timers.due(5.9) == []
    assert timers.due(6.0) == ["partial_pdu"]
    timers.read(1, 2, 6.0)
    assert timers.due(10.9) == []
    timers.read(1, 0, 10.9)
    assert timers.due(20.0) == []


def test_timers_that_are_switched_off_never_fire() -> None:
    timers = Timers(SessionSettings(enquire_link=None, inactivity=None), 0.0)
    timers.is_bound(0.0)
    assert timers.deadline() is None
    assert timers.due(1e9) == []


def test_what_became_due_first_comes_first() -> None:
    timers = bound()
    timers.read(0, 3, 1.0)
    assert timers.due(200.0) == ["partial_pdu", "enquire_link", "inactivity"]


def test_after_the_end_nothing_is_due() -> None:
    timers = Timers(SETTINGS, 0.0)
    timers.read(0, 3, 1.0)
    timers.stop()
    assert timers.deadline() is None
    timers = bound()
    timers.unbinding(5.0)
    assert timers.due(25.0) == ["unbind_timeout"]
    timers.stop()
    assert timers.deadline() is None


def test_time_in_which_nobody_listened_is_not_held_against_the_peer() -> None:
    timers = bound()
    timers.enquired_at = 10.0
    timers.stand_still(20.0)
    timers.stand_still(21.0)
    assert timers.go_on(520.0) == 500.0
    assert timers.go_on(521.0) == 0.0
    assert timers.deadline() == 530.0


EVENTS = st.lists(
    st.tuples(
        st.floats(0, 50), st.sampled_from(["bound", "whole", "part", "asked", "answered", "unbinding", "binding"])
    ),
    max_size=30,
)


@settings(max_examples=300, deadline=None)
@given(EVENTS, st.floats(0, 200))
def test_something_is_due_exactly_from_the_deadline_on(steps: list[tuple[float, str]], wait: float) -> None:
    now = 0.0
    timers = Timers(SETTINGS, now)
    for seconds, what in steps:
        now += seconds
        if what == "bound":
            timers.is_bound(now)
        elif what in ("whole", "part"):
            timers.read(what == "whole", 5 * (what == "part"), now)
        elif what in ("asked", "answered"):
            timers.enquired_at = now if what == "asked" else None
        elif what == "unbinding":
            timers.unbinding(now)
        else:
            timers.binding(now)
    deadline = timers.deadline()
    assert bool(timers.due(now + wait)) == (deadline is not None and deadline <= now + wait)
