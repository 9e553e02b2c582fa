"""What a session is told when it begins: window, timers in seconds, limits."""

from __future__ import annotations

from dataclasses import dataclass

from smsgw.smpp.errors import LocalError
from smsgw.smpp.framing import FRAME_LIMIT
from smsgw.smpp.window import LAST_SEQUENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSettings:
    """Times are in seconds; None switches a timer off.

    window             requests of ours under way at once; SMPP 3.4 (2.7) suggests no more than 10
    enquire_link       ask whether the peer is there after this long without a PDU from it
    inactivity         give up after this long without a PDU from it
    response_timeout   wait this long for the answer to a request, an enquire_link or an unbind
    bind_timeout       from connection to bind, and from bind to its answer
    partial_timeout    from the first octets of a PDU to its last
    frame_limit        octets of the longest PDU we take
    first_sequence     sequence number of our first request (1 by 5.1.4)
    interface_version  what an SMSC says of itself in sc_interface_version; None: nothing, as SMPP 3.3 did
    early_requests     requests of an SMSC kept that come before its bind_resp; more are refused with RINVBNDSTS
    """

    window: int = 10
    enquire_link: float | None = 30.0
    inactivity: float | None = 300.0
    response_timeout: float = 60.0
    bind_timeout: float = 30.0
    partial_timeout: float = 30.0
    frame_limit: int = FRAME_LIMIT
    first_sequence: int = 1
    interface_version: int | None = 0x34
    early_requests: int = 32

    def __post_init__(self) -> None:
        if self.window < 1:
            raise LocalError(f"window is {self.window}, at least 1 request must be able to go out")
        if not 1 <= self.first_sequence <= LAST_SEQUENCE:
            raise LocalError(f"first_sequence is {self.first_sequence}, not a number from 1 to 0x7FFFFFFF")
        if self.frame_limit < 16:
            raise LocalError(f"frame_limit is {self.frame_limit}, a header alone has 16 octets")
