"""Names that texts may use, read again from the books when an import or an operator has changed them."""

from __future__ import annotations

from sqlalchemy import Engine

from smsgw.business.audiences.books.lexicon import LexiconRows, lexicon_rows
from smsgw.business.core.versions import CATALOGUE, DIRECTORY
from smsgw.gateway.current import Current
from smsgw.gateway.understanding import Understanding, with_names
from smsgw.store.engine import reading
from smsgw.store.versions import versions


class NameReader:
    """Looks whether the catalogue or the directory has changed since it was read. Used in one thread at a time."""

    def __init__(self, engine: Engine, current: Current, rows: LexiconRows) -> None:
        """`rows` are what the current understanding was made of."""
        self._engine = engine
        self._current = current
        self._known = _versions(rows.versions)

    def read(self) -> Understanding | None:
        """An understanding with today's names; None if they have not changed."""
        with reading(self._engine).connect() as connection:
            if _versions(versions(connection)) == self._known:
                return None
            rows = lexicon_rows(connection)
        understanding = with_names(self._current.understanding, self._current.settings, rows)
        self._known = _versions(rows.versions)
        return understanding


def _versions(found: dict[str, int]) -> dict[str, int]:
    return {name: found.get(name, 0) for name in (CATALOGUE, DIRECTORY)}
