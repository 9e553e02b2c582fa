"""Runs migrations on the engine it is given; there is no offline mode and no configuration file."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Engine, text

from smsgw.business.schema import metadata

engine: Engine = context.config.attributes["engine"]
QUEUE = 5_766_749  # any number of our own: whoever migrates holds this advisory lock of PostgreSQL

with engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=connection.dialect.name == "sqlite"
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": QUEUE})
        context.run_migrations()
    connection.commit()
