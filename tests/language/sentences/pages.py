"""Pages with their truth, made at random: tables, chats passed on, lists of IMEIs, totals, prices, days of nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random

from tests.language.sentences.world import MONDAY, imei

Goods = dict[str, int]
Bookings = dict[tuple[str, date], Goods]
# A text, what it may book, and the IMEIs that it may name.
Page = tuple[str, Bookings, frozenset[str]]
Names = Mapping[str, tuple[str, ...]]

_PEOPLE = ("Ravi Kumar", "Shop Boy 2", "李小芳", "Auntie Mei", "老周", "J. Okafor")
_WORDS_OF_SETS = ("swapped", "is what he showed me", "in the drawer", "换了一个", "放柜台里", "怎么办", "拿走看看")
_OTHERS = ("Samsung", "Oppo", "华为", "小米", "vivo")


def page(random: Random, goods: Callable[[], Goods], names: Names, *, chinese: bool) -> Page:
    """A page of one of the kinds."""
    return random.choice(_KINDS)(random, goods, names, chinese)


def _counted(goods: Goods, names: Names, sign: str = " ", unit: str = "") -> list[str]:
    return [f"{names[model][0]}{sign}{quantity}{unit}" for model, quantity in goods.items()]


def _table_with_days(random: Random, goods: Callable[[], Goods], names: Names, chinese: bool) -> Page:
    """A table whose rows have each a date."""
    head = "日期\t型号\t数量" if chinese else random.choice(("Date\tModel\tQty", "Date | Item | Sold"))
    sign = "|" if "|" in head else "\t"
    days = [MONDAY - timedelta(days=ago) for ago in sorted(random.sample(range(4), 2), reverse=True)]
    bookings: Bookings = {}
    rows = [head]
    for day in days:
        found = bookings[("sale", day)] = goods()
        rows += [sign.join((f"{day:%d/%m}", names[model][0], str(n))) for model, n in found.items()]
    return "\n".join(rows), bookings, frozenset()


def _forwarded(random: Random, goods: Callable[[], Goods], names: Names, chinese: bool) -> Page:
    """A chat passed on, its stamp before the report, or in a line above it."""
    found, day, who = goods(), MONDAY - timedelta(days=random.randrange(3)), random.choice(_PEOPLE)
    told = ("卖了" if chinese else "sold ") + ", ".join(_counted(found, names))
    stamp = random.choice(
        (
            f"[{day:%d/%m/%Y}, 9:{random.randrange(10, 60)} pm] {who}: ",
            f"{day:%d/%m/%Y}, 18:{random.randrange(10, 60)} - {who}: ",
            f"{who} {day:%Y-%m-%d} 18:{random.randrange(10, 60)}\n",
        )
    )
    if stamp.endswith("\n") and any(map(str.isdigit, who)):
        stamp = f"{day:%d/%m/%Y}, 18:22 - {who}: "
    return stamp + told, {("sale", day): found}, frozenset()


def _list_of_imeis(random: Random, goods: Callable[[], Goods], names: Names, chinese: bool) -> Page:
    """IMEIs, numbered or not, under their model or a heading, some with letters for digits."""
    units = [imei(random.randrange(1, 10**6)) for _ in range(random.randint(1, 4))]
    sign = random.choice(("{n}. ", "{n}) ", "{n}、", "#{n} ", "IMEI{n}: ", "- ", ""))
    typed = [unit.replace("0", "O", 2) if random.random() < 0.15 else unit for unit in units]
    lines = [sign.format(n=n) + unit for n, unit in enumerate(typed, 1)]
    head = random.choice(("A350", "A350:", "今天卖的：" if chinese else "sold today:", "售出" if chinese else "Sold"))
    return "\n".join([head, *lines]), {("sale", MONDAY): {}}, frozenset(units)


def _with_total(random: Random, goods: Callable[[], Goods], names: Names, chinese: bool) -> Page:
    """A report with its total, right or wrong; with a wrong one its lines may be asked (see `test_truths`)."""
    found = goods()
    off = random.choice((0, 0, 1, -1, 3))
    total = sum(found.values()) + off
    end = (
        f"合计{total}台"
        if chinese
        else random.choice((f"Total {total}", f"total {total} pcs", f"Grand total: {total}"))
    )
    head = "今日销量" if chinese else "Daily sales report"
    return "\n".join([head, *_counted(found, names), end]), {("sale", MONDAY): found}, frozenset()


def _with_prices(random: Random, goods: Callable[[], Goods], names: Names, chinese: bool) -> Page:
    """A report with what was paid behind each set."""
    found = goods()
    amount = random.choice((799, 1299, 8999, 12500))
    price = random.choice((f" 每台{amount}元", f"，单价{amount}")) if chinese else f" at Rs {amount}"
    told = [line + price for line in _counted(found, names, unit="台" if chinese else " pcs")]
    return ("卖了" if chinese else "sold ") + "\n".join(told), {("sale", MONDAY): found}, frozenset()


def _days_of_nothing(random: Random, goods: Callable[[], Goods], names: Names, chinese: bool) -> Page:
    """Days on which nothing was sold, one of them beside a day's report."""
    ago = random.randint(1, 3)
    day = MONDAY - timedelta(days=ago)
    if random.random() < 0.5:
        word = ("周日", "周六", "周五")[ago - 1] if chinese else ("sunday", "saturday", "friday")[ago - 1]
        text = f"{word}到现在没开张" if chinese else f"we have not sold anything since {word}"
        return text, {("nil", MONDAY - timedelta(days=n)): {} for n in range(ago + 1)}, frozenset()
    found = goods()
    lines = [f"{day:%d/%m}: {'无' if chinese else 'nil'}", f"{MONDAY:%d/%m}: {', '.join(_counted(found, names))}"]
    return "\n".join(lines), {("nil", day): {}, ("sale", MONDAY): found}, frozenset()


