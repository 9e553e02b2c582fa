"""JOIN, NEWNUM, PIN: who may speak for whom, from which phone."""

from __future__ import annotations

from smsgw.business.core.principal import EVERYBODY, UNREGISTERED
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
