"""The machine's clock is set back by a day, and forward by two: nothing stands still, and what is last is last."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

from tests.end_to_end.by_hand import until
from tests.end_to_end.faulty import FaultyHouse

DAY = 86_400.0


def test_a_clock_that_is_set_stops_nothing_and_changes_no_order(faulty: FaultyHouse) -> None:
    clock = faulty.folder / "clock"

    def set_clock(seconds: float) -> None:
        with clock.open("r+b") as file:
            file.write(struct.pack("d", seconds))

    clock.write_bytes(struct.pack("d", 0.0))
    faulty.phones = 1  # every text is of one phone
    with faulty.log.open("ab") as log:
        faulty.begin(log, program=[sys.executable, "-P", str(Path(__file__).with_name("set_clock.py")), str(clock)])
    until(lambda: faulty.ready == 200, "ready")
    faulty.sells()
    binds = faulty.smsc.binds
    set_clock(-DAY)
    until(lambda: faulty.smsc.binds > binds, "the next bind")
    faulty.sells()
    undone = faulty.acknowledged.pop()
    number = faulty.smsc.deliver("+8613900000000", "UNDO")
    assert faulty.smsc.status(number) == 0
    set_clock(DAY)
    faulty.sells()
    until(lambda: faulty.ready == 200, "ready again")
    assert faulty.end() == 0
    faulty.everything_is_booked_once()
    assert undone not in faulty.booked()
