"""What comes in on a link, by its settings: data_codings and alphabets of its own, and data that is no text."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from smsgw.gateway.inbound.readable import joined, text_of
from smsgw.settings.sections import Smsc
from smsgw.smpp.concat import UserData
from smsgw.smpp.split import split
from smsgw.sms.alphabet import pack, seven_bit
from smsgw.sms.udh import write_header
from tests.business.world import OWNER
from tests.gateway.world import IMEIS, settings_of, world

PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(40))


def read(data: bytes, data_coding: int, **link: Any) -> str | None:
    return text_of(UserData(data), data_coding, Smsc(**link))


def test_data_coding_0_is_the_default_of_what_comes_in() -> None:
    assert read(b"\x00", 0) == "@"
    assert read(b"@\xe9", 0, default_alphabet="latin1") == "@é"
    assert read(b"@\xe9", 0, default_alphabet_in="latin1") == "@é"
    assert read(b"\x00", 0, default_alphabet="latin1", default_alphabet_in="gsm") == "@"
    assert read("库存".encode("utf-16-be"), 0, default_alphabet_in="ucs2") == "库存"
    assert read("库存".encode(), 0, default_alphabet_in="utf8") == "库存"
    assert read(pack(b"STOCK A350"), 0, default_alphabet_in="gsm-packed") == "STOCK A350"
    assert read("Продажа".encode("iso8859_5"), 0, default_alphabet_in="cyrillic") == "Продажа"


def test_a_data_coding_means_what_the_link_says() -> None:
    assert read(b"\x00 5", 3) == "\x00 5".replace("\0", "")
    assert read(b"\x00 5", 3, data_codings={"3": "gsm"}) == "@ 5"
    assert read("库存".encode("utf-16-be"), 0x0F, data_codings={"0x0f": "ucs2"}) == "库存"
    assert read(PICTURE, 4, data_codings={"4": "latin1"}) is not None


@pytest.mark.parametrize("data_coding", [2, 4, 0x14, 0xF4, 0xF5, 9])
def test_octets_are_a_text_where_they_can_be_one(data_coding: int) -> None:
    assert read("销售 A350".encode(), data_coding) == "销售 A350"
    assert read(b"caf\xe9\r\n\t5", data_coding) == "café\r\n\t5"
    assert read(PICTURE, data_coding) is None
    assert read(b"S 1\x00", data_coding) is None
    assert read(b"\x85\x92", data_coding) is None
    assert read(b"", data_coding) == ""


def test_parts_are_read_by_the_links_own_codings() -> None:
    text = "Склад" * 20
    octets = text.encode("utf-16-be")
    parts = [(write_header((0, bytes((7, 2, n + 1)))) + octets[n * 134 : n * 134 + 134], 0x0F) for n in range(2)]
    assert joined(parts, 8, Smsc(data_codings={"0x0F": "ucs2"})) == text
    assert joined(parts, 8, Smsc()) != text
    data = [(write_header((0, bytes((7, 2, 1)))) + PICTURE, 4), (write_header((0, bytes((7, 2, 2)))) + b"END", 4)]
    assert joined(data, 8, Smsc()) is None


def test_what_a_phone_writes_with_national_tables_is_read(engine: Engine) -> None:
    w = world(engine)
    text = "बिक्री " * 30
    shift_split = split(text, 7, shifts=Smsc(national=("hindi+locking",)).shifts)
    assert all(part.data_coding == 0 for part in shift_split)
    for part in reversed(shift_split):
        w.smsc.deliver(OWNER, "", tag=0, short_message=part.short_message, esm_class=part.esm_class, data_coding=0)
    w.settle()
    assert w.ask("SELECT text FROM message_in") == [(text,)]


def test_a_picture_is_kept_without_a_text_and_answered_that_it_cannot_be_read(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, "", tag=1, short_message=PICTURE, data_coding=4)
    assert w.statuses() == [0]
    assert w.ask("SELECT text, payload, state, reading FROM message_in") == [("", PICTURE, "done", None)]
    assert [phone for phone, _ in w.smsc.texts()] == [OWNER]
    assert w.smsc.texts()[0][1].startswith("refuse_unreadable en")


def test_a_picture_in_parts_is_answered_once(engine: Engine) -> None:
    w = world(engine)
    for number in (2, 1):
        octets = write_header((0, bytes((7, 2, number)))) + PICTURE
        w.smsc.deliver(OWNER, "", tag=number, short_message=octets, esm_class=0x40, data_coding=4)
    w.settle()
    assert w.statuses() == [0, 0]
    assert w.ask("SELECT text, state, parts FROM message_in") == [("", "done", 2)]
    assert [text.split()[0] for _, text in w.smsc.texts()] == ["refuse_unreadable"]


def test_pictures_are_answered_no_oftener_than_other_texts_that_book_nothing(engine: Engine) -> None:
    w = world(engine, settings_of(limits={"answers_per_phone_per_hour": 2}))
    for _ in range(5):
        w.text(OWNER, "", tag=1, short_message=PICTURE, data_coding=4)
    assert [text.split()[0] for _, text in w.smsc.texts()] == ["refuse_unreadable"] * 2 + ["too_many_answers"]


def test_a_sale_under_a_data_coding_of_the_links_own_is_booked(engine: Engine) -> None:
    w = world(engine, settings_of(smsc={"data_codings": {"0x0F": "ucs2"}, "default_alphabet_in": "gsm-packed"}))
    w.text(OWNER, "", tag=1, short_message=f"S {IMEIS[0]}".encode("utf-16-be"), data_coding=0x0F)
    septets = seven_bit().encode(f"S {IMEIS[1]}")
    assert septets is not None
    w.text(OWNER, "", tag=2, short_message=pack(septets), data_coding=0)
    assert w.ask("SELECT imei FROM sale_line ORDER BY imei") == [(IMEIS[0],), (IMEIS[1],)]


def test_national_tables_of_parts_that_are_marked_by_sar_are_told_in_what_is_left_of_their_headers(
    engine: Engine,
) -> None:
    """Some SMSCs make SAR TLVs of a concatenation element and leave the rest of the header where it was."""
    w = world(engine)
    text = "satış " * 40
    septets = seven_bit(0, 1).encode(text)
    assert septets is not None
    for number in (2, 1):
        octets = write_header((0x24, b"\x01")) + septets[150 * (number - 1) : 150 * number]
        tlvs = ((0x020C, b"\0\7"), (0x020E, b"\3"), (0x020F, bytes((number,))))
        w.smsc.deliver(OWNER, "", tag=number, short_message=octets, esm_class=0x40, tlvs=tlvs, data_coding=0)
    last = write_header((0x24, b"\x01")) + septets[300:]
    tlvs = ((0x020C, b"\0\7"), (0x020E, b"\3"), (0x020F, b"\3"))
    w.smsc.deliver(OWNER, "", tag=3, short_message=last, esm_class=0x40, tlvs=tlvs, data_coding=0)
    w.settle()
    assert w.ask("SELECT text FROM message_in") == [(text,)]
