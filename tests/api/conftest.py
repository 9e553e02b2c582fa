"""A migrated SQLite database for each test of the API."""

from __future__ import annotations

from tests.gateway.conftest import engine, migrated_file

__all__ = ["engine", "migrated_file"]
