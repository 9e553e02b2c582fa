"""The kinds of services that a daemon is made of, on a clock that the test moves."""

from __future__ import annotations

from typing import Any

from structlog.testing import capture_logs
from twisted.application.service import Service
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from smsgw.gateway.current import Current
from smsgw.gateway.services import Every, InOrder, Watch
from smsgw.settings.sections import Limits, Settings
from tests.gateway.world import settings_of, understanding


def test_a_look_comes_every_so_often_and_not_at_once() -> None:
    clock, seen = Clock(), list[float]()
    every = Every(10.0, lambda: seen.append(clock.seconds()), clock)
    every.startService()
    clock.pump([1.0] * 25)
    assert seen == [10.0, 20.0]
    every.stopService()
    clock.pump([1.0] * 25)
    assert seen == [10.0, 20.0]


def test_a_look_that_raises_is_logged_and_comes_again() -> None:
    clock, seen = Clock(), list[float]()

    def look() -> None:
        seen.append(clock.seconds())
        raise ValueError("broken")

    every = Every(1.0, look, clock)
    every.startService()
    with capture_logs() as logs:
        clock.pump([1.0] * 3)
    assert seen == [1.0, 2.0, 3.0]
    assert [(line["event"], str(line["exc_info"])) for line in logs] == [("fault in the daemon", "broken")] * 3


class Threads:
    """Work handed to a thread; the test says when it ends."""

    def __init__(self) -> None:
        self.under_way: list[Deferred[Any]] = []

    def __call__(self, work: Any) -> Deferred[Any]:
        self.under_way.append(Deferred())
        return self.under_way[-1]


def test_a_watch_has_one_read_under_way_and_tells_what_it_found() -> None:
    clock, threads, found = Clock(), Threads(), list[int]()
    watch: Watch[int] = Watch(1.0, lambda: 0, found.append, clock, threads, "could not be read")
    watch.startService()
    clock.pump([1.0] * 3)
    assert len(threads.under_way) == 1
    threads.under_way[0].callback(7)
    clock.pump([1.0])
    assert (found, len(threads.under_way)) == ([7], 2)
    with capture_logs() as logs:
        threads.under_way[1].errback(ValueError("no database"))
    assert [(line["event"], line["why"]) for line in logs] == [("could not be read", "no database")]
    clock.pump([1.0])
    assert len(threads.under_way) == 3


def test_a_watch_that_is_over_tells_nothing_any_more() -> None:
    clock, threads, found = Clock(), Threads(), list[int]()
    watch: Watch[int] = Watch(1.0, lambda: 0, found.append, clock, threads, "could not be read")
    watch.startService()
    clock.pump([1.0])
    watch.stopService()
    threads.under_way[0].callback(7)
    assert found == []


class Slow(Service):
    def __init__(self, name: str, seen: list[str]) -> None:
        self.label = name
        self.seen = seen
        self.ended: Deferred[None] = Deferred()

    def startService(self) -> None:
        Service.startService(self)
        self.seen.append(f"start {self.label}")

    def stopService(self) -> Deferred[None]:
        Service.stopService(self)
        self.seen.append(f"stop {self.label}")
        return self.ended


def test_services_in_order_stop_from_the_last_to_the_first_each_when_the_one_after_has_ended() -> None:
    seen: list[str] = []
    services = [Slow(name, seen) for name in ("pages", "writer", "links")]
    together = InOrder()
    for service in services:
        service.setServiceParent(together)
    together.startService()
    ended: list[object] = []
    together.stopService().addCallback(ended.append)
    assert seen == ["start pages", "start writer", "start links", "stop links"]
    services[2].ended.callback(None)
    assert seen[-1] == "stop writer"
    services[1].ended.callback(None)
    assert seen[-1] == "stop pages"
    assert not ended
    services[0].ended.callback(None)
    assert ended == [None]


def test_what_is_made_of_the_settings_is_made_again_only_when_they_are_replaced() -> None:
    before, after = settings_of(), Settings(limits=Limits(texts_per_phone_per_hour=3))
    current = Current(before, understanding(before))
    made: list[int] = []

    def limit(settings: Settings) -> int:
        made.append(settings.limits.texts_per_phone_per_hour)
        return made[-1]

    derived = current.derive(limit)
    assert derived() == derived() == before.limits.texts_per_phone_per_hour
    current.replace(after, understanding(after))
    assert derived() == derived() == 3
    assert len(made) == 2
