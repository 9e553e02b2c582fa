"""Every scenario: that it does what it says, again with the same seed, and that an ESME survives it."""

from __future__ import annotations

import dataclasses
import itertools
import random
from collections import Counter

import pytest
from twisted.internet.task import Clock

from smsgw.simulator.composing import compose
from smsgw.simulator.faults import Every, Faults
from smsgw.simulator.garbage import garbage
from smsgw.simulator.message_ids import message_id
from smsgw.simulator.scenario import PLAIN, SCENARIOS, Scenario, combined, knob_names, scenario
from smsgw.simulator.settings import SmscSettings
from smsgw.simulator.smsc import Smsc
from smsgw.smpp import status
from smsgw.smpp.events import Answered, LinkProved, Unmatched
from smsgw.smpp.pdu import Address, DeliverSm, SubmitSm
from smsgw.smpp.states import State
from tests.simulator.esme import Esme

CODE = Address(0, 1, "1069")


class Run:
    """A number of texts through a scenario: each is answered by a reply, and connections are made again when lost."""

    def __init__(self, scenario: Scenario, texts: int = 60, seed: int = 1, seconds: float = 30.0) -> None:
        self.clock = Clock()
        self.shown: list[str] = []
        self.smsc = Smsc(
            self.clock,
            SmscSettings(seed=seed),
            scenario,
            on_message=lambda phone, sender, text: self.shown.append(text),
        )
        self.esme = Esme(self.smsc, self.clock, window=20)
        self.esme.acknowledge = self._answer
        self.seen: set[bytes] = set()
        self.done = []
        for number in range(texts):
            self.done.append(self.smsc.send_text(f"+86139{number:08}", "1069", f"S {number}"))
            if number % 7 == 0:
                self.step()
        for _ in range(int(seconds / 0.5)):
            self.step(0.5)

    def step(self, seconds: float = 0.05) -> None:
        if self.esme.connected and self.esme.session.state is State.OPEN:
            self.esme.hang_up()  # the bind was refused
        if not self.esme.connected:
            self.esme.connect()
        self.esme.run()
        self.esme.advance(seconds)

    def _answer(self, pdu: DeliverSm) -> int:
        text = pdu.short_message
        if pdu.esm_class == 0 and text not in self.seen and self.esme.session.room():
            self.seen.add(text)
            self.esme.submit(
                SubmitSm(source=CODE, destination=pdu.source, short_message=b"OK " + text, registered_delivery=1), text
            )
        return 0

    @property
    def story(self) -> list[object]:
        """What happened, to compare two runs by."""
        return [
            self.smsc.counters.as_dict(),
            self.esme.answers,
            self.esme.lost,
            [pdu.short_message for pdu in self.esme.texts],
        ]


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_is_the_same_again_with_its_seed(name: str) -> None:
    first, second = (Run(SCENARIOS[name], texts=30, seconds=5) for _ in range(2))
    assert first.story == second.story


@pytest.mark.parametrize("name", [name for name in SCENARIOS if name != "wrong_password"])
def test_every_text_is_acknowledged_at_last_in_every_scenario(name: str) -> None:
    run = Run(SCENARIOS[name], seconds=60 if name != "silent" else 700)
    assert [done.result for done in run.done] == [0] * 60
    assert run.smsc.counters.given_up == 0


def test_plain_loses_and_repeats_nothing() -> None:
    run = Run(PLAIN)
    assert sorted(run.shown) == sorted(f"OK S {n}" for n in range(60))
    assert (run.esme.lost, run.smsc.counters.resent, run.smsc.counters.receipts) == (0, 0, 60)


def test_throttle_refuses_about_every_tenth_submit() -> None:
    run = Run(scenario("throttle"))
    refused = [answer for answer in run.esme.answers if answer[1] == status.ESME_RTHROTTLED]
    assert 2 <= len(refused) <= 20
    assert len(refused) + run.smsc.counters.accepted == 60


def test_queue_full_refuses_in_bursts() -> None:
    run = Run(scenario("queue_full").with_knobs(refuse_every=20), texts=100)
    statuses = [answer[1] for answer in run.esme.answers]
    first = statuses.index(status.ESME_RMSGQFUL)
    assert statuses[first : first + 5] == [status.ESME_RMSGQFUL] * 5


def test_slow_answers_late() -> None:
    clock = Clock()
    esme = Esme(Smsc(clock, scenario=scenario("slow")), clock)
    esme.submit(SubmitSm(source=CODE, destination=Address(1, 1, "8613900000001"), short_message=b"x"))
    esme.run()
    esme.advance(0.35)
    assert esme.answers == []
    esme.advance(0.1)
    assert len(esme.answers) == 1


