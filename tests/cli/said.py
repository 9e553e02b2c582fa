"""Texts that a deployment has received: stored with the readings they had, as the daemon stores them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from smsgw.business.audiences.books.lexicon import lexicon_rows
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.messages.rules import Inbound
from smsgw.cli.common.opening import migrated
from smsgw.gateway.understanding import understanding_of
from smsgw.settings.loading import load


def receive(home: Path, phone: str, texts: Iterable[tuple[datetime, str]]) -> list[dict[str, Any]]:
    """Store texts read with the grammar and catalogue that the deployment has now; returns their readings."""
    settings = load(home / "smsgw.toml")
    engine = migrated(settings)
    with engine.connect() as connection:
        understanding = understanding_of(settings, lexicon_rows(connection))
    readings = []
    for at, text in texts:
        reading = understanding.read(text, at.timestamp(), phone)
        readings.append(reading.as_json())
        with Bookkeeper(engine, settings.trade_rules()).transaction(at, keep=True) as books:
            books.receive(
                Inbound(
                    link="a",
                    session=1,
                    sender=phone,
                    recipient="1069",
                    text=text,
                    folded=reading.folded,
                    payload=text.encode(),
                    data_coding=8,
                    received_at=at,
                    reading=json.dumps(reading.as_json(), ensure_ascii=False),
                    state="ignored" if reading.outcome == "ignored" else "done",
                )
            )
            books.work.flush()
    engine.dispose()
    return readings
