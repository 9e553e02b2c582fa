"""A desk for programs on a furnished database, its clock moved by the test, and requests as a program writes them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from smsgw.api import answers
from smsgw.api.answer import Answer
from smsgw.api.desk import Desk, Request
from smsgw.api.routes import ALL
from smsgw.business.core.principal import Person
from smsgw.business.core.rights import SCOPES
from smsgw.business.core.session import Session
from smsgw.business.core.trade import Trade
from smsgw.business.programs.actions.tokens import create_token
from smsgw.settings.sections import Broadcast, Gateway, Http, Settings, Smsc
from smsgw.store.transaction import only_reading
from tests.business.world import NOON, furnish

CALLED = "https://erp.example.com/sms/"


def settings_of(**broadcast: Any) -> Settings:
    return Settings(
        gateway=Gateway(country="CN", language="en", timezone="Asia/Shanghai"),
        http=Http(api=True, callbacks=(CALLED,)),
        broadcast=Broadcast(topics=("prices", "offers"), **broadcast),
        smsc=(Smsc(name="operator-a", part_cost=0.05), Smsc(name="silent", bind="receiver")),
    )


@dataclass
class Programs:
    """`tokens` are by name; `at` is the clock."""

    engine: Engine
    settings: Settings = field(default_factory=settings_of)
    at: datetime = NOON
    tokens: dict[str, str] = field(default_factory=dict)
    submitted: int = 0

    def __post_init__(self) -> None:
        furnish(self.engine)
        self.desk = Desk(ALL, lambda: self.settings, self.engine, self._seconds, self._more)
        self.token("crm", *SCOPES)

    def _more(self) -> None:
        self.submitted += 1

    def _seconds(self) -> float:
        return self.at.timestamp()

    @property
    def now(self) -> int:
        return int(self.at.timestamp() * 1000)

    def token(self, name: str, *scopes: str) -> str:
        with self.engine.begin() as connection:
            self.tokens[name] = create_token(
                Session(Person("li"), self.now, only_reading(connection), Trade()), name, scopes
            )
        return self.tokens[name]

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        by: str | None = "crm",
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
        too_large: bool = False,
    ) -> Answer:
        """What a request is answered; `path` is below /api/v1, with its query."""
        sent = dict(headers or {})
        if by is not None:
            sent.setdefault("authorization", f"Bearer {self.tokens.get(by, by)}")
        octets = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        if octets:
            sent.setdefault("content-type", "application/json")
        way, _, query = path.partition("?")
        answer = self.desk.answer(Request(method, f"/api/v1{way}", query, sent, octets, too_large))
        fits(method, f"/api/v1{way}", answer)
        return answer

    def post(self, path: str, body: Any = None, **more: Any) -> Answer:
        return self.ask("POST", path, body, **more)

    def get(self, path: str, **more: Any) -> Answer:
        return self.ask("GET", path, **more)

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(question)]


def fits(method: str, path: str, answer: Answer) -> None:
    """Hold an answer against what the OpenAPI document says of it."""
    shape = answers.Error
    for route in ALL:
        if route.method == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route.path), path):
            if answer.status < 300:
                shape = route.answers[answer.status][0]
            elif answer.status not in (400, 401, 403, 413, 415, 422, 503):
                assert answer.status in route.answers
    if shape is not None:
        shape.model_validate(answer.body, strict=True)


def error(answer: Answer) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status, answer.body["error"]["code"]


def fields(answer: Answer) -> list[str]:
    """What a 422 finds wrong."""
    assert answer.status == 422, answer
    return [fault["field"] for fault in answer.body["error"]["faults"]]
