"""The command_status numbers of SMPP 3.4 (section 5.1.3) and what they are called."""

from __future__ import annotations

ESME_ROK = 0x00
ESME_RINVMSGLEN = 0x01
ESME_RINVCMDLEN = 0x02
ESME_RINVCMDID = 0x03
ESME_RINVBNDSTS = 0x04
ESME_RALYBND = 0x05
ESME_RINVPRTFLG = 0x06
ESME_RINVREGDLVFLG = 0x07
ESME_RSYSERR = 0x08
ESME_RINVSRCADR = 0x0A
ESME_RINVDSTADR = 0x0B
ESME_RINVMSGID = 0x0C
ESME_RBINDFAIL = 0x0D
ESME_RINVPASWD = 0x0E
ESME_RINVSYSID = 0x0F
ESME_RCANCELFAIL = 0x11
ESME_RREPLACEFAIL = 0x13
ESME_RMSGQFUL = 0x14
ESME_RINVSERTYP = 0x15
ESME_RINVNUMDESTS = 0x33
ESME_RINVDLNAME = 0x34
ESME_RINVDESTFLAG = 0x40
ESME_RINVSUBREP = 0x42
ESME_RINVESMCLASS = 0x43
ESME_RCNTSUBDL = 0x44
ESME_RSUBMITFAIL = 0x45
ESME_RINVSRCTON = 0x48
ESME_RINVSRCNPI = 0x49
ESME_RINVDSTTON = 0x50
ESME_RINVDSTNPI = 0x51
ESME_RINVSYSTYP = 0x53
ESME_RINVREPFLAG = 0x54
ESME_RINVNUMMSGS = 0x55
ESME_RTHROTTLED = 0x58
ESME_RINVSCHED = 0x61
ESME_RINVEXPIRY = 0x62
ESME_RINVDFTMSGID = 0x63
ESME_RX_T_APPN = 0x64
ESME_RX_P_APPN = 0x65
ESME_RX_R_APPN = 0x66
ESME_RQUERYFAIL = 0x67
ESME_RINVOPTPARSTREAM = 0xC0
ESME_ROPTPARNOTALLWD = 0xC1
ESME_RINVPARLEN = 0xC2
ESME_RMISSINGOPTPARAM = 0xC3
ESME_RINVOPTPARAMVAL = 0xC4
ESME_RDELIVERYFAILURE = 0xFE
ESME_RUNKNOWNERR = 0xFF

# Added by SMPP 5.0 (section 4.7.6); an SMSC of today may send them to a 3.4 ESME.
ESME_RSERTYPUNAUTH = 0x100
ESME_RPROHIBITED = 0x101
ESME_RSERTYPUNAVAIL = 0x102
ESME_RSERTYPDENIED = 0x103
ESME_RINVDCS = 0x104
ESME_RINVSRCADDRSUBUNIT = 0x105
ESME_RINVDSTADDRSUBUNIT = 0x106

NAMES: dict[int, str] = {number: name for name, number in globals().items() if name.startswith("ESME_")}
NUMBERS: dict[str, int] = {name: number for number, name in NAMES.items()}


def status_name(status: int) -> str:
    """The name of a command_status, or its number in hex: vendors have 0x400–0x4FF for themselves."""
    return NAMES.get(status) or f"0x{status:08X}"


def status_number(name: str) -> int | None:
    """The number that a name (`ESME_RSYSERR`) or a number as people write it (`0x450`, `1104`) means; None for none."""
    known = NUMBERS.get(name.strip().upper())
    if known is not None:
        return known
    try:
        number = int(name.strip(), 0)
    except ValueError:
        return None
    return number if 0 < number <= 0xFFFFFFFF else None
