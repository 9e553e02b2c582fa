"""Properties of reading: folding twice is folding once, a command reads back however it is typed, nothing raises."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.business.core.command import Item, command_from_json, command_json
from smsgw.business.vocabulary import BY_NAME, VERBS
from smsgw.language.characters.fold import fold, folded_text
from smsgw.language.names import imei as imeis
from tests.language.sample import TODAY, imei, lexicon, reader

# A model of digits may be a quantity as well, and a quantity such a model: other tests say when that is asked back.
MODELS = sorted(code for code in lexicon().products if not code.isdigit())
quantities = st.integers(1, 9999).filter(lambda number: str(number) not in lexicon().names)
DIGITS = {
    "ascii": {},
    "wide": {48 + n: 0xFF10 + n for n in range(10)},
    "arabic": {48 + n: 0x0660 + n for n in range(10)},
    "devanagari": {48 + n: 0x0966 + n for n in range(10)},
    "bengali": {48 + n: 0x09E6 + n for n in range(10)},
}
SEPARATORS = (" ", "  ", ",", "，", "、", "：", "。", "#", "*", "=", "_", "\t", ", ", " / ", "|", "\u3000", " + ")
CASES = {"upper": str.upper, "lower": str.lower, "title": str.title}
WIDE = {code: code + 0xFEE0 for code in range(0x41, 0x5B)} | {code: code + 0xFEE0 for code in range(0x61, 0x7B)}

text_of_anything = st.text(alphabet=st.characters(exclude_categories=()), max_size=80)
text_of_ours = st.lists(
    st.sampled_from(
        "S SALE 销售 ORD 订货 COUNT BAL 余额 A350 B200 3310 曙光3.5 Comet 100 Nova 60 Pro @D1001 D1002 x × - -1 5 12 0 "
        "99999 2.5 1,000 RO yesterday 昨天 4/15 15Apr model 型号 imei S48213 O7731 pls 谢谢 两台 六 台 打 13900000001 "
        f"MSG JOIN EAST {imei(7)} {imei(8)[:14]} {imei(9)}1 86 012345 000010 8 \n ; ？ 。 【x】 -- A35O 卖了".split(" ")
    ),
    max_size=12,
).flatmap(lambda words: st.sampled_from([" ", ""]).map(lambda joint: joint.join(words)))


@given(st.one_of(text_of_anything, text_of_ours))
@settings(max_examples=300, deadline=None)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text)
    assert fold(once.clean).clean == once.clean
    line = folded_text(once.clean)
    assert folded_text(fold(line).clean) == line


@given(st.one_of(text_of_anything, text_of_ours))
@settings(max_examples=600, deadline=None)
def test_no_text_makes_the_reader_raise_and_every_reading_is_whole(text: str) -> None:
    reading = reader().understand(text, today=TODAY)
    assert reading.outcome in ("accepted", "confirm", "rejected", "partial", "ignored")
    assert bool(reading.commands) == (reading.outcome != "ignored")
    for command in reading.commands:
        assert command_json(command_from_json(command_json(command))) == command_json(command)
        assert len(command.positions) == len(command.imeis) == len(set(command.imeis))
        assert set(command.doubtful) <= set(command.imeis)
        assert all(len(unit) == 15 and imeis.valid(unit) for unit in command.imeis)
        if command.outcome == "accepted":
            assert command.problems == ()
        if command.outcome in ("rejected", "partial"):
            assert command.problems != ()
        if command.outcome == "partial":
            assert command.imeis


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_an_order_reads_back_through_every_separator_case_width_and_digit_script(data: st.DataObject) -> None:
    draw = data.draw
    models = draw(st.lists(st.sampled_from(MODELS), min_size=1, max_size=4, unique=True))
    lines = [(model, draw(quantities)) for model in models]
    verb = draw(st.sampled_from(["ORD", "ORDER", "订货", "下单", "訂貨", "DH"]))
    before = draw(st.booleans())
    words = [verb]
    script = DIGITS[draw(st.sampled_from(sorted(DIGITS)))]
    for model, quantity in lines:
        number = str(quantity).translate(script)
        words += [number, model] if before else [model, number]
    if draw(st.booleans()):
        words.append("@D1002")
    separators = [draw(st.sampled_from(SEPARATORS)) for _ in words]
    text = "".join(CASES[draw(st.sampled_from(sorted(CASES)))](w) + s for w, s in zip(words, separators, strict=True))
    if draw(st.booleans()):
        text = text.translate(WIDE)
    if any(mark in text for mark in (",", "，")) and any(len(str(q)) >= 3 for _, q in lines):
        return  # thousands marks
    (command,) = reader().understand(text, today=TODAY).commands
    assert (command.verb, command.outcome) == ("order", "accepted"), text
    assert command.items == tuple(Item(model, quantity) for model, quantity in lines)
    assert command.dealer == ("D1002" if "@" in words[-1] else None)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_imeis_read_back_through_every_verb_separator_width_and_digit_script(data: st.DataObject) -> None:
    draw = data.draw
    verb, words = draw(
        st.sampled_from(
            [("sale", ["S", "SALE", "销售", "銷售", "卖", "XS"]), ("register", ["REG", "登记", "登記", "入库", "DJ"])]
        )
    )
    units = [imei(n) for n in draw(st.lists(st.integers(0, 999999), min_size=1, max_size=10, unique=True))]
    script = DIGITS[draw(st.sampled_from(sorted(DIGITS)))]
    parts = [draw(st.sampled_from(words)), *(unit.translate(script) for unit in units)]
    text = "".join(part + draw(st.sampled_from((*SEPARATORS, "\n", ";", "；"))) for part in parts)
    (command,) = reader().understand(text, today=TODAY).commands
    assert (command.verb, command.outcome, list(command.imeis)) == (verb, "accepted", units), text
    assert command.positions == tuple(range(1, len(units) + 1))


def slips(unit: str) -> set[str]:
    """Every text that one deletion, insertion, substitution or swap of neighbours makes of a unit's digits."""
    made = set()
    for at in range(len(unit)):
        made.add(unit[:at] + unit[at + 1 :])
        for digit in "0123456789":
            made.add(unit[:at] + digit + unit[at + 1 :])
            made.add(unit[:at] + digit + unit[at:])
        if at + 1 < len(unit):
            made.add(unit[:at] + unit[at + 1] + unit[at] + unit[at + 2 :])
    made.discard(unit)
    return made


