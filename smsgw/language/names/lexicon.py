"""The lexicon: what the catalogue and the directory call things; an immutable snapshot that the lexer looks into."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz.distance import DamerauLevenshtein

from smsgw.language.characters.fold import fold_character
from smsgw.values.value import value

# What may stand inside a name as it is typed, where the catalogue has a break, and where it has none.
_BREAKS = " ,./|#_-"
_JOINTS = " -."
_LONGEST = 64  # characters of a name, without its breaks; longer aliases are cut
_WIDEST = 8  # characters between two of a name
# The characters of a text as they are looked up; no name goes on behind what ends a command. All of ASCII, as one that
# a table has not is looked up in vain, which takes long.
_AS_KEY = (
    dict.fromkeys(map(ord, _BREAKS))
    | {code: code for code in range(128) if chr(code) not in _BREAKS + ";"}
    | {ord(";"): "\n"}
)

_CODE_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTER_FOR = {"O": "0", "I": "1", "L": "1", "S": "5", "B": "8", "Z": "2"}
_SKELETON = str.maketrans("OILSBZ", "011582")
_GLUED = re.compile(r"[1-9]\d{0,3}(?![A-Z0-9])")
_HANZI = re.compile(r"[\u3400-\u9fff]+")
_TIMES = re.compile(r"[X×-][1-9]\d{0,3}(?![A-Z0-9])")


@value
class NameMatch:
    """A name found in a folded text.

    `end` is where it ends. `codes` are the models called so: more than one for an ambiguous alias. `quantity` is what
    is glued to it (`A3506`), `ask` says that a longer name or a glued number could be meant as well. `joined`: typed
    with breaks that the catalogue does not have.
    """

    end: int
    codes: tuple[str, ...]
    quantity: int | None = None
    ask: bool = False
    joined: bool = False


@value
class _Name:
    codes: tuple[str, ...]
    breaks: frozenset[int]


def key_of(name: str) -> str:
    """A name as it is looked up: folded, without spaces, hyphens and dots."""
    return "".join(c for c in "".join(map(fold_character, name)) if c not in _BREAKS and not c.isspace())


@dataclass(frozen=True)
class Lexicon:
    """Models by every name, and the codes of dealers, regions and saved audiences, all in upper case.

    `ambiguous` lists each alias that several models share, with their codes. `places` are regions by the keys (see
    `key_of`) of their codes and names, `audiences` the saved ones likewise. `dealer_names` are the dealers by the keys
    of names that one of them alone has, `dealer_words` what such names begin with, word by word. `reasons` are the
    numbers of why sets come back, by the keys of the words for them.
    """

    names: dict[str, _Name]
    lengths: dict[str, tuple[int, ...]]  # by the first two characters of a key: lengths of such keys, longest first
    skeletons: dict[str, tuple[str, ...]]  # keys that look alike when letters are taken for digits
    products: dict[str, str]  # code → name
    dealers: frozenset[str]
    regions: frozenset[str]
    places: Mapping[str, str]
    audiences: Mapping[str, str]
    dealer_shapes: frozenset[str]
    country: str
    ambiguous: dict[str, tuple[str, ...]] = field(default_factory=dict)
    dealer_names: Mapping[str, str] = field(default_factory=dict)
    dealer_words: tuple[tuple[str, str], ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def build(
        cls,
        products: Iterable[tuple[str, str, Iterable[str]]] = (),
        dealers: Iterable[str] = (),
        regions: Iterable[str] = (),
        groups: Iterable[str] = (),
        country: str = "CN",
        region_names: Iterable[tuple[str, str]] = (),
        dealer_names: Iterable[tuple[str, str]] = (),
        reasons: Iterable[tuple[str, str]] = (),
    ) -> Lexicon:
        """A lexicon of (code, name, aliases) and of codes; about 0.2 s for 2,000 models with ten aliases each.

        `region_names` and `dealer_names` are (code, name); a name that two have names neither.
        `reasons` are (words, number) of why sets come back.
        """
        codes: dict[str, set[str]] = {}
        breaks: dict[str, set[int]] = {}
        by_code: dict[str, str] = {}
        spelled: dict[str, str] = {}
        for code, name, aliases in products:
            by_code[code.upper()] = name
            for alias in (code, name, *aliases):
                key, places = _spelling(alias)
                if key:
                    codes.setdefault(key, set()).add(code.upper())
                    breaks.setdefault(key, set()).update(places)
                    spelled.setdefault(key, alias)
        for code in by_code:  # a code names its model, whatever others are called
            codes[_spelling(code)[0]] = {code}
        dealer_codes = frozenset(c.upper() for c in dealers)
        named = tuple(dealer_names)
        region_codes = frozenset(c.upper() for c in regions)
        names = {k: _Name(tuple(sorted(c)), frozenset(breaks[k])) for k, c in codes.items()}
        lengths: dict[str, set[int]] = {}
        skeletons: dict[str, set[str]] = {}
        for key in names:
            lengths.setdefault(key[:2], set()).add(len(key))
            skeletons.setdefault(key.translate(_SKELETON), set()).add(key)
        return cls(
            names=names,
            lengths={k: tuple(sorted(v, reverse=True)) for k, v in lengths.items()},
            skeletons={k: tuple(sorted(v)) for k, v in skeletons.items()},
            products=by_code,
            dealers=dealer_codes,
            dealer_shapes=frozenset(map(_shape, dealer_codes)),
            regions=region_codes,
            places=_places(region_codes, region_names),
            audiences={key_of(name): name.upper() for name in groups},
            country=country,
            ambiguous={spelled[k]: n.codes for k, n in names.items() if len(n.codes) > 1},
            dealer_names=_unique(named),
            dealer_words=tuple(_beginnings(named)),
            reasons={key_of(words): number for words, number in reasons},
        )

    def match(self, clean: str, start: int) -> NameMatch | None:
        """The longest name that stands in a folded text from `start` (where a token begins); None if there is none.

        Breaks that the catalogue does not have are allowed only where the pieces before them are no name (`A3 5` is
        no `A35` where `A3` is a model). Digits glued to a name are told as such when nothing else fits.
        """
        lengths = self.lengths.get(clean[start : start + 2])
        if lengths is None:
            lengths = self._lengths_at(clean, start)
            if lengths is None:
                return None
        longest = lengths[0]
        key = clean[start : start + longest]
        if not key.isalnum():
            key = clean[start : start + 3 * longest].translate(_AS_KEY)
        joined: NameMatch | None = None
        glued: NameMatch | None = None
        parts: _Parts | None = None
        for length in lengths:
            if length > len(key):
                continue
            name = self.names.get(key[:length])
            if name is None:
                continue
            loose = False
            if clean.startswith(key[:length], start):
                end = start + length
            else:
                parts = parts or _Parts(clean, start, longest)
                if length > len(parts.ends):
                    continue
                apart = [at for at in parts.breaks if at < length and at not in name.breaks]
                loose = bool(apart)
                if loose and (key[:length].isdigit() or any(parts.breaks[at].strip(_JOINTS) for at in apart)):
                    continue
                end = parts.ends[length - 1] + 1
            bound = _boundary(clean, end)
            if bound is None:
                continue
            if bound >= 0:
                if glued is None and not loose:
                    glued = NameMatch(end + len(str(bound)), name.codes, quantity=bound, ask=True)
                continue
            found = NameMatch(end, name.codes, ask=glued is not None and glued.end != end, joined=loose)
            if not loose:
                return found
            joined = joined or found
        return joined or glued

    def _lengths_at(self, clean: str, start: int) -> tuple[int, ...] | None:
        """The lengths of names whose first two characters are apart (`A-350`) or that are one character long."""
        first = clean[start : start + 1]
        following = clean[start + 1 : start + 3]
        if following[:1] in ("-", " ", ".") and len(following) == 2 and (first + following[1]) in self.lengths:
            return self.lengths[first + following[1]]
        return self.lengths.get(first) if first else None

    def like_a_dealer(self, token: str) -> bool:
        """Whether a token has the first letter and the shape of some dealer's code (`D1010` where there is `D1001`)."""
        return _shape(token) in self.dealer_shapes

    def repair_letters(self, token: str) -> str | None:
        """The one model that a token names when letters are taken for the digits they look like (`A35O`); or None."""
        typed = key_of(token)
        codes: set[str] = set()
        for key in self.skeletons.get(typed.translate(_SKELETON), ()):
            if key != typed and all(a == b or _LETTER_FOR.get(a) == b for a, b in zip(typed, key, strict=True)):
                codes.update(self.names[key].codes)
        return codes.pop() if len(codes) == 1 else None

    def nearest_model(self, token: str) -> str | None:
        """The code of the one model whose code is a slip away from a token, for a suggestion; None when none is."""
        typed = key_of(token)
        near = {
            code
            for code in _slips_of(typed, self.products, self._ends_of_products)
            if DamerauLevenshtein.distance(typed, key_of(code)) == 1
        }
        return near.pop() if len(near) == 1 else None

    def nearest_dealer(self, token: str) -> str | None:
        """The one dealer code that is a slip away from a token; None when none is, or several are."""
        slips = _slips_of(token, self.dealers, self._ends_of_dealers)
        near = {code for code in slips if DamerauLevenshtein.distance(token, code) == 1}
        return near.pop() if len(near) == 1 else None

    def nearest_place(self, token: str, *, audiences: bool) -> str | None:
        """The one region, or saved audience, of which a code or name is a slip away from a token; else None."""
        typed = key_of(token)
        known = [self.places, self.audiences] if audiences else [self.places]
        near = {
            code
            for names in known
            for key, code in names.items()
            if len(typed) > 2 and abs(len(key) - len(typed)) < 2 and DamerauLevenshtein.distance(typed, key) == 1
        }
        return near.pop() if len(near) == 1 else None

    @cached_property
    def _ends_of_products(self) -> tuple[frozenset[str], frozenset[str]]:
        return _ends_of(self.products)

    @cached_property
    def _ends_of_dealers(self) -> tuple[frozenset[str], frozenset[str]]:
        return _ends_of(self.dealers)


