"""How far somebody at the desk or a program sees: all shops, or those of one region and what lies in it."""

from __future__ import annotations

from sqlalchemy import select

from smsgw.business.core.principal import Person, Program
from smsgw.business.core.session import Session
from smsgw.business.directory.books.regions import regions
from smsgw.business.directory.tables import dealer


def own_regions(session: Session) -> frozenset[str] | None:
    """The regions of whoever is responsible for one only; None: all."""
    who = session.principal
    region = who.region if isinstance(who, Person | Program) else None
    if region is None:
        return None
    return regions(session.connection, session.trade.timezone).within(region)


def within_reach(session: Session, code: str | None) -> bool:
    """Whether a shop is one that whoever acts sees to: any, or one of the own region. Of no shop (None): only
    who sees to all."""
    mine = own_regions(session)
    if mine is None:
        return True
    return session.connection.scalar(select(dealer.c.region).where(dealer.c.code == code)) in mine
