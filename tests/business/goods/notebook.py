"""The goods as somebody with a notebook would keep them: a model in dictionaries that uses no code of ours.

It says of each deed what must come of it; `tests/business/goods/test_machine.py` compares that with the books.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.business.goods.accounts import Accounts

HERE = ("shipped", "received", "in_stock")  # a shop may dispose of it
ZONE = ZoneInfo("Asia/Shanghai")

Place = tuple[str, str | None]  # state, holder


@dataclass
class Set_:
    """A set: where it is, and under each reference that moved it since, what was before."""

    model: str
    place: Place = ("made", None)
    steps: list[tuple[str, str, Place]] = field(default_factory=list)  # reference, kind, what was before

    @property
    def state(self) -> str:
        return self.place[0]

    @property
    def holder(self) -> str | None:
        return self.place[1]

    def go(self, reference: str, kind: str, state: str, holder: str | None) -> None:
        self.steps.append((reference, kind, self.place))
        self.place = (state, holder)

    def moved_on(self, reference: str) -> bool:
        """Whether something else happened after what a reference did."""
        references = [step[0] for step in self.steps]
        return reference in references and any(one != reference for one in references[references.index(reference) :])

    def back(self, reference: str) -> None:
        while self.steps and self.steps[-1][0] == reference:
            self.place = self.steps.pop()[2]


@dataclass
class Sale:
    """Of one set, or of a number of a model (`imei` None), of which `quantity` are still without IMEI."""

    reference: str
    shop: str
    day: date
    model: str
    quantity: int
    imei: str | None = None
    fills: str | None = None
    back: str | None = None  # the return that took it back


@dataclass
class Booking:
    """What UNDO would take back."""

    verb: str
    shop: str
    phone: str
    at: datetime
    stock: Counter[tuple[str, str]] = field(default_factory=Counter)  # by shop and model, in their books
    undone: bool = False


@dataclass
class Transfer:
    giver: str
    receiver: str
    until: datetime
    models: Counter[str]
    book: Counter[str]
    imeis: tuple[str, ...]
    state: str = "open"


@dataclass
class Case:
    shop: str
    sets: dict[str, str | None]  # by IMEI the sale that it takes back
    state: str = "open"
    arrived: set[str] = field(default_factory=set)
    replaced: dict[str, str] = field(default_factory=dict)  # the new set for each


@dataclass
class Order:
    shop: str
    lines: Counter[str]
    price: dict[str, int]
    until: datetime
    state: str = "draft"
    approved: Counter[str] = field(default_factory=Counter)
    shipped: Counter[str] = field(default_factory=Counter)
    received: Counter[str] = field(default_factory=Counter)

    def open_value(self) -> int:
        if self.state not in ("confirmed", "approved", "part_shipped"):
            return 0
        wanted = self.lines if self.state == "confirmed" else self.approved
        return sum((number - self.shipped[model]) * self.price[model] for model, number in wanted.items())

    @property
    def total(self) -> int:
        """What it comes to, as it was when it was drafted."""
        return sum(number * self.price[model] for model, number in self.lines.items())


@dataclass
class Listing:
    """A list of sets that are counted, each with the moment at which it was told."""

    opened: datetime
    until: datetime
    sets: dict[str, datetime] = field(default_factory=dict)


@dataclass
class Count:
    shop: str
    state: str  # booked, waiting, part, approved, rejected, undone
    numbers: Counter[str]  # what it adds to the book besides its sets
    new: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


class Notebook:
    """All that is known. `required`: sets on their way are no stock until they are received; `propose`: a count changes
    nothing before headquarters agrees."""

    def __init__(self, models: dict[str, str], money: Accounts, *, required: bool, propose: bool) -> None:
        self.models = models  # by type allocation code
        self.money = money
        self.required, self.propose = required, propose
        self.now = datetime.min
        self.sets: dict[str, Set_] = {}
        self.at: dict[str, datetime] = {}  # when a set moved last
        self.book: Counter[tuple[str, str]] = Counter()
        self.sales: list[Sale] = []
        self.bookings: dict[str, Booking] = {}
        self.transfers: dict[str, Transfer] = {}
        self.cases: dict[str, Case] = {}
        self.orders: dict[str, Order] = {}
        self.notes: dict[str, tuple[str, str | None, list[str]]] = {}  # delivery note: shop, order, sets
        self.lists: dict[str, Listing] = {}
        self.counts: dict[str, Count] = {}
        self.asked: set[str] = set()  # bookings that somebody wants to have taken back, too late to do so alone
        self.nils: dict[str, str] = {}  # by phone the newest

    # ---- questions

    def model_of(self, imei: str) -> str:
        return self.sets[imei].model if imei in self.sets else self.models[imei[:8]]

    def state(self, imei: str) -> str:
        return self.sets[imei].state if imei in self.sets else "made"

    def counts_as_stock(self, state: str) -> bool:
        return state in ("received", "in_stock") or (state == "shipped" and not self.required)

    def known(self, shop: str, model: str) -> int:
        return sum(
            one.holder == shop and one.model == model and self.counts_as_stock(one.state) for one in self.sets.values()
        )

    def unlisted(self, shop: str, model: str) -> int:
        return max(0, self.book[shop, model] - self.known(shop, model))

    def nowhere(self, imei: str) -> bool:
        return self.state(imei) in ("made", "in_depot")

    def for_sale(self, imei: str, shop: str) -> bool:
        """Whether a shop may sell a set: it has it, or no shop ever did."""
        return self.nowhere(imei) or (self.state(imei) in HERE and self.sets[imei].holder == shop)

    def has(self, imei: str, shop: str) -> bool:
        return self.state(imei) in HERE and self.sets[imei].holder == shop

    def live(self, imei: str) -> Sale | None:
        return next((one for one in self.sales if one.imei == imei and one.back is None), None)

    def wanting(self, shop: str, model: str, since: date) -> list[Sale]:
        """The sales by number whose IMEIs may still come, the oldest first."""
        found = [s for s in self.sales if s.imei is None and s.shop == shop and s.model == model and s.quantity > 0]
        return sorted((s for s in found if s.day >= since), key=lambda sale: (sale.day, sale.reference))

    def on_the_way(self, shop: str) -> dict[str, list[str]]:
        """By delivery note, the sets that a shop has yet to receive."""
        found: dict[str, list[str]] = {}
        for imei, one in self.sets.items():
            if one.place == ("shipped", shop):
                note = next(ref for ref, kind, _ in reversed(one.steps) if kind == "shipped")
                found.setdefault(note, []).append(imei)
        return found

    def old(self, reference: str) -> bool:
        """Whether a booking is older than the hours in which whoever made it takes it back."""
        return self.now - self.bookings[reference].at > timedelta(hours=24)

    def may_undo(self, reference: str) -> bool:
        """Whether everything that a booking did can still be taken back, by whoever may."""
        booking = self.bookings[reference]
        if booking.undone:
            return False
        if booking.verb == "give":
            return self.transfers[reference].state == "open"
        if booking.verb == "return":
            return self.cases[reference].state == "open" and not self.cases[reference].arrived
        if any(one.fills == reference for one in self.sales):
            return False
        return not any(one.moved_on(reference) for one in self.sets.values())

    # ---- deeds

    def begin(self, now: datetime) -> None:
        self.now = now

    def _set(self, imei: str) -> Set_:
        return self.sets.setdefault(imei, Set_(self.models[imei[:8]]))

    def move(self, imei: str, reference: str, kind: str, state: str, holder: str | None) -> None:
        self._set(imei).go(reference, kind, state, holder)
        self.at[imei] = self.now

    def book_it(self, reference: str, verb: str, shop: str, phone: str) -> Booking:
        assert reference not in self.bookings, reference
        return self.bookings.setdefault(reference, Booking(verb, shop, phone, self.now))

    def change(self, reference: str, shop: str, model: str, quantity: int) -> None:
        self.book[shop, model] += quantity
        booking = self.bookings.get(reference)
        if booking is not None:
            booking.stock[shop, model] += quantity

    def sell(
        self, reference: str, shop: str, phone: str, imeis: list[str], day: date, filling: dict[str, Sale]
    ) -> None:
        self.book_it(reference, "sale", shop, phone)
        strangers: Counter[str] = Counter()
        left: Counter[str] = Counter()
        before = {model: self.unlisted(shop, model) for model in set(self.models.values())}
        for imei in imeis:
            model, fills = self.model_of(imei), filling.get(imei)
            if self.nowhere(imei):
                strangers[model] += fills is None
            elif self.counts_as_stock(self.state(imei)):
                left[model] += fills is None
            self.move(imei, reference, "sold", "sold", shop)
            self.sales.append(
                Sale(reference, shop, fills.day if fills else day, model, 1, imei, fills.reference if fills else None)
            )
            if fills is not None:
                fills.quantity -= 1
        for model in {*strangers, *left}:
            self.change(reference, shop, model, -left[model] - min(strangers[model], before[model]))

    def sell_of_another(self, reference: str, shop: str, phone: str, imei: str, day: date, told: datetime) -> None:
        """A sale on hold is approved: the set leaves the shop that had it for the one that sold it."""
        self.book_it(reference, "sale", shop, phone).at = told
        one, model = self.sets[imei], self.model_of(imei)
        if one.holder != shop:
            if self.counts_as_stock(one.state):
                self.change(reference, one.holder or "", model, -1)
            self.move(imei, reference, "moved", "in_stock", shop)
        elif self.counts_as_stock(one.state):
            self.change(reference, shop, model, -1)
        self.move(imei, reference, "sold", "sold", shop)
        self.sales.append(Sale(reference, shop, day, model, 1, imei))

    def sell_number(self, reference: str, shop: str, phone: str, model: str, number: int, day: date) -> None:
        self.book_it(reference, "sale", shop, phone)
        self.sales.append(Sale(reference, shop, day, model, number))
        self.change(reference, shop, model, -number)

    def find(self, reference: str, shop: str, imeis: list[str], verb: str, phone: str) -> None:
        """Sets that a shop registers, or receives by IMEI."""
        self.book_it(reference, verb, shop, phone)
        self.take_in(reference, shop, imeis)

    def take_in(self, reference: str, shop: str, imeis: list[str], received: str = "in_stock") -> None:
        for imei in imeis:
            state, model = self.state(imei), self.model_of(imei)
            if not self.counts_as_stock(state):
                self.change(reference, shop, model, 1)
            if state == "shipped":
                self.move(imei, reference, "received", received, shop)
            else:
                self.move(imei, reference, "found", "in_stock", shop)

    def give(self, reference: str, giver: str, receiver: str, phone: str, imeis: list[str], until: datetime) -> None:
        models = Counter(map(self.model_of, imeis))
        book = Counter(self.model_of(imei) for imei in imeis if self.counts_as_stock(self.state(imei)))
        self.book_it(reference, "give", giver, phone)
        for imei in imeis:
            self.move(imei, reference, "given", "in_transfer", giver)
        self._begin(reference, Transfer(giver, receiver, until, models, book, tuple(imeis)))

    def give_number(
        self, reference: str, giver: str, receiver: str, phone: str, model: str, n: int, until: datetime
    ) -> None:
        self.book_it(reference, "give", giver, phone)
        self._begin(reference, Transfer(giver, receiver, until, Counter({model: n}), Counter({model: n}), ()))

    def _begin(self, reference: str, found: Transfer) -> None:
        self.transfers[reference] = found
        for model, number in found.book.items():
            self.book[found.giver, model] -= number

    def end_transfer(self, reference: str, state: str) -> None:
        found = self.transfers[reference]
        found.state = state
        if state == "undone":
            self.bookings[reference].undone = True
        for imei in found.imeis:
            if state == "taken":
                self.move(imei, reference, "taken", "in_stock", found.receiver)
            else:
                self.sets[imei].back(reference)
                self.at[imei] = self.now
        shop, what = (found.receiver, found.models) if state == "taken" else (found.giver, found.book)
        for model, number in what.items():
            self.book[shop, model] += number

    def lapse(self) -> None:
        for reference, found in self.transfers.items():
            if found.state == "open" and found.until <= self.now:
                self.end_transfer(reference, "lapsed")
        for shop, listing in list(self.lists.items()):
            if listing.until <= self.now:
                del self.lists[shop]

    def send_back(self, reference: str, shop: str, phone: str, imeis: list[str]) -> None:
        self.book_it(reference, "return", shop, phone)
        case = self.cases.setdefault(reference, Case(shop, {}))
        for imei in imeis:
            sale = self.live(imei)
            case.sets[imei] = sale.reference if sale is not None else None
            if sale is not None:
                sale.back = reference
                self.move(imei, reference, "returned", "returned", shop)
                continue
            if self.counts_as_stock(self.state(imei)):
                self.book[shop, self.model_of(imei)] -= 1
            self.move(imei, reference, "sent_back", "returning", self.sets[imei].holder)

    def keep_back(self, reference: str, imei: str) -> None:
        """A set is as it was before its return."""
        self.sets[imei].back(reference)
        self.at[imei] = self.now
        case = self.cases[reference]
        if case.sets[imei] is None and self.counts_as_stock(self.state(imei)):
            self.book[case.shop, self.model_of(imei)] += 1

    def unmoved(self, reference: str) -> bool:
        return all(self.sets[imei].steps[-1][0] == reference for imei in self.cases[reference].sets)

    def undo_case(self, reference: str) -> None:
        case = self.cases[reference]
        case.state, self.bookings[reference].undone = "undone", True
        for imei in case.sets:
            self.keep_back(reference, imei)
        for sale in self.sales:
            if sale.back == reference:
                sale.back = None

    def reject_case(self, reference: str) -> None:
        case = self.cases[reference]
        case.state = "rejected"
        for imei in sorted(case.sets):
            state = self.state(imei)
            if state == "returning":
                self.keep_back(reference, imei)
                continue
            after = "in_stock" if state == "returned" else "shipped"
            if after == "shipped":
                self.notes.setdefault(reference, (case.shop, None, []))[2].append(imei)
            self.move(imei, reference, "restocked" if after == "in_stock" else "shipped", after, case.shop)
            if self.counts_as_stock(after):
                self.book[case.shop, self.model_of(imei)] += 1

    def creditable(self, imei: str, case: str) -> int | None:
        """What a set was invoiced at last, if that was not credited since; None where it never was."""
        for reference, kind, _ in reversed(self.sets[imei].steps):
            found = self.cases.get(reference)
            if reference == case:
                continue
            if found is not None and kind in ("returned", "sent_back") and found.state in ("credited", "replaced"):
                return None
            if kind == "shipped" and found is None:
                return self.money.invoiced[reference, imei]
            if kind == "shipped" and found is not None and found.state == "replaced":
                old = next(old for old, new in found.replaced.items() if new == imei)
                return self.creditable(old, reference)
        return None

    def credit_case(self, reference: str) -> None:
        case = self.cases[reference]
        case.state = "credited"
        total = sum(self.creditable(imei, reference) or 0 for imei in case.sets)
        self.money.post(reference, case.shop, "return", -total)

    def replace_case(self, reference: str, new: list[str]) -> None:
        case = self.cases[reference]
        case.state = "replaced"
        for old, fresh in zip(sorted(case.sets), new, strict=True):
            case.replaced[old] = fresh
            self.move(old, reference, "replaced", "replaced", None)
            self.move(fresh, reference, "shipped", "shipped", case.shop)
            self.notes.setdefault(reference, (case.shop, None, []))[2].append(fresh)
            if self.counts_as_stock("shipped"):
                self.book[case.shop, self.model_of(fresh)] += 1

    def arrive(self, reference: str, depot: str, imeis: list[str], *, sound: bool) -> None:
        self.cases[reference].arrived.update(imeis)
        for imei in imeis:
            self.move(imei, reference, "arrived" if sound else "in_repair", "in_depot" if sound else "in_repair", depot)

    def may_ship(self, imei: str) -> bool:
        """Whether a set can leave for a shop: it is nobody's, in a depot or its repair shop, or left one unshipped."""
        one = self.sets.get(imei)
        if one is None or one.state in ("made", "in_depot", "in_repair"):
            return True
        kinds = [kind for _, kind, _ in one.steps if kind in ("arrived", "shipped")]
        if one.state not in (*HERE, "sold", "in_transfer"):
            return False
        if kinds and kinds[-1] == "shipped":
            return False
        return one.state in ("sold", "in_stock", "received")

    def ship(self, note: str, shop: str, imei: str, order: str | None) -> None:
        one = self._set(imei)
        day = self.now.astimezone(ZONE).date()
        price = self.money.price(shop, one.model, day) if order is None else self.orders[order].price[one.model]
        self.money.invoice(note, shop, imei, price, day)
        if one.state in ("sold", "in_stock", "received"):  # it only says where the set came from
            self.move(imei, note, "shipped", *one.place)
        else:
            self.move(imei, note, "shipped", "shipped", shop)
            if self.counts_as_stock("shipped"):
                self.book[shop, one.model] += 1
        self.at[imei] = datetime.combine(self.now.date(), time(), tzinfo=ZONE)  # a file knows no more than the day
        self.notes.setdefault(note, (shop, order, []))[2].append(imei)
        if order is not None:
            found = self.orders[order]
            if found.state == "confirmed":
                found.approved = Counter(found.lines)
            found.shipped[one.model] += 1
            found.state = "shipped" if found.shipped.total() == found.approved.total() else "part_shipped"

    def receive(self, reference: str, shop: str, phone: str, imeis: list[str]) -> None:
        """All of what is on its way under a note."""
        self.book_it(reference, "receive", shop, phone)
        self.take_in(reference, shop, imeis, "received" if self.required else "in_stock")

    def undo(self, reference: str) -> None:
        booking = self.bookings[reference]
        self.asked.discard(reference)
        if booking.verb == "give":
            self.end_transfer(reference, "undone")
            return
        if booking.verb == "return":
            self.undo_case(reference)
            return
        booking.undone = True
        for imei, one in self.sets.items():
            if any(step[0] == reference for step in one.steps):
                one.back(reference)
                self.at[imei] = self.now
        for place, number in booking.stock.items():
            self.book[place] -= number
        for sale in [one for one in self.sales if one.reference == reference]:
            self.sales.remove(sale)
            if sale.fills is not None:
                number = next(s for s in self.sales if s.reference == sale.fills and s.model == sale.model)
                number.quantity += 1
        if reference in self.counts:
            self.counts[reference].state = "undone"

    # ---- money

    def open_orders(self, shop: str) -> int:
        """What the orders of a shop that have not left come to."""
        return sum(one.open_value() for one in self.orders.values() if one.shop == shop)

    def free(self, shop: str) -> int:
        """What a shop may still order."""
        return self.money.free(shop, self.open_orders(shop), self.now.astimezone(ZONE).date())

    # ---- counting

    def count_number(self, reference: str, shop: str, phone: str, model: str, number: int) -> None:
        self.book_it(reference, "count", shop, phone)
        change = number - self.book[shop, model]
        waits = self.propose and bool(change)
        self.counts[reference] = Count(shop, "waiting" if waits else "booked", Counter({model: change}))
        if not waits:
            self.change(reference, shop, model, change)

    def list_sets(self, shop: str, imeis: list[str], hours: int) -> None:
        until = self.now + timedelta(hours=hours)
        listing = self.lists.setdefault(shop, Listing(self.now, until))
        listing.until = until
        for imei in imeis:
            listing.sets.setdefault(imei, self.now)

    def end_list(self, reference: str, shop: str, phone: str) -> Count:
        listing = self.lists.pop(shop)
        new: dict[str, str] = {}
        models: set[str] = set()
        for imei, told in listing.sets.items():
            state, model = self.state(imei), self.model_of(imei)
            mine = imei in self.sets and self.sets[imei].holder == shop
            if self.nowhere(imei) or state == "lost":
                new[imei] = model
                models.add(model)
            elif (state in ("sold", "in_transfer") and mine and self.at[imei] > told) or (
                self.counts_as_stock(state) and mine
            ):
                models.add(model)
        missing = {
            imei: one.model
            for imei, one in self.sets.items()
            if one.model in models
            and one.holder == shop
            and self.counts_as_stock(one.state)
            and imei not in listing.sets
            and self.at[imei] <= listing.opened
        }
        numbers = Counter({model: self.known(shop, model) - self.book[shop, model] for model in models})
        changes = bool(new or missing or any(numbers.values()))
        state = "waiting" if self.propose and changes else "part" if missing else "booked"
        found = self.counts[reference] = Count(shop, state, numbers, new, missing)
        self.book_it(reference, "count", shop, phone)
        if state != "waiting":
            self._take_count(reference, found)
        return found

    def _take_count(self, reference: str, found: Count) -> None:
        for model, number in found.numbers.items():
            self.change(reference, found.shop, model, number)
        for imei, model in found.new.items():
            if self.nowhere(imei) or self.state(imei) == "lost":
                self.move(imei, reference, "found", "in_stock", found.shop)
                self.change(reference, found.shop, model, 1)

    def decide_count(self, reference: str, *, approved: bool) -> None:
        found = self.counts[reference]
        waited, found.state = found.state, "approved" if approved else "rejected"
        if not approved:
            return
        if waited == "waiting":
            self._take_count(reference, found)
        for imei, model in found.missing.items():
            one = self.sets[imei]
            if one.holder == found.shop and self.counts_as_stock(one.state):
                self.move(imei, reference, "lost", "lost", None)
                self.change(reference, found.shop, model, -1)
