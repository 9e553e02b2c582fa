"""Cutting compared with a plain reference: whole clusters, one after the other, into as many parts as they need.

The reference knows nothing of the code under test: it is given a text as the list of its clusters, sizes them by the
tables or by Python's own codecs, and counts room in bits.
"""

from __future__ import annotations

import gsm0338
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from smsgw.smpp.split import How, Part, TooManyParts, count, split
from smsgw.smpp.tlv import TAG_MESSAGE_PAYLOAD
from smsgw.sms.alphabet import seven_bit
from smsgw.sms.coding import Alphabet
from smsgw.sms.decode import decode_text
from smsgw.sms.encode import Shift, encode_text
from smsgw.sms.shift import LOCKING, SINGLE
from smsgw.sms.udh import NO_HEADER, read_header

# Each one is a cluster of its own beside any other: none begins with what joins it to the one before.
GSM = [*"abc XYZ 019 éüñ£@ΔΩ", "€", "[", "]", "{", "}", "\\", "~", "^", "|", "\n"]
LINE_END = "\r\n"
WIDE = [
    *"好库存售货 A1éß€Жא",
    "😀",  # a surrogate pair
    "🀄",
    "e\u0301",  # a letter and its accent
    "o\u0302\u0323\u0308",
    "👍\U0001f3fd",  # a skin tone
    "👩\u200d🚀",
    "👨\u200d👩\u200d👧\u200d👦",  # 11 units of UTF-16
    "🇨🇳",
    "🇩🇪",
    "❤\ufe0f",
    "1\ufe0f\u20e3",
    "한",
    "क्षि",
    "กำ",
    LINE_END,
]


def reference(sizes: list[int], whole: int, several: int) -> list[int]:
    """How many clusters each part holds, of clusters with these sizes."""
    if sum(sizes) <= whole:
        return [len(sizes)]
    parts, used = [0], 0
    for size in sizes:
        if used + size > several:
            parts.append(0)
            used = 0
        parts[-1] += 1
        used += size
    return parts


def septets_in(header_octets: int) -> int:
    """Septets that fit beside a header of so many octets, its length octet among them: counted in bits."""
    return (140 * 8 - header_octets * 8) // 7


ELEMENT = {How.UDH8: 6, How.UDH16: 7, How.SAR: 6}  # with the header's length octet; an SMSC makes 8-bit ones of SAR


def texts_of(parts: list[Part]) -> list[str]:
    """What each part says by itself, to its last septet: at the end of a text an `@` would be taken for padding."""
    found = []
    for part in parts:
        header, data = read_header(part.short_message) if part.esm_class & 0x40 else (NO_HEADER, part.short_message)
        found.append(decode_text(data, part.data_coding, header=header, ends=False))
    return found


def cut(clusters: list[str], numbers: list[int]) -> list[str]:
    places = iter(clusters)
    return ["".join(next(places) for _ in range(number)) for number in numbers]


clusters_of = st.lists(st.sampled_from([*GSM, LINE_END]), max_size=700)


