"""Names as they are compared: width, case, spaces, hyphens and dots make no difference."""

from __future__ import annotations

import re
import unicodedata


def fold(text: str) -> str:
    """A code, a name or a word of a verb, folded for comparison."""
    return re.sub(r"[\s\-.·_]+", "", unicodedata.normalize("NFKC", text)).casefold()
