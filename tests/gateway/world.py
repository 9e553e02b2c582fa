"""A whole gateway in one process for tests: SMSC in memory, SQLite on disk, and a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from twisted.internet.task import Clock

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.core.command import IGNORED, Command, Problem, Reading
from smsgw.business.core.reply import Reply
from smsgw.gateway.current import Current
from smsgw.gateway.notes import Notes
from smsgw.gateway.outbound.tariff import LinkTariff
from smsgw.gateway.service import Gateway
from smsgw.gateway.understanding import Understanding
from smsgw.settings.sections import Delivery, Limits, Settings, Smsc
from smsgw.settings.sections import Replies as ReplySettings
from smsgw.store.writer import Batches
from tests.business.world import NOON, furnish
from tests.gateway.peer import FakeSmsc

IMEIS = ("860123450000013", "860123450000021", "860123450000039", "860123450000047")


class PlainReplies:
    """Answers by their keys: `OK S1001: sale`, or key and values."""

    def render(self, replies: Sequence[Reply], language: str, max_parts: int = 2) -> str:
        return "; ".join(
            f"OK {each.values['reference']}: {each.key}"
            if "reference" in each.values
            else f"{each.key} {language} {dict(each.values)}"
            for each in replies
        )


class PlainReader:
    """Reads `S imei …`, `STOCK`, `STOP`, `BAD` (which breaks the rules' code) and nothing else."""

    def understand(self, text: str, *, today: date, sender: str | None = None) -> Reading:
        folded = " ".join(text.upper().split())
        word, *rest = folded.split() or [""]
        if not word:
            return Reading(text, folded, IGNORED)
        if word == "S":
            commands: tuple[Command, ...] = (
                Command("sale", imeis=tuple(rest), positions=tuple(range(1, len(rest) + 1))),
            )
        elif word in ("STOCK", "STOP"):
            commands = (Command(word.lower()),)
        elif word == "BAD":
            commands = (Command("no such verb"),)
        else:
            commands = (Command(None, "rejected", problems=(Problem("unknown_word", word),)),)
        return Reading(text, folded, commands[0].outcome, commands)


class HeldWriter:
    """The writer without its thread: commits when the clock is moved on, or, while `held`, when the test says so."""

    def __init__(self, bookkeeper: Bookkeeper, clock: Clock) -> None:
        self.batches = Batches(bookkeeper)
        self.clock = clock
        self.jobs: list[Any] = []
        self.full = False
        self.held = False
        self.high = 1_000_000
        self.deliver: Callable[[Callable[[], None]], None] = lambda tell: tell()
        self.on_full: Callable[[bool], None] = lambda full: None
        self._due = False
        self.sizes: list[int] = []

    def put(self, job: Any) -> None:
        self.jobs.append(job)
        if not self.full and len(self.jobs) >= self.high:
            self.full = True
            self.on_full(True)
        if not self._due:
            self._due = True
            self.clock.callLater(0, self._commit)

    def _commit(self) -> None:
        self._due = False
        if not self.held:
            self.commit()

    def commit(self) -> None:
        """Everything put so far, as one batch."""
        jobs, self.jobs = self.jobs, []
        if not jobs:
            return
        self.sizes.append(len(jobs))
        settled = self.batches.run(jobs)

        def tell() -> None:
            for settle in settled:
                settle()
            if self.full:
                self.full = False
                self.on_full(False)

        self.deliver(tell)

    def __len__(self) -> int:
        return len(self.jobs)


class Dice:
    """Random numbers that are not."""

    def __init__(self) -> None:
        self._numbers: Iterator[int] = iter(range(1000, 10**9))

    def random(self) -> float:
        return 0.0

    def getrandbits(self, k: int, /) -> int:
        return next(self._numbers)


@dataclass
class World:
    """One daemon's life on a database, with an SMSC that may outlive it."""

    engine: Engine
    clock: Clock
    smsc: FakeSmsc
    gateway: Gateway
    writer: HeldWriter
    bookkeeper: Bookkeeper

    @property
    def link(self) -> Any:
        return self.gateway.links["operator-a"]

    def settle(self) -> None:
        self.smsc.settle()

    def text(self, phone: str, text: str, **fields: Any) -> None:
        """A phone texts, and everything that follows of it happens."""
        self.smsc.deliver(phone, text, **fields)
        self.settle()

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(question)]

    def statuses(self) -> list[int]:
        """command_status of each deliver_sm_resp so far."""
        return [response.status for _, response in self.smsc.answers]

    def kill(self) -> None:
        """The process dies: its connections are cut and nothing is told to it any more."""
        self.writer.held = True
        self.writer.jobs.clear()
        for call in list(self.clock.getDelayedCalls()):
            call.cancel()
        for wire in self.smsc.wires:
            if wire.open:
                wire.open = False
                self.smsc.ended(wire, wire.session.lost(self.clock.seconds()))
        self.writer.batches.close()


def understanding(settings: Settings) -> Understanding:
    return Understanding(
        reader=PlainReader(),
        replies=PlainReplies(),
        max_parts=settings.replies.max_parts,
        language=settings.gateway.language,
        zone=ZoneInfo(settings.gateway.timezone),
        texts_per_hour=settings.limits.texts_per_phone_per_hour,
    )


def settings_of(limits: dict[str, Any] | None = None, smsc: dict[str, Any] | None = None, **more: Any) -> Settings:
    return Settings(
        limits=Limits(**(limits or {})),
        delivery=Delivery(**more.pop("delivery", {})),
        replies=ReplySettings(**more.pop("replies", {})),
        smsc=(Smsc(**(smsc or {})),),
        **more,
    )


def world(
    engine: Engine,
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    smsc: FakeSmsc | None = None,
    run: int | None = None,
    furnished: bool = False,
) -> World:
    """A gateway that is bound. With `clock` and `smsc` of an earlier one: the daemon after it."""
    settings = settings or settings_of()
    if clock is None:
        clock = Clock()
        clock.advance(NOON.timestamp())
    smsc = smsc or FakeSmsc(clock)
    if not furnished:
        furnish(engine)
    bookkeeper = Bookkeeper(
        engine,
        settings.trade_rules(),
        redelivery_after=settings.replies.redelivery_after,
        run=run,
        clock=clock.seconds,
        tariff=LinkTariff(settings),
    )
    writer = HeldWriter(bookkeeper, clock)
    gateway = Gateway(
        current=Current(settings, understanding(settings)),
        writer=writer,
        notes=Notes(writer, clock),
        clock=clock,
        random=Dice(),
        connect=lambda entry: smsc,
    )
    writer.deliver = gateway.batch
    writer.on_full = gateway.on_full
    gateway.startService()
    found = World(engine, clock, smsc, gateway, writer, bookkeeper)
    found.settle()
    return found


def file_of(tmp_path: Path, template: Path) -> Path:
    """A copy of a migrated database file."""
    path = tmp_path / "smsgw.db"
    path.write_bytes(template.read_bytes())
    return path
