"""The day that the demo plays: who texts what, and what has to come back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from smsgw.cli.demo.network import Network, imei, tac

STRANGER = "+8613911112222"  # a phone that nobody registered
UNKNOWN_SERIALS = 900_000  # sets that were never shipped to anybody count from here


@dataclass
class Scene:
    """What the texts refer to: sets that lie in the shops, and references that were answered before."""

    network: Network
    taken: dict[tuple[str, str], int] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    strange: int = 0

    def phone(self, who: str) -> str:
        return STRANGER if who == "stranger" else self.network.phones[who]

    def set(self, dealer: str, model: str) -> str:
        """The IMEI of the next set of a model that lies in a shop."""
        at = self.taken.get((dealer, model), 0)
        self.taken[dealer, model] = at + 1
        return self.network.units[dealer, model][at]

    def sold(self, dealer: str, model: str) -> str:
        """The IMEI of the set of a model that a shop's texts named last."""
        return self.network.units[dealer, model][self.taken[dealer, model] - 1]

    def unknown(self, model: str) -> str:
        """The IMEI of a set that was never shipped to anybody."""
        self.strange += 1
        return imei(tac(model), UNKNOWN_SERIALS + self.strange)

    def reference(self, letter: str) -> str:
        """The newest reference of a letter that an answer named."""
        for answer in reversed(self.answers):
            if found := re.findall(rf"\b{letter}\d{{4,9}}\b", answer):
                return str(found[0])
        return f"{letter}0"


@dataclass(frozen=True)
class Step:
    """A text of somebody, and patterns that must all be found in the one answer.

    None: there must be no answer, and `silence` says why.
    """

    who: str
    text: Callable[[Scene], str]
    answer: tuple[str, ...]
    silence: str = ""


@dataclass(frozen=True)
class Act:
    title: str
    steps: tuple[Step, ...]


def _said(who: str, text: str | Callable[[Scene], str], *answer: str, silence: str = "") -> Step:
    return Step(who, text if callable(text) else lambda scene: text, answer, silence)


def wide(text: str) -> str:
    """The text as a full-width keyboard types it."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in text)


def _ten(scene: Scene) -> str:
    """A Chinese text of ten sets, which takes three parts on the way."""
    return "销售 " + " ".join(scene.set("D1004", model) for model in ("B260",) * 5 + ("C100",) * 5)


def _spaced(number: str) -> str:
    """An IMEI as it stands on a box."""
    return f"{number[:2]} {number[2:8]} {number[8:14]} {number[14]}"


def _letters(number: str) -> str:
    """An IMEI with the letter O for every 0 of its end."""
    return number[:8] + number[8:].replace("0", "O")


def _broken(number: str) -> str:
    """An IMEI whose check digit is wrong."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def _sold_and_two_more(scene: Scene) -> str:
    """Four sets of which one is sold already and one mistyped."""
    sold = scene.sold("D1001", "C100")
    one, two = scene.set("D1001", "C100"), scene.set("D1001", "A380")
    return f"S {one} {sold} {two} {_broken(scene.set('D1001', '3310'))}"


# What opens every answer to a booking, in either language.
SALE, NIL, COUNT = (rf"^(OK |已收){letter}\d+" for letter in "SNK")

