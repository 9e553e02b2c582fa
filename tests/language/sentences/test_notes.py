"""What was booked and should not have been, and what was missed, when people tried: each text with its siblings."""

from __future__ import annotations

import pytest

from smsgw.business.core.command import IGNORED
from tests.language.sentences.world import imei, live, read, told

A, B = imei(1), imei(2)


@pytest.mark.parametrize(
    "text",
    [
        # an order that is denied or asked about
        *(
            "don't order 10 a350",
            "不要订20台B200了",
            "别订A350 10",
            "不订A350 10了",
            "先不订货A350 10台",
            "取消订货A350 10",
        ),
        *(
            "订货A350 10台取消",
            "A350 10台不要了",
            "能订A350 10台吗",
            "订A350 10台多少钱",
            "pls do not send the 10 a350",
            "A420先别订了，缓缓",
        ),
        # days that are to come, or that may be two
        *(
            "12月1日卖A350 2台",
            "S A350 2 1/12",
            "NIL 1/12",
            "will sell 2 a350 tomorrow",
            "明天卖A350 2台",
            "5/12 - A350 2, B200 1",
        ),
        *("31/11 C100 4", "上周卖A350 2台", "Weekly report 23-29 Nov: A350 11, B200 4, C100 9"),
        # sets that were not sold
        *(f"{A}没卖", f"不卖了 {A}", f"{A}送修", f"{A}被偷了", f"{A}坏了", f"{A} broken box", f"where is {A}"),
        *(
            f"is {A} under warranty?",
            f"{A}是不是我们店的",
            "did not sell 2 a350",
            "we havent sold 2 a350",
            "卖不出A350 2台",
        ),
        *(
            "can i sell 2 a350 to D1002",
            "想卖A350 2台",
            "2 A350 sold 1 came back",
            "卖了2台A350，退货1台",
            "A350 sold out",
            "样机1台A350",
        ),
        # words that answer nothing here, and orders to stop
        *("not 3, 2", "sorry 2", "thanks", "别再发短信了", "查D1010库存"),
        # lists of models without numbers: how many?
        *(
            "S 1. A350 2. B200",
            "S #1 A350 #2 B200",
            "销售：1，A350；2，B200",
            "订货 1、A350 2、B200",
            "S ① A350 ② B200",
        ),
        *("销售\n1、A350\n2、B200", "S\n1) A350\n2) B200\n3) A350", "sold: 1, A350; 2, B200", "S ⑴A350 ⑵B200"),
        *("S\n1. A350\n2. B200", "COUNT\n1. A350\n2. B200", "ORD\n1) A350\n2) B200", "卖了\n①A350\n②B200"),
        # other makers' sets, and series of several models
        *(
            "sold 2 nokia",
            "卖了两台华为一台小米",
            "北极光卖了2台",
            "大概卖了五六个曙光",
            "卖A350两三台",
            "sold about 10 a350",
        ),
        # for whom, or of how many days, nobody can tell
        # two or three sets, the end of an IMEI, two things that happened at once
        *("卖了2、3台A350", "卖了尾号0301的A350", "sold A350 imei ending 0301", "received and sold 2 a350"),
        *(
            "到货并卖出2台A350",
            "老婆说卖了两台A350",
            "Daily report\nA350 1\ntotal 0",
            "卖了2台A350，B200 1，C100 1没卖出去",
        ),
        # what happened to a set in words that nobody knows; sets of two shops; other years and months
        *(f"{A} replaced with {B}", f"{A}换成{B}", f"{A}出库", "harbour sold 2 a350, sunny sold 1"),
        *("京华卖了2台A350，阳光卖了1台", "从京华调了2台B200过来", "去年11月29日卖A350 2台", "november sale: a350 40"),
        *("Opening 10 sold 3 closing 7 A350", "听老王讲卖了两台A350", "bu yao ding a350 10"),
        *("nothing sold this week", "本周没卖", "上个月没开张"),
        *("sat n sun sold 2 a350", "sold 5 a350 since friday", "周五到现在卖了5台A350", "sold 2 a350, not 3 a350"),
        *("今天跑了三家店一共出了8台A350", "店庆三天卖了17台！", "sold 350", "Sold 2"),
    ],
)
def test_nothing_comes_of_it(text: str) -> None:
    assert live(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # signs of a list are no quantities, in lines or in one
        ("sold today:\n1. A350 - 2\n2. C100 - 1\n3. B200 - 3", "sale A350x2 C100x1 B200x3"),
        ("sold today: 1. A350 - 2 2. C100 - 1 3. B200 - 3", "sale A350x2 C100x1 B200x3"),
        ("S\n1. A350 - 2\n2. C100 - 1\n3. B200 - 3", "sale A350x2 C100x1 B200x3"),
        ("1. A350 2\n2. C100 1 sold", "sale A350x2 C100x1"),
        ("今天销售\n1.A350-2\n2.B200-1\n3.C100-3", "sale A350x2 B200x1 C100x3"),
        ("今天卖了：1、A350 2台 2、B200 1台", "sale A350x2 B200x1"),
        ("ORD\n1. A350 20\n2. B200 10", "order A350x20 B200x10"),
        ("COUNT\n1) A350 5\n2) B200 8", "count A350x5 B200x8 confirm"),
        ("卖了\n① A350 2台\n② B200 1台", "sale A350x2 B200x1"),
        # nor parts of an IMEI
        (f"S\n1. {A}\n2. {B}", f"sale {A} {B}"),
        (f"S ①{A} ②{B}", f"sale {A} {B}"),
        (f"1{A} 2{B}", f"sale {A} {B}"),
        (f"№1 {A} №2 {B}", f"sale {A} {B}"),
        (f"S ⑴{A} ⑵{B}", f"sale {A} {B}"),
        (f"sold 2 a350 {A} {B}", f"sale {A} {B} model=A350"),
        (f"S IMEI1:{A} IMEI2:{B}", f"sale {A} {B}"),
        (f"SN\tIMEI\tModel\n1\t{A}\tA350\n2\t{B}\tA350", f"sale {A} {B}"),
        (f"序号 串号\n1 {A}\n2 {B}", f"sale {A} {B}"),
        # days as they are said
        ("Sold 2 A350 last friday, forgot to report", "sale A350x2 on=2026-11-27 confirm"),
        ("上周三卖了1台C150", "sale C150x1 on=2026-11-25 confirm"),
        ("昨晚卖A350 2", "sale A350x2 on=2026-11-29 confirm"),
        ("29日卖A350 2台", "sale A350x2 on=2026-11-29 confirm"),
        ("28号A350 2台 卖", "sale A350x2 on=2026-11-28 confirm"),
        ("11.29 卖A350 2台", "sale A350x2 on=2026-11-29 confirm"),
        ("S A350 2 28/11", "sale A350x2 on=2026-11-28"),
        ("s a350 2 2025-11-30", "sale A350x2 on=2025-11-30 confirm"),
        ("[29/11/2026, 9:15 pm] Shop Boy 2: sold N60 1 GL7 1", "sale N60x1 GL7x1 on=2026-11-29 confirm"),
        # two days are two bookings
        ("sold A350 2 yesterday and B200 1 today", "sale A350x2 on=2026-11-29 confirm | sale B200x1 confirm"),
        ("昨天A350 2台，今天B200 1台 卖", "sale A350x2 on=2026-11-29 confirm | sale B200x1 confirm"),
        ("sold A350 2 today B200 1 yesterday", "sale A350x2 confirm | sale B200x1 on=2026-11-29 confirm"),
        # what was denied is left out, what was sold is asked
        ("didn't sell 2 a350, sold 2 a380", "sale A380x2 confirm"),
        ("没卖A350，卖的是A380，一台", "sale A380x1 confirm"),
        # a number that may be the end of a name is asked
        ("s lumen 20", "sale L20x20 confirm"),
        ("lumen 20 sold", "sale L20x20 confirm"),
        ("ord lumen 20", "order L20x20 confirm"),
        ("count lumen 20", "count L20x20 confirm"),
        ("S L20 20", "sale L20x20"),
        ("S lumen 3", "sale L20x3"),
        ("sold 2 a350, not 3 b200, 1 c100", "sale A350x2 confirm"),
        ("A350 2, no B200, C100 1 sold", "sale A350x2 confirm"),
        ("卖了A350一台，没卖A380", "sale A350x1 confirm"),
        ("sold a350 2 b200 1, didn't sell any c100", "sale A350x2 B200x1 confirm"),
        # several days of which one thing is said
        ("Zero sale sat n sun, shop was shut", "nil on=2026-11-28 confirm | nil on=2026-11-29 confirm"),
        ("周六周日都没卖", "nil on=2026-11-28 confirm | nil on=2026-11-29 confirm"),
        (
            "we have not sold anything since saturday",
            "nil on=2026-11-28 confirm | nil on=2026-11-29 confirm | nil confirm",
        ),
        ("周日到现在没开张", "nil on=2026-11-29 confirm | nil confirm"),
        # nobody came
        ("no customer today boss, nil", "nil"),
        ("没人来，今天挂零", "nil"),
        ("今天一个客人都没有，零", "nil"),
        # asking to be sent something is an order, whenever it is wanted
        ("can u send 10 A350 by friday", "order A350x10 confirm"),
        ("can you give us 5 b200 tomorrow", "order B200x5 confirm"),
        ("could we get 3 C100", "order C100x3"),
        # words of stock with numbers tell what there is
        ("stock left A350 3 B200 1", "count A350x3 B200x1 confirm"),
        ("in stock A350 3, B200 2", "count A350x3 B200x2 confirm"),
        ("库存：A350 3台 B200 2台", "count A350x3 B200x2 confirm"),
        # what was lost is told to a person
        ("店里丢了一台A420", "feedback confirm"),
        ("1 A420 lost", "feedback confirm"),
        ("A380被偷了1台", "feedback confirm"),
        # a line ends where it ends: `1` and `周六` are no `1周`; each line has its day, `nil` its own
        (
            "周五A350 1\n周六A350 2 B200 1\n周日没卖",
            "sale A350x1 on=2026-11-27 confirm | sale A350x2 B200x1 on=2026-11-28 confirm | nil on=2026-11-29 confirm",
        ),
        (
            "fri: a350 1\nsat: b200 1\nsun: nil",
            "sale A350x1 on=2026-11-27 confirm | sale B200x1 on=2026-11-28 confirm | nil on=2026-11-29 confirm",
        ),
        ("28号：C100两台\n29号：0", "sale C100x2 on=2026-11-28 confirm | nil on=2026-11-29 confirm"),
        (
            "Date\tModel\tQty\n28/11\tA350\t2\n29/11\tB200\t1",
            "sale A350x2 on=2026-11-28 confirm | sale B200x1 on=2026-11-29 confirm",
        ),
        (
            "日期\t型号\t数量\n11/28\tA350\t2\n11/29\tB200\t1",
            "sale A350x2 on=2026-11-28 confirm | sale B200x1 on=2026-11-29 confirm",
        ),
        ("销量日报11.29 A350 2 B200 1", "sale A350x2 B200x1 on=2026-11-29 confirm"),
        ("sales report 29.11: a350 2", "sale A350x2 on=2026-11-29 confirm"),
        # a model over its IMEIs
        (f"A350\n{A}\n{B}", f"sale {A} {B}"),
        (f"A350：\n{A}\n{B}", f"sale {A} {B}"),
        # a set without its number is one; prices are no quantities
        ("卖了台A350", "sale A350x1"),
        ("今天走了部C100", "sale C100x1"),
        ("sold 2 a350 $180 each cash", "sale A350x2"),
        ("a350 2 x 8999 = 17998 sold", "sale A350x2"),
        ("sold 2 a350 8999", "sale A350x2"),
        ("卖两台A350收了2598", "sale A350x2"),
        (f"sold imei {A} price 8999", f"sale {A}"),
        # dozens, pairs and tens
        ("sold half dozen 3310", "sale 3310x6"),
        ("卖了一打C100", "sale C100x12"),
        ("卖了一对A350", "sale A350x2"),
        ("sold twenty one c100", "sale C100x21"),
        # names by their sound, with their figures in hanzi; letters for digits
        ("卖了两台署光3.5", "sale A350x2 confirm"),
        ("卖了一台慧星150", "sale C150x1 confirm"),
        ("今天卖了三台冰川七", "sale GL7x3 confirm"),
        ("卖了一台北极光二百", "sale B200x1 confirm"),
        (f"{A[:9].replace('0', 'O')}{A[9:]} sold", f"sale {A}"),
        # none of a model in a count is counted; in a report it is left aside
        ("count a350 4, c100 nil", "count A350x4 C100x0 confirm"),
        ("盘点A350 4、A380 2、C100没有", "count A350x4 A380x2 C100x0 confirm"),
        ("库存：A350 3，C100 0", "count A350x3 C100x0 confirm"),
        ("不要A350，要5台B200", "order B200x5 confirm"),
        ("2 Samsung A35 1 Redmi 13C sold, ours zero", "nil confirm"),
        # people by their labels and titles; marks of a tally
        ("姓名：李芳\n门店：阳光通讯\n销量：A350 2台", "sale A350x2 dealer=D1004 confirm"),
        ("Name: Ravi\nSales: A350 2", "sale A350x2"),
        ("A350 |||\nB200 |", "sale A350x3 B200x1 confirm"),
        ("3310 3310 a350 so far", "sale 3310x2 A350x1 confirm"),
        # a table with commas; `nil` of every model; stock as of today
        ("Model,Qty\nA350,2\nB200,1", "sale A350x2 B200x1 confirm"),
        ("型号，数量\nA350，2\nB200，1", "sale A350x2 B200x1 confirm"),
        ("A350 nil B200 nil C100 nil", "nil confirm"),
        ("we counted a350 3 b200 2", "count A350x3 B200x2 confirm"),
        ("stock as on 30/11: a350 3 b200 2", "count A350x3 B200x2 confirm"),
        # a day to come beside a report leaves it to be asked
        ("今天卖A350 2台 C150 1台 明天再报", "sale A350x2 C150x1 confirm"),
        # what it is instead
        (f"{A}退了", f"return {A} confirm"),
        (f"customer returned {A}", f"return {A} confirm"),
        (f"is {A} under warranty?", f"imei imei={A}"),
        (f"where is {A}", f"imei imei={A}"),
        (f"{A} 调给D1001", f"give {A} dealer=D1001 confirm"),
        ("别再发短信了", "stop confirm"),
        # prices, totals, zeros
        ("| 型号 | 单价 | 销量 |\n| A350 | 1299 | 2 |\n| C100 | 459 | 1 |\n| 合计 | | 3 |", "sale A350x2 C100x1"),
        ("A350 1299\nA380 1799\n今天各卖一台，下班", "sale A350x1 A380x1 confirm"),
        ("一共卖5台：A350三台，剩下的都是C150", "sale A350x3 C150x2 confirm"),
        ("Today's sales: A350 - 2 nos, B200 - 1 no., C100 - nil", "sale A350x2 B200x1"),
        # numbers in words
        ("卖一百台C100", "sale C100x100"),
        ("订一百二十台A350", "order A350x120"),
        ("a pair of B200 and half a dozen C150 sold", "sale B200x2 C150x6"),
        ("xiaoshou a350 2", "sale A350x2"),
        ("mai le 2 tai a350", "sale A350x2"),
        # words of consent that carriers know
        *((word, "stop") for word in ("STOPALL", "OPTOUT", "OPT OUT", "opt-out", "REVOKE", "END")),
        ("UNSTOP", "start"),
        # and a NUL or @ that a link leaves behind a text
        (f"S {A}\x00", f"sale {A}"),
        (f"S {A}@", f"sale {A}"),
        ("BAL\x00", "balance"),
    ],
)
def test_it_reads_as_meant(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Liked “OK S1001: 2 sold at D1001 (B200 x2). Today 2”",
        "Emphasized “Draft O1003: A350 x3 = 3027.00. Reply YES 1003”",
        f'Loved "S {A}"',
        "👍 to “OK S1001: 2 sold”",
        "赞了“已收S1002:D1002售A350×1”",
        "id:1234 sub:001 dlvrd:001 submit date:2611300915 done date:2611300915 stat:DELIVRD err:000 text:OK",
        "自动回复：您好，我现在不在",
        "Auto reply: I will be back on Monday",
        "Out of office until 5 December",
    ],
)
def test_machines_are_not_answered(text: str) -> None:
    assert (read(text).outcome, read(text).commands) == (IGNORED, ())


@pytest.mark.parametrize(
    "text", ["I liked the A350", "auto shop sold 2 a350", "loved it, sold 2 a350", "message for you: sold 2 a350"]
)
def test_people_who_write_alike_are_answered(text: str) -> None:
    assert read(text).outcome != IGNORED


@pytest.mark.parametrize(
    ("text", "aside"),
    [("S A350 3 Zhang", "Zhang"), ("今天卖了2台A350，还要订5台", "5台")],
)
def test_a_question_names_what_it_left_aside(text: str, aside: str) -> None:
    (command,) = read(text).commands
    assert command.outcome == "confirm"
    assert aside in [problem.token for problem in command.problems]
