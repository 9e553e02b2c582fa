"""The books of expectations: reports owed, and reminders of them."""

from smsgw.business.expectations.books.late import BOOKS, RECORDS

__all__ = ["BOOKS", "RECORDS"]
