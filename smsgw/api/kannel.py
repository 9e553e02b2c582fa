"""Kannel's `/cgi-bin/sendsms`, so that programs written for it send through us unchanged.

What it asks and answers is that of Kannel's user guide («Using HTTP to send SMS», «SMS Push reply codes»), by GET, by
the POST of a form or by that of a text whose fields are headers (X-Kannel-To); the user is a token's name, and the
password the token.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from smsgw.api.addresses import refusal
from smsgw.api.answer import HttpError
from smsgw.api.desk import Desk, Request, error_answer, log_request
from smsgw.api.shapes import MOST_PHONES
from smsgw.business.broadcasts.rules.draft import MOST_WORDS
from smsgw.business.core.rights import MESSAGES
from smsgw.business.programs.actions import submissions
from smsgw.business.programs.actions.submissions import Submission
from smsgw.business.programs.books import callbacks
from smsgw.business.programs.books.tokens import Token
from smsgw.errors import INVALID, Refused
from smsgw.gateway.charsets import UnknownCharset, decode
from smsgw.values.phones import read_phone
from smsgw.values.unreadable import Unreadable

PATH = "/cgi-bin/sendsms"
ACCEPTED = "0: Accepted for delivery"
NOT_AUTHORISED = "Authorization failed for sendsms"
TEMPORAL = "Temporal failure, try again later."
BINARY, UCS2 = 1, 2  # of `coding`

METHODS = ("GET", "POST")
_FORM = "application/x-www-form-urlencoded"
_PLAIN = "text/plain"
_HEADER = "x-kannel-"
_UNSENDABLE = ("udh", "mwi", "alt-dcs", "pid", "rpi", "compress")  # what would be another text without it
_MOST_MINUTES = 10_080


def not_authorised(told: tuple[int, bytes, dict[str, str]]) -> bool:
    """Whether an answer refuses a user or password."""
    return told[0] == 403 and told[1] == NOT_AUTHORISED.encode()


class Wrong(Exception):
    """A request that Kannel would answer with an error."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


class SendSms:
    """Answers requests by the rules and settings of a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def answer(self, request: Request) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and header fields."""
        try:
            status, said = 202, self._sent(request)
        except Wrong as wrong:
            status, said = wrong.status, str(wrong)
        except Exception as error:  # noqa: BLE001 - whatever is wrong is answered, and told in the log
            status, said = error_answer(error, PATH).status, TEMPORAL
        log_request(request.method if request.method in METHODS else "other", PATH, status)
        return status, said.encode("utf-8", "replace"), {"Content-Type": "text/plain; charset=utf-8"}

    def _sent(self, request: Request) -> str:
        if request.method not in METHODS:
            raise Wrong(405, "Only GET and POST are understood, rejected")
        if request.too_large:
            raise Wrong(413, "Body too large, rejected")
        given = _given(request)
        now = self._desk.now
        token = self._token(given, now)
        what = self._submission(given, now)
        deployment = self._desk.deployment
        try:
            done = self._desk.transact(
                lambda transaction: submissions.send(deployment.session(token.principal, now, transaction), what)
            )
        except Refused as refused:
            if refused.code != INVALID:
                raise Wrong(403, str(refused)) from None
            fault = refused.faults[0]
            field = "smsc" if fault.field == "link" else fault.field
            raise Wrong(400, f"{field}: {fault.message}, rejected") from None
        denied = [one.subject for one in done.skipped if one.subject not in dict(done.queued)]
        if not done.queued:
            raise Wrong(403, "Not routable. Do not try again. Denied receivers are: " + " ".join(denied))
        self._desk.submitted()
        return ACCEPTED + (" Denied receivers are: " + " ".join(denied) if denied else "")

    def _token(self, given: Mapping[str, bytes], now: int) -> Token:
        user = _text(given, "username") or _text(given, "user")
        secret = _text(given, "password") or _text(given, "pass")
        try:
            token = self._desk.admitted(secret, now, (MESSAGES,))
        except HttpError:
            raise Wrong(403, NOT_AUTHORISED) from None
        if token.name != user:
            raise Wrong(403, NOT_AUTHORISED)
        return token

    def _submission(self, given: Mapping[str, bytes], now: int) -> Submission:
        if (other := next((name for name in _UNSENDABLE if given.get(name, b"") not in (b"", b"0")), "")) != "":
            raise Wrong(400, f"{other} is not sent by smsgw, rejected")
        phones = self._phones(given)
        link = _text(given, "smsc") or None
        source = _text(given, "from").strip() or None
        if source is not None and not re.fullmatch(r"[ -~]{1,20}", source):
            raise Wrong(400, "Sender has up to 20 ASCII characters, rejected")
        deferred = _number(given, "deferred", 0, 366 * 1440)
        return Submission(
            phones=phones,
            text=_words(given),
            link=link,
            source=source,
            message_class=_number(given, "mclass", 0, 3),
            at=now + deferred * 60_000 if deferred else None,
            valid_minutes=_number(given, "validity", 1, _MOST_MINUTES),
            callback=self._callback(given),
        )

    def _phones(self, given: Mapping[str, bytes]) -> list[str]:
        if "to" not in given:
            raise Wrong(400, "Missing receiver number, rejected")
        said = _text(given, "to").split()
        if not said:
            raise Wrong(400, "Empty receiver number not allowed, rejected")
        if len(said) > MOST_PHONES:
            raise Wrong(400, f"More than {MOST_PHONES} receivers, rejected")
        country = self._desk.deployment.settings.gateway.country
        found = []
        for place, each in enumerate(said, 1):
            try:
                found.append(read_phone(each, country))
            except Unreadable:
                raise Wrong(400, f"Receiver {place} is not a phone number, rejected") from None
        return list(dict.fromkeys(found))

    def _callback(self, given: Mapping[str, bytes]) -> callbacks.Callback | None:
        url = _text(given, "dlr-url") or _text(given, "dlrurl")
        mask = _number(given, "dlr-mask", 0, 63)
        if mask is None:
            mask = _number(given, "dlrmask", 0, 63)
        if not url or not mask:
            return None
        if why := refusal(url, self._desk.deployment.settings.http.callbacks):
            raise Wrong(400, f"DLR-URL: {why}, rejected")
        wanted = mask & callbacks.EVENTS
        return callbacks.Callback(url, wanted) if wanted else None


