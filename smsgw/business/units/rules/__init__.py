"""Units: its values and its arithmetic."""
