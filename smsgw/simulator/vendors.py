"""Texts of delivery receipts as many vendors' SMSCs write them, for the simulated SMSC to take turns with."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from smsgw.smpp.receipt import MessageState


class Vendor(NamedTuple):
    """A form of receipt.

    `template` is filled in by `str.format` with id, sub, dlvrd (counts), submit, done (datetimes), begun, ended (the
    same in ten digits), err (a number), text, and the state as stat (seven letters), word (in full) or number.
    """

    name: str
    template: str
    encoding: str = "latin-1"
    data_coding: int = 0


_DATES = "submit date:{begun} done date:{ended}"
_SECONDS = "submit date:{submit:%y%m%d%H%M%S} done date:{done:%y%m%d%H%M%S}"
_COUNTS = "sub:{sub:03} dlvrd:{dlvrd:03}"

VENDORS = (
    Vendor("appendix-b", f"id:{{id}} {_COUNTS} {_DATES} stat:{{stat}} err:{{err:03}} Text:{{text}}"),
    Vendor("kannel", f"id:{{id}} {_COUNTS} {_DATES} stat:{{stat}} err:{{err:03}} text:{{text:<12}}"),
    Vendor("cmg", f"id:{{id}} {_DATES} stat:{{stat}} err:{{err:03}} text:{{text:<20}}"),
    Vendor("nokia", f"id:{{id}} sub:{{sub}} dlvrd:{{dlvrd}} {_SECONDS} stat:{{stat}} err:{{err}} text:"),
    Vendor(
        "nokia-long-years",
        "id:{id} sub:001 dlvrd:1 submit date:{submit:%Y%m%d%H%M} done date:{done:%Y%m%d%H%M} stat:{stat} err:{err:03}",
    ),
    Vendor(
        "ericsson",
        f"id:{{id}} {_COUNTS} submit date:{{submit:%y%m%d%H%M%S}}000+ done date:{{done:%y%m%d%H%M%S}}000+ "
        "stat:{stat} err:{err:03} Text:none",
    ),
    Vendor("huawei", f"id:{{id}} {_DATES} stat:{{stat}} err:{{err:04}} Text:"),
    Vendor(
        "huawei-seconds",
        "id:{id} submit date:{submit:%Y%m%d%H%M%S} done date:{done:%Y%m%d%H%M%S} stat:{stat} err:{err:04}",
    ),
    Vendor("comverse", f"id:{{id}} {_COUNTS} {_DATES} stat:{{stat}} err:0x{{err:02X}}"),
    Vendor("acision", f"id:{{id}} {_COUNTS} {_DATES} stat:{{stat}} err:ABS text:"),
    Vendor("clickatell", f"id:{{id}} {_COUNTS} {_DATES} stat:{{stat}} err:{{err:03}} Text:"),
    Vendor("infobip", f"id:{{id}} {_COUNTS} {_DATES} stat:{{stat}} err:{{err:03}}"),
    Vendor("twilio", f"id:{{id}} {_DATES} status:{{word}} error code:{{err}}"),
    Vendor("vonage", f"id:{{id}} {_DATES} stat:{{word}} err:{{err}}"),
    Vendor("sinch", f"id:{{id}} {_COUNTS} {_DATES} stat:{{stat}} err:4{{err:02}} text:"),
    Vendor("mblox", f"id:{{id}} sub:000 dlvrd:{{dlvrd:03}} {_DATES} stat:{{stat}} err:{{err:03}} Text:Re: {{text}}"),
    Vendor("syniverse", f"id:{{id}} {_COUNTS} {_SECONDS} stat:{{stat}} err:{{err}} text:{{text}}"),
    Vendor("tata", f"id:{{id}} {_COUNTS} {_DATES} stat:{{stat}} err:{{err:03}} text:null"),
    Vendor("route-mobile", f"id:{{id}} sub:1 dlvrd:1 {_DATES} stat:{{stat}} err:{{err:03}} Text:{{text}}"),
    Vendor("airtel", f"id:{{id}} {_COUNTS} {_SECONDS} stat:{{stat}} err: {{err:03}} text:"),
    Vendor(
        "mtn",
        "id: {id} sub: {sub:03} dlvrd: {dlvrd:03} submit date: {begun} done date: {ended} "
        "stat: {stat} err: {err:03} text: {text}",
    ),
    Vendor(
        "china-telecom",
        "id:{id} sub:001 dlvrd:001 Submit_Date:{begun} Done_Date:{ended} stat:{stat} err:{err:03} Text:020{text}",
    ),
    Vendor("capitals", "ID:{id} SUBMIT DATE:{begun} DONE DATE:{ended} STAT:{stat} ERR:{err:03}"),
    Vendor("turned-round", "err:{err:03} stat:{stat} done date:{ended} submit date:{begun} id:{id}"),
    Vendor(
        "semicolons",
        "id:{id};submitdate:{begun};donedate:{ended};stat:{stat};err:{err:03};text:{text}",
    ),
    Vendor("commas", "id:{id}, submit date:{begun}, done date:{ended}, stat:{stat}, err:{err:03}"),
    Vendor("tabs", "id:{id}\tsubmit date:{begun}\tdone date:{ended}\tstat:{stat}\terr:{err:03}"),
    Vendor("lines", "id:{id}\r\nsubmit date:{begun}\r\ndone date:{ended}\r\nstat:{stat}\r\n"),
    Vendor("query", "id={id}&submit_date={begun}&done_date={ended}&status={word}&error={err:03}"),
    Vendor("quoted", 'id:"{id}" submit date:"{begun}" done date:"{ended}" stat:"{stat}" err:"{err}"'),
    Vendor("msgid", "msgid:{id}|submit on:{begun}|done on:{ended}|state:{word}|err:{err:03}"),
    Vendor("numbers", f"id:{{id}} {_DATES} stat:{{number}} err:{{err:03}}"),
    Vendor(
        "iso",
        "id:{id} stat:{stat} submit date:{submit:%Y-%m-%d %H:%M:%S} done date:{done:%Y-%m-%d %H:%M:%S} err:{err:03}",
    ),
    Vendor("labels-in-text", f"id:{{id}} {_DATES} stat:{{stat}} err:{{err:03}} text:id:999 stat:EXPIRED"),
    Vendor("short", "id:{id} stat:{stat}"),
    Vendor("nul", f"id:{{id}} {_DATES} stat:{{stat}} err:{{err:03}} text:{{text}}\0"),
    Vendor("ucs2", f"id:{{id}} {_COUNTS} {_DATES} stat:{{stat}} err:{{err:03}} text:{{text}}", "utf-16-be", 8),
)

STATS = {
    MessageState.ENROUTE: "ENROUTE",
    MessageState.DELIVERED: "DELIVRD",
    MessageState.EXPIRED: "EXPIRED",
    MessageState.DELETED: "DELETED",
    MessageState.UNDELIVERABLE: "UNDELIV",
    MessageState.ACCEPTED: "ACCEPTD",
    MessageState.UNKNOWN: "UNKNOWN",
    MessageState.REJECTED: "REJECTD",
}


def vendor_text(
    vendor: Vendor, message_id: str, state: MessageState, submit: datetime, done: datetime, text: str
) -> bytes:
    """The octets of a receipt in a vendor's form; `text` is the beginning of the message."""
    delivered = int(state is MessageState.DELIVERED)
    return vendor.template.format(
        id=message_id,
        sub=1,
        dlvrd=delivered,
        submit=submit,
        done=done,
        begun=f"{submit:%y%m%d%H%M}",
        ended=f"{done:%y%m%d%H%M}",
        stat=STATS[state],
        word=state.name.lower(),
        number=int(state),
        err=0 if delivered or state is MessageState.ENROUTE else 1,
        text=text,
    ).encode(vendor.encoding, "replace")
