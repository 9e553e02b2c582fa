"""The rules of reading, each by cases: what a text says, told in one line."""

from __future__ import annotations

import pytest

from smsgw.business.core.command import Command
from smsgw.language.reading.reader import MAX_TEXT
from tests.language.sample import TODAY, imei, reader

A, B, C = imei(1), imei(2), imei(3)
BAD = A[:14] + "9"
FIELDS = (
    *("imei", "model", "dealer", "on", "customer", "order", "reference", "option", "quantity", "reason", "period"),
    *("month", "region", "group", "name", "phone", "pin", "old", "new", "language", "topic", "brand", "price"),
    *("content", "text"),
)


def said(command: Command) -> str:
    """A command in one line: its verb, what it holds, and unless it is accepted its outcome and first problem."""
    held = [
        *command.imeis,
        *(f"{item.model}x{item.quantity}" for item in command.items),
        *(f"{name}={getattr(command, name)}" for name in FIELDS if getattr(command, name) is not None),
        *(["RO"] if command.repeat else []),
    ]
    how = "" if command.outcome == "accepted" else f" {command.outcome}"
    why = f":{command.problems[0].code}" if command.problems else ""
    return f"{command.verb} {' '.join(held)}".rstrip() + how + why


def reads(text: str) -> str:
    """Every command of a text, in one line each, joined by a stroke."""
    return " | ".join(map(said, reader().understand(text, today=TODAY).commands))


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        # Rule 2: the verb first, in any case, glued, or once elsewhere.
        (f"S{A}", f"sale {A}"),
        (f"SD1001 {A}", f"sale {A} dealer=D1001"),
        ("ORDA350x5", "order A350x5"),
        ("P3310", "None rejected:unknown_word"),  # a reference, as it looks
        ("S48213", "None rejected:unknown_word"),
        ("hello", "None rejected:unknown_word"),
        ("盘点A350 12", "count A350x12"),
        ("A350 5 ORD", "order A350x5"),
        ("A350 ORD 5", "order A350x5"),
        ("A350 5 O", "None rejected:unknown_word"),
        ("A350库存", "stock model=A350"),
        (f"{A} SOLD yesterday", f"sale {A} on=2026-04-15"),
        ("BAL STK A350", "balance confirm | stock model=A350 confirm"),
        # Rule 3: types, not positions.
        (f"S @D1001 yesterday {A} 13900000001", f"sale {A} dealer=D1001 on=2026-04-15 customer=+8613900000001"),
        (f"S A350 {A}", f"sale {A} model=A350"),
        ("S 13900000001", "sale rejected:bad_imei"),
        ("S 4573", "sale rejected:bad_imei"),
        (f"S {A} 5", f"sale {A} partial:bad_imei"),
        ("ORD 3310 5", "order 3310x5"),
        ("ORD 5 3310", "order 3310x5"),
        ("ORD 3310", "order_status order=3310 confirm:ambiguous"),
        ("ORD 3310 A350", "order A350x3310 confirm:ambiguous"),
        ("COUNT A350 3310", "count A350x3310"),
        ("ORD A350 5 3 B200", "order A350x5 rejected:unknown_model"),
        ("ORD A3506", "order A350x6 confirm"),
        ("STK A3506", "stock model=A350 rejected:unknown_model"),
        ("ORD A350 -5", "order rejected:bad_quantity"),
        ("ORD A350 - 5", "order rejected:bad_quantity"),
        ("S A350 -1", "sale rejected:bad_quantity"),
        ("NIL -1", "nil on=2026-04-15"),
        ("UNDO 48213", "undo reference=48213"),
        ("undo s48213", "undo reference=S48213"),
        ("UNDO X7654", "undo reference=X7654"),
        (f"FIX X6517 {A}", f"fix reference=X6517 content={A}"),
        ("ORD A350 x3", "order A350x3"),
        ("ORD 3310.5", "order rejected:bad_quantity"),
        ("MKT Nokix X9 3310.58", "market brand=Nokix price=3310.58 text=X9"),
        ("CANCEL S48213", "undo reference=S48213 confirm"),
        ("RCV O7731 29台", "receive order=O7731 quantity=29"),
        ("RCV 29 O7731", "receive order=O7731 quantity=29"),
        (f"RCV 7731 {A}", f"receive {A} order=7731"),
        ("RET " + A + " 3", f"return {A} reason=3"),
        (f"GIVE {A} D1002", f"give {A} dealer=D1002"),
        ("NEWNUM 2580 139 0000 0001", "newnum phone=+8613900000001 pin=2580"),
        ("BLOCK +44 20 7946 0958 lost", "block reason=lost phone=+442079460958"),
        ("SUM 本周 EAST", "summary period=week region=EAST"),
        ("BONUS Apr", "bonus month=2026-04"),
        ("LANG 英语", "language language=en"),
        ("MKT XBRAND Galaxy A15 1.299,00元 @D1001", "market dealer=D1001 brand=XBRAND price=1299.00 text=Galaxy A15"),
        ("BC VIP hello", "broadcast group=VIP text=hello"),
        # Text as typed.
        ("MSG “box” wet 👍; call\nme -- Wang!", "feedback text=“box” wet 👍; call\nme -- Wang!"),
        ("MSG O7731\n箱子湿了。", "feedback reference=O7731 text=箱子湿了。"),
        ("MSG C1001 still wet", "feedback reference=C1001 text=still wet"),  # beside a model C100
        ("YES C1001", "yes reference=C1001"),
        ("YES Q1001", "yes reference=Q1001"),
        ("yes q 1001", "yes reference=Q1001"),
        ("是Q1001", "yes reference=Q1001"),
        ("否 q1001", "no reference=Q1001"),
        ("UNDO S1001 s1002, K 1003", "undo reference=S1001 | undo reference=S1002 | undo reference=K1003"),
        ("undo 1001 1002 1001", "undo reference=1001 | undo reference=1002"),
        ("CH S1001、S1002", "undo reference=S1001 | undo reference=S1002"),
        ("撤销：1001和1002", "undo reference=1001 | undo reference=1002"),
        ("UNDO K 1001", "undo reference=K1001"),
        ("撤销 x 1001", "undo reference=X1001"),
        ("撤销C1001", "undo reference=C1001"),
        ("REJ 7731 no credit 【阳光】", "reject order=7731 reason=no credit"),
        ("JOIN Zhang Wei D1001", "join dealer=D1001 name=Zhang Wei"),
        ("注册D1001张伟", "join dealer=D1001 name=张伟"),
        # REG with IMEIs or with a dealer.
        (f"REG {A} @D1001", f"register {A} dealer=D1001"),
        ("REG D1001 Zhang", "join dealer=D1001 name=Zhang"),
        # A label names what follows it.
        (f"SALE imei: {A}, model: A350", f"sale {A} model=A350"),
        ("订货 型号A350 数量5", "order A350x5"),
        # Rule 5: misspelt verbs.
        ("Stuck A350", "stock model=A350"),
        (f"SLAE{A}", f"sale {A} confirm"),
        (f"SLAE {A} {BAD}", f"sale {A} confirm:bad_imei"),
        ("SLAE", "sale rejected:incomplete"),
        ("Red 7731", "None confirm:ambiguous"),
        ("库村 A350", "stock model=A350"),
        (f"消售{A}", f"sale {A} confirm"),
        ("报价 A350", "price model=A350"),
        ("I sold 2 A350", "sale A350x2"),
        ("卖了2台A350", "sale A350x2"),
        (f"S {A} to Mr Li", f"sale {A} confirm:unknown_word"),
        # What people say for a verb: run where it reads, asked back where it books.
        ("A350多少钱", "price model=A350"),
        ("how much is A350", "price model=A350"),
        ("A350还有几台", "stock model=A350"),
        ("我要订A350十台", "order A350x10"),
        ("订 A350 5台", "order A350x5"),
        ("要A350 5台", "order A350x5"),
        ("进货 A350 5台", "order A350x5"),
        ("订购 A350 5", "None confirm:ambiguous"),
        ("今天没卖", "nil on=2026-04-16"),
        ("没有销量", "nil confirm"),
        ("no sale today", "nil on=2026-04-16"),
        ("nothing sold today", "nil on=2026-04-16"),
        ("没卖A350", "nil rejected:not_allowed"),
        ("拒绝 7731 没钱了", "reject order=7731 reason=没钱了 confirm"),
        (f"S {A}\n订 A350 5", f"sale {A} | order A350x5 confirm"),
        # A story: nothing of stock or money is dropped without a word.
        (f"老板好，卖了一台A350，串号{A}", f"sale {A} model=A350 confirm"),
        (f"卖了一台{A}", f"sale {A}"),
        (f"卖了一台{BAD}", "sale rejected:bad_imei"),
        (f"卖了2台A350，{A} {B}", f"sale {A} {B} model=A350 confirm"),
        (f"Sale done imei {A}", f"sale {A} confirm"),
        (f"卖了2台A350，串号{A}", "sale A350x2 rejected:example_text"),
        ("今天卖了2台A350，还要订5台", "sale A350x2 on=2026-04-16 confirm:not_allowed"),
        ("今天卖了2台A350，还要订5台B200", "sale A350x2 on=2026-04-16 confirm | order B200x5 confirm"),
        ("卖了2台A350，退货1台", "None rejected:unknown_word"),
        ("I sold 2 A350 and 5", "sale A350x2 confirm:not_allowed"),
        ("I sold 2 A350 and Q999", "sale A350x2 rejected:not_allowed"),
        ("I sold 2 A350, ok 3 B200", "sale A350x2 B200x3"),
        ("盘点A350十二 B200零", "count A350x12 B200x0"),
        ("COUNT A350 5 B200 zero", "count A350x5 B200x0"),
        ("零", "nil"),
        ("SALE ZERO", "nil"),
        # Rule 7: IMEIs without a verb.
        (A, f"sale {A}"),
        (f"D1001\n{A}\n{B}", f"sale {A} {B} dealer=D1001"),
        (f"{A} yesterday", f"sale {A} on=2026-04-15 confirm"),
        (f"{A} {BAD}", f"sale {A} partial:bad_imei"),
        (BAD, "sale rejected:bad_imei"),
        (f"查一下 {A}", f"imei imei={A}"),
        # Rule 8: parts.
        (f"S {A} {BAD} {B}", f"sale {A} {B} partial:bad_imei"),
        (f"S {A} @D9999", f"sale {A} rejected:unknown_word"),
        ("ORD A350 5 Q999 3", "order A350x5 rejected:unknown_model"),
        ("ORD A350 5 urgent", "order A350x5"),
        ("S A350 3 Zhang", "sale A350x3 confirm:not_allowed"),
        # Rule 10.
        (f"你好，请问 {A} 销售 谢谢老板", f"sale {A}"),
        (f"S 查 {A}", "None rejected:unknown_word"),
        ("谢谢", "None rejected:unknown_word"),
        (f"S {A}——张三", f"sale {A}"),
        ("ORD model qty", "order rejected:example_text"),
        # Rule 11.
        ("CANCEL", "stop"),
        ("cancel my order", "cancel rejected:incomplete"),
        ("cancel order 7731", "cancel order=7731"),
        ("取消订单1001", "cancel order=1001"),
        ("取消我的订单", "cancel rejected:incomplete"),
        ("取消订单号 1001", "cancel order=1001"),
        ("CANCEL 7731", "cancel order=7731"),
        ("取消", "cancel rejected:incomplete"),
        ("T", "stop"),
        ("T 7731", "stop rejected:not_allowed"),
        # Rule 12.
        ("S A350 3 RO", "sale A350x3 RO"),
        (f"FIX S48213 {A} RO", f"fix reference=S48213 content={A} RO"),
        ("REJ 7731 没钱 谢谢 RO", "reject order=7731 reason=没钱 RO"),
        ("REJ 7731 no credit, thanks", "reject order=7731 reason=no credit"),
        ("REJ 7731 送货太早", "reject order=7731 reason=送货太早"),
        ("驳回 7731 没钱了", "reject order=7731 reason=没钱了"),
        ("CODES 充电器坏了", "codes text=充电器坏了"),
        ("S RO", "sale rejected:unknown_word"),
        # Several commands, and lines that go on.
        (f"S {A}\n{B}; {C}", f"sale {A} {B} {C}"),
        (f"BAL\n{A}", "balance rejected:not_allowed"),
        ("BAL\nA350 5 ORD", "balance | order A350x5"),
        ("ORD A350 5\nB200 3\nBAL", "order A350x5 B200x3 | balance"),
        ("Hello\nBAL\nthanks", "balance"),
        ("SALE 0\nCOUNT A350 0", "nil | count A350x0"),
        # IMEI as a verb never becomes a sale of what follows.
        (f"IMEI {A} {B}", f"imei imei={A} rejected:not_allowed"),
        ("? SALE", "help topic=sale"),
        ("HELP SLAE", "help topic=sale"),
        ("STOP sending me these messages", "stop"),
        ("stop foo messages", "stop confirm:unknown_word"),
        ("取消订阅", "stop"),
        ("停止", "stop"),
        ("停止发货", "stop rejected:not_allowed"),
        ("停发货", "None rejected:unknown_word"),
        ("no more messages", "stop"),
        ("不要再发短信", "stop confirm"),
        ("别发短信", "stop confirm"),
        ("UNDO STOP", "start"),
        ("撤销退订", "start"),
        ("STOP reminder", "stop topic=reminders"),
        ("stop price notices please", "stop topic=prices"),
        ("退订价格", "stop topic=prices"),
        ("退訂 提醒", "stop topic=reminders"),
        ("订阅 价格通知", "start topic=prices"),
        ("STOP offers", "stop topic=offers"),
        ("昨天没有销售", "nil on=2026-04-15 confirm"),
        ("余额？", "balance"),
    ],
)
def test_a_text_reads_as(text: str, reading: str) -> None:
    assert reads(text) == reading


