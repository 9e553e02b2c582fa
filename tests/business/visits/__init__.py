"""Visits of the field, tested."""