@settings(deadline=None, max_examples=300)
@given(clusters_of, st.sampled_from(sorted(ELEMENT)))
def test_septets_are_cut_as_the_reference_cuts_them(clusters: list[str], how: How) -> None:
    codec = gsm0338.Codec()
    sizes = [len(codec.encode(cluster)[0]) for cluster in clusters]
    expected = reference(sizes, 160, septets_in(ELEMENT[how]))
    text = "".join(clusters)
    assume(text.count("@") * 4 < max(len(text), 4))  # octets of which every other is zero are read as UCS-2
    assert texts_of(split(text, 7, how=how)) == cut(clusters, expected)
    assert count(encode_text(text), how) == ("gsm", sum(sizes), len(expected))


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.sampled_from(WIDE), max_size=300).map(lambda found: ["好", *found]), st.sampled_from(sorted(ELEMENT))
)
def test_ucs2_is_cut_as_the_reference_cuts_it(clusters: list[str], how: How) -> None:
    sizes = [len(cluster.encode("utf-16-be")) // 2 for cluster in clusters]
    expected = reference(sizes, 70, (140 - ELEMENT[how]) // 2)
    text = "".join(clusters)
    assert texts_of(split(text, 7, how=how)) == cut(clusters, expected)
    assert count(encode_text(text), how) == ("ucs2", sum(sizes), len(expected))


@pytest.mark.parametrize("pair", [(0, 1), (1, 0), (1, 1), (0, 2), (0, 3), (3, 3), (6, 6), (0, 6), (13, 13), (11, 0)])
@settings(deadline=None, max_examples=40)
@given(data=st.data(), how=st.sampled_from([How.UDH8, How.UDH16]))
def test_national_septets_are_cut_as_the_reference_cuts_them(
    pair: tuple[int, int], data: st.DataObject, how: How
) -> None:
    locking, single = LOCKING[pair[0]], SINGLE[pair[1]]
    plain = set(locking) - {"\ufffe", "\r", "\n", "\x1b"}
    shifted = set(single.values()) - {"\x0c", "\r", "\n", "\ufffe"}
    marks = {c for c in plain | shifted if not seven_bit().encode(c) and not c.isalpha() and not c.isdigit()}
    characters = sorted((plain | shifted) - marks)  # vowel signs join the letter before: not this test's
    clusters = data.draw(st.lists(st.sampled_from(characters), min_size=1, max_size=500))
    sizes = [1 if cluster in plain else 2 for cluster in clusters]
    tables = 3 * (pair[0] != 0) + 3 * (pair[1] != 0)
    expected = reference(sizes, septets_in(1 + tables), septets_in(ELEMENT[how] + tables))
    text = "".join(clusters)
    encoded = encode_text(text, shifts=[Shift(*pair)])
    if encoded.shift != pair:
        return  # the default alphabet or UCS-2 was as good
    assert texts_of(split(encoded, 7, how=how)) == cut(clusters, expected)
    assert count(encoded, how) == ("gsm", sum(sizes), len(expected))


@pytest.mark.parametrize("before", range(148, 156))
@pytest.mark.parametrize("pair", ["€", LINE_END])
def test_a_pair_at_the_cut_goes_whole_into_the_next_part(before: int, pair: str) -> None:
    text = "a" * before + pair + "b" * 40
    first, second = texts_of(split(text, 7))
    assert first + second == text
    assert (pair in first) != (pair in second)
    assert len(first) == (153 if before >= 153 else 152 if before == 152 else 153 - (pair == "€"))


@pytest.mark.parametrize("before", range(55, 70))
@pytest.mark.parametrize("cluster", [c for c in WIDE if len(c) > 1])
def test_a_cluster_at_the_cut_goes_whole_into_the_next_part(before: int, cluster: str) -> None:
    text = "好" * before + cluster + "库" * 40
    first, second = texts_of(split(text, 7))
    assert first + second == text
    assert (cluster in first) != (cluster in second)


@settings(deadline=None, max_examples=200)
@given(
    st.text(st.characters(), max_size=300),  # with halves of surrogate pairs
    st.sampled_from(list(How)),
)
def test_halves_of_surrogate_pairs_are_shown_as_such_and_nothing_is_lost(text: str, how: How) -> None:
    shown = "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
    parts = split(text, 7, how=how)
    if parts[0].data_coding != 8:
        return
    octets = b"".join(
        dict(part.tlvs).get(TAG_MESSAGE_PAYLOAD)
        or (read_header(part.short_message)[1] if part.esm_class & 0x40 else part.short_message)
        for part in parts
    )
    assert octets.decode("utf-16-be") == shown
    assert count(encode_text(text), how).units == len(shown.encode("utf-16-be")) // 2


@settings(deadline=None, max_examples=150)
@given(
    st.text(st.sampled_from("abcäöüçЖдאב好😀€[ "), max_size=600),
    st.sampled_from(list(How)),
    st.sampled_from([Alphabet.GSM, Alphabet.LATIN1, Alphabet.ASCII]),
    st.lists(st.sampled_from([Alphabet.LATIN1, Alphabet.CYRILLIC, Alphabet.HEBREW, Alphabet.ASCII]), max_size=3),
)
def test_a_text_is_cut_into_as_many_parts_as_it_was_counted(
    text: str, how: How, default: Alphabet, also: list[Alphabet]
) -> None:
    encoded = encode_text(text, default=default, also=also)
    parts = split(encoded, 7, how=how)
    assert len(parts) == (1 if how == How.PAYLOAD else count(encoded, how).parts)
    assert count(encoded, How.PAYLOAD) == count(encoded, How.UDH8)  # what the operator will cut and charge


@settings(deadline=None, max_examples=50)
@given(st.integers(250, 262), st.sampled_from([How.UDH8, How.UDH16, How.SAR]), st.sampled_from(["a", "好"]))
def test_the_256th_part_is_refused_with_its_count(parts: int, how: How, character: str) -> None:
    room = septets_in(ELEMENT[how]) if character == "a" else (140 - ELEMENT[how]) // 2
    text = character * (room * parts)
    if parts <= 255:
        assert len(split(text, 1, how=how)) == parts
    else:
        with pytest.raises(TooManyParts) as caught:
            split(text, 1, how=how)
        assert caught.value.parts == parts
