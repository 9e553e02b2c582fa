"""The books of messages: every text that came or is to go, and what became of it."""

from smsgw.business.messages.books.messages import BOOKS
from smsgw.business.messages.books.withdrawals import ANSWERS

__all__ = ["ANSWERS", "BOOKS"]
