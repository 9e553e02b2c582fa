"""Why a shop sold sets of another one, as answers have it."""

from __future__ import annotations

from smsgw.business.core.field_kinds import phrase

HOLD_REASON = phrase("hold_reason_transfer", "hold_reason_bought", "hold_reason_other", "hold_reason_story")
