"""smsgw stats: totals of texts, sales, units and orders."""

from __future__ import annotations

from smsgw.cli.common import options
from smsgw.cli.common.output import json_line, pairs

app = options.app()


@app.command()
def stats(config: options.Config = None, json: options.Json = False) -> None:
    """Print how many texts, sales, units and orders there are in each state."""
    from smsgw.business.figures.reports.totals import stats
    from smsgw.cli.common.opening import reading

    with reading(options.settings_of(config)) as connection:
        found = stats(connection)
    if json:
        json_line(found)
    else:
        pairs(found)
