"""Figures: what it adds up to."""
