"""smsgw check: everything that can be wrong with a deployment before it runs, all at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from smsgw.cli.common import options
from smsgw.cli.common.output import json_line, print_line
from smsgw.errors import SmsgwError

if TYPE_CHECKING:
    from smsgw.settings.sections import Settings

app = options.app()


@app.command()
def check(config: options.Config = None, json: options.Json = False) -> None:
    """Check configuration, database, grammar, answers, links and report rules; every fault at once."""
    settings = options.settings_of(config, places=False)
    from smsgw.settings.remarks import remarks

    looked = {name: look(settings) for name, look in LOOKS.items()}
    faults = {name: found for name, found in looked.items() if found is not None}
    warnings = remarks(settings) + (_stopped_imports(settings) if not looked["database"] else [])
    if json:
        found_faults = [{"part": name, "fault": fault} for name, found in faults.items() for fault in found]
        json_line({"faults": found_faults, "warnings": warnings})
    else:
        for name, found in faults.items():
            print_line(f"{name}: " + ("; ".join(found) if found else "good"))
        for warning in warnings:
            print_line(f"warning: {warning}")
    total = sum(map(len, faults.values()))
    if total:
        raise SmsgwError(f"{total} fault{'s' if total != 1 else ''}; put right what is said above")


def _database(settings: Settings) -> list[str]:
    from smsgw.cli.common.opening import engine_of, explained
    from smsgw.store import migrate
    from smsgw.store.integrity import require_whole

    try:
        engine = engine_of(settings)
        with explained(engine):
            require_whole(engine)
        faults = migrate.check(engine)
        engine.dispose()
    except SmsgwError as error:
        return [str(error)]
    return faults


def _stopped_imports(settings: Settings) -> list[str]:
    """Files of which only a part is in the books."""
    from smsgw.cli.common.opening import reading
    from smsgw.store.import_progress import list_under_way

    with reading(settings) as connection:
        return [
            f"{file.name} is in the books up to {file.place:,} of its {file.lines:,} lines; "
            f"if nobody imports it now, `smsgw import {file.kind}` goes on with it"
            for file in list_under_way(connection)
        ]


def _words(settings: Settings) -> list[str]:
    """Grammar and answers, which are checked together: answers name the words of the grammar."""
    from smsgw.language.loading import language_faults
    from smsgw.settings.loading import missing_places

    faults = language_faults(settings.grammar_directories, settings.reply_directories, settings.gateway.language)
    return [*map(str, missing_places(settings)), *faults]


def _links(settings: Settings) -> list[str]:
    if not settings.smsc:
        return ["there is no [[smsc]] entry, so no text can come in or go out"]
    faults = []
    for smsc in settings.smsc:
        for key in ("tls_ca", "tls_certificate", "tls_key"):
            name = getattr(smsc, key)
            if name and not (settings.base / name).is_file():
                faults.append(f"smsc[{smsc.name}].{key}: there is no file {settings.base / name}")
        if not smsc.address and smsc.bind != "receiver":
            faults.append(f"smsc[{smsc.name}].address is empty: answers need a short code to come from")
    return faults


def _reports(settings: Settings) -> list[str] | None:
    """Whether each rule of who must report is about somebody; None where there is no rule."""
    from smsgw.business.expectations.books.coverage import find_rule_faults
    from smsgw.cli.common.opening import reading

    rules = settings.rules()
    if not rules or _database(settings):  # without its database, which is told by itself, nobody can say
        return None
    with reading(settings) as connection:
        return find_rule_faults(connection, rules, settings.gateway.timezone)


# By part, what is wrong with it; None: there is nothing to look at.
LOOKS: dict[str, Callable[[Settings], list[str] | None]] = {
    "database": _database,
    "grammar and answers": _words,
    "links": _links,
    "reports": _reports,
}
