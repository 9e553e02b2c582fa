"""Scenarios of the simulated SMSC as data: what it does to those who bind to it, each with a name and knobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from smsgw.smpp import status

PART_ORDERS = ("sent", "reversed", "shuffled", "repeated", "missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A way to misbehave. Every knob is off at 0 (or False, or its plain value); all may be combined.

    "Every N" counts over the life of the simulator; with `jitter` each interval is drawn between 1 and 2N - 1 from the
    simulator's seed, so that faults fall on every kind of moment, the same in each run with that seed. Times are in
    seconds.
    """

    name: str
    description: str
    jitter: bool = True

    # Binds
    refuse_binds: int = 0  # this many binds are refused before one is taken; -1: all of them
    refuse_status: int = status.ESME_RBINDFAIL
    bind_delay: float = 0.0
    interface_version: int | None = 0x34  # sc_interface_version in the bind response; None: absent, SMPP 3.3, no TLVs

    # Answers to submit_sm
    refuse_every: int = 0  # a burst of refusals begins every this many submits
    refuse_burst: int = 1  # submits refused in a burst
    refuse_with: int = status.ESME_RTHROTTLED
    answer_delay: float = 0.0
    submit_window: int = 0  # more unanswered submits of a connection are THROTTLED
    throughput: int = 0  # and more than this many taken in any one second
    no_answer_every: int = 0  # taken or not, the ESME is not told
    reorder: int = 0  # this many answers are collected and given in another order
    repeat_answer_every: int = 0  # one answer twice
    congestion: bool = False  # congestion_state in each answer, rising with the load (SMPP 5.0, 4.8.4.18)
    id_form: str = "decimal"  # decimal; hex: hexadecimal in the answer, decimal in the receipt; to-hex; padded; uuid

    # Receipts
    receipt_delay: float = 0.1
    receipt_first: bool = False  # the receipt overtakes the answer to the submit
    receipt_form: str = ""  # both, tlv, text, conflict (the text says expired), vendor; joined by + they take turns
    notify: bool = False  # an intermediate notification goes before each receipt, asked for or not
    bare_ids: bool = False  # ids in TLVs without the NUL at their end
    repeat_receipts: bool = False
    lose_receipts: float = 0.0  # this share of the receipts never come; query_sm tells what became of the message
    fail_share: float = 0.0  # this share of the messages end as undeliverable
    expire_share: float = 0.0  # and this share of the others as expired

    # Texts
    part_order: str = "sent"  # one of PART_ORDERS; repeated: each part twice; missing: one of them never comes
    long_texts: str = ""  # how they are cut: udh8, udh16, sar, payload, or several joined by +, which take turns
    coding: str = ""  # gsm, ascii, latin1, octets, ucs2, flash, packed, or several joined by +
    redeliver: bool = False  # what was acknowledged on a connection that broke, and not proved, comes again

    # The way there
    tls: str = ""  # encrypted, with a certificate of this kind: good, expired, wrong_name
    outbind: bool = False  # we connect to the ESME and ask it to bind

    # The connection: N counts PDUs of both directions
    drop_every: int = 0  # cut it, before or after the answer that is due
    unbind_every: int = 0
    silent_after: int = 0  # then half-open: neither reads nor writes, and keeps the connection
    garbage_every: int = 0
    odd_sequences: bool = False  # deliver_sm are numbered 0, beyond 0x7fffffff, or as the one before
    drip: int = 0  # write this many octets at a time
    drip_interval: float = 0.005

    def with_knobs(self, **knobs: Any) -> Scenario:
        """This scenario with some knobs turned. ValueError names a knob that does not exist."""
        known = set(knob_names())
        for knob in knobs:
            if knob not in known:
                raise ValueError(f"no knob {knob!r}; there are {', '.join(sorted(known))}")
        return replace(self, **knobs)


def knob_names() -> tuple[str, ...]:
    """Everything of a scenario that can be turned."""
    return tuple(field.name for field in fields(Scenario) if field.name not in ("name", "description"))


