"""The databases of the store's tests, for imports."""

from __future__ import annotations

from tests.store.conftest import engine, migrated_file, server, shared, template, url

__all__ = ["engine", "migrated_file", "server", "shared", "template", "url"]
