"""PRICES: what a model costs on which tier from which day."""
