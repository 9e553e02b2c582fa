"""What a token may be where certain terminals may stand: the types of the language, each with its price."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from smsgw.business.vocabulary import LETTERS
from smsgw.language.characters.fold import Folded
from smsgw.language.grammar.grammar import DROPPED, Grammar
from smsgw.language.names import amounts, imei, phones
from smsgw.language.names.lexicon import Lexicon, key_of
from smsgw.language.reading import dates
from smsgw.language.reading.repair import Speller
from smsgw.language.reading.tokens import AT, COUNT, DATE, DIGITS, NAME, NUMBER, SIGNED, WORD, Tok

_REFERENCE = re.compile(rf"[{LETTERS}]\d{{1,9}}")
_SHORTEST_REFERENCE = 4  # digits; `no 15` is a quantity put right
_AMOUNT = re.compile(r"[$¥€£]?(\d[\d.,]*)(?:CNY|RMB|YUAN|USD|EUR)?")
_LOOSE = " ./-"  # what may stand between the pieces of an IMEI or a phone number
_MOST_PIECES = 5  # of a phone number
_NAME_TOKENS = 4  # of a region's or an audience's name
_FREE = frozenset(("TEXT", "MESSAGE", "BRAND", "SUBJECT"))  # what any word may be
_NAMED = frozenset(("DEALER", "REGION", "GROUP", "TOPIC"))
_TEXT_SEPARATORS = " \t,;:.#/|*+=_、：；，。"

# Prices: what is typed whole costs nothing; a reading by a joint, by taking the rest as text, or by a repair costs
# something, so that it counts only where nothing else fits.
WHOLE, JOINED, REST, REPAIRED = 0, 1, 1, 2


@dataclass(slots=True)
class Option:
    """One way to read a token (or `width` tokens): as a terminal, with a value, at a price.

    `ask`: never booked without asking ("always"), asked back only by verbs that book ("books"), or "". `rule` and
    `result` make a repair.
    """

    terminal: str
    value: Any
    width: int = 1
    cost: int = WHOLE
    ask: str = ""
    rule: str = ""
    result: str = ""
    ambiguous: bool = False


class Readings:
    """The options of tokens; one object per message, for its text and its day."""

    def __init__(self, grammar: Grammar, speller: Speller, lexicon: Lexicon, folded: Folded, today: date) -> None:
        self._grammar = grammar
        self._speller = speller
        self._lexicon = lexicon
        self._folded = folded
        self._clean = folded.clean
        self._today = today

    def options(self, toks: list[Tok], at: int, accepts: frozenset[str], limit: int) -> list[Option]:
        """How the token at `at` may be read where `accepts` may stand. `limit` is where the command's text ends."""
        tok = toks[at]
        kind = tok.kind
        found: list[Option] = []
        if kind is DIGITS:
            self._digits(found, toks, at, accepts)
        elif kind is COUNT:
            if "QUANTITY" in accepts:
                found.append(self._quantity(toks, at, tok.count, "always" if tok.ask else ""))
                if tok.ask:
                    found[-1].rule, found[-1].result = "glued", str(tok.count)
            elif "REFERENCE" in accepts and _REFERENCE.fullmatch(tok.text):  # of a return: X7654 is also ×7654
                found.append(Option("REFERENCE", tok.text))
        elif kind is DATE or kind is SIGNED:
            self._add_dates(found, tok, accepts)
        elif kind is NUMBER:
            self._money(found, toks, at, accepts)
        elif kind is AT:
            if "DEALER" in accepts and tok.text in self._lexicon.dealers:
                found.append(Option("DEALER", tok.text))
        else:
            self._wordy(found, toks, at, accepts)
        if tok.name is not None and "MODEL" in accepts:
            codes = tok.name.codes
            for code in codes:
                found.append(
                    Option("MODEL", code, ask="always" if tok.ask or len(codes) > 1 else "", ambiguous=tok.ask)
                )
        if "AMOUNT" in accepts:
            self._amount(found, toks, at)
        if "SLIP_NUMBER" in accepts:
            self._slip(found, toks, at)
        if not accepts.isdisjoint(_FREE):
            self._free(found, toks, at, accepts, limit)
        return found

    def _digits(self, found: list[Option], toks: list[Tok], at: int, accepts: frozenset[str]) -> None:
        tok = toks[at]
        text = tok.text
        length = len(text)
        if length >= 14:
            if "IMEI" in accepts:
                read = imei.read(text)
                if read is not None and not read.example:
                    found.append(_imei_option(read))
            if "PHONE" in accepts and not found:
                self._phone(found, toks, at)
            return
        two_readings = tok.name is not None and "MODEL" in accepts
        if "QUANTITY" in accepts and length <= 4 and text.strip("0"):
            found.append(self._quantity(toks, at, int(text), "always" if two_readings else ""))
            found[-1].ambiguous = two_readings
        if "ZERO" in accepts and length <= 4 and not text.strip("0"):
            found.append(Option("ZERO", 0, self._units(toks, at + 1)))
        if length == 1 and text != "0":
            if "OPTION" in accepts:
                found.append(Option("OPTION", int(text)))
            if "REASON" in accepts:
                found.append(Option("REASON", text))
        if length <= 9:
            if "NUMBER" in accepts and not (at + 1 < len(toks) and toks[at + 1].is_a("UNIT")):
                ask = "always" if two_readings else ""
                found.append(Option("NUMBER", text, ask=ask, ambiguous=two_readings))
            if "LONG_NUMBER" in accepts and length >= _SHORTEST_REFERENCE:
                found.append(Option("LONG_NUMBER", text))
        if "SECRET" in accepts and 4 <= length <= 6:
            found.append(Option("SECRET", text))
        if "MONEY" in accepts:
            self._money(found, toks, at, accepts)
        if "MONTH" in accepts:
            month = dates.month(text, self._today)
            if month is not None:
                found.append(Option("MONTH", month))
        if "DATE" in accepts:
            self._day(found, toks, at)
        if "DEALER" in accepts and text in self._lexicon.dealers:
            found.append(Option("DEALER", text))
        if "IMEI" in accepts:
            self._pieces(found, toks, at)
        if "PHONE" in accepts:
            self._phone(found, toks, at)

    def _quantity(self, toks: list[Tok], at: int, value: int, ask: str) -> Option:
        """A quantity and the unit words after it; a dozen multiplies."""
        following = at + 1
        if following < len(toks) and toks[following].is_a("DOZEN"):
            value, following = value * 12, following + 1
        return Option("QUANTITY", value, self._units(toks, following) + following - at - 1, ask=ask)

    @staticmethod
    def _units(toks: list[Tok], at: int) -> int:
        """The width of a quantity whose unit words would begin at `at`."""
        width = 1
        while at < len(toks) and toks[at].words and toks[at].is_a("UNIT"):
            width, at = width + 1, at + 1
        return width

    def _pieces(self, found: list[Option], toks: list[Tok], at: int) -> None:
        """An IMEI in several tokens of digits with spaces, dots, dashes or slashes between them."""
        digits, last, ones = toks[at].text, at, False
        while len(digits) < 15 and last + 1 < len(toks):
            piece = toks[last + 1].text.replace("-", "")
            between = self._clean[toks[last].end : toks[last + 1].start]
            if not piece.isdigit() or len(piece) >= 14:
                break
            if between == "|":  # an upright stroke typed for a one
                digits, ones = digits + "1", True
            elif between.strip(_LOOSE):
                break
            digits, last = digits + piece, last + 1
            if len(digits) in (14, 15):
                read = imei.read_joined(digits)
                if read is None or read.example or (ones and len(digits) == 14):
                    continue
                option = _imei_option(read)
                option.width, option.cost = last - at + 1, JOINED + (len(digits) == 14)
                if ones:
                    option.rule = "letter"
                found.append(option)

    def _phone(self, found: list[Option], toks: list[Tok], at: int) -> None:
        tok = toks[at]
        plus = self._clean[max(0, tok.start - 1) : tok.start] == "+"
        digits, last = tok.text.replace("-", ""), at
        pieces = _MOST_PIECES
        while True:
            if 7 <= len(digits) <= 17 and len(toks[last].text) > 1:
                number = phones.read("+" + digits if plus else digits, self._lexicon.country)
                if number is not None:
                    found.append(Option("PHONE", number, last - at + 1, WHOLE if last == at else JOINED))
                    return
            pieces -= 1
            if last + 1 >= len(toks) or len(digits) > 15 or not pieces:
                return
            piece = toks[last + 1].text.replace("-", "")
            if not piece.isdigit() or self._clean[toks[last].end : toks[last + 1].start].strip(_LOOSE):
                return
            digits, last = digits + piece, last + 1

    def _add_dates(self, found: list[Option], tok: Tok, accepts: frozenset[str]) -> None:
        if "DATE" in accepts:
            day = dates.read(tok.text, self._today)
            if day is not None:
                ask = "always" if day.ask else ""
                found.append(Option("DATE", day.day, ask=ask, ambiguous=day.ask))
        if "MONTH" in accepts and tok.kind is DATE:
            month = dates.month(tok.text, self._today)
            if month is not None:
                found.append(Option("MONTH", month))

    def _day(self, found: list[Option], toks: list[Tok], at: int) -> None:
        """A date of eight digits, or a number and the name of a month in either order."""
        text = toks[at].text
        pieces = [text]
        if len(text) != 8:
            if len(text) > 2 or at + 1 >= len(toks) or not toks[at + 1].is_a("MONTHNAME"):
                return
            pieces.append(toks[at + 1].text)
        day = dates.read(" ".join(pieces), self._today)
        if day is not None:
            found.append(Option("DATE", day.day, len(pieces)))

    def _money(self, found: list[Option], toks: list[Tok], at: int, accepts: frozenset[str]) -> None:
        if "MONEY" not in accepts:
            return
        amount = _AMOUNT.fullmatch(toks[at].text)
        if amount is None:
            return
        width = 2 if at + 1 < len(toks) and toks[at + 1].is_a("CURRENCY") else 1
        found.append(Option("MONEY", plain_amount(amount[1]), width))

    def _amount(self, found: list[Option], toks: list[Tok], at: int) -> None:
        """An amount as people write what they paid, with its currency where they name one: `5k`, `1.2万`, `$5,000`."""
        read = amounts.read(self._clean, toks[at].start)
        if read is not None:
            found.append(Option("AMOUNT", read.said, self._width(toks, at, read.end)))

    def _slip(self, found: list[Option], toks: list[Tok], at: int) -> None:
        """The number of a bank's slip. One of digits alone that stands right behind an amount may be another: asked."""
        end = amounts.slip_end(self._clean, toks[at].start)
        if end is None:
            return
        text = self._clean[toks[at].start : end]
        bare = text.isdigit() and at > 0 and not (toks[at - 1].is_a("SLIP") or toks[at - 1].is_a("DATE"))
        ask = "always" if bare else ""
        found.append(Option("SLIP_NUMBER", text, self._width(toks, at, end), REST, ask=ask))

    @staticmethod
    def _width(toks: list[Tok], at: int, end: int) -> int:
        """How many tokens from `at` on begin before a place in the text."""
        return max(1, sum(tok.start < end for tok in toks[at:]))

    def _wordy(self, found: list[Option], toks: list[Tok], at: int, accepts: frozenset[str]) -> None:
        tok = toks[at]
        text = tok.text
        leading = self._grammar.leading if "TOPIC" in accepts else ()
        for word in tok.words:
            terminal = word.terminal
            if terminal in accepts:
                if terminal == "DATE":
                    found.append(Option("DATE", self._today - dates.DAY * int(word.value)))
                elif terminal == "ZERO":
                    found.append(Option("ZERO", 0, self._units(toks, at + 1)))
                elif terminal == "QUANTITY":
                    found.append(self._quantity(toks, at, int(word.value), ""))
                elif terminal != "GROUP":
                    found.append(Option(terminal, word.value or word.text))
            elif terminal == "MONTHNAME":
                self._month(found, toks, at, int(word.value), accepts)
            elif terminal == "DOZEN" and "QUANTITY" in accepts:
                found.append(Option("QUANTITY", 12, self._units(toks, at + 1)))
            if terminal in leading:
                found.append(Option("TOPIC", self._grammar.verb_of(terminal)))
            if terminal == "CURRENCY" and "MONEY" in accepts and at + 1 < len(toks):
                self._money(found, toks, at + 1, accepts)
                if found and found[-1].terminal == "MONEY":
                    found[-1].width += 1
        if not accepts.isdisjoint(_NAMED):
            self._named(found, toks, at, accepts)
        if not tok.words or tok.kind is NAME:
            self._code(found, toks, at, accepts)
        if len(text) == 1 and "REFERENCE" in accepts:
            self._parted_reference(found, toks, at)

    def _named(self, found: list[Option], toks: list[Tok], at: int, accepts: frozenset[str]) -> None:
        """Dealers, regions, audiences and verbs by their names."""
        tok = toks[at]
        text = tok.text
        if text in self._lexicon.dealers and "DEALER" in accepts:
            found.append(Option("DEALER", text))
        if "REGION" in accepts and (place := self._longest_name(toks, at, self._lexicon.places)) is not None:
            found.append(Option("REGION", *place))
        if "GROUP" in accepts:
            self._group(found, toks, at)
        if "REASON" in accepts and (why := self._longest_name(toks, at, self._lexicon.reasons)) is not None:
            found.append(Option("REASON", *why, rule="reason", result=why[0]))
        if "TOPIC" in accepts and not tok.words:
            verbs = {self._grammar.verb_of(near.terminal) for near in self._speller.nearest(text)}
            if len(verbs) == 1:
                verb = verbs.pop()
                found.append(Option("TOPIC", verb, cost=REPAIRED, rule="verb", result=verb))

    def _group(self, found: list[Option], toks: list[Tok], at: int) -> None:
        """Whom a broadcast is for: a region, a saved audience, or a word for some or all people, in this order."""
        for known in (self._lexicon.places, self._lexicon.audiences):
            named = self._longest_name(toks, at, known)
            if named is not None:
                found.append(Option("GROUP", *named))
                return
        found.extend(Option("GROUP", word.value.upper()) for word in toks[at].words if word.terminal == "GROUP")

    @staticmethod
    def _longest_name(toks: list[Tok], at: int, known: Mapping[str, str]) -> tuple[str, int] | None:
        """The longest name that begins with a token, however it is divided (`North-West`), and its tokens."""
        key, longest = "", None
        for width, tok in enumerate(toks[at : at + _NAME_TOKENS], start=1):
            key += key_of(tok.text)
            if key in known:
                longest = (known[key], width)
        return longest

    def _code(self, found: list[Option], toks: list[Tok], at: int, accepts: frozenset[str]) -> None:
        """References, dealers with a damaged @, IMEIs and phones with hyphens or letters, models with letters."""
        tok = toks[at]
        text = tok.text
        glued = toks[at + 1] if at + 1 < len(toks) else tok
        apart = tok.kind is NAME and glued.kind is COUNT and glued.ask and glued.start == tok.end
        # Digits glued to a model by their looks: the whole is rather a reference (C1001 beside the model C100).
        whole, width = (text + glued.text, 2) if apart else (text, 1)
        if _REFERENCE.fullmatch(whole):
            if "ORDER_NUMBER" in accepts and whole[0] == "O":
                found.append(Option("ORDER_NUMBER", whole, width))
            elif "REFERENCE" in accepts:
                found.append(Option("REFERENCE", whole, width))
        if text[:1] == "I" and text[1:] in self._lexicon.dealers and "DEALER" in accepts:
            found.append(Option("DEALER", text[1:], cost=REPAIRED, rule="at", result="@" + text[1:]))
        if len(text) >= 14 and "IMEI" in accepts:
            read = imei.read(text)
            if read is not None and not read.example:
                found.append(_imei_option(read))
        elif "IMEI" in accepts and text.replace("-", "").isdigit():
            self._pieces_of(found, toks, at)
        if "PHONE" in accepts and text.replace("-", "").isdigit():
            self._phone(found, toks, at)
        if "MODEL" in accepts and tok.name is None and tok.kind is WORD:
            code = self._lexicon.repair_letters(text)
            if code is not None:
                found.append(Option("MODEL", code, cost=REPAIRED, ask="books", rule="model", result=code))
        if "MONEY" in accepts and not found:
            self._money(found, toks, at, accepts)

    def _pieces_of(self, found: list[Option], toks: list[Tok], at: int) -> None:
        """As `_pieces`, where the first piece has hyphens itself."""
        bare = Tok(DIGITS, toks[at].text.replace("-", ""), toks[at].start, toks[at].end)
        self._pieces(found, [*toks[:at], bare, *toks[at + 1 :]], at)

    def _month(self, found: list[Option], toks: list[Tok], at: int, number: int, accepts: frozenset[str]) -> None:
        if "MONTH" in accepts:
            found.append(Option("MONTH", dates.month_of(number, self._today)))
        if "DATE" in accepts and at + 1 < len(toks) and toks[at + 1].kind is DIGITS:
            day = dates.read(f"{toks[at].text} {toks[at + 1].text}", self._today)
            if day is not None:
                found.append(Option("DATE", day.day, 2))

    def _parted_reference(self, found: list[Option], toks: list[Tok], at: int) -> None:
        if (
            at + 1 < len(toks)
            and toks[at + 1].kind is DIGITS
            and _REFERENCE.fullmatch(toks[at].text + toks[at + 1].text)
        ):
            found.append(Option("REFERENCE", toks[at].text + toks[at + 1].text, 2, JOINED))

    def _free(self, found: list[Option], toks: list[Tok], at: int, accepts: frozenset[str], limit: int) -> None:
        """Free text, and words that may be anything."""
        tok = toks[at]
        if "TEXT" in accepts or "MESSAGE" in accepts:
            start = self._text_start(toks, at)
            cost = REST + 2 * bool(found)  # what has a type of its own is that first (`MSG O7731 …`)
            if "MESSAGE" in accepts:
                end = len(self._clean)
                found.append(Option("MESSAGE", self._folded.typed(start, end), len(toks) - at, cost))
            else:
                last = _before_courtesies(toks, at)
                text = self._folded.typed(start, limit)
                found.append(Option("TEXT", text, len(toks) - at, cost + (last < len(toks))))
                for stop in range(max(at + 1, min(last, len(toks) - 3)), min(last, len(toks) - 1) + 1):
                    if stop == last or not toks[stop].words or toks[stop].words[0].terminal not in DROPPED:
                        text = self._folded.typed(start, toks[stop - 1].end)
                        found.append(Option("TEXT", text, stop - at, cost))
        if "BRAND" in accepts and tok.kind is not AT:
            last = at
            while last + 1 < len(toks) and toks[last + 1].start == toks[last].end:
                last += 1
            found.append(Option("BRAND", self._folded.typed(tok.start, toks[last].end), last - at + 1))
        if "SUBJECT" in accepts and tok.kind in (WORD, NAME):
            found.append(Option("SUBJECT", self._folded.typed(tok.start, tok.end), cost=REST))

    def _text_start(self, toks: list[Tok], at: int) -> int:
        """Where free text begins: after what was read before it, and the separators there."""
        start = toks[at - 1].end if at else toks[at].start
        typed, origin = self._folded.text, self._folded.origin
        while start < toks[at].start:
            character = typed[origin[start] if origin is not None else start]
            if not (character.isspace() or character in _TEXT_SEPARATORS):
                break
            start += 1
        return start


def _before_courtesies(toks: list[Tok], at: int) -> int:
    """Where free text that begins at `at` ends, the polite words and RO behind it left out."""
    last = len(toks)
    while last - 1 > at and (
        toks[last - 1].is_a("REPEAT") or (toks[last - 1].is_a("POLITE") and toks[last - 2].end < toks[last - 1].start)
    ):
        last -= 1
    return last


def plain_amount(text: str) -> str:
    """An amount with thousands marks of either kind as plain decimals: `1,198.00` and `1.198,00` are 1198.00."""
    text = text.rstrip(".,")
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d{1,2}", text):
        return text.replace(".", "").replace(",", ".")
    return text.replace(",", "")


def _imei_option(read: imei.ImeiReading) -> Option:
    option = Option("IMEI", read)
    if read.rule:
        option.rule, option.result = read.rule, " ".join(read.imeis)
        if read.ask:
            option.ask = "always"
    return option
