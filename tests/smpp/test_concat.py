"""Long messages in parts: what a PDU says it is, what may be wrong with that, and the text at the end."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.smpp.concat import (
    WIDTH_8,
    WIDTH_16,
    WIDTH_SAR,
    Arrival,
    PartInfo,
    StoredPart,
    arrival,
    join,
    missing,
    part_key,
    part_of,
)
from smsgw.smpp.split import How, split
from smsgw.sms.coding import Alphabet
from smsgw.sms.encode import Shift
from smsgw.sms.udh import read_header, write_header

SAR = ((0x020C, b"\x01\x02"), (0x020E, b"\x03"), (0x020F, b"\x02"))

READ = [  # esm_class, data, tlvs, payload, part, what the problem names
    (0x00, b"S 3", (), b"S 3", None, ""),
    (0x00, b"", (), b"", None, ""),
    (0x40, b"\x05\x00\x03\x2a\x03\x01text", (), b"text", (0x2A, "8", 3, 1), ""),
    (0x40, b"\x06\x08\x04\x12\x34\x02\x02text", (), b"text", (0x1234, "16", 2, 2), ""),
    (0x43, b"\x05\x00\x03\x2a\x03\x01text", (), b"text", (0x2A, "8", 3, 1), ""),
    (0x40, b"\x0b\x05\x04\x0b\x84\x23\xf0\x00\x03\x2a\x03\x02text", (), b"text", (0x2A, "8", 3, 2), ""),
    (0x40, b"\x08\x24\x01\x01\x00\x03\x2a\x03\x02text", (), b"text", (0x2A, "8", 3, 2), ""),
    (0x40, b"\x06\x05\x04\x0b\x84\x23\xf0text", (), b"text", None, ""),
    (0x40, b"\x00text", (), b"text", None, ""),
    (0x00, b"text", SAR, b"text", (0x0102, "sar", 3, 2), ""),
    (0x40, b"\x05\x00\x03\x2a\x03\x01text", SAR, b"text", (0x2A, "8", 3, 1), ""),
    (0x40, b"\x06\x05\x04\x0b\x84\x23\xf0text", SAR, b"text", (0x0102, "sar", 3, 2), ""),
    (0x00, b"text", ((0x1400, b"x"),), b"text", None, ""),
    (0x00, b"text", SAR[:2], b"text", None, "SAR"),
    (0x00, b"text", ((0x020C, b""), *SAR[1:]), b"text", None, "SAR"),
    (0x00, b"text", ((0x020C, b"\x05"), (0x020E, b"\x00\x03"), (0x020F, b"\x02")), b"text", (5, "sar", 3, 2), ""),
    (0x40, b"\x05\x00\x03\x2a\x01\x01text", (), b"text", None, ""),  # a total of one
    (0x40, b"\x05\x00\x03\x2a\x03\x00text", (), b"text", None, "part 0 of 3"),
    (0x40, b"\x05\x00\x03\x2a\x03\x04text", (), b"text", None, "part 4 of 3"),
    (0x40, b"\x05\x00\x03\x2a\x00\x00text", (), b"text", None, "part 0 of 0"),
    (0x40, b"\x7fS 3", (), b"\x7fS 3", None, "header of 127 octets in 3"),
    (0x40, b"", (), b"", None, "no user data"),
    (0x40, b"\x05\x00\x09\x2a\x03\x01text", (), b"text", None, "overruns"),
    (0x40, b"\x06\x00\x03\x2a\x03\x01\x00text", (), b"text", (0x2A, "8", 3, 1), "overruns"),
    (0x40, b"\x04\x00\x02\x2a\x03text", (), b"text", None, ""),  # an element of the wrong length says nothing
    (0x40, b"\x0a\x00\x03\x01\x02\x01\x00\x03\x02\x03\x02text", (), b"text", (2, "8", 3, 2), ""),  # the last counts
]


@pytest.mark.parametrize(("esm_class", "data", "tlvs", "payload", "part", "problem"), READ)
def test_I6_a_pdu_says_which_part_it_is(
    esm_class: int,
    data: bytes,
    tlvs: tuple[tuple[int, bytes], ...],
    payload: bytes,
    part: tuple[int, str, int, int] | None,
    problem: str,
) -> None:
    found = part_of(esm_class, data, tlvs)
    assert found.payload == payload
    assert found.part == part
    assert problem in found.problem
    assert bool(problem) == bool(found.problem)


def test_I6_the_tables_of_a_header_are_read() -> None:
    header, rest = read_header(b"\x0c\x05\x04\x0b\x84\x23\xf0\x24\x01\x06\x25\x01\x05text")
    assert (header.single, header.locking, rest) == (6, 5, b"text")
    assert write_header() == b""
    assert write_header((0x24, b"\x06"), (0x00, b"\x01\x02\x01")) == b"\x08\x24\x01\x06\x00\x03\x01\x02\x01"


@settings(deadline=None, max_examples=500)
@given(
    st.integers(0, 255),
    st.binary(max_size=40),
    st.lists(st.tuples(st.sampled_from([0x020C, 0x020E, 0x020F, 0x0424]), st.binary(max_size=3)), max_size=4),
)
def test_any_octets_are_something_and_no_part_is_impossible(
    esm_class: int, data: bytes, tlvs: list[tuple[int, bytes]]
) -> None:
    found = part_of(esm_class, data, tlvs)
    assert data.endswith(found.payload)
    if found.part is not None:
        assert 1 <= found.part.number <= found.part.total
        assert found.part.total >= 2


def test_I7_parts_of_two_senders_with_one_reference_do_not_meet() -> None:
    part = PartInfo(7, WIDTH_8, 2, 1)
    keys = {
        part_key("a", "8613900000001", "1069", part),
        part_key("a", "8613900000002", "1069", part),
        part_key("b", "8613900000001", "1069", part),
        part_key("a", "8613900000001", "1070", part),
        part_key("a", "8613900000001", "1069", PartInfo(7, WIDTH_16, 2, 1)),
        part_key("a", "8613900000001", "1069", PartInfo(7, WIDTH_SAR, 2, 1)),
        part_key("a", "8613900000001", "1069", PartInfo(8, WIDTH_8, 2, 1)),
        part_key("a", "8613900000001", "1069", PartInfo(7, WIDTH_8, 3, 1)),  # the total changed: another message
    }
    assert len(keys) == 8
    assert part_key("a", "1", "2", PartInfo(7, WIDTH_8, 2, 1)) == part_key("a", "1", "2", PartInfo(7, WIDTH_8, 2, 2))


def test_I7_a_part_is_awaited_completes_repeats_or_begins_anew() -> None:
    assert arrival({}, PartInfo(7, WIDTH_8, 3, 3), b"c") is Arrival.WAITING
    assert arrival({3: b"c"}, PartInfo(7, WIDTH_8, 3, 1), b"a") is Arrival.WAITING
    assert arrival({3: b"c", 1: b"a"}, PartInfo(7, WIDTH_8, 3, 2), b"b") is Arrival.COMPLETE
    assert arrival({3: b"c", 1: b"a"}, PartInfo(7, WIDTH_8, 3, 1), b"a") is Arrival.DUPLICATE
    assert arrival({3: b"c", 1: b"a"}, PartInfo(7, WIDTH_8, 3, 1), b"A new message") is Arrival.RESTARTED


def test_I7_what_is_missing_is_named() -> None:
    assert missing({1, 3}, 4) == (2, 4)
    assert missing({1, 2}, 2) == ()


@settings(deadline=None, max_examples=200)
@given(
    st.one_of(
        st.text(alphabet="abc 123€[]\r\n", max_size=500),
        st.text(alphabet="好库 A1😀👩\u200d🚀é\u0301", max_size=300),
        st.text(alphabet="şğı abc", max_size=400),
        st.text(alphabet="Жд 1", max_size=400),
    ),
    st.sampled_from([How.UDH8, How.UDH16, How.SAR]),
    st.sampled_from([Alphabet.GSM, Alphabet.LATIN1, Alphabet.ASCII]),
    st.sampled_from([(), (Shift(0, 1), Shift(1, 1))]),
    st.sampled_from([(), (Alphabet.CYRILLIC,)]),
    st.integers(0, 70_000),
    st.randoms(use_true_random=False),
)
def test_I7_parts_joined_in_any_order_with_repeats_are_the_text(
    text: str,
    how: How,
    default: Alphabet,
    shifts: tuple[Shift, ...],
    also: tuple[Alphabet, ...],
    reference: int,
    order: random.Random,
) -> None:
    parts = split(text, reference, how=how, default=default, shifts=shifts, also=also)
    arrived = [part_of(part.esm_class, part.short_message, part.tlvs) for part in parts]
    stored = []
    for found, part in zip(arrived, parts, strict=True):
        assert (found.part is None) == (len(parts) == 1)
        number = found.part.number if found.part else 1
        stored.append(StoredPart(number, found.payload, part.data_coding, found.header.locking, found.header.single))
    stored += order.choices(stored, k=2)
    order.shuffle(stored)
    assert join(stored, default=default) == text


def test_pairs_that_a_sender_cut_are_whole_again_after_joining() -> None:
    assert join([StoredPart(1, b"a\x1b"), StoredPart(2, b"e5")]) == "a€5"
    face = "😀".encode("utf-16-be")
    assert join([StoredPart(2, face[2:], 8), StoredPart(1, face[:2], 8)]) == "😀"


def test_parts_in_different_codings_are_read_each_by_its_own() -> None:
    parts = [StoredPart(1, b"S \x00", 0), StoredPart(2, "库存".encode("utf-16-be"), 8), StoredPart(3, b"1", 0)]
    assert join(parts) == "S @库存1"


def test_what_there_is_of_an_incomplete_message_can_be_read() -> None:
    assert join([StoredPart(3, b"c"), StoredPart(1, b"a")]) == "ac"
    assert join([]) == ""
