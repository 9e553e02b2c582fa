"""The lines of each kind of file: what is read, and every reason for which a line is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from smsgw.business.catalogue import imports as products
from smsgw.business.core.known import KnownDealer, KnownProduct, KnownRegion, Snapshot
from smsgw.business.directory.imports import contacts, dealers, regions
from smsgw.business.money import imports as payments
from smsgw.business.prices import imports as prices
from smsgw.business.prices.books import PriceRow
from smsgw.business.shipping import imports as shipments
from smsgw.business.stock import imports as stock
from smsgw.tables.fault import Fault
from smsgw.tables.files import Columns, read

KNOWN = Snapshot(
    regions={"CN": KnownRegion("CN", None), "EAST": KnownRegion("EAST", "CN")},
    dealers={
        "D1001": KnownDealer("D1001", None, "A", "CNY", "Asia/Shanghai", True),
        "D1002": KnownDealer("D1002", "D1001", "B", "CNY", "Asia/Shanghai", False),
    },
    products={
        "A350": KnownProduct("A350", "Aurora 3.5", ("曙光3.5",), ("86012345",), "CNY"),
        "B200": KnownProduct("B200", "Borealis", (), (), None),
    },
    verb_words=frozenset({"sale", "库存"}),
    today=date(2026, 4, 15),
)


def lines(
    tmp_path: Path, module: Any, body: str, check: Callable[..., Any] | None = None
) -> tuple[list[Any], list[str]]:
    """What a file of a kind reads as, and the faults as people see them. The header is the kind's own, in full."""
    columns: Columns = module.COLUMNS
    path = tmp_path / "file.csv"
    path.write_text(",".join(columns.all) + "\n" + body, encoding="utf-8")
    faults: list[Fault] = []
    found = (check or module.check)(read(path, columns).rows, KNOWN, faults=faults)
    return found, [str(fault) for fault in sorted(faults)]


def test_regions_come_parents_first_and_unknown_parents_are_created(tmp_path: Path) -> None:
    found, faults = lines(
        tmp_path, regions, "SH-1,Pudong,SH,,\nsh,Shanghai,east,+8613900000020,Asia/Shanghai\nX,X,NEW,,\n"
    )
    assert not faults
    assert [(r.code, r.parent) for r in found] == [("NEW", None), ("SH", "EAST"), ("SH-1", "SH"), ("X", "NEW")]
    assert found[1].manager == "+8613900000020"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",Nowhere,,,", "line 2, code (empty): must not be empty"),
        ("A B,Nowhere,,,", "line 2, code 'A B': a code is made of letters and digits without spaces"),
        ("ABCDEFGHIJKLM,x,,,", "line 2, code 'ABCDEFGHIJKLM': a code has at most 12 characters, this has 13"),
        ("A,,,,", "line 2, name (empty): must not be empty"),
        ("A,#REF!,,,", "line 2, name '#REF!': is an error of the spreadsheet"),
        ("A,x,,12345,", "line 2, manager '12345': is not a phone number, neither with + nor in CN"),
        ("A,x,,,Shanghai", "line 2, timezone 'Shanghai': a time zone is named like Asia/Shanghai"),
        ("CN,x,EAST,,", "line 2, parent 'EAST': a region cannot lie within itself: CN in EAST in CN"),
        ("A,x,A,,", "line 2, parent 'A': a region cannot lie within itself: A in A"),
        ("A,x,,,\nA,y,,,", "line 3, code 'A': stands on line 2 already"),
    ],
)
def test_a_bad_region_is_refused_with_its_reason(tmp_path: Path, line: str, reason: str) -> None:
    assert lines(tmp_path, regions, line + "\n")[1] == [reason]


