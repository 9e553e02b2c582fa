"""What keeps a daemon from starting is one clear sentence."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from twisted.application.service import Service
from twisted.internet.defer import Deferred, execute
from twisted.internet.error import CannotListenError
from twisted.internet.testing import MemoryReactorClock
from twisted.web.resource import Resource

from smsgw.errors import SmsgwError
from smsgw.gateway.daemon import Daemon
from smsgw.gateway.database import own_database
from smsgw.gateway.faces import Face, MakeFace, Place
from smsgw.gateway.page_check import PageCheck
from smsgw.settings.loading import load
from smsgw.store.engine import open_engine
from smsgw.store.integrity import require_sound
from tests.gateway.world import file_of
from tests.store.test_integrity import flip, spoil_the_middle


@contextmanager
def daemon(folder: Path, more: str = "", reactor: Any = None, faces: Sequence[MakeFace] = ()) -> Iterator[Daemon]:
    """A daemon that is ready to be started."""
    path = folder / "smsgw.toml"
    path.write_text("[database]\nbusy_timeout = 0.05\n" + more, encoding="utf-8")
    settings = load(path, {})
    with own_database(settings) as database:
        found = Daemon(settings, reactor or MemoryReactorClock(), database, faces)
        found.privilegedStartService()
        yield found


def refused(folder: Path, more: str = "", reactor: Any = None) -> str:
    with pytest.raises(SmsgwError) as caught, daemon(folder, more, reactor):
        pass
    return str(caught.value)


def test_a_daemon_prepares_on_a_migrated_database_and_listens(tmp_path: Path, migrated_file: Path) -> None:
    file_of(tmp_path, migrated_file)
    reactor = MemoryReactorClock()
    with daemon(tmp_path, reactor=reactor) as found:
        assert [(port, interface) for port, _, _, interface in reactor.tcpServers] == [(8080, "127.0.0.1")]
        assert found.gateway.why_not_ready == "no [[smsc]] is set"
        with open_engine("sqlite:///smsgw.db", tmp_path).connect() as connection:
            (row,) = connection.exec_driver_sql("SELECT pid, ended_at FROM run").fetchall()
        assert tuple(row) == (os.getpid(), None)


def test_a_face_brings_its_pages_and_its_services(tmp_path: Path, migrated_file: Path) -> None:
    file_of(tmp_path, migrated_file)
    reactor = MemoryReactorClock()
    work, threads, page = Service(), Service(), Resource()
    places: list[Place] = []

    def face(place: Place) -> Face:
        places.append(place)
        return Face(work, threads, pages={"a/b": page})

    with daemon(tmp_path, reactor=reactor, faces=[face]) as found:
        (place,) = places
        assert place.settings() is found.current.settings
        assert place.writer is found.writer
        assert [service.parent is not None for service in (work, threads)] == [True, True]
        ((_, site, _, _),) = reactor.tcpServers
        assert site.resource.children[b"a"].children[b"b"] is page
        assert {b"healthz", b"readyz", b"metrics"} <= set(site.resource.children)


def test_an_old_database_is_brought_up_to_date(tmp_path: Path) -> None:
    open_engine("sqlite:///smsgw.db", tmp_path, create=True).connect().close()
    with daemon(tmp_path):
        pass


def test_a_missing_database_is_said_with_what_to_do(tmp_path: Path) -> None:
    assert "smsgw init" in refused(tmp_path)


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "smsgw.db").write_bytes(b"not a database at all" * 100)
    assert "is not a SQLite database" in refused(tmp_path)


def test_a_damaged_database_is_said(tmp_path: Path, migrated_file: Path) -> None:
    flip(file_of(tmp_path, migrated_file), "phone")
    assert "is damaged" in refused(tmp_path)


def test_damage_in_the_middle_of_a_big_database_ends_a_daemon_that_works(tmp_path: Path, migrated_file: Path) -> None:
    path = file_of(tmp_path, migrated_file)
    spoil_the_middle(path, "tall")
    told: list[str] = []
    rest = require_sound(open_engine(f"sqlite:///{path}"), at_once=0)

    def at_once(work: Callable[[], Any]) -> Deferred[Any]:
        return execute(work)

    check = PageCheck(rest, at_once, told.append)
    check.startService()
    assert len(told) == 1 and told[0].startswith(f"{path} is damaged (tall: ")
    check.stopService()


def test_a_big_database_is_read_while_the_daemon_works_and_no_longer(tmp_path: Path, migrated_file: Path) -> None:
    rest = require_sound(open_engine(f"sqlite:///{file_of(tmp_path, migrated_file)}"), at_once=0)
    started: list[tuple[Callable[[], Any], Deferred[Any]]] = []

    def later(work: Callable[[], Any]) -> Deferred[Any]:
        started.append((work, Deferred()))
        return started[-1][1]

    check = PageCheck(rest, later, pytest.fail)
    check.startService()
    ((work, over),) = started
    ended = check.stopService()
    assert ended is over and not over.called
    over.callback(work())
    assert over.called


def test_a_database_that_is_locked_is_said(tmp_path: Path, migrated_file: Path) -> None:
    path = file_of(tmp_path, migrated_file)
    with open_engine(f"sqlite:///{path}").begin() as connection:
        connection.exec_driver_sql("SELECT 1")
        assert "is locked by another process" in refused(tmp_path)


def test_a_second_daemon_on_one_database_is_refused(tmp_path: Path, migrated_file: Path) -> None:
    file_of(tmp_path, migrated_file)
    with daemon(tmp_path):
        assert "another smsgw daemon" in refused(tmp_path)


def test_a_server_that_is_not_there_is_said_without_its_password(tmp_path: Path) -> None:
    url = 'url = "postgresql+psycopg://smsgw:topsecret@127.0.0.1:1/smsgw"\n'
    said = refused(tmp_path, url)
    assert "does not answer" in said
    assert "topsecret" not in said


def test_an_address_that_is_taken_is_said(tmp_path: Path, migrated_file: Path) -> None:
    file_of(tmp_path, migrated_file)

    class Taken(MemoryReactorClock):
        def listenTCP(self, port: int, factory: Any, backlog: int = 50, interface: str = "") -> Any:
            raise CannotListenError(interface, port, OSError(98, "Address already in use"))

    assert "cannot listen at 127.0.0.1:8080: Address already in use" in refused(tmp_path, reactor=Taken())


def test_replies_that_cannot_be_used_are_said(tmp_path: Path, migrated_file: Path) -> None:
    file_of(tmp_path, migrated_file)
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "replies.en.toml").write_text('[no_such_answer]\ntext = "x"\n')
    assert "no_such_answer" in refused(tmp_path, '[replies]\ndirectory = "words"\n')


def test_a_grammar_that_cannot_be_used_is_said(tmp_path: Path, migrated_file: Path) -> None:
    file_of(tmp_path, migrated_file)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "x.lark").write_text("this is ( no grammar")
    assert "more/x.lark" in refused(tmp_path, '[gateway]\ngrammar_directory = "more"\n')


def test_a_certificate_that_cannot_be_read_is_said(tmp_path: Path, migrated_file: Path) -> None:
    file_of(tmp_path, migrated_file)
    assert "tls_ca" in refused(tmp_path, '[[smsc]]\ntls = true\ntls_ca = "nowhere.pem"\n')
