"""Cutting texts into parts: costs, limits, headers, and that nothing is torn."""

from __future__ import annotations

import gsm0338
import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from smpplib import gsm as smpplib_gsm

from smsgw.smpp.split import How, TooManyParts, count, split
from smsgw.sms.alphabet import seven_bit
from smsgw.sms.coding import Alphabet
from smsgw.sms.decode import decode_text
from smsgw.sms.encode import Shift, encode_text
from smsgw.sms.udh import read_header

COSTS = [  # text, alphabet, units, parts
    ("", "gsm", 0, 1),
    ("a" * 160, "gsm", 160, 1),
    ("a" * 161, "gsm", 161, 2),
    ("a" * 306, "gsm", 306, 2),
    ("a" * 307, "gsm", 307, 3),
    ("€" * 80, "gsm", 160, 1),
    ("€" * 81, "gsm", 162, 2),
    ("€" * 152, "gsm", 304, 2),
    ("€" * 153, "gsm", 306, 3),  # 76 pairs a part, for 153 is odd
    ("好" * 70, "ucs2", 70, 1),
    ("好" * 71, "ucs2", 71, 2),
    ("好" * 134, "ucs2", 134, 2),
    ("好" * 135, "ucs2", 135, 3),
    ("😀" * 35, "ucs2", 70, 1),
    ("😀" * 36, "ucs2", 72, 2),
    ("😀" * 66, "ucs2", 132, 2),
    ("😀" * 67, "ucs2", 134, 3),
    ("a" * 160 + "’", "ucs2", 161, 3),
]


@pytest.mark.parametrize(("text", "alphabet", "units", "parts"), COSTS)
def test_a_text_costs_what_the_operators_charge(text: str, alphabet: str, units: int, parts: int) -> None:
    assert count(encode_text(text)) == (alphabet, units, parts)
    assert len(split(text, 1)) == parts


@pytest.mark.parametrize("how", list(How))
def test_one_part_has_no_header_and_no_tlvs(how: How) -> None:
    assert split("OK", 7, how=how) == [(b"OK", 0, 0, ())]
    assert split("", 7, how=how) == [(b"", 0, 0, ())]
    assert split("好", 7, how=how) == [(b"\x59\x7d", 0, 8, ())]


def test_parts_are_marked_by_header_tlvs_or_payload() -> None:
    text = "a" * 200
    assert split(text, 0x1FF)[1] == (b"\x05\x00\x03\xff\x02\x02" + b"a" * 47, 0x40, 0, ())
    assert split(text, 0x1FF, how=How.UDH16)[1] == (b"\x06\x08\x04\x01\xff\x02\x02" + b"a" * 48, 0x40, 0, ())
    assert split(text, 0x1FF, how=How.SAR)[0] == (
        b"a" * 153, 0, 0, ((0x020C, b"\x01\xff"), (0x020E, b"\x02"), (0x020F, b"\x01")),
    )  # fmt: skip
    assert split(text, 0x1FF, how=How.PAYLOAD) == [(b"", 0, 0, ((0x0424, text.encode()),))]
    assert split("库存" * 40, 1, message_class=0)[0].data_coding == 0x18


@pytest.mark.parametrize("how", [How.UDH8, How.UDH16, How.SAR])
@pytest.mark.parametrize("text", ["a€" * 200, "好" * 200, "satış " * 60])
def test_O2_header_and_sar_never_meet_and_all_parts_have_one_coding(how: How, text: str) -> None:
    parts = split(text, 9, how=how, shifts=[Shift(0, 1)])
    assert len({part.data_coding for part in parts}) == 1
    for part in parts:
        assert (part.esm_class == 0x40) != any(0x020C <= tag <= 0x020F for tag, _ in part.tlvs)


def test_national_tables_are_named_in_every_header_and_take_their_room() -> None:
    text = "satış " * 24  # 144 characters, 192 septets with 48 escapes
    parts = split(text, 9, shifts=[Shift(0, 1)])
    assert [part.esm_class for part in parts] == [0x40, 0x40]
    header, septets = read_header(parts[0].short_message)
    assert header.elements == ((0x00, b"\x09\x02\x01"), (0x24, b"\x01"))
    assert len(septets) in (148, 149)  # (140 - 9) * 8 // 7, or one less before an escape
    one = split("satış " * 19, 9, shifts=[Shift(0, 1)])
    assert len(one) == 1
    assert one[0].short_message.startswith(b"\x03\x24\x01\x01sat\x1bi")
    # SAR and payload have no header to name a table in.
    for how in (How.SAR, How.PAYLOAD):
        assert split("satış " * 21, 9, how=how, shifts=[Shift(0, 1)])[0].data_coding == 8


