"""The verbs for all who are no subject, as constants: in the order of the manual, by name, and their letters."""

from __future__ import annotations

from smsgw.business.conversation.rules.questions import PLAIN
from smsgw.business.core.vocabulary import by_name, verbs

VERBS = verbs()
BY_NAME = by_name()
# The letters of the references that are issued: those of bookings, and that of questions about what has none.
LETTERS = "".join(dict.fromkeys(verb.letter for verb in VERBS if verb.letter)) + PLAIN
