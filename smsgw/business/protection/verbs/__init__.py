"""Price protection: what texts ask of it."""

from __future__ import annotations

from smsgw.business.protection.verbs.protect import PROTECT

VERBS = (PROTECT,)
