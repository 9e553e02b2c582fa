"""Link control: tells the database how the links stand, and carries out the commands that people give there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
from twisted.application.service import Service

from smsgw.business.books import StoreBooks
from smsgw.business.links import books as stored
from smsgw.business.links.books import Command, Wanted
from smsgw.gateway.clock import Clock
from smsgw.gateway.links.capture import Capture
from smsgw.gateway.links.link import Link
from smsgw.gateway.links.status import link_status
from smsgw.gateway.notes import Notes
from smsgw.store.job import FunctionJob
from smsgw.store.writer import Writer

log = structlog.get_logger()

TELL_EVERY = 5.0  # seconds between two tellings of a link whose state is the same
REBIND_WITHIN = 15.0  # seconds until a link that is not bound again is said to be late
CAPTURE_MAX = 3600  # seconds


class LinkControl(Service):
    """The links of one daemon, as people see and control them. Times are seconds of the clock."""

    def __init__(
        self, links: Mapping[str, Link], writer: Writer, notes: Notes, clock: Clock, run: int, wanted: Wanted
    ) -> None:
        """`wanted` is what the database holds as the daemon starts: pauses are kept, other commands are not for us."""
        self._links = links
        self._writer = writer
        self._notes = notes
        self._clock = clock
        self._run = run
        self._known = {command.id for command in wanted.commands}
        self._told: dict[str, tuple[dict[str, Any], float]] = {}
        self._telling = False
        self._rebinds: dict[int, tuple[Link, float]] = {}
        self._captures: dict[str, Capture] = {}
        for name in wanted.paused:
            if name in links:
                links[name].hold(True)

    # ---- how the links stand

    def look(self) -> None:
        """Tell what has changed; see which links that were to be rebound are."""
        now = self._clock.seconds()
        if not self._telling:
            self._tell(now)
        for number, (link, until) in list(self._rebinds.items()):
            if link.is_bound and not link.is_rebinding:
                self._finish(number)
                del self._rebinds[number]
            elif now >= until:
                why = next(
                    (bind.faults.why for bind in link.binds if bind.faults.why),
                    "the SMSC has not answered the unbind yet",
                )
                self._finish(number, f"{link.name} is not bound again: {why}; the daemon goes on trying")
                del self._rebinds[number]

    def _tell(self, now: float) -> None:
        details = {}
        for name, link in self._links.items():
            detail = link_status(link)
            before, at = self._told.get(name, ({}, 0.0))
            if detail != before and (now - at >= TELL_EVERY or _told_at_once(detail) != _told_at_once(before)):
                details[name] = detail
        if not details:
            return

        def tell(books: StoreBooks) -> None:
            stored.tell(books.connection, self._run, int(now * 1000), details)

        def done(result: None) -> None:
            self._telling = False
            self._told.update({name: (detail, now) for name, detail in details.items()})

        def unavailable(error: Exception) -> None:
            """It is told again with the next look, as the links stand then."""
            self._telling = False

        self._telling = True
        self._writer.put(FunctionJob(tell, done=done, unavailable=unavailable))

    # ---- what people want

    def obey(self, wanted: Wanted) -> None:
        """Carry out what the database holds now."""
        for name, link in self._links.items():
            held = name in wanted.paused
            if held != link.held:
                log.info("paused" if held else "resumed", link=name)
                link.hold(held)
        self._tell(self._clock.seconds())  # before a command is said to be done: who sees that sees its effect
        recent = {command.id for command in wanted.commands}
        for command in wanted.commands:
            link_or_none = self._links.get(command.link)
            if command.id not in self._known and link_or_none is not None:
                self._carry_out(command, link_or_none)
        self._known = recent

    def _carry_out(self, command: Command, link: Link) -> None:
        if command.what in ("pause", "resume"):
            self._finish(command.id)
        elif command.what == "rebind":
            log.info("rebinding", link=link.name)
            self._begin(command.id)
            self._rebinds[command.id] = link, self._clock.seconds() + REBIND_WITHIN
            link.rebind()
        else:
            self._capture(command, link)

    def _capture(self, command: Command, link: Link) -> None:
        if link.name in self._captures:
            self._finish(command.id, f"{link.name} is being captured already; wait until that is over")
            return
        if command.file is None or command.seconds is None:
            self._finish(command.id, "the command names no file or no time")
            return

        def ended(why: str) -> None:
            link.capture(None)
            self._captures.pop(link.name, None)
            log.info("capture over", link=link.name, file=command.file)
            self._finish(command.id, why)

        try:
            capture = Capture(Path(command.file), min(command.seconds, CAPTURE_MAX), self._clock, ended)
        except OSError as error:
            self._finish(command.id, f"the daemon cannot create {command.file}: {error.strerror}")
            return
        log.warning("capturing PDUs to a file, with the texts in them", link=link.name, file=command.file)
        self._captures[link.name] = capture
        self._begin(command.id)
        link.capture(capture)

    def stopService(self) -> None:
        """The daemon ends: close the files."""
        Service.stopService(self)
        for capture in list(self._captures.values()):
            capture.end("the daemon was stopped before the time was over")

    def _begin(self, number: int) -> None:
        now = int(self._clock.seconds() * 1000)
        self._notes.put("link command", lambda books: stored.begin(books.connection, number, now))

    def _finish(self, number: int, refused: str = "") -> None:
        now = int(self._clock.seconds() * 1000)
        self._notes.put("link command", lambda books: stored.finish(books.connection, number, now, refused))


def _told_at_once(detail: Mapping[str, Any]) -> tuple[object, ...]:
    """The part of a status that is told at once."""
    return detail.get("paused"), [
        (bind["state"], bind["since"], bind["last_error"]) for bind in detail.get("binds", ())
    ]
