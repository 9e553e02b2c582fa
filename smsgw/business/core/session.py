"""In what an action runs: who acts, when, in which transaction, by which rules of the deployment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy.engine import Connection

from smsgw.business.core.principal import Principal, Program
from smsgw.business.core.reply import Reply
from smsgw.business.core.rights import Right, has, scopes_of
from smsgw.business.core.tariff import Tariff
from smsgw.business.core.trade import Trade
from smsgw.calendar.days import business_date
from smsgw.errors import FORBIDDEN, refuse
from smsgw.store import audit
from smsgw.store.transaction import Transaction

P = ParamSpec("P")
R = TypeVar("R")


class Wording(Protocol):
    """Says replies in a language, for actions that text somebody."""

    @property
    def max_parts(self) -> int:
        """Parts of one text at most."""

    def word(self, replies: Sequence[Reply], language: str) -> str:
        """The one text that these come to; '' is the deployment's own language."""


@dataclass(frozen=True, slots=True)
class Session:
    """What every action is handed first. Whoever opened the transaction ends it: an action never commits.

    `now` is in milliseconds since the epoch. `tariff` and `wording` are there where the face that calls has loaded
    them: an action that needs one says so.
    """

    principal: Principal
    now: int
    transaction: Transaction
    trade: Trade
    tariff: Tariff | None = None
    wording: Wording | None = None

    @property
    def connection(self) -> Connection:
        return self.transaction.connection

    @property
    def who(self) -> str:
        """What the trail calls who acts."""
        return self.principal.who

    @property
    def at(self) -> datetime:
        """The moment, in UTC."""
        return datetime.fromtimestamp(self.now / 1000, UTC)

    @property
    def today(self) -> date:
        """The business date of the deployment."""
        return business_date(self.at, self.trade.timezone)

    def record(self, what: str, subject: str, detail: Mapping[str, Any], *, in_journal: bool = True) -> None:
        """Put what is done on the audit trail, in its own transaction; `in_journal` is false where the records that are
        booked tell the journal of it."""
        audit.record(self.connection, self.now, self.who, what, subject, detail, in_journal=in_journal)

    def require(self, right: Right) -> None:
        """Raises Refused (forbidden) where whoever acts has not the right."""
        if has(self.principal, right):
            return
        if isinstance(self.principal, Program):
            scopes = " or ".join(scopes_of(right)) or "for it; no program may do this"
            refuse(f"the token '{self.principal.name}' has not the scope {scopes}", FORBIDDEN)
        refuse(f"{self.who} may not {right.value}; somebody with that right must do it", FORBIDDEN)


def action(right: Right) -> Callable[[Callable[Concatenate[Session, P], R]], Callable[Concatenate[Session, P], R]]:
    """Makes a function an action: it runs only for those who have the right, which stands on it as `right`."""

    def make(function: Callable[Concatenate[Session, P], R]) -> Callable[Concatenate[Session, P], R]:
        @wraps(function)
        def run(session: Session, /, *arguments: P.args, **named: P.kwargs) -> R:
            session.require(right)
            return function(session, *arguments, **named)

        run.right = right  # type: ignore[attr-defined]  # functions take attributes; read by tests and the manual
        return run

    return make
