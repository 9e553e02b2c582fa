"""Expressions read in a session: whether they mean somebody in these books, and the files that they name."""

from __future__ import annotations

from collections.abc import Mapping

from smsgw.business.audiences.books.people import Audience, parse_expression
from smsgw.business.audiences.rules import expression as language
from smsgw.business.audiences.rules.expression import AudienceFault, File, Node
from smsgw.business.core.session import Session
from smsgw.business.directory.books.regions import Regions, regions


def regions_of(session: Session) -> Regions:
    """The regions as they are now."""
    return regions(session.connection, session.trade.timezone)


def read_audience(session: Session, expression: str) -> Node:
    """The tree of an expression that means somebody in these books. Raises AudienceFault.

    Files have no place in it: whoever may read files puts their stored form in first (see `with_files`).
    """
    node = parse_expression(session.connection, expression, session.today)
    for path in files_of(node):
        raise AudienceFault(f"file:{path} cannot be read from here; write phone:+8613900000001, or save it by name")
    Audience(session.connection, node, regions_of(session))
    return node


def files_of(node: Node) -> list[str]:
    """The files that an expression names, each once."""
    return list(dict.fromkeys(term.path for term in language.terms(node) if isinstance(term, File)))


def with_files(session: Session, expression: str, files: Mapping[str, str]) -> str:
    """An expression with its files in their stored form: `files` is path to digest. Saved names are written out."""
    return language.expression(
        language.replaced(parse_expression(session.connection, expression, session.today), files)
    )
