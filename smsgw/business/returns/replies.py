"""The words of a reason as answers have them."""

from __future__ import annotations

from smsgw.business.core.field_kinds import Kind
from smsgw.business.returns.rules.reasons import LONGEST

REASON_WORDS = Kind("token", ("W" * LONGEST,), limit=LONGEST)
