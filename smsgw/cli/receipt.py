"""smsgw receipt: what shops have received of deliveries, and receiving one for a shop as RCV does."""

from __future__ import annotations

from typing import Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.opening import booking_session, reading_session, working
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, on_clock, print_line, table

app = options.app(help="Deliveries received, by RCV or here: list, show, receive.")


@app.command(name="list")
def list_(
    dealer: options.OfDealer = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="Only what was short, too much or another's.")] = False,
    limit: options.AtMost = 1_000,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print receipts, the newest first; with --json one object a line."""
    from smsgw.business.receipts.actions.deliveries import list_receipts

    code = dealer.upper() if dealer is not None else None
    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = list_receipts(session, code, wrong=wrong, limit=limit)
    if json:
        for each in found:
            json_line(each)
        return
    table(
        ("receipt", "shop", "of", "received", "short", "surplus", "ticket", "at", "undone"),
        [
            [
                f["reference"],
                f["dealer"],
                f["of"],
                f["received"],
                f["short"],
                f["surplus"],
                f["ticket"],
                f["at"],
                f["undone_at"],
            ]
            for f in on_clock(found, settings.gateway.timezone)
        ],
    )


@app.command()
def show(
    reference: Annotated[str, typer.Argument(metavar="REF", help="Such as R1001.", show_default=False)],
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print a receipt with its sets."""
    from smsgw.business.receipts.actions.deliveries import read_receipt

    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = read_receipt(session, reference)
    if json:
        json_line(found)
        return
    found = on_clock([found], settings.gateway.timezone)[0]
    undone = f", undone {found['undone_at']}" if found["undone_at"] else ""
    print_line(
        f"{found['reference']} of {found['dealer']}, {found['of'] or 'several deliveries'}: {found['at']}{undone}"
    )
    for line in found["lines"]:
        print_line(f"  {line['model']}: {line['received']} received, {line['short']} short, {line['surplus']} too many")
    for one in found["sets"]:
        print_line(f"  {one['imei']} {one['kind']}")
    if found["ticket"]:
        print_line(f"  ticket {found['ticket']} is about what is wrong")


@app.command()
def receive(
    of: Annotated[str | None, typer.Argument(metavar="[ORDER|NOTE]", show_default=False)] = None,
    imeis: Annotated[list[str] | None, typer.Argument(metavar="[IMEI…]", show_default=False)] = None,
    sets: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="How many came; else all of them.", show_default=False)
    ] = None,
    dealer: Annotated[
        str | None, typer.Option(metavar="CODE", help="The shop; with an order its own.", show_default=False)
    ] = None,
    sure: Annotated[bool, typer.Option("--sure", help="Though it be far more than was sent.")] = False,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Take a delivery as received for a shop: all that is on its way, so many sets, or those named."""
    from smsgw.business.receipts.actions.deliveries import Arriving, receive

    arriving = Arriving(of, dealer.upper() if dealer is not None else None, sets, tuple(imeis or ()), sure)
    with working(config) as (settings, engine), booking_session(settings, engine, by) as (session, books):
        done = receive(session, books, arriving)
    if json:
        json_line(done)
        return
    told = [f"{count} {what}" for what in ("received", "short", "surplus") if (count := sum(done[what].values()))]
    told += [f"{len(done['foreign'])} of another shop"] if done["foreign"] else []
    print_line(f"{done['reference'] or done['dealer']}: {', '.join(told)}")
    if done["ticket"]:
        print_line(f"  ticket {done['ticket']} is about what is wrong; the shop hears what becomes of it")
    elif done["short"] or done["surplus"] or done["foreign"]:
        print_line("  no ticket was opened, for no owner or clerk of the shop has a phone")
