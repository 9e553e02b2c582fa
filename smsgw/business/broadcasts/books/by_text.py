"""Broadcasts that a phone asks for: what one would come to, and its steps, as work of the current message."""

from __future__ import annotations

from smsgw.business.audiences.books.people import saved, understood
from smsgw.business.audiences.rules import expression as audience
from smsgw.business.audiences.rules.expression import AudienceFault, Everybody, Node, Region, Role
from smsgw.business.audiences.rules.groups import GROUPS, MOST_COUNTED
from smsgw.business.broadcasts.books import broadcasts, test_sends
from smsgw.business.broadcasts.books.estimate import estimate
from smsgw.business.broadcasts.rules import merge_fields as wording
from smsgw.business.broadcasts.rules.broadcasts import (
    Broadcast,
    BroadcastCancelled,
    BroadcastDrafted,
    BroadcastStarted,
    BroadcastTried,
)
from smsgw.business.broadcasts.rules.draft import BroadcastRefused, Draft, Estimate
from smsgw.business.core.tariff import Tariff
from smsgw.business.directory.books.regions import Regions, regions
from smsgw.business.messages.rules import storable
from smsgw.business.workspace import Workspace
from smsgw.calendar.days import business_date


def estimated(
    work: Workspace, group: str, area: str | None, text: str, language: str, tariff: Tariff
) -> Estimate | None:
    """See `Broadcasts.estimate`. `language` is what a text counts as that is the same for everybody."""
    if work.pending:
        work.flush()
    connection = work.driver.connection
    tree = regions(connection, work.directory.timezone)
    try:
        node = _meant(work, group, tree)
        if node is None:
            return None
        if area is not None:
            node = audience.both((Region(area), node))
        draft = Draft(audience.expression(node), {language: wording.plain(text)})
        return estimate(connection, draft, node, tree, work.at, tariff, MOST_COUNTED)
    except AudienceFault:  # what a saved audience speaks of is there no more
        return None


def broadcast(work: Workspace, reference: str) -> Broadcast | None:
    """A broadcast by its reference; no other daemon moves it before the transaction ends."""
    if work.pending:
        work.flush()
    try:
        row = broadcasts.find(work.driver.connection, reference, lock=True)
    except BroadcastRefused:
        return None
    return Broadcast(row["reference"], row["state"], row["recipients"], row["cost"], row["currency"], row["author"])


def drafted(work: Workspace, record: BroadcastDrafted) -> None:
    work.flush()
    texts = {record.language: wording.plain(storable(record.text))}
    draft = Draft(record.estimate.audience, texts)
    broadcasts.create(work.driver.connection, record.reference, draft, record.estimate, _author(work), work.at)


def started(work: Workspace, record: BroadcastStarted) -> None:
    work.flush()
    row = broadcasts.find(work.driver.connection, record.reference, lock=True)
    broadcasts.start(work.driver.connection, row, _author(work), work.at)


def tried(work: Workspace, record: BroadcastTried) -> None:
    work.flush()
    connection = work.driver.connection
    row = broadcasts.find(connection, record.reference)
    author = _author(work)
    zone = work.directory.timezone
    test_sends.send(connection, row, [author], author, work.at, zone, work.numbers.take_some)


def cancelled(work: Workspace, record: BroadcastCancelled) -> None:
    work.flush()
    row = broadcasts.find(work.driver.connection, record.reference, lock=True)
    broadcasts.cancel(work.driver.connection, row, _author(work), work.at, record.why)


def _author(work: Workspace) -> str:
    assert work.phone is not None, "no phone asks for it"
    return work.phone


def _meant(work: Workspace, group: str, tree: Regions) -> Node | None:
    """Whom a group means, wherever they are. Raises AudienceFault."""
    if group in tree.places:
        return Region(group)
    connection = work.driver.connection
    names = saved(connection)
    named = next((name for name in names if name.upper() == group), None)
    if named is not None:
        return understood(connection, named, business_date(work.now, tree.timezone), names)
    role = GROUPS.get(group)
    if role is None:
        return None
    return Role(role) if role else Everybody()
