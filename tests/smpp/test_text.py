"""Text from octets and octets from text: every data_coding, every alphabet, no placeholder, no exception."""

from __future__ import annotations

import re

import gsm0338
import pytest
import regex
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from smsgw.sms import misdeclared
from smsgw.sms.alphabet import pack, seven_bit
from smsgw.sms.coding import Alphabet, alphabet_of, message_class
from smsgw.sms.decode import decode_text
from smsgw.sms.encode import Shift, encode_text
from smsgw.sms.grapheme import may_cut
from smsgw.sms.udh import UserDataHeader

NEVER_TYPED = re.compile("[\0-\x09\x0b\x0c\x0e-\x1f\x7f-\xa0]")  # controls of ASCII and Latin-1

CASES = [  # data_coding, octets, text
    (0x00, b"S 3\x1be \x11\x02", "S 3€ _$"),
    (0x00, "库存 A350".encode(), "库存 A350"),
    (0x00, b"caf\xe9", "café"),
    (0x00, b"Gr\xf6\xdfe AB", "Größe AB"),
    (0x00, b"jos\xe9", "josé"),
    (0x03, b"fa\xe7ade", "façade"),
    (0x03, "好\u5e93".encode("utf-16-be"), "好库"),
    (0x00, "库存".encode("utf-16-be"), "库存"),
    (0x00, b"00[\x00", "00Ä"),
    (0x00, b"bo\x00shop1", "bo@shop1"),
    (0x00, b"info\x00dealer", "info@dealer"),
    (0x00, b"a\x00b c", "a@b c"),
    (0x00, b"aa\x00a", "aa@a"),
    (0x00, "S 860123 一".encode("utf-16-be"), "S 860123 一"),
    (0x01, b"STOCK @_$", "STOCK @_$"),
    (0x01, "é".encode("latin-1"), "é"),
    (0x02, b"S 3", "S 3"),
    (0x02, b"\xff\xfe\x41", "ÿþA"),
    (0x03, b"\xa3 5", "£ 5"),
    (0x04, "销售".encode(), "销售"),
    (0x05, "売上".encode("iso2022_jp"), "売上"),
    (0x05, "売上".encode("shift_jis"), "売上"),
    (0x06, "Продажа".encode("iso8859_5"), "Продажа"),
    (0x07, "מלאי".encode("iso8859_8"), "מלאי"),
    (0x08, "库存 A350".encode("utf-16-be"), "库存 A350"),
    (0x08, "好😀".encode("utf-16-be"), "好😀"),
    (0x08, "库存 A350".encode("utf-16"), "库存 A350"),  # a mark, little-endian
    (0x08, b"\xfe\xff" + "库存".encode("utf-16-be"), "库存"),
    (0x08, "S 860123456789012".encode("utf-16-le"), "S 860123456789012"),
    (0x08, "OK".encode("utf-16-le"), "OK"),
    (0x08, "一一一".encode("utf-16-be"), "一一一"),
    (0x08, "开\u3000\u3000\u3000一".encode("utf-16-be"), "开\u3000\u3000\u3000一"),
    (0x08, "最开".encode("utf-16-be"), "最开"),
    (0x08, "A".encode("utf-16-be") + b"\x00", "A"),
    (0x08, "A".encode("utf-16-be") + b"\x41", "A\ufffd"),
    (0x08, b"\xd8\x3d", "\ufffd"),
    (0x08, b"\xd8\x3d\x00A", "\ufffdA"),
    (0x08, b"\x00A\x00\x00", "A"),
    (0x08, b"", ""),
    (0x09, b"\xe9", "é"),
    (0x0A, "売上".encode("iso2022_jp"), "売上"),
    (0x0B, b"S 3", "S 3"),
    (0x0D, "売上".encode("euc_jp"), "売上"),
    (0x0E, "판매".encode("euc_kr"), "판매"),
    (0x0F, b"S 3", "S 3"),
    (0x10, b"\x00", "@"),  # 23.038: flash, default alphabet
    (0x14, b"\x00A", "A"),
    (0x18, "库存".encode("utf-16-be"), "库存"),
    (0x1C, b"\x00", "@"),  # reserved alphabet: default
    (0x20, b"\xe9", "é"),  # compressed
    (0x48, "库存".encode("utf-16-be"), "库存"),
    (0x80, b"\x00", "@"),  # reserved group
    (0xC8, b"\x00", "@"),
    (0xD0, b"\x00", "@"),
    (0xE0, "库存".encode("utf-16-be"), "库存"),
    (0xF0, b"\x00", "@"),
    (0xF1, b"\x1be", "€"),
    (0xF4, b"\xe9", "é"),
]


