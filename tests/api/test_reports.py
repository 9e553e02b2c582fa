"""Reports over HTTP: the JSON of the command line, and every parameter that is wrong."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from smsgw.business.core.rights import MESSAGES
from smsgw.business.reporting import reports
from tests.api.programs import Programs


@pytest.fixture
def programs(engine: Engine) -> Programs:
    return Programs(engine)


def test_every_report_is_listed_and_answers(programs: Programs) -> None:
    listed = programs.ask("GET", "/reports").body["reports"]
    assert [each["report"] for each in listed] == list(reports())
    for each in listed:
        whose = "?dealer=D1001" if each["needed"] else ""
        found = programs.ask("GET", f"/reports/{each['report']}{whose}")
        assert found.status == 200
        assert found.body["report"] == each["report"] and found.body["as_of"].endswith("Z")


def test_it_is_narrowed_by_its_parameters(programs: Programs) -> None:
    found = programs.ask("GET", "/reports/tickets?region=east&per=assignee&from=2026-04-01")
    assert (found.status, found.body["per"], found.body["rows"]) == (200, "assignee", [])


def test_everything_that_is_wrong_is_said_at_once(programs: Programs) -> None:
    refused = programs.ask("GET", "/reports/tickets?from=soon&per=colour&region=EASTT")
    assert refused.status == 422
    assert {fault["field"]: fault["message"] for fault in refused.body["error"]["faults"]} == {
        "from": "'soon' is not a time; write 2026-04-15 or 2026-04-15T10:32:00Z",
        "per": "'colour' is not one of region, dealer, assignee",
        "region": "'EASTT' is not a region; did you mean EAST?",
    }
    assert "no such parameter" in programs.ask("GET", "/reports/language?per=rule").body["error"]["message"]


def test_one_that_is_not_there_is_not_found(programs: Programs) -> None:
    refused = programs.ask("GET", "/reports/ticket")
    assert refused.status == 404 and "did you mean tickets?" in refused.body["error"]["message"]


def test_it_needs_the_scope_read(programs: Programs) -> None:
    programs.token("erp", MESSAGES)
    assert programs.ask("GET", "/reports", by="erp").status == 403
