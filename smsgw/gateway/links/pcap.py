"""Capture files in the pcap format: octets of a TCP connection, in packets made up so that other programs read them.

The format: https://www.tcpdump.org/manpages/pcap-savefile.5.html with link type 101 (raw IP). Headers are those of
RFC 791, RFC 8200 and RFC 9293, with true checksums.
"""

from __future__ import annotations

import struct
from ipaddress import IPv4Address, IPv6Address, ip_address

RAW_IP = 101  # LINKTYPE_RAW: packets begin with an IPv4 or IPv6 header
SNAPLEN = 65_535
SEGMENT = 32_000  # octets of ours in one packet at most
TCP = 6
PSH_ACK = 0x18

Place = tuple[str, int]  # IP address and port


def file_header() -> bytes:
    """The first octets of a file: times in microseconds, no clock offset."""
    return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, SNAPLEN, RAW_IP)


class Flow:
    """One connection. Sequence numbers begin at 1 in both directions, wherever the capture came in."""

    def __init__(self, ours: Place, theirs: Place) -> None:
        self._ends = ours, theirs
        self._sequences = [1, 1]

    def records(self, data: bytes, at: float, outgoing: bool) -> bytes:
        """Octets that went one way at a time in seconds, as records of the file."""
        way = 0 if outgoing else 1
        source, target = self._ends if outgoing else self._ends[::-1]
        found = bytearray()
        for start in range(0, len(data), SEGMENT):
            piece = data[start : start + SEGMENT]
            packet = _packet(source, target, self._sequences[way], self._sequences[1 - way], piece)
            self._sequences[way] = (self._sequences[way] + len(piece)) & 0xFFFFFFFF
            micros = round(at * 1_000_000)
            found += struct.pack("<IIII", micros // 1_000_000, micros % 1_000_000, len(packet), len(packet)) + packet
        return bytes(found)


def _packet(source: Place, target: Place, sequence: int, acknowledged: int, data: bytes) -> bytes:
    """An IP packet with one TCP segment."""
    from_, to = ip_address(source[0]), ip_address(target[0])
    if from_.version != to.version:
        raise ValueError(f"{from_} and {to} are of different versions of IP")
    head = struct.pack("!HHIIBBH", source[1], target[1], sequence, acknowledged, 5 << 4, PSH_ACK, 65_535)
    length = len(head) + 4 + len(data)
    pseudo = from_.packed + to.packed + struct.pack("!II", length, TCP)  # the form of IPv6; of the same sum in IPv4
    segment = head + struct.pack("!HH", _checksum(pseudo + head + bytes(4) + data), 0) + data
    return _ip_header(from_, to, length) + segment


def _ip_header(source: IPv4Address | IPv6Address, target: IPv4Address | IPv6Address, length: int) -> bytes:
    if source.version == 6:
        return struct.pack("!IHBB", 6 << 28, length, TCP, 64) + source.packed + target.packed
    start = struct.pack("!BBHHHBB", 0x45, 0, 20 + length, 0, 0x4000, 64, TCP)
    addresses = source.packed + target.packed
    return start + struct.pack("!H", _checksum(start + bytes(2) + addresses)) + addresses


def _checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
