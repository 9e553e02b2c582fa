"""JOIN, NEWNUM, PIN, BLOCK: who may speak for whom, from which phone."""

from __future__ import annotations

from smsgw.business.core.verb import Verb

JOIN = Verb(
    name="join",
    arguments=("dealer", "name"),
    in_service=False,
    examples=("JOIN D1001 Zhang Wei",),
    examples_zh=("注册 D1001 张伟",),
)

NEWNUM = Verb(
    name="newnum",
    arguments=("phone", "pin"),
    in_service=False,
    examples=("NEWNUM 13900000001 2580",),
    examples_zh=("换号 13900000001 2580",),
)

PIN = Verb(
    name="pin",
    arguments=("old", "new"),
    in_service=False,
    examples=("PIN 2580 9417",),
    examples_zh=("密码 2580 9417",),
)

BLOCK = Verb(
    name="block",
    arguments=("phone", "reason"),
    in_service=False,
    examples=("BLOCK 13900000001 lost",),
    examples_zh=("停用 13900000001 丢失",),
)

UNBLOCK = Verb(
    name="unblock",
    arguments=("phone", "reason"),
    in_service=False,
    examples=("UNBLOCK 13900000001",),
    examples_zh=("启用 13900000001",),
)
