"""A fresh, migrated database for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from tests.databases import engine, migrated_file, server, shared, template, url

__all__ = ["engine", "migrated_file", "server", "shared", "template", "url"]
