"""Broadcasts of programs: drafted, looked at, and moved step by step, by the rules that hold for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping
from sqlalchemy.engine import Connection

from smsgw.api.answer import Answer, Refused, Wrong, invalid
from smsgw.api.desk import Call
from smsgw.api.messages import link_refusal, phones_of
from smsgw.api.moments import moment
from smsgw.api.shapes import AudiencePreview, NewBroadcast, Reasoned, Retry, Trial
from smsgw.business.audiences.books.people import Audience
from smsgw.business.audiences.rules.expression import Node
from smsgw.business.broadcasts.books import broadcasts
from smsgw.business.broadcasts.books import test_sends as trials
from smsgw.business.broadcasts.reports import outlook, standing
from smsgw.business.broadcasts.rules import merge_fields as wording
from smsgw.business.broadcasts.rules.draft import BroadcastRefused, Draft, Preview
from smsgw.business.directory.books.regions import regions
from smsgw.calendar.recurrence import Recurrence
from smsgw.errors import SmsgwError
from smsgw.gateway.notices.office import Office
from smsgw.store.engine import reading
from smsgw.store.instants import iso
from smsgw.store.numbers import MESSAGE
from smsgw.store.transaction import Transaction

_NEUTRAL = "-"  # where only people are counted


def create(call: Call) -> Answer:
    """POST /api/v1/broadcasts."""
    asked: NewBroadcast = call.asked
    look = _Look(call.office, call.now)
    settings = call.settings
    node = look.audience(asked.audience)
    look.texts(asked.texts)
    topic = look.topic(asked.topic)
    look.link(asked.link)
    at = look.moment("at", asked.at)
    until = look.moment("answers_until", asked.answers_until)
    look.window(asked.window)
    zone = look.zone(asked.zone)
    look.rule(asked.cron, zone or settings.gateway.timezone)
    draft = Draft(
        audience=asked.audience,
        texts=_ordered(asked.texts, settings.gateway.language),
        name=asked.name,
        topic=topic,
        options=asked.options,
        answers_until=call.office.answers_until(asked.options, until, call.now),
        message_class=asked.message_class,
        link=asked.link,
        pace=asked.pace,
        window=asked.window,
        valid_minutes=asked.valid_minutes,
        at=at,
        cron=asked.cron,
        zone=(zone or settings.gateway.timezone) if asked.cron else None,
        author=call.token.who,
    )
    node, expected = look.whole(draft, node, "options" if asked.options else "")

    def kept(transaction: Transaction) -> Answer:
        reference = f"B{transaction.numbers('B', 1)[0]}"
        call.office.keep(transaction.connection, draft, node, expected, call.now, reference)
        told = {"reference": reference, "state": "draft", **outlook(expected)}
        return Answer(201, told, {"Location": f"/api/v1/broadcasts/{reference}"})

    return call.done(kept)


def preview(call: Call) -> Answer:
    """POST /api/v1/audiences/preview."""
    asked: AudiencePreview = call.asked
    look = _Look(call.office, call.now)
    node = look.audience(asked.audience)
    language = call.settings.gateway.language
    texts = _ordered(asked.texts, language) or {language: _NEUTRAL}
    look.texts(texts)
    topic = look.topic(asked.topic)
    look.link(asked.link)
    draft = Draft(asked.audience, texts, topic=topic, link=asked.link, message_class=asked.message_class)
    _, expected = look.whole(draft, node, "")
    samples = [
        {"to": one.phone, "language": one.language, "text": one.text, "alphabet": one.alphabet, "parts": one.parts}
        for one in expected.samples
    ]
    return Answer(200, {**outlook(expected), "samples": samples if asked.texts else []})


def listing(call: Call) -> Answer:
    """GET /api/v1/broadcasts."""
    with reading(call.engine).connect() as connection:
        rows = broadcasts.listing(connection, call.query["limit"])
    names = ("reference", "name", "state", "recipients", "author", "series")
    return Answer(
        200,
        {
            "broadcasts": [
                {name: row[name] for name in names}
                | {"created_at": iso(row["created_at"]), "scheduled_at": iso(row["scheduled_at"])}
                for row in rows
            ]
        },
    )


def show(call: Call) -> Answer:
    """GET /api/v1/broadcasts/{reference}: what `smsgw broadcast show --json` prints."""
    with reading(call.engine).connect() as connection:
        row = _found(connection, call)
        return Answer(200, standing(connection, call.settings, row["reference"], call.now))


# ---- steps


def approve(call: Call) -> Answer:
    allowance = call.settings.broadcast.allowance()
    return _step(call, lambda c, reference: broadcasts.approve(c, reference, call.token.who, call.now, allowance))


def start(call: Call) -> Answer:
    allowance = call.settings.broadcast.allowance()
    return _step(call, lambda c, reference: broadcasts.start(c, reference, call.token.who, call.now, allowance))


def pause(call: Call) -> Answer:
    asked: Reasoned = call.asked
    return _step(call, lambda c, reference: broadcasts.pause(c, reference, call.token.who, call.now, asked.why))


def resume(call: Call) -> Answer:
    return _step(call, lambda c, reference: broadcasts.resume(c, reference, call.token.who, call.now))


def cancel(call: Call) -> Answer:
    asked: Reasoned = call.asked
    return _step(call, lambda c, reference: broadcasts.cancel(c, reference, call.token.who, call.now, asked.why))


def retry(call: Call) -> Answer:
    asked: Retry = call.asked

    def again(connection: Connection, reference: str) -> str:
        who = call.token.who
        broadcasts.retry(connection, reference, who, call.now, reasons=asked.reasons, unknown=asked.unknown)
        return "running"

    return _step(call, again)


def test(call: Call) -> Answer:
    """To chosen phones at once, filled in as for the first recipient."""
    asked: Trial = call.asked
    wrong: list[Wrong] = []
    phones = list(dict.fromkeys(phones_of(asked.to, "to", call.office, wrong)))
    if wrong:
        raise invalid(wrong)

    def sent(transaction: Transaction) -> Answer:
        row = _found(transaction.connection, call)
        zone = call.settings.gateway.timezone
        numbers = iter(transaction.numbers(MESSAGE, len(phones)))
        with _refusals():
            ids = trials.send(
                transaction.connection, row, phones, call.token.who, call.now, zone, lambda: next(numbers)
            )
        return Answer(202, {"reference": row["reference"], "messages": ids})

    return call.done(sent)


def _step(call: Call, step: Callable[[Connection, str], str]) -> Answer:
    def taken(transaction: Transaction) -> Answer:
        connection = transaction.connection
        reference = _found(connection, call)["reference"]
        with _refusals():
            return Answer(200, {"reference": reference, "state": step(connection, reference)})

    return call.done(taken)


@contextmanager
def _refusals() -> Iterator[None]:
    """What a step's state refuses is a conflict."""
    try:
        yield
    except SmsgwError as refused:
        raise Refused(409, "refused", str(refused)) from None


