"""Returns: what texts ask of them."""

from __future__ import annotations

from smsgw.business.returns.rules.cases import swapped
from smsgw.business.returns.verbs.ret import RETURN

VERBS = (RETURN,)
SWAPS = (swapped,)
