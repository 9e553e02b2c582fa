"""How a link writes a text, by its settings: alphabet, tables, substitutes, data_coding and message class."""

from __future__ import annotations

from typing import Any

import pytest

from smsgw.gateway.outbound.writing import encoded
from smsgw.settings.sections import Smsc
from smsgw.smpp.concat import part_of
from smsgw.sms.alphabet import seven_bit
from smsgw.sms.decode import decode_text
from smsgw.sms.encode import NO_SHIFT, Shift
from smsgw.sms.shift import LANGUAGES, LOCKING, SINGLE
from tests.gateway.outbound.test_pump import Row, World

TURKISH = "satış " * 19  # 114 characters: two parts of UCS-2, one with the single shift table


def written(text: str, message_class: int | None = None, how: str | None = None, **link: Any) -> tuple[Any, ...]:
    """Alphabet, data_coding and octets of a text on a link with these settings."""
    found = encoded(text, Smsc(**link), message_class, how)
    return found.alphabet, found.data_coding, found.data


def test_a_link_of_the_defaults_writes_gsm_or_ucs2() -> None:
    assert written("OK £5") == ("gsm", 0, b"OK \x015")
    assert written("好") == ("ucs2", 8, b"\x59\x7d")
    assert encoded(TURKISH, Smsc()).alphabet == "ucs2"


def test_national_tables_are_those_the_link_names() -> None:
    assert encoded(TURKISH, Smsc(national=("turkish",))).shift == Shift(0, 1)
    assert encoded(TURKISH, Smsc(national=("turkish+locking",))).shift == Shift(0, 1)  # one part each: the first
    longer = "satış " * 25  # 150 characters: 200 septets, or 150 with the locking table
    assert encoded(longer, Smsc(national=("turkish",))).shift == Shift(0, 1)
    assert encoded(longer, Smsc(national=("turkish+locking",))).shift == Shift(1, 0)
    assert encoded(TURKISH, Smsc(national=("hindi+locking",))).shift == NO_SHIFT


def test_every_table_of_23_038_has_a_name() -> None:
    assert set(LANGUAGES.values()) == set(SINGLE) - {0} == {*LOCKING, 2} - {0}


@pytest.mark.parametrize("how", ["sar", "payload"])
def test_no_national_tables_where_their_header_must_not_be(how: str) -> None:
    link = {"national": ("turkish",)}
    assert written(TURKISH, how=how, **link)[:2] == ("ucs2", 8)
    assert written(TURKISH, how="udh16", **link)[:2] == ("gsm", 0)


def test_alphabets_of_8_bits_are_used_where_the_link_has_them() -> None:
    assert written("Продажа", alphabets=("latin1", "cyrillic")) == ("cyrillic", 6, "Продажа".encode("iso8859_5"))
    assert written("ç", alphabets=("latin1", "cyrillic")) == ("latin1", 3, b"\xe7")
    assert written("Продажа", 0, alphabets=("cyrillic",))[:2] == ("ucs2", 0x18)


def test_a_default_of_latin1_is_written_in_latin1_and_never_in_national_septets() -> None:
    assert written("£5 @", default_alphabet="latin1") == ("latin1", 0, b"\xa35 @")
    assert encoded(TURKISH, Smsc(default_alphabet="latin1", national=("turkish",))).alphabet == "ucs2"


def test_substitutes_of_the_link_go_before_those_built_in() -> None:
    link: dict[str, Any] = {"transliterate": True, "transliterations": {"ř": "rz", "№": "No."}}
    assert written("Dvořák № 5", **link)[2] == seven_bit().encode("Dvorzák No. 5".replace("á", "a"))
    assert written("Dvořák № 5", transliterate=True)[2] == seven_bit().encode("Dvorak No 5")
    # Where one character has no substitute, nothing is changed.
    assert written("ř好", **link) == ("ucs2", 8, "ř好".encode("utf-16-be"))


def test_substitutes_that_name_each_other_come_to_an_end() -> None:
    assert written("ě", transliterate=True, transliterations={"ě": "e"})[2] == b"e"
    link: dict[str, Any] = {
        "transliterate": True,
        "default_alphabet": "ascii",
        "transliterations": {"é": "è", "è": "é"},
    }
    assert written("é", **link)[2] == b"e"