def test_a_product_reads_with_its_names_tacs_and_prices(tmp_path: Path) -> None:
    found, faults = lines(
        tmp_path, products, 'C100,Comet 100,Comet| 彗星100 |Comet,86012348|86012349,"1,299.50",349,cny\nD5,Five,,,,,\n'
    )
    assert not faults
    assert found == [
        products.Product("C100", "Comet 100", ("Comet", "彗星100"), ("86012348", "86012349"), 129950, 34900, "CNY"),
        products.Product("D5", "Five", (), (), None, None, None),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            "C1,Comet,Aurora 3-5,,,,",
            "line 2, aliases 'Aurora 3-5': 'Aurora 3-5' is ambiguous: product A350 is called so too",
        ),
        ("C1,Comet,SALE|x,,,,", "line 2, aliases 'SALE|x': 'SALE' is a word of the command language"),
        ("C1,Comet,库 存,,,,", "line 2, aliases '库 存': '库 存' is a word of the command language"),
        ("C1,Comet,d1001,,,,", "line 2, aliases 'd1001': 'd1001' is the code of dealer D1001"),
        (
            "C1,Comet,12,,,,",
            "line 2, aliases '12': '12' would read as a quantity; a number needs three digits at least",
        ),
        ("C1,Comet,86012345000001,,,,", "line 2, aliases '86012345000001': '86012345000001' would read as an IMEI"),
        ("C1,Comet,..,,,,", "line 2, aliases '..': '..' has no letter and no digit"),
        ("C1,Comet,,86012345,,,", "line 2, tacs '86012345': TAC 86012345 is that of product A350"),
        ("C1,Comet,,8601234,,,", "line 2, tacs '8601234': a TAC has 8 digits: '8601234'"),
        ("C1,Comet,,,x,1,CNY", "line 2, dealer_price 'x': an amount looks like 1040.00"),
        ("C1,Comet,,,1.005,1,CNY", "line 2, dealer_price '1.005': CNY has 2 decimals"),
        ("C1,Comet,,,1.5,1,JPY", "line 2, dealer_price '1.5': JPY has no decimals"),
        ("C1,Comet,,,1,-1,CNY", "line 2, retail_price '-1': an amount cannot be below zero"),
        ("C1,Comet,,,1,,CNY", "line 2, retail_price (empty): must not be empty"),
        ("C1,Comet,,,1,2,", "line 2, currency (empty): must not be empty"),
        ("C1,Comet,,,1,2,Yuan", "line 2, currency 'Yuan': a currency is three letters, such as CNY"),
        ("C1,Comet,,,,,\nC1,Comet,,,,,", "line 3, code 'C1': stands on line 2 already"),
        ("C1,Comet,,,,,\nC2,comet,,,,,", "line 3, name 'comet': 'comet' is ambiguous: product C1 is called so too"),
    ],
)
def test_a_bad_product_is_refused_with_its_reason(tmp_path: Path, line: str, reason: str) -> None:
    assert lines(tmp_path, products, line + "\n")[1] == [reason]


def test_a_code_of_a_product_may_be_digits_hanzi_or_have_a_space(tmp_path: Path) -> None:
    found, faults = lines(tmp_path, products, "3310,Classic,,,,,\n小米14,Xiaomi 14,,,,,\nNova 6,Nova Six,,,,,\n")
    assert not faults
    assert [product.code for product in found] == ["3310", "小米14", "Nova 6"]
    bad = "Nova  6,x,,,,,\nABCDEFGHIJKLM,y,,,,,\n"
    assert lines(tmp_path, products, bad)[1] == [
        "line 2, code 'Nova  6': a code has no | and no two spaces",
        "line 3, code 'ABCDEFGHIJKLM': at most 12 characters fit, this has 13",
    ]


def test_a_product_may_keep_its_own_names_and_take_over_what_another_gives_up(tmp_path: Path) -> None:
    found, faults = lines(tmp_path, products, "A350,Aurora 3.5,A-350,86012345,,,\nA351,曙光3.5,,,,,\n")
    assert not faults and len(found) == 2


