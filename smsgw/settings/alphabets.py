"""Checks of what is set about the alphabets of a link, and what the settings mean to the text layer."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from smsgw.sms.alphabet import seven_bit
from smsgw.sms.coding import Alphabet, data_coding_of
from smsgw.sms.encode import Shift
from smsgw.sms.shift import LANGUAGES, LOCKING
from smsgw.values.nearest import or_near

_LOCKING = "+locking"


def checked_national(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of national tables. Raises ValueError for one that 23.038 does not have."""
    known = [*LANGUAGES, *(name + _LOCKING for name, number in LANGUAGES.items() if number in LOCKING)]
    for name in names:
        if name not in known:
            raise ValueError(
                f"'{name}' is not a table of 23.038, such as turkish or hindi+locking{or_near(name, known)}"
            )
    return names


def shifts_of(names: Sequence[str]) -> tuple[Shift, ...]:
    """The pairs of tables that the names allow: with the single shift table alone first, `+locking` further ones."""
    found: list[Shift] = []
    for name in names:
        number = LANGUAGES[name.removesuffix(_LOCKING)]
        found.append(Shift(0, number))
        if name.endswith(_LOCKING):
            found += [Shift(number, 0), Shift(number, number)]
    return tuple(dict.fromkeys(found))


def checked_data_codings(codings: dict[str, str]) -> dict[str, str]:
    """Alphabets by data_coding. Raises ValueError for what is not a data_coding or not an alphabet."""
    for key, alphabet in codings.items():
        number = _number(key)
        if number is None:
            raise ValueError(f"'{key}' is not a data_coding, 1 to 255, such as 8 or 0x08")
        if number == 0:
            raise ValueError("0 is what default_alphabet and default_alphabet_in say")
        if alphabet not in list(Alphabet):
            raise ValueError(
                f"'{alphabet}' is not an alphabet: {', '.join(Alphabet)}{or_near(alphabet, list(Alphabet))}"
            )
    numbers = [_number(key) for key in codings]
    twice = sorted({number for number in numbers if number is not None and numbers.count(number) > 1})
    if twice:
        raise ValueError(f"says twice what {twice[0]} means")
    overrides = overrides_of(codings)
    if Alphabet.UCS2 not in codes_of(overrides) and overrides.get(data_coding_of(Alphabet.UCS2, Alphabet.GSM)):
        raise ValueError('8 is no longer ucs2: name the data_coding that is, such as "0x18" = "ucs2"')
    return codings


def overrides_of(codings: Mapping[str, str]) -> dict[int, str]:
    """The same with numbers: what `smsgw.sms.decode` wants to know."""
    return {_number(key) or 0: alphabet for key, alphabet in codings.items()}


def codes_of(overrides: Mapping[int, str]) -> dict[str, int]:
    """The data_coding to write an alphabet with, where it is not the standard one; see `smsgw.sms.encode`.

    The standard one stays as long as it means what it should; else the lowest that was named for the alphabet counts.
    """
    found: dict[str, int] = {}
    for alphabet in (Alphabet.UCS2, Alphabet.LATIN1, Alphabet.ASCII, Alphabet.CYRILLIC, Alphabet.HEBREW):
        usual = data_coding_of(alphabet, Alphabet.GSM)
        named = [number for number, meaning in overrides.items() if meaning == alphabet]
        if overrides.get(usual, alphabet) != alphabet and named:
            found[alphabet] = min(named)
    return found


def alphabets_without_code(overrides: Mapping[int, str], alphabets: Sequence[str]) -> list[str]:
    """Those of the 8-bit alphabets that no data_coding stands for any more."""
    codes = codes_of(overrides)
    return [
        name
        for name in alphabets
        if name not in codes and overrides.get(data_coding_of(name, Alphabet.GSM), name) != name
    ]


def checked_transliterations(table: dict[str, str]) -> dict[str, str]:
    """Substitutes by character, composed. Raises ValueError for one that is not a single character, or no better."""
    found: dict[str, str] = {}
    for key, instead in table.items():
        character = unicodedata.normalize("NFC", key)
        if len(character) != 1:
            raise ValueError(f"'{key}' is not one character")
        if seven_bit().encode(instead) is None:
            raise ValueError(f"'{instead}' for {character} is not in the GSM alphabet itself")
        found[character] = instead
    return found


def _number(key: str) -> int | None:
    try:
        number = int(key, 0)
    except ValueError:
        return None
    return number if 0 <= number <= 255 else None
