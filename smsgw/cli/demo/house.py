"""A deployment for the demo: configuration, database, sample network, and the daemon as a process of its own."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from zoneinfo import ZoneInfo

from smsgw.business.core.principal import SMSGW
from smsgw.cli.common.opening import migrated
from smsgw.cli.demo import network
from smsgw.cli.importing import import_file
from smsgw.cli.init import FILE, migrate, write
from smsgw.errors import SmsgwError
from smsgw.settings.loading import load
from smsgw.settings.sections import Settings

ADDRESS = "1069"  # the short code that everybody texts to
PATIENCE = 30.0  # seconds to bind
DRAIN = 15.0  # seconds to stop

CONFIGURATION = """\
# Made by `smsgw demo`. Everything not said here has its default: see `smsgw init`.

[database]
url = "sqlite:///smsgw.db"

[gateway]
country = "CN"
language = "en"
timezone = "Asia/Shanghai"

[http]
listen = "127.0.0.1:{http}"

[broadcast]
window = "00:00-24:00"                # here notices go out at any hour

[[smsc]]
name = "demo-operator"                # simulated; to serve it again: smsgw smsc --port {port}
host = "127.0.0.1"
port = {port}
system_id = "smsgw"
password = "secret"
address = "{address}"
"""


def furnish(folder: Path, port: int) -> tuple[Settings, network.Network]:
    """Make the deployment in `folder`, bound to the SMSC at `port`, with the sample network in its books."""
    path = folder / FILE
    write(path, CONFIGURATION.format(http=free_port(), port=port, address=ADDRESS))
    migrate(path)
    settings = load(path)
    today = datetime.now(ZoneInfo(settings.gateway.timezone)).date()
    sample = network.write(folder / "files", today)
    engine = migrated(settings)
    for kind in network.KINDS:
        import_file(engine, settings, kind, folder / "files" / f"{kind}.csv", SMSGW)
    engine.dispose()
    return settings, sample


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Daemon:
    """`smsgw run` on a configuration; its log goes to `gateway.log` beside it."""

    def __init__(self, settings: Settings) -> None:
        self._path = settings.path or Path(FILE)
        self.log = settings.base / "gateway.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Daemon:
        with self.log.open("ab") as log:
            # -P: a folder named smsgw where the demo was started is not the program.
            command = [sys.executable, "-P", "-m", "smsgw", "run", "--config", str(self._path)]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Until it is ready; raises SmsgwError when it ends before, or takes too long."""
        assert self._process is not None
        deadline = time.monotonic() + PATIENCE
        while not ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise SmsgwError(f"the gateway did not come up; {self.log} says why: {self.last_words()}")
            time.sleep(0.02)

    def last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "nothing"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(DRAIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise SmsgwError(f"the gateway did not stop within {DRAIN:.0f} seconds; see {self.log}") from None
