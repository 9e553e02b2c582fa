"""Whom the rules of reports are about: what they name that is not there, and rules that are about nobody."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.engine import Connection

from smsgw.business.audiences.books.people import Audience
from smsgw.business.audiences.rules.expression import AudienceFault, expression
from smsgw.business.directory.books.regions import regions
from smsgw.business.expectations.books.expectations import dealers
from smsgw.business.expectations.rules import Rule


def find_rule_faults(connection: Connection, rules: Iterable[Rule], timezone: str) -> list[str]:
    """A sentence for each rule that asks nobody, as the dealers are now; none where no dealer is known yet."""
    tree = regions(connection, timezone)
    active = dealers(connection, tree)
    faults = []
    for rule in rules if active else ():
        place = f"report[{rule.name}].who"
        try:
            Audience(connection, rule.who, tree)
        except AudienceFault as fault:
            faults.append(f"{place}: {fault}")
            continue
        if not any(rule.owes(each) for each in active):
            faults.append(f"{place}: '{expression(rule.who)}' means no active dealer, so nobody owes this report")
    return faults