@pytest.mark.parametrize(("data_coding", "octets", "text"), CASES)
def test_I8_each_data_coding_is_read_by_its_alphabet(data_coding: int, octets: bytes, text: str) -> None:
    assert decode_text(octets, data_coding) == text


@settings(deadline=None, max_examples=500)
@given(st.binary(max_size=300), st.integers(0, 255), st.sampled_from(list(Alphabet)))
def test_any_octets_under_any_data_coding_are_some_text_a_database_takes(
    octets: bytes, data_coding: int, default: Alphabet
) -> None:
    text = decode_text(octets, data_coding, default=default)
    text.encode("utf-8")  # no half surrogates
    assert "\0" not in text


@pytest.mark.parametrize("data_coding", [2, 3, 4, 9, 11, 12, 15, 0x20, 0xF4])
def test_octets_of_no_alphabet_are_kept_one_character_each(data_coding: int) -> None:
    octets = bytes(range(255, 0, -1))
    assert decode_text(octets, data_coding).encode("latin-1") == octets


def test_the_default_alphabet_is_the_links() -> None:
    assert decode_text(b"@_\xe9", 0, default=Alphabet.LATIN1) == "@_é"
    assert decode_text(b"@_$", 0, default=Alphabet.ASCII) == "@_$"
    assert decode_text(pack(b"S 860123456789012"), 0, default=Alphabet.GSM_PACKED) == "S 860123456789012"
    assert decode_text(pack(b"S 3"), 0xF1, default=Alphabet.GSM_PACKED) == "S 3"
    assert decode_text(b"@", 0, default="latin1") == "@"
    assert alphabet_of(0x10, Alphabet.LATIN1) is Alphabet.GSM


def test_a_link_may_read_a_data_coding_its_own_way() -> None:
    assert decode_text("库存".encode("utf-16-be"), 0x19) == "库存"
    assert decode_text("库存".encode("utf-16-be"), 0x0F, overrides={0x0F: Alphabet.UCS2}) == "库存"
    assert decode_text("库存".encode(), 8, overrides={8: Alphabet.UTF8}) == "库存"


def test_the_header_names_the_national_tables() -> None:
    header = UserDataHeader(((0x25, b"\x06"), (0x24, b"\x06")))
    octets = seven_bit(6, 6).encode("बिक्री A३")
    assert octets is not None
    assert decode_text(octets, 0, header=header) == "बिक्री A३"
    assert decode_text(b"\x1bs", 0, header=UserDataHeader(((0x24, b"\x01"),))) == "ş"


@pytest.mark.parametrize("language", [4, 5, 6, 13])
def test_the_letter_at_zero_of_a_national_table_is_no_padding(language: int) -> None:
    first = seven_bit(language, 0).decode(b"\0")
    assert first != "@"
    header = UserDataHeader(((0x25, bytes([language])),))
    assert decode_text(b"\0\x20\0\x20\0", 0, header=header) == f"{first} {first} {first}"
    assert decode_text(b"\0\x20\0\x20", 0, header=header) == f"{first} {first} "


def test_the_message_class_is_told_by_data_coding() -> None:
    assert [message_class(data_coding) for data_coding in (0, 8, 0x10, 0x18, 0xF1, 0xF6, 0x48, 0x53, 0xC0)] == [
        None, None, 0, 0, 1, 2, None, 3, None,
    ]  # fmt: skip


