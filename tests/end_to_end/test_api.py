"""Programs and the real daemon: every route held against its OpenAPI document, Kannel's clients, and callbacks."""

from __future__ import annotations

import itertools
import json
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from smsgw.simulator.certificate import make_certificate
from tests.end_to_end.house import House

OWNER = "+8613900000001"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
# For each route, by token; so many each that fit and that do not. A wrong one once for each route that changes
# something and has the right token's scope: its answer waits longer each time.
EXAMPLES = {"right": 8, "foreign": 3, "wrong": 1}
SECRET_WORDS = "Nobody else may read this"


class Called:
    """A server of a program that is called back; `calls` are method, path with query, and body."""

    def __init__(self, certificate: tuple[Path, Path] | None = None) -> None:
        calls: list[tuple[str, str, bytes]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                calls.append((self.command, self.path, self.rfile.read(length)))
                self.send_response(200)
                self.end_headers()

            do_POST = do_GET

            def log_message(self, format: str, *arguments: object) -> None:
                """Nobody needs it."""

        self.calls = calls
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.shaken = 0
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.address = f"{'https' if certificate else 'http'}://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Programs:
    """A house that serves programs, with their tokens."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.base = f"http://127.0.0.1:{house.http_port}"
        self.tokens: dict[str, str] = {}
        for name, scopes in [
            ("crm", ("messages", "broadcasts", "read")),
            ("boss", ("broadcasts",)),
            ("narrow", ("read",)),
        ]:
            options = [word for scope in scopes for word in ("--scope", scope)]
            self.tokens[name] = house.json("token create", name, *options)["token"]

    def ask(self, method: str, path: str, body: Any = None, *, by: str = "crm", key: str = "") -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.tokens.get(by, by)}"}
        if key:
            headers["Idempotency-Key"] = key
        if body is not None:
            headers["Content-Type"] = "application/json"
        octets = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.base}/api/v1{path}", octets, headers, method=method)
        return answered(request)


def answered(request: Request | str) -> tuple[int, Any]:
    try:
        with urlopen(request, timeout=20) as response:
            status, octets = response.status, response.read()
    except HTTPError as error:
        status, octets = error.code, error.read()
    return status, json.loads(octets) if octets[:1] in (b"{", b"[") else octets.decode()


def until(found: Callable[[], Any], patience: float = 30) -> Any:
    """Ask until there is an answer."""
    deadline = time.monotonic() + patience
    while not (answer := found()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)
    return answer


@contextmanager
def served(house: House, callbacks: list[str]) -> Iterator[Programs]:
    """The daemon for programs, beside a simulated SMSC that sends receipts."""
    text = house.config.read_text()
    text = text.replace("[http]\n", f"[http]\napi = true\ncallbacks = {json.dumps(callbacks)}\n")
    text = text.replace("[log]", '[broadcast]\nwindow = "00:00-24:00"\napproval_above_recipients = 20\n\n[log]')
    house.config.write_text(text)
    house.furnish(30)
    programs = Programs(house)
    command = [sys.executable, "-P", "-m", "smsgw", "smsc", "--port", str(house.smsc_port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as smsc:
        try:
            house.start()
            until(lambda: ready(programs))
            yield programs
        finally:
            smsc.kill()


def ready(programs: Programs, page: str = "readyz") -> bool:
    return reached(f"{programs.base}/{page}")


def reached(url: str) -> bool:
    try:
        return answered(url)[0] == 200
    except OSError:
        return False


@pytest.fixture
def called() -> Iterator[Called]:
    made = Called()
    yield made
    made.close()


def test_a_kannel_client_sends_unchanged_and_gets_its_report(house: House, called: Called) -> None:
    with served(house, [called.address]) as programs:
        fields = {"username": "crm", "password": programs.tokens["crm"], "from": "10691234", "to": OWNER}
        report = called.address + "dlr?id=7&type=%d&to=%P&from=%p&ts=%t&smsc=%i"
        query = urlencode({**fields, "text": "你好, " + SECRET_WORDS, "dlr-mask": "31", "dlr-url": report})
        assert answered(f"{programs.base}/cgi-bin/sendsms?{query}") == (202, "0: Accepted for delivery")
        wrong = urlencode({**fields, "password": "wrong", "text": "x"})
        assert answered(f"{programs.base}/cgi-bin/sendsms?{wrong}") == (403, "Authorization failed for sendsms")
        until(lambda: len(called.calls) == 2)
        told = [parse_qs(urlsplit(path).query) for method, path, _ in called.calls if method == "GET"]
        assert [each["type"] for each in told] == [["8"], ["1"]]  # taken by the SMSC, then delivered
        for each in told:
            assert (each["id"], each["to"], each["from"], each["smsc"]) == (
                ["7"],
                [OWNER],
                ["10691234"],
                ["operator-a"],
            )
            assert datetime.strptime(each["ts"][0], "%Y-%m-%d %H:%M:%S")
        assert house.stop() == 0
    log = house.log.read_text()
    assert SECRET_WORDS not in log
    assert not any(token in log for token in programs.tokens.values())


def test_a_program_sends_once_and_is_told_in_json(house: House, called: Called) -> None:
    with served(house, [called.address]) as programs:
        asked = {"to": [OWNER, OWNER], "text": "Your order has left", "callback": called.address + "told"}
        status, first = programs.ask("POST", "/messages", asked, key="order-7731")
        assert (status, first["skipped"][0]["reason"]) == (202, "duplicate")
        assert programs.ask("POST", "/messages", asked, key="order-7731") == (202, first)
        with ThreadPoolExecutor(8) as pool:  # the same request from many at once is one
            again = [pool.submit(programs.ask, "POST", "/messages", asked, key="order-7732") for _ in range(16)]
        assert {json.dumps(each.result()) for each in again} == {json.dumps(again[0].result())}
        assert again[0].result()[0] == 202
        large = {"to": [OWNER], "text": "x" * (1 << 20)}
        assert programs.ask("POST", "/messages", large)[0] == 413
        number = first["messages"][0]["id"]
        until(lambda: len(called.calls) == 4)
        told = [json.loads(body) for _, _, body in called.calls]
        assert [each["state"] for each in told if each["id"] == number] == ["sent", "delivered"]
        assert len({each["id"] for each in told}) == 2
        status, found = programs.ask("GET", f"/messages/{number}")
        assert (status, found["state"], found["author"], len(found["receipts"])) == (200, "delivered", "token:crm", 1)
        # A broadcast that one token may not send alone.
        draft = {"audience": "all", "texts": {"en": "New prices"}, "name": "prices"}
        status, made = programs.ask("POST", "/broadcasts", draft)
        assert (status, made["recipients"]) == (201, 30)
        path = f"/broadcasts/{made['reference']}"
        status, refused = programs.ask("POST", f"{path}/start")
        assert (status, refused["error"]["code"]) == (409, "refused")
        assert programs.ask("POST", f"{path}/approve", by="boss") == (
            200,
            {"reference": made["reference"], "state": "approved"},
        )
        assert programs.ask("POST", f"{path}/start")[1]["state"] == "running"
        until(lambda: programs.ask("GET", path)[1]["state"] == "done")
        until(lambda: programs.ask("GET", path)[1]["delivered"] == 30)
        shown = house.json("broadcast show", made["reference"])
        assert programs.ask("GET", path) == (200, shown)
        assert (shown["author"], shown["approver"]) == ("token:crm", "token:boss")
        assert house.stop() == 0


def test_what_was_accepted_outlives_a_kill_and_is_told_once_it_can_be(house: House, called: Called) -> None:
    """The key answers the same after kill -9, the text goes out once, and its end is told by the next daemon."""
    with served(house, [called.address]) as programs:
        until(lambda: house.call("links pause", "operator-a").returncode == 0)  # once the daemon has told of its links
        asked = {"to": [OWNER], "text": "Your order has left", "callback": called.address}
        status, first = programs.ask("POST", "/messages", asked, key="order-7731")
        assert status == 202
        house.kill()
        house.start()
        until(lambda: ready(programs, "healthz"))
        assert programs.ask("POST", "/messages", asked, key="order-7731") == (202, first)
        until(lambda: house.call("links resume", "operator-a").returncode == 0)
        until(lambda: len(called.calls) == 2)
        assert [json.loads(body)["state"] for _, _, body in called.calls] == ["sent", "delivered"]
        lines = house.smsgw("messages", "--phone", OWNER, "--json").splitlines()
        texts = [each for each in map(json.loads, lines) if each["direction"] == "out"]
        assert [(each["id"], each["state"]) for each in texts] == [(first["messages"][0]["id"], "delivered")]
        assert house.stop() == 0


@pytest.mark.parametrize("trusted", [True, False])
def test_only_whose_certificate_is_trusted_is_told(
    trusted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = tmp_path / "certificate.pem", tmp_path / "key.pem"
    for file, octets in zip(files, make_certificate("good", "127.0.0.1", datetime.now(UTC)), strict=True):
        file.write_bytes(octets)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))  # where OpenSSL looks for authorities
    called = Called(files)
    house = House(tmp_path)
    try:
        with served(house, [called.address]) as programs:
            programs.ask("POST", "/messages", {"to": [OWNER], "text": "x", "callback": called.address})
            if trusted:
                until(lambda: len(called.calls) == 2)
            else:
                until(lambda: "a program could not be told of a text" in house.log.read_text())
                assert called.calls == []
            assert house.stop() == 0
    finally:
        house.close()
        called.close()


def test_nothing_is_there_for_programs_unless_the_settings_say_so(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.furnish(1)
    try:
        house.start()
        base = f"http://127.0.0.1:{house.http_port}"
        until(lambda: reached(f"{base}/healthz"))
        for page in ("api/v1/openapi.json", "api/v1/messages", "cgi-bin/sendsms"):
            assert answered(f"{base}/{page}")[0] == 404
        assert house.stop() == 0
    finally:
        house.close()


# ---- the document is true


BEFORE = {"pause": ("start",), "resume": ("start", "pause")}


def ready_for(programs: Programs, path: str) -> list[str]:
    """Broadcasts to which the step of a route can be done; of other routes none."""
    if "{reference}" not in path:
        return []
    verb = path.rpartition("/")[2]
    at = datetime.fromtimestamp(time.time() + 86_400, UTC).isoformat()
    found = []
    for _ in range(3):
        draft = {"audience": f"phone:{OWNER}", "texts": {"en": "New prices"}, "at": at}
        found.append(str(programs.ask("POST", "/broadcasts", draft)[1]["reference"]))
        for step in BEFORE.get(verb, ()):
            assert programs.ask("POST", f"/broadcasts/{found[-1]}/{step}")[0] == 200
    return found


MEANT: dict[str, Any] = {
    "to": [OWNER, "13900000002"],
    "audience": "all",
    "texts": {"en": "New prices", "zh": "新价格"},
    "link": "operator-a",
    "window": "09:00-20:00",
    "zone": "Asia/Shanghai",
    "options": {"en": ["yes", "no"], "zh": ["是", "否"]},
    "topic": "prices",
}


def aimed(case: Case, references: Sequence[str], number: int) -> None:
    """Of generated names and words, those that mean something become those of something that is there.

    Otherwise hardly anything would be found, and next to nothing done.
    """
    if references:
        case.path_parameters["reference"] = references[number % len(references)]
    if isinstance(case.body, dict):
        case.body = {name: MEANT.get(name, value) for name, value in case.body.items()}
        for name in ("callback", "at", "cron", "answers_until"):
            case.body.pop(name, None)


def test_every_route_does_what_the_document_says(tmp_path: Path) -> None:
    house = House(tmp_path)
    asked: Counter[tuple[str, str, int]] = Counter()  # by route, token and status
    began = time.monotonic()
    try:
        with served(house, []) as programs:
            document = schemathesis.openapi.from_url(f"{programs.base}/api/v1/openapi.json")
            tokens = {"right": programs.tokens["crm"], "foreign": programs.tokens["narrow"], "wrong": "smsgw_wrong"}
            operations = [found.ok() for found in document.get_all_operations()]
            for operation in operations:
                references = ready_for(programs, operation.path)
                route = f"{operation.method.upper()} {operation.path}"
                for kind, token in tokens.items():
                    for mode in GenerationMode.POSITIVE, GenerationMode.NEGATIVE:
                        if asked[route, "right", 403]:
                            continue  # the token has no scope for it: that was seen of all that is right already
                        if kind != "wrong" or (operation.method == "post" and mode is GenerationMode.POSITIVE):
                            drive(operation, kind, token, mode, references, asked)
            assert house.stop() == 0
    finally:
        house.close()
    took = time.monotonic() - began
    statuses = {path: sorted({status for route, _, status in asked if route == path}) for path, _, _ in asked}
    print(f"\n{asked.total()} requests in {took:.0f} s: {statuses}")
    assert len(statuses) == len(operations) > 10
    posted = [path for path in statuses if path.startswith("POST")]
    # What the token has no scope for (orders, returns, counts, the feed) is refused whatever is asked.
    changing = [path for path in posted if ("right", 403) not in {(k, s) for route, k, s in asked if route == path}]
    assert len(changing) == 10
    for path in posted:
        if path in changing:
            continue
        assert {status for route, kind, status in asked if route == path and kind == "right"} <= {400, 401, 403, 405}, (
            path
        )
    for path in changing:
        done = {status for route, kind, status in asked if route == path and kind == "right"}
        assert done & {200, 201, 202} or path.endswith("retry"), (path, done)
        assert 422 in done, (path, done)
        assert {(kind, status) for route, kind, status in asked if route == path and kind != "right"} >= {
            ("foreign", 403),
            ("wrong", 401),
        }
    assert "fault while a program was served" not in house.log.read_text()


def drive(
    operation: Any,
    kind: str,
    token: str,
    mode: GenerationMode,
    references: Sequence[str],
    asked: Counter[tuple[str, str, int]],
) -> None:
    """Ask one route with bodies that fit its shape, or do not, by one token."""
    numbers = itertools.count()

    @seed(20261127)
    @settings(
        max_examples=EXAMPLES[kind],
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case: Case) -> None:
        number = next(numbers)
        if mode is GenerationMode.POSITIVE and number % 4:
            aimed(case, references, number)
        response = case.call(headers={"Authorization": f"Bearer {token}"})
        asked[f"{operation.method.upper()} {operation.path}", kind, response.status_code] += 1
        shown = "Authorization" in response.request.headers  # to send none is one way to be wrong
        if kind == "wrong" or not shown:
            assert response.status_code == 401, response.text
        elif kind == "foreign" and operation.method.upper() != "GET":  # it may read
            assert response.status_code == 403, response.text
        case.validate_response(response, checks=CHECKS)

    one()
