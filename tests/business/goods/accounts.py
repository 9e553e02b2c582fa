"""The money of the notebook: what shops owe, at which prices, under which limits; like it, it uses no code of ours.

Whatever changes what a shop owes is one `post` of a kind of its own; `agree_on_money` of the course holds every
posting, balance and answer against it. A new way of money is a deed of the course that posts here what must come of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True)
class Terms:
    """How a shop trades: the list of its prices, its credit limit in minor units, and in how many days it pays."""

    tier: str
    limit: int
    currency: str = "CNY"
    days: int = 30


@dataclass(frozen=True)
class Posting:
    """What changed what a shop owes: `amount` minor units, above zero a debt, which is to be paid on a day."""

    reference: str
    shop: str
    kind: str
    amount: int
    currency: str
    due: date | None = None


@dataclass
class Accounts:
    """Of all shops. `prices`: by list ('' is everybody's) and model, from which day which price is in force."""

    terms: dict[str, Terms]
    prices: dict[tuple[str, str], dict[date, int]]
    postings: list[Posting] = field(default_factory=list)
    invoiced: dict[tuple[str, str], int] = field(default_factory=dict)  # by delivery note and set
    raised: dict[str, tuple[int, date]] = field(default_factory=dict)  # a limit, by how much and until when

    def price(self, shop: str, model: str, on: date) -> int:
        """What a set costs a shop that is shipped to it on a day: by its own list, else by everybody's."""
        for tier in (self.terms[shop].tier, ""):
            since = {day: price for day, price in self.prices.get((tier, model), {}).items() if day <= on}
            if since:
                return since[max(since)]
        raise KeyError(model)

    def post(self, reference: str, shop: str, kind: str, amount: int, due: date | None = None) -> None:
        self.postings.append(Posting(reference, shop, kind, amount, self.terms[shop].currency, due))

    def take_back(self, reference: str, kind: str) -> None:
        """A posting of a reference is undone: what was posted is posted the other way round."""
        for one in [one for one in self.postings if (one.reference, one.kind) == (reference, kind)]:
            self.post(reference, one.shop, kind, -one.amount, one.due)

    def invoice(self, note: str, shop: str, imei: str, price: int, on: date) -> None:
        self.invoiced[note, imei] = price
        self.post(note, shop, "invoice", price, on + timedelta(days=self.terms[shop].days))

    # ---- questions

    def owed(self, shop: str) -> int:
        return sum(one.amount for one in self.postings if one.shop == shop)

    def limit(self, shop: str, today: date) -> int:
        above, until = self.raised.get(shop, (0, date.min))
        return self.terms[shop].limit + (above if until >= today else 0)

    def free(self, shop: str, open_orders: int, today: date) -> int:
        return self.limit(shop, today) - self.owed(shop) - open_orders

    def by_reference(self) -> dict[tuple[str, str, str, str], int]:
        """By reference, shop, kind and currency what was posted."""
        sums: Counter[tuple[str, str, str, str]] = Counter()
        for one in self.postings:
            sums[one.reference, one.shop, one.kind, one.currency] += one.amount
        return dict(sums)

    def unpaid(self, shop: str) -> dict[date, int]:
        """What is owed by the day on which it is to be paid: whatever a shop has paid goes to its oldest debts."""
        due: Counter[date] = Counter()
        for one in self.postings:
            if one.shop == shop and one.due is not None:
                due[one.due] += one.amount
        paid = sum(due.values()) - self.owed(shop)
        left = {}
        for day in sorted(due):
            part = min(due[day], max(paid, 0))
            paid -= part
            if due[day] > part:
                left[day] = due[day] - part
        return left

    def overdue(self, shop: str, today: date, late: Callable[[int], bool] = lambda days: days > 0) -> int:
        """What is owed that many days past its day."""
        return sum(amount for day, amount in self.unpaid(shop).items() if late((today - day).days))
