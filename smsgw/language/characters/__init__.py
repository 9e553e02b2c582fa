"""CHARACTERS: what is typed, folded to one form; hanzi, their sounds and numbers. The ground of grammar and reading."""
