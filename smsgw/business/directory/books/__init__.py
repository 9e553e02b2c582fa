"""The books of the directory: dealers, people and regions."""

from smsgw.business.directory.books.directory import StoredDirectory

BOOKS = StoredDirectory
