"""A course of trade: twenty people and programs do random things, legal and not, to a house and to a notebook alike."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import Any

from smsgw.api.desk import Desk, Request
from smsgw.api.routes import ALL
from smsgw.business.core.principal import Actor
from smsgw.business.core.rights import SCOPES
from smsgw.business.counts.actions import decide as decide_count
from smsgw.business.directory.rules import Dealer
from smsgw.business.figures.reports.totals import stats
from smsgw.business.orders import actions as orders
from smsgw.business.programs.actions.tokens import create_token
from smsgw.business.reporting import run_report
from smsgw.business.returns.actions import approve_return, receive_return, reject_return
from smsgw.business.shipping.actions import Leaving, ship_order
from smsgw.errors import SmsgwError
from tests.business.dict_ledger import STRANGER, DictLedger, imei, sample
from tests.business.goods import money
from tests.business.goods.accounts import Accounts, Terms
from tests.business.goods.house import House
from tests.business.goods.notebook import HERE, ZONE, Notebook, Order, Sale

SHOPS = ("D1001", "D1002", "D2001", "D2002")
TACS = {"86012345": "A350", "86012347": "B200"}
# How the shops of the network trade, and the prices of the two models, by list.
TERMS = {
    "D1001": Terms("A", 10_000_000),
    "D1002": Terms("B", 5_000_000),
    "D2001": Terms("B", 0),
    "D2002": Terms("B", 3_000_000, days=1),
}
PRICES = {
    ("", "A350"): {date(2026, 1, 1): 104_000},
    ("", "B200"): {date(2026, 1, 1): 62_000},
    ("A", "A350"): {date(2026, 4, 1): 100_000},
}
_BOOKED = re.compile(r"(?m)^(?:OK |已收)([A-Z]\d{4,})")
_ASKED = re.compile(r"(?:YES|回:是|是) ([A-Z]?\d{4,})")


# What the notebook does not tell apart: a draft whose time is over is expired once somebody touches it.
_OR = {"shipped": "received", "draft": "expired", "expired": "draft"}


def network() -> DictLedger:
    """The sample with a fourth shop: an owner, a clerk and a promoter in each, and two of all above them."""
    books = sample()
    books.dealers["D2002"] = Dealer(
        "D2002", "Far West", "WEST", "B", 3_000_000, "CNY", "en", "Asia/Shanghai", terms_days=1
    )
    numbers = count(len(books.actors) + 1)
    have = {(actor.role, actor.dealer or actor.region) for actor in books.actors.values()}
    wanted = [(role, shop, None) for shop in SHOPS for role in ("owner", "clerk", "promoter")]
    wanted += [("field", None, "WEST"), ("manager", None, "WEST"), ("manager", None, "EAST")]
    for role, shop, region in wanted:
        if (role, shop or region) not in have:
            number = next(numbers)
            phone = f"+8613900000{number:03d}"
            language = "zh" if number % 3 == 0 else "en"
            books.actors[phone] = Actor(number, phone, f"Person {number}", role, shop, region, language)
    return books


class Course:
    """Does one thing after another. What a deed must come to, the notebook says; the house must agree."""

    def __init__(self, house: House, dice: random.Random) -> None:
        self.house, self.dice = house, dice
        self.ledger, self.shops = network(), SHOPS
        self.notebook = Notebook(
            TACS,
            Accounts(TERMS, PRICES),
            required=house.trade.receipt == "required",
            propose=house.trade.count == "propose",
        )
        self.serials, self.numbers = count(1), count(1)
        self.said = ""  # the last deed, for whoever looks for what went wrong
        self.done: Counter[str] = Counter()
        self.http = Desk(ALL, lambda: house.settings, house.engine, house.seconds, lambda: None)
        with house.desk() as (session, _):
            self.token = create_token(session, "erp", tuple(SCOPES))
        self.pool = [self.fresh() for _ in range(6)]

    # ---- choosing

    def fresh(self) -> str:
        tac = self.dice.choice(list(TACS))
        return imei(tac, next(self.serials))

    def phone(self, role: str, shop: str | None = None) -> str:
        found = [
            actor.phone
            for actor in self.ledger.actors.values()
            if actor.role == role and (shop is None or actor.dealer == shop)
        ]
        return self.dice.choice(found)

    def seller(self, shop: str, roles: tuple[str, ...] = ("owner", "clerk")) -> tuple[str, str]:
        """Somebody who may act for a shop, and how the shop is named in the text."""
        role = self.dice.choice((*roles, *roles, "hq"))
        return (self.phone("hq"), f" @{shop}") if role == "hq" else (self.phone(role, shop), "")

    def sets(self, shop: str, most: int = 3, fair: float = 0.75) -> list[str]:
        """Some sets: mostly such that the shop has, else any, or one that nobody has seen before."""
        book = self.notebook
        mine = sorted(one for one in book.sets if book.has(one, shop))
        found: list[str] = []
        for _ in range(self.dice.randint(1, most)):
            if mine and self.dice.random() < fair:
                found.append(self.dice.choice(mine))
            elif self.dice.random() < 0.15:
                found.append(self.fresh())
            else:
                found.append(self.dice.choice(sorted({*book.sets, *self.pool})))
        return list(dict.fromkeys(found))

    def some(self, names: Any) -> str | None:
        known = sorted(names)
        return self.dice.choice(known[-12:]) if known else None

    @property
    def today(self) -> date:
        return self.house.at.astimezone(ZONE).date()

    # ---- saying

    def text(self, phone: str, said: str) -> str:
        self.said = f"{self.house.at:%d %H:%M} {phone[-2:]}: {said}"
        daemon = self.dice.randrange(len(self.house.writers))
        answer = self.house.text(phone, said, daemon)
        self.said += f"\n   -> {answer}"
        self.notebook.begin(self.house.at)
        return answer

    def books(self, phone: str, said: str, letter: str, expected: bool) -> str | None:
        """Send a text that must book something, or must not; the reference of it."""
        answer = self.text(phone, said)
        found = _BOOKED.search(answer)
        assert bool(found) is expected, f"{'should' if expected else 'should not'} be booked"
        if found is None:
            return None
        assert found[1].startswith(letter)
        return found[1]

    def ask(self, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """A request of the program."""
        self.house.at += timedelta(minutes=1)
        self.said = f"{path} {body}"
        headers = {"authorization": f"Bearer {self.token}"}
        octets = b""
        if body is not None:
            octets, headers["content-type"] = json.dumps(body).encode(), "application/json"
        answer = self.http.answer(
            Request("GET" if body is None else "POST", f"/api/v1{path}", "", headers, octets, False)
        )
        self.said += f"\n   -> {answer.status} {answer.body}"
        self.notebook.begin(self.house.at)
        return answer.status, answer.body

    def at_the_desk(self, work: Callable[[Any, Any], Any], told: str) -> bool:
        """Whether something done at the desk was accepted."""
        self.said = f"desk: {told}"
        try:
            with self.house.desk(self.dice.randrange(len(self.house.keepers))) as (session, books):
                work(session, books)
            accepted = True
        except SmsgwError as refused:
            self.said += f"\n   -> {refused}"
            accepted = False
        self.notebook.begin(self.house.at)
        return accepted

    # ---- deeds

    def step(self) -> None:
        deed = self.dice.choice(DEEDS)
        self.done[deed.__name__] += 1
        deed(self)

    def sell(self) -> None:
        shop = self.dice.choice(SHOPS)
        phone, at = self.seller(shop, ("owner", "clerk", "promoter"))
        book = self.notebook
        imeis = [one for one in self.sets(shop) if not self.elsewhere(one, shop)]
        good = [one for one in imeis if book.for_sale(one, shop)]
        if not imeis:
            return
        plain = self.dice.random() < 0.4
        filling = self.filling(good, shop) if plain else {}
        said = f"S {' '.join(imeis)}{at}" + ("" if plain else " RO")
        if plain and not filling:
            said = f"S {' '.join(imeis)}{at} RO"
        if not filling:
            reference = self.books(phone, said, "S", bool(good))
            if reference is not None:
                book.sell(reference, shop, phone, good, self.today, {})
            return
        assert self.books(phone, said, "S", False) is None
        asked = _ASKED.search(self.said.split("->")[1])
        assert asked is not None
        if self.dice.random() < 0.3:
            self.books(phone, f"NO {asked[1]}", "S", False)
            return
        first = next(iter(filling.values()))
        reference = self.books(phone, f"YES {asked[1]}", "S", True)
        assert reference is not None
        book.sell(reference, shop, phone, good, self.today, self.filling(good, shop, first))

    def sell_of_another(self) -> None:
        """A set that another shop has is sold on hold: why is asked, something else happens, and somebody decides."""
        book, shop = self.notebook, self.dice.choice(SHOPS)
        others = sorted(o for o, one in book.sets.items() if one.state in HERE and one.holder not in (None, shop))
        since = self.house.at.date() - timedelta(days=8)
        others = [one for one in others if not book.wanting(shop, book.model_of(one), since)]
        if not others:
            return
        one, phone = self.dice.choice(others), self.phone(self.dice.choice(["owner", "clerk"]), shop)
        self.books(phone, f"S {one} RO", "S", False)
        held = re.search(r"S\d{4,}", self.said.split("->")[1])
        assert held is not None
        told, day = self.house.at, self.today
        self.books(phone, f"YES {held[0]} 2", "S", True)
        if self.dice.random() < 0.5:
            self.step()
        holder = book.sets[one].holder
        what = self.dice.choice(["APP", "APP", "REJ", "UNDO"])
        if what == "UNDO":
            self.books(self.phone("owner", shop), f"UNDO {held[0]}", "S", True)
            return
        answer = self.text(self.phone("hq"), f"{what} {held[0]}" + (" it is theirs" if what == "REJ" else ""))
        may = what == "APP" and book.state(one) in HERE and holder in (self.first_holder(held[0]), shop)
        assert bool(re.search("approved: ", answer)) is may
        if may:
            book.sell_of_another(held[0], shop, phone, one, day, told)
        elif what == "APP":  # it has gone elsewhere meanwhile
            self.text(self.phone("hq"), f"REJ {held[0]} gone")

    def first_holder(self, reference: str) -> str:
        """The shop that a sale on hold takes its set from."""
        return str(self.house.rows("SELECT holder FROM sale_hold WHERE reference = :r", r=reference)[0][0])

    def elsewhere(self, one: str, shop: str) -> bool:
        known = self.notebook.sets.get(one)
        return known is not None and known.holder not in (None, shop) and known.state in (*HERE, "in_transfer")

    def filling(self, imeis: list[str], shop: str, first: Sale | None = None) -> dict[str, Sale]:
        """Which sets may be those of sales by number."""
        since = self.house.at.date() - timedelta(days=7)
        left: Counter[int] = Counter()
        found: dict[str, Sale] = {}
        for one in imeis:
            lines = self.notebook.wanting(shop, self.notebook.model_of(one), since)
            if first is not None:
                lines.sort(key=lambda line: line.reference != first.reference)
            for line in lines:
                if line.quantity - left[id(line)] > 0:
                    left[id(line)] += 1
                    found[one] = line
                    break
        return found

    def sell_by_number(self) -> None:
        shop = self.dice.choice(SHOPS)
        phone, at = self.seller(shop, ("owner", "clerk", "promoter"))
        model, number = self.dice.choice(["A350", "B200"]), self.dice.randint(1, 2)
        if self.notebook.book[shop, model] < -4:
            return self.count_by_number()
        reference = self.books(phone, f"S {model} {number}{at} RO", "S", True)
        assert reference is not None
        return self.notebook.sell_number(reference, shop, phone, model, number, self.today)

    def fix(self) -> None:
        """A sale by number was of another number."""
        book = self.notebook
        plain = [
            s
            for s in book.sales
            if s.imei is None and s.quantity < 3 and book.may_undo(s.reference) and not book.old(s.reference)
        ]
        if not plain or len({s.reference for s in plain}) != len(plain):
            return
        sale = self.dice.choice(plain)
        phone = self.phone("owner", sale.shop)
        if any(s.fills == sale.reference for s in book.sales):
            return
        assert self.books(phone, f"FIX {sale.reference} {sale.model} 3", "S", False) is None
        asked = _ASKED.search(self.said.split("->")[1])
        assert asked is not None
        number = self.text(phone, f"YES {asked[1]}")
        references = _BOOKED.findall(number)
        assert len(references) == 2 and references[0] == sale.reference
        book.undo(sale.reference)
        book.sell_number(references[1], sale.shop, phone, sale.model, 3, sale.day)

    def nil(self) -> None:
        shop = self.dice.choice(SHOPS)
        phone = self.phone("owner", shop)
        book = self.notebook
        sold = sum(s.quantity for s in book.sales if s.shop == shop and s.day == self.today and s.back is None)
        before = book.bookings.get(book.nils.get(phone, ""))
        if before is not None and not before.undone and self.house.at - before.at < timedelta(hours=12):
            return  # the same text again
        reference = self.books(phone, "NIL", "N", not sold)
        if reference is not None:
            book.book_it(reference, "nil", shop, phone)
            book.nils[phone] = reference

    def register(self) -> None:
        shop = self.dice.choice(SHOPS)
        phone, at = self.seller(shop)
        book = self.notebook
        imeis = self.sets(shop, fair=0.3)
        good = [
            one
            for one in imeis
            if book.nowhere(one) or (book.state(one) == "shipped" and book.sets[one].holder == shop)
        ]
        reference = self.books(phone, f"REG {' '.join(imeis)}{at} RO", "R", bool(good))
        if reference is not None:
            book.find(reference, shop, good, "register", phone)

    def give(self) -> None:
        shop, other = self.dice.sample(SHOPS, 2)
        book, phone = self.notebook, self.phone("owner", shop)
        until = self.house.at + timedelta(minutes=1, hours=24)
        if self.dice.random() < 0.25:
            model, number = self.dice.choice(["A350", "B200"]), self.dice.randint(1, 2)
            may = number <= book.unlisted(shop, model)
            reference = self.books(phone, f"GIVE {other} {model} {number} RO", "T", may)
            if reference is not None:
                book.give_number(reference, shop, other, phone, model, number, until)
            return
        imeis = self.sets(shop)
        good = [one for one in imeis if book.has(one, shop)]
        reference = self.books(phone, f"GIVE {other} {' '.join(imeis)} RO", "T", bool(good))
        if reference is not None:
            book.give(reference, shop, other, phone, good, until)

    def answer_transfer(self) -> None:
        book = self.notebook
        waiting = [ref for ref, one in book.transfers.items() if one.state == "open"]
        reference = self.some(waiting if waiting and self.dice.random() < 0.8 else book.transfers)
        if reference is None:
            return
        found = book.transfers[reference]
        word = self.dice.choice(["YES", "YES", "NO"])
        phone = self.phone("owner", found.receiver if self.dice.random() < 0.9 else found.giver)
        mine = self.ledger.actors[phone].dealer == found.receiver
        late = found.until <= self.house.at + timedelta(minutes=1)
        may = mine and found.state == "open" and not late
        self.books(phone, f"{word} {reference}", "T", may)
        if mine and found.state == "open" and late:
            book.end_transfer(reference, "lapsed")
        elif may:
            book.end_transfer(reference, "taken" if word == "YES" else "refused")

    def send_back(self) -> None:
        shop = self.dice.choice(SHOPS)
        phone, at = self.seller(shop)
        book = self.notebook
        imeis = self.sets(shop, 2, fair=0.5)
        sold = [s.imei for s in book.sales if s.imei and s.shop == shop and s.back is None]
        if sold and self.dice.random() < 0.6:
            imeis = list(dict.fromkeys([*imeis[:1], self.dice.choice(sold)]))
        good = [one for one in imeis if book.has(one, shop) or ((sale := book.live(one)) and sale.shop == shop)]
        reference = self.books(phone, f"RET {' '.join(imeis)} 9{at} RO", "X", bool(good))
        if reference is not None:
            book.send_back(reference, shop, phone, good)

    def decide_return(self) -> None:
        book = self.notebook
        reference = self.some(set(book.cases) - book.asked)
        if reference is None:
            return
        case = book.cases[reference]
        may = case.state == "open"
        what, way = self.dice.choice(["credit", "reject", "replace"]), self.dice.choice(["text", "desk", "http"])
        if what == "reject":
            may = may and book.unmoved(reference)
            if self.decided(way, reference, "reject", "REJ {} no fault", reject_return) is may:
                if may:
                    book.reject_case(reference)
                return
            raise AssertionError("the rejection")
        if what == "credit":
            may = may and all(book.creditable(one, reference) is not None for one in case.sets)
            assert self.decided(way, reference, "approve", "APP {}", approve_return) is may
            if may:
                book.credit_case(reference)
            return
        spare = [self.dice.choice(sorted({*book.sets, *self.pool})) for _ in case.sets]
        models = [book.model_of(old) for old in sorted(case.sets)]
        may = may and book.unmoved(reference) and len(set(spare)) == len(spare) and all(map(book.nowhere, spare))
        may = may and [book.model_of(new) for new in spare] == models
        answer = self.text(self.phone("hq"), f"APP {reference} {' '.join(spare)}")
        assert bool(re.search("replaced: |已换货|换新|已换", answer)) is may
        if may:
            book.replace_case(reference, spare)

    def decided(self, way: str, reference: str, step: str, said: str, action: Callable[..., Any]) -> bool:
        """Whether a decision on a return was accepted, by text, at the desk, or over HTTP."""
        if way == "text":
            answer = self.text(self.phone("hq"), said.format(reference))
            return bool(re.match(rf"{reference} (credited|rejected)", answer))
        if way == "desk":
            more = ("no fault",) if step == "reject" else ()
            return self.at_the_desk(lambda s, b: action(s, b, reference, *more), f"{step} {reference}")
        body = {"why": "no fault"} if step == "reject" else {}
        return self.ask(f"/returns/{reference}/{step}", body)[0] == 200

    def receive_return(self) -> None:
        book = self.notebook
        reference = self.some(book.cases)
        if reference is None:
            return
        case = book.cases[reference]
        left = sorted(set(case.sets) - case.arrived)
        sound, depot = self.dice.random() < 0.5, self.dice.choice(["DEPOT-E", "DEPOT-W"])
        may = case.state not in ("undone", "rejected") and bool(left)
        may = may and all(book.sets[one].steps[-1][0] == reference for one in left)
        accepted = self.at_the_desk(
            lambda s, b: receive_return(s, b, reference, depot, sound=sound), f"receive {reference} {depot}"
        )
        assert accepted is may
        if may:
            book.arrive(reference, depot, left, sound=sound)

    def order(self) -> None:
        shop = self.dice.choice(SHOPS)
        phone, book = self.phone("owner", shop), self.notebook
        lines = {
            model: self.dice.randint(1, 3) for model in self.dice.sample(["A350", "B200"], self.dice.randint(1, 2))
        }
        if self.dice.random() < 0.3:
            lines = {model: number * 20 for model, number in lines.items()}
        answer = self.text(phone, f"ORD {' '.join(f'{model} {number}' for model, number in lines.items())} RO")
        found = re.search(r"O\d{4,}", answer)
        assert found is not None
        price = {model: book.money.price(shop, model, self.today) for model in lines}
        order = book.orders[found[0]] = Order(shop, Counter(lines), price, self.house.at + timedelta(minutes=30))
        book.book_it(found[0], "order", shop, phone)
        if self.dice.random() < 0.2:
            return
        word = self.dice.choice(["YES", "YES", "YES", "NO"])
        answer = self.text(phone, f"{word} {found[0]}")
        if word == "NO":
            order.state = "cancelled"
            book.bookings[found[0]].undone = True
            return
        assert _BOOKED.search(answer)
        order.state = "approved" if order.total <= book.free(shop) else "confirmed"
        if order.state == "approved":
            order.approved = Counter(order.lines)

    def decide_order(self) -> None:
        book = self.notebook
        reference = self.some([ref for ref, one in book.orders.items() if one.state == "confirmed"] or book.orders)
        if reference is None:
            return
        order = book.orders[reference]
        may, what = order.state == "confirmed", self.dice.choice(["APP", "APP", "REJ", "part"])
        some: dict[str, int] = {}
        if what == "part":
            model = self.dice.choice(list(order.lines))
            some = {model: self.dice.randint(1, order.lines[model] + 1)}
            may = may and some[model] <= order.lines[model]
        if what == "REJ":
            accepted = self.at_the_desk(
                lambda s, b: orders.reject_order(s, b, reference, "no credit"), f"reject {reference}"
            )
        elif self.dice.random() < 0.5:
            body = {"lines": [{"model": m, "quantity": n} for m, n in some.items()]} if some else {}
            accepted = self.ask(f"/orders/{reference}/approve", body)[0] == 200
        else:
            self.text(self.phone("hq"), f"APP {reference} {' '.join(f'{m} {n}' for m, n in some.items())}".strip())
            state = self.house.rows("SELECT state FROM sales_order WHERE reference = :r", r=reference)[0][0]
            accepted = state != order.state and state == "approved"
        self.lapse_draft(order)
        assert accepted is may
        if may:
            order.state = "rejected" if what == "REJ" else "approved"
            if what != "REJ":
                order.approved = Counter(some or order.lines)

    def lapse_draft(self, order: Order) -> None:
        """A draft past its time is expired for whoever touches it."""
        if order.state == "draft" and order.until <= self.house.at:
            order.state = "expired"

    def cancel_order(self) -> None:
        book = self.notebook
        reference = self.some(book.orders)
        if reference is None:
            return
        order = book.orders[reference]
        accepted = self.at_the_desk(
            lambda s, b: orders.cancel_order(s, b, reference, "shop closes"), f"cancel {reference}"
        )
        self.lapse_draft(order)
        assert accepted is (order.state in ("draft", "confirmed", "approved") and not order.shipped.total())
        if accepted:
            order.state = "cancelled"
            book.bookings[reference].undone = True

    def arrive_in_a_depot(self) -> None:
        depot = self.dice.choice(["DEPOT-E", "DEPOT-W"])
        new = [self.fresh() for _ in range(self.dice.randint(1, 4))]
        self.house.stock_depot(depot, *((one, TACS[one[:8]]) for one in new))
        self.said = f"file: {new} arrive in {depot}"
        self.notebook.begin(self.house.at)
        for one in new:
            self.notebook.move(one, f"depot {depot}", "arrived", "in_depot", depot)

    def ship(self) -> None:
        """Sets of one model leave for a shop, by file or at the desk, for an order or not."""
        book = self.notebook
        open_ = [ref for ref, one in book.orders.items() if one.state in ("confirmed", "approved", "part_shipped")]
        order = self.dice.choice(sorted(open_)) if open_ and self.dice.random() < 0.6 else None
        shop = book.orders[order].shop if order else self.dice.choice(SHOPS)
        model = self.dice.choice(["A350", "B200"])
        lying = sorted(
            o for o, one in book.sets.items() if one.model == model and one.state in ("in_depot", "in_repair")
        )
        sets = self.dice.sample(lying, min(len(lying), self.dice.randint(1, 3)))
        if self.dice.random() < 0.3 or not sets:
            sets = [one for one in self.sets(shop, 2, fair=0.2) if book.model_of(one) == model]
        if not sets:
            return
        may = all(book.may_ship(one) and self.is_there(one, shop) for one in sets)
        if order is not None:
            found = book.orders[order]
            wanted = found.lines if found.state == "confirmed" else found.approved
            may = may and found.shipped[model] + len(sets) <= wanted[model]
        note = f"SH{next(self.numbers)}"
        if order is not None and self.dice.random() < 0.5:
            leaving = Leaving(note, tuple(sets), self.house.at.date())
            accepted = self.at_the_desk(lambda s, b: ship_order(s, b, order, leaving), f"ship {order} {leaving}")
        else:
            self.said = f"file: {note} {sets} to {shop} for {order}"
            self.house.at += timedelta(minutes=1)
            try:
                self.house.ship(note, shop, *((one, model) for one in sets), order=order or "")
                accepted = True
            except SmsgwError as refused:
                self.said += f"\n   -> {refused}"
                accepted = False
            book.begin(self.house.at)
        assert accepted is may
        if may:
            for one in sets:
                book.ship(note, shop, one, order)

    def is_there(self, one: str, shop: str) -> bool:
        """What a shop has registered is shipped to it alone."""
        known = self.notebook.sets.get(one)
        return known is None or known.state not in ("received", "in_stock") or known.holder == shop

    def receive(self) -> None:
        shop = self.dice.choice(SHOPS)
        phone, at = self.seller(shop)
        book = self.notebook
        moving = book.on_the_way(shop)
        if self.dice.random() < 0.3:
            self.receive_by_imei(shop, phone, at, moving)
            return
        note = self.dice.choice(sorted(moving)) if moving and self.dice.random() < 0.85 else self.some(book.notes)
        if note is None:
            return
        waiting = moving.get(note, [])
        sent = [one for one in book.notes[note][2] if self.stands(one, note)] if book.notes[note][0] == shop else []
        if not waiting or self.dice.random() < 0.5:
            reference = self.books(phone, f"RCV {note}{at}", "R", bool(waiting))
            if reference is not None:
                book.receive(reference, shop, phone, waiting)
            return
        number = self.dice.randint(0, len(sent) + 2)
        there = sum(book.state(one) not in ("shipped", "lost") for one in sent)
        came = len(waiting) if number in (len(waiting), len(waiting) + there) else number
        if number not in (len(waiting), len(waiting) + there) and 0 < there <= number:
            came = number - there
        answer = self.text(phone, f"RCV {note} {number}{at}")
        found = _BOOKED.search(answer)
        if found is None:  # a note and a number in one text are not always told apart
            return
        if came == 0:
            book.book_it(found[1], "receive", shop, phone)
            for one in waiting:
                if book.counts_as_stock("shipped"):
                    book.change(found[1], shop, book.model_of(one), -1)
                book.move(one, found[1], "lost", "lost", None)
            return
        book.receive(found[1], shop, phone, waiting)
        book.change(found[1], shop, book.model_of(waiting[0]), came - len(waiting))

    def stands(self, one: str, note: str) -> bool:
        return any(step[:2] == (note, "shipped") for step in self.notebook.sets[one].steps)

    def receive_by_imei(self, shop: str, phone: str, at: str, moving: dict[str, list[str]]) -> None:
        book = self.notebook
        imeis = self.sets(shop, fair=0.3)
        coming = [one for ones in moving.values() for one in ones]
        if coming and self.dice.random() < 0.7:
            imeis = list(dict.fromkeys([*imeis, self.dice.choice(sorted(coming))]))
        late = [
            one
            for one in imeis
            if book.state(one) == "lost"
            and any(book.notes[note][0] == shop and self.stands(one, note) for note in moving if note in book.notes)
        ]
        good = [one for one in imeis if book.nowhere(one) or (book.sets[one].place == ("shipped", shop))]
        foreign = [
            one for one in imeis if one in book.sets and book.state(one) in HERE and book.sets[one].holder != shop
        ]
        reference = self.books(phone, f"RCV {' '.join(imeis)}{at}", "R", bool(good or late))
        for one in foreign:
            book.at[one] = book.now
        if reference is not None:
            book.book_it(reference, "receive", shop, phone)
            book.take_in(reference, shop, [*good, *late], "received" if book.required else "in_stock")

    def count_by_number(self) -> None:
        shop = self.dice.choice(SHOPS)
        phone, at = self.seller(shop)
        model, number = self.dice.choice(["A350", "B200"]), self.dice.randint(0, 9)
        book = self.notebook
        answer = self.text(phone, f"COUNT {model} {number}{at} RO")
        found = _BOOKED.search(answer) or re.search(r"(K\d{4,})", answer)
        assert found is not None
        book.count_number(found[1], shop, phone, model, number)

    def list_sets(self) -> None:
        shop = self.dice.choice(SHOPS)
        imeis = self.sets(shop, 4)
        book = self.notebook
        answer = self.text(self.phone(self.dice.choice(["owner", "clerk"]), shop), f"COUNT {' '.join(imeis)}")
        assert re.search(r"K\d{4,}", answer)
        if shop in book.lists and book.lists[shop].until <= self.house.at:
            del book.lists[shop]
        book.list_sets(shop, imeis, 4)

    def end_list(self) -> None:
        shop = self.dice.choice(sorted(self.notebook.lists) or SHOPS)
        phone, book = self.phone("owner", shop), self.notebook
        answer = self.text(phone, "COUNT END")
        listing = book.lists.get(shop)
        if listing is not None and listing.until <= self.house.at:
            del book.lists[shop]
            listing = None
        found = re.search(r"(K\d{4,})", answer)
        assert bool(found) is (listing is not None)
        if found is not None:
            book.end_list(found[1], shop, phone)

    def decide_count(self) -> None:
        book = self.notebook
        reference = self.some(
            [ref for ref, one in book.counts.items() if one.state in ("waiting", "part") and ref not in book.asked]
            or set(book.counts) - book.asked
        )
        if reference is None:
            return
        may, approved = book.counts[reference].state in ("waiting", "part"), self.dice.random() < 0.6
        way = self.dice.choice(["text", "desk", "http"])
        step = "approve" if approved else "reject"
        if way == "text":
            answer = self.text(self.phone("hq"), f"{'APP' if approved else 'REJ'} {reference}")
            accepted = not re.search("already|Nothing changed|未变动", answer)
        elif way == "desk":
            accepted = self.at_the_desk(
                lambda s, b: decide_count(s, b, reference, approved=approved), f"{step} {reference}"
            )
        else:
            accepted = self.ask(f"/counts/{reference}/{step}", {"why": "counted again"})[0] == 200
        assert accepted is may
        if may:
            book.decide_count(reference, approved=approved)

    def undo(self) -> None:
        book = self.notebook
        found = [ref for ref, one in book.bookings.items() if one.verb != "order"]
        if not found:
            return
        live = [ref for ref in found[-30:] if book.may_undo(ref)]
        reference = self.dice.choice(live) if live and self.dice.random() < 0.7 else self.dice.choice(found[-40:])
        booking = book.bookings[reference]
        role = self.dice.choice(["owner", "owner", "clerk", "hq", "another owner"])
        if role == "another owner":
            phone = self.phone("owner", self.dice.choice([shop for shop in SHOPS if shop != booking.shop]))
        else:
            phone = self.phone(role, None if role == "hq" else booking.shop)
        book.now = self.house.at + timedelta(minutes=1)
        may = book.may_undo(reference) and role != "another owner" and (role != "clerk" or phone == booking.phone)
        if may and book.old(reference) and role != "hq":  # headquarters are asked
            book.asked.add(reference)
            may = False
        late = booking.verb == "give" and book.transfers[reference].until <= book.now
        if late:
            return
        self.books(phone, f"UNDO {reference}", reference[0], may)
        if may:
            book.undo(reference)

    def decide_request(self) -> None:
        """Headquarters take back what is older than its hours, or leave it."""
        reference, book = self.some(self.notebook.asked), self.notebook
        if reference is None:
            return
        if self.dice.random() < 0.3:
            assert reference in self.text(self.phone("hq"), f"REJ {reference} too late")
            book.asked.discard(reference)
            return
        book.now = self.house.at + timedelta(minutes=1)
        may = book.may_undo(reference)
        self.books(self.phone("hq"), f"APP {reference}", reference[0], may)
        if may:
            book.undo(reference)

    def not_allowed(self) -> None:
        """What nobody of that role may do books nothing."""
        shop = self.dice.choice(SHOPS)
        some = self.sets(shop)[0]
        reference = self.some({*self.notebook.cases, *self.notebook.counts}) or "X1001"
        phone, said = self.dice.choice(
            [
                (self.phone("promoter", shop), f"RET {some} 9"),
                (self.phone("promoter", shop), f"REG {some}"),
                (self.phone("clerk", shop), f"GIVE {self.dice.choice(SHOPS)} {some}"),
                (self.phone("owner", shop), f"APP {reference}"),
                (self.phone("promoter", shop), "COUNT A350 3"),
                (STRANGER, f"S {some}"),
                (self.phone("field"), "S A350 1 @D9999"),
                (self.phone("owner", shop), f"GIVE {shop} {some}"),
            ]
        )
        self.books(phone, said, "", False)

    def activate(self) -> None:
        one = self.dice.choice(sorted({*self.notebook.sets, *self.pool}))
        told = {
            "imei": one,
            "activated_at": self.house.at.isoformat(),
            "region": self.dice.choice(["EAST", "WEST", None]),
        }
        assert self.ask("/activations", {"activations": [told]})[0] == 200

    def wait(self) -> None:
        """Hours pass; transfers and lists lapse."""
        self.house.look(after=timedelta(hours=self.dice.choice([1, 5, 25])))
        self.said = f"{self.house.at}: a look at the clock"
        self.notebook.begin(self.house.at)
        self.notebook.lapse()

    # ---- what is asked

    def look_at_something(self) -> None:
        """One of all the questions that the books answer must be answered as the notebook would."""
        ask = self.dice.choice(
            [
                self._unit,
                self._case,
                self._transfer,
                self._order,
                self._stats,
                self._sales,
                self._stock,
                *[look for one in money.LOOKS for look in [partial(one, self)] * 2],
            ]
        )
        ask()

    def _unit(self) -> None:
        one = self.some(self.notebook.sets)
        if one is None or self.notebook.state(one) == "made":
            return
        shown = self.house.show("unit", one)
        assert shown is not None
        known = self.notebook.sets[one]
        assert (shown["state"], shown["holder"], shown["model"]) == (*known.place, known.model)

    def _case(self) -> None:
        reference = self.some(self.notebook.cases)
        if reference is not None:
            shown, case = self.house.show("return", reference), self.notebook.cases[reference]
            assert shown is not None
            assert (shown["state"], {line["imei"] for line in shown["sets"]}) == (case.state, set(case.sets))

    def _transfer(self) -> None:
        reference = self.some(self.notebook.transfers)
        if reference is not None:
            shown, found = self.house.show("transfer", reference), self.notebook.transfers[reference]
            assert shown is not None
            assert (shown["from"], shown["to"], shown["state"]) == (found.giver, found.receiver, found.state)
            assert {line["model"]: line["quantity"] for line in shown["lines"]} == dict(found.models)
            assert shown["imeis"] == sorted(found.imeis)

    def _order(self) -> None:
        reference = self.some(self.notebook.orders)
        if reference is None:
            return
        shown, order = self.house.show("order", reference), self.notebook.orders[reference]
        assert shown is not None
        assert {line["model"]: line["quantity"] for line in shown["lines"]} == dict(order.lines)
        assert {line["model"]: line["shipped"] for line in shown["lines"] if line["shipped"]} == dict(+order.shipped)
        assert sum(line["received"] for line in shown["lines"]) <= order.shipped.total()

    def _stats(self) -> None:
        with self.house.engine.connect() as connection:
            told = stats(connection)
        states = Counter(one.state for one in self.notebook.sets.values())
        states["made"] = told["units"]["made"]  # of those that nobody has moved, some were never written
        assert {state: number for state, number in told["units"].items() if number} == dict(+states)
        assert told["sales"] == len([s for s in self.notebook.sales if s.back is None and s.quantity])

    def _sales(self) -> None:
        per = self.dice.choice(["dealer", "model", "day"])
        with self.house.engine.connect() as connection:
            _, told = run_report(
                connection, "sales", {"per": per}, timezone="Asia/Shanghai", now=int(self.house.at.timestamp() * 1000)
            )
        wanted: Counter[str] = Counter()
        for sale in self.notebook.sales:
            if sale.back is None:
                wanted[{"dealer": sale.shop, "model": sale.model, "day": sale.day.isoformat()}[per]] += sale.quantity
        assert {row[per]: row["sets"] for row in told["rows"]} == dict(+wanted)

    def _stock(self) -> None:
        shop = self.dice.choice(SHOPS)
        model = self.dice.choice(["A350", "B200"])
        answer = self.text(self.phone("hq"), f"STOCK {model} @{shop}")
        told = re.search(rf"{model}: {shop} has (-?\d+)", answer)
        assert told is not None and int(told[1]) == self.notebook.book[shop, model]
        coming = re.search(r"coming (\d+)", answer)
        on_the_way = sum(one.place == ("shipped", shop) and one.model == model for one in self.notebook.sets.values())
        if self.notebook.required:
            assert int(coming[1] if coming else 0) == on_the_way
        depot = re.search(r"depots? (?:has |have )?(\d+)", answer)
        if depot is not None:
            assert int(depot[1]) <= sum(one.state == "in_depot" for one in self.notebook.sets.values())

    # ---- what must always be so

    def agree(self) -> None:
        """Sets, levels, sales and what was begun are those of the notebook."""
        house, book = self.house, self.notebook
        kept = {
            imei_: (state, holder)
            for imei_, state, holder in house.rows("SELECT imei, state, coalesce(holder, depot) FROM unit")
        }
        noted = {imei_: one.place for imei_, one in book.sets.items()}
        differ = {one: (kept.get(one, ("made", None)), noted.get(one, ("made", None))) for one in {*kept, *noted}}
        assert {one: pair for one, pair in differ.items() if pair[0] != pair[1]} == {}
        levels = house.stock()
        wanted = {key: (book.book[key], book.known(*key)) for key in {*book.book, *levels}}
        assert levels == {key: pair for key, pair in wanted.items() if any(pair)}
        lines = house.rows(
            "SELECT reference, dealer, sold_on, model, quantity, imei FROM sale_line WHERE reversed_at IS NULL"
        )
        live = [s for s in book.sales if s.back is None and s.quantity]
        assert Counter(lines) == Counter(
            (s.reference, s.shop, s.day.isoformat(), s.model, s.quantity, s.imei) for s in live
        )
        imeis = [s.imei for s in live if s.imei]
        assert len(imeis) == len(set(imeis)), "a set is sold twice"
        for table, begun in (("transfer", book.transfers), ("return_case", book.cases), ("stock_count", book.counts)):
            states = dict(house.rows(f"SELECT reference, state FROM {table}"))
            noted_ = {reference: one.state for reference, one in begun.items()}
            assert set(states.items()) ^ set(noted_.items()) == set(), table
        for reference, state in house.rows("SELECT reference, state FROM sales_order"):
            order = book.orders[reference]
            assert state in {order.state, _OR.get(order.state)}, reference
        money.agree_on_money(self)


DEEDS: tuple[Callable[[Course], None], ...] = (
    *[Course.sell] * 5,
    *[Course.sell_by_number] * 2,
    *[Course.sell_of_another] * 2,
    Course.fix,
    Course.nil,
    *[Course.register] * 2,
    *[Course.give] * 4,
    *[Course.answer_transfer] * 4,
    *[Course.send_back] * 3,
    *[Course.decide_return] * 3,
    *[Course.receive_return] * 2,
    *[Course.order] * 2,
    *[Course.decide_order] * 2,
    Course.cancel_order,
    *[money.pay] * 2,
    money.lend,
    *[Course.arrive_in_a_depot] * 2,
    *[Course.ship] * 5,
    *[Course.receive] * 4,
    *[Course.count_by_number] * 2,
    *[Course.list_sets] * 2,
    Course.end_list,
    *[Course.decide_count] * 2,
    *[Course.undo] * 5,
    Course.decide_request,
    Course.not_allowed,
    Course.activate,
    Course.wait,
)
