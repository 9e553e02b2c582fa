"""The conformance list of the link: each of its lines has a test that names it.

A test names a line in its own name (`test_O7_…`) or in its docstring. The lines say what an ESME must do beside the
letter of SMPP 3.4, in the order of the life of a link.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROOMS = ("smpp", "gateway", "simulator", "end_to_end")  # elsewhere O2 is an order and S4 a sale

LIST = {
    "F1": "a PDU split at every octet; a thousand PDUs in one read",
    "F2": "command_length 0, 4, 8, 15 or beyond the limit: generic_nack, close",
    "F3": "a request that is not known: generic_nack with its sequence number, the session lives",
    "F4": "a response that is not known, or to nothing: ignored, counted, never nacked",
    "F5": "generic_nack fails its request, and is not answered",
    "F6": "command_status ignored in requests; any status in a response is borne",
    "F7": "a field without end, too long, or missing: its own response with a status, not a dead link",
    "F8": "a PDU that stays incomplete: timer, close",
    "S1": "sequence numbers from 1, by 1, around, never one under way",
    "S2": "the peer's number echoed as it is",
    "S3": "responses out of order, twice, late, of the wrong kind",
    "S4": "each session counts from the start; an answer of the last one matches nothing",
    "T1": "bound by a good bind_resp only; no data before",
    "T2": "each refusal of a bind has its wait; the password is never logged",
    "T3": "bind_resp and the first message in one read, in either order; with and without version",
    "T4": "no answer to the bind in time: close",
    "T5": "requests that the bind does not allow, on both sides",
    "T6": "enquire_link answered in every state",
    "T7": "unbind by the peer: finish, answer, close, come back",
    "T8": "unbind by us: drain, wait, go",
    "T9": "outbind: credentials checked by who listens, else refused",
    "T10": "alert_notification: taken, not answered",
    "T11": "a connection lost in each state; a peer that is half open",
    "M1": "enquire_link after silence only",
    "M2": "enquire_link without answer: drop",
    "M3": "inactivity: drop",
    "M4": "a response timer for each request, which frees its place",
    "M5": "time is passed in",
    "I1": "one answer to each message, without an id",
    "I2": "answered after its commit; database down and poison each have their status",
    "I3": "esm_class tells receipts and acknowledgements",
    "I4": "receipts in TLVs, in text, in both, in conflict; every state",
    "I5": "a text that looks like a receipt is a text",
    "I6": "parts by header and by SAR, text in message_payload, in both, in none",
    "I7": "parts in any order, twice, missing, of two senders with one reference",
    "I8": "every data_coding",
    "I9": "TLVs unknown, repeated, empty, too long, stray octets",
    "I10": "a message delivered again is handled once",
    "O1": "field limits; payload and short_message exclude each other",
    "O2": "header and SAR never together; parts of one coding, on one link, one after the other",
    "O3": "absolute and relative times",
    "O4": "registered_delivery",
    "O5": "type of number and numbering plan",
    "O6": "every shape of submit_sm_resp",
    "O7": "THROTTLED and MSGQFUL rest the link in order; never above the limit in any second",
    "O8": "never more under way than the window",
    "O9": "what was under way on a lost link is sent again or unknown by policy",
    "O10": "congestion_state and the statuses of SMPP 5.0",
    "O11": "TLS to the wrong peer: no bind",
}

_IN_NAME = re.compile(r"(?<=_)[FSTMIO]\d{1,2}(?=_|$)")
_IN_TEXT = re.compile(r"\b[FSTMIO]\d{1,2}\b")


@cache
def named() -> dict[str, list[str]]:
    """The tests by the lines they name, each as `file::test`."""
    found: dict[str, list[str]] = defaultdict(list)
    for room in ROOMS:
        for path in sorted((TESTS / room).rglob("test_*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    lines = {*_IN_NAME.findall(node.name), *_IN_TEXT.findall(ast.get_docstring(node) or "")}
                    for line in lines:
                        found[line].append(f"{path.relative_to(TESTS)}::{node.name}")
    return found


@pytest.mark.parametrize("line", LIST)
def test_each_line_has_a_test_that_names_it(line: str) -> None:
    assert named()[line], f"{line} ({LIST[line]}) is named by no test"


def test_no_test_names_a_line_that_is_not_on_the_list() -> None:
    assert {line: tests for line, tests in named().items() if line not in LIST} == {}
