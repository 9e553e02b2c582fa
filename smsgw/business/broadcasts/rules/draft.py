"""A broadcast as somebody wants it, before it is anything in the database; checked as far as it can be by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from smsgw.business.broadcasts.rules import merge_fields as wording
from smsgw.business.core.trade import Trade
from smsgw.calendar.recurrence import Recurrence
from smsgw.errors import CONFLICT, Faults, Refused, Wrong
from smsgw.values.money import decimal

TOPIC = re.compile(r"[a-z0-9][a-z0-9-]{0,31}\Z")
MOST_OPTIONS = 9  # an answer is one digit
LONGEST_OPTION = 30  # characters
MOST_WORDS = 1_000  # characters of a text before it is filled in


class BroadcastRefused(Refused):
    """What is wanted of a broadcast cannot be: one sentence that says what, and what can."""

    def __init__(self, message: str, code: str = CONFLICT) -> None:
        super().__init__([Wrong("", message)], code)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one person may send alone: so many recipients, and so much (in minor units; 0: any amount)."""

    above_recipients: int = 500
    above_cost: int = 0
    currency: str = "CNY"

    @classmethod
    def of(cls, trade: Trade) -> Allowance:
        """The limits of a deployment."""
        return cls(trade.approval_above_recipients, trade.approval_above_cost, trade.currency)

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

    def check(self, faults: Faults, now: int, timezone: str) -> dict[str, wording.Wording]:
        """Collect what is wrong with it by itself, whoever it goes to; the words of each language that can be read.

        `now` is in milliseconds; `timezone` is the clock of a rule that names none.
        """
        if not self.texts:
            faults.add("texts", "a broadcast needs a text")
        found = {}
        for language, text in self.texts.items():
            with faults.at(f"texts.{language}"):
                if len(text) > MOST_WORDS:
                    raise wording.WordingFault(
                        f"the text in {language} has {len(text)} characters; {MOST_WORDS} are enough"
                    )
                found[language] = wording.parse(self.full_text(language))
        if self.topic and not TOPIC.match(self.topic):
            faults.add("topic", f"'{self.topic}' is not a topic; write small letters, such as prices")
        zone = self.zone or timezone
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, KeyError):
            faults.add("zone", f"'{zone}' is not a time zone; write Asia/Shanghai")
            zone = timezone
        if self.cron is not None:
            with faults.at("cron"):
                Recurrence.of(self.cron, zone)
            if self.at is not None:
                faults.add("", "a broadcast goes out at a time or by a rule, not both")
        if self.at is not None and self.at < now:
            faults.add("at", "its time is over already; leave it out to send when it is started")
        if self.answers_until is not None and self.answers_until <= now:
            faults.add("answers_until", "a survey takes answers until a time to come")
        if self.pace is not None and self.pace < 1:
            faults.add("pace", "a pace is texts a minute, 1 at least")
        if self.message_class not in (None, 0, 1, 2, 3):
            faults.add("message_class", "a message class is 0 (shown at once), 1, 2 or 3")
        if self.valid_minutes is not None and self.valid_minutes < 1:
            faults.add("valid_minutes", "a broadcast is of use for 1 minute at least")
        if self.options:
            self._check_options(faults)
        return found

    def wordings(self) -> dict[str, wording.Wording]:
        """The words of each language. Raises WordingFault."""
        return {language: wording.parse(self.full_text(language)) for language in self.texts}

    def full_text(self, language: str) -> str:
        """The text of a language with its numbered options, which are no fields."""
        lines = [self.texts[language]]
        for number, option in enumerate(self.options.get(language, ()), 1):
            lines.append(f"{number} {option.replace('{', '{{').replace('}', '}}')}")
        return "\n".join(lines)

    def _check_options(self, faults: Faults) -> None:
        if set(self.options) != set(self.texts):
            faults.add("options", "a survey needs options in every language that it has a text in")
        counts = {len(options) for options in self.options.values()}
        if len(counts) != 1:
            faults.add("options", "a survey has the same number of options in every language")
        elif not 2 <= counts.pop() <= MOST_OPTIONS:
            faults.add("options", f"a survey has 2 to {MOST_OPTIONS} options")
        for language, options in self.options.items():
            for option in options:
                if not option.strip() or len(option) > LONGEST_OPTION or "\n" in option:
                    faults.add(
                        "options",
                        f"'{option}' ({language}) is not an option; write 1 to {LONGEST_OPTION} characters on one line",
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
class Estimate:
    """Who would get it, who not and why, and what it would cost. `audience` is whom it means, as an expression.

    `parts` are those of all texts together, as far as samples tell; `cost` is in minor units of `currency`. `longest`
    and `average` are the parts of the longest text there can reasonably be, and of the average one.
    """

    audience: str
    recipients: int
    excluded: Mapping[str, int]
    parts: int
    cost: int
    currency: str
    longest: int
    average: float
    samples: tuple[Sample, ...] = ()
    links: tuple[LinkCost, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkCost:
    """What a broadcast would come to on one link: `alphabets` that its texts go in, parts and cost as in Estimate."""

    link: str
    alphabets: tuple[str, ...]
    longest: int
    average: float
    parts: int
    cost: int
