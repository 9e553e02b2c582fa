"""Who an audience is: any expression against the same people counted by hand, and why people are left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, update
from sqlalchemy.engine import Connection

from smsgw.business.audiences.books import lists
from smsgw.business.audiences.books.eligibility import EligibilityFilter
from smsgw.business.audiences.books.people import Audience, Found, delete_saved, parse_expression, read_saved, save
from smsgw.business.audiences.rules import expression as language
from smsgw.business.audiences.rules.expression import (
    And,
    Answered,
    AudienceFault,
    Dealers,
    Delivered,
    Everybody,
    Failed,
    Holds,
    Language,
    Node,
    Not,
    Or,
    Phones,
    Region,
    Role,
    Silent,
    Sold,
    Stock,
    Stored,
    Tier,
)
from smsgw.business.catalogue.books import ProductRow, put_products
from smsgw.business.consent.tables import consent
from smsgw.business.conversation.tables import booking
from smsgw.business.directory.books.network import (
    ContactRow,
    DealerRow,
    RegionRow,
    put_contacts,
    put_dealers,
    put_regions,
)
from smsgw.business.directory.books.regions import regions
from smsgw.business.directory.tables import contact, dealer, phone
from smsgw.business.messages.tables import broadcast, broadcast_recipient, message_out, survey_answer
from smsgw.business.sales.tables import sales_day
from smsgw.business.stock.tables import stock_level
from smsgw.store.instants import to_ms

TODAY = date(2026, 4, 15)
AT = to_ms(datetime(2026, 4, 15, 4, 0, tzinfo=UTC))
REGIONS = {"CN": None, "EAST": "CN", "SH": "EAST", "WEST": "CN"}
SHOPS = {"D1": ("SH", "A"), "D2": ("EAST", "B"), "D3": ("WEST", "A"), "D4": ("WEST", "C"), "D5": ("SH", "B")}
ROLES = ("owner", "clerk")
LANGUAGES = ("en", "zh")


@dataclass
class Person:
    """One recipient as the test knows them: a contact, or a bare number."""

    phones: tuple[str, ...]
    shop: str | None = None
    region: str | None = None
    role: str = ""
    language: str = ""
    registered: bool = True


@dataclass
class Town:
    """Everybody, and what their shops did."""

    people: list[Person] = field(default_factory=list)
    stock: dict[tuple[str, str], int] = field(default_factory=dict)
    sales: dict[tuple[str, date, str], int] = field(default_factory=dict)
    reports: dict[str, date] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)  # of the texts of B7, by phone
    answers: dict[str, int] = field(default_factory=dict)  # the latest to B7, by phone
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def holds(self, node: Node, who: Person) -> bool:
        shop = who.shop
        match node:
            case Not(inner):
                return not self.holds(inner, who)
            case And(nodes):
                return all(self.holds(inner, who) for inner in nodes)
            case Or(nodes):
                return any(self.holds(inner, who) for inner in nodes)
            case Everybody():
                return who.registered
            case Region(code):
                place = SHOPS[shop][0] if shop else who.region
                while place is not None and place != code:
                    place = REGIONS[place]
                return place == code
            case Tier(code):
                return shop is not None and SHOPS[shop][1] == code
            case Role(name):
                return who.role == name
            case Dealers(codes):
                return shop in codes
            case Language(code):
                return who.language == code
            case Phones(numbers):
                return bool(set(numbers) & set(who.phones))
            case Stored(digest):
                return bool(set(self.lists[digest]) & set(who.phones))
            case Holds(model):
                return shop is not None and self.stock.get((shop, model), 0) > 0
            case Stock(model, sign, quantity):
                level = self.stock.get((shop or "", model), 0)
                return shop is not None and eval(f"{level} {'==' if sign == '=' else sign} {quantity}")
            case Sold(model, first, last):
                return any(
                    at == shop and first <= day <= last and model in (None, of) and sets > 0
                    for (at, day, of), sets in self.sales.items()
                )
            case Silent(_, first):
                return shop is not None and self.reports.get(shop, date.min) < first
            case Failed(_):
                return any(self.states.get(number) in ("failed", "expired") for number in who.phones)
            case Delivered(_):
                return any(self.states.get(number) == "delivered" for number in who.phones)
            case Answered(_, option):
                return any(self.answers.get(number) == option for number in who.phones)
            case _:
                raise AssertionError(node)


def number(n: int) -> str:
    return f"+86139000000{n:02d}"


def town(connection: Connection) -> Town:
    """Five shops and thirty people, some with two phones, and numbers that nobody has."""
    found = Town()
    put_regions(connection, [RegionRow(code, code.title(), parent) for code, parent in REGIONS.items()])
    put_dealers(
        connection,
        [DealerRow(code, f"Shop {code}", place, rank, None, 0, "CNY", "en") for code, (place, rank) in SHOPS.items()],
    )
    put_products(connection, [ProductRow(model, model, (), ()) for model in ("A350", "B200")])
    shops = list(SHOPS)
    rows = []
    for n in range(30):
        who = Person((number(n),), shops[n % 4], None, ROLES[n % 2], LANGUAGES[n // 3 % 2])
        if n % 10 == 9:
            who = Person((number(n),), None, ("EAST", "WEST", "CN")[n % 3], "field", "en")
        found.people.append(who)
        rows.append(ContactRow(who.phones[0], f"Person {n}", who.role, who.shop, who.region, who.language))
    put_contacts(connection, rows)
    for n in (1, 4):  # second phones, the smaller number among them
        second = f"+86138000000{n:02d}"
        mine = connection.scalar(phone.select().with_only_columns(phone.c.contact).where(phone.c.number == number(n)))
        connection.execute(insert(phone).values(number=second, contact=mine, active=True))
        found.people[n].phones = (second, number(n))
    found.stock = {("D1", "A350"): 5, ("D2", "A350"): 0, ("D3", "B200"): 12}
    for (shop, model), level in found.stock.items():
        connection.execute(insert(stock_level).values(dealer=shop, model=model, quantity=level, units=0))
    found.sales = {
        ("D1", TODAY, "A350"): 2,
        ("D2", TODAY - timedelta(days=3), "B200"): 1,
        ("D3", TODAY - timedelta(days=40), "A350"): 4,
        ("D4", TODAY, "A350"): 0,
    }
    for (shop, day, model), sets in found.sales.items():
        connection.execute(insert(sales_day).values(dealer=shop, sold_on=day.isoformat(), model=model, quantity=sets))
    for n, (shop, ago, undone) in enumerate((("D1", 0, False), ("D2", 3, False), ("D3", 1, True))):
        day = TODAY - timedelta(days=ago)
        connection.execute(
            insert(booking).values(
                reference=f"S{n}",
                verb="sale",
                dealer=shop,
                booked_on=day.isoformat(),
                booked_at=AT,
                place=0,
                summary="",
                undone_at=AT if undone else None,
            )
        )
        if not undone:
            found.reports[shop] = day
    bare = "+8613700000001"
    found.people.append(Person((bare,), registered=False))
    earlier(connection, "B7")
    ends = {number(0): "failed", number(1): "delivered", number(2): "expired", number(5): "sent", bare: "failed"}
    found.states = ends
    for n, (to, state) in enumerate(ends.items()):
        sent(connection, "B7", n + 1, to, state)
    for n, (by, option) in enumerate(((number(0), 1), (number(0), 2), (number(1), 1), (bare, 2))):
        connection.execute(insert(survey_answer).values(broadcast="B7", phone=by, option=option, answered_at=AT + n))
        found.answers[by] = option
    for some in ((number(3), number(4), bare), (number(1), "+8613800000001")):
        found.lists[lists.keep(connection, some)] = some
    return found


def earlier(connection: Connection, reference: str, released_at: int = AT) -> None:
    connection.execute(
        insert(broadcast).values(
            reference=reference,
            name="",
            state="done",
            topic="",
            audience="all",
            texts="{}",
            window="",
            author="hq",
            created_at=1,
            released_at=released_at,
            recipients=5,
            skipped="{}",
            parts=5,
            cost=0,
            currency="CNY",
        )
    )


def sent(connection: Connection, reference: str, message: int, to: str, state: str) -> None:
    mine = connection.scalar(phone.select().with_only_columns(phone.c.contact).where(phone.c.number == to))
    connection.execute(
        insert(broadcast_recipient).values(
            broadcast=reference, zone="UTC", position=message, phone=to, contact=mine, language="en"
        )
    )
    connection.execute(
        insert(message_out).values(
            id=message,
            recipient=to,
            text="",
            kind="broadcast",
            priority=3,
            state=state,
            parts=1,
            attempts=1,
            created_at=1,
            broadcast=reference,
        )
    )


def everybody(connection: Connection, node: Node, most: int = 3) -> list[Found]:
    """All of an audience, asked in short stretches."""
    audience = Audience(connection, node, regions(connection, "UTC"))
    found: list[Found] = []
    after = ""
    while True:
        some, after = audience.page(after, most)
        assert len(some) <= most
        found += some
        if not after:
            return found


def nodes(found: Town) -> st.SearchStrategy[Node]:
    models = st.sampled_from(("A350", "B200"))
    some_days = st.integers(1, 60)
    terms: st.SearchStrategy[Node] = st.one_of(
        st.just(Everybody()),
        st.sampled_from(sorted(REGIONS)).map(Region),
        st.sampled_from(("A", "B", "C")).map(Tier),
        st.sampled_from((*ROLES, "field")).map(Role),
        st.lists(st.sampled_from(sorted(SHOPS)), min_size=1, max_size=2).map(lambda c: Dealers(tuple(c))),
        st.sampled_from(LANGUAGES).map(Language),
        st.sampled_from([one for who in found.people for one in who.phones]).map(lambda n: Phones((n,))),
        st.sampled_from(sorted(found.lists)).map(Stored),
        models.map(Holds),
        st.tuples(models, st.sampled_from((">", ">=", "<", "<=", "=")), st.sampled_from((0, 5, 12))).map(
            lambda t: Stock(*t)
        ),
        st.tuples(st.none() | models, some_days).map(lambda t: Sold(t[0], TODAY - timedelta(days=t[1]), TODAY)),
        some_days.map(lambda n: Silent(n, TODAY - timedelta(days=n - 1))),
        st.just(Failed("B7")),
        st.just(Delivered("B7")),
        st.sampled_from((1, 2)).map(lambda n: Answered("B7", n)),
    )
    return st.recursive(
        terms,
        lambda inner: st.one_of(
            inner.map(Not),
            st.lists(inner, min_size=2, max_size=3).map(language.both),
            st.lists(inner, min_size=2, max_size=3).map(language.either),
        ),
        max_leaves=6,
    )


def test_every_expression_finds_just_the_people_it_says_each_once(engine: Engine) -> None:
    with engine.begin() as connection:
        found = town(connection)
        named = (Phones, Stored, Failed, Delivered, Answered)

        @settings(max_examples=80, deadline=None)
        @given(nodes(found))
        def agrees(node: Node) -> None:
            there = everybody(connection, node)
            people = [one for one in there if not one.duplicate and one.phone is not None]
            # Numbers that nobody has are looked at where a list or an earlier broadcast names them.
            listed = {
                bare
                for term in language.terms(node)
                if isinstance(term, named)
                for bare in (
                    term.numbers
                    if isinstance(term, Phones)
                    else found.lists[term.digest]
                    if isinstance(term, Stored)
                    else found.states
                )
            }
            wanted = [
                who for who in found.people if found.holds(node, who) and (who.registered or set(who.phones) & listed)
            ]
            assert len(people) == len(wanted)
            for who in wanted:
                assert len([one for one in people if one.phone in who.phones]) == 1, who

        agrees()


def test_a_person_is_texted_on_the_phone_that_the_audience_names_else_on_the_first(engine: Engine) -> None:
    with engine.begin() as connection:
        found = town(connection)
        first, second = found.people[1].phones
        assert [one.phone for one in everybody(connection, Phones((second,)))] == [second]
        both = everybody(connection, Phones((first, second)))
        assert [(one.phone, one.duplicate) for one in both] == [(first, False), (second, True)]
        assert first in [one.phone for one in everybody(connection, Everybody())]
        assert second not in [one.phone for one in everybody(connection, Everybody())]


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("region:EAS", "there is no region 'EAS': did you mean region:EAST?"),
        ("tier:AA", "there is no tier 'AA': did you mean tier:A?"),
        ("dealer:D1,D9", "there is no dealer 'D9': did you mean dealer:D"),
        ("holds:A355", "there is no model 'A355': did you mean holds:A350?"),
        ("stock:A355>3", "there is no model 'A355': did you mean stock:A350>3?"),
        ("sold:A355/3d", "there is no model 'A355': did you mean sold:A350/30d?"),
        ("failed:B8", "there is no broadcast 'B8': did you mean failed:B7?"),
        ("list:abcdef01", "there is no stored list 'abcdef01'; write file:numbers.csv"),
        ("file:n.csv", "the file n.csv must be read first"),
    ],
)
def test_what_is_not_there_is_named_with_the_nearest(engine: Engine, expression: str, said: str) -> None:
    with engine.begin() as connection:
        town(connection)
        node = parse_expression(connection, expression, TODAY)
        with pytest.raises(AudienceFault) as fault:
            Audience(connection, node, regions(connection, "UTC"))
    assert str(fault.value).startswith(said)


def test_everyone_excluded_is_excluded_for_a_reason(engine: Engine) -> None:
    with engine.begin() as connection:
        found = town(connection)
        connection.execute(insert(consent).values(phone=number(0), topic="", granted=False, decided_at=AT))
        connection.execute(insert(consent).values(phone=number(1), topic="prices", granted=False, decided_at=AT))
        second = found.people[4].phones[0]  # STOP from one phone of a person is the person's
        connection.execute(insert(consent).values(phone=second, topic="", granted=False, decided_at=AT))
        connection.execute(insert(consent).values(phone=number(2), topic="", granted=False, decided_at=AT))
        connection.execute(insert(consent).values(phone=number(2), topic="", granted=True, decided_at=AT))
        connection.execute(update(phone).where(phone.c.number == number(3)).values(active=False))
        connection.execute(update(contact).where(contact.c.name == "Person 5").values(active=False))
        connection.execute(update(dealer).where(dealer.c.code == "D4").values(active=False))
        for n, reference in enumerate(("B8", "B9", "B10")):
            earlier(connection, reference)
            sent(connection, reference, 100 + n, number(8), ("failed", "expired", "failed")[n])
            sent(connection, reference, 200 + n, number(12), ("failed", "sent", "failed")[n])
        node = language.either([Everybody(), Phones(found.people[1].phones)])
        eligibility = EligibilityFilter(connection, "prices", AT, of_dealer=True)
        kept, out = eligibility.split(everybody(connection, node))
        reasons = {one.subject: one.reason for one in out}
        assert reasons[number(0)] == "stopped"
        assert reasons[found.people[1].phones[0]] == "stopped"
        assert reasons[number(1)] == "duplicate"
        assert reasons[second] == "stopped"
        assert reasons[number(8)] == "unreachable"
        assert reasons[number(5)] == "blocked"
        assert {reasons[number(n)] for n in (9, 19, 29)} == {"no_dealer"}
        assert {subject for subject, reason in reasons.items() if reason == "no_phone"} == {"D5"}
        shut = {n for n in range(30) if n % 4 == 3 and n % 10 != 9}
        assert {subject for subject, reason in reasons.items() if reason == "blocked"} >= {
            number(n) for n in shut - {3}
        }
        assert {number(2), number(12)} <= {one.phone for one in kept}
        assert len(kept) + len(out) == len(everybody(connection, node))
        # Another topic's STOP is none here, and a text that says nothing of a dealer goes to anybody.
        kept, out = EligibilityFilter(connection, "stock", AT, of_dealer=False).split(everybody(connection, node))
        assert {found.people[1].phones[0], number(9)} <= {one.phone for one in kept}
        # A text that says nothing about a topic is stopped by a STOP of all alone.
        unwilling = EligibilityFilter.unwilling_of(eligibility._driver, "", [], [number(0), number(1)])
        assert unwilling == {number(0)}


def test_expressions_are_saved_by_name_and_used_in_others(engine: Engine) -> None:
    with engine.begin() as connection:
        town(connection)
        save(connection, "North-Owners", "region:EAST and role:owner", "hq", AT)
        assert save(connection, "north-owners", "region:WEST and role:owner", "hq", AT) == "North-Owners"
        assert read_saved(connection) == {"North-Owners": "region:WEST and role:owner"}
        node = parse_expression(connection, "north-owners and tier:A", TODAY)
        assert language.expression(node) == "region:WEST and role:owner and tier:A"
        with pytest.raises(AudienceFault, match="did you mean North-Owners"):
            delete_saved(connection, "north-owner")
        delete_saved(connection, "NORTH-OWNERS")
        assert read_saved(connection) == {}
