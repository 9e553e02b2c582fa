"""What Wireshark makes of PDUs, where its command line is installed: a reader that owes nothing to us."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

needs_wireshark = pytest.mark.skipif(
    shutil.which("tshark") is None or shutil.which("text2pcap") is None, reason="tshark is not installed"
)


def dissect(frames: Sequence[bytes], fields: Sequence[str], folder: Path) -> list[dict[str, str]]:
    """The fields (names of Wireshark's) of each frame, sent as the only PDU of a TCP segment; '' where it has none."""
    capture = folder / "pdus.pcap"
    dump = "".join(f"000000 {data.hex(' ')}\n\n" for data in frames)
    subprocess.run(["text2pcap", "-q", "-T", "2775,2775", "-", capture], input=dump.encode(), check=True)
    command = ["tshark", "-r", str(capture), "-d", "tcp.port==2775,smpp", "-T", "fields", "-E", "separator=|"]
    for field in fields:
        command += ["-e", field]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(lines) == len(frames)
    return [dict(zip(fields, line.split("|"), strict=True)) for line in lines]
