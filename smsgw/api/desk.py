"""The desk where requests of programs are done: who asks, may they, is it whole, was it asked before, and the work.

It knows no HTTP library and runs in any thread; a request does its work in one short transaction.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

import structlog
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from smsgw.api.answer import Answer, HttpError, invalid, refusal_of
from smsgw.api.shapes import Asked, faults
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.core.principal import Principal
from smsgw.business.core.rights import Right, scopes_of
from smsgw.business.core.session import Session
from smsgw.business.core.tariff import Tariff
from smsgw.business.core.trade import Trade
from smsgw.business.programs.books import idempotency, tokens
from smsgw.business.programs.books.tokens import Token
from smsgw.errors import Refused, Wrong
from smsgw.gateway.outbound.tariff import LinkTariff
from smsgw.settings.sections import Settings
from smsgw.store.engine import reading
from smsgw.store.transaction import Transact, Transaction, only_reading, own_transaction
from smsgw.store.writer import Stopped, in_the_way, unavailable
from smsgw.values.storable import storable

log = structlog.get_logger()

LARGEST = 1 << 20  # octets of a body
LONGEST = 64  # characters of a name in a path that are looked at; none of ours has as many
_BEARER = re.compile(r"bearer +(\S+)\Z", re.IGNORECASE)
_KEY = re.compile(r"[!-~]{1,64}\Z")


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came. Header names are in small letters; `too_large`: the body was not kept."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    too_large: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A parameter after the question mark."""

    name: str
    description: str
    least: int
    most: int
    default: int


@dataclass(frozen=True, slots=True)
class TextQuery:
    """A parameter after the question mark that is text, which the work itself reads; nothing where it is left out."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Route:
    """What can be asked. `path` has its parameters in braces; `right` is what one needs, None: it is for everybody.

    `shape` is what the body must be, `answers` what is answered: status, shape (or None) and what it means.
    """

    method: str
    path: str
    summary: str
    right: Right | None
    run: Callable[[Call], Answer]
    answers: Mapping[int, tuple[Any, str]]
    shape: type[Asked] | None = None
    query: tuple[Query | TextQuery, ...] = ()
    idempotent: bool = False  # whether an Idempotency-Key counts

    @property
    def scopes(self) -> tuple[str, ...]:
        """Any of which opens it; none: it is for everybody."""
        return scopes_of(self.right) if self.right is not None else ()


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the settings of the moment say to actions."""

    settings: Settings
    trade: Trade
    tariff: Tariff

    @classmethod
    def of(cls, settings: Settings) -> Deployment:
        return cls(settings, settings.trade_rules(), LinkTariff(settings))

    def session(self, principal: Principal, now: int, transaction: Transaction) -> Session:
        """The session of a principal in a transaction; `now` is in milliseconds."""
        return Session(principal, now, transaction, self.trade, self.tariff)


@dataclass(frozen=True, slots=True)
class Call:
    """A request that may be done, and with what."""

    deployment: Deployment
    engine: Engine
    token: Token
    now: int
    asked: Any
    parameters: Mapping[str, str]
    query: Mapping[str, int]
    texts: Mapping[str, str]  # the text parameters that were given
    transact: Transact
    key: idempotency.IdempotencyKey | None = None

    @property
    def settings(self) -> Settings:
        return self.deployment.settings

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for actions that only read."""
        with reading(self.engine).connect() as connection:
            yield self.deployment.session(self.token.principal, self.now, only_reading(connection))

    def booked(self, effect: Callable[[Session, Any], Answer]) -> Answer:
        """As `done`, with the books of the transaction, for actions that book."""

        def work(session: Session) -> Answer:
            with _books(self.engine, session) as books:
                return effect(session, books)

        return self.done(work)

    def done(self, effect: Callable[[Session], Answer]) -> Answer:
        """The work in a transaction, with its answer kept under the request's key; that answer where it has one."""
        key = self.key

        def work(transaction: Transaction) -> Answer:
            return effect(self.deployment.session(self.token.principal, self.now, transaction))

        if key is None:
            return self.transact(work)

        def alone(transaction: Transaction) -> Answer:
            connection = transaction.connection
            idempotency.lock_key(connection, key)
            if (before := _before(connection, key, self.now)) is not None:
                return before
            answer = work(transaction)
            idempotency.keep_answer(connection, key, idempotency.Answered(answer.status, answer.body), self.now)
            return answer

        return self.transact(alone)


