"""Reads the corpora and times understand(): accuracy, false bookings, medians and the worst, with a large catalogue."""

from __future__ import annotations

import argparse
import csv
import gc
import json
import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from lark import Lark

from smsgw.business.vocabulary import BY_NAME
from smsgw.language.names.lexicon import Lexicon
from smsgw.language.reading.reader import Reader

DATA = Path(__file__).resolve().parent.parent / "tests" / "language" / "data"
TODAY = date(2026, 4, 16)
MODELS, ALIASES, DEALERS = 2_000, 20_000, 2_000
TAKEN = ("accepted", "partial")

# The repairs that cost most, each the longest way round that we know of.
REPAIRS = (
    "S 86O12345OOOO12B 86O12345OOOO2I6 86OI2345OOOO3I4",
    "ORDRE A350 5 B200 7",
    "SLAE 860123450000012",
    "请帮我把昨天卖的两台A350报一下谢谢",
    "hello boss yesterday we have sold two A350 and one B200 please book them",
    "销授 A350 3",
    "ORD A35O 5 B2OO 7 N6OP 2",
    "COUNT A3506 B20012 C100 4 33105",
    "stokc a350 ?? pls thx -- Sent from my phone",
    "86 012345 000010 8 86.012345.000020.7",
    "S 860123450000012 frobnicate 860123450000020 nonsense 860123450000038 whatever",
    "XYZZY A350 5 PLUGH B200 7",
)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=20, help="readings of each text (the quickest counts)")
    arguments.add_argument("--json", action="store_true", help="figures as JSON, and nothing else")
    options = arguments.parse_args()
    figures = measure(options.rounds)
    if options.json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    for name, found in figures.items():
        print(name)
        for key, value in found.items():
            print(f"  {key:<34} {value}")


