"""The table of answers: every answer is given somewhere, and nothing is answered that is not in the table."""

from __future__ import annotations

import ast
from pathlib import Path

import smsgw
from smsgw.business.replies import EVERY

ROOMS = [Path(smsgw.__file__).parent / room for room in ("business", "gateway")]
FIELDS = ("answers.py", "answer_phrases.py")  # the table itself
# Keys that are put together of a beginning and a value.
COMPOSED = (
    "payment_is_",
    *(
        "role_",
        "type_",
        "order_is_",
        "broadcast_is_",
        "unit_",
        "transfer_is_",
        "return_is_",
        "hold_is_",
        "claim_is_",
        "claim_told_",
        "pp_",
        "count_is_",
        "kind_",
        "about_",
        "day_",
    ),
    "found_",  # at a stock-take
)


def sources() -> list[ast.Module]:
    paths = [path for room in ROOMS for path in room.rglob("*.py") if path.name not in FIELDS]
    return [ast.parse(path.read_text(encoding="utf-8")) for path in paths]


def test_every_answer_and_phrase_is_used() -> None:
    said = {
        node.value
        for module in sources()
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    composed = {"sale_partial", "register_partial"}
    unused = {key for key in EVERY if key not in said and not key.startswith(COMPOSED)} - composed
    assert unused == set()


def test_nothing_is_answered_that_has_no_template() -> None:
    named = [
        node.args[0].value
        for module in sources()
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Reply"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]
    assert len(named) > 80
    assert [key for key in named if key not in EVERY] == []
