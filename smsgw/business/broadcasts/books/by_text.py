"""Broadcasts that a phone asks for: what one would come to, how it stands, and who asks for its next step."""

from __future__ import annotations

from smsgw.business.audiences.books.people import parse_expression, read_saved
from smsgw.business.audiences.rules import expression as audience
from smsgw.business.audiences.rules.expression import AudienceFault, Everybody, Node, Region, Role
from smsgw.business.audiences.rules.groups import GROUPS, MOST_COUNTED
from smsgw.business.broadcasts.books import broadcasts, surveys
from smsgw.business.broadcasts.books.estimate import estimate
from smsgw.business.broadcasts.rules import merge_fields as wording
from smsgw.business.broadcasts.rules.broadcasts import Broadcast, Survey, SurveyAnswered
from smsgw.business.broadcasts.rules.draft import BroadcastRefused, Draft, Estimate
from smsgw.business.core.opening import Effect, Fact, Opening
from smsgw.business.core.principal import SMSGW
from smsgw.business.core.session import Session
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.directory.books.regions import Regions, regions
from smsgw.calendar.days import business_date
from smsgw.store.workspace import Workspace


class StoredBroadcasts:
    """See `smsgw.business.broadcasts.rules.ledger.Broadcasts`; a text says the same to everybody, in the language of
    the deployment."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._work = opening.work
        self._timezone = opening.trade.timezone
        self._language = opening.trade.language
        self._tariff = opening.tariff

    def survey(self, phone: str) -> Survey | None:
        return surveys.open_to(self._work, phone)

    def answer_survey(self, record: SurveyAnswered) -> None:
        surveys.record_answer(self._work, record)

    def estimate(self, group: str, area: str | None, text: str) -> Estimate | None:
        assert self._tariff is not None, "these books take no texts: nobody said what they cost"
        connection = self._work.connection
        tree = regions(connection, self._timezone)
        try:
            node = self._meant(group, tree)
            if node is None:
                return None
            if area is not None:
                node = audience.both((Region(area), node))
            draft = Draft(audience.expression(node), {self._language: wording.plain(text)})
            return estimate(connection, draft, node, tree, self._work.at, self._tariff, MOST_COUNTED)
        except AudienceFault:  # what a saved audience speaks of is there no more
            return None

    def find(self, reference: str) -> Broadcast | None:
        """A broadcast by its reference; no other daemon moves it before the transaction ends."""
        try:
            row = broadcasts.find(self._work.connection, reference, lock=True)
        except BroadcastRefused:
            return None
        return Broadcast(row["reference"], row["state"], row["recipients"], row["cost"], row["currency"], row["author"])

    def was_sent_to(self, reference: str, dealer: str) -> bool:
        found = self._work.ask(
            "SELECT 1 FROM message_out m JOIN phone p ON p.number = m.recipient JOIN contact c ON c.id = p.contact "
            "WHERE m.broadcast = ? AND c.dealer = ? LIMIT 1",
            reference,
            dealer,
        )
        return bool(found)

    def session(self) -> Session:
        """What an action is handed that the current phone asks for."""
        assert self._work.phone is not None, "no phone asks for it"
        actor = self._opening.books(StoredDirectory).actor(self._work.phone)
        assert actor is not None, "nobody's phone asks for it"
        return self._opening.session(actor)

    def own_session(self) -> Session:
        """What an action is handed that smsgw itself does."""
        return self._opening.session(SMSGW)

    def _meant(self, group: str, tree: Regions) -> Node | None:
        """Whom a group means, wherever they are. Raises AudienceFault."""
        if group in tree.places:
            return Region(group)
        connection = self._work.connection
        names = read_saved(connection)
        named = next((name for name in names if name.upper() == group), None)
        if named is not None:
            return parse_expression(connection, named, business_date(self._work.now, tree.timezone), names)
        role = GROUPS.get(group)
        if role is None:
            return None
        return Role(role) if role else Everybody()


def _tell_answer(work: Workspace, record: SurveyAnswered) -> Fact:
    return "survey", "answered", record.survey, {"option": record.option}


BOOKS = StoredBroadcasts
RECORDS = {SurveyAnswered: Effect(StoredBroadcasts.answer_survey, tells=_tell_answer)}
