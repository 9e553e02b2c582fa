"""What Prometheus may know: the counters of links and writer, put into its words when it asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol as Interface

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from smsgw.gateway.counters import BOUNDS, Histogram, LinkCounters, LogCounters, ProgramCounters, WriterCounters
from smsgw.gateway.links.backoff import CREDENTIALS
from smsgw.gateway.links.link import Link
from smsgw.gateway.links.states import BindState

# attribute of LinkCounters: metric, help
LINK_COUNTERS = {
    "texts": "Texts and parts of texts received",
    "receipts": "Delivery receipts received",
    "receipts_parked": "Delivery receipts parked because their id was not known yet",
    "receipts_settled": "Texts with unknown outcome settled by a receipt for their phone",
    "receipts_expired": "Parked receipts given up because no text was found in time",
    "receipts_nameless": "Delivery receipts without an id",
    "senders_ignored": "Texts that were ignored because their sender is no phone number",
    "receipts_conflicting": "Delivery receipts whose TLVs and text contradict each other",
    "acknowledged": "Texts, parts and receipts acknowledged after commit",
    "refused_for_now": "Texts left with the SMSC because the database failed",
    "lost_acknowledgements": "Texts committed whose acknowledgement found the connection gone",
    "transliterated": "Texts in which characters were replaced by near ones",
    "submits": "PDUs submitted",
    "sent": "PDUs the SMSC accepted",
    "slowed": "Submits answered THROTTLED or MSGQFUL",
    "throttled_seconds": "Seconds paused because of THROTTLED, MSGQFUL or congestion",
    "retried": "Submits refused for now",
    "failed": "Submits refused for good",
    "unanswered": "Submits without an answer",
    "late": "Submits answered after they had timed out",
    "expired": "Texts no longer of use before they could be sent",
    "failed_over": "Texts that left for another link while this one was down",
    "queries": "Status queries (query_sm)",
    "queries_told": "Status queries that settled a text",
    "queries_failed": "Status queries that failed",
    "outbinds": "Outbinds of the SMSC",
    "outbinds_refused": "Outbinds with a wrong system_id or password",
    "binds": "Binds that succeeded",
    "bind_refusals": "Binds refused",
    "connect_failures": "Attempts to connect that failed",
    "losses": "Bound connections lost",
    "malformed": "PDUs that could not be read",
    "unmatched": "Answers that match no request of ours",
}
# attribute of LinkCounters that counts by something: label, help
LINK_TALLIES = (
    ("alphabets", "alphabet", "Texts encoded for submitting, by their alphabet"),
    ("receipt_states", "state", "Delivery receipts by their message_state (SMPP 3.4 5.2.28)"),
    ("timeouts", "timer", "Waits for the SMSC that timed out"),
)
LINK_HISTOGRAMS = {
    "acknowledgement_seconds": "From a text's arrival to its acknowledgement",
    "reply_seconds": "From a text's arrival to the submit of its answer",
    "submit_seconds": "From a submit to its answer",
}
WRITER_COUNTERS = {
    "batches": "Transactions",
    "jobs": "Jobs in them",
    "redeliveries": "Texts that the SMSC sent again",
    "ignored": "Texts that were not to be answered",
    "failed": "Texts that could not be handled",
    "unavailable": "Jobs returned because the database failed",
    "pauses": "Times that reading stopped because the writer was behind",
}


class Queue(Interface):
    """What can be told of the writer."""

    def __len__(self) -> int: ...


class GatewayCollector(Collector):
    """Reads the plain counters at the moment of a scrape."""

    def __init__(
        self,
        links: Mapping[str, Link],
        writer: WriterCounters,
        queue: Queue,
        programs: ProgramCounters | None = None,
        log: LogCounters | None = None,
    ) -> None:
        """`programs` is None where none are served, `log` where nobody counts its lines."""
        self._links = links
        self._writer = writer
        self._queue = queue
        self._programs = programs
        self._log = log or LogCounters()

    def collect(self) -> Iterator[Metric]:
        counters = {name: link.counters for name, link in self._links.items()}
        for key, text in LINK_COUNTERS.items():
            yield _counters(f"smsgw_link_{key}", text, ((name, getattr(each, key)) for name, each in counters.items()))
        for key, text in LINK_HISTOGRAMS.items():
            yield _histograms(f"smsgw_link_{key}", text, counters, key)
        for key, label, text in LINK_TALLIES:
            tally = CounterMetricFamily(f"smsgw_link_{key}", text, labels=["link", label])
            for name, each in counters.items():
                for value, count in getattr(each, key).items():
                    tally.add_metric([name, value], count)
            yield tally
        up = GaugeMetricFamily("smsgw_bind_up", "Whether a bind is up", labels=["link", "bind"])
        window = GaugeMetricFamily("smsgw_link_window", "Submits in flight", labels=["link"])
        size = GaugeMetricFamily("smsgw_link_window_size", "Most submits that may be in flight", labels=["link"])
        waiting = GaugeMetricFamily("smsgw_link_outbox", "Texts claimed by this daemon to be sent", labels=["link"])
        by_class = GaugeMetricFamily("smsgw_link_waiting", "Texts waiting for their turn", labels=["link", "class"])
        refused = GaugeMetricFamily(
            "smsgw_link_credentials_refused",
            "Whether the SMSC refuses our credentials",
            labels=["link", "bind"],
        )
        for name, link in self._links.items():
            for bind in link.binds:
                up.add_metric([name, bind.name], float(bind.state is BindState.BOUND))
                refused.add_metric([name, bind.name], float(bind.refusal in CREDENTIALS))
            live = link.transmitter.live if link.transmitter is not None else None
            window.add_metric([name], float(live.session.outstanding if live is not None else 0))
            waiting.add_metric([name], float(len(link.pump) if link.pump is not None else 0))
            if link.pump is not None:
                size.add_metric([name], float(link.pump.smsc.window))
                for kind, count in link.pump.waiting().items():
                    by_class.add_metric([name, kind], float(count))
        yield from (up, refused, window, size, waiting, by_class)
        for key, text in WRITER_COUNTERS.items():
            family = CounterMetricFamily(f"smsgw_writer_{key}", text)
            family.add_metric([], getattr(self._writer, key))
            yield family
        yield GaugeMetricFamily("smsgw_writer_queue", "Jobs waiting for the writer", value=len(self._queue))
        yield from self._of_programs()
        dropped = CounterMetricFamily("smsgw_log_lines_dropped", "Lines of the log that could not be written")
        dropped.add_metric([], self._log.dropped)
        yield dropped

    def _of_programs(self) -> Iterator[Metric]:
        requests = CounterMetricFamily(
            "smsgw_program_requests", "Requests of clients by the status of the answer", labels=["status"]
        )
        calls = CounterMetricFamily("smsgw_program_calls", "Webhook deliveries by their outcome", labels=["outcome"])
        if self._programs is not None:
            for status, count in sorted(self._programs.requests.items()):
                requests.add_metric([status], count)
            for outcome, count in self._programs.calls.items():
                calls.add_metric([outcome], count)
        yield from (requests, calls)


def _counters(name: str, text: str, values: Iterable[tuple[str, float]]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, text, labels=["link"])
    for link, value in values:
        family.add_metric([link], value)
    return family


def _histograms(name: str, text: str, links: Mapping[str, LinkCounters], key: str) -> HistogramMetricFamily:
    family = HistogramMetricFamily(name, text, labels=["link"])
    for link, counters in links.items():
        histogram: Histogram = getattr(counters, key)
        total, buckets = 0, []
        for bound, number in zip((*(str(b) for b in BOUNDS), "+Inf"), histogram.counts, strict=True):
            total += number
            buckets.append((bound, float(total)))
        family.add_metric([link], buckets, histogram.total)
    return family


def registry(
    links: Mapping[str, Link],
    writer: WriterCounters,
    queue: Queue,
    programs: ProgramCounters | None = None,
    log: LogCounters | None = None,
) -> CollectorRegistry:
    """A registry of our own figures and of the process's."""
    found = CollectorRegistry()
    found.register(GatewayCollector(links, writer, queue, programs, log))
    ProcessCollector(registry=found)
    PlatformCollector(registry=found)
    return found


def exposition(found: CollectorRegistry) -> bytes:
    """The text that Prometheus reads."""
    return generate_latest(found)
