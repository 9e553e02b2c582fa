"""The books of depots: what is free there, and what is promised to orders."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from smsgw.business.core.decision import RecordError
from smsgw.business.core.opening import Effect, Fact, Opening
from smsgw.business.depots.rules import ALLOCATED, RELEASED, SHIPPED, SetsAllocated, SetsReleased, Share
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.store.workspace import Workspace


class StoredDepots:
    """See `smsgw.business.depots.rules.Depots`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._directory = opening.books(StoredDirectory)
        self._promised: dict[str, list[Share]] = {}  # by order, what is left of it

    def available(self, models: Collection[str]) -> Mapping[str, int] | None:
        if not self._work.ask("SELECT code FROM depot WHERE active LIMIT 1"):
            return None
        return {
            model: sum(max(sets, 0) for _, sets, _ in self._lying(model, None, lock=False)) for model in sorted(models)
        }

    def free(self, models: Collection[str], region: str, depot: str | None) -> Sequence[Share]:
        near: list[Share] = []
        far: list[Share] = []
        for model in sorted(models):
            for code, sets, of in self._lying(model, depot, lock=True):
                if sets > 0:
                    (near if self._directory.lies_in(region, of) else far).append(Share(code, model, sets))
        return [*near, *far]

    def _lying(self, model: str, depot: str | None, *, lock: bool) -> list[tuple[str, int, str]]:
        """By depot the sets of a model that are promised to nobody, and the region of the depot."""
        held = " FOR UPDATE OF s" if lock and not self._work.driver.sqlite else ""
        named, value = (" AND s.depot = ?", (depot,)) if depot is not None else ("", ())
        rows = self._work.ask(
            "SELECT s.depot, s.quantity - s.allocated, d.region FROM depot_stock s JOIN depot d ON d.code = s.depot "
            f"WHERE s.model = ? AND d.active{named} ORDER BY s.depot{held}",
            model,
            *value,
        )
        return [(code, int(sets), region) for code, sets, region in rows]

    def allocated(self, reference: str) -> Sequence[Share]:
        return tuple(self._left(reference))

    def _left(self, reference: str) -> list[Share]:
        if reference not in self._promised:
            rows = self._work.ask(
                "SELECT depot, model, sum(sets) FROM allocation WHERE reference = ? "
                "GROUP BY depot, model HAVING sum(sets) > 0 ORDER BY depot, model",
                reference,
            )
            self._promised[reference] = [Share(depot, model, int(sets)) for depot, model, sets in rows]
        return self._promised[reference]

    # ---- booking

    def allocate(self, record: SetsAllocated) -> None:
        share = record.share
        taken = self._work.say(
            "UPDATE depot_stock SET allocated = allocated + ? "
            "WHERE depot = ? AND model = ? AND quantity - allocated >= ?",
            share.sets,
            share.depot,
            share.model,
            share.sets,
        )
        if not taken:
            raise RecordError(f"{share.depot} has no {share.sets} {share.model} that are free")
        self._note(record.reference, share, ALLOCATED)

    def release(self, record: SetsReleased) -> None:
        self.give_back(record.reference)

    def give_back(self, reference: str) -> None:
        """Make what is promised to an order free for others."""
        for share in tuple(self._left(reference)):
            self._take(reference, share, RELEASED)

    def consume(self, reference: str, model: str, sets: int, depot: str | None = None) -> None:
        """Sets of a model have left for an order, from a depot where it is known: they are those that were promised to
        it there, else elsewhere, where any were."""
        for share in sorted(self._left(reference), key=lambda share: share.depot != depot):
            some = min(sets, share.sets) if share.model == model else 0
            if some > 0:
                sets -= some
                self._take(reference, Share(share.depot, model, some), SHIPPED)

    def give_way(self, depot: str, model: str) -> list[str]:
        """Free what a depot has promised of a model beyond what it has, the newest promises first; to which orders."""
        rows = self._work.ask(
            "SELECT allocated - quantity FROM depot_stock WHERE depot = ? AND model = ?", depot, model
        )
        over = int(rows[0][0]) if rows else 0
        gave: list[str] = []
        if over <= 0:
            return gave
        for reference, sets in self._work.ask(
            "SELECT reference, sum(sets) FROM allocation WHERE depot = ? AND model = ? GROUP BY reference "
            "HAVING sum(sets) > 0 ORDER BY max(happened_at) DESC, length(reference) DESC, reference DESC",
            depot,
            model,
        ):
            some = min(over, int(sets))
            if some > 0:
                over -= some
                self._take(reference, Share(depot, model, some), RELEASED)
                gave.append(reference)
        return gave

    def _take(self, reference: str, share: Share, kind: str) -> None:
        self._work.say(
            "UPDATE depot_stock SET allocated = allocated - ? WHERE depot = ? AND model = ?",
            share.sets,
            share.depot,
            share.model,
        )
        self._note(reference, Share(share.depot, share.model, -share.sets), kind)

    def _note(self, reference: str, share: Share, kind: str) -> None:
        work = self._work
        work.say(
            "INSERT INTO allocation (reference, seq, depot, model, sets, kind, happened_at, message, author, journal) "
            "SELECT ?, coalesce(max(seq), 0) + 1, ?, ?, ?, ?, ?, CAST(? AS BIGINT), CAST(? AS TEXT), "
            "CAST(? AS BIGINT) FROM allocation WHERE reference = ?",
            reference,
            share.depot,
            share.model,
            share.sets,
            kind,
            work.at,
            work.message,
            work.author if work.phone is None else None,
            work.entries.get(reference),
            reference,
        )
        self._promised.pop(reference, None)


def _tell(work: Workspace, record: SetsAllocated) -> Fact:
    share = record.share
    return "order", "sets allocated", record.reference, {share.model: share.sets, "depot": share.depot}


def _tell_release(work: Workspace, record: SetsReleased) -> Fact:
    return "order", "sets released", record.reference, None


BOOKS = StoredDepots
RECORDS = {
    SetsAllocated: Effect(StoredDepots.allocate, tells=_tell),
    SetsReleased: Effect(StoredDepots.release, tells=_tell_release),
}
