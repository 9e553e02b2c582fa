"""The books of notifications: what is to be told unasked, and what a text notes of that."""

from smsgw.business.notifications.books.by_text import BOOKS, RECORDS
from smsgw.business.notifications.books.notices import ANSWERS

__all__ = ["ANSWERS", "BOOKS", "RECORDS"]
