"""What a program is answered: a status with JSON, or a refusal that says what is wrong and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from smsgw.errors import CONFLICT, FORBIDDEN, INVALID, NEEDS_APPROVAL, NOT_FOUND, Refused, Wrong


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status, what JSON can hold, and header fields beside the usual ones."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


class HttpError(Exception):
    """A request is not done. `code` is a word for programs, `message` a sentence for people."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        wrong: Sequence[Wrong] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.wrong = tuple(wrong)
        self.headers = dict(headers or {})

    @property
    def answer(self) -> Answer:
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.wrong:
            if self.wrong[0].field:
                error["field"] = self.wrong[0].field
            error["faults"] = [{"field": one.field, "message": one.message} for one in self.wrong]
        return Answer(self.status, {"error": error}, self.headers)


def invalid(wrong: Sequence[Wrong]) -> HttpError:
    """422: it can be read, and is not as it should be; every fault is told."""
    first = wrong[0]
    more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    said = f"{first.field}: {first.message}" if first.field else first.message
    return HttpError(422, "invalid", f"{said}{more}", wrong)


_STATUS = {INVALID: 422, FORBIDDEN: 403, NOT_FOUND: 404, CONFLICT: 409, NEEDS_APPROVAL: 409}


def refusal_of(refused: Refused) -> HttpError:
    """What a program is answered where an action refuses."""
    if refused.code == INVALID:
        return invalid(refused.faults)
    return HttpError(_STATUS[refused.code], refused.code, str(refused))
