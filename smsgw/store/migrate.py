"""The database's revision: bringing it up to date, and saying where it stands."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from smsgw.errors import SmsgwError
from smsgw.store.engine import DatabaseUnavailable, explain


class NotMigrated(SmsgwError):
    """The database is not at the revision that this version of smsgw needs."""


def _config(engine: Engine | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("smsgw.migrations")).replace("%", "%%"))
    config.attributes["engine"] = engine
    return config


def head() -> str:
    """The revision that this version of smsgw needs."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise NotMigrated("this installation of smsgw has no migrations; install it again")
    return revision


def current(engine: Engine) -> str | None:
    """The revision the database is at; None for an empty one.

    Raises: DatabaseUnavailable.
    """
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        raise DatabaseUnavailable(explain(engine, error)) from error


def upgrade(engine: Engine) -> None:
    """Bring the database to `head()`. On PostgreSQL several processes may try at once: they queue.

    Raises: DatabaseUnavailable; NotMigrated when the database is newer than this version of smsgw.
    """
    known = {revision.revision for revision in ScriptDirectory.from_config(_config()).walk_revisions()}
    now = current(engine)
    if now is not None and now not in known:
        raise NotMigrated(f"the database is at revision {now}, which this version of smsgw does not know; update smsgw")
    try:
        command.upgrade(_config(engine), "head")
    except SQLAlchemyError as error:
        raise DatabaseUnavailable(explain(engine, error)) from error


def check(engine: Engine) -> list[str]:
    """What is wrong with the database's revision, in sentences; nothing when it is what this version needs.

    Raises: DatabaseUnavailable.
    """
    now, wanted = current(engine), head()
    if now == wanted:
        return []
    if now is None:
        return ["the database is empty; run `smsgw db upgrade`"]
    return [f"the database is at revision {now}, this version of smsgw needs {wanted}; run `smsgw db upgrade`"]


def require(engine: Engine) -> None:
    """Refuse to work on a database at another revision.

    Raises: NotMigrated, DatabaseUnavailable.
    """
    faults = check(engine)
    if faults:
        raise NotMigrated(faults[0])
