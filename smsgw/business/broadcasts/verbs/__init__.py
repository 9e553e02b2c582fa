"""Broadcasts: what texts ask of it."""
