"""An answer to a submit that comes when the text was given up, waits again, was resent or closed by a person."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, Engine

from smsgw.business.broadcasts.books.unwanted import unwanted
from smsgw.business.core.principal import Person, PersonRole
from smsgw.business.core.session import Session
from smsgw.business.core.trade import Trade
from smsgw.business.messages import actions as unknown
from smsgw.settings.sections import Delivery
from smsgw.smpp import status
from smsgw.store.transaction import only_reading
from tests.business.world import CLERK, OWNER
from tests.gateway.outbound import test_pump
from tests.gateway.outbound.test_never_twice import begin, dispatch, queue, states
from tests.gateway.world import World, settings_of, world


class Lost:
    """A daemon with a notice that the SMSC did not answer, and now forgets nothing of."""

    def __init__(self, engine: Engine, **smsc: object) -> None:
        self.run = begin(engine)
        self.w: World = world(engine, settings_of(smsc={"response_timeout": 5, **smsc}), run=self.run)
        self.w.smsc.answer_submits = False
        queue(self.w, OWNER)
        dispatch(self.w, self.run)
        self.w.smsc.advance(6)
        assert states(self.w) == {"unknown": 1}
        self.first = self.w.smsc.held.pop(0)
        ((self.id,),) = self.w.ask("SELECT id FROM message_out")

    def session(self, connection: Connection) -> Session:
        now = int(self.w.clock.seconds() * 1000)
        return Session(Person("li", PersonRole.OPERATOR), now, only_reading(connection), Trade())

    def resend(self) -> None:
        with self.w.engine.begin() as connection:
            unknown.resend(self.session(connection), [self.id], unwanted)

    def settle(self, state: str) -> None:
        with self.w.engine.begin() as connection:
            unknown.set_outcome(self.session(connection), [self.id], state)

    def answer(self, *which: object) -> None:
        """The SMSC answers, the first submit unless told otherwise."""
        wire, pdu = which or self.first
        self.w.smsc.answer(wire, pdu)  # type: ignore[arg-type]
        self.w.smsc.advance(1)

    def end(self) -> tuple[object, ...]:
        """State of the text, ids of its parts, and how often it went out."""
        ((state,),) = self.w.ask("SELECT state FROM message_out")
        ids: Sequence[tuple[object, ...]] = self.w.ask("SELECT smsc_id FROM message_out_part")
        assert len(self.w.link.pump) == 0
        assert self.w.link.pump.bulk == 0
        return state, [smsc_id for (smsc_id,) in ids], len(self.w.smsc.submits)


def test_a_late_answer_after_a_resend_takes_the_text_back_while_it_waits_in_the_outbox(engine: Engine) -> None:
    lost = Lost(engine)
    lost.resend()
    lost.answer()
    dispatch(lost.w, lost.run)
    lost.w.smsc.advance(10)
    assert lost.end() == ("sent", ["id1"], 1)


def test_a_late_answer_after_a_resend_takes_the_text_back_while_it_waits_for_its_turn(engine: Engine) -> None:
    lost = Lost(engine)
    lost.resend()
    lost.w.link.hold(True)
    with engine.begin() as connection:  # claimed, though the link is held: it was paused a moment later
        connection.exec_driver_sql("UPDATE message_out SET run = ?", (lost.run,))
    lost.w.link.pump.enqueue([row_of(lost)])
    assert len(lost.w.link.pump) == 1
    lost.answer()
    lost.w.link.hold(False)
    lost.w.smsc.advance(10)
    assert lost.end() == ("sent", ["id1"], 1)


def row_of(lost: Lost) -> test_pump.Row:
    return test_pump.Row(lost.id, "Notice", OWNER, kind="broadcast", priority=3)


@pytest.mark.parametrize(
    ("second", "end"),
    [(status.ESME_ROK, "sent"), (status.ESME_RINVDSTADR, "failed")],
)
@pytest.mark.parametrize("first_comes", ["before", "after"])
def test_a_late_answer_is_nothing_when_the_resent_text_is_under_way_or_done(
    engine: Engine, second: int, end: str, first_comes: str
) -> None:
    lost = Lost(engine)
    lost.resend()
    dispatch(lost.w, lost.run)
    assert len(lost.w.smsc.submits) == 2
    lost.w.smsc.submit_statuses = [0, second] if first_comes == "before" else [second, 0]
    if first_comes == "before":
        lost.answer()
        assert states(lost.w) == {"queued": 1}
        lost.answer(*lost.w.smsc.held.pop(0))
        assert lost.end() == (end, ["id2"] if end == "sent" else [], 2)
    else:
        lost.answer(*lost.w.smsc.held.pop(0))
        lost.answer()
        assert lost.end() == (end, ["id1"] if end == "sent" else [], 2)


def test_the_resent_text_is_unknown_again_and_the_first_late_answer_counts_the_second_is_nothing(
    engine: Engine,
) -> None:
    lost = Lost(engine)
    lost.resend()
    dispatch(lost.w, lost.run)
    lost.w.smsc.advance(6)
    assert states(lost.w) == {"unknown": 1}
    lost.answer()
    lost.answer(*lost.w.smsc.held.pop(0))
    assert lost.end() == ("sent", ["id1"], 2)


@pytest.mark.parametrize("state", ["sent", "failed"])
def test_a_late_answer_changes_nothing_of_what_a_person_has_closed(engine: Engine, state: str) -> None:
    lost = Lost(engine)
    lost.settle(state)
    lost.answer()
    assert lost.end() == (state, [], 1)


def test_other_texts_go_their_way_meanwhile(engine: Engine) -> None:
    lost = Lost(engine, window=2)
    lost.w.smsc.answer_submits = True
    lost.resend()
    queue(lost.w, CLERK, OWNER)
    lost.answer()
    dispatch(lost.w, lost.run)
    lost.w.smsc.advance(10)
    assert states(lost.w) == {"sent": 3}
    assert len(lost.w.smsc.submits) == 3


def test_a_text_that_waits_for_its_second_submit_on_a_link_that_rests_is_taken_back_by_a_late_answer() -> None:
    world = test_pump.World(delivery=Delivery(unknown_grace=3), response_timeout=5, enquire_link=1000)
    world.smsc.answer_submits = False
    world.send(test_pump.Row(1))
    world.smsc.advance(6)
    world.link.hold(True)
    world.smsc.advance(6)  # its time has come, but not its turn
    world.smsc.answer(*world.smsc.held.pop(0))
    world.smsc.settle()
    assert world.outcomes.told == [("unknown", 1, 3), ("late", 1, {1: "id1"}, True)]
    world.link.hold(False)
    world.smsc.advance(60)
    assert len(world.smsc.submits) == 1
    assert len(world.pump) == 0
