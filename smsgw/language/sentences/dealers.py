"""Dealers by what their names begin with, where that names one of them alone."""

from __future__ import annotations

import re

from smsgw.language.characters.hanzi import RANGES
from smsgw.language.names.lexicon import Lexicon


def short_names(lexicon: Lexicon) -> dict[str, str]:
    """What one dealer's name alone begins with, five letters or two hanzi, and names nothing else."""
    found: dict[str, set[str]] = {}
    for key, code in lexicon.dealer_names.items():
        hanzi = re.match(f"[{RANGES}]{{2}}(?=[{RANGES}]{{2}})", key)
        if hanzi:
            found.setdefault(hanzi[0], set()).add(code)
    for name, code in lexicon.dealer_words:
        if len(name) >= 5:
            found.setdefault(name, set()).add(code)
    return {
        key: next(iter(codes))
        for key, codes in found.items()
        if len(codes) == 1 and key not in lexicon.places and key not in lexicon.names
    }
