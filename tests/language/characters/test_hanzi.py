"""Hanzi: simplified forms, sounds and numbers."""

from __future__ import annotations

import pytest
from pypinyin import Style, pinyin

from smsgw.language.characters import hanzi


def test_sounds_agree_with_the_library_that_the_table_is_of() -> None:
    for character in "销消售存村余鱼额鹅盘点店订定货单调吊收到库房格价重行长乐了":
        expected = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
        assert hanzi.sounds(character) == frozenset(expected), character
    assert hanzi.sounds("A") == {"A"}


def test_a_simplified_form_is_final() -> None:
    table = hanzi.simplified()
    assert all(ord(simple) not in table for simple in table.values())
    assert "銷售庫存餘額訂貨盤點價格賣".translate(table) == "销售库存余额订货盘点价格卖"
    assert "销售两台".translate(table) == "销售两台"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("一", 1), ("两", 2), ("十", 10), ("十二", 12), ("二十", 20), ("九十九", 99)),
        *((text, None) for text in ("一百", "百", "零", "十十", "二三", "", "台")),
    ],
)
def test_numbers_from_one_to_ninety_nine(text: str, value: int | None) -> None:
    assert hanzi.number(text) == value
