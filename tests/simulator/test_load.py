"""The load driver: its texts, its score, and that it counts what is lost and what comes twice."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import imei as stdnum_imei

from smsgw.simulator.driver import Driver, Link, LoadSettings
from smsgw.simulator.load import LoadRun, main
from smsgw.simulator.sample_texts import SampleTexts, imei
from smsgw.simulator.score import percentiles
from smsgw.smpp import status
from smsgw.smpp.events import Answered, BindRefused, Bound, Closing, Event, Received, Unanswered
from smsgw.smpp.pdu import BindTransceiver, BindTransmitter, DeliverSm, Pdu, QuerySm, SubmitSm
from smsgw.smpp.receipt import is_receipt, parse_receipt
from smsgw.smpp.session import Session
from smsgw.smpp.settings import SessionSettings
from smsgw.smpp.split import split
from smsgw.smpp.states import Role
from smsgw.sms.decode import decode_text


class Gateway:
    """A gateway in memory: answers each text, once, with OK."""

    def __init__(self, driver: Driver, bind: BindTransceiver | None = None, now: float = 100.0) -> None:
        self.driver = driver
        self.now = now
        self.texts: list[str] = []
        self.receipts: list[str] = []
        self.events: list[Event] = []
        self.verdict: Callable[[DeliverSm], int] = lambda pdu: 0
        self.answers: Callable[[DeliverSm], list[SubmitSm]] = lambda pdu: [self.reply(pdu)]
        self.bind = bind or BindTransceiver("smsgw", "secret")
        self.link: Link | None = None
        self.unknown: list[Pdu] = []  # replies without an answer go again on the next connection

    def reply(self, pdu: DeliverSm, text: bytes = b"OK #S1", **fields: object) -> SubmitSm:
        return SubmitSm(source=pdu.destination, destination=pdu.source, short_message=text, **fields)  # type: ignore[arg-type]

    def connect(self) -> None:
        self.link = self.driver.connected()
        self.session = Session(Role.ESME, SessionSettings(window=1000), self.now)
        self.session.bind(self.bind, self.now)

    def run(self, rounds: int = 1000) -> None:
        """Until nobody has more to say, or the link is cut (then connect again and go on)."""
        for _ in range(rounds):
            if self.link is None:
                self.connect()
            link = self.link
            assert link is not None
            self.driver.receive(link, self.session.data_to_send(), self.now)
            self.driver.pump(self.now)
            octets = b"".join(link.out)
            link.out.clear()
            if link.closing:
                ends = self.session.lost(self.now)
                self.unknown += [event.request for event in ends if isinstance(event, Unanswered)]
                self.driver.lost(link)
                self.link = None
            elif octets:
                self._happened(self.session.receive(octets, self.now))
            else:
                return

    def _happened(self, events: list[Event]) -> None:
        for event in events:
            self.events.append(event)
            while self.unknown and isinstance(event, Bound):
                self.session.submit(self.unknown.pop(0), self.now)
            if not isinstance(event, Received) or not isinstance(event.pdu, DeliverSm):
                continue
            pdu = event.pdu
            verdict = self.verdict(pdu)
            self.session.respond(pdu, verdict, self.now)
            if verdict == 0 and is_receipt(pdu.esm_class):
                self.receipts.append(parse_receipt(pdu).message_id)
            elif verdict == 0:
                self.texts.append(decode_text(pdu.short_message, pdu.data_coding))
                for submit in self.answers(pdu):
                    self.session.submit(submit, self.now)


def run_of(texts: SampleTexts | None = None, **options: object) -> tuple[Driver, Gateway]:
    driver = Driver(LoadSettings(**options), texts or SampleTexts())  # type: ignore[arg-type]
    return driver, Gateway(driver)


def test_every_text_is_sent_once_acknowledged_and_answered() -> None:
    driver, gateway = run_of(count=100, phones=7, window=10)
    gateway.run()
    assert driver.complete
    assert gateway.texts == [f"S {imei(n)}" for n in range(1, 101)]
    report = driver.score.report("done", 0.5)
    expected = {"texts": 100, "acked": 100, "replies": 100, "lost": 0, "duplicates": 0, "unacked": 0, "unmatched": 0}
    assert {key: report[key] for key in expected} == expected
    assert report["reply_heads"] == {"OK": 100}
    assert json.loads(json.dumps(report)) == report


def test_losses_and_repeats_are_counted() -> None:
    driver, gateway = run_of(count=10, phones=10)
    number = iter(range(10))

    def answers(pdu: DeliverSm) -> list[SubmitSm]:
        place = next(number)
        return [gateway.reply(pdu)] * (0 if place == 3 else 2 if place == 5 else 1)

    gateway.answers = answers
    gateway.run()
    assert not driver.complete
    report = driver.score.report("no progress", 0.0)
    assert (report["acked"], report["replies"], report["lost"], report["duplicates"]) == (10, 9, 1, 1)


def test_the_window_is_never_exceeded() -> None:
    driver, gateway = run_of(count=50, window=4)
    gateway.connect()
    assert gateway.link is not None
    driver.receive(gateway.link, gateway.session.data_to_send(), 100.0)
    driver.pump(100.0)
    assert len(gateway.link.outstanding) == 4
    driver.pump(100.0)
    assert len(gateway.link.outstanding) == 4


def test_a_rate_spreads_texts_over_time() -> None:
    driver, gateway = run_of(count=10, window=100, rate=2.0)
    gateway.run()
    assert len(gateway.texts) == 1
    assert driver.due(100.0) == pytest.approx(0.5)
    for now, sent in ((100.4, 1), (100.5, 2), (102.0, 5), (200.0, 10)):
        gateway.now = now
        gateway.run()
        assert len(gateway.texts) == sent
    assert driver.due(200.0) is None


def test_latencies_run_from_the_first_sending() -> None:
    driver, gateway = run_of(count=1)
    refusals = [status.ESME_RX_T_APPN]
    gateway.verdict = lambda pdu: refusals.pop() if refusals else 0
    gateway.run()
    assert driver.due(100.0) == pytest.approx(1.0)
    gateway.now = 101.0
    gateway.run()
    report = driver.score.report("done", 0.0)
    assert report["ack_ms"]["p50"] == report["reply_ms"]["max"] == 1000.0
    assert report["refused"] == {"0x64": 1}
    assert report["resent"] == 1


def test_a_final_refusal_is_not_waited_for() -> None:
    driver, gateway = run_of(count=3)
    gateway.verdict = lambda pdu: status.ESME_RX_P_APPN
    gateway.run()
    assert driver.complete
    assert driver.score.given_up == 3


def test_what_a_cut_left_unacknowledged_comes_again() -> None:
    driver, gateway = run_of(count=40, phones=40, window=8, drop_every=10)
    gateway.run()
    assert driver.complete
    assert driver.score.losses >= 3
    assert driver.score.resent > 0
    assert set(gateway.texts) == {f"S {imei(n)}" for n in range(1, 41)}


def test_throttled_submits_are_refused_and_not_counted_as_replies() -> None:
    driver, gateway = run_of(count=10, throttle_every=5)
    gateway.run()
    assert driver.score.throttled == 2
    assert driver.score.replies == 8
    statuses = [event.response.status for event in gateway.events if isinstance(event, Answered)]
    assert statuses.count(status.ESME_RTHROTTLED) == 2


def test_receipts_are_sent_where_they_are_asked_for() -> None:
    driver, gateway = run_of(count=5, receipts=True)
    gateway.answers = lambda pdu: [gateway.reply(pdu, registered_delivery=1)]
    gateway.run()
    driver.pump(100.0)
    gateway.run()
    assert gateway.receipts == [f"{n:010}" for n in range(1, 6)]
    assert driver.score.receipts == 5


def test_a_long_reply_counts_once_and_a_long_text_is_acknowledged_whole() -> None:
    driver, gateway = run_of(SampleTexts(["K " + "A350 12, " * 40]), count=2, phones=2)

    def answers(pdu: DeliverSm) -> list[SubmitSm]:
        if pdu.short_message[6] != 3:  # one answer, to the third part
            return []
        return [
            gateway.reply(pdu, part.short_message, esm_class=part.esm_class, data_coding=part.data_coding)
            for part in split("库存" * 60, 9)
        ]

    gateway.answers = answers
    gateway.run()
    assert len(gateway.texts) == 6
    assert (driver.score.acked, driver.score.replies, driver.score.duplicates) == (2, 2, 0)


def test_a_reply_to_a_stranger_is_told_apart() -> None:
    driver, gateway = run_of(count=1)
    gateway.answers = lambda pdu: [
        SubmitSm(source=pdu.destination, destination=pdu.source._replace(digits="15550001"), short_message=b"OK")
    ]
    gateway.run()
    assert (driver.score.unmatched, driver.score.replies) == (1, 0)


@pytest.mark.parametrize(
    ("system_id", "password", "refused"), [("smsgw", "secret", 0), ("x", "secret", 15), ("smsgw", "x", 14)]
)
def test_credentials_are_checked(system_id: str, password: str, refused: int) -> None:
    _driver, gateway = run_of(count=1, system_id="smsgw", password="secret")
    gateway.bind = BindTransceiver(system_id, password)
    gateway.run()
    assert [event.status for event in gateway.events if isinstance(event, BindRefused)] == (
        [refused] if refused else []
    )
    assert sum(isinstance(event, Bound) for event in gateway.events) == (not refused)


def test_a_transmitter_gets_no_texts_and_an_unknown_request_a_nack() -> None:
    driver, gateway = run_of(count=1)
    gateway.bind = BindTransmitter("smsgw", "secret")  # type: ignore[assignment]
    gateway.run()
    assert gateway.texts == []
    gateway.session.submit(QuerySm("1"), gateway.now)
    gateway.run()
    assert driver.score.protocol_errors == 1
    assert any(isinstance(event, Answered) and event.response.status == 3 for event in gateway.events)


def test_an_unbind_is_answered_and_enquire_link_too() -> None:
    driver, gateway = run_of(count=1, replies=False)
    gateway.run()
    assert gateway.session.enquire(gateway.now)
    gateway.run()
    assert driver.complete
    gateway.session.unbind(gateway.now)
    gateway._happened(gateway.session.tick(gateway.now))
    link = gateway.link
    assert link is not None
    driver.receive(link, gateway.session.data_to_send(), gateway.now)
    gateway._happened(gateway.session.receive(b"".join(link.out), gateway.now))
    assert link.closing
    assert any(isinstance(event, Closing) and event.why == "unbound" for event in gateway.events)


def test_a_length_that_cannot_be_ends_the_connection() -> None:
    driver = Driver(LoadSettings(), SampleTexts())
    link = driver.connected()
    driver.receive(link, b"\0\0\0\3" + bytes(12), 1.0)
    assert link.closing
    assert driver.score.protocol_errors == 1


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=20))
def test_octets_may_come_cut_anywhere(cuts: list[int]) -> None:
    driver, gateway = run_of(count=1)
    gateway.connect()
    link = gateway.link
    assert link is not None
    octets = gateway.session.data_to_send() + bytes.fromhex("00000010000000150000000000000002") * 3
    place = 0
    for cut in cuts:
        driver.receive(link, octets[place : place + cut], 1.0)
        place += cut
    driver.receive(link, octets[place:], 1.0)
    assert b"".join(link.out).count(bytes.fromhex("0000001080000015")) == 3
    assert link.receives


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 3_000_000))
def test_every_imei_is_valid(serial: int) -> None:
    assert stdnum_imei.is_valid(imei(serial))
    assert imei(serial) != imei(serial + 1)


def test_texts_come_from_templates() -> None:
    texts = SampleTexts(["S {imei} {imei}", "库存 {n}"], first=5)
    assert [texts.text(0), texts.text(1), texts.text(2)] == [
        f"S {imei(5)} {imei(6)}",
        "库存 6",
        f"S {imei(7)} {imei(8)}",
    ]
    assert texts.parts(1)[0].data_coding == 8


def test_texts_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "texts"
    file.write_text("S {imei}\n\nSTOCK\n", encoding="utf-8")
    texts = SampleTexts.of_file(file)
    assert [texts.text(0), texts.text(1)] == [f"S {imei(1)}", "STOCK"]
    file.write_text("\n")
    with pytest.raises(ValueError, match="no text"):
        SampleTexts.of_file(file)


def test_percentiles_are_those_of_the_ordered_values() -> None:
    assert percentiles([]) == {"p50": 0.0, "p90": 0.0, "p99": 0.0, "max": 0.0}
    values = [n / 1000 for n in range(100, 0, -1)]
    assert percentiles(values) == {"p50": 51.0, "p90": 91.0, "p99": 100.0, "max": 100.0}


def test_over_a_socket_the_run_ends_when_all_is_answered() -> None:
    driver = Driver(LoadSettings(count=200, window=10), SampleTexts())
    run = LoadRun(driver, "127.0.0.1", 0)
    ended: list[str] = []
    thread = threading.Thread(target=lambda: ended.append(run.run(patience=20.0)))
    thread.start()
    with socket.create_connection(("127.0.0.1", run.port), timeout=20) as sock:
        gateway = Gateway(driver)
        gateway.session = Session(Role.ESME, SessionSettings(window=1000), 0.0)
        gateway.session.bind(gateway.bind, 0.0)
        sock.sendall(gateway.session.data_to_send())
        while len(gateway.texts) < 200:
            gateway._happened(gateway.session.receive(sock.recv(65536), 0.0))
            sock.sendall(gateway.session.data_to_send())
        thread.join(20)
    run.close()
    assert ended == ["done"]
    assert driver.score.report("done", 0.0)["replies"] == 200


def test_without_an_esme_the_run_gives_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "0", "--count", "3", "--patience", "0"]) == 1
    assert json.loads(capsys.readouterr().out)["end"] == "no progress"
    with pytest.raises(SystemExit):
        main(["--count", "0"])
