"""A small catalogue as shops know it: series, names that end in numbers, dealers with names in two scripts."""

from __future__ import annotations

from datetime import date
from functools import cache

from smsgw.business.core.command import ACCEPTED as RUN
from smsgw.business.core.command import CONFIRM, PARTIAL, REJECTED, Command, Reading
from smsgw.language.names.imei import check_digit
from smsgw.language.names.lexicon import Lexicon
from smsgw.language.reading.reader import Reader
from smsgw.language.sentences.veto import BOOKING

MONDAY = date(2026, 11, 30)

MODELS = (
    ("A350", "Aurora 3.5", ("曙光3.5",)),
    ("A380", "Aurora 3.8", ("曙光3.8",)),
    ("A420", "Aurora 4.2 Max", ("Aurora Max", "曙光4.2")),
    ("B200", "Borealis 200", ("Borealis", "北极光200")),
    ("B260", "Borealis 260", ("北极光260",)),
    ("C100", "Comet 100", ("Comet", "彗星100")),
    ("C150", "Comet 150", ("彗星150",)),
    ("N60", "Nova 60", ("新星60",)),
    ("N60P", "Nova 60 Pro", ("新星60Pro",)),
    ("3310", "Classic 3310", ("Classic", "经典3310")),
    ("GL7", "Glacier 7", ("冰川7",)),
    ("L20", "Lumen 20 Lite", ("Lumen", "流明20")),
)
DEALERS = (
    ("D1001", "Sunny Mobile"),
    ("D1002", "Harbour Phones"),
    ("D1003", "West Gate Telecom"),
    ("D1004", "阳光通讯"),
    ("D1010", "京华通讯"),
)
REGIONS = (("EAST", "East 华东"), ("WEST", "West 西南"), ("SHANGHAI", "Shanghai 上海"))


@cache
def reader() -> Reader:
    """One reader for all tests: it is immutable."""
    return Reader(
        Lexicon.build(
            MODELS,
            [code for code, _ in DEALERS],
            [code for code, _ in REGIONS],
            region_names=REGIONS,
            dealer_names=DEALERS,
        )
    )


def imei(serial: int) -> str:
    """A valid IMEI of an A350."""
    body = f"86012345{serial:06d}"
    return body + check_digit(body)


def read(text: str, today: date = MONDAY) -> Reading:
    """What a text says on that Monday."""
    return reader().understand(text, today=today)


def live(text: str) -> list[Command]:
    """What would be booked, drafted or asked with YES."""
    found = read(text).commands
    return [
        c for each in found for c in (each, *each.choices) if c.outcome in (RUN, PARTIAL, CONFIRM) and c.verb in BOOKING
    ]


def told(text: str) -> str:
    """A text as it reads, in short: `sale A350x2 on=2026-11-29 confirm | nil`."""
    return " | ".join(map(_told, read(text).commands))


def _told(c: Command) -> str:
    parts = [c.verb or "None", *c.imeis, *(f"{i.model}x{i.quantity}" for i in c.items)]
    for name in ("imei", "model", "dealer", "order", "reference", "region", "period", "topic", "group"):
        value = getattr(c, name)
        if value is not None:
            parts.append(f"{name}={value}")
    if c.on is not None and c.on != MONDAY:
        parts.append(f"on={c.on}")
    if c.outcome != RUN:
        parts.append(c.outcome)
    return " ".join(parts)


__all__ = ["CONFIRM", "DEALERS", "MODELS", "MONDAY", "REJECTED", "RUN", "imei", "live", "read", "reader", "told"]