def _given(request: Request) -> dict[str, bytes]:
    """What was given, the last of each name. Values are octets: which letters they are says `charset`."""
    said = request.query
    if request.method == "POST" and request.body:
        kind, _, more = request.headers.get("content-type", _FORM).partition(";")
        kind = kind.strip().lower()
        if kind == _PLAIN:
            return _in_headers(request, more)
        if kind != _FORM:
            raise Wrong(400, f"Unsupported content-type, rejected; send {_FORM} or {_PLAIN}")
        body = request.body.decode("latin-1")
        said = f"{said}&{body}" if said else body
    try:
        pairs = parse_qsl(said, keep_blank_values=True, encoding="latin-1", max_num_fields=100)
    except ValueError:
        raise Wrong(400, "Too many fields, rejected") from None
    return {name: value.encode("latin-1", "replace") for name, value in pairs}


def _in_headers(request: Request, more: str) -> dict[str, bytes]:
    """The fields of a text that is posted by itself; its charset stands beside its content-type."""
    given = {
        name.removeprefix(_HEADER): value.strip().encode("latin-1", "replace")
        for name, value in request.headers.items()
        if name.startswith(_HEADER)
    }
    said = re.search(r"""charset\s*=\s*["']?([\w.:-]+)""", more, re.IGNORECASE)
    return {**given, "text": request.body, **({"charset": said[1].encode()} if said else {})}


def _text(given: Mapping[str, bytes], name: str) -> str:
    return given.get(name, b"").decode("utf-8", "replace")


def _number(given: Mapping[str, bytes], name: str, least: int, most: int) -> int | None:
    """A number, None where there is none; Kannel's -1 is none, too."""
    said = _text(given, name).strip()
    if said in ("", "-1"):
        return None
    if not re.fullmatch(r"[0-9]{1,9}", said) or not least <= int(said) <= most:
        raise Wrong(400, f"{name} field misformed, rejected; it is {least} to {most}")
    return int(said)


def _words(given: Mapping[str, bytes]) -> str:
    """The text. By default it is UTF-8, or UTF-16BE where `coding` is 2; how it goes out, we find by its letters."""
    coding = _number(given, "coding", 0, 2)
    if coding == BINARY:
        raise Wrong(400, "Binary messages are not sent by smsgw, rejected")
    if "text" not in given:
        raise Wrong(400, "Missing text, rejected")
    charset = _text(given, "charset").strip() or ("utf-16-be" if coding == UCS2 else "utf-8")
    try:
        text = decode(given["text"], charset)
    except UnknownCharset:
        raise Wrong(400, "Charset not known, rejected") from None
    except (UnicodeError, LookupError, ValueError):
        raise Wrong(400, "Charset or body misformed, rejected") from None
    if not text:
        raise Wrong(400, "Empty text, rejected")
    if len(text) > MOST_WORDS:
        raise Wrong(400, f"Text of more than {MOST_WORDS} characters, rejected")
    return text