def test_dealers_come_parents_first_with_defaults_for_what_is_empty(tmp_path: Path) -> None:
    found, faults = lines(
        tmp_path, dealers, 'd2,Two,west,b,D1,,CNY,,,\nD1,One,EAST,A,D1001,"100,000",CNY,zh,45,Asia/Tokyo\n'
    )
    assert not faults
    assert found == [
        dealers.Dealer("D1", "One", "EAST", "A", "D1001", 10_000_000, "CNY", "zh", 45, "Asia/Tokyo"),
        dealers.Dealer("D2", "Two", "WEST", "B", "D1", 0, "CNY", "en", None, None),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("D1,One,,A,,,CNY,,,", "line 2, region (empty): must not be empty"),
        ("D1,One,EAST,A,D9999,,CNY,,,", "line 2, parent 'D9999': there is no dealer D9999"),
        ("D1,One,EAST,A,D1003,,CNY,,,", "line 2, parent 'D1003': there is no dealer D1003; did you mean D1001?"),
        (
            "D1001,One,EAST,A,D1002,,CNY,,,",
            "line 2, parent 'D1002': a dealer cannot stand below itself: D1001 below D1002 below D1001",
        ),
        ("D-1001,One,EAST,A,,,CNY,,,", "line 2, code 'D-1001': is too like dealer D1001"),
        ("A350,One,EAST,A,,,CNY,,,", "line 2, code 'A350': is a name of product A350"),
        ("SALE,One,EAST,A,,,CNY,,,", "line 2, code 'SALE': is a word of the command language"),
        ("D1,One,EAST,A,,,CNY,fr,,", "line 2, language 'fr': must be one of en, zh"),
        ("D1,One,EAST,A,,,CNY,,500,", "line 2, terms_days '500': must lie between 0 and 365"),
        ("D1,One,EAST,A,,,CNY,,soon,", "line 2, terms_days 'soon': must be a whole number"),
        ("D1001,One,EAST,A,,,USD,,,", "line 2, currency 'USD': the account of D1001 is kept in CNY"),
        ("D1,One,EAST,A,,,CNY,,,\nd1,x,EAST,A,,,CNY,,,", "line 3, code 'd1': stands on line 2 already"),
    ],
)
def test_a_bad_dealer_is_refused_with_its_reason(tmp_path: Path, line: str, reason: str) -> None:
    assert lines(tmp_path, dealers, line + "\n")[1] == [reason]


def test_contacts_have_the_dealer_or_the_region_that_their_role_asks_for(tmp_path: Path) -> None:
    body = "13900000001,Zhang Wei,Owner,d1001,EAST,EN\n+8613900000010,Sun Li,field,,EAST,\n+8613900000030,HQ,hq,,,\n"
    found, faults = lines(tmp_path, contacts, body)
    assert not faults
    assert found == [
        contacts.Contact("+8613900000001", "Zhang Wei", "owner", "D1001", None, "en"),
        contacts.Contact("+8613900000010", "Sun Li", "field", None, "EAST", None),
        contacts.Contact("+8613900000030", "HQ", "hq", None, None, None),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("139,Zhang,owner,D1001,,", "line 2, phone '139': is not a phone number, neither with + nor in CN"),
        (
            "8.6139E+12,Zhang,owner,D1001,,",
            "line 2, phone '8.6139E+12': a spreadsheet shortened this number; format the column as text",
        ),
        ("13900000001,,owner,D1001,,", "line 2, name (empty): must not be empty"),
        (
            "13900000001,Zhang,onwer,D1001,,",
            "line 2, role 'onwer': must be one of owner, clerk, promoter, field, manager, hq; did you mean owner?",
        ),
        ("13900000001,Zhang,owner,,,", "line 2, dealer (empty): must not be empty for role owner"),
        ("13900000001,Zhang,owner,D1010,,", "line 2, dealer 'D1010': there is no dealer D1010; did you mean D1001?"),
        ("13900000001,Zhang,manager,,,", "line 2, region (empty): must not be empty for role manager"),
        ("13900000001,Zhang,hq,,,xx", "line 2, language 'xx': must be one of en, zh"),
        (
            "13900000001,A,hq,,,\n+86 139 0000 0001,B,hq,,,",
            "line 3, phone '+86 139 0000 0001': stands on line 2 already",
        ),
    ],
)
def test_a_bad_contact_is_refused_with_its_reason(tmp_path: Path, line: str, reason: str) -> None:
    assert lines(tmp_path, contacts, line + "\n")[1] == [reason]


