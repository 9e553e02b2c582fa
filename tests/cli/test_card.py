"""smsgw card: what a role may text, in its language, with a version."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from smsgw.business.core.principal import ROLES
from smsgw.business.core.rights import allowed
from smsgw.business.vocabulary import VERBS
from tests.cli.conftest import Smsgw


class Cells(HTMLParser):
    """The texts of a page, and whether every tag that was opened was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_card_has_exactly_the_verbs_in_service_that_its_role_may_use(
    smsgw: Smsgw, home: Path, role: str, language: str
) -> None:
    found = smsgw("card", "--language", language, "--role", role, "--json").json
    expected = [verb.name for verb in VERBS if verb.in_service and allowed(role, verb)]
    assert [command["verb"] for command in found["commands"]] == expected
    assert found["version"].startswith(f"{language}-{role}-")


def test_a_card_is_read_back_by_the_gateway_whose_card_it_is(smsgw: Smsgw, furnished: Path) -> None:
    for language in ("en", "zh"):
        commands = smsgw("card", "--language", language, "--json").json["commands"]
        examples = [(command["verb"], example) for command in commands for example in command["examples"]]
        readings = smsgw("parse", "--json", *(example for _, example in examples)).lines
        for (verb, example), reading in zip(examples, readings, strict=True):
            (read,) = reading["commands"]
            # The printed IMEI is kept for examples and is never booked.
            shown = read["problem"] is not None and read["problem"]["code"] == "example_text"
            # With it, of two verbs of one word (COUNT of models, COUNT of sets) either may be said not to book it.
            assert read["verb"] == verb or (shown and verb.startswith(f"{read['verb']}_"))
            assert read["outcome"] == "accepted" or shown, example


def test_the_text_says_where_to_send_what_a_command_is_for_and_its_other_words(smsgw: Smsgw, home: Path) -> None:
    out = smsgw("card", "--role", "clerk").out
    assert "Send to 1069" in out and "(clerks)" in out
    assert "SALE imei" in out and "report sets sold" in out and "also: SAL S SOLD SELL" in out
    assert "[dealer]" not in out  # a clerk speaks for one shop
    assert "BAL" not in out  # and knows nothing of its money
    out = smsgw("card", "--role", "field", "--language", "zh").out
    assert "短信指令卡" in out and "[经销商]" in out and "XS" in out


def test_the_page_is_whole_and_says_the_same(smsgw: Smsgw, home: Path) -> None:
    outcome = smsgw("card", "--language", "zh", "--format", "html", "--output", "card.html")
    page = (home / "card.html").read_text(encoding="utf-8")
    cells = Cells()
    cells.feed(page)
    assert cells.open == []
    text = smsgw("card", "--language", "zh").out
    for word in ("销售 串号", "上报销售", "订货 A350 20 B200 10", "1069"):
        assert word in "".join(cells.texts) and word in text
    version = re.search(r"zh-owner-[0-9a-f]{8}", text)
    assert version is not None and version[0] in page and version[0] in outcome.out


def test_the_version_changes_with_a_word_and_only_then(smsgw: Smsgw, home: Path) -> None:
    before = smsgw("card", "--json").json["version"]
    assert smsgw("card", "--json").json["version"] == before
    assert smsgw("card", "--role", "clerk", "--json").json["version"] != before
    (home / "own").mkdir()
    (home / "own" / "own.lark").write_text("// a remark\n", encoding="utf-8")
    (home / "smsgw.toml").write_text(
        (home / "smsgw.toml")
        .read_text(encoding="utf-8")
        .replace('grammar_directory = ""', 'grammar_directory = "own"'),
        encoding="utf-8",
    )
    assert smsgw("card", "--json").json["version"] == before
    (home / "own" / "own.lark").write_text('%extend SALE_EN: "FLOG"\n', encoding="utf-8")
    assert smsgw("card", "--json").json["version"] != before


def test_what_cannot_be_printed_is_refused(smsgw: Smsgw, home: Path) -> None:
    outcome = smsgw("card", "--language", "fr")
    assert (outcome.status, outcome.out) == (1, "")
    assert "no answers in 'fr', only in en, zh" in outcome.err
    assert smsgw("card", "--role", "king").status == 2
    assert "cannot be written" in smsgw("card", "--output", "nowhere/card.txt").err
