"""Imports: the kinds of file, and how one is checked and booked."""
