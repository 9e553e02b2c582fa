"""A house in which something goes wrong: texts by hand, the daemon's word on how it is, and what is in the books."""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from smsgw.simulator.sample_texts import imei
from tests.end_to_end.by_hand import WAIT, HandSmsc, until
from tests.end_to_end.house import House

TIME_TO_END = 12.0  # seconds that a daemon may take after SIGTERM, or after it found that it cannot go on
ACKNOWLEDGED, LATER = 0x00, 0x64  # ESME_ROK, ESME_RX_T_APPN: the operator keeps the text


class FaultyHouse(House):
    """One with an SMSC of its own. Every text is a sale, each by another phone of another unit."""

    def __init__(self, folder: Path, furnished: Path | None = None, **more: Any) -> None:
        """`furnished` is a SQLite file with the books that `furnish` makes."""
        super().__init__(folder, **more)
        if furnished is not None:
            (folder / "smsgw.db").write_bytes(furnished.read_bytes())
            self.phones = 50
        self.smsc = HandSmsc(self.smsc_port)
        self.url = more.get("url", f"sqlite:///{folder / 'smsgw.db'}")
        self.sent = 0
        self.acknowledged: list[str] = []

    def begin(
        self, stderr: Any, through: Sequence[str] = (), program: Sequence[str] = (sys.executable, "-P", "-m", "smsgw")
    ) -> None:
        """Start the daemon with another standard error, by a command that starts what follows it."""
        command = [*through, *program, "run", "--config", str(self.config)]
        self.daemon = subprocess.Popen(command, stderr=stderr)

    def run_with(self, stderr: Any, through: Sequence[str] = ()) -> None:
        """`begin`, and wait until it is bound."""
        self.begin(stderr, through)
        until(lambda: self.smsc.bound, "the first bind")

    def serve(self) -> None:
        """Start the daemon, its log in the file, and wait until it is ready."""
        self.start()
        until(lambda: self.ready == 200, "ready")

    def close(self) -> None:
        super().close()
        self.smsc.close()

    @property
    def ready(self) -> int:
        """What /readyz says; 0: nothing."""
        return self.page("/readyz")[0]

    def page(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def figure(self, name: str) -> float:
        """A figure of /metrics that has no labels."""
        lines = self.page("/metrics")[1].splitlines()
        return float(next(line.split()[1] for line in lines if line.startswith(f"{name} ")))

    def sale(self, wait: float = WAIT) -> int | None:
        """Send a sale; what it was answered, or None where it was not within `wait`."""
        self.sent += 1
        unit = imei(self.sent)
        number = self.smsc.deliver(f"+8613900{self.sent % self.phones:06d}", f"S {unit}")
        status = self.smsc.status(number, wait)
        if status == ACKNOWLEDGED:
            self.acknowledged.append(unit)
        return status

    def sells(self) -> None:
        """A sale is acknowledged."""
        assert self.sale() == ACKNOWLEDGED

    def end(self) -> int:
        """SIGTERM; the exit status."""
        assert self.daemon is not None
        self.daemon.terminate()
        return self.daemon.wait(TIME_TO_END)

    def ended(self) -> int:
        """The exit status of a daemon that ends by itself."""
        assert self.daemon is not None
        return self.daemon.wait(TIME_TO_END)

    def complaints(self) -> list[str]:
        """What the log says at level error."""
        return [line for line in self.log.read_text().splitlines() if '"level": "error"' in line]

    def booked(self) -> dict[str, int]:
        """How often each unit was sold, according to the books."""
        engine = create_engine(self.url)
        with engine.connect() as connection:
            rows = connection.execute(
                text("SELECT imei, count(*) FROM sale_line WHERE reversed_by IS NULL GROUP BY imei")
            )
            found = {str(unit): int(count) for unit, count in rows}
        engine.dispose()
        return found

    def everything_is_booked_once(self) -> None:
        """What was acknowledged is in the books, once, and the books agree with themselves."""
        booked = self.booked()
        assert {unit: booked.get(unit, 0) for unit in self.acknowledged} == dict.fromkeys(self.acknowledged, 1)
        assert set(booked.values()) <= {1}
        self.smsgw("db verify")
