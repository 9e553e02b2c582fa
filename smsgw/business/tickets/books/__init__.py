"""The books of tickets: what shops said, who answers it and how far it is."""

from smsgw.business.tickets.books.tickets import BOOKS, RECORDS

__all__ = ["BOOKS", "RECORDS"]
