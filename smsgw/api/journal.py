"""GET /api/v1/journal: what was booked, for programs that follow it."""

from __future__ import annotations

from smsgw.api.answer import Answer
from smsgw.api.desk import Call
from smsgw.store import journal
from smsgw.store.engine import reading
from smsgw.store.sequencer import put_in_order


def following(call: Call) -> Answer:
    """The rows after an id, and the id to ask with next."""
    put_in_order(call.engine)
    with reading(call.engine).connect() as connection:
        found = journal.after(connection, call.query["after"], call.query["limit"])
    return Answer(
        200,
        {
            "journal": [journal.as_json(entry) for entry in found],
            "last": found[-1].id if found else call.query["after"],
        },
    )
