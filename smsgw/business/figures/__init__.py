"""FIGURES: what texts and books add up to."""
