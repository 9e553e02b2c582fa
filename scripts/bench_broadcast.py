"""Sends a broadcast through the real daemon over TCP and prints what it did: scripts/bench broadcast.

The recipients are people of the directory, each text is another one. While the job runs, registered phones send sale
texts, whose answers are timed. The driver (smsgw.simulator.load) is a process of its own and shares the machine.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
import urllib.request
from pathlib import Path
from typing import Any

from bench_messages import SMSGW, free_port, postgresql, prepare, usage


def measure(work: Path, url: str, count: int, window: int, rate: float) -> dict[str, Any]:
    """One job: the figures of the driver and of the daemon."""
    port = free_port()
    config = prepare(work, url, port, window)
    config.write_text(
        config.read_text() + '\n[broadcast]\nwindow = "00:00-24:00"\napproval_above_recipients = 10000000\n'
    )
    people = ["phone,name,role,dealer,region,language"]
    people += [f"+86137{n:08d},Person {n:07d},clerk,D{1000 + n % 50},,zh" for n in range(count)]
    (work / "people.csv").write_text("\n".join(people) + "\n")
    given = ["--config", str(config)]
    subprocess.run(
        [*SMSGW, "import", *given, "contacts", str(work / "people.csv")], check=True, stdout=subprocess.DEVNULL
    )
    began = time.monotonic()
    made = subprocess.run(
        [
            *SMSGW,
            "broadcast",
            "create",
            "--audience",
            "lang:zh",
            "--text",
            "Dear {name}, new prices from Monday",
            "--json",
            *given,
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    created = time.monotonic() - began
    reference = json.loads(made.stdout)["reference"]
    driver = [sys.executable, "-P", "-m", "smsgw.simulator.load", "--port", str(port), "--submits", str(count)]
    texts = int(rate * 5)
    driver += ["--window", "10", "--phones", "500", "--count", str(texts), "--patience", "60"]
    driver += ["--rate", str(rate)] if texts else ["--no-replies"]
    load = subprocess.Popen(driver, stdout=subprocess.PIPE, text=True)
    time.sleep(0.5)
    daemon = subprocess.Popen([*SMSGW, "run", "--config", str(config)])
    memory: list[float] = []
    watching = threading.Event()

    def watch() -> None:
        while not watching.wait(0.5):
            with contextlib.suppress(OSError, StopIteration):
                memory.append(resident(daemon.pid))

    try:
        wait_until_ready(config)
        before = usage(daemon.pid)
        threading.Thread(target=watch, daemon=True).start()
        subprocess.run(
            [*SMSGW, "broadcast", "start", reference, "--config", str(config)], check=True, stdout=subprocess.DEVNULL
        )
        said, _ = load.communicate(timeout=3600)
        after = usage(daemon.pid)
    finally:
        watching.set()
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(20)
        load.kill()
    figures: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    figures["cpu_us"] = (after.cpu - before.cpu) / count * 1e6
    figures["created_s"] = created
    figures["grown_mb"] = max(memory[4:], default=0.0) - min(memory[2:4], default=0.0)
    shown = subprocess.run(
        [*SMSGW, "broadcast", "show", reference, "--config", str(config), "--json"],
        check=True,
        capture_output=True,
        text=True,
    )
    figures["show"] = json.loads(shown.stdout)
    return figures


def wait_until_ready(config: Path) -> None:
    """Wait until the daemon of a configuration is bound and at rest: what its start costs is no part of a job."""
    address = tomllib.loads(config.read_text())["http"]["listen"]
    while True:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{address}/readyz") as answer:
            if answer.status == 200:
                break
        time.sleep(0.1)
    time.sleep(1)


def resident(pid: int) -> float:
    """Resident memory of a process, in MB."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure a broadcast over TCP.")
    parser.add_argument("--count", type=int, default=50_000, help="recipients (50000)")
    parser.add_argument("--window", type=int, default=100, help="unanswered submits at most (100)")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--rate", type=float, default=0, help="sale texts a second meanwhile, for five seconds (0)")
    options = parser.parse_args()
    print(
        f"{'run':24} {'submits/s':>9} {'cpu µs':>7} {'grown MB':>8} {'create s':>8} {'reply p99 ms':>12} "
        f"{'twice':>5} sent"
    )
    for database in ("sqlite", "postgresql") if options.database == "both" else (options.database,):
        work = Path(tempfile.mkdtemp(prefix="smsgw-bench-"))
        try:
            with contextlib.ExitStack() as stack:
                url = "sqlite:///smsgw.db" if database == "sqlite" else stack.enter_context(postgresql())
                f = measure(work, url, options.count, options.window, options.rate)
            print(
                f"{database + f', window {options.window}':24} {f['submits_per_s']:9.0f} {f['cpu_us']:7.0f} "
                f"{f['grown_mb']:8.1f} {f['created_s']:8.1f} {f['reply_ms']['p99']:12.1f} {f['repeated']:5} "
                f"{f['show']['sent'] + f['show']['delivered']}",
                flush=True,
            )
        finally:
            shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
