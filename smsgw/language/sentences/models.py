"""Models as people shorten or slip them: by their series, by their figures, by a name cut short or one slip away."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice, product

from rapidfuzz.distance import DamerauLevenshtein

from smsgw.language.characters.hanzi import RANGES, sounds
from smsgw.language.grammar.phrases import Names, ends_here
from smsgw.language.names.lexicon import Lexicon, key_of
from smsgw.language.sentences.numbers import in_english, in_words

_HEAD = re.compile(rf"[A-Z]{{3,}}|[{RANGES}]{{2,}}")
_NAME_FIGURES = re.compile(r"\d+\.\d+|\d{2,4}")
# No letter is given back, or a long run of letters takes time by its square.
_TYPED = re.compile(r"[A-Z]{3,}+[ .-]{0,2}(?:[A-Z]++[ .-]{0,2})?(\d+(?:\.\d+)?)(?![\d])")
_GOES_ON = re.compile(r"(.*?\D)([1-9]\d{0,3})(?=\D|$)")
_HANZI_NAME = re.compile(rf"([{RANGES}]{{2,4}})(\d{{1,4}})")
_HANZI_ONLY = re.compile(rf"[{RANGES}]+")
_SPOKEN = re.compile(r"([A-Z]+)(\d{1,4})([A-Z]?)")
_HEARD_AS = {"A": "诶欸", "B": "比必", "N": "恩嗯", "C": "西", "L": "艾"}  # letters as dictation writes them
DIGIT_OF = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "幺": 1}
_DIGITS_SAID = re.compile("[零〇一二三四五六七八九幺]{3,4}")
_NUMBER_OF_SETS = re.compile(r"(?:\d{1,2}|[一二两三四五六七八九十]{1,2}) ?[台部个只]")
_MEASURES = tuple("台部个只件支")
_MOST_READINGS = 16
_TAIL = 8  # characters behind the hanzi of a name that are its figures
_SHORTEST_HEAD = 3  # letters of the first word of a name that stands for it need more
_SHORTEST = 6  # characters of a name that may be a slip away
_MOST_CANDIDATES = 60


class Models:
    """What a snapshot of the lexicon knows beside whole names. About 0.1 s for 2,000 models with ten aliases each.

    `series` are first words that several models share (Aurora, 曙光), with the models. `by_figures`: the figures of
    codes and names (380, 3.5) with the models that have them. `numbered`: what may be a model or a model with a number.
    `extended`: a model and a word that make another model together (Nova 60, PRO). `suffixes`: last words of names
    (PRO), each with the models that end in it and the first words of their names; `series_of`: the first word of each.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.series = Names(_series(lexicon))
        self.by_figures = _by_figures(lexicon)
        self._names = lexicon.names
        self.numbered = _numbered(lexicon)
        self._long: dict[str, list[str]] = {}
        for key, name in lexicon.names.items():
            figures = "".join(c for c in key if c.isdigit())
            if len(key) >= _SHORTEST and figures and not key.isdigit() and key.isascii() and len(name.codes) == 1:
                self._long.setdefault(figures, []).append(key)

        self.extended, self.suffixes = _suffixes(lexicon)
        self.series_of = {code: key_words(name)[0] for code, name in lexicon.products.items() if name.strip()}
        self._lexicon = lexicon
        spoken = _spoken(lexicon)
        self._spelled = Names(_spelled_in_hanzi(lexicon) | spoken)
        apart: dict[str, dict[str, str]] = {}
        for key, code in spoken.items():
            if key.isascii() and key[0] == code[0] and code[1:2].isdigit():
                apart.setdefault(key[0], {})[key[1:]] = code
        self._apart = {letter: Names(rest) for letter, rest in apart.items()}  # said with its letter by itself

    def said_apart(self, clean: str, at: int) -> bool:
        """Whether a code is said with its letter by itself (`a three fifty`): behind a number in words nobody can tell
        which words are the number."""
        return clean[at] in self._apart and clean[at + 1 : at + 2] == " " and self._spelled.at(clean, at) is None

    def in_hanzi(self, clean: str, at: int) -> tuple[int, str] | None:
        """Where a name whose figures are spelled out (冰川七, `a three fifty`) ends, and its model; not where they
        count sets."""
        found = self._spelled.at(clean, at)
        if found is None and clean[at + 1 : at + 2] == " " and clean[at] in self._apart:
            found = self._apart[clean[at]].at(clean, at + 2)
        if found is None or clean[found[0] : found[0] + 1] in _MEASURES:
            return None
        return found

    def figures_in_hanzi(self, clean: str, at: int) -> tuple[int, tuple[str, ...]] | None:
        """Where the figures of a code, said digit by digit (三八零两台), end, and the models that have them; a number
        of sets must follow."""
        run = _DIGITS_SAID.match(clean, at)
        for length in range(len(run[0]) if run else 0, 2, -1):
            figures = "".join(str(DIGIT_OF[c]) for c in clean[at : at + length])
            codes = (figures,) if figures in self._lexicon.products else self.by_figures.get(figures)
            if codes and _NUMBER_OF_SETS.match(clean, at + length):
                return at + length, codes
        return None

    def sounding(self, clean: str, at: int) -> tuple[int, str] | None:
        """Where a name with other hanzi of the same sound (暑光3.5 for 曙光3.5) ends, and its model."""
        for length in self._sounds:
            run = clean[at : at + length]
            if len(run) < length or not _HANZI_ONLY.fullmatch(run):
                continue
            for reading in islice(product(*map(sounds, run)), _MOST_READINGS):
                for head in self._sounds[length].get(" ".join(reading), ()):
                    name = self._lexicon.match(head + clean[at + length : at + length + _TAIL], 0)
                    if name is not None and name.end > length and len(name.codes) == 1 and name.quantity is None:
                        return at + name.end, name.codes[0]
        return None

    @cached_property
    def _sounds(self) -> dict[int, dict[str, list[str]]]:
        """The hanzi that names with figures begin with, by how many they are and how they sound."""
        found: dict[int, dict[str, list[str]]] = {}
        for head in sorted({m[1] for key in self._names if (m := _HANZI_NAME.fullmatch(key))}):
            by_sound = found.setdefault(len(head), {})
            for reading in islice(product(*map(sounds, head)), _MOST_READINGS):
                by_sound.setdefault(" ".join(reading), []).append(head)
        return dict(sorted(found.items(), reverse=True))

    def near(self, clean: str, at: int) -> tuple[int, str] | None:
        """Where a long name that is cut short or one slip away ends, and its model; its figures must be as typed."""
        typed = _TYPED.match(clean, at)
        if typed is None or not ends_here(clean, typed.end()):
            return None
        key = key_of(typed[0])
        found = {
            self._names[name].codes[0]
            for name in self._long.get(key_of(typed[1]), ())[:_MOST_CANDIDATES]
            if DamerauLevenshtein.distance(name, key, score_cutoff=1) == 1 or _shortened(key, name)
        }
        return (typed.end(), found.pop()) if len(found) == 1 else None


