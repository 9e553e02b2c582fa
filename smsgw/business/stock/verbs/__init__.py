"""Stock: what texts ask of it."""

from __future__ import annotations

from smsgw.business.stock.rules import reverse
from smsgw.business.stock.verbs.register import REGISTER
from smsgw.business.stock.verbs.stock import STOCK

VERBS = (REGISTER, STOCK)
REVERSALS = (reverse,)
