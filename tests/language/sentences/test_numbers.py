"""Numbers as people write them."""

from __future__ import annotations

import pytest

from smsgw.language.sentences.numbers import by_the_dozen, counted, hanzi_number, of_other_things


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("一", 1), ("两", 2), ("俩", 2), ("仨", 3), ("贰", 2), ("十", 10), ("十二", 12), ("二十", 20), ("廿五", 25)),
        *(
            ("一百", 100),
            ("两百", 200),
            ("一百二", 120),
            ("一百二十", 120),
            ("一百零二", 102),
            ("一千", 1000),
            ("半打", 6),
        ),
        *(("两三", None), ("五六", None), ("零", 0), ("十百", None)),
    ],
)
def test_hanzi(text: str, expected: int | None) -> None:
    assert hanzi_number(text) == expected


def test_dozens_and_pairs() -> None:
    assert by_the_dozen("A DOZEN C100", 0) == (7, 12)
    assert by_the_dozen("HALF A DOZEN", 0) == (12, 6)
    assert by_the_dozen("2 DZ", 0) == (4, 24)
    assert by_the_dozen("A PAIR OF B200", 0) == (9, 2)


def test_numbers_with_a_unit_or_a_cross() -> None:
    assert counted("2PCS", 0) == (4, 2)
    assert counted("1 NO.", 0) == (5, 1)
    assert counted("X3", 0) == (2, 3)
    assert counted("10XA350", 0) == (3, 10)
    assert counted("3 XPERIA", 0) is None


def test_numbers_of_other_things_count_no_sets() -> None:
    assert of_other_things("3 DAYS", 0) == (6, False)
    assert of_other_things("三家店", 0) == (2, True)
    assert of_other_things("3 A350", 0) is None
