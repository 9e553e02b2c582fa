"""Texts on their way out: in which order, by which link, how written, and what becomes of them."""