def _spelled_in_hanzi(lexicon: Lexicon) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for key, name in lexicon.names.items():
        parts = _HANZI_NAME.fullmatch(key)
        if parts is None or len(name.codes) != 1:
            continue
        figures = _figures_of(key, parts[2], lexicon.products[name.codes[0]])
        for spelled in in_words(figures):
            found.setdefault(parts[1] + spelled, set()).add(name.codes[0])
    return {key: codes.pop() for key, codes in found.items() if len(codes) == 1}


def _spoken(lexicon: Lexicon) -> dict[str, str]:
    """How codes and names that end in figures are said (ATHREEFIFTY, A三五零); what two models may be is none."""
    found: dict[str, set[str]] = {}
    for code, name in lexicon.products.items():
        for key in (code, key_of(name)):
            parts = _SPOKEN.fullmatch(key)
            if parts is None or len(parts[2]) < (3 if len(parts[1]) == 1 and parts[1] in "AIO" else 1):
                continue
            figures = _figures_of(key, parts[2], name)
            heads = [parts[1], *_HEARD_AS.get(parts[1], "")]
            tails = (parts[3], "PRO") if parts[3] == "P" else (parts[3],)
            for said in (*in_english(figures), *in_words(figures)):
                if said == "HUNDRED" and parts[1] == "A":
                    continue  # a hundred
                for head in heads if said[0] > "\u2e80" else heads[:1]:
                    for tail in tails:
                        found.setdefault(head + said + tail, set()).add(code)
    return {key: codes.pop() for key, codes in found.items() if len(codes) == 1 and key not in lexicon.names}


def _figures_of(key: str, digits: str, name: str) -> str:
    """The figures of a name with their point (a key has none): those of the model's own name, where they agree."""
    pointed = next((f for f in re.findall(r"\d+\.\d+", name) if f.replace(".", "") == digits), None)
    return pointed or digits


def _shortened(typed: str, name: str) -> bool:
    """Whether a name was cut to its first letters before its figures (`AUR3.5`)."""
    letters = typed.rstrip("0123456789")
    return len(letters) > 2 and name.startswith(letters) and name.endswith(typed[len(letters) :])


def _series(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for key, name in lexicon.names.items():
        head = _HEAD.match(key)
        if head is not None and head[0] != key:
            found.setdefault(head[0], set()).update(name.codes)
    return {
        head: tuple(sorted(codes)) for head, codes in found.items() if len(codes) > 1 or _tells_alone(head, lexicon)
    }


def _tells_alone(head: str, lexicon: Lexicon) -> bool:
    """Whether the first word of one model's names is long enough to name it alone."""
    return head not in lexicon.names and (len(head) > _SHORTEST_HEAD or not head.isascii())


def _numbered(lexicon: Lexicon) -> dict[tuple[str, int], frozenset[str]]:
    """Names that go on in a number (Lumen, Lumen 20): by model and that number, the keys of both together."""
    found: dict[tuple[str, int], set[str]] = {}
    for key, name in lexicon.names.items():
        parts = _GOES_ON.match(key)
        front = lexicon.names.get(parts[1]) if parts else None
        if parts and front is not None and front.codes == name.codes and len(name.codes) == 1:
            found.setdefault((name.codes[0], int(parts[2])), set()).add(parts[1] + parts[2])
    return {which: frozenset(keys) for which, keys in found.items()}


def _suffixes(lexicon: Lexicon) -> tuple[dict[tuple[str, str], str], dict[str, dict[str, str]]]:
    names = {code: key_words(name) for code, name in lexicon.products.items()}
    by_name = {words: code for code, words in names.items()}
    extended: dict[tuple[str, str], str] = {}
    suffixes: dict[str, dict[str, str]] = {}
    for code, words in names.items():
        if len(words) < 2 or not words[-1].isalpha():
            continue
        suffixes.setdefault(words[-1], {})[code] = words[0]
        shorter = by_name.get(words[:-1])
        if shorter is not None:
            extended[shorter, words[-1]] = code
    return extended, suffixes


def key_words(name: str) -> tuple[str, ...]:
    """The words of a name in upper case."""
    return tuple(name.upper().split())


def _by_figures(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for code, name in lexicon.products.items():
        for figures in (*re.findall(r"\d{2,4}", code), *_NAME_FIGURES.findall(name)):
            if figures != code:
                found.setdefault(figures, set()).add(code)
    return {figures: tuple(sorted(codes)) for figures, codes in found.items()}
