"""Texts of the outbox that no living daemon has in flight: taken over, and sent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Protocol as Interface

import structlog

from smsgw.business.books import StoreBooks
from smsgw.business.messages.books.lives import Recovered, recover
from smsgw.business.messages.books.outbox import OutboxRow
from smsgw.gateway.clock import Clock
from smsgw.gateway.outage import complain
from smsgw.store.job import FunctionJob
from smsgw.store.writer import Writer

log = structlog.get_logger()


class Room(Interface):
    """The gateway, as far as it takes texts of the outbox."""

    @property
    def room(self) -> int: ...
    def send_all(self, rows: Iterable[OutboxRow]) -> None: ...


class Recovery:
    """Takes over answers and questions, one look at a time, for each fills the room that there is.

    Reminders and broadcasts are claimed by the broadcaster, as the windows allow.
    """

    def __init__(self, writer: Writer, clock: Clock, run: int, links: Collection[str] | None, gateway: Room) -> None:
        """`links` are those whose texts are ours to send; None: all."""
        self._writer = writer
        self._clock = clock
        self._run = run
        self._links = links
        self._gateway = gateway
        self._looking = False

    def look(self) -> None:
        """Take over what there is, if there is room for it."""
        room = self._gateway.room
        if self._looking or not room:
            return
        self._looking = True

        def over(count: int) -> None:
            self._looking = False

        now = int(self._clock.seconds() * 1000)
        self._writer.put(recovery_job(self._run, now, self._links, room, self._gateway.send_all, over=over))


def recovery_job(
    run: int,
    now: int,
    links: Collection[str] | None,
    limit: int,
    send: Callable[[Iterable[OutboxRow]], None],
    *,
    bulk: int = 0,
    over: Callable[[int], None] = lambda count: None,
) -> FunctionJob[StoreBooks, Recovered]:
    """Take over texts for daemon `run`: at most `limit` answers and questions, and `bulk` of what is never sent twice.

    `now` is in milliseconds, `links` None: of any link. `over` is told how many texts were taken over, also when that
    is none because the database failed.
    """

    def take_over(books: StoreBooks) -> Recovered:
        return recover(books.connection, run, now, links=links, limit=limit, bulk=bulk)

    def done(recovered: Recovered) -> None:
        if recovered.rows or recovered.unknown:
            log.info("taken over from the outbox", texts=len(recovered.rows), unknown=recovered.unknown)
        send(recovered.rows)
        over(len(recovered.rows))

    def unavailable(error: Exception) -> None:
        """They are looked for again in a moment."""
        complain("the outbox could not be read", error)
        over(0)

    return FunctionJob(take_over, done=done, unavailable=unavailable)
