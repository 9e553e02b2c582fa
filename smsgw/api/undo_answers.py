"""The shapes of what programs are answered about requests to take a booking back."""

from __future__ import annotations

from typing import Annotated

from smsgw.api.answers import AnswerShape, OneOf, When
from smsgw.business.conversation.rules.undo_requests import LAPSED, STATES

State = Annotated[str, OneOf((*STATES, LAPSED))]


class UndoRequest(AnswerShape):
    reference: str
    state: State
    dealer: str | None
    verb: str
    on: str
    summary: str
    at: When
    decided_at: When
    decided_by: str | None
    why: str | None


class UndoRequests(AnswerShape):
    requests: list[UndoRequest]


class UndoStepped(AnswerShape):
    reference: str
    state: State
