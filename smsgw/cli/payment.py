"""smsgw payment: what shops say they paid, matched to what came in, or turned down."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.cases import decide, list_cases, print_end
from smsgw.cli.common.opening import reading_session, working
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, on_clock, print_line

app = options.app(help="Payments that shops told of, by PAID: list, show, match, reject.")

Reference = Annotated[str, typer.Argument(metavar="REF", help="Such as F1001.", show_default=False)]


class State(StrEnum):
    OPEN = "open"
    MATCHED = "matched"
    REJECTED = "rejected"
    UNDONE = "undone"
    ALL = "all"


@app.command(name="list")
def list_(
    state: Annotated[State, typer.Option(help="open: waits for a match.")] = State.OPEN,
    dealer: options.OfDealer = None,
    limit: options.AtMost = 1_000,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print payments, the oldest first, with what may be each in the books."""
    from smsgw.business.payments.actions import list_payments

    list_cases(
        lambda session, states, code: list_payments(session, states, code, limit=limit),
        (
            ("payment", "reference"),
            ("state", "state"),
            ("shop", "dealer"),
            ("amount", "amount"),
            ("", "currency"),
            ("paid on", "paid_on"),
            ("slip", "slip"),
            ("told", "told_at"),
            ("in the books", lambda told: told["payment"] or ", ".join(told["found"])),
        ),
        state=state,
        dealer=dealer,
        config=config,
        json=json,
    )


@app.command()
def show(reference: Reference, config: options.Config = None, json: options.Json = False) -> None:
    """Print a payment that a shop told of."""
    from smsgw.business.payments.actions import read_payment

    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = read_payment(session, reference.upper())
    if json:
        json_line(found)
        return
    f = on_clock([found], settings.gateway.timezone)[0]
    slip = f", slip {f['slip']}" if f["slip"] else ""
    print_line(
        f"{f['reference']} of {f['dealer']}: {f['state']}, {f['amount']} {f['currency']} on {f['paid_on']}{slip}"
    )
    for name in f["found"]:
        print_line(f"  may be {name}")
    print_end(f["state"], f["settled_at"], f["settled_by"], f["why"], as_what=f["payment"])


@app.command()
def match(
    reference: Reference,
    payment: Annotated[
        str | None, typer.Option(metavar="NAME", help="Its name in the books, where several may be it.")
    ] = None,
    book: Annotated[bool, typer.Option("--book", help="It came in and is not in the books: book it.")] = False,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Match a payment that a shop told of to one that came in; the shop is told."""
    from smsgw.business.payments.actions import match_payment

    decide(
        lambda session, books: match_payment(session, books, reference.upper(), payment, book=book),
        lambda done: f"{done['reference']}: matched to {done['payment']}; the shop is told",
        by=by,
        config=config,
        json=json,
    )


@app.command()
def reject(
    reference: Reference,
    why: Annotated[str, typer.Argument(metavar="WHY", help="What the shop is told.", show_default=False)],
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Turn down what a shop told of; it is told why."""
    from smsgw.business.payments.actions import reject_payment

    decide(
        lambda session, books: reject_payment(session, books, reference.upper(), why),
        lambda done: f"{done['reference']}: rejected; the shop is told why",
        by=by,
        config=config,
        json=json,
    )
