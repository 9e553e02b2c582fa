"""What the books of a subject are opened with, and what each of its records becomes in them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, TypeVar

from smsgw.business.core.principal import Principal
from smsgw.business.core.session import Session
from smsgw.business.core.tariff import Tariff
from smsgw.business.core.trade import Trade
from smsgw.store.transaction import Transaction
from smsgw.store.workspace import Workspace

Part = TypeVar("Part")

# Subject, kind, reference, detail (see `smsgw.store.journal.Entry`).
Fact: TypeAlias = tuple[str, str, str | None, Mapping[str, Any] | None]


class Memory(Protocol):
    """What stays in memory between transactions, while it is unchanged."""

    def refresh(self, changed: Collection[str]) -> None:
        """Forget what these versions are of (`smsgw.business.core.versions`)."""

    def forget(self) -> None:
        """Forget everything: what was read in a transaction that was rolled back may not be so."""


Kept = TypeVar("Kept", bound=Memory)


class Memories:
    """What the subjects keep in memory, one object each; used by one transaction at a time."""

    def __init__(self) -> None:
        self.versions: dict[str, int] = {}
        self._kept: dict[type, Memory] = {}

    def refresh(self, versions: Mapping[str, int]) -> None:
        """Forget what is of another version than these; called at the beginning of each transaction."""
        if versions == self.versions:
            return
        changed = {name for name in versions if versions[name] != self.versions.get(name)}
        changed |= self.versions.keys() - versions.keys()
        for memory in self._kept.values():
            memory.refresh(changed)
        self.versions = dict(versions)

    def forget(self) -> None:
        self.versions = {}
        for memory in self._kept.values():
            memory.forget()

    def of(self, kind: type[Kept]) -> Kept:
        """The one object of a kind."""
        found = self._kept.get(kind)
        if found is None:
            found = self._kept[kind] = kind()
        return found  # type: ignore[return-value]  # it is kept under its own class


class Opening:
    """The transaction, the deployment's rules, and the books that are open already: those of the subjects before.

    `run` is this daemon's row in `run`, None for an operator's command; `redelivery_after` is in milliseconds; `tariff`
    says what texts cost, None where no texts come in.
    """

    __slots__ = ("_opened", "memories", "redelivery_after", "run", "tariff", "trade", "work")

    def __init__(
        self,
        work: Workspace,
        trade: Trade,
        memories: Memories,
        *,
        run: int | None = None,
        redelivery_after: int = 0,
        tariff: Tariff | None = None,
    ) -> None:
        self.work = work
        self.trade = trade
        self.memories = memories
        self.run = run
        self.redelivery_after = redelivery_after
        self.tariff = tariff
        self._opened: dict[type, Any] = {}

    def opened(self, books: Part) -> Part:
        """Books that later subjects may ask."""
        self._opened[type(books)] = books
        return books

    def books(self, kind: type[Part]) -> Part:
        """The books of a subject before. Raises KeyError for those of a later one."""
        found: Part = self._opened[kind]
        return found

    @property
    def transaction(self) -> Transaction:
        """What actions run in: this transaction, and its numbers."""
        return Transaction(self.work.connection, self.work.numbers.take_some)

    def session(self, principal: Principal) -> Session:
        """What an action is handed that the current message asks for, by way of a record (`actions.RECORDS`)."""
        return Session(principal, self.work.at, self.transaction, self.trade, self.tariff)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a record becomes: `book` takes the books of its subject and the record.

    `tells` is what the journal is told of it where no `Booked` says so; `moves` what it is told where nothing else
    does, of imports (see `smsgw.business.journalling`).
    """

    book: Callable[[Any, Any], None]
    tells: Callable[[Workspace, Any], Fact] | None = None
    moves: Callable[[Any], Fact] | None = None