PLAIN = Scenario(name="plain", description="an operator on a good day: answers at once, receipts a little later")

_ALL = (
    PLAIN,
    Scenario(name="throttle", description="every tenth submit or so is refused as THROTTLED", refuse_every=10),
    Scenario(
        name="queue_full",
        description="bursts of five refusals as MSGQFUL, about every fifty submits",
        refuse_every=50,
        refuse_burst=5,
        refuse_with=status.ESME_RMSGQFUL,
    ),
    Scenario(name="slow", description="each submit is answered after 0.4 s", answer_delay=0.4),
    Scenario(
        name="drop", description="the connection is cut about every 40 PDUs, before or after an answer", drop_every=40
    ),
    Scenario(
        name="refuse_bind", description="five binds are refused with RBINDFAIL, the sixth is taken", refuse_binds=5
    ),
    Scenario(name="bind_delay", description="a bind is answered after two seconds", bind_delay=2.0),
    Scenario(
        name="already_bound",
        description="three binds are refused with RALYBND, as after a connection the SMSC has not given up yet",
        refuse_binds=3,
        refuse_status=status.ESME_RALYBND,
    ),
    Scenario(
        name="wrong_password",
        description="every bind is refused with RINVPASWD",
        refuse_binds=-1,
        refuse_status=status.ESME_RINVPASWD,
    ),
    Scenario(
        name="redeliver",
        description="cut about every 40 PDUs, and what it acknowledged since the last enquire_link comes again",
        drop_every=40,
        redeliver=True,
    ),
    Scenario(
        name="late_receipts",
        description="receipts come after a minute, and twice",
        receipt_delay=60.0,
        repeat_receipts=True,
    ),
    Scenario(
        name="receipt_first",
        description="the receipt comes before the answer that tells the message's id",
        receipt_first=True,
        receipt_delay=0.0,
        answer_delay=0.2,
    ),
    Scenario(
        name="receipt_forms",
        description="ids in hexadecimal in answers, in decimal in receipts; receipts in text only, one in ten failed",
        id_form="hex",
        receipt_form="text",
        fail_share=0.1,
    ),
    Scenario(name="receipts_tlv", description="receipts in TLVs alone", receipt_form="tlv"),
    Scenario(name="receipts_text", description="receipts in text alone", receipt_form="text"),
    Scenario(name="receipts_both", description="receipts in TLVs and text that agree", receipt_form="both"),
    Scenario(
        name="receipts_conflict",
        description="receipts whose text says expired whatever their TLVs say",
        receipt_form="conflict",
    ),
    Scenario(
        name="receipts_vendor",
        description="each receipt in another vendor's form, one in ten failed",
        receipt_form="vendor",
        fail_share=0.1,
    ),
    Scenario(
        name="receipts_early",
        description="each receipt comes before the answer to its submit",
        receipt_first=True,
        receipt_delay=0.0,
    ),
    Scenario(name="receipts_twice", description="each receipt comes twice", repeat_receipts=True),
    Scenario(name="receipts_enroute", description="an intermediate notification goes before each receipt", notify=True),
    Scenario(name="ids_hex", description="ids in hexadecimal in answers, in decimal in receipts", id_form="hex"),
    Scenario(name="ids_to_hex", description="ids in decimal in answers, in hexadecimal in receipts", id_form="to-hex"),
    Scenario(
        name="ids_padded", description="ids of ten digits in answers, without zeros in receipts", id_form="padded"
    ),
    Scenario(
        name="ids_bare",
        description="ids in TLVs without the NUL that ends them; receipts in TLVs alone",
        bare_ids=True,
        receipt_form="tlv",
    ),
    Scenario(name="ids_uuid", description="ids that are UUIDs", id_form="uuid"),
    Scenario(
        name="receipts_lost",
        description="no receipt ever comes; query_sm tells what became of a message, one in ten failed",
        lose_receipts=1.0,
        fail_share=0.1,
    ),
    Scenario(name="no_answer", description="about every 25th submit is never answered", no_answer_every=25),
    Scenario(name="unbind", description="the SMSC unbinds about every 60 PDUs", unbind_every=60),
    Scenario(
        name="reorder",
        description="answers come out of order and some twice; parts of long texts come shuffled",
        reorder=4,
        repeat_answer_every=20,
        part_order="shuffled",
    ),
    Scenario(name="parts_reversed", description="the last part of a long text comes first", part_order="reversed"),
    Scenario(name="parts_repeated", description="each part of a long text comes twice", part_order="repeated"),
    Scenario(name="parts_missing", description="one part of each long text never comes", part_order="missing"),
    Scenario(name="parts_udh16", description="parts are numbered with references of 16 bits", long_texts="udh16"),
    Scenario(name="parts_sar", description="parts are numbered by SAR TLVs", long_texts="sar"),
    Scenario(name="parts_payload", description="long texts come whole, in message_payload", long_texts="payload"),
    Scenario(
        name="codings",
        description="texts in ASCII, Latin-1, octets, UCS-2 and as flash by turns",
        coding="ascii+latin1+octets+ucs2+flash",
    ),
    Scenario(
        name="packed",
        description="texts in packed septets; the link needs default_alphabet gsm-packed",
        coding="packed",
    ),
    Scenario(
        name="window_limit",
        description="a submit beyond five unanswered ones is THROTTLED",
        submit_window=5,
        answer_delay=0.2,
    ),
    Scenario(name="tps_limit", description="twenty submits a second are taken, more are THROTTLED", throughput=20),
    Scenario(
        name="v33",
        description="an SMPP 3.3 SMSC: tells no version, sends no TLVs, and refuses submits that have any",
        interface_version=None,
    ),
    Scenario(
        name="garbage",
        description="broken, unknown and misplaced PDUs in between; at times the framing itself is lost",
        garbage_every=15,
    ),
    Scenario(
        name="silent",
        description="after about 50 PDUs the connection is half-open: nothing comes any more",
        silent_after=50,
    ),
    Scenario(
        name="outbind",
        description="connects to HOST and PORT instead of listening there, and says outbind",
        outbind=True,
    ),
    Scenario(
        name="sequences",
        description="texts and receipts have the sequence number 0, one beyond 0x7fffffff, or that of the one before",
        odd_sequences=True,
    ),
    Scenario(name="tls", description="encrypted, with a certificate that --certificate writes to a file", tls="good"),
    Scenario(name="tls_expired", description="encrypted, but its certificate is over", tls="expired"),
    Scenario(name="tls_wrong_name", description="encrypted, but its certificate is another's", tls="wrong_name"),
    Scenario(name="drip", description="seven octets at a time", drip=7),
    Scenario(
        name="v5_congestion",
        description="an SMPP 5.0 SMSC that tells its congestion_state and refuses when full",
        interface_version=0x50,
        congestion=True,
        answer_delay=0.05,
    ),
)

_TAKE_TURNS = frozenset({"receipt_form", "long_texts", "coding"})
SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in _ALL}


def scenario(name: str) -> Scenario:
    """The scenario of this name. ValueError tells the names there are."""
    found = SCENARIOS.get(name)
    if found is None:
        raise ValueError(f"no scenario {name!r}; there are {', '.join(SCENARIOS)}")
    return found


def combined(names: Sequence[str]) -> Scenario:
    """One scenario that does what all of these do. ValueError tells the names there are.

    Of two that turn one knob the later counts; only forms of receipts, codings and ways to cut long texts take turns.
    """
    knobs: dict[str, Any] = {}
    chosen = [scenario(name) for name in names]
    for each in chosen:
        for knob in knob_names():
            value = getattr(each, knob)
            if value == getattr(PLAIN, knob):
                continue
            knobs[knob] = f"{knobs[knob]}+{value}" if knob in _TAKE_TURNS and knob in knobs else value
    if len(chosen) == 1:
        return chosen[0]
    return replace(
        PLAIN,
        name="+".join(each.name for each in chosen) or PLAIN.name,
        description="; ".join(each.description for each in chosen) or PLAIN.description,
        **knobs,
    )
