"""The names that texts may use: models, dealers, regions, and saved audiences, which are the last kind of name."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.engine import Connection

from smsgw.business.audiences.tables import audience
from smsgw.business.catalogue.tables import product, product_alias
from smsgw.business.directory.tables import dealer, region
from smsgw.business.returns.books import reason_rows
from smsgw.business.returns.rules.reasons import by_words
from smsgw.store.tables import version


@dataclass(frozen=True, slots=True)
class LexiconRows:
    """What the language needs to know of the directory."""

    products: tuple[tuple[str, str, tuple[str, ...]], ...] = ()  # code, name, aliases
    dealers: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    region_names: tuple[tuple[str, str], ...] = ()  # code, name
    audiences: tuple[str, ...] = ()  # the names of saved ones
    dealer_names: tuple[tuple[str, str], ...] = ()  # code, name
    reasons: tuple[tuple[str, str], ...] = by_words(())  # why sets come back: words, number
    versions: dict[str, int] = field(default_factory=dict)


def lexicon_rows(connection: Connection) -> LexiconRows:
    """Models in use with their names and aliases, codes of active dealers, regions, and names of saved audiences."""
    alias = product_alias
    aliases: dict[str, list[str]] = {}
    for code, name in connection.execute(
        select(alias.c.product, alias.c.alias).order_by(alias.c.product, alias.c.alias)
    ):
        aliases.setdefault(code, []).append(name)
    products = tuple(
        (code, name, tuple(aliases.get(code, ())))
        for code, name in connection.execute(
            select(product.c.code, product.c.name).where(product.c.active).order_by(product.c.code)
        )
    )
    dealers = tuple(
        (code, name)
        for code, name in connection.execute(
            select(dealer.c.code, dealer.c.name).where(dealer.c.active).order_by(dealer.c.code)
        )
    )
    names = tuple(
        (code, name) for code, name in connection.execute(select(region.c.code, region.c.name).order_by(region.c.code))
    )
    audiences = tuple(connection.scalars(select(audience.c.name).order_by(audience.c.name)))
    versions = {row.name: row.value for row in connection.execute(select(version))}
    return LexiconRows(
        products=products,
        dealers=tuple(code for code, _ in dealers),
        regions=tuple(code for code, _ in names),
        region_names=names,
        audiences=audiences,
        dealer_names=dealers,
        reasons=by_words(reason_rows(connection)),
        versions=versions,
    )
