"""What headquarters wants sent, made ready: alike for the command line and for programs over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from smsgw.business.audiences.books import lists
from smsgw.business.audiences.books.people import forget, save, saved, understood
from smsgw.business.audiences.rules import expression as language
from smsgw.business.audiences.rules.expression import AudienceFault, File, Node
from smsgw.business.broadcasts.books import broadcasts
from smsgw.business.broadcasts.books.audience_size import Headcount, headcount
from smsgw.business.broadcasts.books.preview import preview
from smsgw.business.broadcasts.rules.draft import BroadcastRefused, Draft, Preview
from smsgw.business.consent.rules import TOPICS
from smsgw.business.directory.books.regions import regions
from smsgw.calendar.days import business_date
from smsgw.gateway.notices.tariff import LinkTariff
from smsgw.language.replies.replies import languages_of
from smsgw.settings.sections import Settings
from smsgw.store import audit
from smsgw.store.engine import reading
from smsgw.values.nearest import did_you_mean, slip_of

ReadNumbers = Callable[[Path, str], Sequence[str]]  # a file and the country of its local numbers: E.164
_TOLD = re.compile(r"([a-z]{2,8})=(.*)\Z", re.DOTALL)


class Office:
    """Works for one deployment. `numbers` reads a file of numbers; None: no file may be named (programs cannot)."""

    def __init__(self, settings: Settings, engine: Engine, numbers: ReadNumbers | None = None) -> None:
        self.settings = settings
        self.engine = engine
        self.tariff = LinkTariff(settings)
        self.languages = languages_of(settings.reply_directories)
        self._numbers = numbers

    def by_language(self, texts: Iterable[str]) -> dict[str, str]:
        """`zh=…`, `en=…` or a text without a language, which is in the deployment's; that comes first.

        Raises BroadcastRefused for a language that is there twice.
        """
        own = self.settings.gateway.language
        found: dict[str, str] = {}
        for text in texts:
            told = _TOLD.match(text)
            spoken, words = (told[1], told[2]) if told and told[1] in self.languages else (own, text)
            if spoken in found:
                raise BroadcastRefused(f"there are two texts in {spoken}; write --text zh=… for another language")
            found[spoken] = words
        return dict(sorted(found.items(), key=lambda each: each[0] != own))

    def topic(self, topic: str) -> str:
        """A topic as it is kept. Raises BroadcastRefused for one that the settings do not have, and, where they allow
        any, for a misspelt one of the gateway's own: a STOP of the right word would not end it."""
        known = self.settings.broadcast.topics
        said = topic.strip().casefold()
        if said and known and said not in known:
            advice = did_you_mean(said, known, f"there is {', '.join(known)}")
            raise BroadcastRefused(f"there is no topic '{topic}' in broadcast.topics; {advice}")
        if said and not known and said not in TOPICS and (near := slip_of(said, TOPICS)):
            raise BroadcastRefused(f"'{topic}' is not quite a topic of the gateway's own; did you mean {near}?")
        return said

    def audience(self, expression: str, now: int) -> Node:
        """The tree of an expression, its files read and stored. Raises AudienceFault, BadTable and SmsgwError."""
        with reading(self.engine).connect() as connection:
            node = understood(connection, expression, self.today(now))
        files: dict[str, str] = {}
        for term in language.terms(node):
            if isinstance(term, File) and term.path not in files:
                files[term.path] = self._kept(term.path)
        return language.replaced(node, files)

    def _kept(self, path: str) -> str:
        if self._numbers is None:
            raise AudienceFault(f"file:{path} cannot be read from here; write phone:+8613900000001, or save it by name")
        numbers = self._numbers(Path(path), self.settings.gateway.country)
        digest = lists.digest_of(numbers)
        with reading(self.engine).connect() as connection:
            kept = lists.is_kept(connection, numbers)
        if not kept:
            # A transaction for each piece, for a daemon that writes beside us waits for none of them long.
            for some in lists.pieces(numbers):
                with self.engine.begin() as connection:
                    lists.add(connection, digest, some)
        return digest

    def preview(self, draft: Draft, node: Node, now: int) -> Preview:
        """What a draft to an audience would come to. Raises BroadcastRefused, AudienceFault and WordingFault."""
        self._possible(draft, now)
        with reading(self.engine).connect() as connection:
            tree = regions(connection, self.settings.gateway.timezone)
            return preview(connection, draft, node, tree, now, self.tariff)

    def create(self, draft: Draft, now: int) -> tuple[str, Preview]:
        """Keep a draft; its reference and what it would come to."""
        node = self.audience(draft.audience, now)
        expected = self.preview(draft, node, now)
        with self.engine.begin() as connection:
            return self.keep(connection, draft, node, expected, now), expected

    def keep(
        self,
        connection: Connection,
        draft: Draft,
        node: Node,
        expected: Preview,
        now: int,
        reference: str | None = None,
    ) -> str:
        """Keep a draft to an audience that was looked at; its reference, which is drawn where none is given."""
        return broadcasts.create(connection, draft, language.expression(node), expected, now, reference)

    def _possible(self, draft: Draft, now: int) -> None:
        if draft.link is not None and draft.link not in self.tariff.links:
            advice = did_you_mean(draft.link, self.tariff.links, f"there is {', '.join(self.tariff.links) or 'none'}")
            raise BroadcastRefused(f"there is no link '{draft.link}' that sends; {advice}")
        if draft.window:
            self.settings.broadcast.calendar(self.settings.gateway.timezone, draft.window)
        if draft.at is not None and draft.at < now:
            raise BroadcastRefused("its time is over already; leave it out to send when it is started")
        if draft.answers_until is not None and draft.answers_until <= now:
            raise BroadcastRefused("a survey takes answers until a time to come")

    def answers_until(self, options: Mapping[str, Sequence[str]], until: int | None, now: int) -> int | None:
        """Until when a survey takes answers; None where there are no options."""
        if not options:
            return None
        return until if until is not None else now + self.settings.broadcast.answer_days * 86_400_000

    def today(self, now: int) -> date:
        return business_date(datetime.fromtimestamp(now / 1000, UTC), self.settings.gateway.timezone)

    def headcount(self, node: Node, topic: str, now: int, most_left_out: int = 0) -> Headcount:
        """Whom an audience is, whatever it is told of a topic ('': any). Raises AudienceFault."""
        with reading(self.engine).connect() as connection:
            tree = regions(connection, self.settings.gateway.timezone)
            return headcount(connection, node, tree, self.topic(topic), now, most_left_out)

    def keep_audience(self, name: str, expression: str, who: str, now: int) -> tuple[str, str, Headcount]:
        """Save an expression that means somebody in these books: its name, the expression as it is kept, its people.

        Saved names in it stay names, files are kept as they are now. Raises AudienceFault.
        """
        node = self.audience(expression, now)
        counted = self.headcount(node, "", now)
        with self.engine.begin() as connection:
            raw = understood(connection, expression, self.today(now))
            kept = expression.strip()
            if any(isinstance(term, File) for term in language.terms(raw)):
                kept = language.expression(node)
            named = self.save_audience(connection, name, kept, who, now)
            understood(connection, named, self.today(now))  # which finds one that leads back to itself
        return named, kept, counted

    def forget_audience(self, name: str, who: str, now: int) -> None:
        """Remove a saved expression. Raises AudienceFault where there is none, or another one is made of it."""
        with self.engine.begin() as connection:
            before = saved(connection)
            forget(connection, name)
            left = saved(connection)
            for other, expression in left.items():
                if self._reads(expression, before, now) and not self._reads(expression, left, now):
                    raise AudienceFault(f"the saved audience {other} is made of {name}; save {other} anew first")
            (gone,) = set(before) - set(left)
            audit.record(connection, now, who, "audience forgotten", gone, {"expression": before[gone]})

    def _reads(self, expression: str, names: Mapping[str, str], now: int) -> bool:
        try:
            language.parse(expression, names, today=self.today(now))
        except AudienceFault:
            return False
        return True

    def save_audience(self, connection: Connection, name: str, expression: str, who: str, now: int) -> str:
        """Save an expression under a name; how it is kept."""
        if not language.NAME.match(name) or name.casefold() in ("all", "and", "or", "not") or set(name) & set("且或非"):
            raise AudienceFault(f"'{name}' is no name for an audience; write letters and digits, such as north-owners")
        kept = save(connection, name, expression, who, now)
        audit.record(connection, now, who, "audience saved", name, {"expression": expression})
        return kept
