"""smsgw token: the tokens with which programs show who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from smsgw.cli.common import options
from smsgw.cli.common.opening import reading_session, working, writing_session
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, on_clock, print_error, print_line, table

if TYPE_CHECKING:
    from smsgw.business.programs.books.tokens import Token

app = options.app(help="Tokens of clients: create, list, revoke.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="What the trail calls the client.", show_default=False)]


@app.command()
def create(
    name: Name,
    scope: Annotated[
        list[str],
        typer.Option(
            metavar="SCOPE", help="What it opens: messages, broadcasts or read; repeatable.", show_default=False
        ),
    ],
    expires: Annotated[
        str | None, typer.Option(metavar="T", help="Until this time or the end of this day; else forever.")
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Only for shops of this region and what lies in it.", show_default=False),
    ] = None,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Make a token and print it, this once: only a digest of it is kept."""
    from smsgw.business.core.rights import SCOPES
    from smsgw.business.programs.actions.tokens import create_token
    from smsgw.cli.common.arguments import until
    from smsgw.store.instants import iso, to_ms

    with working(config) as (settings, engine):
        end = to_ms(until(expires, "--expires", settings.gateway.timezone)) if expires else None
        with writing_session(settings, engine, by) as session:
            secret = create_token(session, name, scope, end, region.upper() if region is not None else None)
    if json:
        scopes = [one for one in SCOPES if one in scope]
        made = {"name": name, "token": secret, "scopes": scopes, "expires_at": iso(end)}
        json_line(made if region is None else made | {"region": region.upper()})
        return
    print_line(secret)
    print_error("it is shown this once; programs send it as `Authorization: Bearer` and this token")


@app.command(name="list")
def list_(config: options.Config = None, json: options.Json = False) -> None:
    """Every token there ever was: its scopes, who made it, until when it is valid and when it was last used."""
    from smsgw.business.programs.actions.tokens import list_tokens

    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = [_told(token, session.now) for token in list_tokens(session)]
    if json:
        json_line(found)
    else:
        columns = ("name", "state", "scopes", "region", "author", "created_at", "expires_at", "revoked_at", "used_at")
        names = [column.removesuffix("_at") for column in columns]
        told = on_clock(found, settings.gateway.timezone)
        table(names, [[_plain(row[column]) for column in columns] for row in told])


@app.command()
def revoke(name: Name, by: By = None, config: options.Config = None, json: options.Json = False) -> None:
    """Revoke a token: from now on it opens nothing."""
    from smsgw.business.programs.actions.tokens import revoke_token

    with working(config) as (settings, engine), writing_session(settings, engine, by) as session:
        revoke_token(session, name)
    if json:
        json_line({"name": name, "state": "revoked"})
    else:
        print_line(f"{name} opens nothing any more")


def _told(token: Token, at: int) -> dict[str, Any]:
    from smsgw.business.core.rights import SCOPES
    from smsgw.store.instants import iso

    state = "revoked" if token.revoked_at is not None else "open" if token.holds(at) else "over"
    return {
        "name": token.name,
        "state": state,
        "scopes": [scope for scope in SCOPES if scope in token.scopes],
        "region": token.region,
        "author": token.author,
        "created_at": iso(token.created_at),
        "expires_at": iso(token.expires_at),
        "revoked_at": iso(token.revoked_at),
        "used_at": iso(token.used_at),
    }


def _plain(value: Any) -> Any:
    return " ".join(value) if isinstance(value, list) else value