def test_drop_cuts_connections_before_and_after_answers() -> None:
    run = Run(scenario("drop"), texts=100)
    assert run.esme.lost >= 2
    assert run.smsc.counters.losses == run.esme.lost
    assert run.smsc.counters.resent > 0


@pytest.mark.parametrize(
    ("name", "refusals"), [("refuse_bind", [status.ESME_RBINDFAIL] * 5), ("already_bound", [status.ESME_RALYBND] * 3)]
)
def test_binds_are_refused_until_one_is_taken(name: str, refusals: list[int]) -> None:
    clock = Clock()
    smsc = Smsc(clock, scenario=SCENARIOS[name])
    esme = Esme(smsc, clock)
    while not esme.bound:
        esme.hang_up()
        esme.connect()
    assert esme.refusals == refusals
    assert smsc.counters.binds_refused == len(refusals)


def test_a_wrong_password_is_refused_for_ever() -> None:
    clock = Clock()
    smsc = Smsc(clock, scenario=scenario("wrong_password"))
    esme = Esme(smsc, clock)
    for _ in range(9):
        esme.hang_up()
        esme.connect()
    assert esme.refusals == [status.ESME_RINVPASWD] * 10


def test_redeliver_brings_acknowledged_texts_again_after_a_loss() -> None:
    run = Run(scenario("redeliver"), texts=100)
    texts = [pdu.short_message for pdu in run.esme.texts]
    assert len(set(texts)) == 100
    assert len(texts) > 100
    assert run.smsc.counters.losses >= 1


def test_late_receipts_come_after_a_minute_and_twice() -> None:
    run = Run(scenario("late_receipts"), texts=10, seconds=50)
    assert run.esme.receipts == []
    for _ in range(30):
        run.step(0.5)
    assert sorted(receipt.message_id for receipt in run.esme.receipts) == sorted([str(n) for n in range(1, 11)] * 2)


def test_receipt_first_overtakes_the_answer() -> None:
    clock = Clock()
    esme = Esme(Smsc(clock, scenario=scenario("receipt_first")), clock)
    esme.submit(
        SubmitSm(source=CODE, destination=Address(1, 1, "861"), short_message=b"x", registered_delivery=1), "tag"
    )
    esme.run()
    assert [receipt.message_id for receipt in esme.receipts] == ["1"]
    assert esme.answers == []
    esme.advance(0.3)
    assert esme.answers == [("tag", 0, "1")]


def test_no_answer_leaves_some_submits_without_one_and_delivers_them_all_the_same() -> None:
    run = Run(scenario("no_answer"), texts=100, seconds=70)
    assert run.smsc.counters.not_answered >= 2
    assert len(run.esme.unknown) == run.smsc.counters.not_answered
    assert len(run.shown) == len(run.seen)


def test_unbind_ends_sessions_in_order() -> None:
    run = Run(scenario("unbind"), texts=100)
    assert run.esme.unbound_by_peer >= 1
    assert run.smsc.counters.losses == 0


def test_reorder_changes_the_order_of_answers_and_repeats_some() -> None:
    run = Run(scenario("reorder"), texts=100)
    ids = [int(answer[2]) for answer in run.esme.answers]
    assert sorted(ids) == list(range(1, 101))
    clock = Clock()
    esme = Esme(Smsc(clock, scenario=scenario("reorder")), clock, window=50)
    for _ in range(40):
        esme.submit(SubmitSm(source=CODE, destination=Address(1, 1, "861"), short_message=b"x"))
    esme.advance(1)
    ids = [int(answer[2]) for answer in esme.answers]
    assert ids != sorted(ids)
    assert sorted(ids) == list(range(1, 41))
    assert esme.seen(Unmatched) >= 1


def test_garbage_comes_in_between_and_the_session_lives_or_ends_cleanly() -> None:
    run = Run(scenario("garbage"), texts=200)
    assert run.esme.malformed >= 2
    assert len({pdu.short_message for pdu in run.esme.texts}) == 200


def test_silent_keeps_the_connection_and_says_nothing_more() -> None:
    clock = Clock()
    smsc = Smsc(clock, scenario=scenario("silent").with_knobs(silent_after=5, jitter=False))
    esme = Esme(smsc, clock)
    for number in range(10):
        smsc.send_text("+861", "1069", f"S {number}")
    esme.run()
    assert esme.connected
    assert len(esme.texts) == 10
    assert smsc.counters.deliveries == 5
    esme.advance(31)  # enquire_link of the ESME stays without an answer
    assert esme.seen(LinkProved) == 0
    assert esme.peer.deaf


