"""What a link writes, a link with the same settings reads: every character of every table, and random texts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from smsgw.gateway.inbound.readable import joined, part_to_keep, text_of
from smsgw.gateway.outbound.writing import encoded
from smsgw.settings.sections import Smsc
from smsgw.smpp.concat import UserData, part_of
from smsgw.smpp.split import Part, split
from smsgw.smpp.tlv import TAG_MESSAGE_PAYLOAD
from smsgw.sms import misdeclared
from smsgw.sms.alphabet import seven_bit
from smsgw.sms.coding import Alphabet
from smsgw.sms.shift import LANGUAGES, LOCKING, SINGLE

EIGHT_BIT = {"latin1": "latin-1", "ascii": "ascii", "cyrillic": "iso8859_5", "hebrew": "iso8859_8"}
NAMES = [*LANGUAGES, *(f"{name}+locking" for name, number in LANGUAGES.items() if number in LOCKING)]


def read(parts: list[Part], smsc: Smsc) -> str | None:
    """The text of all parts, the last one first, as the intake makes it."""
    whole = {number: said(part) for number, part in enumerate(parts, 1)}
    if len(whole) == 1:
        return text_of(whole[1], parts[0].data_coding, smsc)
    waiting: dict[int, tuple[bytes, int]] = {}
    width = 0
    for number in reversed(whole):
        user = whole[number]
        assert user.part is not None and (user.part.number, user.part.total) == (number, len(parts))
        part = parts[number - 1]
        width, payload = part_to_keep(user, user.part, part.short_message)
        waiting[number] = (payload, part.data_coding)
    return joined([waiting[number] for number in sorted(waiting)], width, smsc)


def said(part: Part) -> UserData:
    data = part.short_message or dict(part.tlvs).get(TAG_MESSAGE_PAYLOAD, b"")
    return part_of(part.esm_class, data, part.tlvs)


def round_trip(text: str, smsc: Smsc, message_class: int | None = None) -> str | None:
    return read(split(encoded(text, smsc, message_class), 7, how=smsc.long_messages), smsc)


def characters_of(smsc: Smsc) -> set[str]:
    """Every character of every table that a link may use."""
    found = set(seven_bit().characters)
    for shift in smsc.shifts:
        found |= seven_bit(*shift).characters
    for alphabet in smsc.alphabets:
        found |= {bytes((octet,)).decode(EIGHT_BIT[alphabet], "ignore") for octet in range(32, 256)} - {""}
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_character_of_a_national_table_comes_back(name: str) -> None:
    smsc = Smsc(national=(name,))
    number = LANGUAGES[name.removesuffix("+locking")]
    letters = "".join(sorted(set(SINGLE[number].values()) - seven_bit().characters))
    for character in sorted(characters_of(smsc)):
        assert round_trip(character, smsc) == character
        # and among so many of its own that the table is worth its header
        text = (letters * 60)[:99] + character + "x" * 20
        written = encoded(text, smsc)
        assert round_trip(text, smsc) == text
        assert written.units <= 240


@pytest.mark.parametrize("alphabet", EIGHT_BIT)
def test_every_character_of_an_8_bit_alphabet_comes_back(alphabet: Any) -> None:
    smsc = Smsc(alphabets=(alphabet,))
    characters = sorted(characters_of(smsc))
    for character in characters:
        assert round_trip(character, smsc) == character
    everything = "".join(c for c in characters if c not in seven_bit().characters)
    assert round_trip(everything * 3, smsc) == everything * 3


@pytest.mark.parametrize("default", ["gsm", "latin1", "ascii"])
@pytest.mark.parametrize("how", ["udh8", "udh16", "sar", "payload"])
def test_every_character_of_the_default_alphabet_comes_back(default: Any, how: Any) -> None:
    smsc = Smsc(default_alphabet=default, long_messages=how)
    everything = "".join(sorted(seven_bit().characters))
    for text in (everything, everything * 4, *everything):
        assert round_trip(text, smsc) == text


CODINGS: list[dict[str, str]] = [
    {},
    {"0x03": "gsm", "0x13": "latin1"},
    {"8": "gsm", "0x18": "ucs2", "6": "hebrew", "7": "cyrillic"},
    {"0x10": "latin1", "0x0F": "ucs2", "4": "gsm"},
]
links = st.builds(
    Smsc,
    default_alphabet=st.sampled_from(["gsm", "latin1", "ascii"]),
    alphabets=st.lists(st.sampled_from(sorted(EIGHT_BIT)), max_size=4, unique=True).map(tuple),
    national=st.lists(st.sampled_from(NAMES), max_size=4, unique=True).map(tuple),
    data_codings=st.sampled_from(CODINGS),
    transliterate=st.booleans(),
    transliterations=st.sampled_from([{}, {"ř": "rz", "№": "No.", "ş": ""}]),
    long_messages=st.sampled_from(["udh8", "udh16", "sar", "payload"]),
)
# No U+FEFF, which is a mark at the beginning, no U+0000, and hanzi that do not look like ASCII with its octets changed.
ALL = sorted({*characters_of(Smsc(national=tuple(NAMES), alphabets=tuple(EIGHT_BIT))), "好"})
# What one alphabet, or one pair of tables, can write.
POOLS = [
    *(sorted(characters_of(Smsc(alphabets=(name,)))) for name in EIGHT_BIT),  # type: ignore[arg-type]
    *(sorted(seven_bit(shift.locking, shift.single).characters) for shift in Smsc(national=tuple(NAMES)).shifts),
]
# No C1 controls either, and none of the signs that nobody types: octets that would be some are read as what else they
# may be (`smsgw.sms.misdeclared`).
UNTYPED = {*map(chr, range(0x80, 0xA1)), *"¢¦¨©ª¬\xad®¯¸×÷"}
ALL, *POOLS = ([character for character in pool if character not in UNTYPED] for pool in (ALL, *POOLS))
POOLS += [[character for character in pool if character not in seven_bit().characters] or pool for pool in POOLS]
texts = st.one_of(
    st.text(st.sampled_from("satış ğİ žř№éçñ€[]Ждאבबिक्री好库存😀👍🏽\r\nabc 123"), max_size=500),
    st.text(st.sampled_from(ALL), max_size=400),
    st.sampled_from(POOLS).flatmap(lambda pool: st.text(st.sampled_from(pool), min_size=1, max_size=400)),
)


@settings(deadline=None, max_examples=600)
@given(links, texts, st.sampled_from([None, None, 0, 1, 2, 3]))
def test_any_text_on_any_link_comes_back_whole(smsc: Smsc, text: str, message_class: int | None) -> None:
    written = encoded(text, smsc, message_class)
    if not smsc.transliterate:
        assert written.text == text
    assert written.text.count("?") == text.count("?")
    assert "\ufffd" not in written.text
    # Latin letters whose octets spell UTF-8 or GBK, as nothing but a capital before a sign, are read as that.
    if written.alphabet == Alphabet.LATIN1:
        assume(not misdeclared.as_utf8(written.data) and not misdeclared.as_gbk(written.data))
    assert round_trip(text, smsc, message_class) == written.text


@settings(deadline=None, max_examples=200)
@given(links, st.text(st.characters(), max_size=200))
def test_no_text_breaks_a_link(smsc: Smsc, text: str) -> None:
    """Whatever our words hold, halves of surrogate pairs too, something goes out."""
    parts = split(encoded(text, smsc), 7, how=smsc.long_messages)
    assert parts
    assert {part.data_coding for part in parts} == {parts[0].data_coding}
    assert all(len(part.short_message) <= 160 for part in parts)
