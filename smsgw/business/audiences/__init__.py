"""AUDIENCES: groups of people by an expression or by a list of numbers."""
