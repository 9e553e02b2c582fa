"""smsgw card: the pocket card of the commands that a role may text."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from smsgw.business.core.principal import ROLES
from smsgw.cli.common import options
from smsgw.cli.common.output import json_line, print_block, print_line
from smsgw.errors import SmsgwError

app = options.app()


class Format(StrEnum):
    TEXT = "text"
    HTML = "html"


Role = StrEnum("Role", {role: role for role in ROLES})  # type: ignore[misc]  # its words are the rules' own


@app.command()
def card(
    language: Annotated[
        str | None, typer.Option(metavar="LANG", help="Of the card; else the gateway's.", show_default=False)
    ] = None,
    role: Annotated[Role, typer.Option(help="Whose commands.")] = Role[ROLES[0]],
    format: Annotated[Format, typer.Option(help="Plain text, or a page to print.")] = Format.TEXT,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Written here; else printed.", show_default=False)
    ] = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print the pocket card of the commands that a role may use, from the grammar in force, with a version."""
    from smsgw.gateway.understanding import language_of
    from smsgw.language.samples import card as cards

    settings = options.settings_of(config)
    grammar, replies = language_of(settings)
    chosen = language or settings.gateway.language
    if chosen not in replies.languages:
        raise SmsgwError(f"there are no answers in '{chosen}', only in {', '.join(replies.languages)}")
    number = next((smsc.address for smsc in settings.smsc if smsc.address), "")
    made = cards.card(grammar, replies, chosen, role.value, number)
    text = cards.html(made) if format is Format.HTML else cards.plain(made)
    if output is not None:
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise SmsgwError(f"{output} cannot be written: {error.strerror}") from error
    if json:
        commands = [{"verb": row.verb, "syntax": row.syntax, "examples": row.examples} for row in made.rows]
        json_line({"language": chosen, "role": role.value, "version": made.version, "commands": commands})
    elif output is None:
        print_block(text)
    else:
        print_line(f"{output}: {made.version}")