@given(st.integers(0, 999999))
@settings(max_examples=15, deadline=None)
def test_one_slip_in_an_imei_books_no_other_unit_for_certain(serial: int) -> None:
    unit = imei(serial)
    unseen = 0
    for typed in slips(unit):
        (command,) = reader().understand(f"S {typed}", today=TODAY).commands
        certain = set(command.imeis) - set(command.doubtful) - {unit}
        if command.outcome in ("accepted", "partial") and certain:
            # What no check digit can see: a 0 and a 9 that changed places.
            changed = [at for at in range(15) if typed[at] != unit[at]]
            assert len(typed) == 15 and {typed[at] for at in changed} == {"0", "9"} and len(changed) == 2
            unseen += 1
    assert unseen == sum({a, b} == {"0", "9"} for a, b in pairwise(unit))


def test_every_example_of_every_verb_reads_as_that_verb() -> None:
    for verb in VERBS:
        for example in (*verb.examples, *verb.examples_zh):
            (command,) = reader().understand(example, today=TODAY).commands
            assert (command.verb, command.outcome) == (verb.name, "accepted"), example
            filled = {
                name for name in command_json(command) if name not in ("outcome", "repairs", "problem", "problems")
            }
            assert filled <= {"verb", *BY_NAME[verb.name].arguments}, example
