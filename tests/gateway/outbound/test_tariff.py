"""What a text costs on a link: by its alphabet, its way of cutting, and its price."""

from __future__ import annotations

import pytest

from smsgw.business.core.tariff import LinkFault, Measured
from smsgw.gateway.outbound.tariff import LinkTariff
from smsgw.settings.sections import Broadcast, Settings, Smsc


def tariff(*smsc: Smsc, currency: str = "CNY") -> LinkTariff:
    return LinkTariff(Settings(smsc=smsc, broadcast=Broadcast(currency=currency)))


def test_a_text_is_measured_as_its_link_would_send_it() -> None:
    links = tariff(
        Smsc(name="a", part_cost=0.045),
        Smsc(name="b", part_cost=0.06, transliterate=True),
        Smsc(name="r", bind="receiver"),
    )
    assert links.links == ("a", "b")
    assert links.measure("x" * 160, None, None) == Measured("gsm", 1, 5)
    assert links.measure("x" * 161, None, None) == Measured("gsm", 2, 9)
    assert links.measure("曙" * 70, "a", None) == Measured("ucs2", 1, 5)
    assert links.measure("曙" * 71, "a", None).parts == 2
    assert links.measure("ě" * 100, "a", None) == Measured("ucs2", 2, 9)
    assert links.measure("ě" * 100, "b", None) == Measured("gsm", 1, 6)
    assert links.cost(1000, "a") == 4500


def test_prices_are_rounded_up_in_the_minor_units_of_their_currency() -> None:
    assert tariff(Smsc(part_cost=0.3), currency="JPY").cost(4, None) == 2
    assert tariff(Smsc(part_cost=0.001)).cost(1, None) == 1
    assert tariff().cost(10, None) == 0


@pytest.mark.parametrize("name", ["r", "c"])
def test_a_link_that_does_not_send_is_refused(name: str) -> None:
    with pytest.raises(LinkFault, match=r"that sends; (did you mean|there is) a"):
        tariff(Smsc(name="a"), Smsc(name="r", bind="receiver")).measure("Hi", name, None)
