"""What was sold, by region, dealer, model or day."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from smsgw.business.core.reporting import FROM_DAY, NAME, REGION, TO_DAY, Column, Findings, Question, Report, per
from smsgw.business.directory.tables import dealer
from smsgw.business.sales.tables import sales_day

PER = ("region", "dealer", "model", "day")


def sold(connection: Connection, asked: Question) -> Findings:
    """The sets sold of each region, dealer, model or day, what was undone left out; and how many dealers sold them."""
    line = sales_day.c
    group = {"region": dealer.c.region, "dealer": line.dealer, "model": line.model, "day": line.sold_on}[asked.per]
    lines = select().join_from(sales_day, dealer, dealer.c.code == line.dealer).where(line.quantity > 0)
    if asked.first is not None:
        lines = lines.where(line.sold_on >= asked.first.isoformat())
    if asked.last is not None:
        lines = lines.where(line.sold_on <= asked.last.isoformat())
    if asked.regions is not None:
        lines = lines.where(dealer.c.region.in_(asked.regions))
    figures = (func.coalesce(func.sum(line.quantity), 0), func.count(line.dealer.distinct()))
    grouped = connection.execute(lines.add_columns(group, *figures).group_by(group).order_by(group))
    rows = [{asked.per: name, "sets": int(sets), "dealers": dealers} for name, sets, dealers in grouped]
    sets, dealers = connection.execute(lines.add_columns(*figures)).one()
    return Findings(
        (Column(asked.per, NAME), Column("sets"), Column("dealers")),
        rows,
        {"sets": int(sets), "dealers": dealers},
        nothing="nothing was sold then",
    )


REPORTS = {"sales": Report("Sets sold.", (FROM_DAY, TO_DAY, REGION, per(*PER)), sold)}
