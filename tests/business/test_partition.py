"""Any partition of texts into batches ends in the same database, and answers as a ledger of dictionaries does."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.core.command import ACCEPTED, CONFIRM, Command, Item, Reading
from smsgw.business.core.decision import Record
from smsgw.business.core.trade import Trade
from smsgw.business.stock.rules import StockMoved
from smsgw.business.units.rules.states import UnitMoved
from smsgw.business.verify import verify
from smsgw.store.engine import open_engine
from smsgw.store.sequencer import put_in_order
from smsgw.store.writer import Inline
from tests.business.dict_ledger import CLERK, FIELD, HQ, MANAGER, OTHER_OWNER, OWNER, STRANGER, imei, sample
from tests.business.said import Said, picture, settle, told
from tests.databases import emptied

UNITS = tuple(imei("86012345", serial) for serial in range(1, 7))
PHONES = (OWNER, CLERK, FIELD, OTHER_OWNER, HQ, STRANGER)
REFERENCES = tuple(f"{letter}{number}" for letter in "SKNORTX" for number in (1001, 1002, 1003))
_folders = itertools.count()

units = st.lists(st.sampled_from(UNITS), min_size=1, max_size=3, unique=True).map(tuple)
quantities = st.sampled_from([1, 2, 3, 20])
models = st.sampled_from(["A350", "B200"])
items = st.lists(st.builds(Item, models, quantities), min_size=1, max_size=2, unique_by=lambda i: i.model).map(tuple)
dealers = st.sampled_from([None, None, "D1001", "D1002", "D2001"])


def of(verb: str, **fields: st.SearchStrategy[object]) -> st.SearchStrategy[Command]:
    return st.builds(lambda **found: Command(verb, **found), **fields)


commands = st.one_of(
    st.builds(
        lambda imeis, dealer: Command("sale", imeis=imeis, positions=tuple(range(1, len(imeis) + 1)), dealer=dealer),
        units,
        dealers,
    ),
    st.builds(
        lambda imeis: Command("sale", imeis=imeis, doubtful=imeis[:1], positions=tuple(range(1, len(imeis) + 1))), units
    ),
    of("sale", items=items, dealer=dealers),
    of("sale", items=items, outcome=st.just(CONFIRM)),
    st.builds(lambda imeis: Command("register", imeis=imeis, positions=tuple(range(1, len(imeis) + 1))), units),
    of("nil"),
    of("count", items=items, dealer=dealers),
    of("stock", dealer=dealers),
    of("price", model=models),
    of("order", items=items, dealer=dealers),
    of("order_status", order=st.sampled_from(["O1001", "O1002"])),
    of("balance", dealer=dealers),
    of("imei", imei=st.sampled_from(UNITS)),
    of("undo", reference=st.sampled_from([None, *REFERENCES])),
    of("last"),
    of("help"),
    of("language", language=st.sampled_from(["en", "zh"])),
    of("yes", reference=st.sampled_from([None, None, *REFERENCES])),
    of("yes", option=st.sampled_from([1, 2])),
    of("no", reference=st.sampled_from([None, *REFERENCES])),
    of("stop"),
    of("start"),
)
# The goods on their way: given, received, sent back, counted set by set, and what is decided of them.
goods = st.one_of(
    of("sale", imeis=units, dealer=dealers),
    of("sale", items=st.just((Item("A350", 1),))),
    of("sale", imeis=units, repeat=st.just(True)),
    of("give", imeis=units, dealer=st.sampled_from(["D1001", "D1002"])),
    of("give", items=st.just((Item("B200", 2),)), dealer=st.sampled_from(["D1002", "D2001"])),
    of("return", imeis=units, reason=st.sampled_from(["1", "3", "9", None]), dealer=dealers),
    of("receive", order=st.sampled_from(["SH1", "O1001"]), dealer=dealers),
    of("receive", order=st.just("SH1"), quantity=st.sampled_from([1, 3, 5]), dealer=dealers),
    of("receive", imeis=units, dealer=dealers),
    of("count_sets", imeis=units, dealer=dealers),
    of("count_open", dealer=dealers),
    of("count_close", dealer=dealers),
    of("register", imeis=units, dealer=dealers),
    of("yes", reference=st.sampled_from([None, "T1001", "T1002", "S1001"])),
    of("no", reference=st.sampled_from([None, "T1001", "T1002"])),
    of("undo", reference=st.sampled_from([None, *REFERENCES])),
)
deciding = st.one_of(
    of("approve", reference=st.sampled_from(["X1001", "X1002", "K1001", "K1002", "K1003"])),
    of("approve", reference=st.sampled_from(["X1001", "X1002"]), imeis=units),
    of("reject", reference=st.sampled_from(["X1001", "X1002", "K1001", "K1002"]), reason=st.just("no fault")),
    of("undo", reference=st.sampled_from(REFERENCES)),
)
moved = st.tuples(
    st.one_of(
        st.tuples(st.sampled_from([OWNER, OWNER, CLERK, FIELD, OTHER_OWNER]), goods.map(lambda command: (command,))),
        st.tuples(st.sampled_from([HQ, MANAGER]), deciding.map(lambda command: (command,))),
    ),
    st.sampled_from([False] * 9 + [True]),
)
movements = st.lists(moved, min_size=3, max_size=14)
# Few commands of one text, few words: the same text comes again, the same unit is sold again.
texts = st.tuples(
    st.sampled_from(PHONES),
    st.lists(commands, min_size=1, max_size=2).map(tuple),
    st.sampled_from([None, None, None, "the same"]),
    st.sampled_from([False] * 9 + [True]),
)
conversations = st.lists(texts, min_size=2, max_size=12)
cuts = st.sets(st.integers(1, 11))


# Orders far over the limit, placed at once and decided by whoever may.
placed = of("order", items=st.just((Item("A350", 300),)), dealer=st.sampled_from([None, "D1002"]))
decided = st.one_of(
    st.tuples(st.sampled_from([OWNER, FIELD]), st.tuples(placed, st.just(Command("yes")))),
    st.tuples(
        st.sampled_from([MANAGER, HQ]),
        st.lists(
            of(
                "reject",
                order=st.sampled_from(["1001", "O1002"]),
                reason=st.sampled_from([None, "no credit", "额度不足"]),
            )
            | of("approve", order=st.sampled_from(["1001", "O1002", "O1003"])),
            min_size=1,
            max_size=2,
        ).map(tuple),
    ),
    st.tuples(
        st.sampled_from([OWNER, OTHER_OWNER]),
        st.sampled_from([(Command("undo", reference="O1001"),), (Command("stop", topic="orders"),)]),
    ),
)
decisions = st.lists(st.tuples(decided, st.sampled_from([False] * 9 + [True])), min_size=2, max_size=12)


def opening(books: object) -> list[Record]:
    """What is shipped before the first text: four of the six units, and sets that are known by number only."""
    records: list[Record] = []
    for number, dealer in zip(UNITS[:4], ("D1001", "D1001", "D1002", "D1001"), strict=True):
        records.append(UnitMoved(number, "A350", "shipped", dealer, "shipped", dealer, "shipped", "SH1"))
        records.append(StockMoved(dealer, "A350", 1, 1, "shipped", "SH1"))
    records.append(StockMoved("D1001", "B200", 5, 0, "opening", "OPEN"))
    return records


class World:
    """Makes a fresh database for each conversation, on one kind of database."""

    def __init__(self, fresh: Callable[[], Engine]) -> None:
        self.fresh = fresh

    def after(self, conversation: list[Said], batches: list[list[Said]]) -> tuple[object, list[list[str]]]:
        """The picture of the database after the batches, and what was answered."""
        engine = self.fresh()
        ledger = sample()
        settle(engine, ledger)
        # The texts of a batch are minutes apart, and none of them is a redelivery.
        bookkeeper = Bookkeeper(engine, Trade(), clock=ledger.now.timestamp, redelivery_after=1e6)
        with bookkeeper.transaction(ledger.now) as books:
            books.apply(opening(books))
        writer = Inline(bookkeeper)
        for batch in batches:
            writer.run(batch)
        writer.close()
        put_in_order(engine)
        with engine.connect() as connection:
            assert verify(connection) == []
            seen = picture(connection)
        engine.dispose()
        assert all(not said.errors for said in conversation)
        for batch in batches:
            if not any(said.crash for said in batch):
                assert all(said.runs == 1 for said in batch), "a batch was tried again that nothing was wrong with"
        answers = [list(said.answers) for said in conversation]
        for said in conversation:
            said.answers.clear()
            said.runs = 0
        return seen, answers


def remembered(conversation: list[Said]) -> list[list[str]]:
    """What a ledger of dictionaries answers to the same texts; one that fails changes nothing there."""
    ledger = sample()
    ledger.begin()
    ledger.apply(opening(ledger))
    answers = []
    for said in conversation:
        if said.crash:
            answers.append(["Sorry, nothing was saved"])
            ledger.message += 1
            continue
        ledger.begin(said.phone, said.folded, said.at - ledger.now)
        reading = Reading(said.folded, said.folded, said.outcome, said.commands)
        answers.append([told(reading, said.phone, ledger) or ""])
    return answers


def spoken(lines: list[tuple[str, tuple[Command, ...], str | None, bool]]) -> list[Said]:
    start = sample().now
    return [
        Said(
            phone,
            found,
            same or f"text {number}",
            start + timedelta(seconds=60 * number),
            crash,
            CONFIRM if any(command.outcome == CONFIRM for command in found) else ACCEPTED,
        )
        for number, (phone, found, same, crash) in enumerate(lines, start=1)
    ]


def in_batches(conversation: list[Said], at: set[int]) -> list[list[Said]]:
    edges = [0, *sorted(edge for edge in at if edge < len(conversation)), len(conversation)]
    return [conversation[start:end] for start, end in itertools.pairwise(edges)]


def prove(world: World, lines: list[tuple[str, tuple[Command, ...], str | None, bool]], at: set[int]) -> None:
    conversation = spoken(lines)
    alone = world.after(conversation, [[said] for said in conversation])
    together = world.after(conversation, in_batches(conversation, at))
    assert together == alone
    assert alone[1] == remembered(conversation)


@pytest.fixture
def sqlite_world(tmp_path: Path, migrated_file: Path) -> World:
    def fresh() -> Engine:
        path = tmp_path / f"{next(_folders)}.db"
        shutil.copyfile(migrated_file, path)
        return open_engine(f"sqlite:///{path}")

    return World(fresh)


@pytest.fixture
def postgresql_world(request: pytest.FixtureRequest) -> World:
    url = request.getfixturevalue("shared")

    def fresh() -> Engine:
        emptied(url)
        return open_engine(url)

    return World(fresh)


QUICK = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@QUICK
@given(lines=conversations, at=cuts)
def test_any_partition_into_batches_ends_in_the_same_sqlite_database(
    sqlite_world: World, lines: list[tuple[str, tuple[Command, ...], str | None, bool]], at: set[int]
) -> None:
    prove(sqlite_world, lines, at)


@settings(QUICK, max_examples=5)
@given(lines=conversations, at=cuts)
def test_any_partition_into_batches_ends_in_the_same_postgresql_database(
    postgresql_world: World, lines: list[tuple[str, tuple[Command, ...], str | None, bool]], at: set[int]
) -> None:
    prove(postgresql_world, lines, at)


@pytest.mark.soak
@settings(QUICK, max_examples=3000)
@given(lines=conversations, at=cuts)
def test_any_partition_of_very_many_conversations_ends_in_the_same_sqlite_database(
    sqlite_world: World, lines: list[tuple[str, tuple[Command, ...], str | None, bool]], at: set[int]
) -> None:
    prove(sqlite_world, lines, at)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_set_sold_twice_an_undo_and_a_text_that_fails_in_one_batch(kind: str, request: pytest.FixtureRequest) -> None:
    world: World = request.getfixturevalue(f"{kind}_world")
    one = UNITS[:1]
    sale = Command("sale", imeis=one, positions=(1,))
    prove(
        world,
        [
            (OWNER, (sale,), None, False),
            (CLERK, (sale,), None, False),
            (OWNER, (sale,), None, True),
            (OWNER, (Command("undo", reference="S1001"),), None, False),
            (CLERK, (sale,), None, False),
        ],
        set(),
    )


@settings(QUICK, max_examples=10)
@given(lines=decisions, at=cuts)
def test_orders_decided_in_any_partition_end_in_the_same_database(
    sqlite_world: World, lines: list[tuple[tuple[str, tuple[Command, ...]], bool]], at: set[int]
) -> None:
    waiting = [
        (phone, (Command("order", items=(Item("A350", 300),), dealer=dealer), Command("yes")), None, False)
        for phone, dealer in ((OWNER, None), (FIELD, "D1002"))
    ]
    prove(sqlite_world, [*waiting, *[(phone, said, None, crash) for (phone, said), crash in lines]], at)


def prove_of_goods(world: World, lines: list[tuple[tuple[str, tuple[Command, ...]], bool]], at: set[int]) -> None:
    prove(world, [(phone, said, None, crash) for (phone, said), crash in lines], at)


@settings(QUICK, max_examples=25)
@given(lines=movements, at=cuts)
def test_goods_moved_in_any_partition_end_in_the_same_database(
    sqlite_world: World, lines: list[tuple[tuple[str, tuple[Command, ...]], bool]], at: set[int]
) -> None:
    prove_of_goods(sqlite_world, lines, at)


@settings(QUICK, max_examples=5)
@given(lines=movements, at=cuts)
def test_goods_moved_in_any_partition_end_in_the_same_postgresql_database(
    postgresql_world: World, lines: list[tuple[tuple[str, tuple[Command, ...]], bool]], at: set[int]
) -> None:
    prove_of_goods(postgresql_world, lines, at)


@pytest.mark.soak
@settings(QUICK, max_examples=2000)
@given(lines=movements, at=cuts)
def test_goods_moved_in_very_many_partitions_end_in_the_same_database(
    sqlite_world: World, lines: list[tuple[tuple[str, tuple[Command, ...]], bool]], at: set[int]
) -> None:
    prove_of_goods(sqlite_world, lines, at)


def test_two_managers_who_decide_in_one_batch(postgresql_world: World) -> None:
    order = Command("order", items=(Item("A350", 300),))
    approve, reject = Command("approve", order="1001"), Command("reject", order="O1001", reason="no credit")
    prove(
        postgresql_world,
        [
            (OWNER, (order, Command("yes")), None, False),
            (MANAGER, (approve,), None, True),
            (HQ, (reject,), None, False),
            (MANAGER, (approve, reject), None, False),
            (OWNER, (Command("undo", reference="O1001"),), None, False),
        ],
        set(),
    )