def _partly_denied(random: Random, goods: Callable[[], Goods], names: Names, chinese: bool) -> Page:
    """A report with one model that was not sold, before or behind what was."""
    found, denied = goods(), goods()
    denied = {model: n for model, n in denied.items() if model not in found}
    if not denied:
        return _with_total(random, goods, names, chinese)
    sold, never = ", ".join(_counted(found, names)), ", ".join(_counted(denied, names))
    forms = (
        ("卖了{s}，没卖{d}", "没卖{d}，卖了{s}", "卖了{s}，{d}没卖出去")
        if chinese
        else ("sold {s}, not {d}", "did not sell {d}, sold {s}", "sold {s} but no {d}", "sold {s}. {d} not sold")
    )
    return random.choice(forms).format(s=sold, d=never), {("sale", MONDAY): found}, frozenset()


def _with_others(random: Random, goods: Callable[[], Goods], names: Names, chinese: bool) -> Page:
    """Sets of other makers among ours."""
    found, other, n = goods(), random.choice(_OTHERS), random.randint(1, 4)
    ours = ", ".join(_counted(found, names))
    text = f"卖了{n}台{other}，{ours}" if chinese else f"sold {n} {other}, {ours}"
    return text, {("sale", MONDAY): found}, frozenset()


def _words_beside_a_set(random: Random, goods: Callable[[], Goods], names: Names, chinese: bool) -> Page:
    """An IMEI with words that say not that it was sold: nothing."""
    unit, word = imei(random.randrange(1, 10**6)), random.choice(_WORDS_OF_SETS)
    return random.choice((f"{unit} {word}", f"{unit}{word}", f"{word} {unit}")), {}, frozenset()


_KINDS = (
    _table_with_days,
    _forwarded,
    _list_of_imeis,
    _with_total,
    _with_prices,
    _days_of_nothing,
    _partly_denied,
    _with_others,
    _words_beside_a_set,
)
