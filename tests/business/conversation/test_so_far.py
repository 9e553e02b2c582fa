"""Refusals: what was understood so far, what is missing, and an example that works when it is sent."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from smsgw.business.catalogue.rules import Product
from smsgw.business.core.command import ACCEPTED, REJECTED
from smsgw.business.core.refusals import refusal
from smsgw.business.core.rights import allowed
from smsgw.business.dialogue import answer
from smsgw.business.prices.rules import Price
from smsgw.business.vocabulary import BY_NAME
from smsgw.sms.length import fits
from tests.business.conversation.test_conversation import REPLIES
from tests.business.conversation.test_examples import FORM_ONLY, refused
from tests.business.dict_ledger import CLERK, FIELD, HQ, MANAGER, OTHER_OWNER, OWNER, PROMOTER, DictLedger, sample
from tests.language.sentences.truths import made
from tests.language.sentences.world import MODELS, MONDAY, reader

OPENS = "Example: |示例:|,?例:|If that is all of it: |若仅此:|To tell a person: |请告知:|You may send: |可发:"
EXAMPLE = re.compile(rf"(?:{OPENS})(.+?)(?:\. All|\. Nothing|\.?$|。|\n)")
CORPUS = Path("tests/language/data/corpus.jsonl")
# Who speaks which language: each role, and both languages.
SENDERS = (OWNER, OTHER_OWNER, CLERK, PROMOTER, FIELD, MANAGER, HQ)


def network() -> DictLedger:
    """The sample network with the catalogue of the sentences."""
    books = sample()
    books.products = {code: Product(code, name) for code, name, _ in MODELS}
    for code in books.products:
        books.prices.append(("", Price(code, 104_000, 119_800, "CNY", date(2026, 1, 1))))
    return books


def said_to(books: DictLedger, phone: str, text: str) -> str:
    books.begin(phone)
    reading = reader().understand(text, today=MONDAY)
    books.folded = reading.folded
    decision = answer(reading, phone, books)
    return REPLIES.render(decision.replies, decision.language)


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("A350 x3", "A350 x3: SALE/COUNT/ORD? Nothing was saved. Example: SALE A350 3", "A350 x3:销售/盘点/订货?"),
        ("SALE C100", "How many C100? Nothing was saved. Example: SALE C100 5", "C100要几台?未保存。示例:销售 C100 5"),
        (
            "sold 5+ C100",
            "How many C100? Nothing was saved. Example: SALE C100 2",
            "C100要几台?未保存。示例:销售 C100 2",
        ),
        (
            "sold ~5 C100",
            "How many C100? Nothing was saved. Example: SALE C100 2",
            "C100要几台?未保存。示例:销售 C100 2",
        ),
        ("C100", "C100: STOCK/SUM/PRICE? Nothing was saved. Example: STOCK C100", "C100:库存/汇总/价格?"),
        ("sold 2", "SALE: of which model? Nothing was saved. Example: SALE", "销售:什么型号?未保存。"),
        ("same order as last time", "ORD: of which model? Nothing was saved. Example: ORD", "订货:什么型号?未保存。"),
        ("今天走了两部北极光", '"北极光": which of B200/B260?', "“北极光”:B200/B260哪个?"),
        (
            "don't order 10 a350",
            "A350 x10 with \"don't\": nothing was done. To tell a person: MSG A350 x10 don't",
            "A350 x10但有“don't”:未执行",
        ),
        (
            "不要订20台B200了",
            '"不要": nothing was done. Tell us: MSG B200 x20 不要',
            "B200 x20但有“不要”:未执行。请告知:反馈 B200 x20 不要",
        ),
        ("will sell 2 a350 tomorrow", 'A350 x2 with "will": nothing was done.', "A350 x2但有“will”:未执行"),
    ],
)
def test_what_was_understood_and_what_is_missing_is_told(text: str, english: str, chinese: str) -> None:
    assert said_to(network(), OWNER, text).startswith(english)
    assert said_to(network(), OTHER_OWNER, text).startswith(chinese)


@pytest.mark.parametrize("text", ["A350 3", "C100", "don't order 10 a350", "sold 2", "blabla", "卖了两部北极光"])
@pytest.mark.parametrize("phone", [MANAGER, HQ])
def test_who_sells_nothing_is_shown_what_they_may_ask(phone: str, text: str) -> None:
    assert "STOCK A350 @D" not in said_to(network(), phone, text) or "SALE" not in said_to(network(), phone, text)


@cache
def texts() -> list[str]:
    """The texts of the corpus and a slice of the truths that are refused whole."""
    corpus = [json.loads(line)["text"] for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    found = []
    for text in dict.fromkeys((*corpus[::3], *(made(seed).text for seed in range(800)))):
        commands = reader().understand(text, today=MONDAY).commands
        if len(commands) == 1 and commands[0].outcome == REJECTED:
            found.append(text)
    return found


@pytest.mark.parametrize("phone", SENDERS)
def test_the_example_of_every_refused_text_reads_without_problems_and_is_the_senders(phone: str) -> None:
    assert len(texts()) > 100
    wrong = {}
    seen: set[str] = set()
    for text in texts():
        books = network()
        books.begin(phone)
        (command,) = reader().understand(text, today=MONDAY).commands
        if command.verb is not None and not allowed(books.actors[phone].role, BY_NAME[command.verb]):
            continue  # that is told instead
        told = REPLIES.render((refusal(command, books.actors[phone], books),), books.actors[phone].language)
        assert fits(told, 1), told
        example = EXAMPLE.search(told)
        if example is None or example[1] in seen:
            continue
        seen.add(example[1])
        again = reader().understand(example[1].strip(), today=MONDAY)
        books.begin(phone)
        keys = [reply.key for reply in answer(again, phone, books).replies]
        form_only = {c.verb for c in again.commands} <= FORM_ONLY | {"cancel", "receive"}
        if [c.outcome for c in again.commands] != [ACCEPTED] or (refused(keys) and not form_only):
            wrong[text] = (told, [(c.verb, c.outcome) for c in again.commands], keys)
    assert wrong == {}


@pytest.mark.parametrize("verb", ["STOP", "START", "退订", "订阅"])
def test_help_of_stop_and_start_names_the_topics_of_the_deployment(verb: str) -> None:
    books = network()
    books._trade = replace(books.trade, topics=("offers",))
    english, chinese = said_to(books, OWNER, f"HELP {verb}"), said_to(books, OTHER_OWNER, f"帮助 {verb}")
    assert "Topics: offers, reminders, shipments, prices, orders" in english
    assert "主题:offers,提醒,发货,价格" in chinese
