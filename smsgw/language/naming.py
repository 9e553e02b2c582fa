"""What the language asks of the names of a directory that is imported: no model or dealer is called like a verb."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from smsgw.business.core.known import Snapshot
from smsgw.language.loading import verb_words
from smsgw.language.replies.replies import languages_of
from smsgw.values.names import fold


def import_setting(
    grammars: Sequence[Path], replies: Sequence[Path], *, language: str, country: str, timezone: str, now: datetime
) -> Snapshot:
    """What a deployment sets for its imports, for `smsgw.business.importing.run`.

    `grammars` and `replies` are directories with fragments and answers of its own; `language`, `country` and
    `timezone` those of the deployment; `now` is aware. Raises LanguageFaults for a grammar that cannot be used.
    """
    return Snapshot(
        verb_words=frozenset(map(fold, verb_words(grammars, replies))),
        languages=languages_of(replies),
        language=language,
        country=country,
        timezone=timezone,
        today=now.astimezone(ZoneInfo(timezone)).date(),
        now=now,
    )
