"""Every verb of the language, in the order of the manual; nothing registers itself."""

from __future__ import annotations

from smsgw.business.broadcasts.verbs import broadcast
from smsgw.business.catalogue import verbs as codes
from smsgw.business.consent import verbs as consent
from smsgw.business.conversation.verbs import answer, help, language, last, undo
from smsgw.business.core.verb import Verb
from smsgw.business.expectations import verbs as late
from smsgw.business.figures import verbs as summary
from smsgw.business.money.verbs import balance, bonus
from smsgw.business.orders.verbs import approval, order
from smsgw.business.people.verbs import field, people
from smsgw.business.prices import verbs as price
from smsgw.business.sales.verbs import nil, sale
from smsgw.business.shipping import verbs as receive
from smsgw.business.stock.verbs import count, register, stock
from smsgw.business.tickets import verbs as feedback
from smsgw.business.units.verbs import give, imei

VERBS: tuple[Verb, ...] = (
    sale.SALE,
    nil.NIL,
    register.REGISTER,
    count.COUNT,
    stock.STOCK,
    price.PRICE,
    order.ORDER,
    order.ORDER_STATUS,
    order.CANCEL,
    approval.APPROVE,
    approval.REJECT,
    receive.RECEIVE,
    give.GIVE,
    give.RETURN,
    imei.IMEI,
    balance.BALANCE,
    bonus.BONUS,
    bonus.PROTECT,
    summary.SUMMARY,
    last.LAST,
    undo.UNDO,
    undo.FIX,
    answer.YES,
    answer.NO,
    people.JOIN,
    people.NEWNUM,
    people.PIN,
    language.LANGUAGE,
    codes.CODES,
    help.HELP,
    feedback.FEEDBACK,
    consent.STOP,
    consent.START,
    field.VISIT,
    field.MARKET,
    late.LATE,
    late.REMIND,
    broadcast.BROADCAST,
    broadcast.TEST,
    people.BLOCK,
    people.UNBLOCK,
)

BY_NAME: dict[str, Verb] = {verb.name: verb for verb in VERBS}
