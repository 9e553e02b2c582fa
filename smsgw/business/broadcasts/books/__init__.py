"""The books of broadcasts: each with its audience, its recipients and how far it is; surveys."""

from smsgw.business.broadcasts.books.by_text import BOOKS, RECORDS

__all__ = ["BOOKS", "RECORDS"]