def _ends_of(codes: Collection[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The first two characters of codes, and the last two."""
    return frozenset(code[:2] for code in codes), frozenset(code[-2:] for code in codes)


def _slips_of(token: str, codes: Collection[str], ends: tuple[frozenset[str], frozenset[str]]) -> Iterable[str]:
    """Codes that one slip in a token can lead to: found by making the slip, never by looking at all codes.

    `ends` are those of the codes: a slip that leaves an end as it is leads nowhere where no code has that end.
    """
    size = len(token)
    if not 2 <= size <= 16 or not token.isascii() or not any(map(str.isdigit, token)):
        return
    begins, closes = token[:2] in ends[0], token[-2:] in ends[1]

    def places(many: int, width: int) -> list[int]:
        return [i for i in range(many) if (begins or i < 2) and (closes or size - i - width < 2)]

    swapped = (token[:i] + token[i + 1] + token[i] + token[i + 2 :] for i in places(size - 1, 2))
    dropped = (token[:i] + token[i + 1 :] for i in places(size, 1))
    for made in (*swapped, *dropped):
        if made in codes:
            yield made
    for i in places(size + 1, 0):
        for letter in _CODE_LETTERS:
            if (inserted := token[:i] + letter + token[i:]) in codes:
                yield inserted
    for i in places(size, 1):
        for letter in _CODE_LETTERS:
            if (changed := token[:i] + letter + token[i + 1 :]) in codes:
                yield changed


def _places(codes: Collection[str], names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Regions by the keys of their codes, and of the names that only one of them has.

    A name in two scripts (`East 华东`) is two more: people write one of them.
    """
    found = {key_of(code): code for code in codes}
    named: dict[str, set[str]] = {}
    for code, name in names:
        words = name.split()
        hanzi = [word for word in words if _HANZI.fullmatch(word)]
        others = [word for word in words if not _HANZI.search(word)]
        parts = (hanzi, others) if hanzi and others and len(hanzi) + len(others) == len(words) else ()
        for each in (name, *map("".join, parts)):
            named.setdefault(key_of(each), set()).add(code.upper())
    for key, owners in named.items():
        if key and len(owners) == 1:
            found.setdefault(key, *owners)
    return found


def _beginnings(names: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """The first words of names, one, two and so on but not all of them, by their keys."""
    for code, name in names:
        words = name.split()
        for many in range(1, len(words)):
            yield key_of("".join(words[:many])), code.upper()


def _unique(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Codes by the keys of names that only one of them has."""
    owners: dict[str, set[str]] = {}
    for code, name in names:
        owners.setdefault(key_of(name), set()).add(code.upper())
    return {key: next(iter(codes)) for key, codes in owners.items() if key and len(codes) == 1}


def _shape(code: str) -> str:
    """A code with every digit as 9 and every letter but the first as A."""
    return code[:1] + "".join("9" if c.isdigit() else "A" if c.isalpha() else c for c in code[1:])


def _spelling(alias: str) -> tuple[str, list[int]]:
    """The key of an alias, and the places in it where the alias has a break."""
    key: list[str] = []
    places: list[int] = []
    for c in "".join(map(fold_character, alias)).strip():
        if c in _BREAKS or c.isspace():
            places.append(len(key))
        elif len(key) < _LONGEST:
            key.append(c)
    return "".join(key), places


class _Parts:
    """The text from `start` as far as a name may go: the places of its characters that are no breaks, one after the
    other (`ends`), and the breaks that were typed, by how many such characters are before them (`breaks`)."""

    __slots__ = ("breaks", "ends")

    def __init__(self, clean: str, start: int, longest: int) -> None:
        self.ends: list[int] = []
        self.breaks: dict[int, str] = {}
        for at in range(start, min(len(clean), start + 3 * longest)):
            c = clean[at]
            if c in _BREAKS:
                typed = self.breaks[len(self.ends)] = self.breaks.get(len(self.ends), "") + c
                if len(typed) > _WIDEST:
                    break
            elif c in "\n;":
                break
            else:
                self.ends.append(at)
                if len(self.ends) == longest:
                    break


def _boundary(clean: str, end: int) -> int | None:
    """Whether a name may end at `end`: −1 yes; a quantity that is glued there; None no.

    No two Latin letters or digits may meet there, but for `x3` and `-3`.
    """
    if end >= len(clean):
        return -1
    following = clean[end]
    if following == "-":
        # A hyphen joins a quantity; before anything else it belongs to a name that is not this one.
        bare = end + 1 >= len(clean) or not (clean[end + 1].isalnum() or clean[end + 1] == "-")
        return -1 if bare or _TIMES.match(clean, end) else None
    if not (following.isascii() and following.isalnum()):
        if following.isalnum() and following < "\u2e80":
            return None
        return -1
    if _TIMES.match(clean, end):
        return -1
    last = clean[end - 1]
    if not (last.isascii() and last.isalnum()):
        return -1
    glued = _GLUED.match(clean, end)
    return int(glued[0]) if glued else None
