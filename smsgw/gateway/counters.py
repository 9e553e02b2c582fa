"""What is counted on the way, as plain numbers: cheap to raise, read by the metrics when somebody asks."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from smsgw.smpp.receipt import MessageState
from smsgw.sms.coding import Alphabet

# Upper bounds in seconds; the last bucket is everything above.
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Histogram:
    """Counts of durations, in seconds, by bucket."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds


NATIONAL = "gsm-national"  # GSM with a national table of 3GPP 23.038
WRITTEN = (Alphabet.GSM, NATIONAL, Alphabet.ASCII, Alphabet.LATIN1, Alphabet.CYRILLIC, Alphabet.HEBREW, Alphabet.UCS2)
STATES = tuple(state.name.lower() for state in MessageState)
TIMERS = ("connect", "bind", "response", "enquire_link", "inactivity", "partial")  # of a link, by what they wait for


@dataclass(slots=True)
class LinkCounters:
    """Of one link, since the daemon began."""

    texts: int = 0  # whole texts and parts received
    senders_ignored: int = 0  # texts whose sender is no phone
    receipts: int = 0
    receipts_parked: int = 0  # of an id that no submit had brought yet
    receipts_settled: int = 0  # told of a text of unknown outcome, by its phone
    receipts_expired: int = 0  # parked, and nothing was found for them in time
    receipts_nameless: int = 0  # without an id
    receipts_conflicting: int = 0  # TLVs and text contradict each other
    acknowledged: int = 0
    refused_for_now: int = 0  # answered ESME_RX_T_APPN: the database failed, or we are stopping
    lost_acknowledgements: int = 0  # committed, but the connection was gone
    submits: int = 0
    sent: int = 0
    slowed: int = 0  # THROTTLED, MSGQFUL
    throttled_seconds: float = 0.0  # rested because of that, or of a congestion_state; told when a rest begins
    retried: int = 0
    failed: int = 0
    unanswered: int = 0
    late: int = 0  # answers after their time
    expired: int = 0
    failed_over: int = 0  # texts that left for another link while this one was down
    queries: int = 0  # query_sm
    queries_told: int = 0  # answers that told how a text ended
    queries_failed: int = 0  # refusals, and no answer
    outbinds: int = 0  # connections on which the SMSC asked us to bind
    outbinds_refused: int = 0  # because of system_id or password
    binds: int = 0
    bind_refusals: int = 0
    connect_failures: int = 0
    losses: int = 0
    malformed: int = 0
    unmatched: int = 0
    acknowledgement_seconds: Histogram = field(default_factory=Histogram)  # from deliver_sm to its answer
    reply_seconds: Histogram = field(default_factory=Histogram)  # from deliver_sm to the submit of its reply
    submit_seconds: Histogram = field(default_factory=Histogram)  # from submit_sm to its answer
    transliterated: int = 0  # texts in which something was written with other characters
    alphabets: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WRITTEN, 0))  # texts sent, by alphabet
    receipt_states: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))  # by message_state
    timeouts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TIMERS, 0))  # by timer: how often it expired


@dataclass(slots=True)
class WriterCounters:
    """Of the writer, as seen from the reactor."""

    batches: int = 0
    jobs: int = 0
    redeliveries: int = 0
    ignored: int = 0
    failed: int = 0
    unavailable: int = 0
    pauses: int = 0


@dataclass(slots=True)
class LogCounters:
    """Of the log."""

    dropped: int = 0  # lines that could not be written


CALLS = ("told", "again", "given_up")  # what becomes of a call to a program


@dataclass(slots=True)
class ProgramCounters:
    """Of programs that ask over HTTP and are called back, as seen from the reactor."""

    requests: dict[str, int] = field(default_factory=dict)  # by the status they were answered
    calls: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CALLS, 0))

    def asked(self, status: int) -> None:
        """A request was answered."""
        self.requests[str(status)] = self.requests.get(str(status), 0) + 1