def _found(connection: Connection, call: Call) -> RowMapping:
    reference = call.parameters["reference"]
    try:
        return broadcasts.find(connection, reference)
    except BroadcastRefused:
        raise Refused(404, "not_found", f"there is no broadcast {reference}") from None


# ---- what is wrong with a draft


class _Look:
    """Looks at a draft piece by piece, so that every fault is told at once."""

    def __init__(self, office: Office, now: int) -> None:
        self._office = office
        self._now = now
        self.wrong: list[Wrong] = []

    def audience(self, expression: str) -> Node | None:
        try:
            node = self._office.audience(expression, self._now)
            with reading(self._office.engine).connect() as connection:
                Audience(connection, node, regions(connection, self._office.settings.gateway.timezone))
            return node
        except SmsgwError as fault:
            self.wrong.append(Wrong("audience", str(fault)))
            return None

    def texts(self, texts: dict[str, str]) -> None:
        for language, text in texts.items():
            try:
                wording.parse(text)
            except SmsgwError as fault:
                self.wrong.append(Wrong(f"texts.{language}", str(fault)))

    def topic(self, topic: str) -> str:
        try:
            return self._office.topic(topic)
        except SmsgwError as fault:
            self.wrong.append(Wrong("topic", str(fault)))
            return ""

    def link(self, link: str | None) -> None:
        if (wrong := link_refusal(self._office, link)) is not None:
            self.wrong.append(wrong)

    def moment(self, name: str, said: str | None) -> int | None:
        if said is None:
            return None
        at, why = moment(said, self._now)
        if why:
            self.wrong.append(Wrong(name, why))
        return at

    def window(self, window: str) -> None:
        try:
            self._office.settings.broadcast.calendar(self._office.settings.gateway.timezone, window)
        except SmsgwError as fault:
            self.wrong.append(Wrong("window", str(fault)))

    def zone(self, zone: str | None) -> str | None:
        if zone is None:
            return None
        try:
            return ZoneInfo(zone).key
        except (ValueError, OSError, KeyError):
            self.wrong.append(Wrong("zone", "is no time zone such as Asia/Shanghai"))
            return None

    def rule(self, cron: str | None, zone: str) -> None:
        if cron is None:
            return
        try:
            Recurrence.of(cron, zone)
        except SmsgwError as fault:
            self.wrong.append(Wrong("cron", str(fault)))

    def whole(self, draft: Draft, node: Node | None, place: str) -> tuple[Node, Preview]:
        """The audience, and what the draft would come to. Raises Refused with everything that is wrong."""
        if node is None or self.wrong:
            raise invalid(self.wrong)
        try:
            return node, self._office.preview(draft, node, self._now)
        except SmsgwError as fault:
            raise invalid([Wrong(place, str(fault))]) from None


def _ordered(texts: dict[str, str], own: str) -> dict[str, str]:
    """The deployment's language first: it is that of people whose own has no text."""
    return dict(sorted(texts.items(), key=lambda each: each[0] != own))
