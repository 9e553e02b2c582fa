"""Sales: what texts ask of it."""

from __future__ import annotations

from smsgw.business.sales.rules.late import reverse
from smsgw.business.sales.verbs.nil import NIL
from smsgw.business.sales.verbs.sale import SALE
from smsgw.business.sales.verbs.summary import SUMMARY

VERBS = (SALE, NIL, SUMMARY)

REVERSALS = (reverse,)
