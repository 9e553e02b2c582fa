"""Tokens of clients: made once and shown once, listed, revoked by name."""

from __future__ import annotations

import re
from collections.abc import Collection

from smsgw.business.core.rights import OF_A_REGION, SCOPES, Right
from smsgw.business.core.session import Session, action
from smsgw.business.directory.books.regions import regions
from smsgw.business.programs.books import tokens
from smsgw.business.programs.books.tokens import Token
from smsgw.errors import NOT_FOUND, Faults, refuse
from smsgw.values.nearest import did_you_mean, or_near

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z")


@action(Right.MANAGE_TOKENS)
def create_token(
    session: Session,
    name: str,
    scopes: Collection[str],
    expires_at: int | None = None,
    region: str | None = None,
) -> str:
    """Make a token that holds until `expires_at` (milliseconds; None: forever), of a region for its shops and those of
    what lies in it alone; the token itself, kept nowhere.

    Raises Refused with everything that is wrong.
    """
    faults = Faults()
    if not _NAME.match(name):
        faults.add("name", f"'{name}' is not a name for a token; write up to 40 letters and digits, such as crm-east")
    elif tokens.find_token(session.connection, name) is not None:
        faults.add("name", f"there is a token '{name}' already; the trail calls it by its name, so take another one")
    if not scopes:
        faults.add("scope", f"a token without a scope opens nothing; there is {', '.join(SCOPES)}")
    for scope in dict.fromkeys(scopes):
        if scope not in SCOPES:
            advice = did_you_mean(scope, SCOPES, f"it is {', '.join(SCOPES)}")
            faults.add("scope", f"there is no scope '{scope}'; {advice}")
    if expires_at is not None and expires_at <= session.now:
        faults.add("expires", "a token that is over already opens nothing; name a time to come")
    if region is not None:
        if not regions(session.connection, session.trade.timezone).within(region):
            faults.add("region", f"there is no region '{region}'")
        for scope in dict.fromkeys(scopes):
            if scope in SCOPES and scope not in OF_A_REGION:
                advice = f"a token of a region has {', '.join(OF_A_REGION)}"
                faults.add("scope", f"the scope '{scope}' cannot be kept to a region; {advice}")
    faults.settle()
    said = " ".join(scope for scope in SCOPES if scope in scopes)
    secret = tokens.insert_token(session.connection, name, said, session.who, session.now, expires_at, region)
    detail = {"scopes": said, "expires_at": expires_at} | ({"region": region} if region is not None else {})
    session.record("token created", f"token:{name}", detail)
    return secret


@action(Right.MANAGE_TOKENS)
def revoke_token(session: Session, name: str) -> Token:
    """From now on a token opens nothing; it as it was. Raises Refused."""
    found = tokens.find_token(session.connection, name)
    if found is None:
        known = [token.name for token in tokens.list_tokens(session.connection)]
        refuse(f"there is no token '{name}'{or_near(name, known)}", NOT_FOUND)
    if found.revoked_at is not None:
        refuse(f"the token '{name}' is revoked already")
    tokens.revoke(session.connection, name, session.now)
    session.record("token revoked", found.who, {})
    return found


@action(Right.MANAGE_TOKENS)
def list_tokens(session: Session) -> list[Token]:
    """Every token there ever was, by name."""
    return tokens.list_tokens(session.connection)