@contextmanager
def _books(engine: Engine, session: Session) -> Iterator[Any]:
    """The books of a session's transaction: the writer's own in its turns, else opened on it; written at the end."""
    books = session.transaction.books
    if books is None:
        books = Bookkeeper(engine, session.trade).open(session.connection)
        books.begin(session.at)
    before, books.work.author = books.work.author, session.who
    try:
        yield books
        books.work.flush()
    finally:
        books.work.author = before


class Desk:
    """`settings` are those of the moment; `clock` is in seconds since the epoch."""

    def __init__(
        self,
        routes: tuple[Route, ...],
        settings: Callable[[], Settings],
        engine: Engine,
        clock: Callable[[], float],
        submitted: Callable[[], None] = lambda: None,
        transact: Transact | None = None,
    ) -> None:
        """`submitted` is called, in the thread of the request, when something may have been changed.

        `transact` is how something is changed; None: in transactions of its own.
        """
        self.routes = routes
        self._ways = [(re.compile(_pattern(route.path)), route) for route in routes]
        self._settings = settings
        self.engine = engine
        self._clock = clock
        self.submitted = submitted
        self.transact = transact if transact is not None else own_transaction(engine)
        self._deployment: Deployment | None = None

    @property
    def deployment(self) -> Deployment:
        """The deployment by the settings of the moment."""
        settings, deployment = self._settings(), self._deployment
        if deployment is None or deployment.settings is not settings:
            deployment = self._deployment = Deployment.of(settings)
        return deployment

    @property
    def now(self) -> int:
        """Milliseconds since the epoch."""
        return int(self._clock() * 1000)

    def answer(self, request: Request) -> Answer:
        """Do a request; whatever happens, there is an answer."""
        try:
            route, parameters = self._route(request)
        except HttpError as refused:
            return refused.answer
        try:
            answer = self._answer(request, route, parameters)
        except Exception as error:  # noqa: BLE001 - whatever is wrong is answered, and told in the log
            answer = error_answer(error, route.path).answer
        log_request(request.method, route.path, answer.status)
        return answer

    def _answer(self, request: Request, route: Route, parameters: dict[str, str]) -> Answer:
        now = self.now
        token = self.admitted(_bearer(request.headers), now, route.scopes) if route.scopes else None
        if request.too_large:
            raise HttpError(413, "too_large", f"a body has {LARGEST} octets at most")
        query, texts = _query(route, request.query)
        asked = _read_body(route, request)
        assert token is not None or not route.scopes
        key = _keyed(route, request, token)
        if key is not None:
            with reading(self.engine).connect() as connection:
                if (before := _before(connection, key, now)) is not None:
                    return before
        who = token if token is not None else Token("", frozenset(), "", 0)
        call = Call(self.deployment, self.engine, who, now, asked, parameters, query, texts, self.transact, key)
        answer = route.run(call)
        if route.method != "GET":
            self.submitted()
        return answer

    def _route(self, request: Request) -> tuple[Route, dict[str, str]]:
        others: list[str] = []
        for way, route in self._ways:
            found = way.fullmatch(request.path)
            if found is None:
                continue
            if route.method == request.method:
                return route, {name: storable(unquote(said))[:LONGEST] for name, said in found.groupdict().items()}
            others.append(route.method)
        if not others:
            raise HttpError(404, "not_found", "there is nothing here; see /api/v1/openapi.json")
        allowed = ", ".join(sorted(set(others)))
        raise HttpError(405, "method", f"only {allowed} is understood here", headers={"Allow": allowed})

    def admitted(self, secret: str | None, now: int, scopes: tuple[str, ...] = ()) -> Token:
        """Whose token it is. Raises HttpError for one that opens nothing, or not this; `scopes` () is for any."""
        token = None
        if secret is not None:
            with reading(self.engine).connect() as connection:
                token = tokens.find_by_secret(connection, secret, now)
        if token is None:
            raise HttpError(
                401,
                "unauthorized",
                "a token is needed that is in force: Authorization: Bearer smsgw_…",
                headers={"WWW-Authenticate": 'Bearer realm="smsgw"'},
            )
        if not token.use_is_recorded(now):
            self.transact(lambda transaction: tokens.find(transaction.connection, secret or "", now))
        if scopes and not token.scopes.intersection(scopes):
            raise HttpError(403, "forbidden", f"the token '{token.name}' has not the scope {' or '.join(scopes)}")
        return token


