"""Stock-takes: what texts ask of them."""

from __future__ import annotations

from smsgw.business.counts.verbs.count import COUNT
from smsgw.business.counts.verbs.sets import COUNT_CLOSE, COUNT_OPEN, COUNT_SETS, listen

VERBS = (COUNT, COUNT_OPEN, COUNT_SETS, COUNT_CLOSE)
LISTENERS = (listen,)
