"""From folded text to tokens: the catalogue first, then numbers, dates, words of the grammar, runs of hanzi."""

from __future__ import annotations

import re

from smsgw.business.vocabulary import LETTERS
from smsgw.language.characters.fold import Folded
from smsgw.language.characters.hanzi import NUMERALS, RANGES, number
from smsgw.language.grammar.grammar import Grammar, Word
from smsgw.language.names.lexicon import Lexicon, NameMatch

# Kinds of tokens.
DIGITS = "digits"
WORD = "word"
NAME = "name"  # a name of the catalogue
COUNT = "count"  # a quantity that is more than digits: x3, 5PCS, 十
NUMBER = "number"  # a decimal, a number with thousands marks, an amount with a currency
SIGNED = "signed"
DATE = "date"
AT = "at"  # @ and a dealer's code
HANZI = "hanzi"  # hanzi that are no word of ours

_SEPARATORS = r"\s,;:./|#*+=_?\[\]】"
_SKIP = re.compile(
    rf"(?:[{_SEPARATORS}]|【[^】\n]*(?:】|$)|-+(?=[{_SEPARATORS}]|$)(?!\s+\d{{1,4}}(?!\d))|(?<=[A-Z0-9])-(?=[0-9]))+"
)
_TOKEN = re.compile(
    rf"""
    (?P<date> (?<![\d./-])
        (?: \d{{4}}([-/.])\d{{1,2}}\2\d{{1,2}} | \d{{1,2}}/\d{{1,2}}(?:/(?:\d{{4}}|\d{{2}}))? ) (?![\d/.-]*\d)
      | \d{{1,4}}[年/-]\d{{1,2}}月(?:\d{{1,2}}[日号]?)? | \d{{1,2}}月\d{{1,2}}[日号]? | \d{{1,2}}月份?
      | \d{{4}}-\d{{2}}(?![\d-]) )
  | (?P<number> (?<![\d.,])
        (?: \d{{1,3}}(?:,\d{{3}})+(?:\.\d+)? | \d{{1,3}}(?:\.\d{{3}})+,\d{{1,2}} | \d{{1,7}}\.\d{{1,4}} )
        (?![.,]?\d)(?![A-WYZ.])
      | [$¥€£]\d[\d.,]* )
  | (?P<at> @\s*[^{_SEPARATORS}@]+ | @)
  | (?P<signed> -\d+ | -\s+\d{{1,4}}(?!\d))
  | (?P<hanzi> [{RANGES}]+)
  | (?P<word> [^{_SEPARATORS}{RANGES}【@]+)
    """,
    re.VERBOSE,
)
_TIMES = re.compile(r"[X×]?(\d{1,4})(PCS?|SETS?|UNITS?|PIECES?)|[X×](\d{1,4})|(\d{1,4})[X×]")
_BEFORE = re.compile(r"(\d{1,4})([X×-]?)(?=.)")
_AFTER = re.compile(r"[X×-](\d{1,4})$")
_DAY = re.compile(
    r"\d{1,2}(?:ST|ND|RD|TH)?-?(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*(?:-?(?:\d{4}|\d{2}))?"
)
_REFERENCE = re.compile(rf"[{LETTERS}]\d{{1,9}}")
_LONG = re.compile(r"\d{10}")
_LABELLED = re.compile(r"([A-Z]+)\d{14,}")
_HEAD_TAG = re.compile(r"\s*(?:【[^】\n]*】|\[[^\]\d\n]*\])+")
_TAIL_TAG = re.compile(r"(?:【[^】【\n]*】?|\[[^\]\[\d\n]*\])\s*$")
_LONGEST_TAG = 80  # characters of a tag at the end of a line
_LONGEST_WORD = 8  # hanzi
_FIRST_HANZI = RANGES[0]
# A command of more tokens is too long: 250 IMEIs fit into the longest text.
MOST_TOKENS = 400


