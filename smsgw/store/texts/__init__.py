"""Texts in the database: what came in, what is to go out, and what became of it."""
