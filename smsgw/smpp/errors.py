"""The two ways the wire can fail: we misused it (LocalError), or the peer sent what cannot be read (PduError)."""

from __future__ import annotations


class SmppError(Exception):
    """Whatever the wire can raise."""


class LocalError(SmppError):
    """Our own mistake: a field beyond its maximum, a request in a state that forbids it, a second answer."""


class WindowFull(LocalError):
    """As many requests are outstanding as the window allows; ask `Session.room()` first."""


class PduError(SmppError):
    """The peer sent octets that are no PDU.

    status      command_status that tells the peer what is wrong (SMPP 3.4, 5.1.3)
    sequence    sequence_number to answer with; 0 where none could be read
    command_id  as read; 0 where none could be read
    field       name of the field at fault, as SMPP spells it
    offset      octet of the PDU at which that field begins, counted from the first octet of command_length
    reason      one clause for a log
    """

    def __init__(self, status: int, sequence: int, command_id: int, field: str, offset: int, reason: str) -> None:
        super().__init__(status, sequence, command_id, field, offset, reason)
        self.status = status
        self.sequence = sequence
        self.command_id = command_id
        self.field = field
        self.offset = offset
        self.reason = reason

    def __str__(self) -> str:
        return f"command 0x{self.command_id:08X}: {self.field} at octet {self.offset} {self.reason}"
