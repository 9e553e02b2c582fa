"""All tables of the house: those of the kernel and those of every subject, in one metadata."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from smsgw.business import SUBJECTS
from smsgw.store import tables as kernel_tables
from smsgw.store.columns import metadata

__all__ = ["kernel_tables", "metadata"]

for _subject in SUBJECTS:
    if find_spec(f"smsgw.business.{_subject}.tables") is not None:
        import_module(f"smsgw.business.{_subject}.tables")
