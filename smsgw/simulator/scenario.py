"""Scenarios of the simulated SMSC as data: what it does to those who bind to it, each with a name and knobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from smsgw.smpp import status


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
    refuse_binds: int = 0  # so many binds are refused before one is taken; -1: all of them
    refuse_status: int = status.ESME_RBINDFAIL
    bind_delay: float = 0.0
    interface_version: int | None = 0x34  # sc_interface_version in the bind response; None: absent

    # Answers to submit_sm
    refuse_every: int = 0  # every so many submits one burst of refusals begins
    refuse_burst: int = 1  # submits refused in a burst
    refuse_with: int = status.ESME_RTHROTTLED
    answer_delay: float = 0.0
    no_answer_every: int = 0  # taken or not, the ESME is not told
    reorder: int = 0  # answers are collected to so many and given in another order
    repeat_answer_every: int = 0  # one answer twice
    congestion: bool = False  # congestion_state in each answer, rising with the load (SMPP 5.0, 4.8.4.18)
    id_form: str = "decimal"  # decimal; hex: hexadecimal in the answer, decimal in the receipt; to-hex; padded; uuid

    # Receipts
    receipt_delay: float = 0.1
    receipt_first: bool = False  # the receipt overtakes the answer to the submit
    receipt_form: str = ""  # both, tlv, text, conflict (the text says expired), vendor; joined by + they take turns
    notify: bool = False  # an intermediate notification goes before each receipt, asked for or not
    repeat_receipts: bool = False
    fail_share: float = 0.0  # so many of the messages end as undeliverable
    expire_share: float = 0.0  # and so many of the others as expired

    # Texts
    part_order: str = "sent"  # sent, reversed, shuffled, repeated
    redeliver: bool = False  # what was acknowledged on a connection that broke comes again on the next

    outbind: bool = False  # we connect to the ESME and ask it to bind

    # The connection: N counts PDUs of both directions
    drop_every: int = 0  # cut it, before or after the answer that is due
    unbind_every: int = 0
    silent_after: int = 0  # then half-open: neither reads nor writes, and keeps the connection
    garbage_every: int = 0
    drip: int = 0  # write so many octets at a time
    drip_interval: float = 0.005

    def with_knobs(self, **knobs: Any) -> Scenario:
        """This scenario with some knobs turned. ValueError names a knob there is none of."""
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
        description="the connection is cut about every 40 PDUs, and all its acknowledged texts come again",
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
    Scenario(name="ids_uuid", description="ids that are UUIDs", id_form="uuid"),
    Scenario(name="no_answer", description="about every 25th submit is never answered", no_answer_every=25),
    Scenario(name="unbind", description="the SMSC unbinds about every 60 PDUs", unbind_every=60),
    Scenario(
        name="reorder",
        description="answers come out of order and some twice; parts of long texts come shuffled",
        reorder=4,
        repeat_answer_every=20,
        part_order="shuffled",
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
    Scenario(name="drip", description="seven octets at a time", drip=7),
    Scenario(
        name="v5_congestion",
        description="an SMPP 5.0 SMSC that tells its congestion_state and refuses when full",
        interface_version=0x50,
        congestion=True,
        answer_delay=0.05,
    ),
)

SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in _ALL}


def scenario(name: str) -> Scenario:
    """The scenario of this name. ValueError tells the names there are."""
    found = SCENARIOS.get(name)
    if found is None:
        raise ValueError(f"no scenario {name!r}; there are {', '.join(SCENARIOS)}")
    return found


def combined(names: Sequence[str]) -> Scenario:
    """One scenario that does what all of these do. ValueError tells the names there are.

    Of two that turn one knob the later counts; only forms of receipts take turns.
    """
    knobs: dict[str, Any] = {}
    chosen = [scenario(name) for name in names]
    for each in chosen:
        for knob in knob_names():
            value = getattr(each, knob)
            if value == getattr(PLAIN, knob):
                continue
            knobs[knob] = f"{knobs[knob]}+{value}" if knob == "receipt_form" and knob in knobs else value
    if len(chosen) == 1:
        return chosen[0]
    return replace(
        PLAIN,
        name="+".join(each.name for each in chosen) or PLAIN.name,
        description="; ".join(each.description for each in chosen) or PLAIN.description,
        **knobs,
    )
