"""Money: what texts ask of it."""

from __future__ import annotations

from smsgw.business.money.rules import reverse
from smsgw.business.money.verbs.bonus import BONUS
from smsgw.business.money.verbs.statement import STATEMENT

VERBS = (STATEMENT, BONUS)
REVERSALS = (reverse,)
