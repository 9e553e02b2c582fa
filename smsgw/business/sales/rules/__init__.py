"""Sales: its values and its arithmetic."""
