"""Audiences: what is written becomes the tree it says, a tree its one text, and a slip one helpful sentence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw.business.audiences.rules.expression import (
    And,
    Answered,
    AudienceFault,
    Dealers,
    Delivered,
    Everybody,
    Failed,
    File,
    Holds,
    Language,
    Node,
    Not,
    Or,
    Phones,
    Region,
    Role,
    Silent,
    Sold,
    Stock,
    Stored,
    Tier,
    both,
    either,
    expression,
    parse,
    replaced,
    terms,
)

TODAY = date(2026, 11, 26)

codes = st.from_regex(r"[A-Z0-9][A-Z0-9._+\-]{0,12}", fullmatch=True)
references = st.integers(1, 10**9).map(lambda n: f"B{n}")
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
counts = st.integers(1, 3660)
plain_terms: st.SearchStrategy[Node] = st.one_of(
    st.just(Everybody()),
    codes.map(Region),
    codes.map(Tier),
    st.sampled_from(("owner", "clerk", "promoter", "field", "manager", "hq")).map(Role),
    st.lists(codes, min_size=1, max_size=4, unique=True).map(lambda c: Dealers(tuple(c))),
    st.sampled_from(("en", "zh", "fr")).map(Language),
    st.lists(st.integers(10**9, 10**14).map(lambda n: f"+{n}"), min_size=1, max_size=3, unique=True).map(
        lambda n: Phones(tuple(n))
    ),
    st.text(
        st.characters(exclude_characters='"“”', exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=12
    )
    .filter(lambda t: t.strip() != "")
    .map(File),
    st.from_regex(r"[0-9a-f]{64}", fullmatch=True).map(Stored),
    codes.map(Holds),
    st.builds(Stock, codes, st.sampled_from((">", ">=", "<", "<=", "=")), st.integers(0, 10**6)),
    st.tuples(codes.filter(lambda c: c != "ANY") | st.none(), counts).map(
        lambda v: Sold(v[0], TODAY - timedelta(days=v[1] - 1), TODAY, v[1])
    ),
    st.tuples(codes.filter(lambda c: c != "ANY"), days, days).map(
        lambda v: Sold(v[0], min(v[1], v[2]), max(v[1], v[2]))
    ),
    counts.map(lambda n: Silent(n, TODAY - timedelta(days=n - 1))),
    references.map(Failed),
    references.map(Delivered),
    st.builds(Answered, references, st.integers(1, 99)),
)
nodes: st.SearchStrategy[Node] = st.recursive(
    plain_terms,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=4).map(both),
        st.lists(inner, min_size=2, max_size=4).map(either),
    ),
    max_leaves=12,
)


@given(nodes)
def test_a_tree_comes_back_from_its_text(node: Node) -> None:
    assert parse(expression(node), {}, today=TODAY) == node


@given(st.text(max_size=80))
def test_any_text_is_a_tree_or_a_sentence(text: str) -> None:
    try:
        node = parse(text, {"vip": "tier:A"}, today=TODAY)
    except AudienceFault as fault:
        assert str(fault)
    else:
        assert parse(expression(node), {}, today=TODAY) == node


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("all", Everybody()),
        ("REGION:east", Region("EAST")),
        ("region:EAST and tier:A or role:Owner", Or((And((Region("EAST"), Tier("A"))), Role("owner")))),
        ("region:EAST AND (tier:A OR tier:B)", And((Region("EAST"), Or((Tier("A"), Tier("B")))))),
        ("not tier:C and lang:ZH", And((Not(Tier("C")), Language("zh")))),
        ("region:EAST 且 非(tier:C 或 tier:D)", And((Region("EAST"), Not(Or((Tier("C"), Tier("D"))))))),
        ("region\uff1aEAST\u3000且\uff08非tier\uff1aC\uff09", And((Region("EAST"), Not(Tier("C"))))),
        ("stock:A350\uff1e5", Stock("A350", ">", 5)),
        ("region:EAST且非tier:C", And((Region("EAST"), Not(Tier("C"))))),
        ("dealer:d1001, D1002、D1001", Dealers(("D1001", "D1002"))),
        ("stock:A350>=10", Stock("A350", ">=", 10)),
        ("sold:any/7d", Sold(None, date(2026, 11, 20), TODAY, 7)),
        ("sold:A350/2026-10-01..2026-10-31", Sold("A350", date(2026, 10, 1), date(2026, 10, 31))),
        ("silent:1d", Silent(1, TODAY)),
        ('file:"my numbers (1).csv" and vip', And((File("my numbers (1).csv"), Tier("A")))),
        ("answered:b1001=2 and not failed:B1001", And((Answered("B1001", 2), Not(Failed("B1001"))))),
        ("大客户 and lang:zh", And((Tier("A"), Region("EAST"), Language("zh")))),
    ],
)
def test_what_is_written_is_what_is_meant(text: str, tree: Node) -> None:
    assert parse(text, {"VIP": "tier:A", "大客户": "vip and region:EAST"}, today=TODAY) == tree


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "cannot be empty"),
        ("regoin:EAST", "did you mean region:EAST?"),
        ("role:ownr", "did you mean role:owner?"),
        ("region:EAST tier:A", "'tier:A' stands beside another term"),
        ("(region:EAST", "not closed"),
        ("region:EAST)", "closed that was not opened"),
        ("region:EAST and", "missing after 'and'"),
        ("and tier:A", "missing before 'and'"),
        ("bigg", "did you mean big?"),
        ("loop", "leads back to itself"),
        ("stock:A350", "write stock:A350>10"),
        ("sold:A350/2026-02-30..2026-03-01", "not there"),
        ("sold:A350/2026-03-02..2026-03-01", "ends before it begins"),
        ("sold:A350", "says no period"),
        ("silent:0d", "must count 1 to"),
        ("phone:13900000001", "not a number with its country"),
        ("failed:S1001", "names no broadcast"),
        ("answered:B1001", "names no option"),
        ('file:"a.csv', "not closed"),
        ("(" * 60 + "all" + ")" * 60, "deep"),
    ],
)
def test_a_slip_is_one_sentence_that_helps(text: str, said: str) -> None:
    with pytest.raises(AudienceFault, match=r"^[^\n]+$") as fault:
        parse(text, {"big": "tier:A", "loop": "all and pool", "pool": "loop"}, today=TODAY)
    assert said in str(fault.value)


def test_a_file_becomes_the_list_it_was_stored_as() -> None:
    node = parse("file:a.csv and not (file:b.csv or all)", {}, today=TODAY)
    assert [type(term) for term in terms(node)] == [File, File, Everybody]
    assert (
        expression(replaced(node, {"a.csv": "0123456789abcdef"})) == "list:0123456789abcdef and not (file:b.csv or all)"
    )