def test_drip_writes_a_few_octets_at_a_time() -> None:
    clock = Clock()
    smsc = Smsc(clock, scenario=scenario("drip"))
    esme = Esme(smsc, clock)
    assert esme.bound == 0
    smsc.send_text("+861", "1069", "S 3")
    esme.advance(1, 0.005)
    assert esme.bound == 1
    assert len(esme.texts) == 1


def test_an_smsc_of_version_5_tells_how_full_it_is() -> None:
    clock = Clock()
    smsc = Smsc(clock, SmscSettings(submit_window=8), scenario("v5_congestion"))
    esme = Esme(smsc, clock, window=10)
    assert esme.session.peer_version == 0x50
    for _ in range(10):
        esme.submit(SubmitSm(source=CODE, destination=Address(1, 1, "861"), short_message=b"x"))
    esme.advance(1)
    answers = [event.response for event in esme.events if isinstance(event, Answered)]
    levels = [(response.tlv(0x0428) or b"\xff")[0] for response in answers]
    assert levels == sorted(levels)
    assert levels[-1] == 99
    assert [response.status for response in answers].count(status.ESME_RTHROTTLED) == 2


def test_a_bind_may_be_answered_late() -> None:
    clock = Clock()
    esme = Esme(Smsc(clock, scenario=PLAIN.with_knobs(bind_delay=2.0)), clock)
    esme.advance(1.9)
    assert esme.bound == 0
    esme.advance(0.2)
    assert esme.bound == 1


def test_odd_sequences_are_0_too_high_or_the_last_one_again_and_their_answers_are_known() -> None:
    run = Run(scenario("sequences"), texts=100, seconds=5)
    numbers = [pdu.sequence for pdu in run.esme.texts]
    assert {0} < set(numbers)
    assert any(number > 0x7FFFFFFF for number in numbers)
    assert any(first == second > 0 for first, second in itertools.pairwise(numbers))
    assert all(number == 0 or number > 0x7FFFFFFF for number in numbers)
    assert (run.smsc.counters.deliveries, run.smsc.counters.receipts) == (100, 100)
    assert (run.smsc.counters.unmatched, run.smsc.counters.resent) == (0, 0)


def test_each_text_is_in_another_coding_and_in_ucs_2_where_its_letters_are_missing() -> None:
    run = Run(scenario("codings"), texts=10, seconds=2)
    assert [pdu.data_coding for pdu in run.esme.texts] == [0x01, 0x03, 0x04, 0x08, 0x10] * 2
    for coding, data_coding in (("ascii", 0x08), ("latin1", 0x08), ("octets", 0x04), ("packed", 0x08), ("gsm", 0x08)):
        ((pdu,), _) = compose(
            PLAIN.with_knobs(coding=coding),
            "销售 🎉",
            CODE,
            CODE,
            number=0,
            reference=1,
            how="udh8",
            draw=random.Random(1),
        )
        assert pdu.data_coding == data_coding


def test_a_part_is_missing_or_comes_twice() -> None:
    clock = Clock()
    text = "".join(f"{n:04} " for n in range(200))
    for order, counts in (("missing", {1}), ("repeated", {2})):
        smsc = Smsc(clock, scenario=scenario(f"parts_{order}"))
        esme = Esme(smsc, clock)
        done = smsc.send_text("+861", "1069", text)
        short = smsc.send_text("+861", "1069", "short")
        esme.advance(1)
        assert done.result == short.result == 0
        seen = Counter(pdu.short_message for pdu in esme.texts)
        assert seen.pop(b"short") == 1
        assert set(seen.values()) == counts
        assert len(seen) == 7 - (order == "missing")


def test_an_smsc_of_3_3_tells_no_version_sends_no_tlvs_and_takes_none() -> None:
    clock = Clock()
    smsc = Smsc(clock, scenario=scenario("v33"))
    esme = Esme(smsc, clock)
    assert esme.session.peer_version is None
    phone = Address(1, 1, "861")
    esme.submit(SubmitSm(source=CODE, destination=phone, short_message=b"x", registered_delivery=1), "plain")
    esme.submit(SubmitSm(source=CODE, destination=phone, tlvs=((0x0424, b"x"),)), "payload")
    esme.advance(1)
    assert [answer[:2] for answer in esme.answers] == [("plain", 0), ("payload", status.ESME_RINVCMDLEN)]
    assert [receipt.source for receipt in esme.receipts] == ["text"]


