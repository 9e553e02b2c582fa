"""What strangers wrote, harmless where it is shown, sent on, and in the cells of a table."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw.values import harmless

UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("text", "shown", "sent"),
    [
        ("\x1b]0;PWNED\x07", "\\x1b]0;PWNED\\x07", "]0;PWNED"),
        ("\x1b[2J\x1b[31mred", "\\x1b[2J\\x1b[31mred", "[2J[31mred"),
        ("\x9b31mred", "\\x9b31mred", "31mred"),
        ("\x90payload\x9c", "\\x90payload\\x9c", "payload"),
        ("paid\rOK all", "paid\\rOK all", "paid\nOK all"),
        ("one\r\ntwo\nthree", "one\\r\\ntwo\\nthree", "one\ntwo\nthree"),
        ("one\u2028two\u2029three\x85four", "one\\u2028two\\u2029three\\x85four", "one\ntwo\nthree\nfour"),
        ("a\tb", "a\\tb", "a b"),
        ("\u202egnp.exe", "\\u202egnp.exe", "gnp.exe"),
        ("\u2066a\u2069 \u202ab\u202c", "\\u2066a\\u2069 \\u202ab\\u202c", "a b"),
        ("A\u200b3\u200d5\u20600\ufeff", "A\\u200b3\\u200d5\\u20600\\ufeff", "A350"),
        ("co\u00adop\u180e", "co\\xadop\\u180e", "coop"),
        ("\U000e0041\U000e007f!", "\\U000e0041\\U000e007f!", "!"),
        ("\x00\x7f\ud800", "\\x00\\x7f\\ud800", ""),
    ],
)
def test_what_is_not_seen_is_made_visible_and_not_sent_on(text: str, shown: str, sent: str) -> None:
    assert harmless.show(text) == shown
    assert harmless.send(text) == sent


@pytest.mark.parametrize(
    "text",
    ["OK S1001: 2 sold", "已收S1002：2台", "Müller & Søn", "👍🏽 👨\u200d👩\u200d👧", "می\u200cخواهم", "क्\u200dष"],
)
def test_what_people_write_stays(text: str) -> None:
    assert harmless.show(text) == harmless.send(text) == text


def test_marks_of_direction_are_seen_here_and_sent_on() -> None:
    assert (harmless.show("אב\u200f12"), harmless.send("אב\u200f12")) == ("אב\\u200f12", "אב\u200f12")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+cmd|x", "'+cmd|x"),
        ("-2+3+cmd|x", "'-2+3+cmd|x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'\t=1+1"),
        ("\r=1+1", "'\\r=1+1"),
        (" =1+1", "' =1+1"),
        ("＝1+1", "'＝1+1"),
        ("-", "'-"),
        ("+8613900000001", "+8613900000001"),
        ("-12.50", "-12.50"),
        ("A350", "A350"),
        ("a=b", "a=b"),
        (-3, -3),
        (None, None),
    ],
)
def test_no_cell_is_a_formula(value: object, cell: object) -> None:
    assert harmless.fill_cell(value) == cell


@given(st.text())
def test_nothing_unseen_is_left(text: str) -> None:
    assert not UNSEEN & {unicodedata.category(c) for c in harmless.show(text)} - {"Cf"}
    lines = harmless.send(text)
    assert not {"Cc", "Cs", "Zl", "Zp"} & {unicodedata.category(c) for c in lines if c != "\n"}
    assert harmless.send(lines) == lines


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_json_keeps_its_values(text: str) -> None:
    written = harmless.show_json(json.dumps({"text": text}, ensure_ascii=False))
    assert json.loads(written) == {"text": text}
    assert not {"Cc", "Zl", "Zp"} & {unicodedata.category(c) for c in written}
