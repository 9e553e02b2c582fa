"""What the log says where the database failed a job: one and the same line for all jobs, so that an outage is one."""

from __future__ import annotations

import structlog

from smsgw.store.writer import Stopped, unavailable

log = structlog.get_logger()


def complain(what: str, error: BaseException) -> None:
    """A job was not done. `what` says which, and is told where that is no fault of the database."""
    if isinstance(error, Stopped):
        return  # why the writer takes nothing more was said by whoever stopped it
    why = (str(getattr(error, "orig", error)).strip().splitlines() or [""])[0]
    if unavailable(error):
        log.error("the database fails; texts stay with the SMSC, and all else is tried again", why=why)
    else:
        log.error(what, why=f"{type(error).__name__}: {why}")
