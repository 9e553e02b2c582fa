"""Questions, complaints, courtesies, machines: what people text that books nothing, and what becomes of it."""

from __future__ import annotations

import pytest

from smsgw.business.core.command import ACKNOWLEDGED, CONFIRM, GREETING, IGNORED, REJECTED
from tests.language.sentences.world import imei, live, read

SET = imei(7)
ASKED = {
    "stock A350": ("how many A350 do i have", "any aurora 3.5 with you?", "a350 qty in hand?", "A350还有几台"),
    "stock B200": (
        "do we still have any borealis 200?",
        "北极光200还有现货吗",
        "老板，B200还有货没",
        "你们那有北极光200吗",
    ),
    "stock": ("stock position pls", "what stock have i got", "查一下我店里的库存", "我还有多少台手机"),
    "price A350": ("how much do you charge for the a350", "mrp of A350?", "请问A350进货价是多少", "曙光3.5降价了吗"),
    "balance": (
        "how much is pending against us",
        "can i order on credit, how much is left",
        "还有多少货款没付",
        "how much do we owe you",
        "my dues?",
        "我还能订多少钱的货",
        "信用额度还有多少",
        "这个月要还你们多少",
    ),
    "order_status": (
        "has my shipment left",
        "快递到了没",
        "what about my order",
        "when will my goods arrive",
        "货什么时候到",
        "我的订单审核通过了吗",
    ),
    "order_status O1001": ("O1001 when?", "has 1001 left the warehouse yet", "1001号订单到哪里了", "O1001发了没"),
    "summary week": ("how many did we sell this week", "这周卖了多少", "本周销量多少"),
    "summary month": ("rank the dealers by sales this month", "看一下这个月的业绩", "top 5 models this month"),
    "summary day": ("total for today pls", "查销量", "今天一共卖了几台"),
    "late": (
        "any shop not reported?",
        "status of reporting",
        "how many shops reported today",
        "今天还有几家没报",
        "who didnt report today?",
        "list of shops pending report",
        "还有谁没上报",
        "今天谁没交日报",
    ),
    "codes": ("which models do you have", "有哪些型号", "what phones can i order"),
    "last": ("what did i report today", "我今天报了什么"),
    "help": ("what can i text you?", "有哪些指令", "help i dont know how this works"),
    "help order": ("format for order please", "订货格式是什么", "how to place an order", "怎么订货"),
    "imei": (f"is {SET} still under guarantee", f"when was {SET} sold", f"{SET}是真的吗", f"is {SET} one of yours"),
    "price A350+stock A350": ("price a350? and how many do i have", "A350多少钱？还有货吗"),
    "balance+order_status O1001": ("what do we owe and when is O1001 coming", "我欠多少？O1001到哪了？"),
    "stock C100+balance": ("stock of c100 and my balance please",),
}


def asked(text: str) -> str:
    """What a text asks: `stock A350+balance`."""
    found = []
    for c in read(text).commands:
        about = c.model or c.order or c.period or c.topic
        order = f"O{about}" if c.verb == "order_status" and about and about.isdigit() else about
        found.append(f"{c.verb} {order}" if order else str(c.verb))
    return "+".join(found)


@pytest.mark.parametrize(("query", "text"), [(query, text) for query, texts in ASKED.items() for text in texts])
def test_a_question_is_the_query_that_answers_it(query: str, text: str) -> None:
    assert asked(text) == query


@pytest.mark.parametrize(
    "text",
    [
        *(
            "人工",
            "转人工",
            "有没有人管啊",
            "账单对不上",
            "新机电池鼓包",
            "is anybody going to help me",
            "please arrange a technician",
            "让经理联系我",
            "请给我回个电话",
            "你们业务员态度太差了",
            "please call me",
            "i want to speak to somebody",
        ),
        *(
            "O1001还没收到",
            "order O1004 still not here",
            "少发了两台货",
            "发错颜色了",
            "包装盒都破了",
            "价格开错了，发票不对",
        ),
        *(
            "店里丢了一台A420",
            "one A420 was stolen from the shop last night",
            "the charger of the new a350 does not work",
        ),
        *(f"{SET} broken box", f"{SET}坏了", "the box was wet, two phones dead", "wrong colours were delivered"),
    ],
)
def test_who_complains_or_wants_a_person_is_asked_whether_somebody_shall_answer(text: str) -> None:
    (command,) = read(text).commands
    assert (command.verb, command.outcome) == ("feedback", CONFIRM)
    named = [word for word in ("O1001", "O1004") if word in text]
    assert command.reference == (named[0] if named else None)


