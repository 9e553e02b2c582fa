"""What is raised for a value that cannot be read as it was written."""

from __future__ import annotations


class Unreadable(ValueError):
    """What was written cannot be read; its text says why and what to write, to stand after what was written."""