def test_imeis_keep_the_places_they_were_typed_at_and_each_counts_once() -> None:
    (command,) = reader().understand(f"S {A} {BAD} {B} {A} {C}", today=TODAY).commands
    assert command.imeis == (A, B, C)
    assert command.positions == (1, 3, 5)
    assert [(p.code, p.position, p.token, p.detail) for p in command.problems] == [("bad_imei", 2, BAD, "check_digit")]
    assert [(r.rule, r.result) for r in command.repairs] == [("repeat", A)]


def test_repaired_completed_and_cut_imeis_are_told_as_doubtful() -> None:
    (command,) = reader().understand(f"S {A} {B[:14]} {C}7", today=TODAY).commands
    assert (command.outcome, command.doubtful) == ("accepted", (B, C))
    assert [repair.rule for repair in command.repairs] == ["complete", "cut"]


def test_a_problem_tells_what_the_parser_expected_there() -> None:
    (command,) = reader().understand("ORD A350", today=TODAY).commands
    assert command.problems[0].expected == ("quantity",)
    (command,) = reader().understand("GIVE D1002", today=TODAY).commands
    assert command.problems[0].expected == ("imei", "model", "quantity")
    (command,) = reader().understand("PRICE", today=TODAY).commands
    assert command.problems[0].expected == ("model", "dealer")
    (command,) = reader().understand("LATE NORTH", today=TODAY).commands
    assert (command.problems[0].expected, command.problems[0].token) == (("region",), "NORTH")


