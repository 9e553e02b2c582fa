"""What a broadcast would come to: everybody it means counted, some of them written to on paper."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy.engine import Connection

from smsgw.business.audiences.books.eligibility import EligibilityFilter
from smsgw.business.audiences.books.people import PAGE, Audience, Found
from smsgw.business.audiences.rules.expression import Node, expression
from smsgw.business.broadcasts.books.merge_fields import Recipient, merge_values, of_dealer, unknown_models
from smsgw.business.broadcasts.rules.draft import Draft, Estimate, LinkCost, Sample
from smsgw.business.broadcasts.rules.merge_fields import Wording, longest, render
from smsgw.business.core.tariff import Tariff
from smsgw.business.directory.books.regions import Regions
from smsgw.errors import Faults

SAMPLES = 200  # recipients whose text is written and measured
SHOWN = 3


def estimate(
    connection: Connection,
    draft: Draft,
    node: Node,
    tree: Regions,
    now: int,
    tariff: Tariff,
    most: int | None = None,
) -> Estimate:
    """Count an audience and measure the text; nothing is kept. `now` is in milliseconds.

    Where somebody waits for it, counting ends with the first recipient beyond `most`. The draft was checked. Raises
    AudienceFault.
    """
    wordings = draft.wordings()
    eligibility = EligibilityFilter(connection, draft.topic, now, of_dealer=speaks_of_dealers(wordings))
    audience = Audience(connection, node, tree)
    kept: Counter[str] = Counter()
    excluded: Counter[str] = Counter()
    some = _Some(SAMPLES)
    after = ""
    while True:
        found, after = audience.page(after, PAGE)
        good, out = eligibility.split(found)
        excluded.update(one.reason for one in out)
        if most is not None:
            good = good[: most + 1 - kept.total()]
        for who in good:
            spoken = language_of(who.language, draft.texts)
            kept[spoken] += 1
            some.see(_recipient(who, spoken))
        if not after or (most is not None and kept.total() > most):
            break
    fields = {field for words in wordings.values() for field in words.fields}
    said = merge_values(connection, some.kept, fields, tree, now)
    texts = [(to, render(wordings[to.language], values)) for to, values in zip(some.kept, said, strict=True)]
    longest_texts = [longest(words) for words in wordings.values()]
    wanted: Sequence[str | None] = [draft.link] if draft.link is not None else tariff.links or (None,)
    measured = [_on_link(link, draft, texts, longest_texts, kept, tariff) for link in wanted]
    first = measured[0]
    samples = []
    for to, text in texts[:SHOWN]:
        one = tariff.measure(text, draft.link, draft.message_class)
        samples.append(Sample(to.phone, to.language, text, one.alphabet, one.parts))
    return Estimate(
        audience=expression(node),
        recipients=kept.total(),
        excluded=dict(sorted(excluded.items())),
        parts=first.parts,
        cost=first.cost,
        currency=tariff.currency,
        longest=first.longest,
        average=first.average,
        samples=tuple(samples),
        links=tuple(measured),
    )


def _on_link(
    link: str | None,
    draft: Draft,
    texts: Sequence[tuple[Recipient, str]],
    longest_texts: Sequence[str],
    kept: Counter[str],
    tariff: Tariff,
) -> LinkCost:
    """What the texts come to on a link, by those of the samples in each language."""
    parts: dict[str, list[int]] = {}
    alphabets: dict[str, None] = {}
    for to, text in texts:
        found = tariff.measure(text, link, draft.message_class)
        parts.setdefault(to.language, []).append(found.parts)
        alphabets[found.alphabet] = None
    every = [number for numbers in parts.values() for number in numbers]
    most = [tariff.measure(text, link, draft.message_class).parts for text in longest_texts]
    total = 0.0
    for spoken, count in kept.items():
        own = parts.get(spoken) or every
        total += count * sum(own) / len(own)
    everybody = kept.total()
    rounded = math.ceil(total - 1e-9)
    average = round(total / everybody, 2) if everybody else 0.0
    return LinkCost(link or "", tuple(alphabets), max(most + every), average, rounded, tariff.cost(rounded, link))


def check_models(connection: Connection, wordings: Mapping[str, Wording], faults: Faults) -> None:
    """Collect the models that texts ask about and the catalogue has not."""
    models = dict.fromkeys(model for words in wordings.values() for model in words.models)
    missing = unknown_models(connection, list(models))
    for language, words in wordings.items():
        for model in words.models:
            if model in missing:
                faults.add(f"texts.{language}", f"the text asks about {model}, and the catalogue has no such model")


def speaks_of_dealers(wordings: Mapping[str, Wording]) -> bool:
    return any(of_dealer(words.fields) for words in wordings.values())


def language_of(spoken: str | None, texts: Mapping[str, object]) -> str:
    """In which of the languages of a text somebody gets it: their own, else the first."""
    return spoken if spoken is not None and spoken in texts else next(iter(texts))


def _recipient(who: Found, spoken: str) -> Recipient:
    assert who.phone is not None
    return Recipient(who.phone, who.contact, who.dealer, spoken)


class _Some:
    """Some of many, evenly spread over them however many come: every n-th, where n doubles as they grow."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._every = 1
        self._seen = 0
        self.kept: list[Recipient] = []

    def see(self, who: Recipient) -> None:
        if self._seen % self._every == 0:
            if len(self.kept) == self._most:
                del self.kept[1::2]
                self._every *= 2
            if self._seen % self._every == 0:
                self.kept.append(who)
        self._seen += 1
