"""smsgw links: how each link stands; pausing, resuming and rebinding it; recording its PDUs for a while."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smsgw.cli.common import options
from smsgw.cli.common.opening import now, working, writing_session
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, on_clock, print_line
from smsgw.errors import SmsgwError, UsageError

if TYPE_CHECKING:
    from smsgw.settings.sections import Settings

app = options.app()

ANSWER_WITHIN = 10.0  # seconds for a daemon to take up a link command
REBIND_WITHIN = 25.0  # and to carry a rebind out, or say why not
LOOK_EVERY = 0.2

Name = Annotated[str, typer.Argument(metavar="NAME", help="The link.", show_default=False)]


def _read_statuses(connection: Any) -> list[dict[str, Any]]:
    import socket

    from smsgw.business.links import books as links
    from smsgw.business.messages.books import lives as runs

    return links.read_statuses(connection, now(), socket.gethostname(), runs.process_lives)


@app.callback(invoke_without_command=True)
def links(context: typer.Context, config: options.Config = None, json: options.Json = False) -> None:
    """Print the state of each link: its binds, its window, what waits and the last fault."""
    if context.invoked_subcommand is not None:
        given = context.get_parameter_source("config")  # not the environment, which subcommands see as well
        if json or (given is not None and given.name == "COMMANDLINE"):
            raise UsageError(f"write --config and --json after `smsgw links {context.invoked_subcommand}`")
        return
    from smsgw.business.links.books import paused
    from smsgw.cli.common.opening import reading

    settings = options.settings_of(config)
    with reading(settings) as connection:
        found = _read_statuses(connection) or _unserved(settings, paused(connection))
    if json:
        json_line(found)
        return
    for link in found:
        for line in _lines(on_clock(link, settings.gateway.timezone)):
            print_line(line)
    if not any(link["binds"] for link in found):
        print_line("no daemon runs on this database; start it with `smsgw run`")


def _unserved(settings: Settings, paused: frozenset[str]) -> list[dict[str, Any]]:
    """The links of the settings, when no daemon serves them."""
    names = dict.fromkeys(smsc.link_name for smsc in settings.smsc)
    return [
        {"name": name, "state": "stopped", "paused": name in paused, "since": None, "binds": [], "counters": {}}
        for name in names
    ]


def _lines(link: dict[str, Any]) -> list[str]:
    """A link for people: a line for its state, one for each bind and its last error, one for the figures."""
    pause = ", paused" if link["paused"] else ""
    lines = [f"{link['name']}: {link['state']}{pause}" + (f" since {link['since']}" if link["since"] else "")]
    for bind in link["binds"]:
        line = f"  {bind['name']} {bind['bind']} at {bind['smsc']}: {bind['state']} since {bind['since']}"
        if bind["next_attempt"]:
            line += f", next attempt {bind['next_attempt']}"
        lines.append(line)
        if bind["last_error"]:
            lines.append(f"    {bind['last_error_at']} {bind['last_error']}")
    if link["binds"]:
        counters = "  ".join(f"{name} {value}" for name, value in link["counters"].items())
        lines.append(f"  window {link['under_way']}/{link['window']}  waiting {link['waiting']}  {counters}")
    return lines


@app.command()
def pause(name: Name, by: By = None, config: options.Config = None, json: options.Json = False) -> None:
    """Send nothing on a link until it is resumed, restarts included; texts are still accepted, their answers wait."""
    _control(config, by, name, "pause", ANSWER_WITHIN)
    _say(json, name, "pause", f"{name} is paused: texts are taken and booked, their answers wait until it is resumed")


@app.command()
def resume(name: Name, by: By = None, config: options.Config = None, json: options.Json = False) -> None:
    """Send on a link again."""
    _control(config, by, name, "resume", ANSWER_WITHIN)
    _say(json, name, "resume", f"{name} sends")


@app.command()
def rebind(name: Name, by: By = None, config: options.Config = None, json: options.Json = False) -> None:
    """Unbind a link in order and bind it again; one that waits for its next attempt makes it now."""
    _control(config, by, name, "rebind", REBIND_WITHIN)
    _say(json, name, "rebind", f"{name} is bound again")


@app.command()
def capture(
    name: Name,
    output: Annotated[
        Path, typer.Option(metavar="FILE", help="A new file, on the daemon's machine.", show_default=False)
    ],
    seconds: Annotated[int, typer.Option(min=1, max=3600, metavar="N", help="How long.")] = 60,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Record a link's PDUs in a pcap file that Wireshark opens: texts and numbers in full, passwords blanked.

    Returns when the time is over. An interrupt leaves the recording on until then.
    """
    file = output.resolve()
    if file.exists():
        raise SmsgwError(f"{file} is there already; name a new file")
    _control(config, by, name, "capture", ANSWER_WITHIN, seconds=seconds, file=str(file))
    _say(json, name, "capture", f"{file} holds what went over {name}")


def _say(json: bool, name: str, what: str, sentence: str) -> None:
    if json:
        json_line({"link": name, "done": what})
    else:
        print_line(sentence)


def _control(
    config: Path | None,
    by: str | None,
    name: str,
    what: str,
    patience: float,
    *,
    seconds: int | None = None,
    file: str | None = None,
) -> None:
    """Have the daemon do something, and wait until it is done. Raises SmsgwError when it is not."""
    from smsgw.business.links.actions import control_link

    with working(config) as (settings, engine):
        with writing_session(settings, engine, by) as session:
            served = [link["name"] for link in _read_statuses(session.connection)]
            number = control_link(session, served, name, what, seconds=seconds, file=file)
        _wait(engine, number, patience, seconds or 0)


def _wait(engine: Any, number: int, patience: float, seconds: float) -> None:
    """Until a command is carried out: `patience` seconds, and `seconds` more from when the daemon has begun."""
    import time

    from smsgw.business.links import books as links
    from smsgw.store.engine import reading

    until = time.monotonic() + patience
    begun = False
    while True:
        with reading(engine).connect() as connection:
            now = links.progress(connection, number)
        if now.done:
            if now.refused:
                raise SmsgwError(now.refused)
            return
        if now.begun and not begun:
            begun = True
            until += seconds
        if time.monotonic() > until:
            break
        time.sleep(LOOK_EVERY)
    with engine.begin() as connection:
        withdrawn = links.withdraw_command(connection, number)
    raise SmsgwError(
        f"the daemon did not answer within {patience:.0f} s; "
        + ("the command is withdrawn, look at its log" if withdrawn else "it has begun, look at `smsgw links`")
    )