def measure(rounds: int) -> dict[str, dict[str, Any]]:
    figures: dict[str, dict[str, Any]] = {}
    plain = Reader(sample_lexicon())
    for name in ("conformance.jsonl", "corpus.jsonl"):
        figures[name] = accuracy(plain, name)
    started = time.perf_counter()
    large = sample_lexicon(extra=True)
    build = time.perf_counter() - started
    reader = plain.with_lexicon(large)
    figures["catalogue"] = {
        "models": len(large.products),
        "names": len(large.names),
        "dealers": len(large.dealers),
        "build, s": round(build, 2),
    }
    accepted = [line["text"] for name in ("conformance.jsonl", "corpus.jsonl") for line in lines(name)]
    accepted = [text for text in accepted if reader.understand(text, today=TODAY).outcome == "accepted"]
    figures[f"understand(), {len(accepted)} accepted texts, µs"] = spread(
        [quickest(reader, t, rounds) for t in accepted]
    )
    repairs = {text: quickest(reader, text, rounds) for text in REPAIRS}
    worst = max(repairs, key=lambda text: repairs[text])
    figures["understand(), repairs, µs"] = {**spread(list(repairs.values())), "worst text": worst}
    figures["Lark alone, the same texts, µs"] = lark_alone(reader, accepted, rounds)
    figures["longest texts, ms (the quickest of 3)"] = {
        f"{kind}, {size}": round(max(quickest(reader, text, 3) for text in make(size)) / 1000, 2)
        for size in (2_000, 10_000)
        for kind, make in LONG.items()
    }
    return figures


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def sample_lexicon(*, extra: bool = False) -> Lexicon:
    """The models and dealers of the corpora; with `extra` filled up to a large catalogue and directory."""
    with (DATA / "products.csv").open(encoding="utf-8", newline="") as file:
        products = [(row["code"], row["name"], row["aliases"].split("|")) for row in csv.DictReader(file)]
    with (DATA / "dealers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    dealers, regions = [row["code"] for row in rows], sorted({row["region"] for row in rows})
    if extra:
        each = ALIASES // MODELS
        products += [
            (f"QX{n:04d}", f"Quasar {n} Lite", [f"Quasar{n} v{k}" if k % 2 else f"类星{n}型{k}" for k in range(each)])
            for n in range(MODELS - len(products))
        ]
        dealers += [f"E{n:05d}" for n in range(DEALERS - len(dealers))]
    return Lexicon.build(products, dealers, regions, groups=["VIP"])


def accuracy(reader: Reader, name: str) -> dict[str, Any]:
    """How many texts read as they must, how many of those that should be taken were taken as sent, what was booked."""
    texts = lines(name)
    right = taken = due = false_bookings = 0
    wrong: list[str] = []
    for line in texts:
        read = json.loads(json.dumps(reader.understand(line["text"], today=TODAY).as_json()))
        good = read["outcome"] == line["outcome"] and (
            not line["commands"] or agrees(line["commands"], read["commands"])
        )
        right += good
        if not good:
            wrong.append(line["text"])
            expected = bookings(line)
            false_bookings += any(booking not in expected for booking in bookings(read))
        if line["outcome"] == "accepted":
            due += 1
            taken += read["outcome"] == "accepted"
    return {
        "texts": len(texts),
        "accuracy": f"{right / len(texts):.2%}",
        "first-try acceptance": f"{taken / due:.2%} of {due}",
        "false bookings": false_bookings,
        **({"read otherwise": wrong} if wrong else {}),
    }


def agrees(expected: Any, read: Any) -> bool:
    """Whether a reading has every field that is expected."""
    if isinstance(expected, dict):
        return isinstance(read, dict) and all(agrees(value, read.get(key)) for key, value in expected.items())
    if isinstance(expected, list):
        return isinstance(read, list) and len(expected) == len(read) and all(map(agrees, expected, read))
    if expected in ("@today", "@yesterday"):
        expected = (TODAY - timedelta(days=expected == "@yesterday")).isoformat()
    return bool(expected == read)


def bookings(reading: dict[str, Any]) -> list[Any]:
    """What a reading books at once, without what only says how it was read."""
    told = ("problem", "problems", "repairs", "outcome")
    return [
        {key: value for key, value in command.items() if key not in told}
        for command in reading["commands"]
        if command["outcome"] in TAKEN and command["verb"] and not BY_NAME[command["verb"]].reads_only
    ]


def quickest(reader: Reader, text: str, rounds: int) -> float:
    """The shortest time of a reading, in µs: what else the machine does is left out."""
    return fastest(lambda: reader.understand(text, today=TODAY), rounds)


def fastest(call: Callable[[], object], rounds: int) -> float:
    best = float("inf")
    gc.disable()
    for _ in range(rounds):
        started = time.perf_counter_ns()
        call()
        best = min(best, time.perf_counter_ns() - started)
    gc.enable()
    return best / 1000


def spread(times: list[float]) -> dict[str, float]:
    times = sorted(times)
    return {
        "median": round(statistics.median(times), 1),
        "p99": round(times[min(len(times) - 1, len(times) * 99 // 100)], 1),
        "max": round(times[-1], 1),
    }


def lark_alone(reader: Reader, texts: list[str], rounds: int) -> dict[str, Any]:
    """Lark's own parser over the terminals of the same commands, chosen in advance; it neither lexes nor repairs."""
    seen: list[tuple[str, ...]] = []
    shape = reader.grammar.shape

    def keep(terminals: tuple[str, ...]) -> Any:
        seen.append(terminals)
        return shape(terminals)

    reader.grammar.shape = keep  # type: ignore[method-assign]  # for as long as the texts are read
    for text in texts:
        reader.understand(text, today=TODAY)
    reader.grammar.shape = shape
    parser: Lark = reader.grammar.lark
    return {
        "commands": len(seen),
        **spread([fastest(partial(parser.parse, " ".join(terminals)), rounds) for terminals in seen]),
    }


def _repeated(piece: str) -> Callable[[int], list[str]]:
    return lambda size: [(piece * (size // len(piece) + 1))[:size]]


def _noise(size: int) -> list[str]:
    """Ten texts of nothing but what commands are made of; the slowest counts."""
    signs = "SOLD 销售A350,.;-@1234567890 xX×\n"
    draws = [random.Random(seed) for seed in range(10)]
    return ["".join(draw.choice(signs) for _ in range(size)) for draw in draws]


LONG: dict[str, Callable[[int], list[str]]] = {
    "IMEIs": _repeated("860123450000012 "),
    "models and quantities": lambda size: ["ORD " + text for text in _repeated("A350 5 ")(size - 4)],
    "digits": _repeated("8"),
    "one letter": _repeated("A"),
    "hanzi": _repeated("卖"),
    "misspelt verbs": _repeated("SLAE ORDRE STCOK "),
    "names, joined": _repeated("A-3-5-0-"),
    "combining marks": _repeated("e\u0301\u0302"),
    "right-to-left marks": _repeated("\u202ea"),
    "separators": _repeated(",;. "),
    "lines": _repeated("S\n"),
    "a story": _repeated("yesterday we sold two A350 "),
    "noise, worst of ten": _noise,
}


if __name__ == "__main__":
    main()