def test_a_message_has_at_most_255_parts() -> None:
    assert len(split("a" * 255 * 153, 1)) == 255
    with pytest.raises(TooManyParts, match="256 parts") as caught:
        split("a" * (255 * 153 + 1), 1)
    assert caught.value.parts == 256


def test_eight_bit_alphabets_fill_140_octets() -> None:
    text = "Ж" * 141
    parts = split(text, 1, also=[Alphabet.CYRILLIC])
    assert [len(part.short_message) for part in parts] == [140, 6 + 7]
    assert parts[0].data_coding == 6


def test_a_latin1_default_is_cut_by_septets_and_written_in_octets() -> None:
    text = "[é]" * 80  # 5 septets each
    parts = split(text, 1, default=Alphabet.LATIN1)
    assert len(parts) == 3
    assert b"".join(part.short_message[6:] for part in parts) == text.encode("latin-1")


def test_a_grapheme_longer_than_a_part_is_cut_all_the_same() -> None:
    text = "好" + "\u0301" * 200
    parts = split(text, 1)
    assert "".join(part.short_message[6:].decode("utf-16-be") for part in parts) == text
    assert len(parts) == 3


def independent_parts(octets: bytes, single: int, several: int, torn: bytes | None) -> int:
    """Parts of encoded octets, counted from the octets: a cut steps back where it would tear a pair."""
    if len(octets) <= single:
        return 1
    parts = 0
    while octets:
        cut = octets[:several]
        if len(octets) > several and torn is None and cut.endswith(b"\x1b"):
            cut = cut[:-1]  # an escape with nothing behind it
        if len(octets) > several and torn is not None and cut[-2:-1] and 0xD8 <= cut[-2] <= 0xDB:
            cut = cut[:-2]  # the first half of a surrogate pair
        octets = octets[len(cut) :]
        parts += 1
    return parts


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet=sorted(seven_bit().characters - set("\r")), max_size=1000))
def test_septets_and_parts_agree_with_a_count_over_an_independent_codec(text: str) -> None:
    octets = gsm0338.Codec().encode(text)[0]
    assert count(encode_text(text)) == ("gsm", len(octets), independent_parts(octets, 160, 153, None))


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="好库存ABC 1😀🀄\u3000", min_size=1, max_size=400).map(lambda text: "好" + text))
def test_ucs2_units_and_parts_agree_with_a_count_over_the_octets(text: str) -> None:
    octets = text.encode("utf-16-be")
    assert count(encode_text(text)) == ("ucs2", len(octets) // 2, independent_parts(octets, 140, 134, b"\xd8"))


@settings(deadline=None, max_examples=100)
@given(st.text(alphabet="abc XYZ 019 éü£", max_size=700))
def test_without_pairs_to_tear_smpplib_makes_the_same_parts(text: str) -> None:
    theirs, _, _ = smpplib_gsm.make_parts(text)
    ours = split(text, 0)
    assert [part.short_message[6:] for part in ours[1:]] == [part[6:] for part in theirs[1:]]
    assert len(ours) == len(theirs)


CHARACTERS = st.one_of(
    st.sampled_from("a\u0301 é€[]\r\n@好库😀👍\U0001f3fd👩\u200d🚀🇨🇳한क्षि\ufe0f"),
    st.characters(codec="utf-8", exclude_characters="\0\ufeff"),
)


@settings(deadline=None, max_examples=300)
@given(
    st.one_of(st.text(alphabet=CHARACTERS, max_size=400), st.text(alphabet="a€[好\r\n", max_size=400)),
    st.sampled_from([How.UDH8, How.UDH16, How.SAR]),
    st.sampled_from([(), (Shift(1, 1), Shift(6, 6))]),
)
def test_no_part_is_too_long_or_tears_a_character(text: str, how: How, shifts: tuple[Shift, ...]) -> None:
    parts = split(text, 5, how=how, shifts=shifts)
    texts = []
    for part in parts:
        header, data = read_header(part.short_message) if part.esm_class & 0x40 else (None, part.short_message)
        texts.append(decode_text(data, part.data_coding, **({"header": header} if header else {})))
        octets = len(part.short_message) - len(data)
        on_air = octets + (len(data) if part.data_coding == 8 else -(-len(data) * 7 // 8))
        assert on_air <= 140
        assert data or len(parts) == 1
    assert "".join(texts) == text
    if len(parts) > 1:
        place, boundaries = 0, set()
        for cluster in regex.findall(r"\X", text):
            place += len(cluster)
            boundaries.add(place)
        place = 0
        for piece in texts[:-1]:
            assert place + len(piece) in boundaries or not any(
                place < boundary <= place + len(piece) for boundary in boundaries
            )
            place += len(piece)


def test_the_parts_of_an_encoded_text_are_those_of_the_text() -> None:
    for text in ("OK", "a€" * 200, "好" * 200):
        assert split(encode_text(text), 3) == split(text, 3)
