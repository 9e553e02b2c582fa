"""The SQL texts of the hot path, one for each table and database."""

from __future__ import annotations

from smsgw.business.conversation import tables as conversation_tables
from smsgw.business.messages import tables as messages_tables
from smsgw.business.money import tables as money_tables
from smsgw.business.sales import tables as sales_tables
from smsgw.business.stock import tables as stock_tables
from smsgw.business.units import tables as units_tables
from smsgw.store.statements import added, insert, update

SESSION = insert(messages_tables.link_session, "id link run started_at", "(id) DO NOTHING")


MESSAGE_IN = insert(
    messages_tables.message_in,
    "id link session sender recipient text folded payload data_coding parts contact state reading error "
    "received_at arrived_at handled_at content_key repeat_key set_key deadline_at",
)


BOOKING = insert(
    conversation_tables.booking, "reference verb dealer phone contact message booked_on booked_at place summary journal"
)


UNIT = insert(
    units_tables.unit,
    "imei imei2 model state holder origin events",
    "(imei) DO UPDATE SET imei2 = excluded.imei2, model = excluded.model, state = excluded.state, "
    "holder = excluded.holder, origin = excluded.origin, events = excluded.events",
)


UNIT_EVENT = insert(units_tables.unit_event, "imei seq kind dealer reference message reverses happened_at journal")


SALE_LINE = insert(sales_tables.sale_line, "reference line dealer sold_on model quantity imei journal")


SALES_DAY = added(sales_tables.sales_day, "dealer sold_on model", "quantity")


NIL_REPORT = insert(sales_tables.nil_report, "reference dealer reported_on journal")


COUNT_LINE = insert(stock_tables.stock_count_line, "reference line dealer model counted book journal")


STOCK_ENTRY = insert(stock_tables.stock_entry, "dealer model quantity units kind reference message happened_at journal")


STOCK_LEVEL = added(stock_tables.stock_level, "dealer model", "quantity units")


LEDGER_ENTRY = insert(
    money_tables.ledger_entry, "reference dealer account kind amount currency due_on message posted_at journal"
)


ACCOUNT_BALANCE = added(money_tables.account_balance, "dealer account currency", "amount")


MESSAGE_OUT = insert(
    messages_tables.message_out,
    "id recipient text kind priority link source in_reply_to state parts attempts run created_at not_before not_after",
)


NOTICE_OUT = insert(
    messages_tables.message_out,
    "id recipient text kind priority link source state parts attempts run created_at not_after "
    "broadcast calendar message_class author",
)


_STILL_OPEN = "state IN ('queued', 'sent', 'unknown', 'held')"


SENT = update(
    messages_tables.message_out, "id", "state sent_at link attempts parts", "state IN ('queued', 'unknown', 'held')"
)


SENT_PART = insert(
    messages_tables.message_out_part,
    "message number link smsc_id match_key state",
    "(message, number) DO UPDATE SET link = excluded.link, smsc_id = excluded.smsc_id, "
    # What receipts have said of a part is not undone by an answer that comes late.
    "match_key = excluded.match_key, "
    "state = CASE message_out_part.state WHEN 'sent' THEN excluded.state ELSE message_out_part.state END",
)


RECEIPT = insert(messages_tables.delivery_receipt, "link smsc_id state status error done_at received_at message number")


PART_STATE = update(messages_tables.message_out_part, "message number", "state")


OUT_STATE = update(messages_tables.message_out, "id", "state final_at", _STILL_OPEN)
