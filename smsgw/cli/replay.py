"""smsgw replay: stored texts read again with today's grammar and catalogue; what would now be read otherwise."""

from __future__ import annotations

import json as jsons
from typing import Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.output import json_line, on_clock, print_line

app = options.app()


@app.command()
def replay(
    since: Annotated[str, typer.Option(metavar="T", help="Texts from this time or day on.", show_default=False)],
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """List every stored text that would now be read otherwise, with both readings; nothing is booked or changed."""
    settings = options.settings_of(config)
    from smsgw.business.audiences.books.lexicon import lexicon_rows
    from smsgw.business.figures.reports.readings import stored_readings
    from smsgw.cli.common.arguments import moment
    from smsgw.cli.common.opening import reading
    from smsgw.cli.common.output import reading_lines
    from smsgw.gateway.understanding import understanding_of
    from smsgw.language.reading.replay import differences

    start = moment(since, "--since", settings.gateway.timezone)
    texts = changed = 0
    with reading(settings) as connection:
        understanding = understanding_of(settings, lexicon_rows(connection))
        for stored in stored_readings(connection, start):
            texts += 1
            # Through JSON, as the stored one went; read on the day on which it came.
            read = understanding.read(stored.text, stored.at.timestamp(), stored.phone).as_json()
            now = jsons.loads(jsons.dumps(read))
            differs = differences(stored.reading, now)
            if not differs:
                continue
            changed += 1
            at = stored.at.isoformat(timespec="seconds").replace("+00:00", "Z")
            old = {name: stored.reading[name] for name in ("outcome", "commands")}
            if json:
                new = {name: now[name] for name in ("outcome", "commands")}
                heading = {"id": stored.id, "phone": stored.phone, "at": at, "text": stored.text}
                json_line({**heading, "differs": differs, "old": old, "new": new})
                continue
            print_line(f"{on_clock(at, settings.gateway.timezone)} {stored.id} {stored.phone}: {', '.join(differs)}")
            for word, lines in (("was", stored.reading), ("now", now)):
                for line in reading_lines(lines):
                    print_line(f"  {word} {line}")
    if not json:
        print_line(f"{changed} of {texts} texts would be read otherwise")
