"""scripts/bench language: the figures that it prints, taken in one quick round."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.alone
def test_the_bench_prints_accuracy_false_bookings_and_times_with_a_large_catalogue() -> None:
    ran = subprocess.run(
        [sys.executable, "scripts/bench_language.py", "--rounds", "2", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    figures = json.loads(ran.stdout)
    for corpus in ("corpus.jsonl", "conformance.jsonl"):
        assert figures[corpus]["accuracy"] == "100.00%"
        assert figures[corpus]["false bookings"] == 0
    assert figures["catalogue"]["models"] == 2000
    assert figures["catalogue"]["names"] >= 20_000
    (times,) = (found for name, found in figures.items() if name.startswith("understand()") and "accepted" in name)
    assert 0 < times["median"] < 1000
