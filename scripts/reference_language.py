"""The reference of what may be texted, and what it leads to: from verbs, grammar, rights and tables of states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reference_markdown import chapter, code, table

from smsgw.business.broadcasts.rules import states as job
from smsgw.business.core.principal import ROLES, UNREGISTERED
from smsgw.business.orders import rules as orders
from smsgw.business.tickets import rules as tickets
from smsgw.business.units.rules import states as units
from smsgw.business.vocabulary import VERBS
from smsgw.language.grammar.words import Words
from smsgw.language.loading import load_language

LANGUAGES = {"en": "English", "zh": "Chinese"}


def verbs() -> str:
    grammar, replies = load_language([], [], "en")
    words, purposes = Words(grammar), replies.card("en")
    parts = [
        "Formats are printed as HELP tells them: the first word of a verb, then its arguments by name; those in [ ] "
        "may be missing, and their order does not matter. hq is headquarters."
    ]
    for verb in VERBS:
        facts = ["only reads" if verb.reads_only else "books or changes something"]
        if verb.letter:
            facts.append(f"references begin with {verb.letter}")
        if not verb.in_service:
            facts = ["not in service yet: answered so, and nothing is recorded"]
        rows: list[tuple[str, str]] = []
        for language, name in LANGUAGES.items():
            own = list(dict.fromkeys(words.own_aliases(verb.name, language) or words.aliases(verb.name, language)))
            if own:
                rows.append((f"{name} words", code(own)))
                rows.append((f"{name} format", f"`{words.full_syntax(verb.name, language)}`"))
                rows.append((f"{name} examples", code(words.examples(verb.name, language))))
        pinyin = words.own_aliases(verb.name, "pinyin")
        if pinyin:
            rows.append(("pinyin", code(dict.fromkeys(pinyin))))
        who = [role for role in ROLES if role in verb.roles]
        anybody = ", and phones that are not registered" if UNREGISTERED in verb.roles else ""
        rows.append(("who", ("every role" if len(who) == len(ROLES) else ", ".join(who)) + anybody))
        purpose = purposes.get(verb.name, "")
        parts.append(f"## {words.word(verb.name, 'en')}\n\n{purpose[:1].upper()}{purpose[1:]}: {'; '.join(facts)}.")
        parts.append(table(("", f"`{verb.name}`"), rows))
    return chapter("Verbs", *parts)


def states() -> str:
    broadcasts: dict[tuple[str, str], list[str]] = {}
    for state in job.STATES:
        for event in job.VERBS:
            for released in (True, False):
                try:
                    after = job.after(state, event, released=released)
                except job.JobRefused:
                    continue
                ends = broadcasts.setdefault((state, event), [])
                ends += [after] if after not in ends else []
    machines: dict[str, tuple[str, dict[tuple[str, str], Any], Sequence[str]]] = {
        "Units": (
            "Of one handset. An event that is undone restores the state before it.",
            units.LIFE.moves,
            tuple(dict.fromkeys(state for move in units.LIFE.moves.items() for state in (move[0][0], move[1]))),
        ),
        "Orders": ("Of one order.", orders.LIFE.moves, orders.STATES),
        "Tickets": ("Of what a shop had to say.", tickets.LIFE.moves, tickets.STATES),
        "Broadcasts": (
            "A paused one that was never released goes back to waiting for its time. A draft is approved on the way "
            "when one person may start it alone.",
            {move: " or ".join(ends) for move, ends in broadcasts.items()},
            job.STATES,
        ),
    }
    parts = ["Each line is a state, what happens, and the state after. What is not here cannot happen."]
    for name, (about, moves, known) in machines.items():
        parts.append(f"## {name}\n\n{about}\n\n```\n{_drawn(moves, known)}\n```")
    return chapter("States", *parts)


def _drawn(moves: dict[tuple[str, str], Any], known: Sequence[str]) -> str:
    """A line a move, a state's name before the first that leaves it."""
    deep = max(len(state) for state in known)
    wide = max(len(event) for _, event in moves)
    lines = []
    for state in known:
        leaving = [(event, after) for (before, event), after in moves.items() if before == state]
        for number, (event, after) in enumerate(leaving):
            shown = state if number == 0 else ""
            lines.append(f"{shown:<{deep}} ── {event} {'─' * (wide - len(event))}─▶ {after}")
        if not leaving:
            lines.append(f"{state:<{deep}}    (the end)")
    return "\n".join(lines)
