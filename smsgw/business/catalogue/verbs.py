"""CODES: find a model's or a dealer's code."""

from __future__ import annotations

from smsgw.business.catalogue.rules import CatalogueBooks
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import CODE, NAME, TOKEN, many, phrase
from smsgw.business.core.principal import ABOVE_SHOPS, EVERYBODY, Actor
from smsgw.business.core.reply import Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb


def decide(command: Command, actor: Actor, books: CatalogueBooks) -> Decision:
    """List the models that have a text in their code or a name of theirs, all for none; then, for those of more than
    one shop, the dealers of their area that have it."""
    text = (command.text or "").strip()
    found = [(product.code, product.name) for product in books.catalogue.find_products(text)]
    if text and actor.role in ABOVE_SHOPS:
        # Who is of no region but should be has no area to look in.
        anywhere = actor.role == "hq"
        if anywhere or actor.region is not None:
            found += books.directory.find_dealers(text, None if anywhere else actor.region)
    if not found:
        return Decision(replies=(Reply("codes_none", {"token": text}),) if text else (Reply("codes_empty"),))
    named = tuple(Reply("code_named", {"code": code, "name": name}) for code, name in found)
    return Decision(replies=(Reply("codes", {"named": TruncatableList(named, "; ")}),))


CODES = Verb(
    name="codes",
    place=290,
    arguments=("text",),
    roles=EVERYBODY,
    decide=decide,
    reads_only=True,
    alone=True,
    replies=ReplyTable(
        answers={
            "codes": {"named": many(phrase("code_named"))},
            "codes_none": {"token": TOKEN},
            "codes_empty": {},
        },
        phrases={"code_named": {"code": CODE, "name": NAME}},
    ),
    examples=("CODES A3", "CODES"),
    examples_zh=("代码 A3",),
)

VERBS = (CODES,)