@pytest.mark.parametrize("text", ["sold 2 samsung a15 today", "卖了两台华为", "one iphone 15 and 3 redmi went today"])
def test_sets_of_other_makers_are_no_sale_of_ours(text: str) -> None:
    assert live(text) == []


@pytest.mark.parametrize(
    "text",
    [
        *("不想再收短信", "不要再给我发短信了", "不想收到你们的通知了", "我不需要这些通知", "能不能别发短信"),
        *("i dont want your messages", "no more of these texts please"),
    ],
)
def test_who_wants_no_more_texts_is_asked_about_stop_and_never_read_as_no(text: str) -> None:
    (command,) = read(text).commands
    assert (command.verb, command.outcome) == ("stop", CONFIRM)


@pytest.mark.parametrize("text", ["did not get any message from you", "没收到短信", "how many messages did you send"])
def test_who_misses_our_texts_does_not_want_them_to_end(text: str) -> None:
    assert all(command.verb != "stop" for command in read(text).commands)


@pytest.mark.parametrize(
    ("courtesy", "text"),
    [
        *(
            (GREETING, t)
            for t in ("hello", "Hi there", "good morning sir", "你好", "在吗", "有人在吗", "happy new year!")
        ),
        *(
            (ACKNOWLEDGED, t)
            for t in ("thanks", "ok noted", "got it, thanks", "知道了", "收到", "好的收到", "辛苦了", "谢谢老板")
        ),
    ],
)
def test_a_text_of_courtesy_alone_is_known_for_what_it_is(courtesy: str, text: str) -> None:
    (command,) = read(text).commands
    assert (command.verb, command.outcome, command.problems[0].detail) == (None, REJECTED, courtesy)


@pytest.mark.parametrize("text", ["hello sold 2 a350", "你好 卖A350两台", "thanks, A350 2 sold"])
def test_a_report_with_a_courtesy_is_a_report(text: str) -> None:
    assert [(c.verb, c.items[0].quantity) for c in read(text).commands] == [("sale", 2)]


@pytest.mark.parametrize(
    "text",
    [
        *("Liked “OK S1001: 2 sold at D1001”", "Emphasized “Draft O1003: A350 x3”", "❤️ to “Your prices from 01Dec”"),
        *("Reacted 👍 to “see you”", 'Reacted with ❤️ to "Your prices"', "Zhang Wei liked “Your prices from 01Dec”"),
        *(
            "赞了“已收S1002”",
            "对“您的价格”表示强调",
            "👍 “您的价格”",
            "Removed a like from “Your prices”",
            "Loved an image",
        ),
        *("I'm driving right now and will get back to you later", "I am currently out of office and return on Monday."),
        *(
            "Thank you for your message. I am on leave until 5 Dec.",
            "Sorry, I can't talk right now.",
            "Auto-reply: busy",
        ),
        *(
            "我正在开车，稍后回复",
            "【自动回复】您好，我现在有事不在",
            "您好，我正在开会，稍后给您回电",
            "您的短信已送达",
        ),
        *("id:0123456789 sub:001 dlvrd:001 submit date:2611301200 done date:2611301201 stat:DELIVRD err:000 text:OK",),
        *("The subscriber you are texting is currently busy", "delivery report: delivered"),
        *("> OK S1001: 2 sold at D1001 (A350 x2).", "Fwd: OK S1001: 2 sold at D1001", "“OK S1001: 2 sold at D1001.”"),
        *(
            "转发：已收S1002:D1002售A350×1",
            "「已收S1002:D1002售A350×1」",
            "On 30 Nov, 9:15 am, smsgw wrote:\n> OK S1001: 2 sold",
        ),
    ],
)
def test_machines_and_our_own_words_are_not_answered(text: str) -> None:
    assert read(text).outcome == IGNORED


@pytest.mark.parametrize(
    "text",
    [
        *("I'm driving right now, will get back to you later. sold 2 a350 today", "in a meeting, sold A350 2"),
        *("我正在开会，卖了A350两台，稍后联系", "“sold 2 a350 today”"),
    ],
)
def test_what_a_person_reports_on_the_way_is_heard(text: str) -> None:
    assert read(text).outcome != IGNORED
