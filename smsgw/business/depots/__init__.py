"""Depots: what lies there for shops to order, and what of it is promised to orders already."""
