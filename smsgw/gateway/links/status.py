"""How a link stands, as plain values: what `smsgw links` shows."""

from __future__ import annotations

from typing import Any

from smsgw.gateway.links.bind import Bind
from smsgw.gateway.links.link import Link
from smsgw.gateway.links.states import BindState
from smsgw.smpp.status import status_name
from smsgw.store.instants import iso

# name in the status: attribute of LinkCounters
COUNTERS = {
    "texts": "texts",
    "receipts": "receipts",
    "submits": "submits",
    "sent": "sent",
    "failed": "failed",
    "throttled": "slowed",
    "retried": "retried",
    "unanswered": "unanswered",
    "expired": "expired",
    "binds": "binds",
    "losses": "losses",
}
# The state of a link of several binds is the first of these that one of them has.
WORST_FIRST = (
    BindState.STOPPED,
    BindState.WAITING,
    BindState.LISTENING,
    BindState.CONNECTING,
    BindState.BINDING,
    BindState.BOUND,
)


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else iso(int(seconds * 1000))


def bind_status(bind: Bind) -> dict[str, Any]:
    """One bind: where, in which state since when, and what was wrong last."""
    return {
        "name": bind.name,
        "bind": bind.smsc.bind,
        "smsc": bind.where,
        "state": bind.state.value,
        "since": _time(bind.since),
        "next_attempt": _time(bind.retry_at),
        "refused": None if bind.refusal is None else status_name(bind.refusal),
        "last_error": bind.faults.last_error or None,
        "last_error_at": _time(bind.faults.last_error_at),
    }


def link_status(link: Link) -> dict[str, Any]:
    """A link with its binds. Times are ISO 8601 in UTC; `counters` are since the daemon began."""
    worst = min(link.binds, key=lambda bind: WORST_FIRST.index(bind.state))
    live = link.transmitter.live if link.transmitter is not None else None
    return {
        "name": link.name,
        "state": worst.state.value,
        "paused": link.held,
        "since": _time(worst.since),
        "window": link.transmitter.smsc.window if link.transmitter is not None else 0,
        "under_way": live.session.outstanding if live is not None else 0,
        "waiting": len(link.pump) if link.pump is not None else 0,
        "binds": [bind_status(bind) for bind in link.binds],
        "counters": {name: getattr(link.counters, each) for name, each in COUNTERS.items()},
    }
