"""Every kind of thing that a subject can show: listed, and one of them found by its key."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from smsgw.business.core.showing import Asked, Shown
from smsgw.business.registry import gather
from smsgw.errors import NOT_FOUND, refuse


def shown() -> dict[str, Shown]:
    """Every kind by its name, in the order of the subjects."""
    return {name: kind for offered in gather("reports", "SHOWN") for name, kind in offered.items()}


def show(connection: Connection, name: str, asked: Asked) -> dict[str, Any]:
    """A thing of a kind that there is, with what later subjects know of it; raises Refused (not found) where there is
    none of that key.
    """
    kind = shown()[name]
    found = kind.find(connection, asked)
    if found is None:
        refuse(f"there is no {kind.noun or name} {asked.key}; check it for a slip", NOT_FOUND)
    for added in gather("reports", "ADDED"):
        if name in added:
            found |= added[name](connection, found)
    return found
