"""Links in the database: what daemons tell of them, and what people order."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from smsgw.business.links import books as links
from smsgw.business.messages.books import lives as runs

NOW = 1_800_000_000_000


def lives(pid: int) -> bool:
    return True


def dies(pid: int) -> bool:
    return False


def test_what_a_daemon_tells_is_seen_while_it_lives(engine: Engine) -> None:
    with engine.begin() as connection:
        number = runs.begin_run(connection, "here", 42, NOW)
        links.tell(connection, number, NOW, {"a": {"name": "a", "state": "connecting"}, "b": {"name": "b"}})
        links.tell(connection, number, NOW + 1, {"a": {"name": "a", "state": "bound"}})
        assert links.read_statuses(connection, NOW, "here", lives) == [{"name": "a", "state": "bound"}, {"name": "b"}]
        assert links.read_statuses(connection, NOW, "here", dies) == []
        assert len(links.read_statuses(connection, NOW, "elsewhere", dies)) == 2
        assert links.read_statuses(connection, NOW + 61_000, "elsewhere", lives) == []


def test_what_an_ended_daemon_told_is_not_seen_and_is_dropped(engine: Engine) -> None:
    with engine.begin() as connection:
        first, second = (runs.begin_run(connection, "here", pid, NOW) for pid in (1, 2))
        for number in (first, second):
            links.tell(connection, number, NOW, {"a": {"name": "a", "run": number}})
        runs.end_run(connection, first, NOW)
        assert links.read_statuses(connection, NOW, "here", lives) == [{"name": "a", "run": second}]
        links.forget_dead(connection, NOW)
        assert connection.exec_driver_sql("SELECT run FROM link_status").scalars().all() == [second]


def test_the_latest_pause_or_resume_of_each_link_holds(engine: Engine) -> None:
    with engine.begin() as connection:
        for at, (link, what) in enumerate([("a", "pause"), ("b", "pause"), ("a", "resume"), ("b", "rebind")]):
            links.give_command(connection, link, what, NOW + at)
        assert links.paused(connection) == {"b"}
        assert links.read_wanted(connection, NOW + 10**9).paused == {"b"}


def test_orders_are_seen_in_order_until_they_are_old(engine: Engine) -> None:
    with engine.begin() as connection:
        first = links.give_command(connection, "a", "rebind", NOW)
        second = links.give_command(connection, "a", "capture", NOW + 5, seconds=60, file="/tmp/x.pcap")
        assert links.read_wanted(connection, NOW + 10).commands == (
            links.Command(first, "a", "rebind"),
            links.Command(second, "a", "capture", 60, "/tmp/x.pcap"),
        )
        assert links.read_wanted(connection, NOW + links.RECENT_MS).commands[0].id == second


def test_an_order_goes_from_asked_by_begun_to_done_and_the_first_word_holds(engine: Engine) -> None:
    with engine.begin() as connection:
        number = links.give_command(connection, "a", "rebind", NOW)
        assert links.progress(connection, number) == links.Progress(False, False, "")
        links.begin(connection, number, NOW)
        assert links.progress(connection, number) == links.Progress(True, False, "")
        assert not links.withdraw_command(connection, number)
        links.finish(connection, number, NOW)
        links.finish(connection, number, NOW, "no")
        assert links.progress(connection, number) == links.Progress(True, True, "")
        other = links.give_command(connection, "a", "capture", NOW)
        links.finish(connection, other, NOW, "no room")
        assert links.progress(connection, other) == links.Progress(False, True, "no room")


def test_an_order_that_nobody_has_begun_can_be_withdrawn(engine: Engine) -> None:
    with engine.begin() as connection:
        assert links.withdraw_command(connection, links.give_command(connection, "a", "pause", NOW))
        assert links.paused(connection) == frozenset()


def test_nothing_else_can_be_ordered(engine: Engine) -> None:
    with pytest.raises(IntegrityError), engine.begin() as connection:
        links.give_command(connection, "a", "explode", NOW)
