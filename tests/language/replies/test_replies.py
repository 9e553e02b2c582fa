"""Answers: every one fits its part in every language, lists are cut and references never, our own come back known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.business.core.field_kinds import Kind
from smsgw.business.core.reply import Example, Money, Reply, Syntax, TruncatableList, Word
from smsgw.business.replies import ANSWERS, BOOKINGS, EVERY, PHRASES, WHOLE
from smsgw.business.vocabulary import BY_NAME
from smsgw.language.replies.replies import Replies, RepliesError, longest_values, misfits
from smsgw.sms.length import fits, septets


@dataclass(frozen=True)
class Words:
    """A vocabulary of the examples that the verbs carry, so that these tests need no grammar."""

    def word(self, verb: str, language: str) -> str:
        return self.example(verb, language).split()[0]

    def syntax(self, verb: str, language: str) -> str:
        return f"{self.word(verb, language)} {'+'.join(BY_NAME[verb].arguments[:3])}"

    def example(self, verb: str, language: str) -> str:
        known = BY_NAME[verb]
        return (known.examples_zh if language == "zh" else known.examples)[0]


WORDS = Words()
REPLIES = Replies.load(vocabulary=WORDS)
LANGUAGES = REPLIES.languages
SPOKEN = {**BOOKINGS, **ANSWERS}


def test_there_are_english_and_chinese() -> None:
    assert LANGUAGES == ("en", "zh")


# ---- every answer fits


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", SPOKEN)
def test_an_answer_with_the_longest_values_fits_one_part(language: str, key: str) -> None:
    locale = REPLIES._locales[language]
    values = longest_values(SPOKEN[key], locale, WORDS)
    text = REPLIES.render([Reply(key, values)], language, max_parts=1)
    assert fits(text, 1)
    if language == "en":
        assert septets(text) is not None


def value_of(kind: Kind) -> st.SearchStrategy[Any]:
    """Any value that a field of a kind may have, up to the longest."""
    plain = {
        "reference": st.from_regex(r"[SNKORTXPCBVM][1-9][0-9]{0,8}", fullmatch=True),
        "number": st.from_regex(r"[1-9][0-9]{0,8}", fullmatch=True),
        "code": st.from_regex(r"[A-Z][A-Z0-9-]{0,11}", fullmatch=True),
        "count": st.integers(0, 999 if kind.longest == (999,) else 99_999),
        "book": st.integers(-99_999, 99_999),
        "change": st.integers(-99_999, 99_999).map("{:+d}".format),
        "money": st.integers(min(0, kind.longest[0].minor) if kind.name == "money" else 0, 99_999_999_999).map(
            lambda minor: Money(minor, "CNY")
        ),
        "date": st.dates(date(2026, 1, 1), date(2027, 12, 31)),
        "time": st.times(time(0, 0), time(23, 59)),
        "imei": st.just("860123450000012"),
        "last4": st.from_regex(r"[0-9]{4}", fullmatch=True),
        "word": st.sampled_from([Word(verb) for verb in BY_NAME]),
        "syntax": st.sampled_from([Syntax(verb) for verb in BY_NAME]),
        "example": st.sampled_from([Example(verb) for verb in BY_NAME]),
    }
    if kind.name == "phrase":
        return st.sampled_from(kind.keys).flatmap(
            lambda key: values_of(EVERY[key]).map(lambda values: Reply(key, values))
        )
    if kind.name == "list":
        assert kind.items is not None
        return st.lists(value_of(kind.items), min_size=1, max_size=30).map(lambda items: TruncatableList(tuple(items)))
    if kind.limit:
        return st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=60)
    return plain[kind.name]


def values_of(fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: value_of(kind) for name, kind in fields.items()})


any_reply = st.sampled_from(sorted(SPOKEN)).flatmap(lambda key: values_of(SPOKEN[key]).map(lambda v: Reply(key, v)))


@settings(deadline=None, max_examples=150)
@given(any_reply, st.sampled_from(LANGUAGES))
def test_any_answer_fits_one_part_keeps_its_reference_and_is_known_when_it_comes_back(
    reply: Reply, language: str
) -> None:
    text = REPLIES.render([reply], language)
    assert fits(text, 2 if reply.key in WHOLE else 1)  # a draft shows all of it
    if reply.key in BOOKINGS:
        assert reply.values["reference"] in text
        assert REPLIES.own_reply(text)


@settings(deadline=None, max_examples=100)
@given(st.lists(any_reply, min_size=2, max_size=8), st.sampled_from(LANGUAGES), st.integers(1, 2))
def test_any_answers_together_fit_the_parts_and_keep_the_references_of_all_bookings(
    replies: list[Reply], language: str, parts: int
) -> None:
    text = REPLIES.render(replies, language, max_parts=parts)
    assert fits(text, parts)
    if sum(reply.key in BOOKINGS for reply in replies) <= 4:
        for reply in replies:
            assert reply.key not in BOOKINGS or reply.values["reference"] in text


@settings(deadline=None, max_examples=100)
@given(st.text(min_size=1, max_size=60), st.sampled_from(LANGUAGES))
def test_a_senders_own_words_never_break_an_answer(token: str, language: str) -> None:
    example = Reply("clause", {"verb": Word("sale"), "arguments": token})
    for key, values in (
        ("refuse_unknown", {"token": token, "example": example}),
        (
            "refuse_in",
            {
                "token": token,
                "verb": Word("order"),
                "expected": TruncatableList((Reply("type_imei"),)),
                "example": example,
            },
        ),
        ("refuse_imei", {"token": token}),
        ("none_saved", {"bad": TruncatableList((Reply("bad_imei", {"where": Reply("whole", {"token": token})}),))}),
    ):
        text = REPLIES.render([Reply(key, values)], language)
        assert fits(text, 2)
        assert "\n" not in text


# ---- what they say

NOW = datetime(2026, 4, 15, 10, 32, tzinfo=UTC)
SETS = TruncatableList(
    (Reply("sets", {"model": "A350", "quantity": 2}), Reply("sets", {"model": "B200", "quantity": 1}))
)


@pytest.mark.parametrize(
    ("reply", "english", "chinese"),
    [
        (
            Reply(
                "sale",
                {"reference": "S48213", "count": 3, "dealer": "D1001", "models": SETS, "today": 7, "week": 31},
            ),
            "OK S48213: 3 sold at D1001 (A350 x2, B200 x1). Today 7, week 31. Wrong? UNDO S48213",
            "已收S48213:D1001售A350×2,B200×1。今日7台,本周31台。有误回:撤销 S48213",
        ),
        (
            Reply("nil_since", {"reference": "N5021", "dealer": "D1001", "on": NOW.date(), "last": date(2026, 4, 3)}),
            "OK N5021: zero sales for D1001 15Apr. Last sale 03Apr. Wrong? UNDO N5021",
            "已收N5021:D1001 4月15日零销量。上次销售4月3日。有误回:撤销 N5021",
        ),
        (
            Reply(
                "balance",
                {
                    "dealer": "D1001",
                    "owed": Money(1230000, "CNY"),
                    "limit": Money(10000000, "CNY"),
                    "open": Money(4160050, "CNY"),
                    "free": Money(4609950, "CNY"),
                    "overdue": Money(0, "CNY"),
                    "on": NOW.date(),
                    "time": NOW,
                },
            ),
            "D1001: owe 12300.00, limit 100000.00, open orders 41600.50, free 46099.50, overdue 0.00. 15Apr 10:32",
            "D1001:欠12300,额度100000,未结单41600.50,可用46099.50,逾期0。4月15日 10:32",
        ),
    ],
)
def test_the_samples_of_the_manual(reply: Reply, english: str, chinese: str) -> None:
    assert REPLIES.render([reply], "en") == english
    assert REPLIES.render([reply], "zh") == chinese


def bad(number: int) -> TruncatableList:
    return TruncatableList(
        tuple(
            Reply("bad_sold", {"where": Reply("at", {"position": n, "last": f"{n:04}"}), "reference": "S1", "on": NOW})
            for n in range(1, number + 1)
        )
    )


def test_a_list_too_long_is_cut_with_the_number_of_what_is_left_out() -> None:
    values = {"reference": "S1", "count": 1, "dealer": "D1001", "bad": bad(10), "again": 10}
    text = REPLIES.render([Reply("sale_partial", values)], "en")
    shown = text.count("sold before")
    assert 1 < shown < 10
    assert f" +{10 - shown}. Resend only these 10." in text
    assert "等10项" in REPLIES.render([Reply("sale_partial", values)], "zh")


def test_the_tail_goes_before_anything_is_cut() -> None:
    values = {"reference": "S1", "count": 1, "dealer": "D1", "bad": bad(3), "again": 3}
    text = REPLIES.render([Reply("sale_partial", values)], "en")
    assert text.count("sold before") == 3
    assert text.endswith("Resend only these 3.")


def test_several_answers_are_joined_line_by_line() -> None:
    text = REPLIES.render([Reply("last_none"), Reply("undo_nothing")], "en")
    assert text.count("\n") == 1


def test_of_twenty_bookings_every_reference_is_told() -> None:
    replies = [
        Reply("sale", {"reference": f"S{n}", "count": 1, "dealer": "D1001", "models": SETS, "today": n, "week": n})
        for n in range(1001, 1021)
    ]
    text = REPLIES.render(replies, "en")
    assert fits(text, 2)
    assert all(f"S{n}" in text for n in range(1001, 1021))


def test_what_does_not_fit_is_told_by_number() -> None:
    text = REPLIES.render([Reply("stock_none", {"dealer": f"D{n}"}) for n in range(20)], "zh")
    assert fits(text, 2)
    assert re.search(r"另有\d+条", text)


def test_no_answer_is_no_text() -> None:
    assert REPLIES.render([], "en") == ""


def test_a_language_that_we_have_not_is_answered_in_the_deployments_own() -> None:
    assert REPLIES.render([Reply("stop")], "fr") == REPLIES.render([Reply("stop")], "en")
    chinese = Replies.load(vocabulary=WORDS, default="zh")
    assert chinese.render([Reply("stop")], "fr") == REPLIES.render([Reply("stop")], "zh")


# ---- our own answers sent back


@pytest.mark.parametrize(
    "text",
    [
        "OK S48213: 2 sold at D1001 (A350 x2). Today 7",
        "OK S48213:",
        "已收S48213:售A350×2。",
        "已收S48213：cut off",
        "This phone is not registered. Nothing saved. Send JOIN and your dealer code and name: JOIN D1001 Zhang Wei",
        "A350: D1001 has 11, 7 sold in 7 days. 15Apr 10:32",
        "D1001有A350 11,B200 5。共16台。",
    ],
)
def test_our_own_answer_is_known(text: str) -> None:
    assert REPLIES.own_reply(text)


@pytest.mark.parametrize(
    "text",
    [
        "S 860123450000012",
        "OK",
        "OK 7731",
        "OK S48213",
        "ok thanks: S 860123450000012",
        "YES O7731",
        "A350 5 ORD",
        "D1001 860123450000012",
        "销售 860123450000012",
        "已收",
        "已收货 7731",
        "COUNT A350 12. B200 5.",
        "STOCK A350: D1001",
        "",
    ],
)
def test_what_people_type_is_not_taken_for_our_own_answer(text: str) -> None:
    assert not REPLIES.own_reply(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_of_all_verbs_are_not_taken_for_our_own_answers(language: str) -> None:
    for verb in BY_NAME.values():
        for text in (*verb.examples, *verb.examples_zh):
            assert not REPLIES.own_reply(text)


@settings(deadline=None, max_examples=150)
@given(any_reply, st.sampled_from(LANGUAGES))
def test_most_answers_sent_back_whole_are_known(reply: Reply, language: str) -> None:
    """All but the few that are hardly more than their fields, and those whose lists were cut."""
    text = REPLIES.render([reply], language)
    unsure = {"help_verb", "last", "imei_trail", "refuse_incomplete", "imei_other", "price", "codes"}
    unsure |= {"words_theirs", "words_yours"}  # which never stand alone
    assert reply.key in unsure or REPLIES.own_reply(text), text


# ---- files


def french(tmp_path: Path, **changes: str) -> Path:
    """A complete set of French answers that are as yet English, with some answers changed."""
    import smsgw.defaults

    source = (Path(smsgw.defaults.__file__).parent / "replies.en.toml").read_text(encoding="utf-8")
    for key, table in changes.items():
        source = re.sub(rf"^\[{key}\]\n(?:(?!\[).*\n)*", f"[{key}]\n{table}\n\n", source, flags=re.M)
    (tmp_path / "replies.fr.toml").write_text(source, encoding="utf-8")
    return tmp_path


def test_a_deployment_adds_a_language(tmp_path: Path) -> None:
    replies = Replies.load([french(tmp_path, stop='text = "Plus d\'avis. {!start} pour reprendre."')], vocabulary=WORDS)
    assert replies.languages == ("en", "zh", "fr")
    assert replies.render([Reply("stop")], "fr") == "Plus d'avis. START pour reprendre."


def test_a_deployment_replaces_single_answers(tmp_path: Path) -> None:
    (tmp_path / "replies.en.toml").write_text('[stop]\ntext = "No more from ACME."\n', encoding="utf-8")
    replies = Replies.load([tmp_path], vocabulary=WORDS)
    assert replies.render([Reply("stop")], "en") == "No more from ACME."
    assert replies.render([Reply("start")], "en") == REPLIES.render([Reply("start")], "en")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"stop": 'text = "{reference} stopped"'}, "[stop] has a field {reference} that it is not given"),
        ({"stop": 'text = "{!begone} to end"'}, "[stop] names a verb {!begone} that there is not"),
        ({"stop": 'words = "x"'}, "[stop] words is not known"),
        ({"stop": 'tail = "x"'}, "[stop] has no text"),
        ({"stop": ""}, "[stop] has no text"),
        ({"sale": 'text = "{reference} sold"'}, "[sale] does not open 'OK {reference}:'"),
        ({"stop": f'text = "{"x" * 161}"'}, "[stop] does not fit one part (161 of 160)"),
        ({"stop": f'text = "{"ж" * 71}"'}, "[stop] does not fit one part (71 of 70)"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_fault(
    tmp_path: Path, changes: dict[str, str], fault: str
) -> None:
    with pytest.raises(RepliesError) as refused:
        Replies.load([french(tmp_path, **changes)], vocabulary=WORDS)
    assert any(fault in sentence and "replies.fr.toml" in sentence for sentence in refused.value.faults)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("format = 3\n", "format = … must be a table: write [format], and below it what belongs to it"),
        ("card = true\n", "card = … must be a table"),
        ('stop = "No more."\n', "stop = … must be a table"),
        ("[[stop]]\ntext = 'x'\n", "stop = … must be a table"),
        ("[format]\nmonths = 12\n", "[format] months must be a list of texts"),
        ("[format]\nmonths = [1, 2]\n", "[format] months must be a list of texts"),
        ("[format]\nfallback = ['en']\n", "[format] fallback must be a text in quotes"),
        ("[format]\nlist = 3\n", "[format] list must be a text in quotes"),
        ("[format]\nwhole_amounts = 'yes'\n", "[format] whole_amounts must be true or false"),
        ("[card]\ntitle = 3\n", "[card] title must be a text in quotes"),
        ("[stop]\ntext = 3\n", "[stop] text must be a text in quotes"),
        ("[stop]\ntext = 'x'\nshort = 1.5\n", "[stop] short must be a text in quotes"),
        ("[stop]\ntext = 'x'\ntail = 2026-01-01\n", "[stop] tail must be a text or a list of texts"),
        ("[stop]\ntext = 'x'\ntail = ['y', 3]\n", "[stop] tail must be a text or a list of texts"),
        ("[stop]\ntext = { a = 1 }\n", "[stop] text must be a text in quotes"),
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_value_that_is_no_table_no_text_and_no_list_is_refused_in_a_sentence(
    tmp_path: Path, body: str, fault: str, language: str
) -> None:
    (tmp_path / f"replies.{language}.toml").write_text(body, encoding="utf-8")
    with pytest.raises(RepliesError) as refused:
        Replies.load([tmp_path], vocabulary=WORDS)
    assert any(said.startswith(f"replies.{language}.toml: {fault}") for said in refused.value.faults)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "replies.fr.toml").write_text('[stop]\ntext = "{x}"\n[nonsense]\ntext = ""\n', encoding="utf-8")
    (tmp_path / "replies.de.toml").write_text("[stop\n", encoding="utf-8")
    with pytest.raises(RepliesError) as refused:
        Replies.load([tmp_path, tmp_path / "none"], vocabulary=WORDS, default="es")
    told = "\n".join(refused.value.faults)
    assert "replies.de.toml" in told
    assert "[format] has no months" in told
    assert "is not a directory" in told
    assert "'es'" in told


def test_every_language_has_every_answer_and_no_other() -> None:
    for language in LANGUAGES:
        assert set(REPLIES._locales[language].templates) == set(EVERY)
        assert misfits(REPLIES._locales[language], WORDS) == []


def test_phrases_and_answers_are_told_apart() -> None:
    assert not set(PHRASES) & set(SPOKEN)
