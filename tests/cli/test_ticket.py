"""smsgw ticket: what an operator sees of tickets and does with them, and what stands on the trail."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.conversation.rules.records import Booked
from smsgw.business.tickets.rules import OPEN, Ticket, TicketOpened
from smsgw.cli.common.opening import migrated
from smsgw.settings.loading import load
from tests.cli.conftest import Smsgw
from tests.cli.test_consent import ask

OWNER, FIELD = "+8613900000001", "+8613900000010"
AT = datetime(2026, 4, 15, 4, tzinfo=UTC)


@pytest.fixture
def tickets(furnished: Path) -> Path:
    """A deployment whose shop D1001 has opened C1001 and C1002."""
    settings = load(furnished / "smsgw.toml")
    engine = migrated(settings)
    for number, words in enumerate(("box was wet", "the poster is torn"), start=1001):
        with Bookkeeper(engine, settings.trade_rules()).transaction(AT) as books:
            books.work.phone = OWNER
            dealer = books.directory.dealer("D1001")
            assert dealer is not None
            due = AT + timedelta(days=number - 1000)
            named = f"C{number}"
            ticket = Ticket(named, "D1001", None, OWNER, books.tickets.assignee(dealer), OPEN, due, words)
            books.apply([Booked(named, "feedback", "D1001", date(2026, 4, 15), words[:20]), TicketOpened(ticket)])
    engine.dispose()
    return furnished


def test_the_list_and_one_of_it(smsgw: Smsgw, tickets: Path) -> None:
    found = smsgw("ticket", "list", "--json").lines
    assert [(each["reference"], each["state"], each["dealer"], each["text"]) for each in found] == [
        ("C1001", "open", "D1001", "box was wet"),
        ("C1002", "open", "D1001", "the poster is torn"),
    ]
    assert found[0]["due_at"] == "2026-04-16T04:00:00Z" and found[0]["assignee"] is None
    assert len(smsgw("ticket", "list", "--late", "--json").lines) == 2  # long ago
    assert smsgw("ticket", "list", "--dealer", "d1002", "--json").lines == []
    assert smsgw("ticket", "list", "--state", "closed", "--json").lines == []
    shown = smsgw("ticket", "show", "c1001", "--json").json
    assert [(note["what"], note["who"], note["text"]) for note in shown["notes"]] == [("opened", OWNER, "box was wet")]
    said = smsgw("ticket", "show", "C1001").out
    assert "C1001 of D1001: open, due" in said and f"opened by {OWNER}: box was wet" in said
    assert "C1002" in smsgw("ticket", "list").out


def test_an_answer_is_kept_for_the_shop_and_on_the_trail(smsgw: Smsgw, tickets: Path) -> None:
    assert smsgw("ticket", "answer", "c1001", " Two new ones come. ", "--by", "Lin", "--json").json == {
        "reference": "C1001",
        "state": "settled",
    }
    assert ask(tickets, "SELECT happening, author, text FROM ticket_note WHERE ticket = 'C1001' ORDER BY seq") == [
        ("opened", None, "box was wet"),
        ("answered", "Lin", "Two new ones come."),
    ]
    assert ask(tickets, "SELECT phone, subject FROM notice WHERE kind = 'ticket'") == [(OWNER, "C1001 2")]
    ((entry,),) = smsgw("audit", "C1001", "--json").lines
    assert (entry["who"], entry["what"], entry["detail"]) == ("Lin", "ticket answered", {"text": "Two new ones come."})


def test_an_answer_that_would_be_cut_is_refused(smsgw: Smsgw, tickets: Path) -> None:
    outcome = smsgw("ticket", "answer", "C1001", "word " * 60)
    assert outcome.status == 1 and "do not go into 2 parts" in outcome.err
    assert smsgw("ticket", "answer", "C1001", "  ").status == 1
    assert smsgw("ticket", "show", "C1001", "--json").json["state"] == "open"
    assert smsgw("ticket", "answer", "C1001", "word " * 45).status == 0


def test_assigned_to_somebody_else(smsgw: Smsgw, tickets: Path) -> None:
    assert smsgw("ticket", "assign", "C1002", "13900000010", "--by", "Lin").out == "C1002 is Sun Li's\n"
    assert smsgw("ticket", "assign", "C1002", FIELD).status == 0  # has it already
    assert "for Sun Li, by Lin" in smsgw("ticket", "show", "C1002").out
    assert ask(tickets, "SELECT happening FROM ticket_note WHERE ticket = 'C1002' ORDER BY seq") == [
        ("opened",),
        ("assigned",),
    ]
    assert ask(tickets, "SELECT subject FROM notice WHERE kind = 'ticket' AND phone = '" + FIELD + "'") == [
        ("C1002 2",)
    ]
    for phone, why in ((OWNER, "a ticket is for field, manager, hq"), ("13900000099", "nobody's")):
        outcome = smsgw("ticket", "assign", "C1002", phone)
        assert outcome.status == 1 and why in outcome.err


def test_closed_with_a_word_and_without(smsgw: Smsgw, tickets: Path) -> None:
    assert smsgw("ticket", "close", "C1001", "--text", "See the card.").out == "C1001: closed; the shop is told\n"
    assert smsgw("ticket", "close", "C1002").out == "C1002: closed\n"
    assert ask(tickets, "SELECT subject FROM notice WHERE kind = 'ticket' AND phone = '" + OWNER + "'") == [
        ("C1001 2",)
    ]
    outcome = smsgw("ticket", "answer", "C1001", "more")
    assert outcome.status == 1 and "C1001 is closed" in outcome.err
    assert smsgw("ticket", "list", "--json").lines == []


@pytest.mark.parametrize("call", [("show",), ("answer", "text"), ("close",), ("assign", FIELD)])
def test_a_ticket_that_there_is_not(smsgw: Smsgw, tickets: Path, call: tuple[str, ...]) -> None:
    outcome = smsgw("ticket", call[0], "C4711", *call[1:])
    assert outcome.status == 1 and "there is no ticket C4711" in outcome.err


def test_the_figures(smsgw: Smsgw, tickets: Path) -> None:
    smsgw("ticket", "assign", "C1001", FIELD)
    smsgw("ticket", "answer", "C1001", "Two new ones come.")
    found = smsgw("report", "tickets", "--per", "assignee", "--json").json
    assert [(row["assignee"], row["opened"], row["open"], row["settled"]) for row in found["rows"]] == [
        ("-", 1, 1, 0),
        ("Sun Li", 1, 0, 1),
    ]
    assert found["total"]["opened"] == 2 and found["total"]["late"] == 1 and found["total"]["answered"] == 1
    assert found["total"]["hours"] > 24  # of 15 April
    (row,) = smsgw("report", "tickets", "--json").json["rows"]
    assert (row["region"], row["opened"]) == ("EAST", 2)
    assert smsgw("report", "tickets", "--format", "csv", "--per", "dealer").out.splitlines()[1].startswith("D1001,2,1,")
    assert "Sun Li" in smsgw("report", "tickets", "--per", "assignee").out
    assert smsgw("report", "tickets", "--from", "2026-04-16").out == "no ticket was opened then\n"
    nothing = smsgw("report", "tickets", "--to", "2026-04-14", "--json").json
    assert nothing.pop("as_of").endswith("Z")
    assert nothing == {
        "report": "tickets",
        "per": "region",
        "rows": [],
        "total": None,
    }
    assert smsgw("report", "tickets", "--region", "CN", "--json").json["total"]["opened"] == 2
