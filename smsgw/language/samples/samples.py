"""Samples of each type of argument: a value, and one of the ways to type it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

import phonenumbers

from smsgw.business.vocabulary import LETTERS
from smsgw.language.characters.fold import fold
from smsgw.language.grammar.grammar import Grammar
from smsgw.language.names.imei import EXAMPLE, check_digit, valid
from smsgw.language.names.lexicon import Lexicon, key_of

_NUMERALS = "零一二三四五六七八九"
_PHRASES = (
    "Zhang Wei",
    "Lin and Sons",
    "screen is dark",
    "门店 已经 搬家",
    "A long story about nothing",
    "充电器 很旧",
)
_BRANDS = ("Nokix", "Blueberry", "星辰牌")


@dataclass(frozen=True, slots=True)
class Sample:
    """`text` is typed, `value` is what a reading must hold for it (as `smsgw parse` prints it)."""

    text: str
    value: Any


class Samples:
    """Draws from the catalogue, the directory and the word lists; types that these have nothing of it has not."""

    def __init__(self, grammar: Grammar, lexicon: Lexicon, random: Random, today: date) -> None:
        self._today = today
        self._grammar = grammar
        self._lexicon = lexicon
        self._random = random
        self._models = self._plain_models()
        self._dealers = sorted(lexicon.dealers)
        self._regions = sorted(lexicon.regions)
        self._valued = {
            head: [
                (word, name.rpartition("_")[0].removeprefix(f"{head}_"))
                for name, words in grammar.lists.items()
                for word in words
                if name.startswith(f"{head}_")
            ]
            for head in ("LANGUAGE", "PERIOD", "QUANTITY", "ABOUT")
        }
        self._ways: dict[str, Callable[[], Sample]] = {
            "IMEI": self._imei,
            "QUANTITY": self._quantity,
            "ZERO": lambda: Sample("0", 0),
            "REFERENCE": self._reference,
            "ORDER_NUMBER": lambda: self._same(f"O{self._number(4, 6)}"),
            "NUMBER": lambda: self._same(self._number(5, 7)),
            "LONG_NUMBER": lambda: self._same(self._number(5, 7)),
            "OPTION": lambda: self._digit(int),
            "REASON": lambda: self._digit(str),
            "DATE": self._date,
            "MONTH": lambda: self._same(f"2026-{random.randint(1, 12):02d}"),
            "MONEY": lambda: self._same(f"{random.randint(100, 9999)}.{random.randint(10, 99)}"),
            "AMOUNT": lambda: self._same(f"{random.randint(100, 99999)}"),
            "SLIP_NUMBER": lambda: self._same(f"TT{random.randint(1000, 99999)}"),
            "PHONE": self._phone,
            "SECRET": lambda: self._same(self._number(4, 6)),
            "PERIOD": lambda: self._word("PERIOD"),
            "LANGUAGE": lambda: self._word("LANGUAGE"),
            "TOPIC": self._topic,
            "SUBJECT": lambda: self._same(random.choice(("promo", "offers"))),
            "ABOUT": lambda: self._word("ABOUT"),
            "BRAND": lambda: self._same(random.choice(_BRANDS)),
            "TEXT": lambda: self._same(random.choice(_PHRASES)),
            "MESSAGE": lambda: self._same(random.choice(_PHRASES)),
            "REPEAT": lambda: Sample("RO", True),
        }
        if self._models:
            self._ways["MODEL"] = lambda: Sample(*random.choice(self._models))
        if self._dealers:
            self._ways["DEALER"] = self._dealer
        if self._regions:
            self._ways["REGION"] = self._ways["GROUP"] = lambda: self._same(random.choice(self._regions))

    def has(self, terminal: str) -> bool:
        """Whether there is anything to draw."""
        return terminal in self._ways

    def draw(self, terminal: str, before: str) -> Sample:
        """A sample of a terminal that stands after another."""
        drawn = self._ways[terminal]()
        while terminal == "REFERENCE" and drawn.text[0] == "O" and self._takes_orders(before):
            drawn = self._ways[terminal]()  # that would be the number of an order
        if terminal == "QUANTITY" and before == "MODEL" and drawn.text.isdigit() and self._random.random() < 0.2:
            return Sample(self._random.choice(("x", "×")) + drawn.text, drawn.value)
        return drawn

    def _takes_orders(self, keyword: str) -> bool:
        """Whether the number of an order may stand behind a keyword."""
        automaton = self._grammar.automaton
        stack = automaton.advance(automaton.start, keyword)
        return stack is not None and "ORDER_NUMBER" in automaton.accepts(stack)

    def _plain_models(self) -> list[tuple[str, str]]:
        """Names that mean one model whatever stands beside them, as (name, code)."""
        names = self._lexicon.names
        longer = {key[:length] for key in names for length in range(1, len(key))}
        found = []
        for key, name in sorted(names.items()):
            taken = key in self._grammar.words or key in self._lexicon.dealers or key in self._lexicon.regions
            if len(name.codes) == 1 and key not in longer and not key.isdigit() and not taken:
                found.append((key, name.codes[0]))
        return found

    @staticmethod
    def _same(text: str) -> Sample:
        return Sample(text, text)

    def _number(self, shortest: int, longest: int) -> str:
        digits = self._random.randint(shortest, longest)
        return str(self._random.randrange(10 ** (digits - 1), 10**digits))

    def _digit(self, of: Callable[[int], Any]) -> Sample:
        digit = self._random.randint(1, 9)
        return Sample(str(digit), of(digit))

    def _imei(self) -> Sample:
        while True:
            body = "86" + f"{self._random.randrange(10**12):012d}"
            unit = body + check_digit(body)
            if valid(unit) and unit != EXAMPLE:
                return self._same(unit)

    def _quantity(self) -> Sample:
        random = self._random
        manner = random.random()
        if manner < 0.1:
            word, known = random.choice(self._valued["QUANTITY"])
            return Sample(word, int(known))
        if manner < 0.2:
            value = random.randint(1, 99)
            tens, ones = divmod(value, 10)
            numeral = ("" if tens < 2 else _NUMERALS[tens]) + ("十" if tens else "") + (_NUMERALS[ones] if ones else "")
            return Sample(numeral, value)
        number = random.choice((random.randint(1, 99), random.randint(1, 9999)))
        return Sample(f"{number}{random.choice(('台', '部', ' pcs'))}" if manner < 0.3 else str(number), number)

    def _reference(self) -> Sample:
        while True:
            reference = self._random.choice(LETTERS) + self._number(4, 6)
            if reference not in self._lexicon.dealers and key_of(reference) not in self._lexicon.names:
                return self._same(reference)

    def _dealer(self) -> Sample:
        code = self._random.choice(self._dealers)
        return Sample(f"@{code}", code)

    def _date(self) -> Sample:
        random = self._random
        if random.random() < 0.5:
            word = random.choice(("yesterday", "昨天", "today", "今天"))
            return Sample(word, "@yesterday" if word in ("yesterday", "昨天") else "@today")
        day = (self._today - timedelta(days=random.randint(0, 6))).isoformat()
        return Sample(random.choice((day, day.replace("-", ""))), day)

    def _phone(self) -> Sample:
        country = self._lexicon.country
        if country == "CN":
            local = f"13{self._random.randrange(10**9):09d}"
            return Sample(local, f"+86{local}")
        number = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
        assert number is not None, f"{country} has no mobile numbers"
        return self._same(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

    def _word(self, head: str) -> Sample:
        word, value = self._random.choice(self._valued[head])
        return Sample(word, value.lower())

    def _topic(self) -> Sample:
        grammar = self._grammar
        lists = [name for name in grammar.lists if name.rpartition("_")[0] in grammar.leading]
        word = self._random.choice(grammar.lists[self._random.choice(lists)])
        meanings = grammar.words[" ".join(fold(word).clean.split())]
        return Sample(word, grammar.verb_of(next(w.terminal for w in meanings if w.terminal in grammar.leading)))
