"""What a text costs on a link: its alphabet, its parts and their price, by the link's own rules."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from smsgw.business.core.tariff import Measured, require_sending
from smsgw.gateway.outbound.writing import encoded
from smsgw.settings.sections import Settings, Smsc
from smsgw.smpp.split import count
from smsgw.values.money import places


class LinkTariff:
    """The prices and alphabets of the links in the settings; see `smsgw.business.core.tariff.Tariff`."""

    def __init__(self, settings: Settings) -> None:
        self.currency = settings.broadcast.currency
        self._links: dict[str, Smsc] = {}
        for smsc in settings.smsc:
            if smsc.bind != "receiver":
                self._links.setdefault(smsc.link_name, smsc)

    @property
    def links(self) -> tuple[str, ...]:
        """The links that send."""
        return tuple(self._links)

    def measure(self, text: str, link: str | None, message_class: int | None) -> Measured:
        smsc = self._smsc(link)
        written = encoded(text, smsc, message_class)
        parts = count(written, smsc.long_messages).parts
        return Measured(str(written.alphabet), parts, self.cost(parts, link))

    def cost(self, parts: int, link: str | None) -> int:
        price = Decimal(str(self._smsc(link).part_cost)) * 10 ** places(self.currency)
        return int((price * parts).to_integral_value(ROUND_CEILING))

    def _smsc(self, link: str | None) -> Smsc:
        if link is None:
            return next(iter(self._links.values()), Smsc())
        require_sending(link, self.links)
        return self._links[link]
