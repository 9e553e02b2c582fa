"""The length that wording counts with is that of the encoder and the splitter, for every text."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from smsgw.sms.alphabet import seven_bit
from smsgw.sms.coding import Alphabet
from smsgw.sms.encode import encode_text
from smsgw.sms.length import fits, gsm_only, septets, ucs2_units
from smsgw.sms.split import ELEMENT_16, cut

GSM = "".join(sorted(seven_bit().characters - {"\x1b"}))
TEXTS = st.one_of(st.text(GSM, max_size=500), st.text(max_size=250))


@given(TEXTS)
def test_septets_and_units_are_those_that_are_sent(text: str) -> None:
    encoded = encode_text(text)
    if encoded.alphabet == Alphabet.GSM:
        assert septets(text) == encoded.units
    else:
        assert septets(text) is None
        assert ucs2_units(text) == encoded.units


def test_every_character_of_the_alphabet_counts_as_the_alphabet_says() -> None:
    assert all(septets(character) == seven_bit().septets(character) for character in GSM)
    assert gsm_only(f"a{GSM}好") == f"a{GSM}"


@given(TEXTS, st.integers(1, 4))
@example("€" * 80, 1)
@example("€" * 81, 1)
@example("好" * 70, 1)
@example("好" * 71, 2)
@example("😀" * 36, 2)
def test_what_fits_is_never_cut_into_more_parts(text: str, parts: int) -> None:
    encoded = encode_text(text)
    needed = len(cut(encoded, ELEMENT_16))
    if fits(text, parts):
        # What keeps the pieces of a grapheme together may cost a part; a plain text never does.
        assert needed <= parts or not text.isprintable() or any(ord(c) > 0x2FF for c in text)
    elif parts == 1:
        assert needed > 1