ACTS = (
    Act(
        "Morning: sales as people type them",
        (
            _said("D1001 owner", lambda s: f"s {s.set('D1001', 'B200')} {s.set('D1001', 'B200')}", SALE, "2 sold"),
            _said("D1002 owner", lambda s: f"销售，{s.set('D1002', 'A350')}；谢谢", SALE, "A350"),
            _said("D1001 clerk", lambda s: f"SALE{s.set('D1001', 'C100')}", SALE, "C100"),
            _said("D1004 owner", lambda s: wide(f"sale {s.set('D1004', 'GL7')}"), SALE, "GL7"),
            _said("D1001 owner", lambda s: f"Sold {_letters(s.set('D1001', 'A380'))} pls", SALE, "1 sold"),
            _said("D1001 owner", lambda s: _spaced(s.set("D1001", "C100")), SALE, "1 sold"),
            _said("D1002 owner", "卖 北极光200 两台", SALE, "B200"),
            _said("D1004 owner", _ten, SALE, "B260", "C100"),
        ),
    ),
    Act(
        "What can go wrong with a sale",
        (
            _said("D1001 clerk", lambda s: f"S {s.sold('D1001', 'C100')}", r"S\d+"),
            _said("D1001 owner", _sold_and_two_more, r"^OK S\d+: 2 sold", "Not saved: #2", "#4"),
            _said("D1001 owner", lambda s: f"S {_broken(s.set('D1001', 'A380'))}", "not a valid IMEI", "Reply YES"),
            _said("D1001 owner", "yes", r"^OK S\d+: 1 sold"),
            _said("D1001 owner", lambda s: f"S {s.set('D1002', 'C150')}", r"S\d+ is on hold", "1 transfer"),
            _said("D1007 owner", lambda s: f"S {s.unknown('A350')}", r"^OK S\d+: 1 sold"),
            _said("D1001 owner", lambda s: f"SLAE {s.set('D1001', 'B200')}", "Did you mean: SALE", "YES"),
            _said("D1001 owner", "Yes pls", r"^OK S\d+: 1 sold"),
            _said("D1002 owner", "今天卖了2台A350，还要订5台", r"A350", "是"),
            _said("D1002 owner", "不", "未"),
            _said("D1001 owner", "S C100 2", r"^OK S\d+: C100 x2"),
            _said("D1001 owner", "s c100 2", "Already saved as S", "RO"),
            _said("D1001 owner", lambda s: f"undo {s.reference('S')}", r"^OK S\d+: undone, 2"),
            _said("D1001 owner", "SALE 356901001234565", "example"),
            _said("stranger", lambda s: f"S {s.unknown('B200')}", "not registered", "area manager"),
            _said("D1001 owner", "good morning sir", "Hello!", "HELP"),
            _said(
                "D1001 owner",
                "OK S1001: 2 sold at D1001 (B200 x2). Today 2, week 2. Wrong? UNDO S1001",
                silence="it is an answer of ours that came back, and is ignored",
            ),
        ),
    ),
    Act(
        "Noon: stock, prices, orders, money",
        (
            _said("D1001 owner", "STK A350", r"^A350: D1001 has \d+"),
            _said("D1002 owner", "库存", "D1002", "B200"),
            _said("D1001 owner", "P aurora 3.5", r"^A350: dealer 1009\.00, retail 1198\.00"),
            _said("D1001 owner", "COUNT A350 5, b200 x 8", r"^OK K\d+: D1001 A350 5", "Not counted: "),
            _said("D1001 owner", "COUNT C100 1200", r"C100 1200\?", "Not saved"),
            _said("D1001 owner", "NO", "Nothing was saved"),
            _said("D1001 owner", "ord A350 20 B200x10", r"^Draft O\d+: ", r"Reply YES \d+"),
            _said("D1001 owner", lambda s: f"yes {s.reference('O')[1:]}", r"^OK O\d+: placed", "approved"),
            _said("D1019 owner", "order two n60p", r"^Draft O\d+", "needs approval"),
            _said("D1019 owner", "Y", r"^OK O\d+: placed", "waits for approval"),
            _said("D1001 owner", lambda s: f"ORD {s.reference('O')[1:]}", "no order"),
            _said("hq", lambda s: f"REJ {s.reference('O')[1:]}", "Please send the reason too"),
            _said(
                "hq", lambda s: f"app {s.reference('O')}", r"^O\d+ approved: D1019", "over the limit", "will be told"
            ),
            _said("D1001 owner", "ORD", "O1001 of "),
            _said("D1001 owner", "bal\nstk gl7", r"^D1001: owe ", "GL7"),
            _said("D1001 clerk", "BAL", "BAL|余额"),
        ),
    ),
    Act(
        "Evening: reports, the field, headquarters",
        (
            _said("D1013 owner", "NIL", r"^OK N\d+: zero sales for D1013"),
            _said("D1026 owner", "无销量", r"^已收N\d+", "D1026"),
            _said("EAST field", "STOCK B200 @D1001", r"^B200: D1001 has \d+"),
            _said("EAST field", "stock @d1004", r"^D1004 has "),
            _said("EAST field", "STOCK @D1014", "D1014 is not in your area"),
            _said("hq", lambda s: f"IMEI {s.sold('D1001', 'C100')}", "C100: ", "shipped D1001", "sold D1001"),
            _said("D1002 owner", "反馈：箱子湿了！", r"^已收C\d+:已记录,", "答复"),
            _said("EAST field", lambda s: f"yes {s.reference('C')}", r"^C\d+: we ask D1002 whether it is settled"),
            _said("D1001 owner", "last", r"S\d+", r"O\d+"),
            _said("D1001 clerk", "LANG EN", "We will answer in English"),
            _said("D1001 owner", "help", "SALE", "HELP"),
            _said("D1001 owner", "HELP ORD", "ORD", "Example"),
            _said("D1002 owner", "退订", "订阅"),
        ),
    ),
)


def steps() -> Iterator[tuple[str, Step]]:
    """Every step with the title of its act."""
    for act in ACTS:
        for step in act.steps:
            yield act.title, step
