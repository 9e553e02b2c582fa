"""Orders: what texts ask of it."""

from __future__ import annotations

from smsgw.business.orders.rules import on_order
from smsgw.business.orders.verbs.approval import APPROVE, REJECT
from smsgw.business.orders.verbs.balance import BALANCE
from smsgw.business.orders.verbs.cancel import CANCEL
from smsgw.business.orders.verbs.order import ORDER
from smsgw.business.orders.verbs.status import ORDER_STATUS

VERBS = (ORDER, ORDER_STATUS, CANCEL, APPROVE, REJECT, BALANCE)
AWAITED = (on_order,)
