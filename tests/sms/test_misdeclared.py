"""Octets that cannot be what their data_coding says, and those that can be and stay as they are."""

from __future__ import annotations

import pytest

from smsgw.sms.alphabet import seven_bit
from smsgw.sms.decode import decode_text

SALE = "S 860123450000012"
CHINESE = ("销售 860123450000012", "已收到货，谢谢", "订货 A350 20台", "库存")


@pytest.mark.parametrize("coding", [0, 1, 3, 4, 0xF0])
@pytest.mark.parametrize("text", CHINESE)
def test_chinese_in_utf8_and_gbk_under_an_alphabet_of_letters(text: str, coding: int) -> None:
    assert decode_text(text.encode("utf-8"), coding) == text
    assert decode_text(text.encode("gbk"), coding) == text


@pytest.mark.parametrize("coding", [0, 1, 3, 0xF0])
@pytest.mark.parametrize("text", CHINESE)
def test_chinese_in_ucs2_under_an_alphabet_of_letters(text: str, coding: int) -> None:
    data = text.encode("utf-16-be")
    if not data.isascii():  # all octets below 0x80 are letters, too
        assert decode_text(data, coding) == text


@pytest.mark.parametrize("text", [SALE, "STOCK", "ORD A350 2", "YES 1003"])
@pytest.mark.parametrize("order", ["utf-16-be", "utf-16-le"])
def test_letters_in_ucs2_under_septets(text: str, order: str) -> None:
    assert decode_text(text.encode(order), 0) == text


@pytest.mark.parametrize(
    "text", [SALE, "STOCK", "BAL", "YES 1003 please", "销售 860123450000012", "已收S1002：2台", "Müller & Söhne"]
)
def test_letters_and_utf8_declared_as_ucs2(text: str) -> None:
    assert decode_text(text.encode("utf-8"), 8) == text


@pytest.mark.parametrize(
    "text", ["销售", "Ürün", "สวัสดี", "السلام", "안녕하세요", "今日は", "👍 ok", "Привет", "A350 2台", "臺灣手機"]
)
def test_what_is_ucs2_stays(text: str) -> None:
    assert decode_text(text.encode("utf-16-be"), 8) == text


@pytest.mark.parametrize(
    "text", ["Müller", "señor José", "à bientôt", "Ärger", "Größe", "£5", "ÄÖ", "00N¦", "000©", "30 ¢"]
)
def test_what_is_latin_stays(text: str) -> None:
    assert decode_text(text.encode("latin-1"), 3) == text


@pytest.mark.parametrize("text", ["S 860123450000012", "BAL", "YES", "STOP", "ORD A350 2"])
@pytest.mark.parametrize("zeros", [1, 2, 5])
def test_zeros_behind_septets_go(text: str, zeros: int) -> None:
    assert decode_text(text.encode() + bytes(zeros), 0) == text


def test_an_at_sign_inside_stays() -> None:
    data = seven_bit().encode("S A350 2 @D1001")
    assert data is not None
    assert decode_text(data, 0) == "S A350 2 @D1001"
    assert decode_text(b"\0", 0) == "@"


@pytest.mark.parametrize("text", ["BALANCE", "STOCKED", "S 86012345A350B"])
def test_packed_texts_of_8n_minus_1_septets_get_no_at_sign(text: str) -> None:
    septets = seven_bit().encode(text)
    assert septets is not None
    bits = sum(septet << 7 * place for place, septet in enumerate(septets))
    packed = bits.to_bytes(-(-7 * len(septets) // 8), "little")
    assert decode_text(packed, 0, default="gsm-packed") == text


@pytest.mark.parametrize("text", ["销售 860123450000012", "臺灣", "BAL", "已收到货，谢谢"])
def test_gbk_is_an_alphabet_of_a_link(text: str) -> None:
    assert decode_text(text.encode("gbk"), 0, default="gbk") == text


@pytest.mark.parametrize("coding", [0, 1, 3, 4, 8, 0xF0])
@pytest.mark.parametrize("text", [SALE, *CHINESE])
def test_a_mark_before_utf8_is_no_part_of_the_text(text: str, coding: int) -> None:
    assert decode_text(text.encode("utf-8-sig"), coding) == text
