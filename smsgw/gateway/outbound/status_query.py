"""Asks an SMSC what became of texts that it took and sent no receipt for (query_sm, SMPP 3.4 section 4.8).

One question at a time on a link, and only while no text waits to be sent. An answer is applied as a receipt would be.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from smsgw.business.books import StoreBooks
from smsgw.business.messages.books import status_queries as asking
from smsgw.business.messages.books.receipts import Receipt
from smsgw.business.messages.books.status_queries import UnansweredPart
from smsgw.gateway.clock import instant
from smsgw.gateway.counters import LinkCounters
from smsgw.gateway.links.addresses import own_source, source_of
from smsgw.gateway.links.connection import Connection
from smsgw.gateway.notes import Notes
from smsgw.gateway.outage import complain
from smsgw.gateway.outbound.verdict import MESSAGE_STATES
from smsgw.settings.sections import Smsc
from smsgw.smpp import events
from smsgw.smpp.errors import LocalError
from smsgw.smpp.pdu import Pdu, QuerySm, QuerySmResp
from smsgw.smpp.receipt import MessageState
from smsgw.smpp.status import ESME_RINVCMDID, ESME_RINVMSGID, ESME_RQUERYFAIL, status_name
from smsgw.smpp.validity import read_time
from smsgw.store.job import FunctionJob
from smsgw.store.writer import Writer

log = structlog.get_logger()

LOOK_EVERY = 30.0  # seconds between two looks for texts to ask for
AT_ONCE = 100  # texts that are looked up at once
REST = 60.0  # seconds without questions after one that the SMSC did not want now
FORGOTTEN = frozenset({ESME_RQUERYFAIL, ESME_RINVMSGID})  # the SMSC knows nothing of the text, and never will


def query_job(
    smsc: Smsc, now: float, found: Callable[[list[UnansweredPart]], None]
) -> FunctionJob[StoreBooks, list[UnansweredPart]]:
    """Look up what is to be asked for at `now` (seconds); `found` is told, also when that is nothing."""

    def look_up(books: StoreBooks) -> list[UnansweredPart]:
        at, after = int(now * 1000), int(smsc.query_after * 1000)
        return asking.list_unanswered(books.work, smsc.link_name, at, after, receipts=smsc.receipts, limit=AT_ONCE)

    def unavailable(error: Exception) -> None:
        """They are still to be asked for when we look again."""
        complain("texts to ask for could not be looked up", error)
        found([])

    return FunctionJob(look_up, done=found, unavailable=unavailable)


class StatusQueries:
    """The questions of one link. Times are in seconds."""

    def __init__(self, *, smsc: Smsc, writer: Writer, notes: Notes, counters: LinkCounters) -> None:
        """`smsc` is the bind that transmits."""
        self.smsc = smsc
        self._writer = writer
        self._notes = notes
        self._counters = counters
        self._source = own_source(smsc)
        self._waiting: deque[UnansweredPart] = deque()
        self._asked: UnansweredPart | None = None
        self._looking = False
        self._uncommitted = 0  # answers that are not committed yet: a look would find their texts again
        self._look_at = 0.0
        self._stopped = False
        self._session: int | None = None  # in which the last question was asked
        self._unable: int | None = None  # the session whose SMSC does not know query_sm
        self._said = False
        self._log = log.bind(link=smsc.link_name)

    # ---- from the service

    def look(self, connection: Connection | None, now: float) -> None:
        """Look for texts to ask for, if it is time and nothing is left of the last look."""
        if self._stopped or connection is None or connection.number == self._unable or now < self._look_at:
            return
        if self._looking or self._waiting or self._asked is not None or self._uncommitted:
            return
        self._looking = True
        self._look_at = now + LOOK_EVERY
        self._writer.put(query_job(self.smsc, now, self._take_parts))

    def _take_parts(self, texts: list[UnansweredPart]) -> None:
        self._looking = False
        self._waiting.extend(texts)
        if texts:
            self._look_at = 0.0  # as soon as these are done

    def stop(self) -> None:
        """Ask for nothing more."""
        self._stopped = True
        self._waiting.clear()

    # ---- from the link

    def run(self, connection: Connection | None, now: float) -> None:
        """Ask for the next text; only to be called while nothing waits to be sent. The caller flushes."""
        if connection is None:
            self._waiting.clear()  # it is looked for again when the link is back
            return
        while self._waiting and self._asked is None and connection.session.room() > 0:
            text = self._waiting.popleft()
            source = self._source if text.source is None else source_of(text.source, self._source)
            try:
                connection.session.submit(QuerySm(text.smsc_id, source), now, text)
            except LocalError as error:
                self._log.info("a text cannot be asked for", message=text.message, why=str(error))
                self._note(text, now, in_vain=True)
                continue
            self._asked = text
            self._session = connection.number
            self._counters.queries += 1

    def on_answered(self, event: events.Answered, now: float) -> None:
        text = self._end_query(event.tag)
        response = event.response
        if isinstance(response, QuerySmResp) and not response.status:
            self._take_answer(text, response, now)
            return
        self._counters.queries_failed += 1
        if not isinstance(response, QuerySmResp) or response.status == ESME_RINVCMDID:
            self._does_not_answer(response)
        elif response.status in FORGOTTEN:
            self._note(text, now, in_vain=True)
        else:
            self._log.debug("the SMSC tells nothing now", why=status_name(response.status))
            self._waiting.clear()
            self._look_at = now + REST

    def on_unanswered(self, event: events.Unanswered, now: float) -> None:
        text = self._end_query(event.tag)
        if event.reason == "timeout":
            self._counters.queries_failed += 1
            self._note(text, now)

    def on_unmatched(self, event: events.Unmatched, now: float) -> None:
        """An answer that came after its time tells as much as one in time."""
        if (
            isinstance(event.response, QuerySmResp)
            and isinstance(event.tag, UnansweredPart)
            and not event.response.status
        ):
            self._take_answer(event.tag, event.response, now)

    # ---- inside

    def _end_query(self, tag: object) -> UnansweredPart:
        assert isinstance(tag, UnansweredPart)
        self._asked = None
        return tag

    def _take_answer(self, text: UnansweredPart, response: QuerySmResp, now: float) -> None:
        try:
            state = MessageState(response.message_state)
        except ValueError:
            self._log.debug("a message_state that SMPP does not have", state=response.message_state)
            state = MessageState.UNKNOWN
        if MESSAGE_STATES[state] in ("enroute", "unknown"):
            self._note(text, now)
            return
        self._counters.queries_told += 1
        receipt = Receipt(
            link=text.link,
            smsc_id=text.smsc_id,
            match_keys=(text.match_key,),
            state=MESSAGE_STATES[state],
            received_at=instant(now),
            status=state.name,
            error=str(response.error_code) if response.error_code else "",
            done_at=self._time(response.final_date, now),
            phone=text.phone,
            firm=True,
        )

        def note(books: StoreBooks) -> None:
            asking.record_query(books.work, text, int(now * 1000), self._after)
            if asking.stands(books.work, text):
                books.outcomes.receipt(receipt)

        self._put(note, text)

    def _time(self, told: str, now: float) -> datetime | None:
        """When the text came to its end, as far as the SMSC says so rightly (SMPP 3.4, 7.1.1)."""
        try:
            found = read_time(told, instant(now))
        except ValueError as error:
            self._log.debug("a final_date that is no time", why=str(error))
            return None
        return None if found is None else found.astimezone(UTC)

    def _does_not_answer(self, response: Pdu) -> None:
        """The SMSC has no query_sm: it is left alone for the rest of the session."""
        self._waiting.clear()
        self._unable = self._session
        line = self._log.debug if self._said else self._log.warning
        self._said = True
        line("the SMSC does not know query_sm; set query = false", why=status_name(response.status))

    @property
    def _after(self) -> int:
        return int(self.smsc.query_after * 1000)

    def _note(self, text: UnansweredPart, now: float, *, in_vain: bool = False) -> None:
        at, after = int(now * 1000), self._after
        self._put(lambda books: asking.record_query(books.work, text, at, after, in_vain=in_vain), text)

    def _put(self, note: Callable[[StoreBooks], None], text: UnansweredPart) -> None:
        self._uncommitted += 1
        self._notes.put("answer to query_sm", note, (text.match_key,), self._note_written)

    def _note_written(self) -> None:
        self._uncommitted -= 1
