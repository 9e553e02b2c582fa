"""ORDER and what follows it: status, cancel, approve, reject."""

from __future__ import annotations

from smsgw.commands.verb import Verb

ORDER = Verb(
    name="order",
    arguments=("items", "dealer"),
    letter="O",
    examples=("ORD A350 20 B200 10",),
    examples_zh=("订货 A350 20 B200 10",),
)

ORDER_STATUS = Verb(
    name="order_status",
    arguments=("order",),
    reads_only=True,
    examples=("ORD 7731",),
    examples_zh=("订单 7731",),
)

CANCEL = Verb(
    name="cancel",
    arguments=("order",),
    in_service=False,
    examples=("CANCEL 7731",),
    examples_zh=("取消 7731",),
)

APPROVE = Verb(
    name="approve",
    arguments=("order",),
    in_service=False,
    examples=("APP 7731",),
    examples_zh=("批准 7731",),
)

REJECT = Verb(
    name="reject",
    arguments=("order", "reason"),
    in_service=False,
    examples=("REJ 7731 no credit",),
    examples_zh=("驳回 7731 额度不足",),
)
