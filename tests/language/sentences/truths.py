"""Sentences with their truth, made at random: what happened, to what, how it is said, when, in which form and language.

The words are written here and are not those of the reader's lists: many of them it has never seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tests.language.sentences.pages import page
from tests.language.sentences.world import MODELS, MONDAY


@dataclass(frozen=True)
class Truth:
    """A text, and what it may book: by verb and day, so many of each model, and IMEIs. Empty: nothing."""

    text: str
    bookings: dict[tuple[str, date], dict[str, int]]
    imeis: frozenset[str] = frozenset()


EN_NAMES = {
    "A350": ("A350", "a350", "Aurora 3.5"),
    "A380": ("A380", "a380", "aurora 3.8"),
    "B200": ("B200", "b200", "Borealis 200"),
    "C150": ("C150", "Comet 150", "c150"),
    "N60P": ("N60P", "Nova 60 Pro"),
    "3310": ("3310",),
    "GL7": ("GL7", "Glacier 7"),
}
ZH_NAMES = {
    "A350": ("A350", "曙光3.5"),
    "A380": ("A380", "曙光3.8"),
    "B200": ("B200", "北极光200"),
    "C150": ("C150", "彗星150"),
    "N60P": ("N60P", "新星60Pro"),
    "3310": ("3310", "经典3310"),
    "GL7": ("GL7", "冰川7"),
}
assert set(EN_NAMES) == set(ZH_NAMES) <= {code for code, *_ in MODELS}

EN_NUMBERS = {
    1: ("1", "one", "01"),
    2: ("2", "two", "2"),
    3: ("3", "three"),
    4: ("4", "four"),
    5: ("5", "five"),
    12: ("12", "a dozen"),
}
ZH_NUMBERS = {1: ("1", "一"), 2: ("2", "两", "俩"), 3: ("3", "三"), 4: ("4", "四"), 5: ("5", "五"), 12: ("12", "十二")}

# {g} are the goods, {d} a day or nothing.
SOLD_EN = (
    "sold {g}{d}",
    "we sold {g}{d}",
    "{d} sold {g}",
    "{g} sold{d}",
    "sales{d}: {g}",
    "i have sold {g}{d} thanks",
    "good evening sir, {g} sold{d}",
    "just sold {g}",
    "our sales{d} are {g}",
    "pls note sold {g}{d}",
)
SOLD_ZH = (
    "{d}卖了{g}",
    "{d}卖出{g}",
    "{d}销售{g}",
    "我们{d}卖了{g}",
    "{g} {d}卖的",
    "老板{d}出了{g}",
    "{d}售出{g}，谢谢",
    "{d}店里卖掉{g}",
)
ORDER_EN = ("please send {g}", "need {g} urgently", "we want to order {g}", "order {g} please", "kindly supply {g}")
ORDER_ZH = ("订{g}", "要{g}，急", "麻烦发货{g}", "我要订{g}", "补货{g}")
NOT_EN = (
    "did not sell {g}{d}",
    "didn't sell {g}{d}",
    "we havent sold {g} yet",
    "never sold {g}",
    "dint sell {g}{d}",
    "{g} not sold{d}",
    "could not sell {g}{d}",
    "failed to sell {g}{d}",
    "no one bought {g}{d}",
    "{g} was not sold",
    "cannot sell {g} here",
    "do not book {g}",
    "please dont order {g}",
    "don't send {g}",
    "stop the order of {g}",
    "cancel {g}",
    "no need of {g}",
    "we refused {g}",
    "{g} is unsold",
    "nobody wants {g}",
    "sold everything except {g}",
    "not a single one of {g} sold",
    "we are yet to sell {g}",
    "unable to sell {g}{d}",
    "hardly sold {g}",
    "without {g}",
    "didnt order {g}",
    "haven't received {g}",
)
ASKED_EN = (
    "did we sell {g}{d}?",
    "can i sell {g} to my cousin",
    "how to report {g} sold",
    "should i order {g}?",
    "who sold {g}{d}",
    "sold {g}{d}?",
    "is it possible to order {g}",
    "what if i sell {g}",
    "may we order {g}?",
    "do you have {g}?",
    "why was {g} sold",
    "any rule for selling {g}?",
    "have you booked my sale of {g}?",
    "was {g} sold{d}?",
    "which shop sold {g}{d}",
    "when did we sell {g}",
    "are {g} sold?",
)
LATER_EN = (
    "will sell {g} tomorrow",
    "customer will take {g} next week",
    "going to sell {g}",
    "tomorrow {g} sold",
    "i will order {g} later if needed",
    "planning to sell {g}",
    "hope to sell {g}",
    "want to sell {g}",
    "maybe we can sell {g}",
    "if i sell {g} i get bonus",
    "expecting to sell {g} soon",
    "trying to sell {g}",
    "we should sell {g} this week",
    "target is to sell {g}",
    "customer booked {g} for friday and will pay later",
    "about to sell {g}",
    "soon we sell {g}",
    "would sell {g} with a discount",
    "next month sell {g}",
    "aim to sell {g}",
)
OTHERS_EN = (
    "i heard the other shop sold {g}",
    "they say {g} were sold there",
    "my friend told me he sold {g}",
    "{g} stolen{d}",
    "{g} broken in the box",
    "{g} got wet",
    "{g} sent for repair",
    "{g} on display only",
    "customer brought {g} back",
    "my wife said she sold {g}",
    "rumour: harbour sold {g}",
    "ignore {g} i sent by mistake",
    "delete the sale of {g}",
    "{g} sold was a mistake",
    "sold about {g} or so",
    "thief took {g}",
    "{g} defective",
    "we paid for {g}",
    "{g} sold out",
    "{g} finished",
)
NOT_ZH = (
    "没卖{g}",
    "{d}没有卖{g}",
    "{g}没卖出去",
    "还没卖{g}",
    "未售出{g}",
    "别订{g}",
    "不要订{g}了",
    "先不订{g}",
    "取消{g}",
    "{g}不要了",
    "不卖{g}",
    "卖不出{g}",
    "{g}卖不掉",
    "没能卖出{g}",
    "不是卖了{g}",
    "{g}没人要",
    "勿发{g}",
    "{g}暂时不订",
    "除了{g}都卖了",
    "并未销售{g}",
    "从没卖过{g}",
    "{g}无人问津",
    "停止订货{g}",
    "不用发{g}了",
    "{g}算了不订",
    "没收到{g}",
    "拒收{g}",
    "甭订{g}",
)
ASKED_ZH = (
    "{d}卖了{g}吗",
    "能订{g}吗",
    "可以卖{g}吗",
    "怎么报{g}",
    "谁卖了{g}",
    "是不是卖了{g}",
    "{d}卖{g}没有？",
    "订{g}行不行",
    "{g}卖了没",
    "哪个店卖了{g}",
    "卖{g}给多少返利",
    "要不要订{g}",
    "为什么卖{g}",
    "卖了{g}？",
    "可否订{g}",
    "能不能发{g}",
    "要是订{g}什么时候到",
    "{g}卖掉了么",
    "请问订{g}多少钱",
)
LATER_ZH = (
    "明天卖{g}",
    "想卖{g}",
    "打算订{g}",
    "准备卖{g}",
    "希望卖出{g}",
    "如果卖{g}",
    "可能卖{g}",
    "下周卖{g}",
    "客户明天来买{g}",
    "争取卖{g}",
    "要卖{g}",
    "过几天卖{g}",
    "等会卖{g}",
    "马上要卖{g}",
    "计划卖{g}",
    "假如卖了{g}",
    "也许能卖{g}",
    "即将卖出{g}",
    "目标卖{g}",
    "快要卖出{g}",
    "回头卖{g}",
)
OTHERS_ZH = (
    "听说隔壁卖了{g}",
    "他说卖了{g}",
    "{g}被偷了",
    "{g}坏了",
    "{g}送修",
    "{g}做样机",
    "客户退了{g}",
    "{g}摔了",
    "刚才报的{g}作废",
    "{g}报错了",
    "大概卖了{g}",
    "{g}黑屏",
    "{g}卖完了",
    "{g}没货了",
    "差不多卖了{g}",
    "{g}丢了",
    "删除{g}",
    "{g}付款了",
    "据说卖了{g}",
)
SURE = ((SOLD_EN, SOLD_ZH, "sale"), (ORDER_EN, ORDER_ZH, "order"))
UNSURE = ((NOT_EN, NOT_ZH), (ASKED_EN, ASKED_ZH), (LATER_EN, LATER_ZH), (OTHERS_EN, OTHERS_ZH))
DAYS_EN = (
    ("", 0),
    (" today", 0),
    (" yesterday", 1),
    (" on 28/11", 2),
    (" on 29 Nov", 1),
    (" last friday", 3),
    (" on saturday", 2),
)
DAYS_ZH = (("", 0), ("今天", 0), ("昨天", 1), ("前天", 2), ("11月28日", 2), ("29号", 1), ("上周五", 3), ("周六", 2))
SIGNS = ("{n}. ", "{n}) ", "({n}) ", "{n}、", "#{n} ", "No.{n} ", "- ", "• ", "")


def made(seed: int) -> Truth:
    """The sentence of a seed."""
    random = Random(seed)
    chinese = random.random() < 0.5
    kind = random.random()
    if kind < 0.15:
        return _page(random, chinese)
    if kind < 0.4:
        return Truth(*page(random, lambda: _goods(random), ZH_NAMES if chinese else EN_NAMES, chinese=chinese))
    goods = _goods(random)
    days = DAYS_ZH if chinese else DAYS_EN
    word, ago = random.choice(days)
    typed = _typed(random, goods, chinese)
    if random.random() < 0.45:
        english, hanzi, verb = random.choice(SURE)
        form = random.choice(hanzi if chinese else english)
        if "{d}" not in form:
            ago = 0
        day = MONDAY - timedelta(days=ago)
        text = form.format(g=typed, d=word)
        return Truth(_slipped(random, text) if not chinese else text, {(verb, day): goods})
    forms = random.choice(UNSURE)
    form = random.choice(forms[chinese])
    back = form in ("客户退了{g}", "customer brought {g} back")
    return Truth(form.format(g=typed, d=word).strip(), {("return", MONDAY): goods} if back else {})


def _goods(random: Random) -> dict[str, int]:
    models = random.sample(sorted(EN_NAMES), random.choice((1, 1, 1, 2, 3)))
    return {model: random.choice(sorted(EN_NUMBERS)) for model in models}


def _typed(random: Random, goods: dict[str, int], chinese: bool) -> str:
    parts = []
    before = random.random() < 0.5
    unit = random.random() < 0.7
    for model, quantity in goods.items():
        name = random.choice((ZH_NAMES if chinese else EN_NAMES)[model])
        number = random.choice((ZH_NUMBERS if chinese else EN_NUMBERS)[quantity])
        if chinese:
            number += "" if number == "俩" else "台"
            parts.append(f"{number}{name}" if before else f"{name} {number}")
        else:
            counted = f"{number} {'pcs ' if unit and before is False and number.isdigit() else ''}"
            parts.append(f"{number} {name}" if before else f"{name} {counted.strip()}")
    joint = random.choice(("，", "、", "和") if chinese else (", ", " and ", " n "))
    return joint.join(parts)


def _slipped(random: Random, text: str) -> str:
    """A text with one slip in a long word of letters only."""
    words = text.split(" ")
    long = [at for at, word in enumerate(words) if len(word) > 4 and word.isalpha() and word.islower()]
    if not long or random.random() < 0.7:
        return text
    at = random.choice(long)
    word = words[at]
    place = random.randrange(1, len(word) - 1)
    words[at] = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return " ".join(words)


def _page(random: Random, chinese: bool) -> Truth:
    """A report as a list, a table, or several days."""
    goods = _goods(random)
    kind = random.randrange(4)
    names = ZH_NAMES if chinese else EN_NAMES
    if kind == 0:
        sign = random.choice(SIGNS)
        head = random.choice(("今天销售：", "卖了") if chinese else ("sold today:", "Sales report", "sold"))
        lines = [
            f"{sign.format(n=n)}{names[m][0]} {'- ' if random.random() < 0.3 else ''}{q}{'台' if chinese else ' pcs'}"
            for n, (m, q) in enumerate(goods.items(), 1)
        ]
        return Truth("\n".join([head, *lines]), {("sale", MONDAY): goods})
    if kind == 1:
        head, rows = ("序号\t型号\t数量", "合计\t\t{t}") if chinese else ("SN\tModel\tQty", "Total\t\t{t}")
        lines = [f"{n}\t{m}\t{q}" for n, (m, q) in enumerate(goods.items(), 1)]
        total = rows.format(t=sum(goods.values()))
        return Truth("\n".join([head, *lines, *([total] if random.random() < 0.5 else [])]), {("sale", MONDAY): goods})
    if kind == 2:
        other = _goods(random)
        yesterday = MONDAY - timedelta(days=1)
        first, second = _typed(random, goods, chinese), _typed(random, other, chinese)
        text = f"昨天卖了{first}，今天卖了{second}" if chinese else f"sold {first} yesterday and {second} today"
        return Truth(text, {("sale", yesterday): goods, ("sale", MONDAY): other})
    denied = _goods(random)
    first, second = _typed(random, denied, chinese), _typed(random, goods, chinese)
    text = f"没卖{first}，卖了{second}" if chinese else f"didn't sell {first}, sold {second}"
    return Truth(text, {("sale", MONDAY): goods})
