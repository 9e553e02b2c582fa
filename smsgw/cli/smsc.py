"""smsgw smsc: the simulated SMSC alone, to bind to and to text through."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.output import json_line, print_error, print_line
from smsgw.errors import SmsgwError

if TYPE_CHECKING:
    from smsgw.cli.operator import Operator

app = options.app()


@app.command()
def smsc(
    host: Annotated[str, typer.Option(metavar="HOST", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="PORT", help="0: any that is free.")] = 2775,
    scenario: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="How it behaves; --list prints the names. Several combine.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of the scenario's random choices.")] = 1,
    address: Annotated[str, typer.Option(metavar="NUMBER", help="The short code that typed texts go to.")] = "1069",
    system_id: Annotated[str, typer.Option(metavar="NAME", help="The only one accepted; empty: any.")] = "",
    password: Annotated[str, typer.Option(metavar="WORD", help="The only one accepted; empty: any.")] = "",
    own_id: Annotated[str, typer.Option(metavar="NAME", help="What it calls itself.")] = "smsgw-sim",
    outbind_password: Annotated[str, typer.Option(metavar="WORD", help="What it says in an outbind.")] = "",
    certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With TLS: where its certificate goes, for tls_ca of a link.")
    ] = None,
    names: Annotated[bool, typer.Option("--list", help="Print the scenarios and exit.")] = False,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Serve as an SMSC until SIGTERM; a line typed as PHONE TEXT is a text of that phone, its answers are printed."""
    from smsgw.simulator.scenario import SCENARIOS, combined

    if names:
        for known in SCENARIOS.values():
            if json:
                json_line({"name": known.name, "description": known.description})
            else:
                print_line(f"{known.name:<17} {known.description}")
        return
    try:
        chosen = combined(scenario or ())
    except ValueError as error:
        raise SmsgwError(str(error)) from None

    from smsgw.cli.operator import Operator
    from smsgw.simulator.settings import SmscSettings

    def arrived(phone: str, sender: str, text: str) -> None:
        if json:
            json_line({"phone": phone, "from": sender, "text": text})
        else:
            print_line(f"{phone} < {text}")
        sys.stdout.flush()

    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    settings = SmscSettings(
        own_id=own_id, system_id=system_id, password=password, outbind_password=outbind_password, seed=seed
    )
    with Operator(host, port, settings, chosen, arrived, certificate) as operator:
        how = "connecting to" if chosen.outbind else "listening on"
        print_error(f"{how} {operator.host}:{operator.port}, scenario {chosen.name}")
        threading.Thread(target=_texts, args=(operator, address), daemon=True).start()
        over.wait()


def _texts(operator: Operator, address: str) -> None:
    """Send what is typed, a text a line."""
    for line in sys.stdin:
        phone, _, text = line.strip().partition(" ")
        if text:
            operator.send(phone, address, text)
        elif phone:
            print_error("write: PHONE TEXT")
