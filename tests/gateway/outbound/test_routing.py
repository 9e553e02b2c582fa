"""Which link a text goes out on: the pure choice, and a gateway of two links of which one dies."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, insert
from twisted.internet.task import Clock

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.messages.tables import message_out
from smsgw.gateway.current import Current
from smsgw.gateway.notes import Notes
from smsgw.gateway.outbound.routing import Route, Routes
from smsgw.gateway.service import Gateway
from smsgw.settings.sections import Delivery, Settings, Smsc
from smsgw.settings.sections import Route as RouteSettings
from tests.business.world import NOON
from tests.gateway.outbound.test_pump import Row
from tests.gateway.peer import FakeSmsc
from tests.gateway.world import Dice, HeldWriter, understanding

NAMES = ("a", "b", "c", "d")
phones = st.from_regex(r"\+86[0-9]{11}", fullmatch=True)
prefixes = st.sampled_from(["", "+8", "+86", "+861", "+8613", "+86139", "+85"])


@st.composite
def routes(draw: st.DrawFn) -> list[Route]:
    found = {}
    for prefix in draw(st.lists(prefixes, max_size=5, unique=True)):
        links = tuple(draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True)))
        weights = draw(st.just(()) | st.lists(st.integers(1, 9), min_size=len(links), max_size=len(links)).map(tuple))
        found[prefix] = Route(prefix, links, weights)
    return list(found.values())


@given(routes(), st.lists(st.sampled_from(NAMES), unique=True, max_size=4), phones)
def test_the_longest_prefix_decides_and_only_links_that_send_are_named(
    rules: list[Route], sending: list[str], phone: str
) -> None:
    found = Routes(rules, sending).preferred(phone)
    assert set(found) <= set(sending)
    fitting = sorted((r for r in rules if phone.startswith(r.prefix)), key=lambda r: -len(r.prefix))
    able = next((route for route in fitting if set(route.links) & set(sending)), None)
    assert set(found) == (set(able.links) & set(sending) if able is not None else set(sending))
    if able is None or not able.weights:
        order = able.links if able is not None else tuple(sending)
        assert found == tuple(name for name in order if name in sending)


@given(
    routes(),
    st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=4),
    phones,
    st.none() | st.sampled_from(NAMES),
    st.sets(st.sampled_from(NAMES)),
    st.sets(st.sampled_from(NAMES)),
)
def test_a_text_stays_with_its_own_link_while_that_works_and_waits_where_nothing_does(
    rules: list[Route], sending: list[str], phone: str, own: str | None, usable: set[str], kept: set[str]
) -> None:
    table = Routes(rules, sending)
    chosen = table.choose(phone, own, usable.__contains__, lambda name: name not in kept)
    assert chosen in sending
    assert chosen == table.choose(phone, own, usable.__contains__, lambda name: name not in kept)
    if own in sending and (own in usable or own in kept):
        assert chosen == own
    elif usable & set(table.preferred(phone)) - {own}:
        assert chosen in usable
    else:
        assert chosen == (own if own in sending else table.preferred(phone)[0])


def test_weights_spread_phones_in_their_proportion_and_each_phone_to_one_link() -> None:
    table = Routes([Route("+86", ("a", "b"), (3, 1))], ["a", "b"])
    found = Counter(table.preferred(f"+8613{number:09d}")[0] for number in range(20_000))
    assert found["a"] / 20_000 == pytest.approx(0.75, abs=0.01)
    assert table.preferred("+8613900000001") == table.preferred("+8613900000001")
    assert set(table.preferred("+8613900000001")) == {"a", "b"}


def test_where_no_link_can_send_there_is_none() -> None:
    assert Routes([], []).choose("+8613900000001", None, lambda name: True, lambda name: True) is None


# ---- a gateway of two links


class Two:
    """A gateway with links a and b, each with an SMSC of its own, all on one clock."""

    def __init__(self, engine: Engine, *routes: RouteSettings, **fields: dict[str, object]) -> None:
        self.engine = engine
        self.clock = Clock()
        self.clock.advance(NOON.timestamp())
        self.smscs = {name: FakeSmsc(self.clock) for name in ("a", "b")}
        entries = tuple(Smsc(name=name, **fields.get(name, {})) for name in self.smscs)  # type: ignore[arg-type]
        settings = Settings(smsc=entries, route=routes, delivery=Delivery(failover_after=30))
        keeper = Bookkeeper(engine, settings.trade_rules(), redelivery_after=5, clock=self.clock.seconds)
        self.writer = HeldWriter(keeper, self.clock)
        self.gateway = Gateway(
            current=Current(settings, understanding(settings)),
            writer=self.writer,
            notes=Notes(self.writer, self.clock),
            clock=self.clock,
            random=Dice(),
            connect=lambda entry: self.smscs[entry.name],
        )
        self.writer.deliver = self.gateway.batch
        self.gateway.startService()
        self.advance(0.1)

    def advance(self, seconds: float, step: float = 0.5) -> None:
        until = self.clock.seconds() + seconds
        looked = self.clock.seconds()
        while self.clock.seconds() < until - 1e-9:
            self.clock.advance(min(step, until - self.clock.seconds()))
            for _ in range(2):
                for smsc in self.smscs.values():
                    smsc.settle()
            if self.clock.seconds() - looked >= 1:
                looked = self.clock.seconds()
                self.gateway.look()

    def send(self, *rows: Row) -> None:
        with self.engine.begin() as connection:
            for row in rows:
                connection.execute(
                    insert(message_out).values(
                        id=row.id,
                        recipient=row.recipient,
                        text=row.text,
                        kind="reply",
                        priority=0,
                        link=row.link,
                        state="queued",
                        parts=1,
                        attempts=0,
                        created_at=0,
                    )
                )
        self.gateway.send_all(rows)
        for link in self.gateway.links.values():
            link.wake()
        self.advance(0.1)

    def sent(self) -> dict[str, int]:
        """How many texts went by each link, as the outbox has it."""
        with self.engine.connect() as connection:
            rows = connection.exec_driver_sql(
                "SELECT link, count(*) FROM message_out WHERE state = 'sent' GROUP BY link"
            )
            return dict(tuple(row) for row in rows)

    def dies(self, name: str) -> None:
        smsc = self.smscs[name]
        smsc.refuse_connections = True
        smsc.wire.cut()

    def phones(self, name: str) -> list[str]:
        return [phone for phone, _ in self.smscs[name].texts()]


def phone(number: int) -> str:
    return f"+8613900{number:06d}"


def test_a_reply_goes_by_its_link_and_a_notice_as_the_routes_say(engine: Engine) -> None:
    two = Two(engine, RouteSettings(prefix="+86", links=("b", "a")), RouteSettings(prefix="+8613900", links=("a",)))
    two.send(Row(1, recipient=phone(1), link="b"), Row(2, recipient=phone(2), link=None))
    two.send(Row(3, recipient="+8618800000001", link=None), Row(4, recipient="+4915112345678", link=None))
    assert two.phones("a") == [phone(2), "+4915112345678"]
    assert two.phones("b") == [phone(1), "+8618800000001"]


def test_texts_of_a_link_that_no_settings_name_any_more_go_by_another(engine: Engine) -> None:
    two = Two(engine)
    two.send(Row(1, recipient=phone(1), link="gone"))
    assert two.phones("a") == [phone(1)]


def test_when_a_link_dies_what_waits_goes_by_the_other_once_and_in_order(
    engine: Engine,
) -> None:
    two = Two(engine, a={"window": 4})
    a = two.smscs["a"]
    a.answer_submits = False
    long = "y" * 400
    two.send(
        *(
            Row(number, long if number % 5 == 0 else f"text {number}", phone(number), link="a")
            for number in range(1, 31)
        )
    )
    assert len(a.submits) == 4
    two.dies("a")
    two.advance(20)
    assert two.phones("b") == []
    two.advance(20)
    # Of the four under way nobody can tell: they are sent again, after their grace; all in order, long ones whole.
    assert list(dict.fromkeys(two.phones("b"))) == [phone(number) for number in range(1, 31)]
    assert len(two.phones("b")) == 30 + 2 * 6
    assert two.gateway.links["a"].counters.failed_over == 30
    assert two.sent() == {"b": 30}
    a.refuse_connections = False
    a.answer_submits = True
    two.advance(120)
    assert len(two.phones("a")) == 4
    # What comes later goes by the link that is back.
    two.send(Row(40, recipient=phone(40), link="a"))
    assert two.phones("a")[-1] == phone(40)
    two.advance(1)
    assert two.sent() == {"a": 1, "b": 30}


def test_a_long_text_that_is_begun_is_finished_on_its_link(engine: Engine) -> None:
    two = Two(engine, a={"throughput": 1})
    two.send(Row(1, "z" * 400, phone(1), link="a"), Row(2, "short", phone(2), link="a"))
    assert two.phones("a") == [phone(1)]
    two.dies("a")
    two.advance(40)
    assert two.phones("b") == [phone(2)]
    two.smscs["a"].refuse_connections = False
    two.advance(120)
    assert two.phones("a").count(phone(1)) >= 3
    assert two.phones("b") == [phone(2)]


def test_texts_wait_for_a_link_that_is_not_to_be_left(engine: Engine) -> None:
    two = Two(engine, a={"failover": False})
    two.dies("a")
    two.send(Row(1, recipient=phone(1), link="a"))
    two.advance(120)
    assert two.phones("b") == []


def test_texts_wait_for_a_link_that_somebody_holds_and_others_go_elsewhere(engine: Engine) -> None:
    two = Two(engine)
    two.gateway.links["a"].hold(True)
    two.send(Row(1, recipient=phone(1), link="a"), Row(2, recipient=phone(2), link=None))
    two.advance(120)
    assert (two.phones("a"), two.phones("b")) == ([], [phone(2)])


def test_where_no_link_is_up_texts_wait_and_go_by_the_first_that_is(engine: Engine) -> None:
    two = Two(engine)
    two.dies("a")
    two.dies("b")
    two.send(Row(1, recipient=phone(1), link="a"))
    two.advance(60)
    two.smscs["b"].refuse_connections = False
    two.advance(90)
    assert (two.phones("a"), two.phones("b")) == ([], [phone(1)])
