"""A sample dealer network, made of the same CSV files that an operator would import."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from stdnum import luhn

SEED = 20  # of what differs from shop to shop; the same network every time but for its dates

# code, name, parent
REGIONS = (
    ("CHINA", "China 中国", ""),
    ("EAST", "East 华东", "CHINA"),
    ("SHANGHAI", "Shanghai 上海", "EAST"),
    ("NORTH", "North 华北", "CHINA"),
    ("SOUTH", "South 华南", "CHINA"),
    ("WEST", "West 西南", "CHINA"),
    ("CENTRAL", "Central 华中", "CHINA"),
    ("NEAST", "Northeast 东北", "CHINA"),
)

# code, name, aliases, first TAC, dealer price, retail price
MODELS = (
    ("A350", "Aurora 3.5", "Aurora 3.5|曙光3.5", "86012345", 1040, 1198),
    ("A380", "Aurora 3.8", "Aurora 3.8|曙光3.8", "86012346", 1320, 1498),
    ("A420", "Aurora 4.2 Max", "Aurora Max|曙光4.2", "86012351", 1760, 1998),
    ("B200", "Borealis 200", "Borealis|北极光200", "86012347", 620, 698),
    ("B260", "Borealis 260", "北极光260", "86012352", 780, 899),
    ("C100", "Comet 100", "Comet|彗星100", "86012348", 299, 349),
    ("C150", "Comet 150", "彗星150", "86012353", 399, 459),
    ("N60", "Nova 60", "新星60", "86012354", 3180, 3599),
    ("N60P", "Nova 60 Pro", "新星60Pro", "86012349", 3980, 4499),
    ("3310", "Classic 3310", "Classic|经典3310", "86012350", 199, 249),
    ("GL7", "Glacier 7", "冰川7", "86012355", 2240, 2499),
    ("L20", "Lumen 20 Lite", "Lumen|流明20", "86012356", 880, 999),
)

# code, name, region, tier, credit limit, language
DEALERS = (
    ("D1001", "Sunny Mobile", "EAST", "A", 100_000, "en"),
    ("D1002", "Harbour Phones", "EAST", "B", 50_000, "zh"),
    ("D1003", "West Gate Telecom", "WEST", "B", 50_000, "zh"),
    ("D1004", "阳光通讯", "SHANGHAI", "A", 150_000, "zh"),
    ("D1005", "Bund Wireless", "SHANGHAI", "A", 120_000, "en"),
    ("D1006", "南京路手机城", "SHANGHAI", "B", 80_000, "zh"),
    ("D1007", "West Lake Mobile", "EAST", "B", 60_000, "en"),
    ("D1008", "苏州园林数码", "EAST", "C", 30_000, "zh"),
    ("D1009", "Red Lantern Phones", "NORTH", "A", 110_000, "en"),
    ("D1010", "京华通讯", "NORTH", "A", 130_000, "zh"),
    ("D1011", "Great Wall Cellular", "NORTH", "B", 60_000, "en"),
    ("D1012", "海河手机", "NORTH", "C", 25_000, "zh"),
    ("D1013", "Iron Bridge Telecom", "NORTH", "C", 20_000, "en"),
    ("D1014", "Pearl River Mobile", "SOUTH", "A", 140_000, "en"),
    ("D1015", "羊城数码", "SOUTH", "A", 90_000, "zh"),
    ("D1016", "Lychee Phones", "SOUTH", "B", 55_000, "en"),
    ("D1017", "深南通讯", "SOUTH", "B", 70_000, "zh"),
    ("D1018", "鹏城手机", "SOUTH", "C", 30_000, "zh"),
    ("D1019", "Palm Court Wireless", "SOUTH", "C", 0, "en"),
    ("D1020", "蓉城通讯", "WEST", "A", 80_000, "zh"),
    ("D1021", "Panda Telecom", "WEST", "B", 45_000, "en"),
    ("D1022", "山城手机", "WEST", "C", 25_000, "zh"),
    ("D1023", "Yellow Crane Mobile", "CENTRAL", "A", 85_000, "en"),
    ("D1024", "楚天数码", "CENTRAL", "B", 50_000, "zh"),
    ("D1025", "Lotus Phones", "CENTRAL", "B", 40_000, "en"),
    ("D1026", "湘江通讯", "CENTRAL", "C", 20_000, "zh"),
    ("D1027", "Frost Harbour", "NEAST", "B", 45_000, "en"),
    ("D1028", "冰城手机", "NEAST", "B", 40_000, "zh"),
    ("D1029", "Birch Tree Telecom", "NEAST", "C", 15_000, "en"),
    ("D1030", "长白山通讯", "NEAST", "C", 15_000, "zh"),
)
OWNERS = """
Zhang Wei,王芳,Chen Jie,李强,Grace Lin,刘洋,Tom Xu,周敏,Wu Lei,赵静,Henry Guo,孙涛,Peter Ma,Amy Huang,何丽,
Jack Liang,罗军,郑爽,Kevin Tan,邓超,Iris Feng,彭飞,Simon Yu,袁梅,Vera Dong,蒋欣,Oscar Han,贾玲,Nina Shi,高原
""".replace("\n", "").split(",")
REGIONAL = ("EAST", "NORTH", "SOUTH", "WEST", "CENTRAL", "NEAST")
TIERS = {"A": 0.97, "B": 0.985}  # of the list price; tier C pays the list price
# What lies in the shops that the play goes to; every other shop has six models by lot.
STOCKED = {
    "D1001": ("A350", "A380", "B200", "C100", "N60P", "3310"),
    "D1002": ("A350", "B200", "C100", "C150", "L20", "3310"),
    "D1004": ("A350", "A420", "B260", "N60", "GL7", "C100"),
}
PHONES = "+861390000"  # the sample's phones are this and four digits


@dataclass(frozen=True)
class Network:
    """The sample as values: whose phone is whose, and which sets lie in which shop."""

    phones: dict[str, str]  # a short name such as `D1001 owner` → E.164
    units: dict[tuple[str, str], list[str]]  # (dealer, model) → IMEIs shipped there


def imei(tac: str, serial: int) -> str:
    """The serial-th set of a type allocation code, with its check digit."""
    digits = f"{tac}{serial:06d}"
    return digits + luhn.calc_check_digit(digits)


def tac(model: str) -> str:
    return next(m[3] for m in MODELS if m[0] == model)


def write(folder: Path, today: date) -> Network:
    """Write the files of every kind into `folder`, dated so that the network looks lived in on `today`."""
    folder.mkdir(parents=True, exist_ok=True)
    pick = random.Random(SEED)
    _write(folder, "regions", "code,name,parent", REGIONS)
    _write(
        folder,
        "products",
        "code,name,aliases,tacs,dealer_price,retail_price,currency",
        ((c, n, a, t, f"{d}.00", f"{r}.00", "CNY") for c, n, a, t, d, r in MODELS),
    )
    _write(
        folder,
        "dealers",
        "code,name,region,tier,parent,credit_limit,currency,language,terms_days",
        ((c, n, g, t, "", f"{limit}.00", "CNY", lang, 30) for c, n, g, t, limit, lang in DEALERS),
    )
    since = today - timedelta(days=90)
    _write(
        folder,
        "prices",
        "model,tier,dealer_price,retail_price,valid_from",
        (
            (code, tier, f"{round(dealer * share)}.00", f"{retail}.00", since)
            for code, _, _, _, dealer, retail in MODELS
            for tier, share in TIERS.items()
        ),
    )
    phones = _contacts(folder)
    units = _shipments(folder, pick, today)
    return Network(phones, units)


def _contacts(folder: Path) -> dict[str, str]:
    rows = []
    phones = {}

    def add(key: str, number: int, *rest: str) -> None:
        phones[key] = f"{PHONES}{number:04d}"
        rows.append((phones[key], *rest))

    for i, (code, _, _, _, _, language) in enumerate(DEALERS):
        add(f"{code} owner", 100 + i, OWNERS[i], "owner", code, "", language)
        if i % 3 == 0:
            add(f"{code} clerk", 200 + i, f"Li {chr(65 + i % 26)}", "clerk", code, "", "zh")
        if i % 5 == 0:
            add(f"{code} promoter", 300 + i, f"Promoter {i + 1}", "promoter", code, "", language)
    for i, region in enumerate(REGIONAL):
        add(f"{region} field", 400 + i, f"Field {region.title()}", "field", "", region, "en" if i % 2 == 0 else "zh")
        add(f"{region} manager", 500 + i, f"Manager {region.title()}", "manager", "", region, "en")
    add("hq", 600, "Head Office", "hq", "", "", "en")
    _write(folder, "contacts", "phone,name,role,dealer,region,language", rows)
    return phones


def _shipments(folder: Path, pick: random.Random, today: date) -> dict[tuple[str, str], list[str]]:
    """Three deliveries to every dealer; and payments that leave some owing little, some much, some overdue."""
    units: dict[tuple[str, str], list[str]] = {}
    shipped, paid = [], []
    serials = dict.fromkeys((model[0] for model in MODELS), 0)
    for i, (dealer, _, _, tier, _, _) in enumerate(DEALERS):
        models = [m for m in MODELS if m[0] in STOCKED[dealer]] if dealer in STOCKED else pick.sample(MODELS, 6)
        for delivery, age in enumerate((70, 35, 12)):
            name = f"SH{2601 + i * 3 + delivery}"
            worth = 0
            for model, _, _, code, price, _ in models[delivery : delivery + 4]:
                for _ in range(pick.randint(3, 5) if dealer in STOCKED else pick.randint(1, 4)):
                    serials[model] += pick.randint(11, 97)  # so that one slip never makes one set of another
                    number = imei(code, serials[model])
                    units.setdefault((dealer, model), []).append(number)
                    shipped.append((name, "", dealer, number, model, today - timedelta(days=age)))
                    worth += round(price * TIERS.get(tier, 1))
            share = (1, pick.choice((0.5, 0.8, 1)), 0)[delivery] if i % 7 != 3 else (0.6, 0, 0)[delivery]
            if share:
                day = today - timedelta(days=age - 10)
                paid.append((dealer, f"{round(worth * share)}.00", "CNY", day, f"BANK{day:%m%d}{delivery}"))
    _write(folder, "shipments", "shipment,order,dealer,imei,model,shipped_on", shipped)
    _write(folder, "payments", "dealer,amount,currency,paid_on,reference", paid)
    _write(
        folder,
        "stock",
        "dealer,model,quantity,as_of",
        ((dealer, "3310", pick.randint(2, 9), today - timedelta(days=75)) for dealer, *_ in DEALERS[::3]),
    )
    return units


def _write(folder: Path, kind: str, header: str, rows: Iterable[Sequence[object]]) -> None:
    with (folder / f"{kind}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)


# The order in which the files are imported: what names comes after what is named.
KINDS = ("regions", "products", "dealers", "contacts", "prices", "stock", "shipments", "payments")
