"""A house for end-to-end tests: a folder with configuration and books, and the daemon as a process of its own."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from smsgw.cli.app import run
from smsgw.simulator.driver import Driver, LoadSettings
from smsgw.simulator.load import LoadRun
from smsgw.simulator.sample_texts import SampleTexts
from tests.ports import free_port

PRODUCTS = """code,name,aliases,tacs,dealer_price,retail_price,currency
A350,Aurora 3.5,Aurora 3.5|曙光3.5,86012345,1040.00,1198.00,CNY
B200,Borealis 200,Borealis|北极光200,86012347,620.00,698.00,CNY
"""


def here(*words: object) -> subprocess.CompletedProcess[str]:
    """Run one smsgw command to its end, in this process; not one that serves (`run`, `smsc`, `demo`).

    Starting smsgw takes most of a second, and a test asks many times.
    """
    arguments = [str(word) for word in words]
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        status = run(arguments)
    return subprocess.CompletedProcess(arguments, status, out.getvalue(), err.getvalue())


class House:
    """Configuration, catalogue, dealers and phones in a folder; the phones are +8613900000000 and on, all owners."""

    def __init__(
        self, folder: Path, *, url: str = "sqlite:///smsgw.db", more: str = "", link: str = "", database: str = ""
    ) -> None:
        self.folder = folder
        self.phones = 0
        self.smsc_port = free_port()
        self.http_port = free_port()
        # The driver sells by number and by IMEI, each for itself: none of the one is asked to be of the other.
        trade = "" if "[trade]" in more else "[trade]\nimei_days = 0\n\n"
        self.config = folder / "smsgw.toml"
        self.config.write_text(
            f'[database]\nurl = "{url}"\n{database}\n\n[http]\nlisten = "127.0.0.1:{self.http_port}"\n\n'
            f'[log]\nformat = "json"\n\n{trade}{more}\n[[smsc]]\nname = "operator-a"\nport = {self.smsc_port}\n'
            f"reconnect_min = 0.1\nreconnect_max = 1\n{link}"
        )
        self.log = folder / "daemon.log"
        self.daemon: subprocess.Popen[bytes] | None = None

    def furnish(self, phones: int = 50) -> None:
        """Migrate the database and import catalogue, dealers and phones."""
        self.phones = phones
        dealers = [f"D{1000 + n},Shop {n},EAST,A,,100000.00,CNY,en" for n in range(10)]
        contacts = [f"+8613900{n:06d},Person {n},owner,D{1000 + n % 10},,en" for n in range(self.phones)]
        head = "code,name,region,tier,parent,credit_limit,currency,language\n"
        (self.folder / "products.csv").write_text(PRODUCTS, encoding="utf-8")
        (self.folder / "dealers.csv").write_text(head + "\n".join(dealers) + "\n")
        (self.folder / "contacts.csv").write_text("phone,name,role,dealer,region,language\n" + "\n".join(contacts))
        self.smsgw("db upgrade")
        for kind in ("products", "dealers", "contacts"):
            self.smsgw("import", kind, str(self.folder / f"{kind}.csv"))

    def call(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one smsgw command to its end, in this process; `command` may be of two words."""
        return here(*command.split(), *arguments, "--config", self.config)

    def run(self) -> subprocess.CompletedProcess[str]:
        """Start a daemon that refuses to serve; how it ended, and what it said."""
        command = [sys.executable, "-P", "-m", "smsgw", "run", "--config", str(self.config)]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)

    def smsgw(self, command: str, *arguments: str) -> str:
        """Run one command that must succeed; its standard output."""
        done = self.call(command, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def json(self, command: str, *arguments: str) -> Any:
        return json.loads(self.smsgw(command, *arguments, "--json"))

    def start(self) -> None:
        """Start the daemon; it logs to a file, which goes on where the last daemon's ended."""
        with self.log.open("ab") as log:
            self.daemon = subprocess.Popen(
                [sys.executable, "-P", "-m", "smsgw", "run", "--config", str(self.config)], stderr=log
            )

    def kill(self) -> None:
        """kill -9, as a crash does it."""
        assert self.daemon is not None
        self.daemon.send_signal(signal.SIGKILL)
        self.daemon.wait()

    def stop(self) -> int:
        """SIGTERM; the exit status. A daemon that does not drain within its time fails the test."""
        assert self.daemon is not None
        self.daemon.send_signal(signal.SIGTERM)
        return self.daemon.wait(12)

    def close(self) -> None:
        """Whatever the test did, no daemon stays behind."""
        if self.daemon is not None and self.daemon.poll() is None:
            os.kill(self.daemon.pid, signal.SIGKILL)
            self.daemon.wait()

    def driver(self, count: int, *, first: int = 1, window: int = 10, **settings: Any) -> Driver:
        """A load of sale texts by this house's phones, with IMEIs from serial `first` on."""
        texts = SampleTexts(["S {imei}"], first=first)
        return Driver(LoadSettings(count=count, window=window, phones=self.phones, **settings), texts)

    def play(self, driver: Driver, *, patience: float = 30, linger: float = 0) -> str:
        """Be the SMSC until every text is answered; why it ended."""
        run = LoadRun(driver, "127.0.0.1", self.smsc_port)
        try:
            return run.run(patience, linger)
        finally:
            run.close()
