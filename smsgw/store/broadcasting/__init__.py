"""Broadcasts in the database: whom one is for, what it would come to, and how it goes out."""
