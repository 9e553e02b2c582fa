"""A word for somebody: STOP or START of a phone that said it otherwise than by text."""

from __future__ import annotations

from collections.abc import Collection

from smsgw.business.consent.books.consents import StoredConsents
from smsgw.business.consent.rules import TOPICS, read_topic
from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, action
from smsgw.errors import Faults, refuse

LONGEST = 32  # characters of a topic


def topic_of(said: str, known: Collection[str]) -> str:
    """A topic as it is kept: the gateway's own, or one of the deployment's (`known`; none: any). Raises SmsgwError."""
    topic = said.strip().casefold()
    if len(topic) > LONGEST:
        refuse(f"a topic has {LONGEST} characters at most, such as prices")
    return topic if topic in TOPICS else read_topic(topic, known)


@action(Right.RECORD_CONSENT)
def record_consent(
    session: Session, books: StoredConsents, number: str, topic: str, granted: bool, why: str
) -> tuple[str, bool]:
    """Keep a START (`granted`) or STOP for a phone (E.164); the topic as it is kept, and whether it says anything new.

    What says nothing new is not kept. A STOP cancels what still waits. Raises Refused with everything that is wrong.
    """
    faults = Faults()
    about = ""
    with faults.at("topic"):
        about = topic_of(topic, session.trade.topics)
    if not why.strip():
        faults.add("why", "say why: what was said or agreed to; a word for somebody else must be accounted for")
    faults.settle()
    new = books.is_news(number, about, granted)
    if new:
        books.decide_for(number, about, granted, session.who, why)
        what = "consent given" if granted else "consent withdrawn"
        session.record(what, number, {"topic": about, "why": why})
    return about, new
