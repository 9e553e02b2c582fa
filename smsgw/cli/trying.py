"""smsgw try: what a text of a phone would do and be answered, with nothing kept."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smsgw.cli.common import options
from smsgw.cli.common.output import json_line, on_clock, print_line

if TYPE_CHECKING:
    from smsgw.business.core.decision import Record
    from smsgw.settings.sections import Settings

app = options.app()

LINK = "try"


@app.command(name="try")
def try_(
    text: Annotated[
        list[str], typer.Argument(metavar="TEXT", help="The text; \\n in it is a new line.", show_default=False)
    ],
    phone: Annotated[str, typer.Option("--from", metavar="PHONE", help="Who sends it.", show_default=False)],
    at: options.At = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Show what a text of a phone would do and be answered; nothing is kept."""
    from smsgw.cli.common.arguments import e164, sent_at, unescaped

    settings = options.settings_of(config)
    number = e164(phone, settings.gateway.country)
    outcome = tried(settings, number, unescaped(" ".join(text)), sent_at(at, settings))
    if json:
        json_line(outcome)
    else:
        _print(on_clock(outcome, settings.gateway.timezone))


def tried(settings: Settings, phone: str, text: str, now: datetime) -> dict[str, Any]:
    """What the daemon would do with a text that arrived at `now`: read, decided and answered, then rolled back."""
    from sqlalchemy.exc import SQLAlchemyError

    from smsgw.business import dialogue
    from smsgw.business.audiences.books.lexicon import lexicon_rows
    from smsgw.business.bookkeeper import Bookkeeper
    from smsgw.business.messages.rules import Inbound
    from smsgw.cli.common.opening import migrated
    from smsgw.gateway.outbound.tariff import LinkTariff
    from smsgw.gateway.outbound.writing import encoded
    from smsgw.gateway.understanding import understanding_of
    from smsgw.settings.sections import Smsc
    from smsgw.smpp.split import count
    from smsgw.store.engine import DatabaseUnavailable, explain

    engine = migrated(settings)
    with engine.connect() as connection:
        understanding = understanding_of(settings, lexicon_rows(connection))
    reading = understanding.read(text, now.timestamp(), phone)
    inbound = Inbound(
        link=LINK,
        session=uuid.uuid4().int >> 66,  # a session that no other text has come by: this is not a redelivery
        sender=phone,
        recipient=LINK,
        text=text,
        folded=reading.folded,
        payload=text.encode("utf-8", "surrogatepass"),
        data_coding=0,
        received_at=now,
    )
    try:
        keeper = Bookkeeper(engine, settings.trade_rules(), tariff=LinkTariff(settings))
        with keeper.transaction(now, keep=False) as books:
            books.receive(inbound)
            decision = dialogue.answer(reading, phone, books)
            reply = understanding.word(decision.replies, decision.language) if decision.replies else None
            books.work.flush()
    except SQLAlchemyError as error:
        raise DatabaseUnavailable(explain(engine, error)) from error
    finally:
        engine.dispose()
    smsc = next((each for each in settings.smsc if each.bind != "receiver"), Smsc())
    size = count(encoded(reply, smsc), smsc.long_messages) if reply is not None else None
    return {
        "phone": phone,
        **reading.as_json(),
        "reply": reply,
        "alphabet": str(size.alphabet) if size else None,
        "units": size.units if size else 0,
        "parts": size.parts if size else 0,
        "records": [_record_json(record) for record in decision.records],
    }


def _record_json(record: Record) -> dict[str, Any]:
    """A record as JSON: which it is, and its fields that hold anything."""
    plain = {name: _plain(value) for name, value in dataclasses.asdict(record).items() if value is not None}
    return {"record": type(record).__name__, **plain}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value


def _print(outcome: dict[str, Any]) -> None:
    from smsgw.cli.common.output import reading_lines

    for line in reading_lines(outcome):
        print_line(line)
    print_line("answer:" if outcome["reply"] is not None else "no answer")
    if outcome["reply"] is not None:
        for line in outcome["reply"].split("\n"):
            print_line(f"  {line}")
        parts = outcome["parts"]
        print_line(f"  ({outcome['alphabet']}, {outcome['units']} units, {parts} part{'s' if parts != 1 else ''})")
    if outcome["records"]:
        print_line("it would book:")
        for record in outcome["records"]:
            print_line("  " + record["record"] + " " + " ".join(f"{k}={v}" for k, v in record.items() if k != "record"))
    else:
        print_line("it would book nothing")
