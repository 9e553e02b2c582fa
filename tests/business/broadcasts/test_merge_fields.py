"""Wordings: fields are found, filled and checked; braces stay braces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw.business.broadcasts.rules.merge_fields import FIELDS, Field, Wording, WordingFault, longest, parse, render
from smsgw.values import harmless

# Full-width braces are braces; what is not seen is left out, by its neighbours, which a field would part.
words = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="{}\uff5b\uff5d"), max_size=12).map(
    lambda text: harmless.send(text.replace("\u200c", "").replace("\u200d", ""))
)
fields = st.sampled_from(sorted(FIELDS)).flatmap(
    lambda name: (
        st.sampled_from(("A350", "B200")).map(lambda model: Field(name, model))
        if FIELDS[name].of_model
        else st.just(Field(name))
    )
)


@given(st.lists(st.one_of(words, fields, st.sampled_from("{}")), min_size=1, max_size=8))
def test_a_text_is_its_words_with_the_facts_in_their_places(pieces: list[str | Field]) -> None:
    written = "".join(
        "{" + p.key + "}" if isinstance(p, Field) else p * 2 if p in ("{", "}") and p else p for p in pieces
    )
    if not written.strip():
        return
    wording = parse(written)
    facts = {field.key: f"<{field.key}>" for field in wording.fields}
    assert render(wording, facts) == "".join(f"<{p.key}>" if isinstance(p, Field) else p for p in pieces)
    assert set(wording.fields) == {p for p in pieces if isinstance(p, Field)}


@given(st.text(max_size=60))
def test_any_text_is_a_wording_or_a_sentence(text: str) -> None:
    try:
        wording = parse(text)
    except WordingFault as fault:
        assert str(fault)
    else:
        assert isinstance(longest(wording), str)


def test_what_people_write() -> None:
    wording = parse("\uff5bDealer\uff5d: {model_stock:a350} of A350 left {{hurry}} 余{model_stock:A350}台")
    assert wording == Wording(
        (
            Field("dealer"),
            ": ",
            Field("model_stock", "A350"),
            " of A350 left {hurry} 余",
            Field("model_stock", "A350"),
            "台",
        )
    )
    assert wording.models == ("A350",)
    assert render(wording, {"dealer": "D1001", "model_stock:A350": "7"}) == "D1001: 7 of A350 left {hurry} 余7台"
    assert longest(parse("{dealer} {sold_today}")) == "D1000000 999"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" ", "cannot be empty"),
        ("{delaer}", r"did you mean \{dealer\}"),
        ("{xyzzy}", "there are dealer"),
        ("{", "stands alone"),
        ("Hello}", "stands alone"),
        ("{dealer", "stands alone"),
        ("{}", "no field"),
        ("{model_stock}", r"write \{model_stock:A350\}"),
        ("{dealer:A350}", r"write \{dealer\}"),
    ],
)
def test_a_slip_is_said(text: str, said: str) -> None:
    with pytest.raises(WordingFault, match=said):
        parse(text)


def test_a_fact_that_is_missing_is_an_error_and_no_blank() -> None:
    with pytest.raises(KeyError):
        render(parse("{dealer}"), {})
