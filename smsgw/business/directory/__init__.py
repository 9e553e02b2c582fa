"""DIRECTORY: regions, dealers, people and their phones."""
