"""Texts generated from the grammar: each reads as it must, all of the language is reached, a seed says which."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from smsgw.business.vocabulary import VERBS
from smsgw.language.names.lexicon import Lexicon
from smsgw.language.reading.reader import Reader
from smsgw.language.samples.corpus import Text, generate
from tests.language.sample import DATA, TODAY, lexicon, reader
from tests.language.samples.test_corpus import agrees


def texts(count: int, seed: int, language: str | None = None) -> Iterator[Text]:
    return islice(generate(reader().grammar, lexicon(), seed=seed, today=TODAY, language=language), count)


def reads(text: Text, by: Reader) -> bool:
    read = json.loads(json.dumps(by.understand(text.text, today=TODAY).as_json()))
    return read["outcome"] == "accepted" and agrees(list(text.commands), read["commands"])


def test_every_generated_text_reads_as_it_must() -> None:
    wrong = [text.text for text in texts(8000, seed=13) if not reads(text, reader())]
    assert wrong == []


def test_a_reference_of_a_return_is_a_reference() -> None:
    (command,) = reader().understand("UNDO X7654", today=TODAY).commands
    assert command.reference == "X7654"


def test_an_amount_that_begins_like_a_model_is_an_amount() -> None:
    (command,) = reader().understand("MKT Nokix X9 3310.58", today=TODAY).commands
    assert command.price == "3310.58"


def test_all_verbs_and_fields_of_the_language_are_reached() -> None:
    verbs: Counter[str] = Counter()
    filled: dict[str, set[str]] = {}
    for text in texts(4000, seed=3):
        for command in text.commands:
            verbs[command["verb"]] += 1
            filled.setdefault(command["verb"], set()).update(command)
    assert set(verbs) == {verb.name for verb in VERBS}
    for verb in VERBS:
        # One digit alone, and IMEIs alone, are commands without a verb: the corpora have those.
        assert set(verb.arguments) <= filled[verb.name], verb.name


def test_texts_go_through_widths_digit_scripts_separators_and_two_commands_at_once() -> None:
    typed = [text.text for text in texts(2000, seed=5)]
    everything = "".join(typed)
    for sign in ("Ａ", "０", "٣", "५", "，", "、", "\u3000", "#", "_", "；", "请"):
        assert sign in everything, sign
    assert any(text.islower() for text in typed) and any(text.isupper() for text in typed)
    assert any(len(text.commands) == 2 for text in texts(200, seed=5))
    assert any(re.match("(?:销售?|[售卖]|登记|入库|串号|查机)8", text) for text in typed)  # glued


def test_a_seed_gives_the_same_texts_again_and_another_seed_others() -> None:
    assert list(texts(50, seed=1)) == list(texts(50, seed=1))
    assert list(texts(50, seed=1)) != list(texts(50, seed=2))


def test_one_language_has_words_of_no_other() -> None:
    chinese = [text.text for text in texts(300, seed=2, language="zh")]
    assert not any(text.upper().startswith(("SALE", "ORDER", "STOCK", "BAL")) for text in chinese)
    english = [text.text for text in texts(300, seed=2, language="en")]
    assert any(text.upper().startswith("SOLD") for text in english)
    assert not any(text.startswith(("销", "订", "库")) for text in english)


def test_a_further_language_is_generated_like_ours() -> None:
    french = Reader(lexicon(), extra_grammar=[DATA / "french"])
    made = list(islice(generate(french.grammar, lexicon(), seed=5, today=TODAY, language="fr"), 500))
    assert {command["verb"] for text in made for command in text.commands} >= {"sale", "price", "balance", "undo"}
    assert [text.text for text in made if not reads(text, french)] == []


def test_an_empty_catalogue_leaves_the_commands_that_need_none() -> None:
    bare = Reader(Lexicon.build())
    made = list(islice(generate(bare.grammar, bare.lexicon, seed=2, today=TODAY), 500))
    assert all(reads(text, bare) for text in made)
    assert not any("items" in command for text in made for command in text.commands)