class Tok:
    """A token: its folded text, its place in the fold, what the grammar and the catalogue know it as."""

    __slots__ = ("ask", "count", "end", "kind", "name", "start", "text", "words")

    def __init__(
        self,
        kind: str,
        text: str,
        start: int,
        end: int,
        words: tuple[Word, ...] = (),
        name: NameMatch | None = None,
        count: int = 0,
        ask: bool = False,
    ) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end
        self.words = words
        self.name = name
        self.count = count
        self.ask = ask

    def __repr__(self) -> str:
        return f"Tok({self.kind} {self.text!r} {self.start}-{self.end} {[w.terminal for w in self.words]} {self.count})"

    def is_a(self, terminal: str) -> bool:
        """Whether the grammar lists this word under that terminal."""
        return bool(self.words) and any(word.terminal == terminal for word in self.words)


class Lexer:
    """Cuts the lines of folded texts into tokens, with one grammar and one snapshot of the lexicon."""

    def __init__(self, grammar: Grammar, lexicon: Lexicon) -> None:
        self._words = grammar.words
        self._verb_words = grammar.verb_words
        self.lexicon = lexicon
        self._heads = frozenset(head[:1] for head in lexicon.lengths)
        signatures = [re.escape(s) for s, words in grammar.words.items() if words[0].terminal == "SIGNATURE"]
        self._signature = re.compile(rf"--|(?:{'|'.join(sorted(signatures, key=len, reverse=True))})")
        # What a run of hanzi may hold beside words and names, and the lengths of all by their first character.
        named = (*lexicon.places, *lexicon.audiences, *lexicon.dealers)
        self._others = frozenset(name for name in named if name >= _FIRST_HANZI)
        lengths: dict[str, set[int]] = {}
        for known in (*self._words, *self._others):
            if known >= _FIRST_HANZI and len(known) <= _LONGEST_WORD:
                lengths.setdefault(known[0], set()).add(len(known))
        self._lengths = {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}
        self._phrases: dict[str, list[tuple[str, tuple[Word, ...]]]] = {}
        for spelled, words in grammar.words.items():
            head, _, rest = spelled.partition(" ")
            if rest and words[0].terminal != "SIGNATURE":
                self._phrases.setdefault(head, []).append((spelled, words))
        for phrases in self._phrases.values():
            phrases.sort(key=lambda entry: -len(entry[0]))

    def trim(self, clean: str, start: int, end: int) -> tuple[int, int]:
        """The line without its signature and without tags at its ends."""
        if "--" in clean or "SENT" in clean or not clean.isascii():
            found = self._signature.search(clean, start, end)
            if found:
                end = found.start()
        if "【" in clean or "[" in clean:
            head = _HEAD_TAG.match(clean, start, end)
            if head:
                start = head.end()
            tail = _TAIL_TAG.search(clean, max(start, end - _LONGEST_TAG), end)
            if tail:
                end = tail.start()
        return start, end

    def tokens(self, folded: Folded, start: int, end: int) -> list[Tok]:
        """The tokens of one line. A verb glued to what follows is cut off where a verb may begin the line."""
        clean = folded.clean
        found: list[Tok] = []
        verb_due = True
        at = start
        match_token, match_skip, heads = _TOKEN.match, _SKIP.match, self._heads
        while at < end and len(found) <= MOST_TOKENS:
            if clean[at] == " " and clean[at + 1 : at + 2].isalnum() and at + 1 < end:
                at += 1
            elif not clean[at].isalnum() and (skip := match_skip(clean, at, end)):
                if verb_due and "?" in skip[0]:
                    mark = clean.index("?", at)
                    if clean[at:mark].strip() == "" and not clean[mark + 1 : mark + 2].isalnum() and "?" in self._words:
                        found.append(Tok(WORD, "?", mark, mark + 1, self._words["?"]))
                        verb_due = False
                at = skip.end()
                if at >= end:
                    break
            if clean[at] in heads:
                name = self.lexicon.match(clean, at)
                if name is not None and name.end <= end and self._name(found, clean, at, name, end, verb_due):
                    at = found[-1].end
                    verb_due = False
                    continue
            stop = clean.find(" ", at, end)
            if stop < 0:
                stop = end
            text = clean[at:stop]
            if text.isascii() and (text.isalpha() or text.isdigit()):
                kind: str | None = "word"  # whatever stands around it
            else:
                token = match_token(clean, at, end)
                if token is None:  # a lone mark that nothing reads
                    at += 1
                    continue
                kind, text, stop = token.lastgroup, token[0], token.end()
            if kind == "word":
                if text.isdigit():
                    found.append(Tok(DIGITS, text, at, stop))
                    verb_due = False
                else:
                    stop = self._word(found, folded, at, stop, end, verb_due)
                    verb_due = verb_due and found[-1].is_a("POLITE")
            elif kind == "hanzi":
                stop = self._hanzi(found, clean, at, stop, end)
                verb_due = verb_due and found[-1].is_a("POLITE")
            elif kind == "at":
                found.append(Tok(AT, text[1:].strip(), at, stop))
                verb_due = False
            elif kind == "signed":
                found.append(Tok(SIGNED, "-" + text[1:].strip(), at, stop))
                verb_due = False
            else:
                found.append(Tok(DATE if kind == "date" else NUMBER, text, at, stop))
                verb_due = False
            at = stop
        return found

    def _name(self, found: list[Tok], clean: str, at: int, name: NameMatch, end: int, verb_due: bool) -> bool:
        """Take a name of the catalogue, unless the words of the grammar know the same characters and a verb is due."""
        text = clean[at : name.end]
        words = self._words.get(text, ())
        if verb_due and text in self._verb_words:
            return False
        if clean.startswith(".", name.end) and text.isdigit():
            decimal = _TOKEN.match(clean, at, end)  # one token, even where its beginning is a model's name
            if decimal and decimal.lastgroup == "number" and decimal.end() > name.end:
                return False
        if name.joined and name.quantity is None:
            piece = _TOKEN.match(clean, at, end)  # a verb is not a piece of a name that the catalogue has in one
            if piece and piece[0] in self._verb_words:
                return False
        kind = DIGITS if text.isdigit() else NAME
        if name.quantity is None:
            found.append(Tok(kind, text, at, name.end, words, name, ask=name.ask))
        else:
            cut = name.end - len(str(name.quantity))
            if text.isdigit():  # digits are whole before they are glued
                return False
            found.append(Tok(NAME, clean[at:cut], at, cut, (), name))
            found.append(Tok(COUNT, clean[cut : name.end], cut, name.end, count=name.quantity, ask=True))
        return True

    def _word(self, found: list[Tok], folded: Folded, at: int, stop: int, end: int, verb_due: bool) -> int:
        """Take a run of letters and digits; return where it ends."""
        clean = folded.clean
        text = clean[at:stop]
        for spelled, words in self._phrases.get(text, ()):
            length = self._phrase(clean, at, end, spelled)
            if length:
                found.append(Tok(WORD, spelled, at, at + length, words))
                return at + length
        words = self._words.get(text, ())
        if words:
            found.append(Tok(WORD, text, at, stop, words))
            return stop
        if _DAY.fullmatch(text):
            found.append(Tok(DATE, text, at, stop))
            return stop
        times = _TIMES.fullmatch(text)
        if times and not (times[4] and not self._name_follows(clean, stop)):
            count = int(times[1] or times[3] or times[4])
            found.append(Tok(COUNT if count else NUMBER, text, at, stop, count=count))
            return stop
        if verb_due and not _REFERENCE.fullmatch(text):
            cut = self._end_of_glued_verb(clean, at, stop)
            if cut:
                found.append(Tok(WORD, clean[at:cut], at, cut, self._words[clean[at:cut]]))
                return cut
        label = _LABELLED.fullmatch(text)
        if label and self._words.get(label[1], (None,))[-1] is not None:
            named = self._words[label[1]]
            if any(w.terminal == "PLACEHOLDER_IMEI" for w in named):
                found.append(Tok(WORD, label[1], at, at + len(label[1]), named))
                return at + len(label[1])
        before = _BEFORE.match(text)
        if before and before[1].strip("0"):
            name = self.lexicon.match(clean, at + before.end())
            if name is not None and name.quantity is None and name.end >= stop:
                found.append(Tok(COUNT, before[0], at, at + before.end(), count=int(before[1]), ask=not before[2]))
                return at + before.end()
        after = _AFTER.search(text)
        if after and len(text) > len(after[0]) and self.lexicon.repair_letters(text[: after.start()]):
            found.append(Tok(WORD, text[: after.start()], at, at + after.start()))
            found.append(Tok(COUNT, after[0], at + after.start(), stop, count=int(after[1])))
            return stop
        found.append(Tok(WORD, text, at, stop))
        return stop

    def _name_follows(self, clean: str, at: int) -> bool:
        skip = _SKIP.match(clean, at)
        return self.lexicon.match(clean, skip.end() if skip else at) is not None

    @staticmethod
    def _phrase(clean: str, at: int, end: int, spelled: str) -> int:
        """How many characters from `at` spell a phrase of several words; 0 when they do not."""
        place = at
        for number_, piece in enumerate(spelled.split(" ")):
            if number_:
                skip = _SKIP.match(clean, place, end)
                if skip is None:
                    return 0
                place = skip.end()
            if not clean.startswith(piece, place):
                return 0
            place += len(piece)
        return 0 if place < end and clean[place].isalnum() else place - at

    def _end_of_glued_verb(self, clean: str, at: int, stop: int) -> int:
        """Where a verb ends that is glued to digits or to a whole model or dealer code; 0 when there is none."""
        for cut in range(stop - 1, at, -1):
            if clean[at:cut] not in self._verb_words:
                continue
            if clean[cut] == "-" and _LONG.match(clean, cut + 1):
                return cut
            if clean[cut].isdigit() or clean[cut:stop] in self.lexicon.dealers:
                return cut
            name = self.lexicon.match(clean, cut)
            if name is not None and name.quantity is None and not name.joined:
                return cut
        return 0

    def _hanzi(self, found: list[Tok], clean: str, at: int, stop: int, end: int) -> int:
        """Take a run of hanzi: the longest name, word or number at each place; what is between is kept as one token."""
        unknown = at
        place = at
        while place < stop:
            token = self._hanzi_token(clean, place, stop, end)
            if token is None:
                place += 1
                continue
            if unknown < place:
                found.append(Tok(HANZI, clean[unknown:place], unknown, place))
            if isinstance(token, list):
                found.extend(token)
            else:
                found.append(token)
            place = unknown = found[-1].end
        if unknown < stop:
            found.append(Tok(HANZI, clean[unknown:stop], unknown, stop))
        return max(place, stop)

    def _hanzi_token(self, clean: str, at: int, stop: int, end: int) -> Tok | list[Tok] | None:
        longest = 0
        words: tuple[Word, ...] = ()
        for length in self._lengths.get(clean[at], ()):
            if length > stop - at:
                continue
            piece = clean[at : at + length]
            known = self._words.get(piece)
            if known is not None:
                longest, words = length, known
                break
            if piece in self._others:
                longest = length
                break
        if clean[at] in self._heads:
            name = self.lexicon.match(clean, at)
            if name is not None and name.end <= end and name.end - at > longest:
                made: list[Tok] = []
                self._name(made, clean, at, name, end, False)
                if made:
                    return made
        if clean[at] in NUMERALS:
            run = at
            while run < stop and clean[run] in NUMERALS:
                run += 1
            if run - at >= longest:
                value = number(clean[at:run])
                if value is not None:
                    return Tok(COUNT, clean[at:run], at, run, count=value)
                if len(clean[at:run]) > 1 or not longest:
                    return Tok(NUMBER, clean[at:run], at, run)
        if longest:
            return Tok(WORD, clean[at : at + longest], at, at + longest, words)
        return None