def test_a_text_in_the_gsm_tables_goes_as_septets_and_any_other_as_ucs2() -> None:
    assert encode_text("OK #4711 £5 €")[1:5] == (Alphabet.GSM, 0, b"OK #4711 \x015 \x1be", 14)
    assert encode_text("好")[1:5] == (Alphabet.UCS2, 8, b"\x59\x7d", 1)
    assert encode_text("`").alphabet == Alphabet.UCS2
    assert encode_text("").units == 0
    assert encode_text("😀").units == 2


def test_a_default_of_latin1_or_ascii_takes_what_both_it_and_the_air_can_carry() -> None:
    assert encode_text("£5 @_é", default=Alphabet.LATIN1)[1:5] == (Alphabet.LATIN1, 0, "£5 @_é".encode("latin-1"), 6)
    assert encode_text("[x]", default=Alphabet.LATIN1).units == 5  # two escapes on the air
    assert encode_text("ç", default=Alphabet.LATIN1).alphabet == Alphabet.UCS2  # GSM has only the capital
    assert encode_text("€", default=Alphabet.LATIN1).alphabet == Alphabet.UCS2
    assert encode_text("é", default=Alphabet.ASCII).alphabet == Alphabet.UCS2
    assert encode_text("a_b", default=Alphabet.ASCII)[1:4] == (Alphabet.ASCII, 0, b"a_b")


def test_more_alphabets_are_used_only_where_allowed() -> None:
    assert encode_text("Продажа", also=[Alphabet.CYRILLIC])[1:5] == (
        Alphabet.CYRILLIC, 6, "Продажа".encode("iso8859_5"), 7,
    )  # fmt: skip
    assert encode_text("ç", also=[Alphabet.LATIN1])[1:4] == (Alphabet.LATIN1, 3, b"\xe7")
    assert encode_text("好", also=[Alphabet.LATIN1]).alphabet == Alphabet.UCS2


def test_national_tables_are_used_only_where_allowed_and_cheaper() -> None:
    turkish = Shift(0, 1)
    text = "satış " * 19  # 114 characters: two parts of UCS-2
    assert encode_text(text).alphabet == Alphabet.UCS2
    assert encode_text(text, shifts=[turkish])[1:3] == (Alphabet.GSM, 0)
    assert encode_text(text, shifts=[turkish]).shift == turkish
    assert encode_text(text, shifts=[turkish, Shift(1, 1)]).shift == turkish  # one part either way: the first
    assert encode_text("satış " * 25, shifts=[turkish, Shift(1, 1)]).shift == Shift(1, 1)  # 150 septets, not 200
    assert encode_text("satış", shifts=[turkish]).alphabet == Alphabet.UCS2  # one part either way
    assert encode_text("好" + text, shifts=[turkish]).alphabet == Alphabet.UCS2


def test_a_message_class_is_carried_in_every_alphabet() -> None:
    assert encode_text("flash", message_class=0).data_coding == 0x10
    assert encode_text("库存", message_class=0).data_coding == 0x18
    assert encode_text("flash", default=Alphabet.LATIN1, message_class=1)[1:3] == (Alphabet.GSM, 0x11)
    with pytest.raises(ValueError, match="class 4"):
        encode_text("x", message_class=4)


TRANSLITERATED = [
    ("’quoted’ “text” – dash…", "'quoted' \"text\" - dash..."),
    ("naïve façade", "naive facade"),
    ("Łódź straße", "Lodz straße"),
    ("ＡＢＣ１２３", "ABC123"),
    ("x\u00a0y\u200bz", "x yz"),
    ("e\u0301", "e"),
    ("`tick`", "'tick'"),
    ("½ №5 ™", "1/2 No5 TM"),
    ("10 × 5 → 50", "10 x 5 -> 50"),
    ("ĳ œuvre", "ij oeuvre"),
]


