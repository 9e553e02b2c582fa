"""The sample catalogue and directory of the language's tests, and IMEIs of its models."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path

from smsgw.language.names.imei import check_digit
from smsgw.language.names.lexicon import Lexicon
from smsgw.language.reading.reader import Reader

DATA = Path(__file__).parent / "data"
TODAY = date(2026, 4, 16)


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def lexicon() -> Lexicon:
    """The models, dealers and regions of the sample files, and one saved audience."""
    dealers = _rows("dealers.csv")
    return Lexicon.build(
        [(row["code"], row["name"], row["aliases"].split("|")) for row in _rows("products.csv")],
        [row["code"] for row in dealers],
        sorted({row["region"] for row in dealers}),
        groups=["VIP"],
    )


@cache
def reader() -> Reader:
    """One reader for all tests: it is immutable."""
    return Reader(lexicon())


def imei(serial: int, tac: str = "86012345") -> str:
    """A valid IMEI with that serial number."""
    body = f"{tac}{serial:06d}"
    return body + check_digit(body)
