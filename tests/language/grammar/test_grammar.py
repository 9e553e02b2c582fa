"""The grammar: composed of fragments, extended without Python, its conflicts named; its words and formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from smsgw.business.vocabulary import VERBS
from smsgw.language.grammar.automaton import END
from smsgw.language.grammar.grammar import Grammar, GrammarConflict
from smsgw.language.grammar.words import Words
from smsgw.language.reading.reader import Reader
from tests.language.sample import TODAY, imei, lexicon, reader

FRENCH = """
SALE_FR: "VENTE" | "VENDU"
ORDER_FR: "COMMANDE" | "CMD"
BALANCE_FR: "SOLDE"
HELP_FR: "AIDE"
YES_FR: "OUI"
LANGUAGE_FR_FR: "FR" | "FRANÇAIS"
POLITE_FR: "BONJOUR" | "MERCI"
DAY_1_FR: "HIER"
"""
LOCAL = """
%declare TARIFF
TARIFF_EN: "TARIFF"
%extend stock: TARIFF dealer? model
"""


def test_every_verb_of_the_manual_can_be_said_in_english_in_hanzi_and_complete() -> None:
    grammar, words = reader().grammar, Words(reader().grammar)
    for verb in VERBS:
        assert words.aliases(verb.name, "en"), verb.name
        assert words.aliases(verb.name, "zh"), verb.name
        assert grammar.openings(verb.name), verb.name
        alone = (
            any(
                END in grammar.automaton.accepts(stack)
                for lead in grammar.openings(verb.name)
                if (stack := grammar.automaton.advance(grammar.automaton.start, lead))
                and grammar.shape((lead,)).verb == verb.name
            )
            if verb.alone
            else True
        )
        assert alone, verb.name


def test_every_word_of_every_verb_reads_as_that_verb_or_asks_for_its_arguments() -> None:
    words = Words(reader().grammar)
    for verb in VERBS:
        for language in ("en", "zh", "pinyin"):
            for word in words.aliases(verb.name, language):
                (command,) = reader().understand(word, today=TODAY).commands
                leading = reader().grammar.leading
                meant = next(w.terminal for w in reader().grammar.words[word] if w.terminal in leading)
                assert command.verb in leading[meant], word
                # A complaint that says no more may be one to a person all the same: it is asked.
                asked = command.outcome in ("accepted", "confirm") and command.verb == verb.name
                assert asked or command.outcome == "accepted" or command.problems[0].code == "incomplete", word


def test_verbs_that_are_complete_alone_are_accepted_alone_and_the_others_ask() -> None:
    words = Words(reader().grammar)
    for verb in VERBS:
        (command,) = reader().understand(words.word(verb.name, "en"), today=TODAY).commands
        # ORD alone is an order, CANCEL alone opts out, COUNT alone asks for models or IMEIs
        if verb.name in ("order_status", "cancel", "count_sets"):
            continue
        assert (command.verb, command.outcome == "accepted") == (verb.name, verb.alone), verb.name


@pytest.mark.parametrize(
    ("verb", "english", "chinese"),
    [
        ("sale", "SALE imei / SALE model qty", "销售 串号 / 销售 型号 数量"),
        ("order", "ORD model qty", "订货 型号 数量"),
        ("order_status", "ORD number", "订单 订单号"),
        ("stock", "STOCK [model]", "库存 [型号]"),
        ("give", "GIVE dealer imei", "调货 经销商 串号"),
        ("cancel", "CANCEL number", "取消 订单号"),
        ("pin", "PIN old new", "密码 旧密码 新密码"),
        ("help", "HELP [command]", "帮助 [指令]"),
        ("last", "LAST", "最近"),
    ],
)
def test_formats_come_from_the_grammar(verb: str, english: str, chinese: str) -> None:
    words = Words(reader().grammar)
    assert words.syntax(verb, "en") == english
    assert words.syntax(verb, "zh") == chinese


def test_a_format_sent_back_is_told_as_such_and_never_booked() -> None:
    words = Words(reader().grammar)
    for verb in VERBS:
        for language in ("en", "zh"):
            text = words.syntax(verb.name, language).replace("[", "").replace("]", "")
            (command,) = reader().understand(text, today=TODAY).commands
            # Free text is anything, and what a text verb needs may be called by its own name.
            free = {"text", "name", "content", "reason"} & set(verb.arguments) or verb.name in ("codes", "market")
            complete = text == words.word(verb.name, language) or free or verb.name in ("stop", "start", "help")
            assert complete or command.problems[0].code == "example_text", text


def test_french_is_added_by_a_file_of_word_lists(tmp_path: Path) -> None:
    (tmp_path / "french.lark").write_text(FRENCH, encoding="utf-8")
    french = Reader(lexicon(), extra_grammar=[tmp_path])
    for text, verb in [
        (f"Vente {imei(1)}", "sale"),
        (f"VENTE{imei(1)} hier", "sale"),
        ("Bonjour, commande A350 5, merci", "order"),
        ("solde", "balance"),
        ("aide commande", "help"),
        ("oui", "yes"),
        ("LANG français", "language"),
    ]:
        (command,) = french.understand(text, today=TODAY).commands
        assert (command.verb, command.outcome) == (verb, "accepted"), text
    (command,) = french.understand(f"VNETE {imei(1)}", today=TODAY).commands
    assert (command.verb, command.outcome) == ("sale", "confirm")
    assert Words(french.grammar).word("order", "fr") == "COMMANDE"


def test_a_deployment_adds_a_syntax_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "local.lark").write_text(LOCAL, encoding="utf-8")
    (command,) = Reader(lexicon(), extra_grammar=[tmp_path]).understand("TARIFF @D1001 A350", today=TODAY).commands
    assert (command.verb, command.model, command.dealer) == ("stock", "A350", "D1001")


@pytest.mark.parametrize(
    ("fragment", "named"),
    [
        ('STOP_FR: "S"', ("SALE_EN", "STOP_FR", "'S'")),
        ('SELA_FR: "VENTE"', ("SELA_FR",)),
        ("sale: SALE MODEL", ("sale",)),
        ("%extend price: STOCK model", ("price", "stock")),
        ("STOP_FR: /arret/", ("STOP_FR",)),
        ('STOP_FR: "A.B"', ("STOP_FR", "A.B")),
        ('STOP_FR: "👍"', ("STOP_FR",)),
        ("sale SALE", ("own.lark", "line 1")),
    ],
)
def test_fragments_that_conflict_are_refused_with_the_rules_named(
    fragment: str, named: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "own.lark").write_text(fragment + "\n", encoding="utf-8")
    with pytest.raises(GrammarConflict) as refused:
        Grammar([tmp_path])
    assert all(name in str(refused.value) for name in named), refused.value


def test_a_directory_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GrammarConflict, match="no such directory"):
        Grammar([tmp_path / "missing"])
