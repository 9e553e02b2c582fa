"""Audiences: its values and its arithmetic."""
