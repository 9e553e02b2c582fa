"""What the subjects offer, gathered in their order: each file of a subject has it under one fixed name.

    verbs.VERBS      the verbs, each with all its facts
    books.RECORDS    how each record of its own is booked: type → function
    imports.KINDS    kinds of file
    reports.REPORTS  named reports
    checks.CHECKS    what `smsgw db verify` proves

A file of a subject that is not there offers nothing; nothing registers itself, and nothing is imported before it is
asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from smsgw.business import SUBJECTS


def gather(file: str, name: str) -> Iterator[Any]:
    """What each subject's `file` offers under `name`, in the order of the subjects; who offers nothing is left out."""
    for subject in SUBJECTS:
        module = f"smsgw.business.{subject}.{file}"
        if find_spec(module) is not None:
            offered = getattr(import_module(module), name, None)
            if offered is not None:
                yield offered
