"""A capture is a pcap file that Wireshark reads as SMPP, without passwords."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from twisted.internet.task import Clock

from smsgw.gateway.links import capture as capturing
from smsgw.gateway.links.capture import Capture, blanked
from smsgw.gateway.links.pcap import Flow, file_header
from smsgw.smpp.codec import encode
from smsgw.smpp.pdu import BindTransceiver, EnquireLink, Outbind
from tests.business.world import OWNER
from tests.gateway.world import IMEIS, settings_of, world

PASSWORD = "hush4711"


def packets(file: bytes) -> list[tuple[float, bytes]]:
    """Time and octets of each record."""
    assert file[:24] == file_header()
    found, at = [], 24
    while at < len(file):
        seconds, micros, kept, length = struct.unpack_from("<IIII", file, at)
        assert kept == length
        found.append((seconds + micros / 1e6, file[at + 16 : at + 16 + length]))
        at += 16 + length
    return found


def folded(data: bytes) -> int:
    """The one's complement sum of RFC 1071; 0xFFFF over data with a right checksum in it."""
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=300)), max_size=6))
def test_both_directions_can_be_put_together_again(said: list[tuple[bool, bytes]]) -> None:
    flow = Flow(("192.0.2.1", 40000), ("192.0.2.2", 2775))
    file = file_header() + b"".join(flow.records(data, 1.5, outgoing) for outgoing, data in said)
    streams = {40000: b"", 2775: b""}
    for at, packet in packets(file):
        assert at == 1.5
        assert len(packet) == int.from_bytes(packet[2:4], "big")
        assert folded(packet[:20]) == 0xFFFF
        tcp = packet[20:]
        assert folded(packet[12:20] + struct.pack("!HH", 6, len(tcp)) + tcp) == 0xFFFF
        source, target, sequence, acknowledged = struct.unpack_from("!HHII", tcp)
        assert sequence == 1 + len(streams[source])
        assert acknowledged == 1 + len(streams[target])
        streams[source] += tcp[20:]
    assert streams[40000] == b"".join(data for outgoing, data in said if outgoing)
    assert streams[2775] == b"".join(data for outgoing, data in said if not outgoing)


def test_octets_that_fill_no_packet_are_spread_over_several_and_ipv6_is_written_as_such() -> None:
    flow = Flow(("2001:db8::1", 40000), ("2001:db8::2", 2775))
    found = packets(file_header() + flow.records(b"x" * 70_000, 0.25, False))
    assert [len(packet) for _, packet in found] == [32_060, 32_060, 6_060]
    for _, packet in found:
        assert packet[0] >> 4 == 6
        assert folded(packet[8:40] + struct.pack("!II", len(packet) - 40, 6) + packet[40:]) == 0xFFFF


def test_the_password_of_a_bind_or_outbind_is_blanked_and_nothing_else() -> None:
    for pdu in (BindTransceiver("smsgw", PASSWORD, "TYPE", sequence=7), Outbind("smsc", PASSWORD, sequence=8)):
        plain = encode(pdu)
        assert blanked(plain) == plain.replace(PASSWORD.encode(), b"*" * 8)
    assert blanked(encode(EnquireLink(sequence=9))) == encode(EnquireLink(sequence=9))


@given(st.binary(max_size=40))
def test_a_bind_that_is_cut_anywhere_shows_no_password(rest: bytes) -> None:
    for body in (b"smsgw\0" + PASSWORD.encode(), PASSWORD.encode(), b"\0" + PASSWORD.encode() + b"\0" + rest):
        data = struct.pack("!IIII", 16 + len(body), 9, 0, 1) + body
        assert len(blanked(data)) == len(data)
        assert PASSWORD.encode() not in blanked(data)[: 16 + len(body) - len(rest)]


def test_a_file_that_grows_too_large_ends_the_capture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capturing, "SIZE_MAX", 100)
    ended: list[str] = []
    capture = Capture(tmp_path / "x.pcap", 10, Clock(), ended.append)
    capture.write(b"x" * 90)
    capture.write(b"y")
    assert ended == ["ended before its time: the file has 114 octets"]
    assert (tmp_path / "x.pcap").stat().st_size == 114


def test_a_disk_that_is_full_ends_the_capture(tmp_path: Path) -> None:
    ended: list[str] = []
    capture = Capture(tmp_path / "x.pcap", 10, Clock(), ended.append)
    capture._file.close()
    capture._file = open("/dev/full", "wb", buffering=0)  # type: ignore[assignment]  # noqa: SIM115
    capture.write(b"x")
    capture.write(b"y")
    assert ended == ["the file cannot be written: No space left on device"]


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    Capture(tmp_path / "x.pcap", 10, Clock(), lambda why: None).end()
    assert (tmp_path / "x.pcap").stat().st_mode & 0o777 == 0o600


def captured(engine: Engine, tmp_path: Path, port: int) -> Path:
    """A capture that begins in the middle of a PDU and of a session, and sees the next session bind."""
    w = world(engine, settings_of(smsc={"password": PASSWORD, "port": port}))
    w.smsc.port = port
    wire = w.smsc.wire
    w.smsc.deliver(OWNER, "STOCK")
    half = wire.session.data_to_send()
    wire.protocol.dataReceived(half[:21])
    file = tmp_path / "link.pcap"
    capture = Capture(file, 3600, w.clock, lambda why: w.link.capture(None))
    w.link.capture(capture)
    wire.protocol.dataReceived(half[21:])
    w.settle()
    w.text(OWNER, f"S {IMEIS[0]}")
    w.link.rebind()
    w.smsc.advance(2)
    w.text(OWNER, f"S {IMEIS[1]}")
    w.smsc.advance(40)  # an enquire_link
    capture.end()
    return file


def test_a_capture_that_begins_within_a_pdu_begins_with_a_whole_one(engine: Engine, tmp_path: Path) -> None:
    found = [packet[40:] for _, packet in packets(captured(engine, tmp_path, 2775).read_bytes())]
    assert all(int.from_bytes(data[:4], "big") == len(data) for data in found)
    assert int.from_bytes(found[0][4:8], "big") == 5  # the deliver_sm that was half here


@pytest.mark.parametrize("port", [2775, 9000])
def test_tshark_reads_every_pdu_as_smpp_and_no_password(engine: Engine, tmp_path: Path, port: int) -> None:
    tshark = shutil.which("tshark")
    if tshark is None:
        pytest.skip("tshark is not installed")
    file = captured(engine, tmp_path, port)
    data = file.read_bytes()
    assert PASSWORD.encode() not in data
    fields = ["frame.number", "smpp.command_id", "smpp.sequence_number", "smpp.password", "_ws.malformed", "tcp.port"]
    options = [word for field in fields for word in ("-e", field)]
    checks = ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"]
    done = subprocess.run(
        [tshark, "-r", str(file), "-T", "fields", *checks, *options], capture_output=True, text=True, check=True
    )
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert len(rows) == len(packets(data)) > 10
    assert all(row[1] for row in rows), rows
    assert not any(row[4] for row in rows)
    assert all(str(port) in row[5].split(",") for row in rows)
    ids = {int(row[1], 0) for row in rows}
    # submit, deliver, unbind, bind, enquire_link, and the answers to each
    assert ids == {base | answer for base in (0x4, 0x5, 0x6, 0x9, 0x15) for answer in (0, 0x80000000)}
    assert [row[3] for row in rows if int(row[1], 0) == 9] == ["********"]
    wrong = subprocess.run(
        [tshark, "-r", str(file), *checks, "-Y", "tcp.checksum.status == 0 || ip.checksum.status == 0"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert wrong.stdout == ""
