"""Damaged files at random, read as an import reads them: `python -m tests.business.importing.mutated SEED COUNT`.

Prints a JSON object: what became of how many, the slowest of them in seconds, and the most memory in megabytes.
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from smsgw.business.core.known import KnownDealer, KnownProduct, KnownRegion, Snapshot
from smsgw.business.directory.imports import contacts, dealers
from smsgw.business.shipping import imports as shipments
from smsgw.errors import SmsgwError
from smsgw.tables.fault import Fault, TooManyFaults
from smsgw.tables.files import Choice, read
from tests.tables.workbook_parts import Parts, packed, sheet

KNOWN = Snapshot(
    regions={"EAST": KnownRegion("EAST", None)},
    dealers={"D1001": KnownDealer("D1001", None, "A", "CNY", "Asia/Shanghai", True)},
    products={"A350": KnownProduct("A350", "Aurora", (), (), "CNY")},
    today=date(2026, 11, 30),
)
KINDS: list[Any] = [contacts, dealers, shipments]
LINES = {
    contacts: [["+8613900000001", "张伟", "owner", "D1001", "", "zh"], ["13900000002", "Li", "clerk", "D1001", "", ""]],
    dealers: [["D1001", "Sunny 手机", "EAST", "A", "", "50000.00", "CNY", "en"]],
    shipments: [["SH1", "O1001", "D1001", "860123450000012", "A350", "2026/11/1 0:00"]],
}
_SPLINTERS = [
    *(b"\0", b'"', b'""', b",", b";", b"\t", b"\r", b"\n", b"\xff", b"\xfe\xff", b"\x81", b"\xe4\xb8", b"=", b"'"),
    *(b"#REF!", b"sep=;\n", b"\xef\xbb\xbf", b"9" * 400, b"1e999", b"-1", b"NaN"),
    *(b"<", b">", b"&#x0;", b"&x;", b"<![CDATA[", b"]]>", b"<!DOCTYPE a>", b"<f>1</f>", b"<v/>", b"</row>", b"<row>"),
    *(b'r="XFE1"', b'r="A0"', b't="s"', b't="d"', b't="e"', b's="99"'),
]


def mutated(random_: random.Random) -> tuple[Any, bytes, Choice]:
    """A kind of file, the octets of a damaged one, and what is said of it."""
    kind = random_.choice(KINDS)
    rows = [list(kind.COLUMNS.required), *(random_.choice(LINES[kind]) for _ in range(random_.randrange(6)))]
    octets = (_workbook if random_.random() < 0.6 else _text)(rows, random_)
    if random_.random() < 0.4:
        octets = _damaged(octets, random_)
    encoding = random_.choice([None] * 8 + ["big5", "utf-16", "windows-1252", "nonsense"])
    return kind, octets, Choice(random_.choice([None] * 8 + ["S", "x"]), encoding)


def _text(rows: list[list[str]], random_: random.Random) -> bytes:
    separator = random_.choice(",;\t|，")
    ending = random_.choice(["\n", "\r\n", "\r", "\n\n"])
    text = ending.join(separator.join(row) for row in rows)
    if random_.random() < 0.05:
        text += ending + separator.join(["x"] * random_.choice([300, 100_000]))
    if random_.random() < 0.05:
        text += (ending + separator.join(rows[-1])) * random_.choice([2_000, 30_000])
    octets = text.encode(random_.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-32"]))
    return _damaged(octets, random_) if random_.random() < 0.7 else octets


def _workbook(rows: list[list[str]], random_: random.Random) -> bytes:
    body = sheet(rows)
    if random_.random() < 0.05:
        body = body.replace("</sheetData>", _many(random_) + "</sheetData>")
    states = {"S": random_.choice(["", "hidden", "veryHidden", "?"])} if random_.random() < 0.2 else {}
    parts = Parts({"S": body, "T": sheet([["x"]])}, states, ["yyyy/m/d", "0.00", "\\"], ["<si><t>x</t></si>"]).parts()
    for name in random_.sample(sorted(parts), k=random_.randrange(3)):
        how = random_.random()
        if how < 0.15:
            del parts[name]
        elif how < 0.25:
            parts[name] = parts[random_.choice(sorted(parts))]
        else:
            parts[name] = _damaged(parts[name], random_)
    return packed(parts)


def _many(random_: random.Random) -> str:
    """XML of which there is far too much, or that lies far away."""
    count = random_.choice([1_000, 100_000, 300_000])
    return random_.choice(
        [
            "<row/>" * count,
            "<row><c><v>1</v></c></row>" * count,
            "<row>" + "<c/>" * count + "</row>",
            "<row>" + "<c><v>1</v></c>" * count + "</row>",
            "<x>" * min(count, 100_000),
            "<row><c t='inlineStr'><is><t>" + "y" * count * 10 + "</t></is></c></row>",
            '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
            '<row r="99999999999999999999"><c><v>1</v></c></row>',
        ]
    )


def _damaged(octets: bytes, random_: random.Random) -> bytes:
    found = bytearray(octets)
    for _ in range(random_.choice([1, 1, 2, 5, 40])):
        at = random_.randrange(len(found) + 1)
        how = random_.randrange(7)
        if how == 0 and found:
            found[at % len(found)] ^= 1 << random_.randrange(8)
        elif how == 1:
            found[at:at] = random_.choice(_SPLINTERS)
        elif how == 2:
            del found[at : at + random_.choice([1, 2, 10, 200])]
        elif how == 3:
            found[at:at] = found[at : at + random_.randrange(200)] * random_.choice([1, 2, 50])
        elif how == 4:
            del found[random_.choice([at, len(found) // 2]) :]
        elif how == 5:
            found[at : at + 4] = random_.randbytes(4)
        else:
            other = random_.randrange(len(found) + 1)
            found[at : at + 20] = found[other : other + 20]
        if len(found) > 2_000_000:
            break
    return bytes(found)


def outcome(kind: Any, path: Path, choice: Choice) -> str:
    """What an import of the file comes to before it meets the books; any other exception is a failure."""
    faults: list[Fault] = []
    try:
        kept: list[Any] = []
        kind_check: Callable[..., Any] = kind.check
        kind_check(read(path, kind.COLUMNS, choice).rows, KNOWN, *kept, faults=faults)
    except (SmsgwError, TooManyFaults) as refused:
        said = [str(refused), *(str(fault) for fault in getattr(refused, "faults", ()))]
        assert all(said), said
        return "refused"
    return "lines refused" if faults else "read"


def main(seed: int, count: int) -> dict[str, Any]:
    """Read so many damaged files; raises what no import may raise, after naming the file."""
    random_ = random.Random(seed)
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        for number in range(count):
            kind, octets, choice = mutated(random_)
            path.write_bytes(octets)
            began = time.process_time()
            try:
                outcomes[outcome(kind, path, choice)] += 1
            except BaseException:
                print(f"file {number} of seed {seed}: {kind.__name__} {choice} {octets[:2000]!r}", file=sys.stderr)
                raise
            slowest = max(slowest, time.process_time() - began)
    # Not ru_maxrss: that is at first the size of the process that started this one.
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert peak is not None
    most = int(peak[1]) / 1024
    return {"outcomes": dict(outcomes), "slowest": round(slowest, 2), "megabytes": round(most)}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
