"""smsgw corpus: test texts from the grammar, each with the reading that it must have."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from smsgw.cli.common import options
from smsgw.cli.common.output import json_line
from smsgw.errors import SmsgwError

app = options.app()


@app.command()
def corpus(
    count: Annotated[int, typer.Option(min=1, metavar="N", help="How many texts.")] = 100,
    seed: Annotated[int, typer.Option(metavar="S", help="Another number gives other texts.")] = 1,
    language: Annotated[
        str | None, typer.Option(metavar="LANG", help="Verbs in this language only.", show_default=False)
    ] = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print texts made from grammar and catalogue, one JSON object a line, with the reading each must have.

    They go through every verb, order of arguments, alias, separator, case, width and digit script. `@today` and
    `@yesterday` stand for the days that the texts are read on.
    """
    settings = options.settings_of(config)
    from smsgw.business.audiences.books.lexicon import lexicon_rows
    from smsgw.cli.common.opening import reading
    from smsgw.gateway.understanding import language_of, lexicon_of
    from smsgw.language.grammar.words import Words
    from smsgw.language.samples.corpus import generate

    grammar, _ = language_of(settings)
    known = Words(grammar).languages()
    if language is not None and language not in known:
        raise SmsgwError(f"the grammar has no words in '{language}', only in {', '.join(known)}")
    with reading(settings) as connection:
        lexicon = lexicon_of(settings, lexicon_rows(connection))
    today = datetime.now(ZoneInfo(settings.gateway.timezone)).date()
    for text in islice(generate(grammar, lexicon, seed=seed, today=today, language=language), count):
        json_line(text.as_json())
