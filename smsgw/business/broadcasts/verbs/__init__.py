"""Broadcasts: what texts ask of it."""

from __future__ import annotations

from smsgw.business.broadcasts.verbs.broadcast import BROADCAST, TEST
from smsgw.business.broadcasts.verbs.survey import listen

VERBS = (BROADCAST, TEST)
LISTENERS = (listen,)
