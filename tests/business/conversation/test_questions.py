"""Questions that wait in the database: those of the last release are understood, and nothing more is written."""

from __future__ import annotations

import json
from datetime import date

from smsgw.business.conversation.rules.questions import read, write
from smsgw.business.core.command import Command, Item

# As the last release wrote it.
OPTION = (
    '[{"verb":"sale","outcome":"accepted","imeis":["860123450000012"],"dealer":"D1001","on":"2026-04-15",'
    '"repairs":[{"rule":"letter","token":"86O123450000012","result":"860123450000012"}],"problem":null,"problems":[]},'
    '{"verb":"order","outcome":"accepted","items":[{"model":"A350","quantity":20}],"repairs":[],"problem":null,'
    '"problems":[]}]'
)


def test_a_question_of_the_last_release_is_understood() -> None:
    sale, order = read(OPTION)
    assert (sale.verb, sale.imeis, sale.dealer, sale.on) == ("sale", ("860123450000012",), "D1001", date(2026, 4, 15))
    assert order == Command("order", items=(Item("A350", 20),))
    assert json.loads(write((sale, order))) == json.loads(OPTION)


def test_the_reference_of_an_answered_question_is_not_kept_in_a_later_one() -> None:
    (command,) = read(write([Command("nil", asked="N1001")]))
    assert command.asked is None