def test_an_alphabet_goes_under_the_data_coding_that_the_link_means_it_by() -> None:
    assert written("ç", alphabets=("latin1",), data_codings={"0x03": "gsm", "0x13": "latin1"})[:2] == ("latin1", 0x13)
    assert written("ç", alphabets=("latin1",), data_codings={"9": "latin1"})[:2] == ("latin1", 3)  # 3 still is
    assert written("好", data_codings={"8": "gsm", "0x19": "ucs2", "0x18": "ucs2"})[:2] == ("ucs2", 0x18)
    assert written("好", data_codings={"4": "ucs2"})[:2] == ("ucs2", 8)


@pytest.mark.parametrize(("message_class", "gsm", "ucs2"), [(0, 0x10, 0x18), (1, 0x11, 0x19), (3, 0x13, 0x1B)])
def test_a_message_class_is_told(message_class: int, gsm: int, ucs2: int) -> None:
    for default in ("gsm", "latin1", "ascii"):
        assert written("OK", message_class, default_alphabet=default) == ("gsm", gsm, b"OK")
        assert written("好", message_class, default_alphabet=default)[:2] == ("ucs2", ucs2)


def test_a_message_class_is_left_out_where_its_data_coding_means_something_else() -> None:
    assert written("OK", 0, data_codings={"0x10": "latin1"}) == ("gsm", 0, b"OK")
    assert written("好", 0, data_codings={"0x10": "latin1"})[:2] == ("ucs2", 0x18)


def test_a_message_class_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match="class 4"):
        encoded("OK", Smsc(), 4)


def test_a_flash_text_goes_out_as_one_and_what_follows_it_does_not() -> None:
    w = World()
    w.send(Row(1, "FLASH", message_class=0), Row(2, "好", message_class=0), Row(3, "OK"))
    assert [pdu.data_coding for pdu in w.smsc.submits] == [0x10, 0x18, 0]
    assert [text for _, text in w.smsc.texts()] == ["FLASH", "好", "OK"]


def test_every_part_of_a_long_flash_text_is_one() -> None:
    w = World()
    w.send(Row(1, "x" * 400, message_class=0))
    assert [pdu.data_coding for pdu in w.smsc.submits] == [0x10] * 3


def test_a_text_with_a_message_class_that_is_none_fails_and_harms_nothing_else() -> None:
    w = World()
    w.send(Row(1, message_class=7), Row(2))
    assert w.told("failed") == [1]
    assert w.told("sent") == [2]


def test_national_tables_are_told_in_the_header_of_each_submit() -> None:
    w = World(national=("turkish",))
    text = "satış " * 30
    w.send(Row(1, TURKISH), Row(2, text))
    one, *parts = w.smsc.submits
    assert (one.esm_class, one.data_coding, one.short_message[:4]) == (0x40, 0, b"\x03\x24\x01\x01")
    assert [pdu.short_message[:1] + pdu.short_message[6:9] for pdu in parts] == [b"\x08\x24\x01\x01"] * len(parts)
    assert len(parts) == 2
    users = [part_of(pdu.esm_class, pdu.short_message) for pdu in parts]
    assert "".join(decode_text(user.payload, 0, header=user.header) for user in users) == text


def test_where_sar_cannot_be_had_a_long_text_goes_by_headers_and_may_use_national_tables() -> None:
    w = World(national=("turkish",), long_messages="sar", interface_version="3.3")
    w.send(Row(1, "satış " * 30))
    assert {pdu.esm_class for pdu in w.smsc.submits} == {0x40}
    assert {pdu.data_coding for pdu in w.smsc.submits} == {0}
    assert not any(pdu.tlvs for pdu in w.smsc.submits)


def test_alphabets_and_substitutes_of_the_link_are_used_on_the_wire() -> None:
    w = World(alphabets=("cyrillic",), transliterate=True, transliterations={"№": "N"})
    w.send(Row(1, "Продажа"), Row(2, "№ 5"))
    assert [(pdu.data_coding, pdu.short_message) for pdu in w.smsc.submits] == [
        (6, "Продажа".encode("iso8859_5")),
        (0, b"N 5"),
    ]
