"""What has left for a shop and what its prices become: noted by the import, told to the owners once, when it may be."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from smsgw.business.consent.books import consents
from smsgw.business.core.known import Snapshot
from smsgw.business.core.principal import Person
from smsgw.business.importing import Pace, run
from smsgw.business.messages.tables import message_out
from smsgw.business.notifications.tables import notice
from smsgw.settings.sections import Broadcast, Reminders, Settings
from tests.business.dict_ledger import OTHER_OWNER, OWNER, WEST_OWNER, imei, sample
from tests.business.expectations.test_late import Deployment as Late

TOLD = Settings(broadcast=Broadcast(window="09:00-20:00"), reminders=Reminders(shipments=True, prices=True))
TODAY = date(2026, 4, 15)
SHIPMENTS = "shipment,order,dealer,imei,model,shipped_on\n"
PRICES = "model,tier,dealer_price,retail_price,valid_from\n"
LONG = "A delivery note with a name of 37 chars"


class Deployment(Late):
    """A store into which files are imported, on a clock that the test moves."""

    def __init__(self, engine: Engine, settings: Settings, folder: Path) -> None:
        super().__init__(engine, sample(), settings)
        self.folder = folder

    def bring(self, kind: str, body: str) -> None:
        path = self.folder / f"{kind}.csv"
        path.write_text(body, encoding="utf-8")
        run(self.engine, kind, path, Snapshot(today=TODAY), self.settings.trade_rules(), Person("clerk"), self.at)

    def ship(self, shipment: str, *numbers: int, dealer: str = "D1001", on: date = TODAY, order: str = "") -> None:
        lines = [f"{shipment},{order},{dealer},{imei('86012345', n)},A350,{on.isoformat()}\n" for n in numbers]
        self.bring("shipments", SHIPMENTS + "".join(lines))

    def stop(self, phone: str, topic: str) -> None:
        with self.keeper.transaction(self.at) as books:
            consents.decide(books.work, phone, topic, False)

    def states(self) -> list[str]:
        with self.engine.connect() as connection:
            return list(connection.scalars(select(message_out.c.state).order_by(message_out.c.id)))


@pytest.fixture
def deployment(engine: Engine, tmp_path: Path) -> Deployment:
    return Deployment(engine, TOLD, tmp_path)


def test_an_owner_is_told_once_of_what_has_left(deployment: Deployment) -> None:
    deployment.ship("SH1", 1, 2)
    assert deployment.look() == 1
    assert deployment.texts() == [(OWNER, "On the way to D1001: SH1 2 sets.")]
    assert deployment.look() == 0
    deployment.ship("SH1", 1, 2)  # the same file again
    assert deployment.look() == 0


def test_what_comes_before_it_is_told_is_one_text(deployment: Deployment) -> None:
    deployment.ship("SH1", 1, 2)
    deployment.at += timedelta(seconds=20)
    deployment.ship("SH1", 3)
    deployment.ship("SH2", 4, dealer="D1002")
    assert deployment.look() == 2
    assert sorted(deployment.texts())[0] == (OWNER, "On the way to D1001: SH1 2 sets, SH1 1 sets.")


def test_a_shipment_is_told_of_when_all_of_its_file_is_in_the_books(deployment: Deployment, engine: Engine) -> None:
    lines = "".join(f"SH{n // 60},,D1001,{imei('86012345', 100 + n)},A350,{TODAY}\n" for n in range(90))
    path = deployment.folder / "large.csv"
    path.write_text(SHIPMENTS + lines, encoding="utf-8")
    told: list[int] = []
    pace = Pace(first=30, slice=0, sleep=lambda seconds: told.append(deployment.look()))
    trade = deployment.settings.trade_rules()
    run(engine, "shipments", path, Snapshot(today=TODAY), trade, Person("clerk"), deployment.at, pace=pace)
    assert (told, deployment.look()) == ([0, 0], 1)
    assert deployment.texts() == [(OWNER, "On the way to D1001: SH0 60 sets, SH1 30 sets.")]


def test_nobody_is_told_at_night_and_it_is_said_in_the_morning(deployment: Deployment) -> None:
    deployment.at += timedelta(hours=9)  # 21:00
    deployment.ship("SH1", 1)
    assert deployment.look() == 0
    deployment.at += timedelta(hours=12)  # 09:00
    assert deployment.look() == 1


def test_the_name_of_a_shipment_may_be_long_and_hold_spaces(deployment: Deployment) -> None:
    deployment.ship(LONG, 1, 2)
    assert deployment.look() == 1
    (text,) = [text for _, text in deployment.texts()]
    assert text.startswith("On the way to D1001: A delivery note") and text.endswith("2 sets.")


def test_what_left_long_ago_is_no_news(deployment: Deployment) -> None:
    deployment.ship("SH1", 1, on=TODAY - timedelta(days=30))
    deployment.bring("prices", PRICES + "A350,,900.00,1100.00,2026-03-01\n")
    assert deployment.look() == 0


def test_after_a_stop_nobody_is_told_not_even_of_what_was_noted_or_queued(deployment: Deployment) -> None:
    deployment.ship("SH1", 1)
    deployment.stop(OWNER, "shipments")
    assert deployment.look() == 0
    deployment.ship("SH2", 2, dealer="D1002")
    assert deployment.look() == 1
    deployment.stop(OTHER_OWNER, "shipments")
    assert deployment.states() == ["cancelled"]
    deployment.bring("prices", PRICES + "A350,,900.00,1100.00,2026-05-01\n")
    assert deployment.look() == 2  # prices are another topic; tier A has one of its own


def test_new_prices_go_to_the_tiers_that_they_are_for(deployment: Deployment) -> None:
    deployment.bring("prices", PRICES + "A350,A,990.00,1198.00,2026-05-01\n")
    assert deployment.look() == 1
    assert deployment.texts() == [(OWNER, "Your prices from 01May: A350 990.00. PRICE and a model shows any price.")]
    deployment.bring("prices", PRICES + "A350,,890.00,1098.00,2026-06-01\n")
    assert deployment.look() == 2  # tier A has a price of its own
    assert {phone for phone, _ in deployment.texts()[1:]} == {OTHER_OWNER, WEST_OWNER}


def test_a_price_that_changes_again_is_told_again(deployment: Deployment) -> None:
    deployment.bring("prices", PRICES + "A350,A,990.00,1198.00,2026-05-01\n")
    assert deployment.look() == 1
    deployment.bring("prices", PRICES + "A350,A,980.00,1198.00,2026-05-01\n")
    assert deployment.look() == 1
    assert deployment.look() == 0
    assert deployment.texts()[-1] == (OWNER, "Your prices from 01May: A350 980.00. PRICE and a model shows any price.")


def test_another_list_price_is_told_from_the_day_of_the_file(deployment: Deployment) -> None:
    body = "code,name,aliases,tacs,dealer_price,retail_price,currency\nB200,B200,,,777.00,888.00,CNY\n"
    deployment.bring("products", body)
    assert deployment.look() > 0
    assert [text for phone, text in deployment.texts() if phone == OWNER] == [
        "Your prices from 15Apr: B200 777.00. PRICE and a model shows any price."
    ]


def test_a_deployment_that_did_not_ask_for_it_notes_nothing(engine: Engine, tmp_path: Path) -> None:
    quiet = Deployment(engine, Settings(), tmp_path)
    quiet.ship("SH1", 1)
    quiet.bring("prices", PRICES + "A350,A,990.00,1198.00,2026-05-01\n")
    assert quiet.look() == 0
    with engine.connect() as connection:
        assert connection.execute(select(notice)).all() == []
