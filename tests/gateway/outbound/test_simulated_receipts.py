"""Receipts of the simulated SMSC in every scenario, through to the end of each text in our books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pytest
from sqlalchemy import Engine

from smsgw.simulator.scenario import Scenario, combined
from tests.gateway.simulated import Simulation

FAULTY = {"fail_share": 0.2, "expire_share": 0.1}
WORDS = ("S1001 booked", "到货三台", "The promotion of this week: " * 9, "新品到货" * 25)


def misfortune(*names: str) -> Scenario:
    """These scenarios, with texts that fail or expire."""
    return combined(names).with_knobs(**FAULTY)


def everything(links: Sequence[str], phones: int) -> list[tuple[str, str, str]]:
    """A text of each link to each phone, one in eight of them long."""
    return [
        (link, f"+86139{phone:08}", WORDS[(phone // 4) % 4 if phone % 4 == 0 else phone % 2])
        for phone in range(1, phones + 1)
        for link in links
    ]


def carried(
    engine: Engine,
    scenarios: Mapping[str, Scenario],
    phones: int,
    seconds: float,
    rules: Mapping[str, str] | None = None,
) -> Simulation:
    """Send everything, wait, and see that each text has ended as it truly did."""
    simulation = Simulation(engine, scenarios, rules)
    texts = everything(list(scenarios), phones)
    simulation.notices(texts)
    simulation.pass_time(seconds)
    truth = simulation.true_ends([(link, phone) for link, phone, _ in texts])
    wrong = {key: (state, truth[key]) for key, state in simulation.ended().items() if state not in truth[key]}
    assert not wrong
    return simulation


@pytest.mark.parametrize(
    "name",
    [
        "receipts_tlv", "receipts_text", "receipts_both", "receipts_conflict", "receipts_early", "receipts_twice",
        "receipts_vendor", "receipts_enroute", "ids_hex", "ids_to_hex", "ids_padded", "ids_uuid", "receipt_first",
        "receipt_forms", "reorder", "no_answer", "drop",
    ],
)  # fmt: skip
def test_in_each_scenario_every_receipt_finds_its_text(engine: Engine, name: str) -> None:
    simulation = carried(engine, {"operator-a": misfortune(name)}, phones=60, seconds=70)
    assert simulation.matched() == 1.0
    if name == "no_answer":
        assert simulation.smscs["operator-a"].counters.not_answered > 0
    elif name != "drop":
        assert Counter(simulation.ended().values())["unknown"] == 0


@pytest.mark.parametrize(
    ("names", "rule"),
    [
        (("receipts_vendor", "receipts_early", "ids_hex"), "auto"),
        (("receipts_vendor", "receipts_early", "ids_hex"), "hex-to-decimal"),
        (("receipts_tlv", "receipts_text", "receipts_conflict", "receipts_twice", "ids_to_hex"), "auto"),
        (("receipts_tlv", "receipts_text", "receipts_conflict", "receipts_twice", "ids_to_hex"), "decimal-to-hex"),
        (("receipts_vendor", "receipts_enroute", "receipts_twice", "ids_padded"), "same"),
        (("receipts_vendor", "no_answer", "ids_hex", "reorder"), "auto"),
        (("receipts_vendor", "drop", "receipts_twice", "ids_uuid"), "same"),
    ],
)
def test_scenarios_combined(engine: Engine, names: tuple[str, ...], rule: str) -> None:
    simulation = carried(engine, {"operator-a": misfortune(*names)}, 60, 100, {"operator-a": rule})
    assert simulation.matched() == 1.0


def test_late_receipts_of_two_days_later_find_their_texts(engine: Engine) -> None:
    late = misfortune("late_receipts", "receipts_vendor", "ids_hex").with_knobs(receipt_delay=48 * 3600.0)
    simulation = Simulation(engine, {"operator-a": late})
    texts = everything(["operator-a"], 40)
    simulation.notices(texts)
    simulation.pass_time(20)
    assert set(simulation.ended().values()) == {"sent"}
    simulation.clock.advance(48 * 3600.0)
    simulation.pass_time(20)
    truth = simulation.true_ends([(link, phone) for link, phone, _ in texts])
    assert all(state in truth[key] for key, state in simulation.ended().items())


MIXED = {
    "hexadecimal": ("receipts_vendor", "receipts_early", "ids_hex"),
    "decimal": ("receipts_tlv", "receipts_text", "receipts_both", "receipts_conflict", "receipts_twice", "ids_to_hex"),
    "late": ("late_receipts", "receipts_vendor", "ids_uuid"),
    "enroute": ("receipts_text", "receipts_vendor", "receipts_enroute", "reorder", "ids_padded"),
    "silent": ("receipts_vendor", "receipts_both", "no_answer", "receipts_twice", "ids_hex"),
    "throttling": ("receipts_conflict", "receipts_vendor", "throttle", "receipts_early", "ids_padded"),
}


def test_of_2400_texts_on_six_links_of_every_kind_all_end_right_and_receipts_are_matched(engine: Engine) -> None:
    scenarios = {link: misfortune(*names) for link, names in MIXED.items()}
    simulation = carried(engine, scenarios, phones=400, seconds=200, rules={"decimal": "decimal-to-hex"})
    ended = Counter(simulation.ended().values())
    assert sum(ended.values()) == 2400
    assert set(ended) == {"delivered", "failed", "expired"}
    assert simulation.matched() >= 0.999
    counters = {name: link.counters for name, link in simulation.gateway.links.items()}
    assert counters["hexadecimal"].receipts_parked > 100
    assert counters["decimal"].receipts_conflicting > 50
    assert simulation.smscs["silent"].counters.not_answered > 10