IN_FORCE = PriceRow("A350", "A", 104000, 119800, "CNY", date(2026, 4, 1))
PLANNED = PriceRow("A350", "", 99000, 109800, "CNY", date(2026, 5, 1))


def price_check(rows: Any, known: Snapshot, faults: list[Fault]) -> list[PriceRow]:
    return prices.check(rows, known, {p.key: p for p in (IN_FORCE, PLANNED)}, faults)


def test_prices_that_are_kept_already_are_not_written_again_and_planned_ones_may_change(tmp_path: Path) -> None:
    body = "A350,A,1040.00,1198,2026-04-01\nA350,,980,1098,2026/5/1\nAurora-3.5,b,1,2,20260415\na350,b,1,2,2026-04-16\n"
    found, faults = lines(tmp_path, prices, body, price_check)
    assert faults == ["line 4, model 'Aurora-3.5': there is no model Aurora-3.5"]
    assert [(p.tier, p.dealer_price, p.valid_from.isoformat()) for p in found] == [
        ("", 98000, "2026-05-01"),
        ("B", 100, "2026-04-16"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("A35O,A,1,2,2026-05-01", "line 2, model 'A35O': there is no model A35O; did you mean A350?"),
        (
            "B200,A,1,2,2026-05-01",
            "line 2, model 'B200': B200 has no list price yet, so no currency; import it with its price first",
        ),
        ("A350,A,1,2,2026-02-30", "line 2, valid_from '2026-02-30': there is no such day"),
        ("A350,A,1,2,15/4", "line 2, valid_from '15/4': a day looks like 2026-04-15"),
        ("A350,A,1,2,1066-10-14", "line 2, valid_from '1066-10-14': a day lies between 1990 and 2099"),
        (
            "A350,A,1,2,2026-04-01",
            "line 2, valid_from '2026-04-01': another price is in force since that day; a new one needs a later day",
        ),
        (
            "A350,C,1,2,2026-05-01\nA350,c,1,3,2026-05-01",
            "line 3, valid_from '2026-05-01': line 2 has a price of A350 for that tier and day already",
        ),
    ],
)
def test_a_bad_price_is_refused_with_its_reason(tmp_path: Path, line: str, reason: str) -> None:
    assert lines(tmp_path, prices, line + "\n", price_check)[1] == [reason]


