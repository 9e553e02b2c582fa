"""Texts on their way in: what was written by whom, kept, decided and acknowledged."""
