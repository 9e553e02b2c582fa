"""The life of a return: it waits for a decision, which credits or replaces its sets, or gives them back."""

from __future__ import annotations

from smsgw.values.state_table import StateTable

OPEN, CREDITED, REPLACED, REJECTED, UNDONE = STATES = ("open", "credited", "replaced", "rejected", "undone")
LIFE = StateTable(
    "a return",
    STATES,
    {(OPEN, "credit"): CREDITED, (OPEN, "replace"): REPLACED, (OPEN, "reject"): REJECTED, (OPEN, "undo"): UNDONE},
)

# The states in which the shop has been made whole: nothing more is owed for the sets.
SETTLED = (CREDITED, REPLACED)