def test_a_shipped_set_reads_with_its_order_and_second_imei(tmp_path: Path) -> None:
    found, faults = lines(
        tmp_path,
        shipments,
        "SH1,o7731,d1001,86-012345-000001-2,A-350,2026-04-15,860123450000020\nS17,,D1002,860123460000010,B200,2026-04-14,\n",
    )
    assert not faults
    assert [f.line for f in found] == [
        shipments.ShipmentLine(
            "SH1", "D1001", "860123450000012", "A350", date(2026, 4, 15), "O7731", "860123450000020"
        ),
        shipments.ShipmentLine("shipment S17", "D1002", "860123460000010", "B200", date(2026, 4, 14)),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",,D1001,860123450000012,A350,2026-04-01,", "line 2, shipment (empty): must not be empty"),
        (
            "SH1,,D1010,860123450000012,A350,2026-04-01,",
            "line 2, dealer 'D1010': there is no dealer D1010; did you mean D1001?",
        ),
        (
            "SH1,,D1001,860123450000013,A350,2026-04-01,",
            "line 2, imei '860123450000013': the check digit is wrong: 86012345000001 ends in 2",
        ),
        (
            "SH1,,D1001,86012345000001,A350,2026-04-01,",
            "line 2, imei '86012345000001': an IMEI has 15 digits, this has 14",
        ),
        (
            "SH1,,D1001,8.60123E+14,A350,2026-04-01,",
            "line 2, imei '8.60123E+14': a spreadsheet shortened this number; format the column as text",
        ),
        (
            "SH1,,D1001,000000000000000,A350,2026-04-01,",
            "line 2, imei '000000000000000': one digit throughout is not an IMEI",
        ),
        ("SH1,,D1001,86012345000001X,A350,2026-04-01,", "line 2, imei '86012345000001X': an IMEI is digits only"),
        (
            "SH1,,D1001,860123460000010,A350,2026-04-01,",
            "line 2, imei '860123460000010': TAC 86012346 belongs to no product; add it to the TACs of A350",
        ),
        (
            "SH1,,D1001,860123450000012,B200,2026-04-01,",
            "line 2, imei '860123450000012': TAC 86012345 is that of A350, not of B200",
        ),
        ("SH1,,D1001,860123450000012,A350,2026-05-01,", "line 2, shipped_on '2026-05-01': lies in the future"),
        (
            "SH1,,D1001,860123450000012,A350,2026-04-01,860123450000012",
            "line 2, imei2 '860123450000012': is the same as imei",
        ),
        (
            "SH1,,D1001,860123450000012,A350,2026-04-01,\nSH2,,D1002,860123450000012,A350,2026-04-02,",
            "line 3, imei '860123450000012': stands on line 2 already",
        ),
    ],
)
def test_a_bad_shipment_is_refused_with_its_reason(tmp_path: Path, line: str, reason: str) -> None:
    assert lines(tmp_path, shipments, line + "\n")[1] == [reason]


def payment_check(rows: Any, known: Snapshot, faults: list[Fault]) -> list[payments.Payment]:
    return payments.check(rows, known, {("D1001", "BANK1"): 50000}, faults)


def test_a_payment_that_is_booked_already_is_left_alone(tmp_path: Path) -> None:
    found, faults = lines(
        tmp_path,
        payments,
        "D1001,500.00,CNY,2026-04-10,BANK1\nD1002,500,cny,2026-04-10,BANK1\nD1002,7,CNY,2026-04-10,P31\n",
        payment_check,
    )
    assert not faults
    assert [(p.dealer, p.amount, p.reference) for p in found] == [
        ("D1002", 50000, "BANK1"),
        ("D1002", 700, "payment P31"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("D1001,600,CNY,2026-04-10,BANK1", "line 2, amount '600': this payment is booked already with 500.00"),
        ("D9,1,CNY,2026-04-10,B2", "line 2, dealer 'D9': there is no dealer D9"),
        ("D1001,0,CNY,2026-04-10,B2", "line 2, amount '0': a payment is more than nothing"),
        ("D1001,-5,CNY,2026-04-10,B2", "line 2, amount '-5': an amount cannot be below zero"),
        (
            "D1001,1e9,CNY,2026-04-10,B2",
            "line 2, amount '1e9': a spreadsheet shortened this number; format the column as text",
        ),
        ("D1001,5,USD,2026-04-10,B2", "line 2, currency 'USD': D1001 pays in CNY"),
        ("D1001,5,CNY,2026-05-10,B2", "line 2, paid_on '2026-05-10': lies in the future"),
        ("D1001,5,CNY,2026-04-10,", "line 2, reference (empty): must not be empty"),
        (
            "D1001,5,CNY,2026-04-10,B2\nD1001,6,CNY,2026-04-10,B2",
            "line 3, reference 'B2': stands on line 2 already for D1001",
        ),
    ],
)
def test_a_bad_payment_is_refused_with_its_reason(tmp_path: Path, line: str, reason: str) -> None:
    assert lines(tmp_path, payments, line + "\n", payment_check)[1] == [reason]


