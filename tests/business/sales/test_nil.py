"""NIL and sales of one day: the newest holds, each answer says what it does to the other, and UNDO brings it back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, text

from smsgw.business.core.command import Command
from tests.business.dict_ledger import CLERK, FIELD, OWNER, imei, sample
from tests.business.returns.shops import A350, Shops
from tests.business.say import items, keys, only, sale, say

A, B, C = (imei("86012345", number) for number in (1, 2, 3))
NIL = Command("nil")
YES = Command("yes")


def test_a_nil_after_sales_names_them_and_its_yes_takes_all_back_and_books_it() -> None:
    books = sample()
    say(books, OWNER, sale(A, B))
    say(books, OWNER, items("sale", ("B200", 3)))
    asked = only(say(books, OWNER, NIL))
    assert (asked.key, asked.values["count"]) == ("nil_question", 5)
    assert asked.values["sales"].items == ("S1002", "S1001")
    assert len(books._live_lines()) == 3 and books.nils == []
    booked = only(say(books, OWNER, YES))
    assert (booked.key, booked.values["reference"]) == ("nil_instead", "N1001")
    assert books._live_lines() == [] and books.headers["S1001"].undone and books.headers["S1002"].undone
    assert books.faults() == []


def test_undo_of_that_nil_sells_again_what_it_took_back() -> None:
    books = sample()
    say(books, OWNER, sale(A, B))
    say(books, OWNER, items("sale", ("B200", 3)))
    say(books, OWNER, NIL)
    say(books, OWNER, YES)
    assert keys(say(books, OWNER, Command("undo", reference="N1001"))) == ["undone", "sale", "sale_items_short"]
    assert [(line.model, line.quantity) for line in books._live_lines()] == [("A350", 1), ("A350", 1), ("B200", 3)]
    assert books.faults() == []


def test_a_sale_that_came_since_the_question_is_not_taken_back_by_its_yes() -> None:
    books = sample()
    say(books, OWNER, sale(A))
    say(books, OWNER, NIL)
    say(books, OWNER, sale(B))
    answer = say(books, OWNER, Command("yes", reference="1001"))
    assert keys(answer) == ["nil_question"]
    assert only(answer).values["sales"].items == ("S1002", "S1001")
    assert len(books._live_lines()) == 2 and books.nils == []


def test_a_sale_that_was_taken_back_since_the_question_is_no_longer_in_the_way() -> None:
    books = sample()
    say(books, OWNER, sale(A))
    say(books, OWNER, sale(B))
    say(books, OWNER, NIL)
    say(books, OWNER, Command("undo", reference="S1001"))
    assert only(say(books, OWNER, Command("yes", reference="1001"))).values["sales"].items == ("S1002",)


@pytest.mark.parametrize("on", [None, date(2026, 4, 13), date(2026, 3, 20)])
def test_a_sale_after_a_nil_says_that_it_no_longer_counts_and_its_undo_that_it_does(on: date | None) -> None:
    books = sample()
    say(books, OWNER, Command("nil", on=on))
    first = say(books, OWNER, sale(A, on=on))
    assert keys(first)[-1] == "nil_over" and first.replies[-1].values["nil"] == "N1001"
    assert "nil_over" not in keys(say(books, OWNER, sale(B, on=on)))
    assert keys(say(books, OWNER, Command("undo", reference="S1002"))) == ["undone_sale"]
    assert keys(say(books, OWNER, Command("undo", reference="S1001"))) == ["undone_sale_nil"]
    say(books, OWNER, Command("undo", reference="N1001"))
    assert keys(say(books, OWNER, sale(A, on=on))) == ["sale" if on is None else "sale_on"]


def test_the_same_nil_again_after_a_sale_is_no_repetition() -> None:
    books = sample()
    say(books, OWNER, NIL, text="NIL")
    assert keys(say(books, OWNER, NIL, text="NIL")) == ["already_once"]
    say(books, OWNER, sale(A))
    assert keys(say(books, OWNER, NIL, text="NIL")) == ["nil_question"]
    assert keys(say(books, OWNER, YES)) == ["nil_instead"]


def test_what_the_sender_could_not_undo_is_in_the_way_and_said() -> None:
    books = sample()
    say(books, OWNER, sale(A))
    assert keys(say(books, CLERK, NIL)) == ["undo_not_yours"]
    say(books, FIELD, sale(B, dealer="D1001"))
    assert keys(say(books, OWNER, NIL)) == ["nil_but_sold"]  # that of somebody outside the shop
    late = sample()
    say(late, OWNER, sale(A))
    yesterday = late.now.date()
    assert keys(say(late, OWNER, Command("nil", on=yesterday), after=timedelta(days=1, minutes=1))) == ["nil_but_sold"]


def test_imeis_that_came_later_are_to_be_taken_back_first() -> None:
    books = sample()
    say(books, OWNER, items("sale", ("A350", 1)))
    say(books, OWNER, sale(A))
    say(books, OWNER, YES)  # it is that one
    assert keys(say(books, OWNER, NIL)) == ["nil_but_sold"]
    for reference in ("S1002", "S1001"):
        say(books, OWNER, Command("undo", reference=reference))
    assert keys(say(books, OWNER, NIL)) == ["nil"]


def test_it_is_said_in_both_languages_and_kept_by_the_database(engine: Engine) -> None:
    shops = Shops(engine)
    shops.text(OWNER, f"S {A350[0]} {A350[1]}")
    assert shops.text(OWNER, "NIL") == (
        "D1001 has 2 sold on 15Apr (S1001). Take them back and save zero sales? Nothing changed yet. "
        "Reply YES 1001 or NO"
    )
    assert shops.text(OWNER, "YES") == ("OK N1001: zero sales for D1001 15Apr. Taken back: S1001. Wrong? UNDO N1001")
    assert (shops.sold(), shops.unit(A350[0])) == (0, ("shipped", "D1001"))
    with engine.begin() as connection:
        assert connection.execute(text("SELECT undid FROM nil_report")).scalar() == "S1001"
    assert shops.text(OWNER, f"S {A350[2]}").endswith("N1001 (zero sales today 15Apr) no longer counts.")
    assert shops.text(OWNER, "UNDO").endswith("N1001 (zero sales) counts again.")
    said = shops.text(OWNER, "UNDO N1001")
    assert said.startswith("OK N1001: undone for D1001.") and "2 sold at D1001" in said
    assert shops.sold() == 2


def test_a_clerk_says_it_in_chinese(engine: Engine) -> None:
    shops = Shops(engine)
    shops.text(CLERK, f"销售 {A350[3]}")
    assert shops.text(CLERK, "无销量") == "D1001 4月15日已售1台(S1001)。全部撤销并报零销量?未变更。是请回:是 1001"
    assert shops.text(CLERK, "是") == "已收N1001:D1001 4月15日零销量,已撤销S1001。有误回:撤销 N1001"
    assert shops.text(CLERK, f"销售 {A350[3]} RO").endswith("N1001(今天4月15日零销量)不再有效。")
    assert shops.text(CLERK, "撤销").endswith("N1001零销量恢复有效。")
