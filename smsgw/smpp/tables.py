"""The mandatory fields of every PDU, in the order of the wire: smpplib's tables, completed where it has none.

smpplib lacks outbind, submit_multi, cancel_sm and replace_sm, and mixes mandatory and optional fields in one tuple;
both are put right here once, at import. Its parser and its generator are not used (they read past the end of what they
are given, and shorten what is too long).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from smpplib import command as smpplib_command  # type: ignore[import-untyped]  # smpplib has no types
from smpplib import consts as smpplib_consts
from smpplib.ptypes import ostr  # type: ignore[import-untyped]  # smpplib has no types

from smsgw.smpp import pdu
from smsgw.smpp.pdu import Pdu

INT, TEXT, TIME, OCTETS, DESTINATIONS, UNSUCCESS = range(6)


class Field(NamedTuple):
    """A mandatory field: its name on the wire, its kind, and its size in octets (TEXT: the most, with its NUL)."""

    name: str
    kind: int
    size: int = 0


# Which of our attributes stands for which fields of the wire, where the names are not the same.
ADDRESSES = {
    "source": ("source_addr_ton", "source_addr_npi", "source_addr"),
    "destination": ("dest_addr_ton", "dest_addr_npi", "destination_addr"),
    "esme": ("esme_addr_ton", "esme_addr_npi", "esme_addr"),
}
WIRE_NAMES = {
    "priority": "priority_flag",
    "schedule_time": "schedule_delivery_time",
    "validity_time": "validity_period",
    "replace_if_present": "replace_if_present_flag",
    "destinations": "dest_address",
    "unsuccess": "unsuccess_sme",
}
TIMES = {"schedule_delivery_time", "validity_period", "final_date"}  # one octet, or seventeen (7.1.1)


def _of_smpplib(command: Any) -> tuple[Field, ...]:
    """The fields that a class of smpplib has before its first optional one."""
    found = []
    must = getattr(command, "mandatory_fields", ())
    for name in command.params_order:
        if name in smpplib_consts.OPTIONAL_PARAMS and name not in must:
            break
        param = command.params[name]
        if param.type is int:
            found.append(Field(name, INT, param.size))
        elif param.type is ostr:
            found.append(Field(name, OCTETS, param.max))
        else:
            found.append(Field(name, TIME if name in TIMES else TEXT, param.max))
    return tuple(found)


def _address(which: str) -> tuple[Field, ...]:
    ton, npi, digits = ADDRESSES[which]
    return Field(ton, INT, 1), Field(npi, INT, 1), Field(digits, TEXT, 21)


_MESSAGE_ID = Field("message_id", TEXT, 65)
_SERVICE_TYPE = Field("service_type", TEXT, 6)
_SUBMIT_SM = _of_smpplib(smpplib_command.SubmitSM)
_AFTER_ADDRESSES = _SUBMIT_SM[[field.name for field in _SUBMIT_SM].index("esm_class") :]

LAYOUTS: dict[type[Pdu], tuple[Field, ...]] = {
    pdu.GenericNack: _of_smpplib(smpplib_command.GenericNAck),
    pdu.BindReceiver: _of_smpplib(smpplib_command.BindReceiver),
    pdu.BindReceiverResp: _of_smpplib(smpplib_command.BindReceiverResp),
    pdu.BindTransmitter: _of_smpplib(smpplib_command.BindTransmitter),
    pdu.BindTransmitterResp: _of_smpplib(smpplib_command.BindTransmitterResp),
    pdu.BindTransceiver: _of_smpplib(smpplib_command.BindTransceiver),
    pdu.BindTransceiverResp: _of_smpplib(smpplib_command.BindTransceiverResp),
    pdu.Unbind: _of_smpplib(smpplib_command.Unbind),
    pdu.UnbindResp: _of_smpplib(smpplib_command.UnbindResp),
    pdu.EnquireLink: _of_smpplib(smpplib_command.EnquireLink),
    pdu.EnquireLinkResp: _of_smpplib(smpplib_command.EnquireLinkResp),
    pdu.AlertNotification: _of_smpplib(smpplib_command.AlertNotification),
    pdu.SubmitSm: _SUBMIT_SM,
    pdu.SubmitSmResp: _of_smpplib(smpplib_command.SubmitSMResp),
    pdu.DeliverSm: _of_smpplib(smpplib_command.DeliverSM),
    pdu.DeliverSmResp: _of_smpplib(smpplib_command.DeliverSMResp),
    pdu.DataSm: _of_smpplib(smpplib_command.DataSM),
    pdu.DataSmResp: _of_smpplib(smpplib_command.DataSMResp),
    pdu.QuerySm: _of_smpplib(smpplib_command.QuerySM),
    pdu.QuerySmResp: _of_smpplib(smpplib_command.QuerySMResp),
    # What smpplib has no class for: SMPP 3.4 sections 4.1.7, 4.5, 4.9, 4.10.
    pdu.Outbind: (Field("system_id", TEXT, 16), Field("password", TEXT, 9)),
    pdu.SubmitMulti: (_SERVICE_TYPE, *_address("source"), Field("dest_address", DESTINATIONS), *_AFTER_ADDRESSES),
    pdu.SubmitMultiResp: (_MESSAGE_ID, Field("unsuccess_sme", UNSUCCESS)),
    pdu.CancelSm: (_SERVICE_TYPE, _MESSAGE_ID, *_address("source"), *_address("destination")),
    pdu.CancelSmResp: (),
    pdu.ReplaceSm: (
        _MESSAGE_ID,
        *_address("source"),
        Field("schedule_delivery_time", TIME, 17),
        Field("validity_period", TIME, 17),
        Field("registered_delivery", INT, 1),
        Field("sm_default_msg_id", INT, 1),
        Field("sm_length", INT, 1),
        Field("short_message", OCTETS, 254),
    ),
    pdu.ReplaceSmResp: (),
}
