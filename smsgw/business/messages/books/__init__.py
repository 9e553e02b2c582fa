"""The books of messages: every text that came or is to go, and what became of it."""

from smsgw.business.messages.books.messages import BOOKS

__all__ = ["BOOKS"]
