"""Why sets come back: the numbered reasons of a deployment, with words in each language and what each is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from smsgw.values.value import value

# What a reason is for: a set that a customer brought back, one that the shop had in stock, or either.
CUSTOMER, SHOP, BOTH = PURPOSES = ("customer", "shop", "both")
NUMBERS = range(1, 10)
LONGEST = 20  # characters of the words by which a reason is said: they stand in answers


@value
class ReasonRow:
    """A reason in one language: `words` are as it is said, then as people say it too, separated by `|`."""

    number: int
    used_for: str
    language: str
    words: str


@value
class Reason:
    """A reason by its number; `words` by language, the first of each as it is said."""

    number: int
    used_for: str
    words: Mapping[str, tuple[str, ...]]

    def fits(self, sold: Iterable[bool]) -> bool:
        """Whether it can be that of sets of which these were sold to a customer, or not."""
        return self.used_for == BOTH or all(each is (self.used_for == CUSTOMER) for each in sold)

    def said(self, language: str) -> str:
        """The words for somebody of a language; in another one where it has none in that."""
        words = self.words.get(language) or self.words.get("en") or next(iter(self.words.values()))
        return words[0]


# What a deployment has that imported none of its own.
DEFAULTS = (
    ReasonRow(1, BOTH, "en", "dead on arrival|doa|does not start|does not turn on|dead"),
    ReasonRow(1, BOTH, "zh", "开箱坏|开机不亮|不开机|开不了机|开箱损"),
    ReasonRow(2, CUSTOMER, "en", "broke in use|broken|faulty|defective|fault"),
    ReasonRow(2, CUSTOMER, "zh", "使用中坏|坏了|故障|质量问题|有毛病"),
    ReasonRow(3, SHOP, "en", "wrong delivery|wrong model|wrong set|not ordered"),
    ReasonRow(3, SHOP, "zh", "发错货|发错|错发|型号不对"),
    ReasonRow(4, BOTH, "en", "damaged in transit|damaged|wet box|box damaged"),
    ReasonRow(4, BOTH, "zh", "运输损坏|运坏了|破损|箱子湿了"),
    ReasonRow(5, CUSTOMER, "en", "not wanted|changed mind|unwanted"),
    ReasonRow(5, CUSTOMER, "zh", "顾客不要|不想要了|不要了|反悔"),
    ReasonRow(9, BOTH, "en", "other"),
    ReasonRow(9, BOTH, "zh", "其他"),
)


def spelled(words: str) -> tuple[str, ...]:
    """The words of a reason, each as people may say it."""
    return tuple(piece for piece in (piece.strip() for piece in words.split("|")) if piece)


def reasons(rows: Sequence[ReasonRow]) -> dict[int, Reason]:
    """The reasons of these rows, by number; the default ones where there are none."""
    found: dict[int, dict[str, tuple[str, ...]]] = {}
    used_for: dict[int, str] = {}
    for row in sorted(rows or DEFAULTS, key=lambda row: (row.number, row.language)):
        found.setdefault(row.number, {})[row.language] = spelled(row.words)
        used_for[row.number] = row.used_for
    return {number: Reason(number, used_for[number], words) for number, words in found.items()}


def by_words(rows: Sequence[ReasonRow]) -> tuple[tuple[str, str], ...]:
    """What people may say for each reason, with its number as one types it."""
    return tuple((said, str(row.number)) for row in rows or DEFAULTS for said in spelled(row.words))
