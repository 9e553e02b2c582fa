"""A ledger over dictionaries: what the store does in SQL, as plainly as it can be said, for tests of the rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from smsgw.business.audiences.rules import expression as audience
from smsgw.business.audiences.rules.groups import GROUPS, MOST_COUNTED
from smsgw.business.broadcasts.rules import states as job
from smsgw.business.broadcasts.rules.broadcasts import (
    Broadcast,
    BroadcastCancelled,
    BroadcastDrafted,
    BroadcastLapsed,
    BroadcastStarted,
    BroadcastTried,
    Survey,
    SurveyAnswered,
)
from smsgw.business.broadcasts.rules.draft import Estimate
from smsgw.business.catalogue.rules import Product
from smsgw.business.consent.rules import Consent, ConsentGiven, has_stopped
from smsgw.business.conversation.rules import undo_requests
from smsgw.business.conversation.rules.records import (
    Answered,
    Asked,
    Booked,
    LanguageChosen,
    Passed,
    Remembered,
    Retold,
    Undone,
)
from smsgw.business.conversation.rules.undo_requests import UndoAsked, UndoDecided, UndoRequest, UndoTold
from smsgw.business.conversation.rules.unfinished import Unfinished
from smsgw.business.core.bookings import Booking, Question
from smsgw.business.core.decision import Record
from smsgw.business.core.principal import Actor
from smsgw.business.core.trade import Trade
from smsgw.business.counts.rules import CountDecided, Counted, CountTold, ListEnded, ListOpened, SetsListed
from smsgw.business.depots.rules import Share
from smsgw.business.directory.rules import Dealer, Line
from smsgw.business.expectations.rules import Late, LateShop, ReminderAsked, Reminding
from smsgw.business.money.rules import RECEIVABLE, Debt, Movement, Posted, Statement
from smsgw.business.orders import rules as orders
from smsgw.business.orders.rules import (
    Balance,
    Order,
    OrderDecided,
    OrderDrafted,
    OrderMoved,
    OrderReceived,
    OrderShipped,
    SecondTold,
    Shipment,
    ShipmentLeft,
    Waiting,
)
from smsgw.business.payments.rules import AdviceFiled, AdviceSettled, AdviceTold
from smsgw.business.people.rules import PhoneBlocked, PhoneUnblocked
from smsgw.business.prices.rules import Change, Price
from smsgw.business.protection.rules.claims import ClaimFiled, ClaimSettled, ClaimTold
from smsgw.business.receipts.rules.arrivals import ReceiptBooked
from smsgw.business.returns.rules.cases import (
    ReturnArrived,
    ReturnBegun,
    ReturnReasoned,
    ReturnSettled,
    ReturnTold,
)
from smsgw.business.sales.rules.holds import HoldBegun, HoldReasoned, HoldReminded, HoldSettled, HoldTold
from smsgw.business.sales.rules.ledger import Sold
from smsgw.business.sales.rules.lines import (
    NilBooked,
    SaleLine,
    SaleLineBooked,
    SaleLineRestored,
    SaleLineReturned,
    Wanting,
)
from smsgw.business.stock.rules import CountLineBooked, Level, StockMoved
from smsgw.business.tickets.rules import TicketMoved, TicketOpened
from smsgw.business.transfers.rules import TransferBegun, TransferSettled, TransferTold
from smsgw.business.units.rules import states as units
from smsgw.business.units.rules.activations import Activation
from smsgw.business.units.rules.states import Unit, UnitEvent, UnitMoved
from smsgw.business.visits.rules import Visited
from smsgw.calendar.days import business_date
from smsgw.calendar.hours import Calendar
from smsgw.gateway.outbound.tariff import LinkTariff
from smsgw.settings.sections import Settings
from smsgw.values.names import fold
from tests.business.dict_counts import DictCounts
from tests.business.dict_holds import DictHolds
from tests.business.dict_payments import DictPayments
from tests.business.dict_protection import DictProtection
from tests.business.dict_receipts import DictReceipts
from tests.business.dict_returns import DictReturns
from tests.business.dict_tickets import DictTickets
from tests.business.dict_transfers import DictTransfers

START = datetime(2026, 4, 15, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai, a Wednesday


@dataclass
class Owed:
    """A report that a shop owes."""

    rule: str
    period: date
    dealer: str
    due_at: datetime
    closes_at: datetime
    reported_at: datetime | None = None
    excused: bool = False


def out_of_balance(postings: Iterable[Posted]) -> dict[tuple[str, str, str], int]:
    """What each reference, kind and currency fails to sum to zero by; empty for books that balance."""
    sums: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for leg in postings:
        sums[leg.reference, leg.kind, leg.currency] += leg.amount
    return {key: total for key, total in sums.items() if total}


def open_value(order: orders.Order) -> int:
    """What of an order counts against the limit: the value of the sets not yet shipped, in minor units."""
    if order.state not in orders.OPEN:
        return 0
    waits = order.state == orders.CONFIRMED
    return sum(((line.quantity if waits else line.approved) - line.shipped) * line.price for line in order.lines)


def approve(line: orders.OrderLine, some: Mapping[str, int] | None) -> orders.OrderLine:
    """A line as it is approved: all of it (None), or of its model so many sets."""
    return replace(line, approved=line.quantity if some is None else some.get(line.model, 0))


class Part:
    """The questions about one subject."""

    all: DictLedger

    def __init__(self, ledger: DictLedger) -> None:
        self.all = ledger


class DictVisits(Part):
    def __init__(self, ledger: DictLedger) -> None:
        super().__init__(ledger)
        self.made: dict[str, tuple[str, date]] = {}

    def last(self, dealer: str) -> date | None:
        days = [on for ref, (at, on) in self.made.items() if at == dealer and not self.all.headers[ref].undone]
        return max(days, default=None)


class DictDirectory(Part):
    def actor(self, phone: str) -> Actor | None:
        return self.all.actors.get(phone)

    def line(self, phone: str) -> Line | None:
        found = self.all.actors.get(phone) or self.all.blocked.get(phone)
        return Line(found, phone in self.all.actors) if found else None

    def dealer(self, code: str) -> Dealer | None:
        return self.all.dealers.get(code)

    def phones_of(self, dealer: str, roles: Sequence[str]) -> Sequence[str]:
        return sorted(each.phone for each in self.all.actors.values() if each.dealer == dealer and each.role in roles)

    def covers(self, region: str, dealer: Dealer) -> bool:
        at: str | None = dealer.region
        while at is not None and at != region:
            at = self.all.parents.get(at)
        return at == region

    def above(self, region: str) -> Sequence[str]:
        way: list[str] = []
        at: str | None = region if region in self.all.parents else None
        while at is not None:
            way.append(at)
            at = self.all.parents.get(at)
        return way

    def lies_in(self, region: str, other: str) -> bool:
        at: str | None = region if region in self.all.parents else None
        while at is not None and at != other:
            at = self.all.parents.get(at)
        return at == other

    def find_dealers(self, text: str, region: str | None) -> Sequence[tuple[str, str]]:
        return [
            (code, dealer.name)
            for code, dealer in sorted(self.all.dealers.items())
            if dealer.active
            and text.lower() in f"{code} {dealer.name}".lower()
            and (region is None or self.covers(region, dealer))
        ]

    def some_dealer(self, region: str | None) -> str | None:
        return next((code for code, _ in self.find_dealers("", region)), None)


class DictCatalogue(Part):
    def product(self, code: str) -> Product | None:
        return self.all.products.get(code)

    def model_of(self, imei: str) -> str | None:
        return self.all.tacs.get(imei[:8])

    def some_model(self) -> str | None:
        return min(self.all.products, key=lambda code: (code.isdigit(), code), default=None)

    def find_products(self, text: str) -> Sequence[Product]:
        found = [each for each in self.all.products.values() if fold(text) in fold(f"{each.code} | {each.name}")]
        return sorted(found, key=lambda product: product.code)


class DictConsent(Part):
    def history(self, phone: str) -> Sequence[Consent]:
        return tuple(self.all.words[phone])

    def was_notified(self, phone: str, since: datetime) -> bool:
        return any(number == phone and at >= since for number, at in self.all.notices)

    def owners_hearing(self, dealer: str, topic: str) -> Sequence[str]:
        owners = [actor.phone for actor in self.all.actors.values() if (actor.dealer, actor.role) == (dealer, "owner")]
        return [phone for phone in owners if not self.all.stopped(phone, topic)]


class DictConversation(Part):
    def booking(self, reference: str) -> Booking | None:
        return self.all.headers.get(reference)

    def hold(self, reference: str) -> Booking | None:
        return self.all.headers.get(reference)

    def bookings(self, phone: str, limit: int) -> Sequence[Booking]:
        mine = [booking for booking in self.all.headers.values() if booking.phone == phone]
        return mine[::-1][:limit]

    def questions(self, phone: str) -> Sequence[Question]:
        return tuple(question for question in reversed(self.all.asked) if question.phone == phone)

    def unfinished(self, phone: str) -> Unfinished | None:
        return self.all.unfinished.get(phone)

    def undo_request(self, reference: str) -> UndoRequest | None:
        return next((one for one in reversed(self.all.undo_requests) if one.reference == reference), None)

    def undo_requests(self, region: str | None) -> Sequence[str]:
        waiting = [one.reference for one in self.all.undo_requests if one.state == undo_requests.OPEN]
        return [each for each in waiting if region is None or self._lies_in(region, self.all.headers[each].dealer)]

    def lapsed_undo_requests(self, until: datetime, limit: int) -> Sequence[str]:
        return ()  # by the clock, which these books have none of

    def _lies_in(self, region: str, dealer: str | None) -> bool:
        return dealer is not None and self.all.directory.covers(region, self.all.dealers[dealer])

    def booked_before(self, phone: str, folded: str, since: datetime) -> Booking | None:
        for sender, text, at, reference in self.all.texts:
            booking = self.all.headers[reference]
            if (sender, text) == (phone, folded) and at >= since and not booking.undone:
                return booking
        return None


class DictUnits(dict[str, Unit]):
    """The units by IMEI, and the questions about them."""

    def __init__(self, ledger: DictLedger) -> None:
        super().__init__()
        self.all = ledger

    def find(self, imei: str) -> Unit | None:
        found = self.get(imei)
        if found is not None:
            return found
        return next((unit for unit in self.values() if unit.imei2 == imei), None)

    def sale_of(self, imei: str) -> Booking | None:
        line = next((line for line in self.all._live_lines() if line.imei == imei), None)
        return self.all.headers[line.reference] if line else None

    def held(self, dealer: str) -> Mapping[str, str]:
        out: dict[str, str] = {}
        for unit in self.values():
            if unit.holder == dealer and units.in_stock(unit.state, self.all._trade):
                out[unit.imei] = unit.model
                if unit.imei2:
                    out[unit.imei2] = unit.model
        return out

    def returned(self, dealer: str) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for unit in self.values():
            if unit.holder == dealer and unit.state == units.RETURNED:
                found[unit.model] = found.get(unit.model, 0) + 1
        return found

    def _in_depots(self, model: str) -> Mapping[str, int]:
        counted: dict[str, int] = {}
        for unit in self.values():
            if unit.model == model and unit.state == units.IN_DEPOT and unit.holder:
                counted[unit.holder] = counted.get(unit.holder, 0) + 1
        return counted

    def supplied(self, model: str, region: str) -> int:
        return sum(self._in_depots(model).values())

    def coming(self, dealer: str, model: str) -> int:
        return sum((u.holder, u.model, u.state) == (dealer, model, units.SHIPPED) for u in self.values())

    def in_transit(self, dealer: str) -> Mapping[str, int]:
        notes: dict[str, int] = {}
        for unit in self.values():
            if (unit.holder, unit.state) == (dealer, units.SHIPPED):
                note = [e for e in self.all.events[unit.imei] if e.kind == "shipped" and not e.reverses][-1].reference
                notes[note or ""] = notes.get(note or "", 0) + 1
        return notes

    def activations(self, unit: Unit) -> Sequence[Activation]:
        return ()

    def trail(self, imei: str) -> Sequence[UnitEvent]:
        return tuple(self.all.events[imei])

    def events(self, reference: str) -> Sequence[UnitEvent]:
        return tuple(e for trail in self.all.events.values() for e in trail if e.reference == reference)


class DictStock(Part):
    def levels(self, dealer: str) -> Mapping[str, Level]:
        levels: dict[str, Level] = {}
        for row in self.all.stock_rows:
            if row.dealer == dealer:
                was = levels.get(row.model, Level(0, 0))
                levels[row.model] = Level(was.quantity + row.quantity, was.units + row.units)
        return levels

    def entries(self, reference: str) -> Sequence[StockMoved]:
        return tuple(row for row in self.all.stock_rows if row.reference == reference)


class DictSales(Part):
    @property
    def holds(self) -> DictHolds:
        return self.all.holds

    def sold(self, dealer: str, since: date, until: date) -> Mapping[str, int]:
        sets: defaultdict[str, int] = defaultdict(int)
        for line in self.all._live_lines():
            if line.dealer == dealer and since <= line.on <= until:
                sets[line.model] += line.quantity
        return dict(sets)

    def sold_this_week(self, dealer: str, today: date, monday: date) -> tuple[int, int]:
        return sum(self.sold(dealer, today, today).values()), sum(self.sold(dealer, monday, today).values())

    def sold_in(self, region: str | None, since: date, until: date) -> Sold:
        found: tuple[defaultdict[str, int], defaultdict[str, int]] = defaultdict(int), defaultdict(int)
        for line in self.all._live_lines():
            dealer = self.all.dealers[line.dealer]
            if since <= line.on <= until and (region is None or self.all.directory.covers(region, dealer)):
                found[0][line.dealer] += line.quantity
                found[1][line.model] += line.quantity
        return Sold(dict(found[0]), dict(found[1]))

    def last_sale_on(self, dealer: str) -> date | None:
        return max((line.on for line in self.all._live_lines() if line.dealer == dealer), default=None)

    def lines(self, reference: str) -> Sequence[SaleLine]:
        return tuple(line for line in self.all._live_lines() if line.reference == reference)

    def undone_lines(self, reference: str) -> Sequence[SaleLine]:
        back = self.all.returns.by_sale
        return tuple(
            line
            for line in self.all.lines
            if line.reference == reference and (reference, line.imei or "") not in back
            if self.all.headers[reference].undone
        )

    def bookings_of(self, dealer: str, on: date, phones: Sequence[str], since: datetime) -> Sequence[str]:
        headers = self.all.headers
        found = {line.reference for line in self.all._live_lines() if (line.dealer, line.on) == (dealer, on)}
        mine = [one for one in found if headers[one].phone in phones and headers[one].at >= since]
        return sorted(mine, key=lambda reference: (len(reference), reference))

    def nil_of(self, dealer: str, on: date) -> str | None:
        live = [nil.reference for nil in self.all.nils if (nil.dealer, nil.on) == (dealer, on)]
        live = [reference for reference in live if not self.all.headers[reference].undone]
        return max(live, key=lambda reference: (len(reference), reference), default=None)

    def undone_by_nil(self, reference: str) -> Sequence[str]:
        return next((nil.undid for nil in self.all.nils if nil.reference == reference), ())

    def wanting(self, dealer: str) -> Sequence[Wanting]:
        since = self.all.now.date() - timedelta(days=self.all.trade.imei_days)
        return sorted(
            (
                Wanting(line.reference, line.model, line.on, line.quantity)
                for line in self.all._live_lines()
                if line.dealer == dealer and line.imei is None and line.on >= since and self.all.trade.imei_days
            ),
            key=lambda line: line.on,
        )

    def filled_by(self, reference: str) -> str | None:
        kept = [line for line in self.all.lines if not self.all.headers[line.reference].undone]
        return next((line.reference for line in kept if line.fills == reference), None)

    def came_back(self, reference: str) -> bool:
        return any(sale == reference for sale, _ in self.all.returns.by_sale)


class DictPrices(list[tuple[str, Price]]):
    """The prices with their tiers, and the question about them."""

    def __init__(self, ledger: DictLedger) -> None:
        super().__init__()
        self.all = ledger

    def in_force(self, model: str, shop: Dealer | None, on: date) -> Price | None:
        for wanted in (shop.tier if shop else "", ""):
            found = [p for t, p in self if p.model == model and t == wanted and p.valid_from <= on]
            if found:
                return max(found, key=lambda price: price.valid_from)
        return None

    def coming(self, model: str, shop: Dealer | None, after: date) -> Change | None:
        now = self.in_force(model, shop, after)
        for day in sorted({p.valid_from for _, p in self if p.model == model and p.valid_from > after}):
            then = self.in_force(model, shop, day)
            if now is None or then is None or then.terms != now.terms:
                return Change(day, then)
        return None


class DictMoney(Part):
    def debt(self, dealer: str, currency: str, today: date) -> Debt:
        legs = [leg for leg in self.all.postings if (leg.dealer, leg.account) == (dealer, RECEIVABLE)]
        invoices: dict[date, int] = {}
        paid = 0
        for leg in legs:
            if leg.due_on is None:
                paid -= leg.amount
            else:
                invoices[leg.due_on] = invoices.get(leg.due_on, 0) + leg.amount
        late = {}
        for due, amount in sorted(invoices.items()):  # the oldest is paid first
            settled = min(paid, amount)
            paid -= settled
            if due < today and amount > settled:
                late[due] = amount - settled
        aged = [0, 0, 0, 0]
        for due, amount in late.items():
            aged[min(3, ((today - due).days - 1) // 30)] += amount
        return Debt(sum(leg.amount for leg in legs), sum(late.values()), min(late, default=None), tuple(aged))

    def statement(self, dealer: str, currency: str, since: datetime, until: datetime) -> Statement:
        legs = [
            (at, leg)
            for at, leg in zip(self.all.posted_at, self.all.postings, strict=True)
            if (leg.dealer, leg.account) == (dealer, RECEIVABLE)
        ]
        within = [(at, leg) for at, leg in legs if since <= at < until]
        opening = sum(leg.amount for at, leg in legs if at < since)
        moved = tuple(Movement(at, leg.reference, leg.kind, leg.amount) for at, leg in within)
        return Statement(opening, moved, opening + sum(leg.amount for _, leg in within))

    def postings(self, reference: str) -> Sequence[Posted]:
        return tuple(leg for leg in self.all.postings if leg.reference == reference)


class DictDepots(dict[tuple[str, str], int]):
    """What is free in depots, by depot and model; none: there are no depots."""

    def available(self, models: Collection[str]) -> Mapping[str, int] | None:
        if not self:
            return None
        return {wanted: sum(sets for (_, model), sets in self.items() if model == wanted) for wanted in models}

    def free(self, models: Collection[str], region: str, depot: str | None) -> Sequence[Share]:
        return [Share(code, model, sets) for (code, model), sets in self.items() if model in models]

    def allocated(self, reference: str) -> Sequence[Share]:
        return ()


class DictOrders(Part):
    def balance(self, dealer: str, today: date) -> Balance:
        debt = self.all.money.debt(dealer, "", today)
        waiting = sum(open_value(order) for order in self.all.placed.values() if order.dealer == dealer)
        return Balance(debt.owed, waiting, debt.overdue, debt.oldest)

    def find(self, reference: str) -> Order | None:
        return self.all.placed.get(reference)

    def of_dealer(self, dealer: str, states: Sequence[str]) -> Sequence[Order]:
        found = [order for order in self.all.placed.values() if order.dealer == dealer and order.state in states]
        return sorted(found, key=lambda order: order.at, reverse=True)

    def waiting(self, region: str | None) -> Sequence[str]:
        return [order.reference for order in self.waiting_orders(region)]

    def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        past = [order for order in self.all.placed.values() if order.state == orders.DRAFT]
        return [order.reference for order in past if orders.expired(order, now)][:limit]

    def shipments(self, reference: str) -> Sequence[Shipment]:
        left = [record for record in self.all.left if record.order == reference]
        notes: dict[str, Shipment] = {}
        for each in left:
            before = notes.get(each.shipment)
            sets = each.sets + (before.sets if before else 0)
            notes[each.shipment] = Shipment(each.shipment, sets, each.shipped_on, each.carrier, each.due_on)
        return sorted(notes.values(), key=lambda note: (note.shipped_on, note.due_on or date.min, note.shipment))

    def reached_at(self, reference: str) -> datetime | None:
        return self.all.reached.get(reference)

    def waiting_orders(self, region: str | None) -> Sequence[Waiting]:
        found = [
            order
            for order in self.all.placed.values()
            if order.state == orders.CONFIRMED
            and (region is None or self.all.directory.covers(region, self.all.dealers[order.dealer]))
        ]
        return [
            Waiting(order.reference, order.dealer, order.total, order.currency)
            for order in sorted(found, key=lambda order: (order.at, int(order.reference[1:])))
        ]


class DictExpectations(Part):
    def late(self, region: str | None) -> Late:
        def day(at: datetime) -> date:
            return business_date(at, self.all._trade.timezone)

        due = [
            owed
            for owed in self.all.owed
            if self.all._now - timedelta(days=7) < owed.due_at <= self.all._now
            and not owed.excused
            and self.all.dealers[owed.dealer].active
            and (region is None or self.all.directory.covers(region, self.all.dealers[owed.dealer]))
        ]
        if not due:
            return Late(None, 0, ())
        on = day(max(owed.due_at for owed in due))
        due = [owed for owed in due if day(owed.due_at) == on or owed.closes_at > self.all._now]
        shops = []
        for code in {owed.dealer for owed in due if owed.reported_at is None}:
            mine = [owed for owed in self.all.owed if owed.dealer == code]
            heard = [day(owed.reported_at) for owed in mine if owed.reported_at is not None]
            last = max(heard) if heard else min(owed.period for owed in mine)
            late = [owed for owed in due if owed.dealer == code and owed.reported_at is None]
            late.sort(key=lambda owed: (-owed.due_at.timestamp(), owed.rule))
            reports = tuple((owed.rule, owed.period) for owed in late)
            shops.append(LateShop(code, (day(self.all._now) - last).days, reports))
        shops.sort(key=lambda shop: (-shop.silent, shop.dealer))
        return Late(on, len({owed.dealer for owed in due}), tuple(shops))

    def reminding(self, dealers: Sequence[str]) -> Mapping[str, Reminding]:
        found: dict[str, Reminding] = {}
        for code in dealers:
            mine = [actor for actor in self.all.actors.values() if actor.dealer == code]
            owners = [actor.phone for actor in mine if actor.role == "owner"]
            people = owners or [actor.phone for actor in mine if actor.role == "clerk"]
            sent = [at for (_, _, shop, _), at in self.all.reminders.items() if shop == code]
            opens = self.all._now
            if self.all._trade.sending:
                calendar = replace(Calendar.read(self.all._trade.sending), zone=self.all.dealers[code].timezone)
                opens = datetime.fromtimestamp(calendar.opening(self.all._now.timestamp()), UTC)
            found[code] = Reminding(
                tuple(phone for phone in people if not self.all.stopped(phone, "reminders")),
                len(people),
                any(at is None or at > self.all._now - timedelta(days=1) for at in sent),
                opens if opens > self.all._now else None,
            )
        return found


class DictBroadcasts(Part):
    def survey(self, phone: str) -> Survey | None:
        return self.all.surveys.get(phone)

    def estimate(self, group: str, area: str | None, text: str) -> Estimate | None:
        names = {name.upper(): name for name in self.all.audiences}
        node: audience.Node
        if group in self.all.parents:
            node = audience.Region(group)
        elif group in names:
            node = audience.parse(
                names[group], self.all.audiences, today=business_date(self.all._now, self.all._trade.timezone)
            )
        elif group in GROUPS:
            node = audience.Role(GROUPS[group]) if GROUPS[group] else audience.Everybody()
        else:
            return None
        if area is not None:
            node = audience.both((audience.Region(area), node))
        people, out = 0, defaultdict[str, int](int)
        for actor in self.all.actors.values():
            shop = self.all.dealers.get(actor.dealer or "")
            if not self.all._means(node, actor, shop):
                continue
            if shop is not None and not shop.active:
                out["blocked"] += 1
            elif self.all.stopped(actor.phone):
                out["stopped"] += 1
            else:
                people += 1
        staffed = {actor.dealer for actor in self.all.actors.values()}
        for shop in self.all.dealers.values():
            if shop.active and shop.code not in staffed and self.all._means(node, None, shop):
                out["no_phone"] += 1
        people = min(people, MOST_COUNTED + 1)
        each = self.all.tariff.measure(text, None, None).parts
        cost = self.all.tariff.cost(people * each, None)
        return Estimate(
            audience=audience.expression(node),
            recipients=people,
            excluded=dict(sorted(out.items())),
            parts=people * each,
            cost=cost,
            currency=self.all.tariff.currency,
            longest=each,
            average=each if people else 0,
        )

    def find(self, reference: str) -> Broadcast | None:
        return self.all.sent.get(reference)

    def was_sent_to(self, reference: str, dealer: str) -> bool:
        return dealer in self.all.sent_to[reference]


class DictLedger:
    """Books of one test. `begin` says whose message is the current one; nothing is ever rolled back."""

    def __init__(self, trade: Trade | None = None, now: datetime = START) -> None:
        self._trade = trade or Trade()
        self._now = now
        self.phone: str | None = None
        self.message = 0
        self.folded = ""
        self.actors: dict[str, Actor] = {}
        self.blocked: dict[str, Actor] = {}
        self.dealers: dict[str, Dealer] = {}
        self.parents: dict[str, str | None] = {}  # region: the one above
        self.products: dict[str, Product] = {}
        self.tacs: dict[str, str] = {}
        self.directory = DictDirectory(self)
        self.catalogue = DictCatalogue(self)
        self.consent = DictConsent(self)
        self.conversation = DictConversation(self)
        self.units = DictUnits(self)
        self.stock = DictStock(self)
        self.sales = DictSales(self)
        self.transfers = DictTransfers()
        self.returns = DictReturns(self)
        self.protection = DictProtection(self)
        self.prices = DictPrices(self)
        self.money = DictMoney(self)
        self.depots = DictDepots()
        self.orders = DictOrders(self)
        self.payments = DictPayments(self)
        self.counts = DictCounts(self)
        self.expectations = DictExpectations(self)
        self.broadcasts = DictBroadcasts(self)
        self.events: defaultdict[str, list[UnitEvent]] = defaultdict(list)
        self.stock_rows: list[StockMoved] = []
        self.lines: list[SaleLine] = []
        self.nils: list[NilBooked] = []
        self.count_lines: list[CountLineBooked] = []
        self.postings: list[Posted] = []
        self.posted_at: list[datetime] = []  # of each of them, when
        self.placed: dict[str, Order] = {}
        self.steps: list[OrderMoved] = []
        self.seconds: dict[str, tuple[str, ...]] = {}
        self.reached: dict[str, datetime] = {}  # by order, when it came to the state that it has
        self.left: list[ShipmentLeft] = []
        self.decided: dict[str, tuple[str, ...]] = {}  # by order, the phones that are told of it
        self.headers: dict[str, Booking] = {}
        self.texts: list[tuple[str, str, datetime, str]] = []  # phone, folded, at, reference
        self.asked: list[Question] = []
        self.undo_requests: list[UndoRequest] = []
        self.undos_told: dict[str, tuple[str, ...]] = {}
        self.unfinished: dict[str, Unfinished | None] = {}
        self.words: defaultdict[str, list[Consent]] = defaultdict(list)
        self.surveys: dict[str, Survey] = {}
        self.notices: list[tuple[str, datetime]] = []  # phones that got one unasked, and when
        self.owed: list[Owed] = []
        self.reminders: dict[tuple[str, date, str, str], datetime | None] = {}  # rule, period, dealer, phone: sent
        self.audiences: dict[str, str] = {}  # saved ones: name, expression
        self.sent: dict[str, Broadcast] = {}
        self.sent_to: defaultdict[str, set[str]] = defaultdict(set)  # by broadcast, the shops that have got it
        self.tried: list[str] = []
        self.tickets = DictTickets(self)
        self.visits = DictVisits(self)
        self.holds = DictHolds(self)
        self.receipts = DictReceipts(self)
        self.tariff = LinkTariff(Settings())
        self.languages: dict[int, str] = {}
        self.counters: defaultdict[str, int] = defaultdict(lambda: 1000)
        self.applied: list[Record] = []

    # ---- the current message

    def begin(self, phone: str | None = None, folded: str = "", after: timedelta = timedelta(minutes=1)) -> None:
        """A message of a phone has come, so long after the last one."""
        self._now += after
        self.phone = phone
        self.folded = folded
        self.message += 1
        self.applied = []

    @property
    def now(self) -> datetime:
        return self._now

    @property
    def trade(self) -> Trade:
        return self._trade

    # ---- what the questions have in common

    def stopped(self, phone: str, topic: str = "") -> bool:
        """For the tests: what the words of a phone come to."""
        return has_stopped(self.words[phone], topic)

    def _means(self, node: audience.Node, actor: Actor | None, shop: Dealer | None) -> bool:
        """Whether an expression means a person, or a shop that has nobody."""
        match node:
            case audience.And(nodes):
                return all(self._means(inner, actor, shop) for inner in nodes)
            case audience.Or(nodes):
                return any(self._means(inner, actor, shop) for inner in nodes)
            case audience.Not(inner):
                return not self._means(inner, actor, shop)
            case audience.Everybody():
                return True
            case audience.Region(code):
                at = shop.region if shop is not None else actor.region if actor is not None else None
                return at is not None and self.directory.lies_in(at, code)
            case audience.Role(name):
                return actor is not None and actor.role == name
            case audience.Tier(code):
                return shop is not None and shop.tier == code
            case audience.Dealers(codes):
                return shop is not None and shop.code in codes
            case _:
                raise AssertionError(node)

    def reference(self, letter: str) -> str:
        self.counters[letter] += 1
        return f"{letter}{self.counters[letter]}"

    # ---- booking

    def apply(self, records: Sequence[Record]) -> None:
        for record in records:
            if not isinstance(record, Remembered):  # which is no part of what a text decides
                self.applied.append(record)
            self._apply(record)

    def _apply(self, record: Record) -> None:
        match record:
            case Booked():
                self._book(record)
            case UnitMoved():
                self._move(record)
            case StockMoved():
                self.stock_rows.append(record)
            case SaleLineBooked():
                if record.imei is not None and any(line.imei == record.imei for line in self._live_lines()):
                    raise AssertionError(f"{record.imei} is sold twice")
                self.lines.append(
                    SaleLine(
                        record.reference,
                        record.dealer,
                        record.on,
                        record.model,
                        record.quantity,
                        record.imei,
                        record.fills,
                        record.customer,
                    )
                )
            case NilBooked():
                self.nils.append(record)
            case CountLineBooked():
                self.count_lines.append(record)
            case ListOpened() | SetsListed() | ListEnded() | Counted() | CountDecided() | CountTold():
                self.counts.book(record, self.phone)
            case Posted():
                self.postings.append(record)
                self.posted_at.append(self._now)
            case TransferBegun():
                self.transfers[record.transfer.reference] = record.transfer
            case TransferSettled():
                self.transfers.settle(record)
            case TransferTold():
                self.transfers.told.append(record)
            case AdviceFiled():
                self.payments[record.advice.reference] = record.advice
            case AdviceSettled():
                self.payments.settle(record)
            case AdviceTold():
                self.payments.told.append(record)
            case ReturnBegun():
                self.returns[record.case.reference] = record.case
            case ReturnSettled():
                self.returns.settle(record)
            case ReturnArrived():
                self.returns.arrive(record)
            case ReturnReasoned():
                self.returns.reason(record)
            case ClaimFiled():
                self.protection[record.claim.reference] = record.claim
            case ClaimSettled():
                self.protection.settle(record)
            case ClaimTold():
                self.protection.told.append(record)
            case ReturnTold():
                self.returns.told.append(record)
            case HoldBegun() | HoldReasoned() | HoldReminded() | HoldSettled() | HoldTold():
                self.holds.book(record)
            case Retold():
                self.headers[record.reference] = replace(self.headers[record.reference], summary=record.summary)
            case SaleLineReturned():
                self.returns.by_sale[record.reference, record.imei] = record.by
            case SaleLineRestored():
                del self.returns.by_sale[record.reference, record.imei]
            case OrderDrafted():
                self.placed[record.order.reference] = record.order
            case OrderMoved():
                moved = replace(self.placed[record.reference], state=record.state, why=record.why or "")
                if record.state == orders.APPROVED:
                    some = dict(record.approved) if record.approved is not None else None
                    moved = replace(moved, lines=tuple(approve(line, some) for line in moved.lines))
                self.placed[record.reference] = moved
                self.reached[record.reference] = self._now
                self.steps.append(record)
            case SecondTold():
                if not record.state:
                    self.seconds[record.reference] = record.phones
            case OrderDecided():
                if not record.cancelled:
                    self.decided[record.reference] = record.phones
            case OrderShipped():
                self._ship(record)
            case OrderReceived():
                self._receive(record)
            case ReceiptBooked():
                self.receipts[record.receipt.reference] = record.receipt
            case ShipmentLeft():
                self.left.append(record)
            case UndoAsked(reference):
                self.undo_requests.append(UndoRequest(reference, self.phone, undo_requests.OPEN))
            case UndoDecided(reference):
                self._end_request(
                    reference, undo_requests.APPROVED if record.approved else undo_requests.REJECTED, record.why
                )
            case UndoTold(reference):
                self.undos_told[reference] = record.phones
            case Undone():
                self._end_request(record.reference, undo_requests.APPROVED, "")
                self.counts.undo(record.reference)
                self.headers[record.reference] = replace(self.headers[record.reference], undone=True)
            case Asked():
                self.asked.append(replace(record.question, message=self.message))
            case Answered():
                self.asked = [q for q in self.asked if (q.reference, q.phone) != (record.reference, record.phone)]
            case Passed():
                self.asked = [
                    replace(q, passed=record.passed)
                    if (q.reference, q.phone) == (record.reference, record.phone)
                    else q
                    for q in self.asked
                ]
            case Remembered():
                said = record.said
                self.unfinished[record.phone] = (
                    replace(said, message=self.message, at=self._now) if said is not None else None
                )
            case LanguageChosen():
                if record.contact is not None:
                    self.languages[record.contact] = record.language
                    for phone, actor in self.actors.items():
                        if actor.contact == record.contact:
                            self.actors[phone] = replace(actor, language=record.language)
            case PhoneBlocked():
                self.blocked[record.phone] = self.actors.pop(record.phone)
            case PhoneUnblocked():
                self.actors[record.phone] = self.blocked.pop(record.phone)
            case ConsentGiven():
                self.words[record.phone].append(Consent(record.topic, record.granted))
            case SurveyAnswered():
                self.surveys[record.phone] = replace(self.surveys[record.phone], answer=record.option)
            case ReminderAsked():
                self.reminders[record.rule, record.period, record.dealer, record.phone] = None
            case BroadcastDrafted(reference, _, _, estimate):
                counted = (estimate.recipients, estimate.cost, estimate.currency)
                self.sent[reference] = Broadcast(reference, job.DRAFT, *counted, self.phone or "")
            case BroadcastStarted(reference):
                self._broadcast_is(reference, job.RUNNING)
            case BroadcastTried(reference):
                self.tried.append(reference)
            case BroadcastCancelled(reference) | BroadcastLapsed(reference):
                self._broadcast_is(reference, job.after(self.sent[reference].state, job.CANCEL))
            case TicketOpened(ticket):
                self.tickets.open(ticket)
            case Visited(reference, dealer, on):
                self.visits.made[reference] = (dealer, on)
            case TicketMoved():
                self.tickets.move(record, self.phone)

    def _end_request(self, reference: str, state: str, why: str) -> None:
        self.undo_requests = [
            replace(one, state=state, why=why) if (one.reference, one.state) == (reference, undo_requests.OPEN) else one
            for one in self.undo_requests
        ]

    def _broadcast_is(self, reference: str, state: str) -> None:
        self.sent[reference] = replace(self.sent[reference], state=state)

    def _book(self, record: Booked) -> None:
        if record.reference in self.headers:
            raise AssertionError(f"{record.reference} is booked twice")
        actor = self.actors.get(self.phone or "")
        self.headers[record.reference] = Booking(
            record.reference,
            record.verb,
            record.dealer,
            self.phone,
            actor.contact if actor else None,
            self.message,
            record.on,
            self._now,
            False,
            record.summary,
        )
        if self.phone:
            self.texts.append((self.phone, self.folded, self._now, record.reference))

    def _move(self, record: UnitMoved) -> None:
        trail = self.events[record.imei]
        trail.append(
            UnitEvent(
                record.imei,
                len(trail) + 1,
                record.kind,
                record.dealer,
                record.at or self._now,
                record.reference,
                self.message,
                record.reverses,
            )
        )
        known = self.units.get(record.imei)
        imei2 = record.imei2 or (known.imei2 if known else None)
        self.units[record.imei] = Unit(
            record.imei, imei2, record.model, record.state, record.holder, record.origin, len(trail)
        )

    def _ship(self, record: OrderShipped) -> None:
        order = self.placed[record.reference]
        waits = order.state == orders.CONFIRMED
        lines = tuple(
            replace(line, shipped=line.shipped + record.sets) if line.model == record.model else line
            for line in (approve(line, None) if waits else line for line in order.lines)
        )
        if record.state != order.state:
            self.reached[record.reference] = self._now
        self.placed[record.reference] = replace(
            order, lines=lines, shipped=order.shipped + record.sets, state=record.state
        )

    def _receive(self, record: OrderReceived) -> None:
        order = self.placed[record.reference]
        lines = tuple(
            replace(line, received=line.received + record.sets) if line.model == record.model else line
            for line in order.lines
        )
        self.placed[record.reference] = replace(order, lines=lines, state=record.state)

    def _live_lines(self) -> list[SaleLine]:
        back = self.returns.by_sale
        kept = [line for line in self.lines if not self.headers[line.reference].undone]
        live = [line for line in kept if (line.reference, line.imei or "") not in back]
        came = Counter((line.fills, line.model) for line in kept if line.fills is not None)
        if not came:
            return live
        left = (
            replace(line, quantity=line.quantity - came[line.reference, line.model]) if line.imei is None else line
            for line in live
        )
        return [line for line in left if line.quantity > 0]

    # ---- what must always be true

    def faults(self) -> list[str]:
        """Everything that the books contradict themselves in; empty for sound books."""
        out: list[str] = []
        for imei, unit in self.units.items():
            state, holder = units.replay(self.events[imei])
            if (state, holder) != (unit.state, unit.holder):
                out.append(f"unit {imei} is {unit.state} at {unit.holder}, its trail says {state} at {holder}")
        for code in self.dealers:
            for model, level in self.stock.levels(code).items():
                held = sum(
                    unit.holder == code and unit.model == model and units.in_stock(unit.state, self._trade)
                    for unit in self.units.values()
                )
                if held != level.units:
                    out.append(f"{code} holds {held} known units of {model}, its book says {level.units}")
        sold = [line.imei for line in self._live_lines() if line.imei]
        out += [f"{imei} is sold twice" for imei in set(sold) if sold.count(imei) > 1]
        for imei in sold:
            if self.units[imei].state != "sold":
                out.append(f"{imei} has a live sale and is {self.units[imei].state}")
        out += [f"{key} is out of balance by {total}" for key, total in out_of_balance(self.postings).items()]
        return out


def sample(trade: Trade | None = None) -> DictLedger:
    """Three regions, three dealers, four models with prices, a phone for every role."""
    books = DictLedger(trade)
    books.parents = {"CHINA": None, "EAST": "CHINA", "WEST": "CHINA"}
    for code, name, region, tier, limit in (
        ("D1001", "Sunny Mobile", "EAST", "A", 10_000_000),
        ("D1002", "Harbour Phones", "EAST", "B", 5_000_000),
        ("D2001", "West Gate Telecom", "WEST", "B", 0),
    ):
        books.dealers[code] = Dealer(code, name, region, tier, limit, "CNY", "en", "Asia/Shanghai")
    for code, name, tac, dealer_price, retail_price in (
        ("A350", "Aurora 3.5", "86012345", 104_000, 119_800),
        ("A380", "Aurora 3.8", "86012346", 132_000, 149_800),
        ("B200", "Borealis 200", "86012347", 62_000, 69_800),
        ("C100", "Comet 100", "86012348", 29_900, 34_900),
    ):
        books.products[code] = Product(code, name)
        books.tacs[tac] = code
        if code != "C100":
            books.prices.append(("", Price(code, dealer_price, retail_price, "CNY", date(2026, 1, 1))))
    books.prices.append(("A", Price("A350", 100_000, 119_800, "CNY", date(2026, 4, 1))))
    for number, (role, dealer, region, language) in enumerate(
        [
            ("owner", "D1001", None, "en"),
            ("clerk", "D1001", None, "zh"),
            ("promoter", "D1001", None, "en"),
            ("field", None, "EAST", "en"),
            ("manager", None, "CHINA", "en"),
            ("hq", None, None, "en"),
            ("owner", "D1002", None, "zh"),
            ("owner", "D2001", None, "en"),
        ],
        start=1,
    ):
        phone = f"+861390000000{number}"
        books.actors[phone] = Actor(number, phone, f"Person {number}", role, dealer, region, language)
    return books


OWNER, CLERK, PROMOTER, FIELD, MANAGER, HQ, OTHER_OWNER, WEST_OWNER = (f"+861390000000{n}" for n in range(1, 9))
STRANGER = "+8613999999999"


def imei(tac: str, serial: int) -> str:
    """A valid IMEI: a type allocation code, a serial number, the check digit (3GPP TS 23.003, annex B)."""
    digits = f"{tac}{serial:06d}"
    total = 0
    for position, character in enumerate(reversed(digits)):
        value = int(character) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)
