"""What STOPs and STARTs come to: tried on examples, and against the rule said in another way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from smsgw.business.consent.rules import ALL, Consent, has_stopped, has_stopped_anything, has_stopped_everything

TOPICS = (ALL, "prices", "stock")
words = st.lists(st.builds(Consent, st.sampled_from(TOPICS), st.booleans()), max_size=12)


def test_who_never_said_anything_gets_notices() -> None:
    assert (
        not has_stopped(())
        and not has_stopped((), "prices")
        and not has_stopped_everything(())
        and not has_stopped_anything(())
    )


def test_stop_ends_all_and_start_of_a_topic_brings_back_that_topic_alone() -> None:
    said = (Consent(ALL, False), Consent("prices", True))
    assert has_stopped(said) and has_stopped(said, "stock")
    assert not has_stopped(said, "prices")
    assert not has_stopped_everything(said) and has_stopped_anything(said)


def test_start_brings_back_what_was_stopped_by_topic() -> None:
    said = (Consent("prices", False), Consent(ALL, True))
    assert not has_stopped(said, "prices") and not has_stopped_anything(said)


def test_a_stop_of_a_topic_leaves_the_others() -> None:
    said = (Consent("prices", False),)
    assert has_stopped(said, "prices") and not has_stopped(said) and not has_stopped(said, "stock")
    assert has_stopped_anything(said) and not has_stopped_everything(said)


@given(words)
def test_each_topic_is_a_switch_that_its_own_words_and_those_about_all_turn(said: list[Consent]) -> None:
    switches = dict.fromkeys((*TOPICS, "others"), True)
    for word in said:
        if word.topic == ALL:
            switches = dict.fromkeys(switches, word.granted)
        else:
            switches[word.topic] = word.granted
    for topic, on in switches.items():
        assert has_stopped(said, topic) is not on
    assert has_stopped_anything(said) is not all(switches.values())
    assert has_stopped_everything(said) is not any(switches.values())
