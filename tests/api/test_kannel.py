"""Kannel's sendsms: what its user guide says is asked and answered."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import Engine

from smsgw.api.desk import Request
from smsgw.api.kannel import SendSms
from tests.api.programs import CALLED, Programs, settings_of
from tests.api.test_messages import say
from tests.business.world import CLERK, OWNER

NOT_AUTHORISED = (403, "Authorization failed for sendsms")
ACCEPTED = (202, "0: Accepted for delivery")


@dataclass
class Kannel:
    programs: Programs

    def get(self, query: str) -> tuple[int, str]:
        status, body, headers = SendSms(self.programs.desk).answer(Request("GET", "/cgi-bin/sendsms", query))
        assert headers["Content-Type"].startswith("text/plain")
        return status, body.decode()

    def send(self, **fields: str) -> tuple[int, str]:
        given = {
            "username": "crm",
            "password": self.programs.tokens["crm"],
            "to": OWNER,
            "text": "Hello",
            **{name.replace("_", "-"): value for name, value in fields.items()},
        }
        return self.get(urlencode({name: value for name, value in given.items() if value != "-"}))

    def rows(self, columns: str) -> list[tuple[object, ...]]:
        return list(self.programs.rows(f"SELECT {columns} FROM message_out ORDER BY id"))


@pytest.fixture
def kannel(engine: Engine) -> Kannel:
    return Kannel(Programs(engine))


def test_a_text_is_queued_as_kannel_accepts_it(kannel: Kannel) -> None:
    fields = {"from": "10691234", "smsc": "operator-a", "mclass": "0", "validity": "60", "deferred": "10"}
    assert kannel.send(**fields) == ACCEPTED
    now = kannel.programs.now
    assert kannel.rows("recipient, text, source, link, message_class, not_before, not_after, author, kind") == [
        (OWNER, "Hello", "10691234", "operator-a", 0, now + 600_000, now + 4_200_000, "token:crm", "reminder")
    ]
    assert kannel.programs.submitted == 1


def test_numbers_stand_beside_one_another_with_spaces(kannel: Kannel) -> None:
    secret = kannel.programs.tokens["crm"]
    query = f"user=crm&pass={secret}&to=8613900000001+13900000002+008613900000003+%2B8613900000004&text=Hi"
    assert kannel.get(query) == ACCEPTED
    assert [phone for (phone,) in kannel.rows("recipient")] == [f"+861390000000{n}" for n in (1, 2, 3, 4)]


def test_the_form_is_posted_too(kannel: Kannel) -> None:
    given = {"username": "crm", "password": kannel.programs.tokens["crm"], "to": OWNER, "text": "Grüße"}
    headers = {"content-type": "application/x-www-form-urlencoded"}
    request = Request("POST", "/cgi-bin/sendsms", "", headers, urlencode(given).encode())
    assert SendSms(kannel.programs.desk).answer(request)[0] == 202
    assert kannel.rows("text") == [("Grüße",)]
    request = Request("POST", "/cgi-bin/sendsms", "", {"content-type": "text/xml"}, b"<message/>")
    assert SendSms(kannel.programs.desk).answer(request)[0] == 400


def test_a_text_is_posted_by_itself_with_its_fields_in_headers(kannel: Kannel) -> None:
    headers = {
        "x-kannel-username": "crm",
        "x-kannel-password": kannel.programs.tokens["crm"],
        "x-kannel-from": "10691234",
        "x-kannel-to": f"{OWNER} {CLERK}",
        "x-kannel-dlr-mask": "3",
        "x-kannel-dlr-url": CALLED + "dlr?type=%d",
        "content-type": 'text/plain; Charset="ISO-8859-1"',
    }
    request = Request("POST", "/cgi-bin/sendsms", "", headers, "Grüße & mehr".encode("latin-1"))
    assert SendSms(kannel.programs.desk).answer(request)[:2] == (202, b"0: Accepted for delivery")
    assert kannel.rows("recipient, source, text") == [
        (OWNER, "10691234", "Grüße & mehr"),
        (CLERK, "10691234", "Grüße & mehr"),
    ]
    assert kannel.programs.rows("SELECT DISTINCT url, mask FROM callback") == [(CALLED + "dlr?type=%d", 3)]


@pytest.mark.parametrize(
    ("octets", "fields", "text"),
    [
        ("你好".encode(), {}, "你好"),
        ("你好".encode("utf-16-be"), {"coding": "2"}, "你好"),
        ("你好".encode(), {"coding": "2", "charset": "UTF-8"}, "你好"),
        ("你好".encode("gb18030"), {"coding": "2", "charset": "GB18030"}, "你好"),
        *(
            ("你好".encode("utf-16-be"), {"coding": "2", "charset": name}, "你好")
            for name in ("UCS-2", "UCS2", "ucs-2be", "UCS-2BE", "ISO-10646-UCS-2", "UTF-16", "utf16", "UTF-16BE")
        ),
        ("你好".encode("utf-16-le"), {"coding": "2", "charset": "UCS-2LE"}, "你好"),
        ("你好".encode("utf-16-le"), {"coding": "2", "charset": "UTF-16LE"}, "你好"),
        (b"\xff\xfe" + "你好".encode("utf-16-le"), {"coding": "2", "charset": "UTF-16"}, "你好"),
        (b"\xfe\xff" + "你好".encode("utf-16-be"), {"coding": "2", "charset": "UCS-2"}, "你好"),
        ("Grüße".encode("mac-roman"), {"charset": "MACINTOSH"}, "Grüße"),
        ("Grüße".encode(), {"charset": "UTF-8//TRANSLIT"}, "Grüße"),
        ("Grüße".encode("latin-1"), {"charset": "ISO-8859-1", "coding": "0"}, "Grüße"),
        *(
            (b"\x02 5 \x1b\x3c\x1b\x3e caf\x05", {"charset": name}, "$ 5 [] café")
            for name in ("GSM", "gsm", "GSM-7", "gsm0338", "GSM_03.38", "GSM-7-bit")
        ),
        ("สวัสดี".encode("tis-620"), {"charset": "TIS-620"}, "สวัสดี"),
        ("今日は".encode("iso2022_jp"), {"charset": "ISO-2022-JP"}, "今日は"),
        ("Zürich €".encode("cp1252"), {"charset": "windows-1252"}, "Zürich €"),
        (b"a+b%", {}, "a+b%"),
    ],
)
def test_the_letters_are_those_of_the_charset(kannel: Kannel, octets: bytes, fields: dict[str, str], text: str) -> None:
    query = urlencode({"username": "crm", "password": kannel.programs.tokens["crm"], "to": OWNER, **fields})
    assert kannel.get(f"{query}&text={quote(octets)}") == ACCEPTED
    assert kannel.rows("text") == [(text,)]


@pytest.mark.parametrize("wrong", [{"username": "shop"}, {"username": "-"}, {"password": "x"}, {"password": "-"}])
def test_another_name_or_token_is_not_authorised(kannel: Kannel, wrong: dict[str, str]) -> None:
    assert kannel.send(**wrong) == NOT_AUTHORISED
    assert kannel.get("") == NOT_AUTHORISED


def test_a_token_needs_the_scope(kannel: Kannel) -> None:
    secret = kannel.programs.token("caster", "broadcasts", "read")
    assert kannel.send(username="caster", password=secret) == NOT_AUTHORISED


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"to": "-"}, 400, "Missing receiver number, rejected"),
        ({"to": ""}, 400, "Empty receiver number not allowed, rejected"),
        ({"to": f"{OWNER} nobody"}, 400, "Receiver 2 is not a phone number, rejected"),
        ({"text": "-"}, 400, "Missing text, rejected"),
        ({"text": ""}, 400, "Empty text, rejected"),
        ({"text": "x" * 1001}, 400, "Text of more than 1000 characters, rejected"),
        ({"coding": "1"}, 400, "Binary messages are not sent by smsgw, rejected"),
        ({"coding": "3"}, 400, "coding field misformed, rejected; it is 0 to 2"),
        ({"charset": "no-such"}, 400, "Charset or body misformed, rejected"),
        ({"charset": "idna"}, 400, "Charset not known, rejected"),
        ({"charset": "utf-16", "text": "abc"}, 400, "Charset or body misformed, rejected"),
        ({"mclass": "4"}, 400, "mclass field misformed, rejected; it is 0 to 3"),
        ({"validity": "soon"}, 400, "validity field misformed, rejected; it is 1 to 10080"),
        ({"udh": "050003010201"}, 400, "udh is not sent by smsgw, rejected"),
        ({"from": "ключ"}, 400, "Sender has up to 20 ASCII characters, rejected"),
        ({"smsc": "nowhere"}, 400, "smsc: there is no link 'nowhere' that sends; there is operator-a, rejected"),
        (
            {"dlr_mask": "31", "dlr_url": "http://elsewhere.example/"},
            400,
            "DLR-URL: this address may not be called: the setting http.callbacks does not name it, rejected",
        ),
    ],
)
def test_what_is_wrong_is_said(kannel: Kannel, fields: dict[str, str], status: int, said: str) -> None:
    assert kannel.send(**fields) == (status, said)
    assert kannel.rows("id") == []


def test_an_empty_setting_is_named(kannel: Kannel) -> None:
    http = settings_of().http.model_copy(update={"callbacks": ()})
    kannel.programs.settings = settings_of().model_copy(update={"http": http})
    status, said = kannel.send(dlr_mask="31", dlr_url=CALLED)
    assert status == 400
    assert "the setting http.callbacks is empty" in said
    assert kannel.send(dlr_mask="0", dlr_url=CALLED) == ACCEPTED  # nobody is to be called


def test_who_said_stop_is_denied(kannel: Kannel) -> None:
    say(kannel.programs, CLERK, "", granted=False)
    assert kannel.send(to=f"{OWNER} {CLERK}") == (202, f"0: Accepted for delivery Denied receivers are: {CLERK}")
    status, said = kannel.send(to=CLERK)
    assert status == 403
    assert said.startswith("Not routable. Do not try again.")
    assert [phone for (phone,) in kannel.rows("recipient")] == [OWNER]


def test_a_report_is_asked_for_by_its_mask(kannel: Kannel) -> None:
    url = CALLED + "dlr?id=7&type=%d&to=%P"
    assert kannel.send(dlr_mask="27", dlr_url=url) == ACCEPTED
    assert kannel.programs.rows("SELECT url, mask FROM callback") == [(url, 27)]
    kannel.send(dlr_mask="32", dlr_url=url)
    kannel.send(dlr_url=url)
    assert len(kannel.programs.rows("SELECT url FROM callback")) == 1


def test_a_database_that_fails_is_a_temporal_failure(kannel: Kannel) -> None:
    with kannel.programs.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE callback")
    assert kannel.send(dlr_mask="27", dlr_url=CALLED) == (503, "Temporal failure, try again later.")
    assert kannel.rows("id") == []
