"""Stories as data: who texts what, how the answer begins, what headquarters does meanwhile, and what the books hold.

A file of `stories` has one a paragraph, its first line the title. A line of it is one of

    owner | ORD A350 3 | 订货 A350 3 | Draft O1001 | 订单O1001      who, the text and the answer in English and Chinese
    heard owner | O1001 | O1001                                     what a phone is told unasked
    rule receipt required                                           of `[trade]`; before anything else
    later 5h                                                        minutes, hours or days
    ship SH1 D1001 O1001 A1 A2                                      sets that leave for an order, or - for none
    desk lost A1                                                    what the desk does, by `Stage.desk`
    = unit A1 in_stock D1001                                        a set, `= stock D1001 A350 3`, `= sold D1001 2`,
                                                                    `= order O1001 approved`, `= ticket C1001 open`

A1, B1 … are IMEIs of A350 and B200. In what an answer begins with, `…` stands for anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, select, text

from smsgw.business.audiences.books.lexicon import lexicon_rows
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.core.principal import Person
from smsgw.business.core.session import Session
from smsgw.business.core.trade import Trade
from smsgw.business.counts.actions import decide
from smsgw.business.dialogue import answer
from smsgw.business.messages.rules import Inbound
from smsgw.business.messages.tables import message_out
from smsgw.business.orders.actions import approve_order
from smsgw.business.receipts.actions.deliveries import Arriving, receive
from smsgw.business.receipts.actions.losses import find_set, lose_set
from smsgw.business.returns.actions import approve_return
from smsgw.business.shipping.rules import ShipmentLine, merged, ship
from smsgw.business.units.actions import tell_activations
from smsgw.business.units.rules.activations import Activation
from smsgw.business.verify import verify
from smsgw.gateway.scheduled.reminders import queue_notices
from smsgw.gateway.understanding import Understanding, understanding_of
from smsgw.settings.sections import Settings
from tests.business import dict_ledger
from tests.business.dict_ledger import START, imei, sample
from tests.business.said import settle

LANGUAGES = ("en", "zh")
PHONES = {
    "owner": dict_ledger.OWNER,
    "clerk": dict_ledger.CLERK,
    "field": dict_ledger.FIELD,
    "manager": dict_ledger.MANAGER,
    "hq": dict_ledger.HQ,
    "neighbour": dict_ledger.OTHER_OWNER,
}
_TACS = {"A": "86012345", "B": "86012347"}
_SET = re.compile(r"(?<![A-Z0-9])([AB])([1-9]\d?)(?!\d)")
_SPANS = {"m": "minutes", "h": "hours", "d": "days"}
_QUESTIONS = {
    "unit": "SELECT state, coalesce(holder, depot) FROM unit WHERE imei = :a",
    "stock": "SELECT coalesce(sum(quantity), 0) FROM stock_level WHERE dealer = :a AND model = :b",
    "sold": "SELECT coalesce(sum(quantity), 0) FROM sales_day WHERE dealer = :a",
    "order": "SELECT state FROM sales_order WHERE reference = :a",
    "transfer": "SELECT state FROM transfer WHERE reference = :a",
    "return": "SELECT state FROM return_case WHERE reference = :a",
    "count": "SELECT state FROM stock_count WHERE reference = :a",
    "ticket": "SELECT state FROM ticket WHERE reference = :a",
    "owed": "SELECT coalesce(sum(amount), 0) / 100 FROM account_balance WHERE dealer = :a AND account = 'receivable'",
}


@dataclass(frozen=True)
class Story:
    title: str
    lines: tuple[str, ...]


def stories(path: Path) -> list[Story]:
    """The stories of a file, in their order."""
    found = []
    for paragraph in path.read_text(encoding="utf-8").strip().split("\n\n"):
        title, *lines = [line for line in paragraph.splitlines() if not line.startswith("#")]
        found.append(Story(title, tuple(lines)))
    return found


class Stage:
    """The sample's shops with a depot, all of whose people have one language."""

    def __init__(self, engine: Engine, story: Story, language: str) -> None:
        self.engine, self.place, self.at, self.seen = engine, LANGUAGES.index(language), START, 0
        settle(engine, sample())
        with engine.begin() as connection:
            connection.execute(text("UPDATE contact SET language = :l"), {"l": language})
            connection.execute(text("INSERT INTO depot (code, name, region) VALUES ('DEPOT-E', 'East depot', 'EAST')"))
        rules = dict(line.split()[1:3] for line in story.lines if line.startswith("rule "))
        self.trade = Trade(**rules)
        self.keeper = Bookkeeper(engine, self.trade, clock=START.timestamp)
        self.words = _understanding(engine)

    def play(self, story: Story) -> None:
        for line in story.lines:
            if "|" in line:
                self._say_or_hear(line)
            elif line.startswith("= "):
                self._hold(line)
            elif not line.startswith("rule "):
                word, *rest = _spelled(line).split()
                getattr(self, word)(*rest)
        with self.engine.connect() as connection:
            assert list(verify(connection, self.trade)) == []

    def _say_or_hear(self, line: str) -> None:
        who, *cells = (cell.strip() for cell in line.split("|"))
        if who.startswith("heard "):
            told = self._told(PHONES[who.removeprefix("heard ")])
            assert any(_begins(one, cells[self.place]) for one in told), (line, told)
            return
        said, wanted = _spelled(cells[self.place]), cells[2 + self.place]
        got = self.say(PHONES[who], said)
        assert _begins(got, wanted), f"{who}: {said}\n  {got}\nand not\n  {wanted}"

    def say(self, phone: str, said: str) -> str:
        self.at += timedelta(minutes=1)
        reading = self.words.read(said, self.at.timestamp(), phone)
        inbound = Inbound("operator-a", 1, phone, "1069", said, reading.folded, said.encode(), 0, self.at)
        with self.keeper.transaction(self.at) as books:
            books.receive(inbound)
            decision = answer(reading, phone, books)
            return self.words.word(decision.replies, decision.language)

    def _told(self, phone: str) -> list[str]:
        with self.keeper.transaction(self.at) as books:
            queue_notices(Settings(), self.words, self.at.timestamp(), books)
        row = message_out.c
        with self.engine.connect() as connection:
            wanted = select(row.text).where(row.recipient == phone, row.kind == "reminder")
            return list(connection.scalars(wanted))

    def _hold(self, line: str) -> None:
        _, what, *names = _spelled(line).split()
        question = _QUESTIONS[what]
        keys = {key: name for key, name in zip("ab", names, strict=False) if f":{key}" in question}
        with self.engine.connect() as connection:
            row = connection.execute(text(question), keys).first()
        held = [str(cell) for cell in (row or ("nothing",)) if cell is not None]
        assert held == names[len(keys) :], (line, held)

    # ---- what headquarters does

    def later(self, span: str) -> None:
        self.at += timedelta(**{_SPANS[span[-1]]: int(span[:-1])})

    def ship(self, note: str, dealer: str, order: str, *imeis: str) -> None:
        with self.keeper.transaction(self.at) as books:
            for number in imeis:
                model = "A350" if number.startswith(_TACS["A"]) else "B200"
                line = ShipmentLine(note, dealer, number, model, self.at.date(), None if order == "-" else order)
                books.begin(self.at)
                books.apply(merged(ship(line, books)))

    def desk(self, deed: str, *about: str) -> None:
        self.at += timedelta(minutes=1)
        with self.keeper.transaction(self.at) as books:
            person = Person("li")
            books.work.author = person.who
            session = Session(person, int(self.at.timestamp() * 1000), books.transaction, self.trade)
            if deed == "lost":
                lose_set(session, books, about[0], "not to be found")
            elif deed == "found":
                find_set(session, books, about[0], "it was there", *about[1:])
            elif deed == "receive":
                receive(session, books, Arriving(about[0], imeis=about[1:]))
            elif deed == "approve":
                lines = [(model, int(sets)) for model, sets in (one.split("=") for one in about[1:])]
                approve_order(session, books, about[0], lines)
            elif deed == "replace":
                approve_return(session, books, about[0], about[1:])
            elif deed == "activated":
                tell_activations(session, [Activation(about[0], "first", self.at, about[1])])
            elif deed == "agree":
                decide(session, books, about[0], approved=True)
            else:
                raise ValueError(f"the desk does not {deed}")


_UNDERSTOOD: list[Understanding] = []  # that of the sample, which every story has


def _understanding(engine: Engine) -> Understanding:
    if not _UNDERSTOOD:
        with engine.connect() as connection:
            _UNDERSTOOD.append(understanding_of(Settings(), lexicon_rows(connection)))
    return _UNDERSTOOD[0]


def _spelled(line: str) -> str:
    return _SET.sub(lambda found: imei(_TACS[found[1]], int(found[2])), line)


def _begins(got: str, wanted: str) -> bool:
    pattern = ".*".join(re.escape(_spelled(part)) for part in wanted.split("…"))
    return re.match(pattern, got, re.DOTALL) is not None
