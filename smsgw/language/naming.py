"""What the language asks of the names of a directory that is imported: no model or dealer is called like a verb."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from smsgw.business.core.known import Snapshot
from smsgw.errors import SmsgwError
from smsgw.language.grammar.fragments import GrammarConflict
from smsgw.language.grammar.spoken import grammar_of
from smsgw.language.replies.replies import languages_of
from smsgw.values.names import fold


def import_setting(
    grammars: Sequence[Path], replies: Sequence[Path], *, language: str, country: str, timezone: str, now: datetime
) -> Snapshot:
    """What a deployment sets for its imports, for `smsgw.business.importing.run`.

    `grammars` and `replies` are directories with fragments and answers of its own; `language`, `country` and
    `timezone` those of the deployment; `now` is aware. Raises SmsgwError for a grammar that cannot be used.
    """
    try:
        grammar = grammar_of(grammars, replies)
    except GrammarConflict as error:
        raise SmsgwError(f"the grammar cannot be used: {' '.join(str(error).split())}") from error
    words = frozenset(
        fold(spelled)
        for spelled, meanings in grammar.words.items()
        if any(word.terminal in grammar.leading for word in meanings)
    )
    return Snapshot(
        verb_words=words,
        languages=languages_of(replies),
        language=language,
        country=country,
        timezone=timezone,
        today=now.astimezone(ZoneInfo(timezone)).date(),
    )
