"""People: what texts ask of it."""

from __future__ import annotations

from smsgw.business.people.verbs.blocking import BLOCK, UNBLOCK
from smsgw.business.people.verbs.people import JOIN, NEWNUM, PIN

VERBS = (JOIN, NEWNUM, PIN, BLOCK, UNBLOCK)
