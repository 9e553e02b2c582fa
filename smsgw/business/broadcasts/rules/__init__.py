"""Broadcasts: its values and its arithmetic."""
