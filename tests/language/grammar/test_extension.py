"""A deployment's own words, language and syntax, by files alone: what they add, and what is refused by name."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from importlib import resources
from pathlib import Path

import pytest

from smsgw.business.core.command import Command
from smsgw.business.core.reply import Reply, TruncatableList, Word
from smsgw.business.vocabulary import BY_NAME
from smsgw.language.grammar import fragments
from smsgw.language.grammar.fragments import GrammarConflict
from smsgw.language.grammar.grammar import Grammar
from smsgw.language.grammar.words import Words
from smsgw.language.loading import LanguageFaults, load_language
from smsgw.language.reading.reader import Reader
from smsgw.language.replies.replies import Replies, RepliesError
from smsgw.language.samples.card import card
from tests.language.sample import DATA, TODAY, imei, lexicon

FRENCH = DATA / "french"


@pytest.fixture(scope="module")
def french() -> tuple[Reader, Replies]:
    grammar, replies = load_language([FRENCH], [FRENCH], "en")
    return Reader(lexicon(), grammar=grammar, own_reply=replies.own_reply), replies


def read(reader: Reader, text: str) -> Command:
    (command,) = reader.understand(text, today=TODAY).commands
    return command


def refused(extra: Path, *texts: str) -> tuple[str, ...]:
    """The faults of a directory with these texts as its fragments a.lark, b.lark …"""
    for name, text in zip("abc", texts, strict=False):
        (extra / f"{name}.lark").write_text(text, encoding="utf-8")
    with pytest.raises(GrammarConflict) as error:
        Grammar([extra])
    return error.value.faults


def test_french_texts_read_as_the_english_ones_do(french: tuple[Reader, Replies]) -> None:
    reader, _ = french
    unit = imei(1)
    for text, expected in {
        f"Bonjour, vendu {unit} merci": Command("sale", imeis=(unit,)),
        "VENTE A350 deux hier": Command("sale", on=TODAY - timedelta(days=1)),
        "solde": Command("balance"),
        "combien coûte A350": Command("price", model="A350"),
        "combien A350": Command("price", model="A350"),
        "LANG français": Command("language", language="fr"),
        "oui": Command("yes"),
        "aide vente": Command("help", topic="sale"),
    }.items():
        command = read(reader, text)
        assert (command.verb, command.outcome) == (expected.verb, "accepted"), text
        for name in ("imeis", "model", "language", "topic", "on"):
            wanted = getattr(expected, name)
            assert wanted in (None, ()) or getattr(command, name) == wanted, text
    assert read(reader, "VENTE A350 deux").items[0].quantity == 2


def test_a_misspelt_french_verb_is_asked_back_or_run_like_any_other(french: tuple[Reader, Replies]) -> None:
    reader, _ = french
    assert read(reader, f"VNETE {imei(1)}").outcome == "confirm"
    assert (read(reader, "SOLDDE").verb, read(reader, "SOLDDE").outcome) == ("balance", "accepted")


def test_english_and_chinese_read_as_before_beside_a_further_language(french: tuple[Reader, Replies]) -> None:
    reader, _ = french
    plain = Reader(lexicon())
    for verb in BY_NAME.values():
        for text in (*verb.examples, *verb.examples_zh):
            assert reader.understand(text, today=TODAY) == plain.understand(text, today=TODAY)


def test_a_french_contact_is_answered_in_french_and_in_the_fallback_where_french_is_silent(
    french: tuple[Reader, Replies],
) -> None:
    _, replies = french
    assert replies.languages == ("en", "zh", "fr")
    sold = {"reference": "S1", "count": 1, "dealer": "D1001", "models": TruncatableList(()), "today": 1, "week": 1}
    assert replies.render([Reply("sale", sold)], "fr") == (
        "OK S1: 1 vendus chez D1001 (). Jour 1, semaine 1. Erreur? ANNULER S1"
    )
    assert replies.render([Reply("language")], "fr") == "Nous vous répondrons en français."
    # The English sentence, with the French word for the verb in it.
    assert replies.render([Reply("last_none")], "fr").endswith("what you can send: AIDE")
    verbs = TruncatableList((Word("sale"), Word("nil")))
    assert replies.render([Reply("help", {"verbs": verbs})], "fr") == (
        "Vous pouvez envoyer: VENTE, NIL. Un exemple: AIDE VENTE"
    )


def test_a_french_answer_sent_back_is_known_as_our_own(french: tuple[Reader, Replies]) -> None:
    reader, _ = french
    assert reader.understand("Nous vous répondrons en français.", today=TODAY).outcome == "ignored"


def test_formats_examples_and_the_card_speak_french(french: tuple[Reader, Replies]) -> None:
    reader, replies = french
    words = Words(reader.grammar)
    assert words.syntax("order", "fr") == "COMMANDE model qté"
    assert words.examples("sale", "fr") == ("VENTE 860123450000012", "VENTE A350 3")
    assert words.examples("register", "fr") == words.examples("register", "en")
    for verb in BY_NAME:
        for example in words.examples(verb, "fr"):
            assert read(reader, example).verb == verb
    made = card(reader.grammar, replies, "fr", "owner", "1069")
    assert made.titles["title"] == "Vos commandes par SMS"
    assert made.titles["to"] == "Send to {number}"
    assert made.rows[0].purpose == "déclarer une vente"


def test_a_whole_language_needs_no_fallback(tmp_path: Path) -> None:
    text = (resources.files("smsgw.defaults") / "replies.en.toml").read_text(encoding="utf-8")
    (tmp_path / "replies.vi.toml").write_text(text, encoding="utf-8")
    grammar, replies = load_language([], [tmp_path], "vi")
    assert replies.render([Reply("language")], "vi") == "We will answer in English. For Chinese send LANG ZH"
    assert read(Reader(lexicon(), grammar=grammar), "LANG VI").language == "vi"


def test_a_language_is_chosen_by_its_code_without_any_word_list(tmp_path: Path) -> None:
    (tmp_path / "replies.vi.toml").write_text('[format]\nfallback = "en"\n', encoding="utf-8")
    grammar, replies = load_language([], [tmp_path], "en")
    assert "vi" in replies.languages
    command = read(Reader(lexicon(), grammar=grammar), "lang vi")
    assert (command.outcome, command.language) == ("accepted", "vi")
    assert read(Reader(lexicon()), "lang vi").outcome == "rejected"


def test_words_may_be_added_to_a_list_of_ours_or_put_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "own.lark").write_text('%extend SALE_EN: "FLOG"\n%override STOCK_PINYIN: "CKC"\n', encoding="utf-8")
    reader = Reader(lexicon(), extra_grammar=[tmp_path])
    assert read(reader, f"flog {imei(1)}").outcome == "accepted"
    assert read(reader, f"S {imei(1)}").outcome == "accepted"
    assert read(reader, "CKC A350").verb == "stock"
    assert "KC" not in reader.grammar.words


def test_a_name_that_two_files_define_is_refused_with_both_files(tmp_path: Path) -> None:
    (fault,) = refused(tmp_path, "sale: SALE imeis\n")
    assert "sale of " in fault and "a.lark is defined in sale.lark already" in fault and "%extend sale" in fault
    faults = refused(tmp_path, 'FOO_FR: "X"\nSALE_EN: "Y"\n', 'FOO_FR: "Z"\n%declare SALE\n')
    assert len(faults) == 3
    assert any("FOO_FR" in fault and "a.lark" in fault and "b.lark" in fault for fault in faults)
    assert any("SALE_EN" in fault and "sale.lark" in fault for fault in faults)
    assert any(fault.startswith("SALE of") and "sale.lark" in fault for fault in faults)


def test_a_word_that_two_verbs_or_two_values_claim_is_refused_with_both_lists_and_files(tmp_path: Path) -> None:
    faults = refused(tmp_path, 'STOCK_FR: "sell" | "ETAT"\nQUANTITY_6_FR: "ONE"\n', 'UNDO_FR: "ETAT"\n')
    directory = tmp_path.name
    assert set(faults) == {
        f"SALE_EN of sale.lark and STOCK_FR of {directory}/a.lark both claim the word 'sell'",
        f"STOCK_FR of {directory}/a.lark and UNDO_FR of {directory}/b.lark both claim the word 'ETAT'",
        f"QUANTITY_1_EN of common.lark and QUANTITY_6_FR of {directory}/a.lark both claim the word 'ONE'",
    }


def test_two_rules_that_read_the_same_text_are_refused_with_both_rules_and_files(tmp_path: Path) -> None:
    (fault,) = refused(tmp_path, "%extend price: STOCK model\n")
    assert "<stock : STOCK model>" in fault and "<price : STOCK model>" in fault
    assert "price of price.lark and " in fault and "a.lark" in fault and "stock of stock.lark" in fault
    (fault,) = refused(tmp_path, "%extend imeis: IMEI IMEI -> imeis\n")  # Lark would prefer one of them silently
    assert "IMEI" in fault and "common.lark" in fault and "a.lark" in fault


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("foo: SALE model\n", ("foo of", "a.lark", "no verb uses")),
        ("%extend price: STOCK MODEL MODEL\n", ("price of", "MODEL fills no field")),
        ("%extend last: LAST m\nm: MODEL -> modle\n", ("m of", "no field modle")),
        ("%extend stock: STOCK MONTH_ model\nMONTH_: MONTH -> month\n", ("a.lark",)),
        ("%extend stock: STOCK when model\nwhen: MONTH -> month\n", ("stock of stock.lark and", "takes no month")),
        ("%declare HOWMUCH\n%extend price: HOWMUCH model\n", ("HOWMUCH_…", "no word list")),
        ('QUANTITY_X_FR: "ICS"\n', ("QUANTITY_X_FR", "'X' is not a value of QUANTITY")),
        ('MONTH_13_FR: "ICS"\n', ("MONTH_13_FR", "'13' is not a value of MONTH")),
        ('PERIOD_YEAR_FR: "AN"\n', ("PERIOD_YEAR_FR", "'YEAR' is not a value of PERIOD")),
        ('SOLD_FR: "VENDU"\n', ("SOLD_FR of", "no rule uses")),
        ("SALE_FR: /VEN.*/\n", ("SALE_FR of", "quoted words")),
        ('SALE_FR: "A".."Z"\n', ("SALE_FR of", "quoted words")),
        ('SALE_FR: "VEN" "TE"\n', ("SALE_FR of", "quoted words")),
        ('SALE_FR: "VEN/TE"\n', ("SALE_FR of", "separator")),
        ('SALE_FR: "!!"\n', ("SALE_FR of", "folds to nothing")),
        ('\n\nSALE_FR "VENTE"\n', ("a.lark, line 3",)),
        ("%extend sael: SALE imeis\n", ("sael of", "a.lark")),
    ],
)
def test_what_would_be_read_and_lost_is_refused_with_its_file(tmp_path: Path, text: str, told: tuple[str, ...]) -> None:
    said = "\n".join(refused(tmp_path, text))
    assert all(word in said for word in told), said


def test_a_file_that_is_no_text_and_a_directory_that_is_not_there_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.lark").write_bytes(b'SALE_FR: "\xe9"\n')
    with pytest.raises(GrammarConflict, match=r"a\.lark cannot be read"):
        Grammar([tmp_path])
    with pytest.raises(GrammarConflict, match="no such directory"):
        Grammar([tmp_path / "missing"])


def test_a_language_of_words_without_answers_is_refused_and_so_is_a_fallback_that_has_not_all(tmp_path: Path) -> None:
    (tmp_path / "own.lark").write_text('LANGUAGE_DE_DE: "DEUTSCH"\nSALE_FR: "SELL"\n', encoding="utf-8")
    (tmp_path / "replies.fr.toml").write_text('[format]\nfallback = "vi"\n', encoding="utf-8")
    (tmp_path / "replies.vi.toml").write_text('[format]\nfallback = "en"\n[card]\nsael = "x"\n', encoding="utf-8")
    with pytest.raises(LanguageFaults) as error:
        load_language([tmp_path], [tmp_path], "en")
    assert "replies.fr.toml: [format] fallback 'vi' is not a language with all answers" in error.value.sentences
    assert "replies.vi.toml: [card] sael is neither a verb nor a title" in error.value.sentences
    (tmp_path / "replies.fr.toml").unlink()
    (tmp_path / "replies.vi.toml").unlink()
    with pytest.raises(LanguageFaults) as error:
        load_language([tmp_path], [tmp_path], "en")
    (fault,) = error.value.sentences
    assert fault.startswith("LANGUAGE_DE_DE of") and "no replies in de" in fault


def test_an_answer_of_a_further_language_is_proven_to_fit_one_part(tmp_path: Path) -> None:
    (tmp_path / "replies.fr.toml").write_text(
        '[format]\nfallback = "en"\n[stop]\ntext = "'
        + "Nous ne vous enverrons plus d'avis, ça va sans dire. " * 2
        + '"\n',
        encoding="utf-8",
    )
    with pytest.raises(RepliesError, match=r"replies\.fr\.toml: \[stop\] does not fit one part \(\d+ of 70\)"):
        Replies.load([tmp_path], vocabulary=Words(Grammar()))


def test_the_version_of_a_grammar_changes_with_a_word_or_a_rule_and_not_with_a_remark(tmp_path: Path) -> None:
    def version(text: str) -> str:
        (tmp_path / "own.lark").write_text(text, encoding="utf-8")
        return Grammar([tmp_path]).version

    plain = Grammar().version
    assert version("// nothing to say\n") == plain
    assert version('SALE_FR: "VENTE"\n') != plain
    assert version("%extend price: STOCK model model\n") != plain


def test_the_version_of_a_grammar_does_not_hang_on_the_order_of_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Grammar().version
    files = fragments.own()
    monkeypatch.setattr(fragments, "own", lambda: [*files[:2], *reversed(files[2:])])
    assert Grammar().version == plain


def test_the_ten_lines_of_the_manual_are_what_they_say(tmp_path: Path) -> None:
    manual = resources.files("smsgw.manual").joinpath("language.md").read_text(encoding="utf-8")
    section = manual.split("## Adding French in ten lines")[1].split("\n## ")[0]
    blocks = [block.partition("\n") for block in section.split("```")[1::2]]
    lark = next(body for kind, _, body in blocks if kind == "lark")
    toml = next(body for kind, _, body in blocks if kind == "toml" and "fallback" in body)
    assert len([line for line in (lark + toml).splitlines() if line.strip()]) == 10
    assert tomllib.loads(toml)
    (tmp_path / "french.lark").write_text(lark, encoding="utf-8")
    (tmp_path / "replies.fr.toml").write_text(toml, encoding="utf-8")
    grammar, replies = load_language([tmp_path], [tmp_path], "en")
    reader = Reader(lexicon(), grammar=grammar)
    for text, verb in {f"VENTE {imei(1)}": "sale", "LANG FR": "language", "solde": "balance", "oui": "yes"}.items():
        assert (read(reader, text).verb, read(reader, text).outcome) == (verb, "accepted"), text
    assert "fr" in replies.languages
