"""Who may ask what: tokens, scopes, bodies that cannot be read, and the same request twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from smsgw.business.programs.books import tokens
from tests.api.programs import Programs, error, fields
from tests.business.world import OWNER

TEXT = {"to": [OWNER], "text": "Your order has left"}


@pytest.fixture
def programs(engine: Engine) -> Programs:
    return Programs(engine)


@pytest.mark.parametrize("shown", ["", "Basic abc", "Bearer", "Bearer x y", "Bearer smsgw_nobodys"])
def test_without_a_token_nothing_is_done(programs: Programs, shown: str) -> None:
    answer = programs.post("/messages", TEXT, by=None, headers={"authorization": shown})
    assert error(answer) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert programs.rows("SELECT count(*) FROM message_out") == [(0,)]


def test_a_token_that_was_taken_back_opens_nothing(programs: Programs) -> None:
    assert programs.post("/messages", TEXT).status == 202
    with programs.engine.begin() as connection:
        tokens.revoke(connection, "crm", programs.now)
    assert error(programs.post("/messages", TEXT)) == (401, "unauthorized")


@pytest.mark.parametrize(
    ("scope", "method", "path", "status"),
    [
        ("read", "POST", "/messages", 403),
        ("broadcasts", "POST", "/messages", 403),
        ("read", "POST", "/broadcasts", 403),
        ("messages", "POST", "/broadcasts", 403),
        ("messages", "POST", "/audiences/preview", 403),
        ("messages", "GET", "/broadcasts", 403),
        ("read", "GET", "/broadcasts", 200),
        ("broadcasts", "GET", "/broadcasts", 200),
        ("broadcasts", "GET", "/messages/1", 403),
        *(
            (scope, "POST", f"/broadcasts/B1001/{step}", 403)
            for scope in ("read", "messages")
            for step in ("approve", "start", "pause", "resume", "cancel", "retry", "test")
        ),
    ],
)
def test_a_token_opens_what_its_scopes_say(programs: Programs, scope: str, method: str, path: str, status: int) -> None:
    programs.token("narrow", scope)
    answer = programs.ask(method, path, {} if method == "POST" else None, by="narrow")
    assert answer.status == status
    if status == 403:
        assert answer.body["error"]["code"] == "forbidden"


def test_when_a_token_was_used_is_written_down_once_a_minute(programs: Programs) -> None:
    programs.get("/broadcasts")
    first = programs.now
    programs.at += timedelta(seconds=30)
    programs.get("/broadcasts")
    assert programs.rows("SELECT used_at FROM api_token") == [(first,)]


@pytest.mark.parametrize("path", ["/", "/message", "/messages/", "/messages/1/2", "/broadcasts/B1/explode", "/../x"])
def test_there_is_nothing_elsewhere(programs: Programs, path: str) -> None:
    assert error(programs.get(path)) == (404, "not_found")


def test_another_method_is_told_which_there_are(programs: Programs) -> None:
    answer = programs.ask("DELETE", "/broadcasts")
    assert error(answer) == (405, "method")
    assert answer.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize(
    ("raw", "headers", "status", "code"),
    [
        (b"{", {}, 400, "no_json"),
        (b"\xff\xfe{}", {}, 400, "no_json"),
        (b'{"text": NaN}', {}, 400, "no_json"),
        (b'{"text": "a", "text": "b"}', {}, 400, "no_json"),
        (b"[" * 100_000, {}, 400, "no_json"),
        (b'{"to": ' + b"9" * 5_000 + b"}", {}, 400, "no_json"),
        (b"{}", {"content-type": "text/plain"}, 415, "media_type"),
        (b"to=x", {"content-type": "application/x-www-form-urlencoded"}, 415, "media_type"),
        (b"{}", {"content-type": "Application/JSON; charset=utf-8"}, 422, "invalid"),
        (b"[]", {}, 422, "invalid"),
        (b"", {}, 422, "invalid"),
    ],
)
def test_what_cannot_be_read_is_said(
    programs: Programs, raw: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    assert error(programs.post("/messages", raw=raw, headers=headers)) == (status, code)


def test_a_body_of_a_megabyte_is_the_largest(programs: Programs) -> None:
    assert error(programs.post("/messages", TEXT, too_large=True)) == (413, "too_large")


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "x", "", "1e3"])
def test_a_parameter_is_looked_at(programs: Programs, limit: str) -> None:
    assert fields(programs.get(f"/broadcasts?limit={limit}")) == ["limit"]
    assert fields(programs.get("/broadcasts?limt=1")) == ["limt"]


# ---- the same request twice


def test_the_same_key_and_body_get_the_same_answer_and_do_nothing(programs: Programs) -> None:
    first = programs.post("/messages", TEXT, headers={"idempotency-key": "k1"})
    again = programs.post("/messages", dict(reversed(TEXT.items())), headers={"idempotency-key": "k1"})
    assert (again.status, again.body) == (first.status, first.body) == (202, first.body)
    assert again.headers["Idempotent-Replay"] == "true"
    assert len(programs.rows("SELECT id FROM message_out")) == 1


def test_a_key_with_another_request_is_refused(programs: Programs) -> None:
    programs.post("/messages", TEXT, headers={"idempotency-key": "k1"})
    other = programs.post("/messages", {**TEXT, "text": "Another"}, headers={"idempotency-key": "k1"})
    assert error(other) == (409, "key_used")
    draft = {"audience": "all", "texts": {"en": "Hello"}}
    assert error(programs.post("/broadcasts", draft, headers={"idempotency-key": "k1"})) == (409, "key_used")
    assert len(programs.rows("SELECT id FROM message_out")) == 1


def test_a_key_is_that_of_a_token_and_holds_for_a_day(programs: Programs) -> None:
    programs.token("shop", "messages")
    for by in ("crm", "shop"):
        assert programs.post("/messages", TEXT, by=by, headers={"idempotency-key": "k1"}).status == 202
    assert len(programs.rows("SELECT id FROM message_out")) == 2
    programs.at += timedelta(hours=24)
    assert programs.post("/messages", TEXT, headers={"idempotency-key": "k1"}).status == 202
    assert len(programs.rows("SELECT id FROM message_out")) == 3


def test_what_was_refused_may_be_asked_again_with_the_same_key(programs: Programs) -> None:
    assert programs.post("/messages", {"to": [], "text": "x"}, headers={"idempotency-key": "k"}).status == 422
    assert programs.post("/messages", TEXT, headers={"idempotency-key": "k"}).status == 202


@pytest.mark.parametrize("key", ["", "a b", "x" * 65, "ключ"])
def test_a_key_has_visible_letters(programs: Programs, key: str) -> None:
    assert fields(programs.post("/messages", TEXT, headers={"idempotency-key": key})) == ["Idempotency-Key"]


def test_a_step_with_a_key_is_taken_once(programs: Programs) -> None:
    made = programs.post("/broadcasts", {"audience": "all", "texts": {"en": "Hello"}})
    path = f"/broadcasts/{made.body['reference']}/start"
    started = programs.post(path, headers={"idempotency-key": "s"})
    assert programs.post(path, headers={"idempotency-key": "s"}).body == started.body
    assert error(programs.post(path)) == (409, "refused")


def test_a_database_that_is_gone_is_a_reason_to_try_again(programs: Programs) -> None:
    with programs.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE callback")
        connection.exec_driver_sql("ALTER TABLE api_token RENAME TO gone")
    answer = programs.post("/messages", TEXT)
    assert error(answer) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "5"
