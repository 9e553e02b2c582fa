"""Broadcasts of programs: what is asked read, one action called, and its result shown."""

from __future__ import annotations

from collections.abc import Callable

from smsgw.api.answer import Answer
from smsgw.api.desk import Call
from smsgw.api.messages import read_phones
from smsgw.api.moments import moment
from smsgw.api.shapes import AudiencePreview, NewBroadcast, Reasoned, Retry, TestSend
from smsgw.business.broadcasts import actions
from smsgw.business.broadcasts.actions import Moved
from smsgw.business.broadcasts.reports import estimate_json
from smsgw.business.broadcasts.rules.draft import Draft
from smsgw.business.core.session import Session
from smsgw.errors import Faults

_NEUTRAL = "-"  # where only people are counted


def create(call: Call) -> Answer:
    """POST /api/v1/broadcasts."""
    asked: NewBroadcast = call.asked
    faults = Faults()
    draft = Draft(
        audience=asked.audience,
        texts=_ordered(asked.texts, call.settings.gateway.language),
        name=asked.name,
        topic=asked.topic,
        options=asked.options,
        at=_moment(call, faults, "at", asked.at),
        answers_until=_moment(call, faults, "answers_until", asked.answers_until),
        message_class=asked.message_class,
        link=asked.link,
        pace=asked.pace,
        window=asked.window,
        valid_minutes=asked.valid_minutes,
        cron=asked.cron,
        zone=asked.zone,
    )
    with call.reading() as session:
        estimated = actions.estimate(session, draft, faults)

    def create(session: Session) -> Answer:
        reference = actions.create(session, estimated)
        body = {"reference": reference, "state": "draft", **estimate_json(estimated.estimate)}
        return Answer(201, body, {"Location": f"/api/v1/broadcasts/{reference}"})

    return call.done(create)


def preview(call: Call) -> Answer:
    """POST /api/v1/audiences/preview."""
    asked: AudiencePreview = call.asked
    language = call.settings.gateway.language
    texts = _ordered(asked.texts, language) or {language: _NEUTRAL}
    draft = Draft(asked.audience, texts, topic=asked.topic, link=asked.link, message_class=asked.message_class)
    with call.reading() as session:
        estimate = actions.estimate(session, draft).estimate
    samples = [
        {"to": one.phone, "language": one.language, "text": one.text, "alphabet": one.alphabet, "parts": one.parts}
        for one in estimate.samples
    ]
    return Answer(200, {**estimate_json(estimate), "samples": samples if asked.texts else []})


def list_broadcasts(call: Call) -> Answer:
    """GET /api/v1/broadcasts."""
    with call.reading() as session:
        return Answer(200, {"broadcasts": actions.list_latest(session, call.query["limit"])})


def show(call: Call) -> Answer:
    """GET /api/v1/broadcasts/{reference}: what `smsgw broadcast show --json` prints."""
    with call.reading() as session:
        return Answer(200, actions.show(session, call.parameters["reference"]))


# ---- steps


def approve(call: Call) -> Answer:
    return _step(call, actions.approve)


def start(call: Call) -> Answer:
    return _step(call, actions.start)


def pause(call: Call) -> Answer:
    asked: Reasoned = call.asked
    return _step(call, lambda session, reference: actions.pause(session, reference, asked.why))


def resume(call: Call) -> Answer:
    return _step(call, actions.resume)


def cancel(call: Call) -> Answer:
    asked: Reasoned = call.asked
    return _step(call, lambda session, reference: actions.cancel(session, reference, asked.why))


def retry(call: Call) -> Answer:
    asked: Retry = call.asked
    return _step(
        call,
        lambda session, reference: actions.retry(session, reference, reasons=asked.reasons, unknown=asked.unknown),
    )


def test(call: Call) -> Answer:
    """To chosen phones at once, filled in as for the first recipient."""
    asked: TestSend = call.asked
    faults = Faults()
    phones = read_phones(asked.to, "to", call.settings.gateway.country, faults)
    faults.settle()

    def send_test(session: Session) -> Answer:
        found = actions.send_test(session, call.parameters["reference"], phones)
        return Answer(202, {"reference": found.reference, "messages": list(found.messages)})

    return call.done(send_test)


def _step(call: Call, step: Callable[[Session, str], Moved]) -> Answer:
    def move(session: Session) -> Answer:
        moved = step(session, call.parameters["reference"])
        return Answer(200, {"reference": moved.reference, "state": moved.state})

    return call.done(move)


# ---- what is read


def _moment(call: Call, faults: Faults, field: str, said: str | None) -> int | None:
    if said is None:
        return None
    at, why = moment(said, call.now)
    if why:
        faults.add(field, why)
    return at


def _ordered(texts: dict[str, str], own: str) -> dict[str, str]:
    """The deployment's language first: it is that of people whose own has no text."""
    return dict(sorted(texts.items(), key=lambda each: each[0] != own))
