"""CATALOGUE: the models, their names and type allocation codes."""
