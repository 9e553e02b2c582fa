"""GET /api/v1/reports and /api/v1/reports/NAME: what the books and the texts add up to, as `smsgw report` says it."""

from __future__ import annotations

from smsgw.api.answer import Answer
from smsgw.api.desk import Call, TextQuery
from smsgw.business.reporting import reports, run_report

# The parameters of all reports; each report says which of them are its own.
PARAMETERS = tuple(
    TextQuery(name, meaning)
    for name, meaning in {
        parameter.name: parameter.meaning for report in reports().values() for parameter in report.parameters
    }.items()
)


def list_reports(call: Call) -> Answer:
    """Every report, with its parameters."""
    listed = [
        {
            "report": name,
            "about": report.about,
            "parameters": [each.name for each in report.parameters],
            "needed": [each.name for each in report.parameters if each.needed],
        }
        for name, report in reports().items()
    ]
    return Answer(200, {"reports": listed})


def show(call: Call) -> Answer:
    """One report, narrowed by its parameters."""
    with call.reading() as session:
        timezone = session.trade.timezone
        _, whole = run_report(
            session.connection, call.parameters["report"], call.texts, timezone=timezone, now=session.now
        )
    return Answer(200, whole)
