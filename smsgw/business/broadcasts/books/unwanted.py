"""Why a text that waits for a decision is not to be sent any more: its broadcast is over, or its phone said STOP."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.engine import Connection

from smsgw.business.consent.rules import ALL, Consent, has_stopped
from smsgw.business.consent.tables import consent
from smsgw.business.messages.books.withdrawals import UNASKED
from smsgw.business.messages.tables import broadcast


def unwanted(connection: Connection, message: Row[Any]) -> str:
    """Why a row of message_out that nobody asked for is to be sent no more; '' where it still is, or was asked for."""
    if message.kind not in UNASKED:
        return ""
    topic = message.topic or ALL
    if message.broadcast is not None:
        job = select(broadcast.c.state, broadcast.c.topic).where(broadcast.c.reference == message.broadcast)
        state, about = connection.execute(job).one()
        topic = about or ALL
        if state != "running":
            return f"text {message.id} is of {message.broadcast}, which is {state} and sends no more"
    said = select(consent.c.topic, consent.c.granted).where(consent.c.phone == message.recipient).order_by(consent.c.id)
    if has_stopped([Consent(each.topic, each.granted) for each in connection.execute(said)], topic):
        return f"text {message.id} is a {message.kind}, and its phone has said STOP since"
    return ""
