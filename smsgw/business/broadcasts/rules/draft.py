"""A broadcast as somebody wants it, before it is anything in the database; checked as far as it can be by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from smsgw.business.broadcasts.rules import merge_fields as wording
from smsgw.calendar.recurrence import Recurrence
from smsgw.errors import SmsgwError
from smsgw.values.money import decimal

TOPIC = re.compile(r"[a-z0-9][a-z0-9-]{0,31}\Z")
MOST_OPTIONS = 9  # an answer is one digit
LONGEST_OPTION = 30  # characters
MOST_WORDS = 1_000  # characters of a text before it is filled in


class BroadcastRefused(SmsgwError):
    """What is wanted of a broadcast cannot be: one sentence that says what, and what can."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one person may send alone: so many recipients, and so much (in minor units; 0: any amount)."""

    above_recipients: int = 500
    above_cost: int = 0
    currency: str = "CNY"

    def exceeded(self, recipients: int, cost: int) -> str:
        """Why a second person must approve; '' where nobody must."""
        if recipients > self.above_recipients:
            return f"it has {recipients:,} recipients, and one person alone may send to {self.above_recipients:,}"
        if self.above_cost and cost > self.above_cost:
            return f"it costs {self._money(cost)}, and one person alone may spend {self._money(self.above_cost)}"
        return ""

    def _money(self, amount: int) -> str:
        return f"{decimal(amount, self.currency)} {self.currency}"


@dataclass(frozen=True, slots=True)
class Draft:
    """`texts` and `options` are by language; the first language is that of recipients whose own has no text.

    `options` are those of a survey, whose answers count until `answers_until`. Times are milliseconds since the
    epoch: `at` is when it is released (None: when somebody starts it). A `cron` rule on the clock of `zone` brings a
    job of its own each time. `pace` is texts a minute at most, `window` when it may be sent (`09:00-20:00` on each
    recipient's clock; '': the deployment's), `valid_minutes` for how long after its release it is of use.
    """

    audience: str
    texts: Mapping[str, str]
    name: str = ""
    topic: str = ""
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)
    answers_until: int | None = None
    message_class: int | None = None
    link: str | None = None
    pace: int | None = None
    window: str = ""
    valid_minutes: int | None = None
    at: int | None = None
    cron: str | None = None
    zone: str | None = None
    author: str = ""

    def wordings(self) -> dict[str, wording.Wording]:
        """The words of each language.

        Raises BroadcastRefused (and WordingFault) for what cannot be sent whoever it goes to.
        """
        if not self.texts:
            raise BroadcastRefused("a broadcast needs a text")
        if self.topic and not TOPIC.match(self.topic):
            raise BroadcastRefused(f"'{self.topic}' is no topic; write small letters, such as prices")
        if self.cron is not None:
            Recurrence.of(self.cron, self.zone or "UTC")
            if self.at is not None:
                raise BroadcastRefused("a broadcast goes out at a time or by a rule, not both")
        if self.pace is not None and self.pace < 1:
            raise BroadcastRefused("a pace is texts a minute, 1 at least")
        if self.message_class not in (None, 0, 1, 2, 3):
            raise BroadcastRefused("a message class is 0 (shown at once), 1, 2 or 3")
        if self.valid_minutes is not None and self.valid_minutes < 1:
            raise BroadcastRefused("a broadcast is of use for 1 minute at least")
        self._options_fit()
        found = {}
        for language, text in self.texts.items():
            if len(text) > MOST_WORDS:
                raise BroadcastRefused(f"the text in {language} has {len(text)} characters; {MOST_WORDS} are enough")
            found[language] = wording.parse(self.said(language))
        return found

    def said(self, language: str) -> str:
        """The text of a language with its numbered options, which are no fields."""
        lines = [self.texts[language]]
        for number, option in enumerate(self.options.get(language, ()), 1):
            lines.append(f"{number} {option.replace('{', '{{').replace('}', '}}')}")
        return "\n".join(lines)

    def _options_fit(self) -> None:
        if not self.options:
            return
        if set(self.options) != set(self.texts):
            raise BroadcastRefused("a survey needs options in every language that it has a text in")
        if len({len(options) for options in self.options.values()}) != 1:
            raise BroadcastRefused("a survey has the same number of options in every language")
        for language, options in self.options.items():
            if not 2 <= len(options) <= MOST_OPTIONS:
                raise BroadcastRefused(f"a survey has 2 to {MOST_OPTIONS} options")
            for option in options:
                if not option.strip() or len(option) > LONGEST_OPTION or "\n" in option:
                    raise BroadcastRefused(
                        f"'{option}' ({language}) is no option; one has 1 to {LONGEST_OPTION} characters on one line"
                    )


@dataclass(frozen=True, slots=True)
class Sample:
    """What a text would be for one recipient."""

    phone: str
    language: str
    text: str
    alphabet: str
    parts: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Who would get it, who not and why, and what it would cost.

    `parts` are those of all texts together, as far as samples tell; `cost` is in minor units of `currency`. `longest`
    and `average` are the parts of the longest text there can reasonably be, and of the average one.
    """

    recipients: int
    skipped: Mapping[str, int]
    parts: int
    cost: int
    currency: str
    longest: int
    average: float
    samples: tuple[Sample, ...] = ()
    links: tuple[LinkCost, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkCost:
    """What a broadcast would come to on one link: `alphabets` that its texts go in, parts and cost as in Preview."""

    link: str
    alphabets: tuple[str, ...]
    longest: int
    average: float
    parts: int
    cost: int
