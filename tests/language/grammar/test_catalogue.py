"""The catalogue in the lexer: large, changed while texts are read, and never half of one and half of another."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from smsgw.business.audiences.books.lexicon import lexicon_rows
from smsgw.business.catalogue.books import ProductRow, put_products
from smsgw.business.core.command import Command
from smsgw.business.core.versions import CATALOGUE
from smsgw.gateway.understanding import Understanding, understanding_of, with_names
from smsgw.language.names.lexicon import Lexicon
from smsgw.language.reading.reader import Reader
from smsgw.settings.sections import Settings
from smsgw.store import migrate
from smsgw.store.engine import open_engine
from tests.business.world import NOON, furnish
from tests.language.sample import TODAY, reader

MODELS, EACH = 2_000, 10  # models, and aliases of each


def large() -> list[tuple[str, str, list[str]]]:
    return [
        (f"QX{n:04d}", f"Quasar {n} Lite", [f"Quasar{n} v{k}" if k % 2 else f"类星{n}型{k}" for k in range(EACH)])
        for n in range(MODELS)
    ]


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine("sqlite:///books.db", tmp_path, create=True)
    migrate.upgrade(engine)
    furnish(engine)
    yield engine
    engine.dispose()


def understood(engine: Engine) -> Understanding:
    with engine.connect() as connection:
        return understanding_of(Settings(), lexicon_rows(connection))


def refreshed(known: Understanding, engine: Engine) -> Understanding:
    """What the daemon makes of a catalogue that has changed."""
    with engine.connect() as connection:
        return with_names(known, Settings(), lexicon_rows(connection))


def put(engine: Engine, *rows: ProductRow) -> None:
    with engine.begin() as connection:
        put_products(connection, rows)


def read(known: Understanding, text: str) -> Command:
    (command,) = known.read(text, NOON.timestamp()).commands
    return command


def version(engine: Engine) -> int:
    with engine.connect() as connection:
        return lexicon_rows(connection).versions[CATALOGUE]


def test_a_new_model_is_read_after_a_refresh_and_what_was_read_before_stays_so(books: Engine) -> None:
    before = understood(books)
    assert read(before, "P ZETA 9").outcome == "rejected"
    earlier = version(books)
    put(books, ProductRow("Z9", "Zeta 9", ("泽塔9",)))
    assert version(books) > earlier  # which is how a daemon sees that it must read again
    after = refreshed(before, books)
    for text in ("P ZETA 9", "价格泽塔9", "ORD z-9 5", "STOCK zeta9"):
        assert read(after, text).outcome == "accepted", text
    assert read(after, "ORD z9x5").items[0].model == "Z9"
    # A text that was being read while the catalogue changed is read with one snapshot throughout.
    assert read(before, "P ZETA 9").outcome == "rejected"
    for text in ("P A350", "S A350 3", "BAL"):
        assert read(after, text) == read(before, text)


def test_an_alias_that_moves_to_another_model_means_that_one_from_then_on(books: Engine) -> None:
    put(books, ProductRow("Z8", "Zeta 8", ("Flagship",)), ProductRow("Z9", "Zeta 9"))
    before = understood(books)
    assert read(before, "P flagship").model == "Z8"
    put(books, ProductRow("Z8", "Zeta 8"), ProductRow("Z9", "Zeta 9", ("Flagship",)))
    assert read(refreshed(before, books), "P flagship").model == "Z9"


def test_an_alias_of_two_models_is_asked_back_and_listed(books: Engine) -> None:
    put(books, ProductRow("Z8", "Zeta 8", ("Flagship",)), ProductRow("Z9", "Zeta 9", ("flag-ship",)))
    known = understood(books)
    command = read(known, "ORD flagship 5")
    assert command.outcome == "confirm"
    assert {choice.items[0].model for choice in command.choices} == {"Z8", "Z9"}
    assert isinstance(known.reader, Reader)
    assert list(known.reader.lexicon.ambiguous.values()) == [("Z8", "Z9")]


def test_a_longer_name_that_is_added_wins_over_the_shorter_one(books: Engine) -> None:
    put(books, ProductRow("CM", "Comet"))
    before = understood(books)
    assert read(before, "ORD comet 100").items[0].quantity == 100
    put(books, ProductRow("C100", "Comet 100"))
    after = refreshed(before, books)
    assert read(after, "STOCK comet 100").model == "C100"
    assert read(after, "ORD comet 100 5").items[0].model == "C100"


@pytest.mark.alone
def test_two_thousand_models_with_twenty_thousand_aliases_are_ready_in_seconds() -> None:
    products = large()
    started = time.perf_counter()
    lexicon = Lexicon.build(products)
    built = time.perf_counter() - started
    assert len(lexicon.products) == MODELS and len(lexicon.names) >= MODELS * EACH
    started = time.perf_counter()
    swapped = reader().with_lexicon(lexicon)
    swap = time.perf_counter() - started
    print(f"lexicon {built:.2f} s, reader {swap * 1000:.1f} ms")
    assert built < 10 and swap < 2
    for n in (0, 77, MODELS - 1):
        for text in (f"QX{n:04d}", f"quasar {n} lite", f"Quasar{n}V3", f"类星{n}型4"):
            (command,) = swapped.understand(f"ORD {text} 5", today=TODAY).commands
            assert command.items[0].model == f"QX{n:04d}", text


@pytest.mark.alone
def test_a_large_catalogue_does_not_slow_a_text_down() -> None:
    swapped = reader().with_lexicon(Lexicon.build(large()))

    def seconds(by: Reader, text: str) -> float:
        taken = []
        for _ in range(50):
            started = time.perf_counter()
            by.understand(text, today=TODAY)
            taken.append(time.perf_counter() - started)
        return min(taken)

    for text in ("S 860123450000012", "STOCK", "ORD 7731", "BAL"):
        assert seconds(swapped, text) < 20 * seconds(reader(), text) + 0.001, text
    assert seconds(swapped, "ORD QX0077 5 QX1999 12") < 0.005
