"""What people and programs put around a value, taken off: strange spaces, unseen marks, quotes against rounding."""

from __future__ import annotations

import re

# Spaces that look like one: non-breaking, of typesetting, ideographic. Marks that are not seen: of byte order, of
# direction (a phone copied from a telephone's contacts stands between U+202D and U+202C), of no width.
_SPACES = dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
_UNSEEN = dict.fromkeys(
    [0xFEFF, 0x200B, 0x200E, 0x200F, 0x2060, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_MARKS = str.maketrans({**_SPACES, **_UNSEEN})

_FORMULA = re.compile(r'="([^"]*)"\Z')
_APOSTROPHE = re.compile(r"['\u2018\u2019`](?=[-0-9+=@]|[A-Za-z._\-]*[0-9][A-Za-z0-9._\-]*\Z)")


def clean(text: str) -> str:
    """A cell as it was meant: `="860…"` and `'860…`, as long numbers are kept from being rounded, are 860….

    An apostrophe before a word is left: it is the beginning of a name such as 's-Hertogenbosch.
    """
    if not text.isascii():
        text = text.translate(_MARKS)
    text = text.strip()
    if text and text[0] in "='\u2018\u2019`":
        if found := _FORMULA.match(text):
            text = found[1].strip()
        if text and _APOSTROPHE.match(text):
            text = text[1:].strip()
    return text