@pytest.mark.parametrize(("text", "expected"), TRANSLITERATED)
def test_transliteration_keeps_a_text_in_septets_when_it_is_asked_for(text: str, expected: str) -> None:
    encoded = encode_text(text, transliterate=True)
    assert encoded.text == expected
    assert encoded.alphabet == Alphabet.GSM
    assert encode_text(text).alphabet == Alphabet.UCS2


@pytest.mark.parametrize("text", ["库存’", "Продажа…", "😀", "ş好"])
def test_a_text_that_cannot_be_transliterated_whole_is_left_alone(text: str) -> None:
    encoded = encode_text(text, transliterate=True)
    assert encoded.alphabet == Alphabet.UCS2
    assert encoded.text == text


@settings(deadline=None, max_examples=500)
@given(
    st.text(max_size=200),
    st.booleans(),
    st.sampled_from([Alphabet.GSM, Alphabet.LATIN1, Alphabet.ASCII, Alphabet.GSM_PACKED]),
    st.lists(st.sampled_from([Shift(1, 1), Shift(0, 2), Shift(3, 3), Shift(6, 6), Shift(13, 13)]), max_size=3),
    st.lists(st.sampled_from([Alphabet.LATIN1, Alphabet.CYRILLIC, Alphabet.HEBREW]), max_size=2),
)
@example("\ufeffx", False, Alphabet.GSM, [], [])
def test_what_is_encoded_is_what_is_read_at_the_other_end(
    text: str, transliterate: bool, default: Alphabet, shifts: list[Shift], also: list[Alphabet]
) -> None:
    encoded = encode_text(text, default=default, transliterate=transliterate, shifts=shifts, also=also)
    if not transliterate:
        assert encoded.text == text
    assert "?" in text or "?" not in encoded.text
    # Octets that no typed text has, or hardly any: they are read as the UCS-2, UTF-8 or GBK that they spell as well.
    if encoded.alphabet == Alphabet.LATIN1:
        assume(not NEVER_TYPED.search(encoded.text))
        assume(not misdeclared.as_utf8(encoded.data) and not misdeclared.as_gbk(encoded.data))
    elif encoded.alphabet == Alphabet.GSM and encoded.text.count("@") * 4 >= len(encoded.text):
        assume(not misdeclared.as_ucs2(encoded.data))
    header = UserDataHeader(((0x25, bytes([encoded.shift.locking])), (0x24, bytes([encoded.shift.single]))))
    reader = Alphabet.GSM if default is Alphabet.GSM_PACKED else default
    read = decode_text(encoded.data, encoded.data_coding, default=reader, header=header, ends=False)
    if encoded.alphabet != Alphabet.UCS2:
        assert read == encoded.text.replace("\0", "")
    else:  # a first U+FEFF is a mark; U+0000 and half surrogates are no characters
        assert read == encoded.text.removeprefix("\ufeff").replace("\0", "")


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet=sorted(seven_bit().characters), max_size=200))
def test_septets_are_counted_as_an_independent_codec_counts_them(text: str) -> None:
    assert encode_text(text).units == len(gsm0338.Codec().encode(text)[0])


CLUSTERS = "a\u0301 \u0e33é\r\n😀👍\U0001f3fd👩\u200d🚀🇨🇳🇩🇪한ᄒ\u1161\u11abक्षि\ufe0f☺\U000e0067न\u06001世"


@settings(deadline=None, max_examples=500)
@given(st.text(alphabet=CLUSTERS, max_size=40))
def test_a_cut_is_allowed_only_where_unicode_allows_one(text: str) -> None:
    boundaries = {0}
    for cluster in regex.findall(r"\X", text):
        boundaries.add(max(boundaries) + len(cluster))
    for place in range(1, len(text)):
        if may_cut(text, place):
            assert place in boundaries, (text[:place], text[place:])


def test_plain_text_may_be_cut_anywhere_and_a_line_end_not_within() -> None:
    text = "AB 好的 é\r\n12"
    assert [place for place in range(1, len(text)) if not may_cut(text, place)] == [text.index("\n")]
