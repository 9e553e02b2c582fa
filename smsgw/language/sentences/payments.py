"""That a shop paid, in a sentence: asked, and only where nothing says that it did not, will, or asks whether it did."""

from __future__ import annotations

import re

from smsgw.business.core.command import CONFIRM, Command
from smsgw.language.names import amounts
from smsgw.language.sentences.frames import MOODS
from smsgw.language.sentences.marks import DAY, DEALER, IMEI, PHONE, REFERENCE, STOP, TIME
from smsgw.language.sentences.sentence import Sentence, command

# What else a text with an amount may be about.
_OTHERS = frozenset(
    (
        *("CUSTOMER", "DEPOSIT", "RETURN", "DAMAGE", "LOSS", "DEMO", "RIVAL", "PROTECT", "PERSONASK", "BONUSASK"),
        *("PRICEASK", "OWEASK", "STATUSASK", "NOTHING", "TAGASK", "SOLD", "ORDER"),
    )
)
_SLIP = re.compile(
    r"(?:SLIP|TXN|UTR|VOUCHER|RECEIPT|REF|回单号?|凭证号?|流水号|单据号?|单号)\s?(?:NO\.?|NUMBER|IS|是|为|[:#])?\s*([A-Z0-9-]{3,40})"
)
_FIGURE = re.compile(r"(?:[$¥€£]|(?:RMB|CNY|USD|EUR)\s?)?(?<![A-Z0-9.,])\d[\d,.]*")
_BARE_SLIP = re.compile(r"\s+(\d{4,12})")
_LEAST = 10  # of what is taken for money without a currency


def paid(s: Sentence) -> list[Command] | None:
    """A payment that is told in words (`we transferred 5000 yesterday`, `今天打款5000`), asked back."""
    told = "PAID" in s.cues
    wired = "WIRED" in s.cues and s.first(DEALER) is None
    asked = any(m.kind == STOP and m.value == "?" for m in s.marks)
    if not (told or wired) or s.names_goods or asked or s.moods & MOODS or s.cues & _OTHERS:
        return None
    days = {m.value.day for m in s.marks if m.kind == DAY}
    if len(days) > 1 or any(day is None or day > s.today for day in days):
        return None
    clean = s.page.clean
    slip = _SLIP.search(clean)
    taken = [(m.start, m.end) for m in s.marks if m.kind in (DAY, DEALER, IMEI, PHONE, REFERENCE, TIME)]
    if slip is not None:
        taken.append(slip.span())
    found: list[amounts.Amount] = []
    for figure in _FIGURE.finditer(clean):
        if any(start < figure.end() and figure.start() < end for start, end in taken):
            continue
        amount = amounts.read(clean, figure.start())
        if amount is not None:
            found.append(amount)
    if len(found) == 2 and slip is None and _BARE_SLIP.fullmatch(clean[found[0].end : found[1].end]):
        slip = _BARE_SLIP.search(clean, found[0].end)  # PAID 5000 8841: the second may be the slip, which is asked
        del found[1]
    if len(found) != 1 or float(found[0].said.split()[0]) < _LEAST:
        return None
    return [
        command(
            "paid",
            CONFIRM,
            price=found[0].said,
            on=next(iter(days), None),
            slip=slip[1] if slip is not None else None,
            dealer=s.dealer,
        )
    ]
