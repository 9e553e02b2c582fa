"""Conversation: what texts ask of it."""
