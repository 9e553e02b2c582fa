"""Cutting the stream: every way of cutting gives the same PDUs, and a length that cannot be ends the stream."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.smpp.framing import FRAME_LIMIT, Framer
from tests.smpp.pdus import MALFORMED, ODD_BUT_VALID, frame

FRAMES = [odd.data for odd in ODD_BUT_VALID]


def test_F1_one_pdu_cut_at_every_place_is_one_pdu() -> None:
    """F1: a PDU comes out once, whole, wherever the reads divide it (3.2)."""
    for data in FRAMES:
        for at in range(len(data) + 1):
            framer = Framer()
            assert framer.feed(data[:at]) + framer.feed(data[at:]) == [data]
            assert framer.pending == 0


def test_F1_one_octet_at_a_time_gives_all_pdus() -> None:
    """F1: the slowest stream there can be."""
    framer = Framer()
    assert [found for octet in b"".join(FRAMES) for found in framer.feed(bytes([octet]))] == FRAMES


def test_F1_a_thousand_pdus_in_one_read_are_a_thousand_pdus() -> None:
    """F1: the fastest."""
    many = [frame(0x15, sequence=number) for number in range(1, 1001)]
    assert Framer().feed(b"".join(many)) == many


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(FRAMES), max_size=8), st.lists(st.integers(0, 600), max_size=8))
def test_F1_any_cutting_gives_the_same_pdus(frames: list[bytes], cuts: list[int]) -> None:
    """F1: any number of PDUs, any division."""
    stream = b"".join(frames)
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    framer = Framer()
    found = [each for a, b in pairwise(places) for each in framer.feed(stream[a:b])]
    assert found == frames
    assert framer.pending == 0


@pytest.mark.parametrize("length", [0, 4, 8, 15])
@pytest.mark.parametrize("size", [1, 3, 16, 100])
def test_F2_a_length_below_that_of_a_header_ends_the_stream(length: int, size: int) -> None:
    """F2: RINVCMDLEN, with sequence 0, since nothing of such a PDU can be trusted; what came before is not lost."""
    stream = frame(0x15) + frame(0x04, b"x" * 30, sequence=77, length=length)
    framer = Framer()
    found = [each for at in range(0, len(stream), size) for each in framer.feed(stream[at : at + size])]
    assert found == [frame(0x15)]
    assert framer.broken is not None
    assert framer.broken.args[:5] == (0x02, 0, 0, "command_length", 0)
    assert str(length) in framer.broken.reason


@pytest.mark.parametrize("size", [1, 3, 16, 100])
def test_F2_a_length_above_the_limit_ends_the_stream_with_its_sequence_number(size: int) -> None:
    """F2: the header of a PDU that is merely too long can be read, and is waited for, however it is cut."""
    stream = frame(0x15) + frame(0x04, b"x" * 30, sequence=77, length=2000)
    framer = Framer(limit=1999)
    found = [each for at in range(0, len(stream), size) for each in framer.feed(stream[at : at + size])]
    assert found == [frame(0x15)]
    assert framer.broken is not None
    assert framer.broken.args[:5] == (0x02, 77, 4, "command_length", 0)


def test_F2_after_a_lost_stream_nothing_is_a_pdu_any_more() -> None:
    """F2: nobody knows where the next PDU would begin."""
    framer = Framer()
    framer.feed(bytes(16))
    assert framer.feed(frame(0x15)) == []
    assert framer.pending == 0


def test_the_longest_allowed_pdu_passes_and_one_octet_more_does_not() -> None:
    longest = frame(0x04, b"x" * (FRAME_LIMIT - 16))
    assert Framer().feed(longest) == [longest]
    framer = Framer()
    assert framer.feed(frame(0x04, b"x" * (FRAME_LIMIT - 15))) == []
    assert framer.broken is not None


def test_a_long_pdu_in_many_small_reads_costs_no_more_than_its_octets() -> None:
    """The held octets are joined once, when they suffice, not at each read."""
    framer = Framer()
    data = frame(0x04, b"x" * 60000)
    for at in range(len(data) - 1):
        assert framer.feed(data[at : at + 1]) == []
        assert framer.pending == at + 1
    assert framer.feed(data[-1:]) == [data]


def test_malformed_bodies_are_no_business_of_the_framer() -> None:
    whole = [bad.data for bad in MALFORMED if bad.data[:4] == len(bad.data).to_bytes(4, "big")]
    assert Framer().feed(b"".join(whole)) == whole
