"""Prices: lists, days, what texts are answered."""
