"""Folding: what looks alike is spelled alike, and what was typed can be found again."""

from __future__ import annotations

import pytest

from smsgw.language.characters.fold import fold, fold_character, folded_text


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("s a350 3", "S A350 3"),
        ("ＳＡＬＥ　８６０", "SALE 860"),
        ("销售，860；", "销售 860"),
        ("銷售 訂貨 餘額", "销售 订货 余额"),
        ("S#860#D1001", "S 860 D1001"),
        ("ORD A350, , 5", "ORD A350 5"),
        ("A350.6", "A350 6"),
        ("2.5 1,198.00", "2.5 1,198.00"),
        ("NIL 4/15", "NIL 4/15"),
        ("@ D1001", "@D1001"),
        ("NEWNUM +8613900000001", "NEWNUM +8613900000001"),
        ("“SALE” ‘860’", "SALE 860"),
        ("A350–2", "A350-2"),
        ("S 860 👍", "S 860"),
        ("S\u00a0860\u200b\u200e", "S 860"),
        ("COUNT १२ ١٢ １２ ①②", "COUNT 12 12 12 12"),
        ("SАLE", "SALE"),  # with a Cyrillic А
        ("Français", "FRANCAIS"),
        ("BAL\r\n\r\nSTK", "BAL\nSTK"),
        ("S ¡D1001", "S @D1001"),
        ("ｅ\u0301", "E"),
        ("\ud800S\ud800", "S"),
    ],
)
def test_alike_texts_fold_to_one(typed: str, folded: str) -> None:
    assert folded_text(fold(typed).clean) == folded


def test_what_was_typed_is_found_again_through_characters_that_grew_or_were_dropped() -> None:
    text = "MSG ½ “ｂｏｘ” 👍\u200b湿了！"
    folded = fold(text)
    start = folded.clean.index("BOX")
    assert folded.typed(start, start + 3) == "ｂｏｘ"
    assert folded.typed(3, len(folded.clean)) == "½ “ｂｏｘ” 👍\u200b湿了！"
    assert folded.typed(5, 5) == ""


def test_plain_ascii_keeps_its_places() -> None:
    folded = fold("MSG it's \t wet\x07!")
    assert folded.origin is None
    assert len(folded.clean) == len(folded.text)
    assert folded.typed(4, 8) == "it's"


def test_two_octets_a_character_read_as_one_are_read_again() -> None:
    for order in ("utf-16-be", "utf-16-le"):
        damaged = "SALE 860123450000012".encode(order).decode("latin-1")
        assert fold(damaged).clean == "SALE 860123450000012"
    assert fold("S\x00 860").clean == "S 860"


def test_every_character_of_unicode_folds_to_characters_that_fold_to_themselves() -> None:
    for code in range(0x110000):
        folded = fold_character(chr(code))
        assert all(fold_character(c) == c for c in folded), hex(code)
        assert len(folded) <= 18, hex(code)
