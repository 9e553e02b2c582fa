"""STOCK: what a shop holds by its book, and what was counted."""
