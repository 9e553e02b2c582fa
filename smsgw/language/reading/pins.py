"""A PIN that somebody texted is hidden before the text is kept, whatever its verb comes to.

What is hidden: four to six digits behind `#` (`S 860123450000012 #4711`), short numbers near a word for a PIN in any
text (`my pin is 4711`), and all short numbers of a text whose verb takes a PIN.
"""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Any

from smsgw.business.core.command import Command, Reading
from smsgw.business.vocabulary import VERBS

# The fields of a command that hold a PIN where its verb takes one; its decision needs them, what is kept does not.
ARGUMENTS = ("pin", "old", "new")

_TAKING_PINS = frozenset(verb.name for verb in VERBS if not set(ARGUMENTS).isdisjoint(verb.arguments))

_WORD = re.compile(r"(?i)(?<![a-z])pin(?:code|s)?(?![a-z])|密码|密碼|口令")
_MARKED = re.compile(r"[#\uff03]\s?(\d{4,6})(?!\d)")
_SHORT = re.compile(r"(?<!\d)\d{1,8}(?!\d)")
_NEAR = re.compile(r"(?<!\d)\d{3,8}(?!\d)")
_STARS = "****"


def hide_in(text: str) -> str:
    """A text of which nothing else is known, without its PINs."""
    return _hidden(text, _digits_in(text, is_pin=False))


def hide_pins(reading: Reading, *, arguments: bool) -> Reading:
    """A reading without the PINs in its text and in what was made of it; the same one where there is none.

    `arguments`: those that a verb takes are hidden too.
    """
    is_pin = any(command.verb in _TAKING_PINS for command in reading.commands)
    digits = _digits_in(reading.text, is_pin=is_pin)
    for command in reading.commands:
        if command.pin is None and command.old is None and command.new is None:
            continue
        digits |= {value for name in ARGUMENTS if (value := getattr(command, name)) is not None and value.isdecimal()}
    if not digits:
        return reading
    return replace(
        reading,
        text=_hidden(reading.text, digits),
        folded=_hidden(reading.folded, digits),
        commands=tuple(_without(command, digits, arguments=arguments) for command in reading.commands),
    )


def _digits_in(text: str, *, is_pin: bool) -> set[str]:
    """The numbers of a text that are PINs, in ASCII digits."""
    found = [match[1] for match in _MARKED.finditer(text)] if "#" in text or "\uff03" in text else []
    if is_pin:
        found += _SHORT.findall(text)
    elif ("pin" in text.lower() or "密" in text or "口令" in text) and (word := _WORD.search(text)) is not None:
        found += _NEAR.findall(text, word.end()) or _NEAR.findall(text)
    return {_ascii(digits) for digits in found}


def _ascii(digits: str) -> str:
    return "".join(str(int(digit)) for digit in digits)


def _hidden(text: str, digits: set[str]) -> str:
    """The text with each of the numbers, in whatever digits, as stars."""
    if not digits:
        return text
    return re.sub(r"(?<!\d)\d{1,8}(?!\d)", lambda found: _STARS if _ascii(found[0]) in digits else found[0], text)


def _without(value: Any, digits: set[str], *, arguments: bool) -> Any:
    """A command, or what stands in one, with the numbers hidden wherever they are."""
    if isinstance(value, str):
        return _hidden(value, digits)
    if isinstance(value, tuple):
        return tuple(_without(each, digits, arguments=arguments) for each in value)
    if not hasattr(value, "__dataclass_fields__"):
        return value
    kept = ARGUMENTS if isinstance(value, Command) and not arguments else ()
    changed = {
        field.name: _without(getattr(value, field.name), digits, arguments=arguments)
        for field in fields(value)
        if field.name not in kept
    }
    return replace(value, **changed)
