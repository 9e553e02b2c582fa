"""Conversation: its values and its arithmetic."""
