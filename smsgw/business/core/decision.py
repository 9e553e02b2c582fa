"""What a command decides: records to book and what to answer. Nothing here touches the database."""

from __future__ import annotations

from smsgw.business.core.command import Command
from smsgw.business.core.reply import Reply
from smsgw.values.value import value


@value
class Record:
    """What a Decision books: a frozen value of a subject, whose books say what becomes of it (`books.RECORDS`)."""


class RecordError(Exception):
    """A record that the books cannot hold, such as one of an order that there is not: a fault in a command's rules."""


@value
class Decision:
    """What one message (or one command of it) comes to.

    `replies` are joined to one answer by the language room; none means that no answer is due. `outcome` says how the
    message is kept: done, or ignored. `language` is that of the answer (empty: the deployment's own). `then` are
    commands to decide after it, each of them seeing what the one before did.
    """

    records: tuple[Record, ...] = ()
    replies: tuple[Reply, ...] = ()
    outcome: str = "done"
    language: str = ""
    then: tuple[Command, ...] = ()