def log_request(method: str, path: str, status: int) -> None:
    """Log that a program asked. What it asked of, and with which token, is not written: only the route."""
    (log.debug if status < 400 else log.info)("a program asked", method=method, path=path, status=status)


def error_answer(error: Exception, path: str) -> HttpError:
    """What is answered where the work raised. What an error says may name phones and texts, and is not logged."""
    if isinstance(error, HttpError):
        return error
    if isinstance(error, Refused):
        return refusal_of(error)
    kind = type(error).__name__
    if unavailable(error) or in_the_way(error) or isinstance(error, Stopped):
        log.warning("the database failed a program", path=path, kind=kind)
        return HttpError(
            503, "unavailable", "the database does not answer now; try again", headers={"Retry-After": "5"}
        )
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    where = f"{step.tb_frame.f_code.co_filename}:{step.tb_lineno}" if step is not None else ""
    log.error("fault while a program was served", path=path, kind=kind, where=where)
    return HttpError(500, "fault", "that is a fault of ours; the log says where")


def _pattern(path: str) -> str:
    return re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)


def _bearer(headers: Mapping[str, str]) -> str | None:
    found = _BEARER.match(headers.get("authorization", "").strip())
    return found[1] if found else None


def _before(connection: Connection, key: idempotency.IdempotencyKey, now: int) -> Answer | None:
    try:
        found = idempotency.find_answer(connection, key, now)
    except idempotency.KeyUsed as used:
        raise HttpError(409, "key_used", str(used), [Wrong("Idempotency-Key", str(used))]) from None
    return None if found is None else Answer(found.status, found.answer, {"Idempotent-Replay": "true"})


def _keyed(route: Route, request: Request, token: Token | None) -> idempotency.IdempotencyKey | None:
    key = request.headers.get("idempotency-key")
    if key is None or not route.idempotent or token is None:
        return None
    if not _KEY.match(key):
        raise invalid([Wrong("Idempotency-Key", "must have 1 to 64 visible ASCII characters")])
    body = json.dumps(json.loads(request.body), sort_keys=True) if request.body else ""
    told = "\n".join((request.method, request.path, body))
    return idempotency.IdempotencyKey(
        token.name, key, hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
    )


def _query(route: Route, query: str) -> tuple[dict[str, int], dict[str, str]]:
    known = {each.name: each for each in route.query}
    found = {each.name: each.default for each in route.query if isinstance(each, Query)}
    texts: dict[str, str] = {}
    wrong = []
    try:
        given = parse_qsl(query, keep_blank_values=True, max_num_fields=20, errors="strict")
    except (ValueError, UnicodeDecodeError):
        raise invalid([Wrong("", "what follows the question mark cannot be read")]) from None
    for name, value in given:
        each = known.get(name)
        if each is None:
            wrong.append(Wrong(name[:40], "there is no such parameter"))
        elif isinstance(each, TextQuery):
            texts[name] = storable(value)[:LONGEST]
        elif not re.fullmatch(r"[0-9]{1,16}", value) or not each.least <= int(value) <= each.most:
            wrong.append(Wrong(name, f"must be a whole number from {each.least} to {each.most}"))
        else:
            found[name] = int(value)
    if wrong:
        raise invalid(wrong)
    return found, texts


def _read_body(route: Route, request: Request) -> Any:
    """The body as the route's shape has it."""
    if route.shape is None:
        return None
    value: Any = {}
    if request.body:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise HttpError(415, "media_type", "a body is JSON: Content-Type: application/json")
        try:
            value = json.loads(request.body.decode("utf-8"), parse_constant=_no_number, object_pairs_hook=_object)
        except (ValueError, RecursionError):
            raise HttpError(400, "no_json", "the body is no JSON in UTF-8") from None
    try:
        return route.shape.model_validate(value)
    except ValidationError as error:
        raise invalid(faults(error)) from None


def _no_number(said: str) -> float:
    raise ValueError(said)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found
