"""A job of broadcasting: the one table of its states, and of what may be done to it in each."""

from __future__ import annotations

from smsgw.errors import CONFLICT, Refused, Wrong
from smsgw.values.state_table import StateTable

DRAFT, APPROVED, SCHEDULED, RUNNING, PAUSED, CANCELLED, DONE = (
    "draft",
    "approved",
    "scheduled",
    "running",
    "paused",
    "cancelled",
    "done",
)
STATES = (DRAFT, APPROVED, SCHEDULED, RUNNING, PAUSED, CANCELLED, DONE)
FINAL = (CANCELLED, DONE)

APPROVE, SCHEDULE, START, PAUSE, RESUME, CANCEL, RETRY, FINISH = (
    "approve",
    "schedule",
    "start",
    "pause",
    "resume",
    "cancel",
    "retry",
    "finish",
)
VERBS = (APPROVE, SCHEDULE, START, PAUSE, RESUME, CANCEL, RETRY, FINISH)

# A paused job goes back to where it was: `resume` of one that was never released waits for its time again.
# `schedule` and `finish` are what the daemon does; a person may do the others.
LIFE = StateTable(
    "a broadcast",
    STATES,
    {
        (DRAFT, APPROVE): APPROVED,
        (APPROVED, SCHEDULE): SCHEDULED,
        (APPROVED, START): RUNNING,
        (SCHEDULED, START): RUNNING,
        (SCHEDULED, PAUSE): PAUSED,
        (RUNNING, PAUSE): PAUSED,
        (PAUSED, RESUME): RUNNING,
        (RUNNING, FINISH): DONE,
        (DONE, RETRY): RUNNING,
        **{(state, CANCEL): CANCELLED for state in STATES if state not in FINAL},
    },
)

_DONE_TO = {  # how a refusal says what was wanted
    APPROVE: "approved",
    SCHEDULE: "scheduled",
    START: "started",
    PAUSE: "paused",
    RESUME: "resumed",
    CANCEL: "cancelled",
    RETRY: "tried again",
    FINISH: "finished",
}


class JobRefused(Refused):
    """What is wanted cannot be done to a job in its state; the sentence says what can."""

    def __init__(self, message: str) -> None:
        super().__init__([Wrong("", message)], CONFLICT)


def after(state: str, verb: str, *, released: bool = True) -> str:
    """The state of a job in `state` to which `verb` is done. `released`: its audience is frozen, or being so.

    Raises JobRefused.
    """
    if not LIFE.can(state, verb):
        standing = "a draft" if state == DRAFT else state
        wrong = "already" if state in LIFE.ends(verb) else f"and cannot be {_DONE_TO[verb]}"
        can = ", ".join(allowed(state))
        raise JobRefused(
            f"the broadcast is {standing} {wrong}; " + (f"what can be done: {can}" if can else "make a new one")
        )
    if (state, verb) == (PAUSED, RESUME) and not released:
        return SCHEDULED
    return LIFE.move(state, verb)


def allowed(state: str) -> tuple[str, ...]:
    """The verbs by which a person can move a job in this state."""
    can = [verb for verb in VERBS if verb not in (SCHEDULE, FINISH) and LIFE.can(state, verb)]
    if state == DRAFT:
        can.insert(1, START)  # which approves it on the way
    return tuple(can)
