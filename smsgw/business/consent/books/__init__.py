"""The books of consent: what phones said of being written to, and whom a notice may go to."""

from smsgw.business.consent.books.consents import BOOKS, RECORDS

__all__ = ["BOOKS", "RECORDS"]
