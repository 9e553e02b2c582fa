"""People: what texts ask of it."""

from __future__ import annotations

from smsgw.business.people.verbs.field import VISIT
from smsgw.business.people.verbs.people import BLOCK, JOIN, NEWNUM, PIN, UNBLOCK

VERBS = (JOIN, NEWNUM, PIN, VISIT, BLOCK, UNBLOCK)