def test_the_word_that_was_typed_for_a_verb_is_kept() -> None:
    for text, word in [("cancel", "CANCEL"), ("stop", "STOP"), ("销售 " + A, "销售"), (A, "")]:
        (command,) = reader().understand(text, today=TODAY).commands
        assert command.word == word


@pytest.mark.parametrize(
    ("text", "sender", "why"),
    [
        ("", None, "empty"),
        (" .!。", None, "empty"),
        ("👍", None, "empty"),
        ("OK S48213: 2 sold at D1001", None, "own_reply"),
        ("已收S48213：售A350×2", None, "own_reply"),
        (f"S {A}", "ACME", "robot"),
        (f"S {A}", "10086", "robot"),
    ],
)
def test_texts_that_get_no_answer_are_ignored(text: str, sender: str | None, why: str) -> None:
    reading = reader().understand(text, today=TODAY, sender=sender)
    assert (reading.outcome, reading.commands, reading.why) == ("ignored", (), why)


def test_a_person_is_no_robot() -> None:
    assert reader().understand(f"S {A}", today=TODAY, sender="+8613900000001").outcome == "accepted"


def test_a_text_beyond_the_limit_is_refused_as_too_long() -> None:
    for text in ("S " + "1" * MAX_TEXT, "foo bar " * 240, "BAL\n" * 50, "x\n" * 500):
        reading = reader().understand(text, today=TODAY)
        assert reading.outcome == "rejected"
        assert any(p.code == "too_long" for command in reading.commands for p in command.problems) or "foo" in text


def test_two_hundred_imeis_are_read_whole() -> None:
    units = [imei(n) for n in range(200)]
    (command,) = reader().understand("S " + " ".join(units), today=TODAY).commands
    assert (command.outcome, command.imeis) == ("accepted", tuple(units))