def stock_check(rows: Any, known: Snapshot, faults: list[Fault]) -> list[stock.Opening]:
    kept = {("D1001", "A350", "opening 2026-04-01"): 5}
    return stock.check(rows, known, kept, {("D1001", "860123450000012", "opening 2026-04-01")}, faults)


def test_opening_stock_books_the_difference_to_what_is_kept(tmp_path: Path) -> None:
    body = "D1001,A350,5,2026-04-01,\nD1002,A350,3,2026-04-01,\nD1001,A350,1,2026-04-01,860123450000012\n"
    body += "D1002,A350,1,2026-04-01,860123450000020\n"
    found, faults = lines(tmp_path, stock, body, stock_check)
    assert not faults
    assert [(o.dealer, o.quantity, o.imei) for o in found] == [("D1002", 3, None), ("D1002", 1, "860123450000020")]
    # The difference is made when it is written: test_opening_stock_is_corrected_by_the_difference.
    assert [o.quantity for o in lines(tmp_path, stock, "D1001,A350,4,2026-04-01,\n", stock_check)[0]] == [4]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("D1001,A350,-1,2026-04-01,", "line 2, quantity '-1': must lie between 0 and 99999"),
        ("D1001,A350,1.5,2026-04-01,", "line 2, quantity '1.5': must be a whole number"),
        ("D1001,A350,2,2026-04-01,860123450000020", "line 2, quantity '2': a line with an IMEI is one set, so 1"),
        (
            "D1001,B200,1,2026-04-01,860123450000020",
            "line 2, imei '860123450000020': TAC 86012345 is that of A350, not of B200",
        ),
        ("D1001,A350,1,2026-05-01,", "line 2, as_of '2026-05-01': lies in the future"),
        ("D1001,A350,1,2026-04-01,\nD1001,A350,2,2026-04-01,", "line 3, model 'A350': stands on line 2 already"),
    ],
)
def test_a_bad_opening_is_refused_with_its_reason(tmp_path: Path, line: str, reason: str) -> None:
    assert lines(tmp_path, stock, line + "\n", stock_check)[1] == [reason]


PRICE_COLUMNS = "model,tier,dealer_price,retail_price,valid_from,region,dealer,valid_to\n"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            "A350,A,1,2,2026-05-01,EAST,,",
            "line 2: a price is for one tier, one region or one dealer, or for everybody",
        ),
        ("A350,,1,2,2026-05-01,NORTH,,", "line 2, region 'NORTH': there is no region NORTH"),
        ("A350,,1,2,2026-05-01,,D1010,", "line 2, dealer 'D1010': there is no dealer D1010; did you mean D1001?"),
        ("A350,,1,2,2026-05-01,,D1001,2026-04-30", "line 2, valid_to '2026-04-30': lies before the first day"),
        (
            "A350,,100,90,2026-05-01,,D1001,",
            "line 2, retail_price '90': is below the dealer price; if it is meant, say --retail-below-dealer",
        ),
        (
            "A350,,1,2,2026-05-01,,D1001,\nA350,,1,3,2026-05-01,,d1001,",
            "line 3, valid_from '2026-05-01': line 2 has a price of A350 for that dealer and day already",
        ),
    ],
)
def test_a_bad_price_of_a_region_or_dealer_is_refused_with_its_reason(tmp_path: Path, line: str, reason: str) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(PRICE_COLUMNS + line + "\n", encoding="utf-8")
    faults: list[Fault] = []
    price_check(read(file, prices.COLUMNS).rows, KNOWN, faults)
    assert [str(fault) for fault in faults] == [reason]


def test_retail_below_the_dealer_price_is_taken_where_it_is_meant(tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(PRICE_COLUMNS + "A350,,100,90,2026-05-01,,D1001,2026-05-31\n", encoding="utf-8")
    faults: list[Fault] = []
    found = price_check(read(file, prices.COLUMNS).rows, replace(KNOWN, retail_below_dealer=True), faults)
    assert not faults
    assert [(row.list, row.valid_to) for row in found] == [(("dealer", "D1001"), date(2026, 5, 31))]
