"""A house that trades: shops that text, files, a desk and programs, through one bookkeeper or through two at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from smsgw.business.audiences.books.lexicon import lexicon_rows
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.books import StoreBooks
from smsgw.business.core.known import Snapshot
from smsgw.business.core.principal import Person, PersonRole
from smsgw.business.core.session import Session
from smsgw.business.core.showing import Asked
from smsgw.business.dialogue import answer
from smsgw.business.importing import Report, run
from smsgw.business.messages.rules import Inbound
from smsgw.business.showing import show
from smsgw.business.verify import verify
from smsgw.errors import SmsgwError
from smsgw.gateway.inbound.texts import names_of
from smsgw.gateway.scheduled.reminders import queue_notices
from smsgw.gateway.understanding import understanding_of
from smsgw.settings.sections import Settings
from smsgw.store.names import Names
from smsgw.store.sequencer import put_in_order
from smsgw.store.writer import Inline
from tests.business.dict_ledger import START, DictLedger, sample
from tests.business.said import settle

DEPOTS = ("DEPOT-E", "DEPOT-W")


@dataclass
class Texted:
    """A text as the gateway has it done by the writer."""

    house: House
    phone: str
    said: str
    at: datetime
    answers: list[str] = field(default_factory=list)
    failed: Exception | None = None

    def __post_init__(self) -> None:
        words = self.house.words
        self.reading = words.read(self.said, self.at.timestamp(), self.phone)
        self.inbound = Inbound(
            "operator-a", 1, self.phone, "1069", self.said, self.reading.folded, self.said.encode(), 0, self.at
        )

    def names(self) -> Names:
        return names_of(self.reading, self.phone, self.inbound.repeat_key)

    def run(self, books: StoreBooks) -> str:
        books.receive(self.inbound)
        decision = answer(self.reading, self.phone, books)
        words = self.house.words.word(decision.replies, decision.language)
        if words:
            books.reply(words, link="operator-a")
        return words

    def on_failed(self, books: StoreBooks, error: Exception) -> str:
        self.failed = error
        books.receive(self.inbound)
        books.inbox.outcome("failed", str(error))
        return "Sorry, nothing was saved"

    def on_done(self, result: str) -> None:
        self.answers.append(result)

    def on_unavailable(self, error: Exception) -> None:
        self.failed = error


@dataclass
class Deed:
    """Something done at the desk, as a job of the writer."""

    house: House
    work: Callable[[Session, StoreBooks], Any]
    at: datetime
    answers: list[str] = field(default_factory=list)
    failed: Exception | None = None

    def names(self) -> Names:
        return Names()

    def run(self, books: StoreBooks) -> str:
        person = Person("li")
        books.begin(self.at)
        books.work.author = person.who
        session = Session(person, int(self.at.timestamp() * 1000), books.transaction, books.trade)
        return str(self.work(session, books))

    def on_failed(self, books: StoreBooks, error: Exception) -> str:
        self.failed = error
        return str(error)

    def on_done(self, result: str) -> None:
        self.answers.append(result)

    def on_unavailable(self, error: Exception) -> None:
        self.failed = error


class House:
    """The network of the sample ledger with two depots, on a database. `daemons` bookkeepers share it."""

    def __init__(
        self,
        engine: Engine,
        folder: Path,
        settings: Settings | None = None,
        *,
        daemons: int = 1,
        ledger: DictLedger | None = None,
    ) -> None:
        self.engine, self.folder = engine, folder
        self.settings = settings or Settings()
        self.trade = self.settings.trade_rules()
        settle(engine, ledger or sample())
        self.at = START
        self.seen = 0
        self.files = 0
        self.keepers = [
            Bookkeeper(engine, self.trade, clock=self.seconds, redelivery_after=1e6) for _ in range(daemons)
        ]
        self.writers = [Inline(keeper) for keeper in self.keepers]
        self.put("depots", "code,name,region\nDEPOT-E,East depot,EAST\nDEPOT-W,West depot,WEST\n")
        self.learn()

    def seconds(self) -> float:
        return self.at.timestamp()

    def learn(self) -> None:
        """Know the names that the database has now."""
        with self.engine.connect() as connection:
            self.words = understanding_of(self.settings, lexicon_rows(connection))

    def close(self) -> None:
        for writer in self.writers:
            writer.close()

    # ---- what is done

    def texted(self, phone: str, said: str, after: timedelta = timedelta(minutes=1)) -> Texted:
        self.at += after
        return Texted(self, phone, said, self.at)

    def text(self, phone: str, said: str, daemon: int = 0, after: timedelta = timedelta(minutes=1)) -> str:
        """Send a text; the answer to it, '' where there is none."""
        job = self.texted(phone, said, after)
        self.writers[daemon].run([job])
        if job.failed is not None:
            raise job.failed
        return job.answers[0]

    def deed(self, work: Callable[[Session, StoreBooks], Any], after: timedelta = timedelta(minutes=1)) -> Deed:
        self.at += after
        return Deed(self, work, self.at)

    @contextmanager
    def desk(self, daemon: int = 0, who: Person | None = None) -> Iterator[tuple[Session, StoreBooks]]:
        """A person at the desk, with the books of the transaction."""
        self.at += timedelta(minutes=1)
        with self.keepers[daemon].transaction(self.at) as books:
            person = who or Person("li")
            books.work.author = person.who
            yield Session(person, int(self.at.timestamp() * 1000), books.transaction, books.trade), books

    def put(self, kind: str, body: str) -> Report:
        """Import a file."""
        self.files += 1
        path = self.folder / f"{kind}-{self.files}.csv"
        path.write_text(body, encoding="utf-8")
        known = Snapshot(today=self.at.date())
        return run(self.engine, kind, path, known, self.trade, Person("data", PersonRole.DATA), self.at)

    def stock_depot(self, depot: str, *sets: tuple[str, str]) -> None:
        """Sets, by IMEI and model, arrive in a depot."""
        lines = "".join(f"{depot},{number},{model},{self.at.date()}\n" for number, model in sets)
        self.put("depot-units", f"depot,imei,model,arrived_on\n{lines}")

    def ship(self, note: str, dealer: str, *sets: tuple[str, str], order: str = "", depot: str = "") -> None:
        """A file says that sets have left for a shop."""
        on = self.at.date()
        lines = "".join(f"{note},{order},{dealer},{number},{model},{on},{depot}\n" for number, model in sets)
        self.put("shipments", f"shipment,order,dealer,imei,model,shipped_on,from\n{lines}")

    def look(self, daemon: int = 0, after: timedelta = timedelta(0)) -> None:
        """What a daemon does by the clock: transfers and lists lapse, notices are queued."""
        self.at += after
        with self.keepers[daemon].transaction(self.at) as books:
            queue_notices(self.settings, self.words, self.at.timestamp(), books)

    # ---- what is so

    def faults(self) -> list[Any]:
        """What `smsgw db verify` finds."""
        put_in_order(self.engine)
        with self.engine.connect() as connection:
            return list(verify(connection, self.trade))

    def rows(self, question: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(question), values)]

    def unit(self, number: str) -> tuple[str, str | None]:
        ((state, holder),) = self.rows("SELECT state, coalesce(holder, depot) FROM unit WHERE imei = :n", n=number)
        return state, holder

    def stock(self) -> dict[tuple[str, str], tuple[int, int]]:
        """By shop and model, how many sets the book has, and how many of them by IMEI."""
        rows = self.rows("SELECT dealer, model, quantity, units FROM stock_level")
        return {(dealer, model): (quantity, units) for dealer, model, quantity, units in rows if quantity or units}

    def show(self, kind: str, key: str) -> dict[str, Any] | None:
        with self.engine.connect() as connection:
            return show(connection, kind, Asked(key, self.at, "Asia/Shanghai"))


def race(house: House, first: Texted | Deed, second: Texted | Deed) -> tuple[str, str]:
    """What two are answered of which the second comes to another daemon while the first is decided and not committed.

    The second either waits for what the first has locked, or is done without it.
    """
    ahead = house.keepers[0]
    over = threading.Event()

    def follow() -> None:
        house.writers[1].run([second])
        over.set()

    with house.engine.connect() as connection, connection.begin():
        books = ahead.open(connection, first.names())
        first.answers.append(first.run(books))
        books.work.flush()
        thread = threading.Thread(target=follow)
        thread.start()
        with house.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
            while not over.is_set() and not looking.execute(text(_WAITING)).scalar():
                pass
    ahead.committed()
    thread.join(20)
    assert not thread.is_alive(), f"{second} waits for ever"
    return _answers(first, second)


_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def meet(house: House, first: Texted | Deed, second: Texted | Deed) -> tuple[str, str]:
    """What two are answered that come to a daemon each, and go on together once both hold what they name.

    None may have waited for the other in a circle.
    """
    both = threading.Barrier(2)
    broken: list[Exception] = []

    def go(job: Texted | Deed, keeper: Bookkeeper) -> None:
        for last in (False, True):
            try:
                with house.engine.connect() as connection, connection.begin():
                    books = keeper.open(connection, job.names())
                    with suppress(threading.BrokenBarrierError):  # one waits for what the other has named
                        both.wait(0.1)
                    said = job.run(books)
                    books.work.flush()
                keeper.committed()
                job.answers.append(said)
                return
            except SmsgwError as refused:  # at the desk
                keeper.rolled_back()
                job.answers.append(str(refused))
                return
            except Exception as error:  # noqa: BLE001 - the test is told of it
                keeper.rolled_back()
                if last or getattr(error, "sqlstate", "") != "23505":  # both made the same set: the writer tries again
                    broken.append(error)
                    return

    threads = [threading.Thread(target=go, args=pair) for pair in zip((first, second), house.keepers, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    for error in broken:
        raise error
    return _answers(first, second)


def _answers(first: Texted | Deed, second: Texted | Deed) -> tuple[str, str]:
    for job in (first, second):
        if isinstance(job, Texted) and job.failed is not None:
            raise job.failed
    one, other = (job.answers[0] if job.answers else str(job.failed) for job in (first, second))
    return one, other