def test_octets_can_be_injected() -> None:
    clock = Clock()
    esme = Esme(Smsc(clock), clock)
    esme.peer.inject(bytes.fromhex("00000010000000150000000080000000"))
    esme.run()
    assert esme.connected


def test_scenarios_combine_and_their_forms_of_receipts_take_turns() -> None:
    both = combined(["receipts_tlv", "receipts_text", "ids_hex", "receipts_twice"])
    assert both.name == "receipts_tlv+receipts_text+ids_hex+receipts_twice"
    assert (both.receipt_form, both.id_form, both.repeat_receipts) == ("tlv+text", "hex", True)
    run = Run(both, texts=10, seconds=2)
    assert [receipt.source for receipt in run.esme.receipts] == ["tlv", "text"] * 10
    assert combined(["ids_hex", "ids_uuid"]).id_form == "uuid"
    assert combined(["throttle"]) is SCENARIOS["throttle"]
    assert combined([]) == PLAIN
    assert combined(["receipts_vendor", "receipts_both"]).receipt_form == "vendor+both"
    with pytest.raises(ValueError, match="no scenario 'tidy'"):
        combined(["throttle", "tidy"])


def test_receipts_enroute_sends_a_notification_before_each_receipt() -> None:
    run = Run(scenario("receipts_enroute"), texts=3, seconds=2)
    assert [receipt.intermediate for receipt in run.esme.receipts].count(True) == 3
    assert {receipt.state.name for receipt in run.esme.receipts} == {"ENROUTE", "DELIVERED"}


def test_some_messages_expire() -> None:
    run = Run(PLAIN.with_knobs(expire_share=0.5), texts=40, seconds=2)
    states = [receipt.state.name for receipt in run.esme.receipts]
    assert 5 < states.count("EXPIRED") < 35
    assert states.count("EXPIRED") + states.count("DELIVERED") == 40


def test_scenarios_are_data_with_names_descriptions_and_knobs() -> None:
    assert {
        "plain", "throttle", "queue_full", "slow", "drop", "refuse_bind", "wrong_password", "redeliver",
        "late_receipts", "receipt_first", "no_answer", "unbind", "reorder", "garbage", "silent", "v5_congestion",
    } <= set(SCENARIOS)  # fmt: skip
    for name, each in SCENARIOS.items():
        assert each.name == name
        assert each.description
        if each is not PLAIN:
            assert any(getattr(each, knob) != getattr(PLAIN, knob) for knob in knob_names())
    with pytest.raises(dataclasses.FrozenInstanceError):
        PLAIN.drip = 1  # type: ignore[misc]


def test_an_unknown_scenario_or_knob_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no scenario 'tidy'; there are plain, throttle"):
        scenario("tidy")
    with pytest.raises(ValueError, match="no knob 'volume'"):
        PLAIN.with_knobs(volume=11)
    with pytest.raises(ValueError, match="no knob 'name'"):
        PLAIN.with_knobs(name="x")
    for knob, wrong in (("coding", "morse"), ("part_order", "random")):
        smsc = Smsc(Clock(), scenario=PLAIN.with_knobs(**{knob: wrong}))
        with pytest.raises(ValueError, match=f"no .* '{wrong}'; there are "):
            smsc.send_text("+861", "1069", "x")
    with pytest.raises(ValueError, match="no message id form 'roman'"):
        message_id(1, "roman")


def test_every_n_is_every_n_and_with_jitter_on_the_average() -> None:
    draw = random.Random(7)
    assert [Every(3, False, draw)() for _ in range(1)] == [False]
    every = Every(3, False, draw)
    assert [every() for _ in range(7)] == [False, False, True, False, False, True, False]
    jittery = Every(10, True, draw)
    assert 900 <= sum(jittery() for _ in range(10_000)) <= 1100
    never = Every(0, True, draw)
    assert not any(never() for _ in range(100))


def test_one_knob_does_not_move_the_moments_of_another() -> None:
    plain = Faults(PLAIN.with_knobs(drop_every=10), 3)
    more = Faults(PLAIN.with_knobs(drop_every=10, garbage_every=3), 3)
    assert [plain.drop() for _ in range(100)] == [(more.garbage(), more.drop())[1] for _ in range(100)]


def test_garbage_is_of_every_kind() -> None:
    draw = random.Random(1)
    pieces = [garbage(draw) for _ in range(300)]
    commands = {octets[4:8].hex() for octets, breaks in pieces if not breaks}
    assert {"80000004", "80000777", "80000000", "00000005", "00000015", "00000004"} <= commands
    assert any(breaks for _, breaks in pieces)
    for octets, breaks in pieces:
        assert breaks or int.from_bytes(octets[:4], "big") == len(octets)
