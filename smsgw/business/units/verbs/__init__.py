"""Units: what texts ask of it."""

from __future__ import annotations

from smsgw.business.units.rules.reversal import reverse
from smsgw.business.units.verbs.imei import IMEI

VERBS = (IMEI,)
REVERSALS = (reverse,)
