"""Texts in with the readings stored beside them, and what they add up to: what was repaired, refused, not known."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from smsgw.business.core.reporting import FROM, NAME, SHARE, TO, Column, Findings, Question, Report, Section
from smsgw.business.messages.tables import message_in
from smsgw.store.instants import from_ms, to_ms

UNKNOWN_SHOWN = 20
_TOKEN_SHOWN = 40  # characters of a word that nobody knew
_OUTCOMES = ("accepted", "partial", "confirm", "rejected")


@dataclass(frozen=True, slots=True)
class StoredReading:
    """A text in, when it came, and its reading as `smsgw parse` prints it."""

    id: int
    phone: str
    text: str
    at: datetime
    reading: dict[str, Any]


def stored_readings(
    connection: Connection, since: datetime | None = None, until: datetime | None = None
) -> Iterator[StoredReading]:
    """Every text that was read, oldest first: `since` counts, `until` does not. Texts kept unread are left out."""
    table = message_in.c
    question = select(table.id, table.sender, table.text, table.received_at, table.reading).where(
        table.reading.is_not(None)
    )
    if since is not None:
        question = question.where(table.received_at >= to_ms(since))
    if until is not None:
        question = question.where(table.received_at < to_ms(until))
    question = question.order_by(table.received_at, table.id)
    for row in connection.execution_options(stream_results=True).execute(question):
        yield StoredReading(row.id, row.sender, row.text, from_ms(row.received_at), json.loads(row.reading))


@dataclass(slots=True)
class LanguageReport:
    """How texts were read. `verbs` counts the outcomes of each verb's commands; '' is a command without a verb."""

    texts: int = 0
    ignored: int = 0
    repairs: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    verbs: dict[str, Counter[str]] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)

    def acceptance(self, verb: str | None = None) -> float | None:
        """The share of commands, of one verb or of all, that were taken as sent: no question, no refusal, no bad part.

        None where there was no command.
        """
        counts = [self.verbs[verb]] if verb is not None else list(self.verbs.values())
        total = sum(count.total() for count in counts)
        return sum(count["accepted"] for count in counts) / total if total else None

    def as_json(self) -> dict[str, Any]:
        """Repairs by rule, problems by code, verbs by how they were taken, the words nobody knew; most first."""
        return {
            "texts": self.texts,
            "ignored": self.ignored,
            "acceptance": _share(self.acceptance()),
            "repairs": [{"rule": rule, "count": n} for rule, n in _most(self.repairs)],
            "problems": [{"code": code, "count": n} for code, n in _most(self.problems)],
            "verbs": [
                {
                    "verb": verb or None,
                    "count": counts.total(),
                    **{outcome: counts[outcome] for outcome in _OUTCOMES},
                    "acceptance": _share(self.acceptance(verb)),
                }
                for verb, counts in sorted(self.verbs.items(), key=lambda item: (-item[1].total(), item[0]))
            ],
            "unknown_words": [{"word": word, "count": n} for word, n in _most(self.unknown)[:UNKNOWN_SHOWN]],
        }


def language_report(readings: Iterable[dict[str, Any]]) -> LanguageReport:
    """What readings, as `smsgw parse` prints them, add up to."""
    report = LanguageReport()
    for reading in readings:
        report.texts += 1
        if reading["outcome"] == "ignored":
            report.ignored += 1
        for command in reading["commands"]:
            report.verbs.setdefault(command["verb"] or "", Counter())[command["outcome"]] += 1
            report.repairs.update(repair["rule"] for repair in command["repairs"])
            for problem in command["problems"]:
                report.problems[problem["code"]] += 1
                if problem["code"] == "unknown_word":
                    report.unknown[" ".join(problem["token"].upper().split())[:_TOKEN_SHOWN]] += 1
    return report


def _language(connection: Connection, asked: Question) -> Findings:
    since, until = (from_ms(at) if at is not None else None for at in (asked.since, asked.until))
    found = language_report(stored.reading for stored in stored_readings(connection, since, until)).as_json()
    facts = {name: found[name] for name in ("texts", "ignored", "acceptance")}
    everything = {"name": "all", "count": found["texts"], "acceptance": found["acceptance"]}
    ignored = {"name": "ignored", "count": found["ignored"], "acceptance": None}
    columns = (Column("name", NAME), _COUNT, Column("acceptance", SHARE))
    summary = Section("texts", "Texts", columns, [everything, ignored], summary=True)
    share = "-" if found["acceptance"] is None else f"{found['acceptance']:.1%}"
    return Findings(
        sections=[summary, *(Section(key, title, columns, found[key]) for key, title, columns in _SECTIONS)],
        facts=facts,
        headline=f"{found['texts']} texts, {found['ignored']} ignored, taken as sent: {share}",
    )


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


_COUNT = Column("count")
_SECTIONS = (
    ("repairs", "Repairs", (Column("rule", NAME), _COUNT)),
    ("problems", "Problems", (Column("code", NAME), _COUNT)),
    (
        "verbs",
        "Verbs",
        (
            Column("verb", NAME),
            Column("count", title="commands"),
            Column("accepted"),
            Column("partial"),
            Column("confirm", title="asked back"),
            Column("rejected"),
            Column("acceptance", SHARE, "taken as sent"),
        ),
    ),
    ("unknown_words", "Words that nobody knew", (Column("word", NAME), _COUNT)),
)
REPORTS = {
    "language": Report(
        "How texts were read: repairs by rule, problems by code, acceptance by verb, unknown words.",
        (FROM, TO),
        _language,
    )
}
