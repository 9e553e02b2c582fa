"""An SMSC that a test works by hand: it delivers one text at a time and remembers what was acknowledged."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable

_HEADER = struct.Struct(">IIII")
_SUBMIT_SM, _DELIVER_SM, _UNBIND, _ENQUIRE_LINK = 0x4, 0x5, 0x6, 0x15
_BINDS = (0x1, 0x2, 0x9)
_RESPONSE = 0x80000000
WAIT = 60.0  # seconds that a test waits for what must come


def until(true: Callable[[], object], what: str, seconds: float = WAIT) -> None:
    """Wait for something to become true; the test fails where it does not within so many seconds."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.02)


class HandSmsc:
    """Listens on a port, accepts every bind and every submit, and delivers texts on the newest connection."""

    def __init__(self, port: int) -> None:
        self._server = socket.create_server(("127.0.0.1", port))
        self._connections: list[socket.socket] = []
        self._bound: socket.socket | None = None
        self._statuses: dict[int, int] = {}
        self._sequence = 0
        self._changed = threading.Condition()
        self.binds = 0
        self.submits = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def bound(self) -> bool:
        return self._bound is not None

    def drop(self) -> None:
        """Cut every connection."""
        with self._changed:
            self._bound = None
            for connection in self._connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # it is gone already
            self._connections.clear()

    def close(self) -> None:
        self._server.close()
        self.drop()

    def deliver(self, phone: str, text: str) -> int:
        """Send a text without waiting for its answer; its number."""
        until(lambda: self.bound, "a bind")
        with self._changed:
            self._sequence += 1
            number = self._sequence
            connection = self._bound
        digits, octets = phone.lstrip("+").encode(), text.encode("ascii")
        body = b"\0\x01\x01" + digits + b"\0\0\x01" + b"1069\0" + bytes(3) + b"\0\0" + bytes(4)
        body += bytes([len(octets)]) + octets
        assert connection is not None
        connection.sendall(_HEADER.pack(16 + len(body), _DELIVER_SM, 0, number) + body)
        return number

    def status(self, number: int, seconds: float = WAIT) -> int | None:
        """What a text was answered; None: nothing within so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: number in self._statuses, seconds)
            return self._statuses.get(number)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return  # closed
            with self._changed:
                self._connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        buffer = b""
        while True:
            try:
                octets = connection.recv(65536)
            except OSError:
                octets = b""
            if not octets:
                break
            buffer += octets
            while len(buffer) >= 16 and len(buffer) >= (size := _HEADER.unpack_from(buffer)[0]):
                _, command, status, sequence = _HEADER.unpack_from(buffer)
                buffer = buffer[size:]
                self._receive(connection, command, status, sequence)
        with self._changed:
            if self._bound is connection:
                self._bound = None
            self._changed.notify_all()

    def _receive(self, connection: socket.socket, command: int, status: int, sequence: int) -> None:
        if command & _RESPONSE:
            with self._changed:
                self._statuses[sequence] = status
                self._changed.notify_all()
            return
        body = b""
        if command in _BINDS:
            body = b"hand\0"
        elif command == _SUBMIT_SM:
            self.submits += 1
            body = f"{self.submits}\0".encode()
        elif command not in (_UNBIND, _ENQUIRE_LINK):
            return
        try:
            connection.sendall(_HEADER.pack(16 + len(body), command | _RESPONSE, 0, sequence) + body)
        except OSError:
            return  # the daemon has gone
        if command in _BINDS:
            with self._changed:
                self.binds += 1
                self._bound = connection
                self._changed.notify_all()
