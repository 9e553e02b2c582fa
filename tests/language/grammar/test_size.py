"""Fragments that would take for ever are refused in a sentence, before anything is made of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from smsgw.language.grammar.fragments import GrammarConflict
from smsgw.language.grammar.grammar import Grammar
from smsgw.language.grammar.size import alternatives


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("FOO model", 1),
        ("FOO model?", 2),
        ("FOO [model]", 2),
        ("a? [b] (c | d)?", 12),
        ("(a | b)~2..3", 12),
        ("a | b? | c", 4),
        ("a* b+ -> c", 2),
        ('"x?" "y"? // z? z?\n', 2),
        ("/a?b?/ c?", 2),
        ("((a | b) c?)?", 5),
        ("((a", None),
        ("(a]", None),
        ("a)", None),
        ("(" * 40 + "a" + ")" * 40, None),
    ],
)
def test_the_ways_of_saying_a_rule_are_counted_without_writing_them_out(body: str, count: int | None) -> None:
    assert alternatives(body) == count


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("%extend price: FOO " + "model? " * 22, "can be said in more than a million ways, at most 512 are possible"),
        ("%extend price: FOO " + "[model] " * 22, "can be said in more than a million ways"),
        ("%extend price: FOO " + "(model | NUMBER) " * 22, "can be said in more than a million ways"),
        ("%extend price: FOO (model | NUMBER)~22", "can be said in more than a million ways"),
        ("%extend price: FOO model~0..900000000", "can be said in"),
        ("%extend price: FOO " + "(" * 21 + "model" + "?)" * 21 + "\n  | " + "model? " * 10, "can be said in 1,0"),
        ("%extend price: FOO " + "(" * 5000 + "model" + ")" * 5000, "has brackets more than 30 deep"),
        ("".join(f"r{n}: FOO " + "model? " * 9 + "\n" for n in range(9)), "can be said in 4,608 ways"),
        ('SALE_FR: "A"' + "".join(f' | "W{n}"' for n in range(50_000)), "has "),
        ("// " + "x" * 300_000, "has 300,004 characters, at most 200,000 are read"),
    ],
)
def test_a_fragment_that_would_take_for_ever_is_refused_in_a_sentence(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "own.lark").write_text(text + "\n", encoding="utf-8")
    with pytest.raises(GrammarConflict) as refused:
        Grammar([tmp_path])
    assert any("own.lark" in fault and told in fault for fault in refused.value.faults), refused.value.faults
