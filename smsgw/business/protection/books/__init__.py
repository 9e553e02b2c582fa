"""The books of price protection: claims and their sets, and what a planned cut would come to."""

from smsgw.business.protection.books.claims import BOOKS, RECORDS

__all__ = ["BOOKS", "RECORDS"]
