"""Sales: what texts ask of it."""

from __future__ import annotations

from smsgw.business.sales.rules import hold_outcomes, late
from smsgw.business.sales.verbs.holding import listen
from smsgw.business.sales.verbs.nil import NIL
from smsgw.business.sales.verbs.sale import SALE
from smsgw.business.sales.verbs.summary import SUMMARY

VERBS = (SALE, NIL, SUMMARY)

LISTENERS = (listen,)

REVERSALS = (late.reverse, hold_outcomes.reverse)
