"""A load run over TCP: `python -m smsgw.simulator.load --port P` listens, sends texts, prints one JSON object."""

from __future__ import annotations

import argparse
import json
import resource
import selectors
import socket
import sys
import time
from pathlib import Path

from smsgw.simulator.driver import Driver, Link, LoadSettings
from smsgw.simulator.sample_texts import SampleTexts

_READ = 256 * 1024
_OUT_LIMIT = 4 * 1024 * 1024  # a peer that doesn't read gets no more


class _Connection:
    """A socket and its link."""

    def __init__(self, sock: socket.socket, link: Link) -> None:
        self.sock = sock
        self.link = link
        self.unsent = b""


class LoadRun:
    """Sockets for a driver. `run` until every text is answered, or nothing has moved for `patience` seconds."""

    def __init__(self, driver: Driver, host: str, port: int) -> None:
        self.driver = driver
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server((host, port), backlog=16)
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ, None)

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._listener.getsockname()[1])

    def run(self, patience: float, linger: float = 0.0) -> str:
        """Why it ended: "done" or "no progress"; `linger` seconds more are spent to see replies that come twice."""
        driver, score = self.driver, self.driver.score
        until = 0.0
        begun = time.monotonic()
        while True:
            now = time.monotonic()
            driver.pump(now)
            self._write_all()
            if driver.complete:
                until = until or now + linger
                if now >= until:
                    return "done"
            elif now - max(score.progress_at, begun) > patience:
                return "no progress"
            due = driver.due(now)
            for key, events in self._selector.select(0.2 if due is None else min(due, 0.2)):
                connection: _Connection | None = key.data
                if connection is None:
                    self._accept()
                elif events & selectors.EVENT_READ:
                    self._read(connection)

    def close(self) -> None:
        """Let go of every socket."""
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]  # what is registered are sockets
        self._selector.close()

    def _accept(self) -> None:
        sock, _ = self._listener.accept()
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(sock, selectors.EVENT_READ, _Connection(sock, self.driver.connected()))

    def _read(self, connection: _Connection) -> None:
        try:
            data = connection.sock.recv(_READ)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._drop(connection)
            return
        self.driver.receive(connection.link, data, time.monotonic())

    def _write_all(self) -> None:
        for key in list(self._selector.get_map().values()):
            connection: _Connection | None = key.data
            if connection is None:
                continue
            link = connection.link
            if link.out:
                connection.unsent += b"".join(link.out)
                link.out.clear()
            if connection.unsent and not self._write(connection):
                continue
            if link.closing or len(connection.unsent) > _OUT_LIMIT:
                self._drop(connection)

    def _write(self, connection: _Connection) -> bool:
        try:
            sent = connection.sock.send(connection.unsent)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            self._drop(connection)
            return False
        connection.unsent = connection.unsent[sent:]
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if connection.unsent else 0)
        if self._selector.get_key(connection.sock).events != wanted:
            self._selector.modify(connection.sock, wanted, connection)
        return not connection.unsent

    def _drop(self, connection: _Connection) -> None:
        self._selector.unregister(connection.sock)
        connection.sock.close()
        self.driver.lost(connection.link)


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m smsgw.simulator.load",
        description="Play an SMSC: send texts of phones to the ESME that binds, match its replies, print the score.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=2775, help="port to listen on (%(default)s)")
    parser.add_argument("--count", type=int, default=1000, help="texts (%(default)s)")
    parser.add_argument("--window", type=int, default=10, help="unacknowledged texts at most (%(default)s)")
    parser.add_argument("--phones", type=int, default=500, help="phones, taking turns (%(default)s)")
    parser.add_argument("--rate", type=float, default=0.0, help="texts a second; 0 as fast as the window allows (0)")
    parser.add_argument("--texts", type=Path, help="UTF-8 file, one text a line, with {imei} and {n}")
    parser.add_argument("--text", default="S {imei}", help="the text where there is no file (%(default)s)")
    parser.add_argument("--first", type=int, default=1, help="serial number of the first IMEI, and the first {n} (1)")
    parser.add_argument("--tac", default="86012345", help="type allocation code of the IMEIs (%(default)s)")
    parser.add_argument("--prefix", default="8613900", help="phones are this and six digits (%(default)s)")
    parser.add_argument("--to", default="1069", help="short code the texts go to (%(default)s)")
    parser.add_argument("--system-id", default="", help="the only system_id taken")
    parser.add_argument("--password", default="", help="the only password taken")
    parser.add_argument("--retry-delay", type=float, default=1.0, help="seconds before a refused text goes again (1)")
    parser.add_argument("--throttle-every", type=int, default=0, help="refuse each so-manyth submit as THROTTLED")
    parser.add_argument(
        "--drop-every", type=int, default=0, help="cut all connections after this many acknowledgements"
    )
    parser.add_argument("--receipts", action="store_true", help="send receipts where they are asked for")
    parser.add_argument("--no-replies", action="store_true", help="end with the last acknowledgement")
    parser.add_argument(
        "--submits", type=int, default=0, help="wait for this many texts of a broadcast to other phones"
    )
    parser.add_argument("--patience", type=float, default=30.0, help="give up after this many seconds of nothing (30)")
    parser.add_argument("--linger", type=float, default=0.0, help="seconds to wait for replies that come twice (0)")
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run, print the score; exit status 0 when every text was answered, else 1."""
    parser = arguments()
    options = parser.parse_args(argv)
    if min(options.window, options.phones) < 1 or options.count < (0 if options.submits else 1):
        parser.error("count, window and phones must be at least 1")
    settings = LoadSettings(
        count=options.count,
        window=options.window,
        phones=options.phones,
        rate=options.rate,
        prefix=options.prefix,
        to=options.to,
        system_id=options.system_id,
        password=options.password,
        retry_delay=options.retry_delay,
        throttle_every=options.throttle_every,
        drop_every=options.drop_every,
        receipts=options.receipts,
        replies=not options.no_replies,
        submits=options.submits,
    )
    if options.texts is not None:
        texts = SampleTexts.of_file(options.texts, options.first, options.tac)
    else:
        texts = SampleTexts((options.text,), options.first, options.tac)
    driver = Driver(settings, texts)
    run = LoadRun(driver, options.host, options.port)
    try:
        end = run.run(options.patience, options.linger)
    finally:
        run.close()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps(driver.score.report(end, used.ru_utime + used.ru_stime)))
    return 0 if end == "done" else 1


if __name__ == "__main__":
    sys.exit(main())
