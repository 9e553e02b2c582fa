"""The books of sales: what was sold, and what waits on hold."""

from smsgw.business.sales.books.sales import BOOKS, RECORDS, StoredSales

__all__ = ["BOOKS", "RECORDS", "StoredSales"]
