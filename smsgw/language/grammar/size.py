"""How large the fragments of an installation may be: a rule is written out with and without each optional part."""

from __future__ import annotations

import re
from collections.abc import Iterator

LARGEST_FRAGMENT = 200_000  # characters of one file
MOST_WORDS = 5_000  # of one file; ours have some thousand together
MOST_ALTERNATIVES = 512  # of one rule: nine optional parts
MOST_TOGETHER = 4_096  # of the rules of one file
DEEPEST = 30  # brackets within brackets
_BEYOND = 10**12  # where counting ends

_TOKEN = re.compile(
    r'(?P<word>"(?:\\.|[^"\\\n])*"i?|/(?:\\.|[^/\\\n])+/[a-z]*)|(?P<other>//[^\n]*|->\s*\w+|%[^\n]*)'
    r"|~\s*(?P<least>\d{1,9})(?:\s*\.\.\s*(?P<most>\d{1,9}))?|(?P<mark>[?*+()\[\]|])|(?P<name>\S)"
)


def too_large(name: str, text: str, rules: Iterator[tuple[str, str]]) -> list[str]:
    """What is too large in a file of the grammar; `rules` are the names and the bodies of its definitions."""
    if len(text) > LARGEST_FRAGMENT:
        return [f"{name} has {len(text):,} characters, at most {LARGEST_FRAGMENT:,} are read"]
    words = sum(found["word"] is not None for found in _TOKEN.finditer(text))
    if words > MOST_WORDS:
        return [f"{name} has {words:,} words, at most {MOST_WORDS:,} are read; leave out those that nobody texts"]
    faults, together = [], 0
    for rule, body in rules:
        if rule.strip("_")[:1].isupper():
            continue  # a list of words is looked up, not written out
        count = alternatives(body)
        if count is None:
            faults.append(f"{rule} of {name} has brackets more than {DEEPEST} deep, or that do not close")
        elif count > MOST_ALTERNATIVES:
            faults.append(
                f"{rule} of {name} can be said in {'more than a million' if count > 10**6 else f'{count:,}'} ways, "
                f"at most {MOST_ALTERNATIVES} are possible; give its optional parts rules of their own"
            )
        else:
            together += count
    if together > MOST_TOGETHER:
        faults.append(f"the rules of {name} can be said in {together:,} ways, at most {MOST_TOGETHER:,} are possible")
    return faults


def alternatives(body: str) -> int | None:
    """How many sequences without optional parts the body of a rule comes to; None where its brackets are wrong."""
    outer: list[tuple[int, int, str]] = []  # of each open bracket: what was counted before it, and which bracket
    total, product, item = 0, 1, 1  # of the alternatives before, of the sequence before the last item, of that item
    for found in _TOKEN.finditer(body):
        mark = found["mark"]
        if found["other"]:
            continue
        if found["least"]:
            item = _repeated(item, int(found["least"]), int(found["most"] or found["least"]))
        elif mark in ("?", "*"):
            item = item + 1 if mark == "?" else max(item, 2)
        elif mark == "|":
            total, product, item = total + product * item, 1, 1
        elif mark in ("(", "["):
            if len(outer) == DEEPEST:
                return None
            outer.append((total, product * item, mark))
            total, product, item = 0, 1, 1
        elif mark in (")", "]"):
            if not outer:
                return None
            item = total + product * item
            total, product, opened = outer.pop()
            if (opened == "(") != (mark == ")"):
                return None
            item += mark == "]"
        elif mark is None:
            product, item = product * item, 1
        product, item, total = min(product, _BEYOND), min(item, _BEYOND), min(total, _BEYOND)
    return None if outer else total + product * item


def _repeated(item: int, least: int, most: int) -> int:
    """The ways of saying an item so many times."""
    if item == 1:
        return max(1, most - least + 1)
    count = 0
    for times in range(least, most + 1):
        count += item ** min(times, 64)
        if count > _BEYOND:
            break
    return count
