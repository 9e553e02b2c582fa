"""`smsgw` on a clock that a test sets: the first argument is a file with the seconds to add to the machine's."""

from __future__ import annotations

import mmap
import struct
import sys
import time

with open(sys.argv.pop(1), "r+b") as file:
    seconds_to_add = mmap.mmap(file.fileno(), 8)
machine = time.time
time.time = lambda: machine() + struct.unpack("d", seconds_to_add[:])[0]

if __name__ == "__main__":
    from smsgw.cli.app import run

    sys.exit(run())
