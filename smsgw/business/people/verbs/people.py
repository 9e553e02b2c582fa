"""JOIN, NEWNUM, PIN, BLOCK: who may speak for whom, from which phone."""

from __future__ import annotations

from smsgw.business.core.principal import EVERYBODY, MANAGERS, UNREGISTERED
from smsgw.business.core.verb import Verb

JOIN = Verb(
    name="join",
    place=250,
    arguments=("dealer", "name"),
    roles=(*EVERYBODY, UNREGISTERED),
    fragment="people",
    admits=True,
    examples=("JOIN D1001 Zhang Wei",),
    examples_zh=("注册 D1001 张伟",),
)

NEWNUM = Verb(
    name="newnum",
    place=260,
    arguments=("phone", "pin"),
    roles=(*EVERYBODY, UNREGISTERED),
    fragment="people",
    examples=("NEWNUM 13900000001 2580",),
    examples_zh=("换号 13900000001 2580",),
)

PIN = Verb(
    name="pin",
    place=270,
    arguments=("old", "new"),
    roles=EVERYBODY,
    fragment="people",
    examples=("PIN 2580 9417",),
    examples_zh=("密码 2580 9417",),
)

BLOCK = Verb(
    name="block",
    place=400,
    arguments=("phone", "reason"),
    roles=MANAGERS,
    fragment="people",
    examples=("BLOCK 13900000001 lost",),
    examples_zh=("停用 13900000001 丢失",),
)

UNBLOCK = Verb(
    name="unblock",
    place=410,
    arguments=("phone", "reason"),
    roles=MANAGERS,
    fragment="people",
    examples=("UNBLOCK 13900000001",),
    examples_zh=("启用 13900000001",),
)
