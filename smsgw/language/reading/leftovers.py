"""What a command leaves of a text: tokens that may be stock or money, so that none is dropped without a word."""

from __future__ import annotations

from smsgw.business.core.command import Command
from smsgw.business.vocabulary import BY_NAME
from smsgw.language.reading.tokens import AT, COUNT, DIGITS, NAME, NUMBER, SIGNED, WORD, Tok

_FIGURES = frozenset((DIGITS, COUNT, NUMBER, SIGNED, NAME, AT))
_NUMBERS = ("QUANTITY", "DOZEN", "ZERO")
_SHORTEST_IMEI = 14


def without_restated(toks: list[Tok]) -> list[Tok]:
    """The tokens without a quantity and its unit words that says how many IMEIs follow: `一台 8601…` is one set."""
    units = sum(tok.kind in (DIGITS, WORD) and sum(map(str.isdigit, tok.text)) >= _SHORTEST_IMEI for tok in toks)
    if not units:
        return toks
    for at, tok in enumerate(toks):
        counted = _quantity_of(tok)
        last = at + 1
        while last < len(toks) and toks[last].is_a("UNIT"):
            last += 1
        if counted == units and (tok.kind != DIGITS or last > at + 1):
            return [*toks[:at], *toks[last:]]
    return toks


def pieces_that_matter(toks: list[Tok], left: list[int]) -> list[tuple[int, int]]:
    """Where those of the tokens left out stand that may be stock or money, each with its unit word."""
    found: list[tuple[int, int]] = []
    for at in left:
        tok = toks[at]
        if _matters(tok):
            following = toks[at + 1] if at + 1 < len(toks) else None
            unit = following is not None and following.start == tok.end and following.is_a("UNIT")
            found.append((tok.start, following.end if following is not None and unit else tok.end))
    return found


def changes_meaning(command: Command, toks: list[Tok], left: list[int]) -> bool:
    """Whether a proposal is no longer what was typed: a model, a set or a dealer is not in it, or a count has gaps."""
    return (command.verb is not None and BY_NAME[command.verb].tells_all) or any(
        _matters(tok) and not (_quantity_of(tok) or tok.is_a("ZERO")) for tok in (toks[at] for at in left)
    )


def _matters(tok: Tok) -> bool:
    if tok.words:
        return any(tok.is_a(terminal) for terminal in _NUMBERS)
    return tok.kind in _FIGURES or (tok.kind == WORD and any(map(str.isdigit, tok.text)))


def _quantity_of(tok: Tok) -> int:
    """How many sets a token alone says; 0 when it is not a quantity."""
    if tok.kind == COUNT:
        return tok.count
    if tok.kind == DIGITS and len(tok.text) <= 4 and tok.name is None:
        return int(tok.text)
    return next((int(word.value) for word in tok.words if word.terminal == "QUANTITY"), 0)
